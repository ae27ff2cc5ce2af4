#include "cli/check.h"

#include "cli/unit.h"
#include "http/ping.h"

#include <dirent.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUPS_MAX = 1024 };

/* Whether the process of this name in /proc is nginx's. */
static bool cli_is_nginx(const char *number)
{
	char path[64], name[16] = "";
	int len = snprintf(path, sizeof(path), "/proc/%.20s/comm", number);
	FILE *file = len < 0 ? NULL : fopen(path, "re");

	if (file == NULL) {
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
	int folder = all == NULL ? -1 : dirfd(all);
	struct dirent *entry;
	struct stat process;
	struct passwd *found = NULL;
	bool runs = false;

	while (folder >= 0 && (found == NULL || found->pw_uid == 0) &&
	       (entry = readdir(all)) != NULL) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && cli_is_nginx(entry->d_name) &&
		    fstatat(folder, entry->d_name, &process, 0) == 0) {
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
		return unit ? arena_printf(arena, "nobody listens at %s: systemctl enable --now "
			"backoffice-fcgi%s.socket", path, cli_instance(cli))
			: arena_printf(arena, "nobody listens at %s: start backoffice-fcgi", path);
	case PING_FORBIDDEN:
		return arena_printf(arena, "%s, as whom nginx runs, may not connect to %s: add it to "
			"the socket's group and restart nginx", user == NULL ? "this user" : user->pw_name,
			path);
	case PING_SILENT:
		break;
	}
	return arena_printf(arena, "%s takes connections, but backoffice-fcgi does not answer: "
		"journalctl -u backoffice-fcgi%s tells why%s", path, cli_instance(cli),
		!remote || !unit ? ""
		: "; with a database on another host the unit reaches it after systemctl daemon-reload "
		"and a restart");
}

void cli_check_socket(struct check_run *check)
{
	struct cli *cli = check->cli;
	const char *path = cli->socket != NULL ? cli->socket : cli_socket(cli);
	const struct passwd *user = cli->nginx_user == NULL ? cli_nginx_user()
		: getpwnam(cli->nginx_user);

	if (cli->nginx_user != NULL && user == NULL) {
		cli_check_note(check, "socket", "there is no such user of nginx (--nginx-user)");
		return;
	}
	cli_check_note(check, "socket", cli_socket_fault(cli, path, user));
}
