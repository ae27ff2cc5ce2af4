/* The files of an installation: settings, passwords of the database, keys. */
#include "cli/setup.h"

#include "base/file.h"
#include "base/secret.h"
#include "cli/steps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_MAX = 1024 };

/* The programs, by the sections of the settings. */
static const char *const sections[] = { "web", "mailer", "admin" };

enum { SECTIONS = sizeof(sections) / sizeof(sections[0]) };

/* The folder of the settings, which other names are relative to. */
static const char *folder_of(struct cli *cli)
{
	const char *slash = strrchr(cli->conf_file, '/');

	return slash == NULL ? "." : arena_copy(&cli->arena, cli->conf_file,
		(size_t)(slash - cli->conf_file));
}

/* Reads the settings, or the example of them where there are none yet. */
static enum err settings_read(struct cli *cli, const char **text, bool *is_there)
{
	FILE *file = fopen(cli->conf_file, "re");
	char *bytes = NULL;
	size_t size = 0;
	FILE *copy;
	int c;

	*is_there = file != NULL;
	if (file == NULL && errno != ENOENT) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", cli->conf_file, strerror(errno));
	}
	copy = open_memstream(&bytes, &size);
	if (copy != NULL && file == NULL) {
		conf_example(copy);
	}
	while (copy != NULL && file != NULL && (c = getc(file)) != EOF) {
		putc(c, copy);
	}
	if (file != NULL) {
		fclose(file);
	}
	if (copy == NULL || fclose(copy) != 0) {
		return ERR_UNAVAILABLE;
	}
	*text = arena_printf(&cli->arena, "%s%s", bytes,
		size > 0 && bytes[size - 1] != '\n' ? "\n" : "");
	free(bytes);
	return ERR_OK;
}

static enum err cannot_write(struct cli *cli, const char *path)
{
	return cli_fail(cli, ERR_UNAVAILABLE, "cannot write %s: %s", path, strerror(errno));
}

/* Makes a folder if it is not there. */
static enum err folder_make(struct setup *setup, const char *path, mode_t mode)
{
	if (mkdir(path, mode) != 0 && errno != EEXIST) {
		return cannot_write(setup->cli, path);
	}
	return ERR_OK;
}

static const char *password_read(struct arena *arena, const char *path)
{
	char line[PASSWORD_MAX] = "";
	FILE *file = fopen(path, "re");
	const char *read;

	if (file == NULL) {
		return NULL;
	}
	read = fgets(line, sizeof(line), file);
	fclose(file);
	read = read == NULL ? NULL : arena_copy(arena, line, strcspn(line, "\r\n"));
	secret_wipe(line, sizeof(line));
	return read;
}

/* What generates a password has letters of both cases, digits and a mark: servers may ask for each
 * (validate_password). */
static const char *password_new(struct arena *arena)
{
	char token[SECRET_TOKEN_TEXT];

	secret_token(token);
	return arena_printf(arena, "%s-Aa1", token);
}

enum err setup_password(struct setup *setup, const char *path, const char *given)
{
	struct cli *cli = setup->cli;
	const char *was = password_read(&cli->arena, path);
	bool is_there = was != NULL && was[0] != '\0' && (given == NULL || strcmp(was, given) == 0);

	if (!is_there) {
		const char *password = given == NULL ? password_new(&cli->arena) : given;
		const char *line = arena_printf(&cli->arena, "%s\n", password);

		if (file_renew(path, line, strlen(line)) != ERR_OK) {
			return cannot_write(cli, path);
		}
	}
	setup_note(setup, path, !is_there, was == NULL ? "made" : "written anew");
	return ERR_OK;
}

/* The settings about where the database is, as --database says it. */
static const char *with_database(struct setup *setup, const char *text)
{
	struct arena *arena = &setup->cli->arena;
	const struct setup_database *database = &setup->database;

	if (database->host != NULL) {
		text = setup_put_setting(arena, text, "database", "socket", "");
		text = setup_put_setting(arena, text, "database", "host", database->host);
		text = database->port == NULL ? text
			: setup_put_setting(arena, text, "database", "port", database->port);
	}
	if (database->name != NULL) {
		text = setup_put_setting(arena, text, "database", "name", database->name);
	}
	if (setup->cli->prefix != NULL) {
		text = setup_put_setting(arena, text, "database", "prefix", setup->cli->prefix);
	}
	if (setup->cli->database_ca != NULL) {
		text = setup_put_setting(arena, text, "database", "ca", setup->cli->database_ca);
	}
	return text;
}

/* The name of the program's account: the one there is, or one for the database's name and the
 * tables' prefix, so that two installations have accounts of their own; as long as MySQL takes. */
static const char *with_account(struct setup *setup, const char *text, const char *section)
{
	enum { ACCOUNT_MAX = 32 };
	struct arena *arena = &setup->cli->arena;
	const char *name = setup->database.name == NULL ? "backoffice" : setup->database.name;
	const char *set = setup_get_setting(arena, text, "database", "prefix");
	const char *prefix = set == NULL ? "" : set;
	size_t rest = strlen("_") + strlen(prefix) + strlen(section);

	if (setup->cli->one_account) {
		return setup_put_setting(arena, text, section, "user", setup->database.user);
	}
	if ((strcmp(name, "backoffice") == 0 && prefix[0] == '\0') ||
	    setup_get_setting(arena, text, section, "user") != NULL) {
		return text;
	}
	return setup_put_setting(arena, text, section, "user", arena_printf(arena, "%.*s_%s%s",
		(int)(rest < ACCOUNT_MAX ? ACCOUNT_MAX - rest : 0), name, prefix, section));
}

/* The settings of the program's account, and the file of its password. */
static enum err account_settings(struct setup *setup, const char *section, const char **text)
{
	struct arena *arena = &setup->cli->arena;
	const char *file;

	*text = with_account(setup, *text, section);
	if (setup_get_setting(arena, *text, section, "password") != NULL) {
		return ERR_OK;
	}
	if (setup_get_setting(arena, *text, section, "password_file") == NULL) {
		*text = setup_put_setting(arena, *text, section, "password_file",
			arena_printf(arena, "%s.password", section));
	}
	file = setup_get_setting(arena, *text, section, "password_file");
	return setup_password(setup, file[0] == '/' ? file
		: arena_printf(arena, "%s/%s", folder_of(setup->cli), file),
		setup->cli->one_account ? setup->database.password : NULL);
}

static enum err settings_write(struct setup *setup, const char *text, const char *was,
	bool is_there)
{
	struct cli *cli = setup->cli;
	bool changed = !is_there || strcmp(text, was) != 0;

	if (changed && file_renew(cli->conf_file, text, strlen(text)) != ERR_OK) {
		return cannot_write(cli, cli->conf_file);
	}
	setup_note(setup, cli->conf_file, changed, is_there ? "changed" : "made");
	return ERR_OK;
}

static enum err settings_make(struct setup *setup)
{
	struct cli *cli = setup->cli;
	const char *text, *was = "";
	bool is_there;

	TRY(folder_make(setup, folder_of(cli), 0755));
	TRY(settings_read(cli, &was, &is_there));
	text = setup_put_setting(&cli->arena, was, "site", "url", cli->argument);
	text = with_database(setup, text);
	for (size_t i = 0; i < SECTIONS; i++) {
		TRY(account_settings(setup, sections[i], &text));
	}
	return settings_write(setup, text, was, is_there);
}

/* Reads them as the program does. */
static enum err settings_load(struct cli *cli, struct conf *conf, enum conf_program program)
{
	const char *error;
	enum err err = conf_load(conf, cli->conf_file, program, &error);

	return err == ERR_OK ? ERR_OK
		: cli_fail(cli, err, "%s", arena_string(&cli->arena, error));
}

/* The keys, in a folder for their owner alone. */
static enum err keys_make(struct setup *setup)
{
	struct cli *cli = setup->cli;
	const char *key = cli->conf.server_key_file, *slash = strrchr(key, '/');

	if (slash != NULL) {
		TRY(folder_make(setup, arena_copy(&cli->arena, key, (size_t)(slash - key)), 0700));
	}
	return cli_keys_make(cli);
}

enum err setup_files(struct setup *setup)
{
	struct cli *cli = setup->cli;

	TRY(settings_make(setup));
	TRY(settings_load(cli, &cli->conf, CONF_ADMIN));
	TRY(settings_load(cli, &setup->web, CONF_WEB));
	TRY(settings_load(cli, &setup->mailer, CONF_MAILER));
	return keys_make(setup);
}
