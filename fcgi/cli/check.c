/* What must be so for the product to run, one line each; and the files it needs. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/secret.h"
#include "cli/words.h"
#include "store/schema.h"
#include "store/statements.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Notes one check; fault is NULL when all is well, else the remedy for people who read "failed". */
static void cli_check_note(struct cli *cli, const char *what, const char *fault, bool *all_good)
{
	cli_pair(cli, what, fault == NULL ? "ok" : arena_printf(&cli->arena, "failed: %s", fault));
	*all_good = *all_good && fault == NULL;
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
static void cli_check_keys(struct cli *cli, bool *all_good)
{
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
	cli_check_note(cli, "server key", server, all_good);
	cli_check_note(cli, "mail key", public, all_good);
	cli_check_note(cli, "mailer's secret key", conf_has_mail(conf) ? secret : NULL, all_good);
	secret_wipe(&server_key, sizeof(server_key));
	secret_wipe(&secret_key, sizeof(secret_key));
}

/* Notes the database: what of it is not as this program needs it. */
static void cli_check_database(struct cli *cli, bool *all_good)
{
	uint64_t found = 0;
	enum err reached = store_schema_check(cli->db, &found);
	bool whole = reached == ERR_OK && store_statements_check(cli->db, DB_ADMIN) == ERR_OK;

	cli_check_note(cli, "database", reached != ERR_UNAVAILABLE ? NULL
		: "see [database] and [admin] of the settings, and the log of the database", all_good);
	cli_check_note(
		cli, "schema", reached == ERR_OK ? NULL : "run backoffice-admin migrate", all_good);
	cli_check_note(cli, "statements", whole ? NULL
		: "run backoffice-admin migrate, and sql/grants.sql as the database's administrator",
		all_good);
	if (whole) {
		bool words = false;

		whole = cli_words_are_whole(cli, &words) == ERR_OK && words;
		cli_check_note(cli, "words", whole ? NULL : "run backoffice-admin words", all_good);
	}
}

/* A host's clock that is off is no fault of the installation: what counts is the database's, on
 * every host. */
enum err cli_check(struct cli *cli)
{
	int64_t skew, off;
	bool good = true;

	cli_open(cli);
	cli_check_note(cli, "settings", NULL, &good);
	cli_check_keys(cli, &good);
	cli_check_database(cli, &good);
	skew = clock_skew(); /* since the database was asked */
	off = skew < 0 ? -skew : skew;
	cli_pair(cli, "clock", off < CLOCK_SECOND ? "ok" : arena_printf(&cli->arena,
		"%" PRId64 " seconds %s the database, whose time counts", off / CLOCK_SECOND,
		skew < 0 ? "behind" : "ahead of"));
	cli_pair(cli, "mail server", conf_has_mail(&cli->conf) ? cli->conf.smtp_url : "none");
	cli_close(cli);
	return good ? ERR_OK : cli_fail(cli, ERR_UNAVAILABLE, "something is not as it must be");
}

/* Saves a key file unless it is there, and says which. */
static enum err cli_keys_save(struct cli *cli, const char *path, const struct secret_key *key,
	unsigned mode)
{
	enum err err = secret_key_save(path, key, mode);

	if (err == ERR_UNAVAILABLE) {
		return cli_fail(cli, err, "cannot write %s: %s", path, strerror(errno));
	}
	cli_pair(cli, path, err == ERR_CONFLICT ? "kept" : "made");
	return ERR_OK;
}

/* Saves the pair as it is, or a new one. The public key follows from the secret one, so a lost half
 * of the pair can be made again; a secret key that is there but broken is for people to mend,
 * because letters that wait are sealed for it. */
static enum err cli_keys_save_pair(struct cli *cli)
{
	const char *path = cli->conf.mail_secret_key_file;
	struct secret_key public_key, secret_key;
	enum err err = ERR_OK;

	if (cli_check_is_missing(path)) {
		secret_pair(&public_key, &secret_key);
	} else if (secret_key_load(path, &secret_key) == ERR_OK) {
		secret_public(&secret_key, &public_key);
	} else {
		err = cli_fail(cli, ERR_INVALID, "%s cannot be read or is not a key", path);
	}
	if (err == ERR_OK) {
		err = cli_keys_save(cli, path, &secret_key, 0600);
	}
	if (err == ERR_OK) {
		err = cli_keys_save(cli, cli->conf.mail_key_file, &public_key, 0644);
	}
	secret_wipe(&secret_key, sizeof(secret_key));
	return err;
}

enum err cli_keys(struct cli *cli)
{
	struct secret_key key;
	enum err err;

	secret_random(key.bytes, sizeof(key.bytes));
	cli_open(cli);
	err = cli_keys_save(cli, cli->conf.server_key_file, &key, 0640);
	if (err == ERR_OK) {
		err = cli_keys_save_pair(cli);
	}
	cli_close(cli);
	secret_wipe(&key, sizeof(key));
	return err;
}

enum err cli_settings(struct cli *cli)
{
	char *example = NULL;
	size_t size;
	FILE *file = cli->json ? open_memstream(&example, &size) : stdout;

	if (file == NULL) {
		return ERR_UNAVAILABLE;
	}
	conf_example(file);
	if (cli->json) {
		fclose(file);
		cli_open(cli);
		cli_pair(cli, "settings", example);
		cli_close(cli);
		free(example);
	}
	return ERR_OK;
}
