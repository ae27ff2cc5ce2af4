/* What must be so for the product to run, one line each; and the files it needs. */
#include "cli/cli.h"

#include "base/secret.h"
#include "store/schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Notes one check; the remedy is for people who read "failed". */
static void note(struct cli *cli, const char *what, bool good, const char *remedy, bool *all_good)
{
	cli_pair(cli, what, good ? "ok" : arena_printf(&cli->arena, "failed: %s", remedy));
	*all_good = *all_good && good;
}

static bool has_key(const char *path)
{
	struct secret_key key;
	bool good = secret_key_load(path, &key) == ERR_OK;

	secret_wipe(&key, sizeof(key));
	return good;
}

static bool is_private(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && (file.st_mode & 077) == 0;
}

enum err cli_check(struct cli *cli)
{
	const struct conf *conf = &cli->conf;
	uint64_t found = 0;
	enum err reached = store_schema_check(cli->db, &found);
	bool good = true;

	cli_open(cli);
	note(cli, "settings", true, "", &good);
	note(cli, "server key", has_key(conf->server_key_file), "run backoffice-admin keys", &good);
	note(cli, "mail key", has_key(conf->mail_key_file), "run backoffice-admin keys", &good);
	note(cli, "mailer's secret key", !conf_has_mail(conf) || is_private(conf->mail_secret_key_file),
		"run backoffice-admin keys, and keep the file to its owner (mode 0600)", &good);
	note(cli, "database", reached != ERR_UNAVAILABLE,
		"see [database] and [admin] of the settings, and the log of the database", &good);
	note(cli, "schema", reached == ERR_OK, "run backoffice-admin migrate", &good);
	note(cli, "statements", reached == ERR_OK && db_check(cli->db) == ERR_OK,
		"run backoffice-admin migrate, and sql/grants.sql as the database's administrator", &good);
	cli_pair(cli, "mail server", conf_has_mail(conf) ? conf->smtp_url : "none");
	cli_close(cli);
	return good ? ERR_OK : cli_fail(cli, ERR_UNAVAILABLE, "something is not as it must be");
}

static enum err save(struct cli *cli, const char *path, const struct secret_key *key,
	unsigned mode)
{
	enum err err = secret_key_save(path, key, mode);

	if (err == ERR_UNAVAILABLE) {
		return cli_fail(cli, err, "cannot write %s: %s", path, strerror(errno));
	}
	cli_pair(cli, path, err == ERR_CONFLICT ? "kept" : "made");
	return ERR_OK;
}

/* The public key follows from the secret one, so a lost half of the pair can be made again. */
static enum err save_pair(struct cli *cli)
{
	const char *secret_path = cli->conf.mail_secret_key_file;
	struct secret_key public_key, secret_key;
	enum err err;

	if (secret_key_load(secret_path, &secret_key) == ERR_OK) {
		secret_public(&secret_key, &public_key);
	} else {
		secret_pair(&public_key, &secret_key);
	}
	err = save(cli, secret_path, &secret_key, 0600);
	if (err == ERR_OK) {
		err = save(cli, cli->conf.mail_key_file, &public_key, 0644);
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
	err = save(cli, cli->conf.server_key_file, &key, 0640);
	if (err == ERR_OK) {
		err = save_pair(cli);
	}
	cli_close(cli);
	secret_wipe(&key, sizeof(key));
	return err;
}

enum err cli_settings(struct cli *cli)
{
	(void)cli;
	conf_example(stdout);
	return ERR_OK;
}
