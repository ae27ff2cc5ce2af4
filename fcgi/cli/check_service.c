#include "cli/check.h"

#include "http/origin.h"
#include "http/ping.h"
#include "http/visit.h"

#include <dirent.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the units put the socket, which the program inherits. */
#define UNIT_SOCKET "/run/backoffice/fcgi.sock"

enum { GROUPS_MAX = 1024 };

/* Whether the process of this name in /proc is nginx's. */
static bool cli_is_nginx(const char *number)
{
	char path[64], name[16] = "";
	FILE *file;

	if (snprintf(path, sizeof(path), "/proc/%.20s/comm", number) < 0 ||
	    (file = fopen(path, "re")) == NULL) {
		return false;
	}
	if (fgets(name, sizeof(name), file) == NULL) {
		name[0] = '\0';
	}
	fclose(file);
	return strcmp(name, "nginx\n") == 0;
}

/* The user whom nginx runs its workers as: the master is root. Debian's where no nginx runs. */
static struct passwd *cli_nginx_user(void)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	struct stat process;
	struct passwd *found = NULL;
	bool runs = false;

	while (all != NULL && (found == NULL || found->pw_uid == 0) &&
	       (entry = readdir(all)) != NULL) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && cli_is_nginx(entry->d_name) &&
		    fstatat(dirfd(all), entry->d_name, &process, 0) == 0) {
			found = getpwuid(process.st_uid);
			runs = true;
		}
	}
	if (all != NULL) {
		closedir(all);
	}
	return runs ? found : getpwnam("www-data");
}

/* Asks as the user does, and is root again; as ourselves where we may be nobody else. */
static enum ping cli_ping_as(const char *path, const struct passwd *user, bool *tried)
{
	gid_t groups[GROUPS_MAX];
	int count = getgroups(GROUPS_MAX, groups);
	gid_t group = getegid();
	enum ping found;

	*tried = true;
	if (user == NULL || geteuid() != 0) {
		return ping(path);
	}
	*tried = count >= 0 && initgroups(user->pw_name, user->pw_gid) == 0 &&
		setegid(user->pw_gid) == 0 && seteuid(user->pw_uid) == 0;
	found = *tried ? ping(path) : PING_MISSING;
	*tried = *tried && seteuid(0) == 0 && setegid(group) == 0 &&
		setgroups((size_t)count, groups) == 0;
	return found;
}

static const char *cli_socket_fault(struct cli *cli, const char *path, const struct passwd *user)
{
	struct arena *arena = &cli->arena;
	bool remote = cli->conf.db_socket[0] == '\0';
	bool unit = strcmp(cli->conf.listen, "-") == 0, tried;
	enum ping found = cli_ping_as(path, user, &tried);

	if (!tried) {
		return "the user that nginx runs as cannot be taken on: not tried";
	}
	switch (found) {
	case PING_ANSWERED:
		return NULL;
	case PING_MISSING:
		return arena_printf(arena, "nobody listens at %s: %s", path, unit
			? "systemctl enable --now backoffice-fcgi.socket" : "start backoffice-fcgi");
	case PING_FORBIDDEN:
		return arena_printf(arena, "%s, as whom nginx runs, may not connect to %s: add it to "
			"the socket's group and restart nginx", user == NULL ? "this user" : user->pw_name,
			path);
	case PING_SILENT:
		break;
	}
	return arena_printf(arena, "%s takes connections, but backoffice-fcgi does not answer: "
		"journalctl -u backoffice-fcgi tells why%s", path, !remote || !unit ? ""
		: "; with a database on another host the unit needs PrivateNetwork=no");
}

void cli_check_socket(struct check_run *check)
{
	struct cli *cli = check->cli;
	const char *path = cli->socket != NULL ? cli->socket
		: strcmp(cli->conf.listen, "-") == 0 ? UNIT_SOCKET : cli->conf.listen;
	const struct passwd *user = cli->nginx_user == NULL ? cli_nginx_user()
		: getpwnam(cli->nginx_user);

	if (cli->nginx_user != NULL && user == NULL) {
		cli_check_note(check, "socket", "there is no such user of nginx (--nginx-user)");
		return;
	}
	cli_check_note(check, "socket", cli_socket_fault(cli, path, user));
}

/* What is wrong with the answer for a page. */
static const char *cli_page_fault(struct arena *arena, const char *url, const struct visit *found)
{
	if (found->error != NULL) {
		return arena_printf(arena, "%s does not answer%s: %s", url,
			found->is_tls ? ", because of its certificate" : "", found->error);
	}
	if (found->location[0] != '\0') {
		return arena_printf(arena, "%s leads to %s: [site] url must be where people end", url,
			found->location);
	}
	if (found->status != 200) {
		return arena_printf(arena, "%s is answered with %ld: is the snippet included at this "
			"prefix?", url, found->status);
	}
	return found->has_policy ? NULL : arena_printf(arena, "%s is not our page, or comes without "
		"its headers: is the snippet included with ^~?", url);
}

/* What is wrong with the answer of the API to somebody who is not signed in. */
static const char *cli_api_fault(struct arena *arena, const char *url, const struct visit *found)
{
	if (found->status == 401 && strstr(found->body, "\"unauthenticated\"") != NULL) {
		return NULL;
	}
	return arena_printf(arena, "%sapi/v1/session is answered with %ld (%s): see the log of nginx",
		url, found->status, found->error != NULL ? found->error : found->type);
}

/* The origin that a browser names of a page at this address: all before its path. */
static const char *cli_origin_of(struct arena *arena, const char *url)
{
	const char *host = strstr(url, "://") + strlen("://");

	return arena_printf(arena, "%.*s", (int)(host - url + (long)strcspn(host, "/")), url);
}

void cli_check_url(struct check_run *check)
{
	struct cli *cli = check->cli;
	const char *url = cli->conf.url, *origin = cli_origin_of(&cli->arena, url);
	const char *session = arena_printf(&cli->arena, "%sapi/v1/session", url);
	struct visit page, api, change;

	visit(&cli->arena, url, origin, NULL, &page);
	cli_check_note(check, "page", cli_page_fault(&cli->arena, url, &page));
	if (page.error != NULL) {
		return;
	}
	visit(&cli->arena, session, origin, NULL, &api);
	cli_check_note(check, "API", cli_api_fault(&cli->arena, url, &api));
	visit(&cli->arena, session, origin, "{}", &change);
	cli_check_note(check, "origin", strstr(change.body, "\"cross_site\"") == NULL ? NULL
		: "the program that answers has another url in its settings: restart it");
	if (strncmp(url, "https://", strlen("https://")) == 0) {
		cli_pair(cli, "HSTS", page.has_hsts ? "ok"
			: "not sent: browsers may try http first; set $backoffice_hsts in its server of nginx");
	}
}
