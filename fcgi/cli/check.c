/* What must be so for the product to run, one line each. */
#include "cli/check.h"

#include "base/clock.h"
#include "base/secret.h"
#include "mail/template.h"
#include "rule/accent.h"
#include "rule/phone.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

void cli_check_note(struct check_run *check, const char *what, const char *fault)
{
	struct cli *cli = check->cli;

	cli_pair(cli, what, fault == NULL ? "ok" : arena_printf(&cli->arena, "failed: %s", fault));
	check->good = check->good && fault == NULL;
}

static bool cli_check_is_missing(const char *path)
{
	struct stat file;

	return stat(path, &file) != 0 && errno == ENOENT;
}

/* Loads a key; NULL when the file is whole and gives nobody the rights of the mask forbidden. */
static const char *cli_check_key(struct cli *cli, const char *path, mode_t forbidden,
	struct secret_key *key)
{
	struct stat file;

	if (cli_check_is_missing(path)) {
		return "run backoffice-admin keys";
	}
	if (secret_key_load(path, key) != ERR_OK || stat(path, &file) != 0) {
		return "unreadable or not a key; restore it, or remove it and run backoffice-admin keys";
	}
	return (file.st_mode & forbidden) == 0 ? NULL
		: arena_printf(&cli->arena, "keep the file from others (mode %04o)", 0640 & ~forbidden);
}

/* Notes the three key files, and whether those of mail are a pair. */
static void cli_check_keys(struct check_run *check)
{
	struct cli *cli = check->cli;
	const struct conf *conf = &cli->conf;
	struct secret_key server_key, public_key, secret_key, expected;
	const char *server = cli_check_key(cli, conf->server_key_file, 007, &server_key);
	const char *public = cli_check_key(cli, conf->mail_key_file, 0, &public_key);
	const char *secret = cli_check_key(cli, conf->mail_secret_key_file, 077, &secret_key);

	if (public == NULL && secret == NULL) {
		secret_public(&secret_key, &expected);
		public = secret_equal(&expected, &public_key, sizeof(expected)) ? NULL
			: "not of the mailer's secret key; remove it and run backoffice-admin keys";
	}
	cli_check_note(check, "server key", server);
	cli_check_note(check, "mail key", public);
	if (!conf_has_mail(conf) && cli_check_is_missing(conf->mail_secret_key_file)) {
		secret = NULL;
	}
	cli_check_note(check, "mailer's secret key", secret);
	secret_wipe(&server_key, sizeof(server_key));
	secret_wipe(&secret_key, sizeof(secret_key));
}

/* Reads the settings as another program does. */
static bool cli_check_settings_of(struct check_run *check, const char *what, struct conf *conf,
	enum conf_program program)
{
	const char *error;
	bool read = conf_load(conf, check->cli->conf_file, program, &error) == ERR_OK;

	cli_check_note(check, what, read ? NULL : error);
	return read;
}

/* The address that people type. Its default is for trying the product out: a program that inherits
 * its socket was installed. */
static const char *cli_check_address(const struct conf *conf)
{
	bool installed = strcmp(conf->listen, "-") == 0;

	return installed && strncmp(conf->url, "http://127.", strlen("http://127.")) == 0
		? "only this host knows that address: say under which one people come ([site] url)" : NULL;
}

/* What backoffice-fcgi would not start with. */
static const char *cli_check_accent(struct cli *cli)
{
	const char *wrong = accent_check(&cli->arena, cli->conf.accent);

	return wrong == NULL ? NULL : arena_printf(&cli->arena, "%s ([site] accent)", wrong);
}

static void cli_check_settings(struct check_run *check)
{
	struct cli *cli = check->cli;
	const char *language = template_language(cli->conf.language)->tag;

	cli_check_note(check, "settings", phone_set_home(cli->conf.country) ? NULL
		: "there is no such country: choose one of ISO 3166-1 ([site] country)");
	check->web_read = cli_check_settings_of(check, "settings of backoffice-fcgi", &check->web,
		CONF_WEB);
	if (conf_has_mail(&cli->conf)) {
		check->mailer_read = cli_check_settings_of(check, "settings of backoffice-mailer",
			&check->mailer, CONF_MAILER);
	}
	cli_check_note(check, "language", strcmp(cli->conf.language, language) == 0 ? NULL
		: arena_printf(&cli->arena, "there is no %s, letters are written in %s: choose en, de, es, "
			"ru or ar ([site] language)", cli->conf.language, language));
	cli_check_note(check, "url", cli_check_address(&cli->conf));
	cli_check_note(check, "accent", cli_check_accent(cli));
}

/* A host's clock that is off is no fault of the installation: what counts is the database's, on
 * every host. */
static void cli_check_clock(struct check_run *check)
{
	int64_t skew = clock_skew(), off = skew < 0 ? -skew : skew; /* since the database was asked */

	if (!check->reached) {
		return;
	}
	cli_pair(check->cli, "clock", off < CLOCK_SECOND ? "ok" : arena_printf(&check->cli->arena,
		"%" PRId64 " seconds %s the database, whose time counts", off / CLOCK_SECOND,
		skew < 0 ? "behind" : "ahead of"));
}

enum err cli_check(struct cli *cli)
{
	struct check_run check = { .cli = cli, .good = true };

	arena_init(&check.web.arena);
	arena_init(&check.mailer.arena);
	cli_open(cli);
	cli_check_settings(&check);
	cli_check_keys(&check);
	cli_check_database(&check);
	cli_check_clock(&check);
	cli_check_socket(&check);
	cli_check_mail(&check);
	if (cli->url) {
		cli_check_url(&check);
	}
	cli_close(cli);
	conf_release(&check.web);
	conf_release(&check.mailer);
	return check.good ? ERR_OK : cli_fail(cli, ERR_UNAVAILABLE, "something is not as it must be");
}
