/*
 * THE story of setup, which ends with what is left to do: files, database, schema, grants, the
 * first administrator. It stops where it needs somebody else.
 */
#include "cli/setup.h"

#include "base/conf_check.h"
#include "base/log.h"
#include "cli/steps.h"
#include "cli/unit.h"
#include "cli/user.h"
#include "http/ping.h"
#include "http/visit.h"
#include "store/rights.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_OF_FILE = 1024 };

void setup_note(struct setup *setup, const char *what, bool done, const char *how)
{
	cli_pair(setup->cli, what, done ? how : "kept");
	setup->cli->changed = setup->cli->changed || done;
}

/* The address with its final slash; NULL: it is none that nginx can be told of. */
static const char *url_clean(struct arena *arena, const char *url)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"._~-:[]/";
	const char *host = strncmp(url, "https://", 8) == 0 ? url + 8
		: strncmp(url, "http://", 7) == 0 ? url + 7 : "";

	if (strcspn(host, "/:") == 0 || host[strspn(host, allowed)] != '\0' ||
	    strstr(host, "//") != NULL || strstr(host, "/.") != NULL) {
		return NULL;
	}
	return arena_printf(arena, "%s%s", url,
		strchr(host, '/') == NULL || url[strlen(url) - 1] != '/' ? "/" : "");
}

/* What stands before the first of the characters in *rest, which then begins behind it; NULL: it
 * has none of them. */
static const char *take_until(struct arena *arena, const char **rest, char end)
{
	const char *at = strchr(*rest, end), *taken;

	if (at == NULL) {
		return NULL;
	}
	taken = arena_copy(arena, *rest, (size_t)(at - *rest));
	*rest = at + 1;
	return taken;
}

static const char *unless_empty(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
}

/* Takes HOST:PORT apart, of which an address of IPv6 stands in brackets. */
static void place_parse(struct setup *setup, const char *place)
{
	struct arena *arena = &setup->cli->arena;
	struct setup_database *database = &setup->database;
	bool bracket = place[0] == '[';
	size_t len = bracket ? strcspn(place, "]") : strcspn(place, ":");
	const char *host = arena_copy(arena, place + bracket, len - bracket), *port = place + len;

	port += bracket && *port == ']';
	database->port = *port == ':' ? unless_empty(port + 1) : NULL;
	database->host = strcmp(host, "localhost") == 0 ? NULL : unless_empty(host);
}

/* Takes --database apart: mysql://USER@HOST:PORT/NAME, each part optional. */
static enum err database_parse(struct setup *setup)
{
	struct cli *cli = setup->cli;
	struct setup_database *database = &setup->database;
	const char *text = cli->database, *user, *place;

	if (strncmp(text, "mysql://", 8) != 0 && strncmp(text, "mariadb://", 10) != 0) {
		return cli_fail(cli, ERR_INVALID, "--database must be like "
			"mysql://USER@HOST:PORT/NAME; each part may be left out");
	}
	text = strstr(text, "://") + 3;
	user = take_until(&cli->arena, &text, '@');
	if (user != NULL && strchr(user, ':') != NULL) {
		return cli_fail(cli, ERR_INVALID, "a password in --database is seen by everybody on this "
			"host: put it into a file (--database-password-file)");
	}
	database->user = user == NULL ? database->user : user;
	place = take_until(&cli->arena, &text, '/');
	database->name = place == NULL ? NULL : unless_empty(text);
	place_parse(setup, place == NULL ? text : place);
	return ERR_OK;
}

static enum err database_read_password(struct setup *setup)
{
	struct cli *cli = setup->cli;
	const char *path = cli->database_password_file;
	char line[LINE_MAX_OF_FILE] = "";
	FILE *file = fopen(path, "re");

	if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
		cli_fail(cli, ERR_INVALID, "cannot read %s: %s", path,
			file == NULL ? strerror(errno) : "it is empty");
	}
	if (file != NULL) {
		fclose(file);
	}
	setup->database.password = arena_copy(&cli->arena, line, strcspn(line, "\r\n"));
	secret_wipe(line, sizeof(line));
	return cli->error == NULL ? ERR_OK : ERR_INVALID;
}

/* What the command was given. */
static enum err setup_take_options(struct setup *setup)
{
	struct cli *cli = setup->cli;
	const struct passwd *self = getpwuid(geteuid());
	const char *url = url_clean(&cli->arena, cli->argument);

	setup->database = (struct setup_database){ .user = self == NULL ? "root"
		: arena_string(&cli->arena, self->pw_name), .password = "" };
	if (url == NULL) {
		return cli_fail(cli, ERR_INVALID, "%s is no address like https://host/prefix/",
			cli->argument);
	}
	cli->argument = url;
	if (cli->prefix != NULL && !conf_is_prefix(cli->prefix)) {
		return cli_fail(cli, ERR_INVALID, "--prefix must be at most 16 of a-z, 0-9 and _, first a "
			"letter, like bo_");
	}
	if (cli->database != NULL) {
		TRY(database_parse(setup));
	}
	if (cli->database_password_file != NULL) {
		TRY(database_read_password(setup));
	}
	return !cli->one_account || (cli->database != NULL && cli->database_password_file != NULL)
		? ERR_OK : cli_fail(cli, ERR_INVALID, "--one-account needs --database and "
			"--database-password-file: whose account is it?");
}

/* Somebody who may do all, unless there is somebody already. */
static enum err setup_administrator(struct setup *setup)
{
	static const char administrators[] = "Administrators";
	struct cli *cli = setup->cli;
	struct cli_user user = { .cli = cli };
	uint64_t count;

	TRY(store_rights_administrators(cli->db, &cli->arena, &count));
	setup->lacks_administrator = count == 0 && cli->admin == NULL;
	if (count > 0 || cli->admin == NULL) {
		cli_pair(cli, "administrator", count > 0 ? "kept" : "none yet");
		return ERR_OK;
	}
	cli->argument = cli->admin;
	cli->groups = (struct cli_names){ { administrators }, 1 };
	cli->two_factor = "disabled";
	cli->link = !cli->password_stdin;
	cli->keep_password = cli->password_stdin;
	TRY(cli_user_register(&user));
	setup_note(setup, "administrator", true, "registered");
	cli_user_print_credentials(&user);
	return ERR_OK;
}

/* Whether a browser gets our page there. */
static bool setup_is_served(struct cli *cli)
{
	struct visit page;

	visit(&cli->arena, &(struct visit_ask){ .url = cli->conf.url, .origin = "" }, &page);
	return page.error == NULL && page.status == 200 && page.has_policy;
}

static void left_of_units(struct cli *cli, const char **left, size_t *count)
{
	const char *instance = cli_instance(cli), *host = strstr(cli->conf.url, "://") + 3;

	if (cli->conf.db_socket[0] == '\0') {
		left[(*count)++] = "systemctl daemon-reload, so that the unit reaches a database on "
			"another host";
	}
	left[(*count)++] = conf_has_mail(&cli->conf)
		? arena_printf(&cli->arena, "systemctl enable --now backoffice-fcgi%s.socket "
			"backoffice-mailer%s.service", instance, instance)
		: arena_printf(&cli->arena, "systemctl enable --now backoffice-fcgi%s.socket", instance);
	if (instance[0] != '\0') {
		left[(*count)++] = arena_printf(&cli->arena, "a line in " SYSCONFDIR
			"/backoffice/nginx-sockets.conf: %.*s%s unix:%s;", (int)strcspn(host, ":/"), host,
			host + strcspn(host, "/"), cli_socket(cli));
	}
}

/* Says what is for people to do. */
static void setup_tell_left(struct setup *setup)
{
	struct cli *cli = setup->cli;
	const char *left[8] = { NULL };
	bool answers = ping(cli_socket(cli)) == PING_ANSWERED;
	size_t count = 0;

	if (setup->waits) {
		left[count++] = "have the administrator of the database run the SQL, then run this "
			"command again";
	}
	if (setup->lacks_administrator) {
		left[count++] = "the first administrator: run this command again with --admin EMAIL";
	}
	if (!answers && strcmp(cli->conf.listen, "-") == 0) {
		left_of_units(cli, left, &count);
	} else if (!answers) {
		left[count++] = "start backoffice-fcgi, and where there is mail backoffice-mailer";
	}
	if (!answers || !setup_is_served(cli)) {
		left[count++] = "put the lines for nginx into its configuration; nginx -t && systemctl "
			"reload nginx";
	}
	left[count++] = strcmp(cli->conf_file, SYSCONFDIR "/backoffice/backoffice.conf") == 0
		? "backoffice-admin check --url"
		: arena_printf(&cli->arena, "backoffice-admin -c %s check --url", cli->conf_file);
	cli_list(cli, "left to do", left, count);
	cli_pair(cli, "nginx", arena_printf(&cli->arena, cli->json ? "%s" : "\n%s",
		setup_nginx_lines(&cli->arena, cli->conf.url)));
}

static enum err setup_all(struct setup *setup)
{
	struct cli *cli = setup->cli;

	TRY(setup_take_options(setup));
	TRY(setup_files(setup));
	TRY(setup_accounts(setup));
	cli->db = db_open(&cli->conf, DB_ADMIN);
	if (cli->db == NULL) {
		return ERR_UNAVAILABLE;
	}
	if (!setup->waits) {
		TRY(cli_migrate_from_folder(cli));
		TRY(setup_grants(setup));
	}
	if (!setup->waits) {
		TRY(setup_administrator(setup));
	}
	cli_pair(cli, "changed", cli->changed ? "yes" : "nothing: all was there already");
	setup_tell_left(setup);
	return ERR_OK;
}

/* For the administrator of the database: the SQL, and what was reported as comments of it. */
static void setup_print_sql(struct setup *setup)
{
	struct cli *cli = setup->cli;
	struct text text = text_in(&cli->arena);

	for (const char *line = cli->out.bytes; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		text_putf(&text, "-- %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
	text_puts(&text, setup->sql.bytes);
	cli->out = text;
}

enum err cli_setup(struct cli *cli)
{
	struct setup setup = { .cli = cli, .sql = text_in(&cli->arena) };
	enum err err;

	log_level_set(LOG_NOTHING); /* what fails is told in words */
	arena_init(&setup.web.arena);
	arena_init(&setup.mailer.arena);
	text_puts(&setup.sql, "");
	cli_open(cli);
	err = setup_all(&setup);
	if (cli->print_sql && cli->json) {
		cli_pair(cli, "sql", setup.sql.bytes);
	}
	cli_close(cli);
	if (cli->print_sql && !cli->json) {
		setup_print_sql(&setup);
	}
	conf_release(&setup.web);
	conf_release(&setup.mailer);
	return err;
}
