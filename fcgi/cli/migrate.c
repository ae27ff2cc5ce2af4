/*
 * Migrations: numbered files, applied in order, each recorded after it ran whole. DDL cannot be
 * rolled back, so every statement of a file may run twice: what was interrupted is run again from
 * the start of its file.
 */
#include "cli/steps.h"

#include "base/secret.h"
#include "cli/strangers.h"
#include "cli/words.h"
#include "store/prefix.h"
#include "store/schema.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 256 * 1024 };

static int migrate_is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len >= 4 && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

/* Looks at the names, "0001_users.sql" for 1: every number from 0 to the one this program knows,
 * each once, and nothing else. */
static enum err migrate_check_files(struct cli *cli, struct dirent **entries, int count)
{
	if (count == 0) {
		return cli_fail(cli, ERR_INVALID, "no migrations in %s", cli->dir);
	}
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		char start[16];

		snprintf(start, sizeof(start), "%04d_", i);
		if (i > SCHEMA_VERSION) {
			return cli_fail(cli, ERR_INVALID, "%s/%s: this program knows no migration after %04d",
				cli->dir, name, SCHEMA_VERSION);
		}
		if (strncmp(name, start, strlen(start)) != 0 || strlen(name) <= strlen(start) + 4) {
			return cli_fail(cli, ERR_INVALID, "%s/%s stands where %04d_NAME.sql must be", cli->dir,
				name, i);
		}
	}
	return count > SCHEMA_VERSION ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "%s/%04d_NAME.sql is missing", cli->dir, count);
}

/* A file as it is to run here. */
struct migration {
	const char *sql;
	struct secret_hash checksum; /* of the text without a prefix: it is the same everywhere */
};

/* Reads a file of the folder whole. */
static enum err migrate_read_file(struct cli *cli, const char *name, struct migration *migration)
{
	const char *path = arena_printf(&cli->arena, "%s/%s", cli->dir, name);
	FILE *file = fopen(path, "re");
	const char *text, *bare;
	char all[FILE_MAX];
	size_t len;

	if (file == NULL) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", path, strerror(errno));
	}
	len = fread(all, 1, FILE_MAX, file);
	fclose(file);
	text = arena_copy(&cli->arena, all, len);
	bare = prefix_put(&cli->arena, "", text);
	*migration = (struct migration){ prefix_put(&cli->arena, cli->conf.db_prefix, text),
		secret_hash(bare, strlen(bare)) };
	return len == FILE_MAX ? cli_fail(cli, ERR_INVALID, "%s is too large", path) : ERR_OK;
}

/* Finds what follows the words in the line that begins with them; NULL when there is none. */
static const char *migrate_find_line(const char *sql, const char *words)
{
	const char *line = sql;
	size_t len = strlen(words);

	while (strncmp(line, words, len) != 0) {
		line = strchr(line, '\n');
		if (line == NULL) {
			return NULL;
		}
		line++;
	}
	return line + len;
}

/* Reads what a migration is to the programs that are older: "-- expand" takes nothing from them,
 * "-- contract from 0027" takes what those of schema 27 and newer do without. Without such a line
 * none of them runs on it. */
static enum err migrate_read_kind(struct cli *cli, const char *sql, struct schema_version *applied)
{
	const char *expand = migrate_find_line(sql, "-- expand");
	const char *contract = migrate_find_line(sql, "-- contract from ");

	applied->runs_from = applied->version;
	if (contract != NULL) {
		applied->runs_from = strtoull(contract, NULL, 10);
	} else if (expand != NULL && (*expand == '\n' || *expand == '\0')) {
		applied->runs_from = 0;
	}
	return contract == NULL ||
		(applied->runs_from > 0 && applied->runs_from < applied->version) ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "%s: \"-- contract from\" must name an earlier schema, whose "
			"programs do without what it takes away", applied->name);
}

/* Runs a file and records that. */
static enum err migrate_apply(struct cli *cli, const char *name, uint64_t version,
	const struct migration *migration)
{
	struct schema_version applied = { .version = version, .name = name,
		.checksum = migration->checksum };
	enum err err;

	TRY(migrate_read_kind(cli, migration->sql, &applied));
	err = db_script(cli->db, migration->sql, strlen(migration->sql));
	if (err == ERR_OK) {
		err = store_schema_record(cli->db, &applied);
	}
	if (err != ERR_OK) {
		return cli_fail(cli, err, "%s failed; mend the cause and run migrate again", name);
	}
	return ERR_OK;
}

/* Applies a file unless that was done; *ran says that it was applied now. The file before all
 * others makes the table that the others are recorded in, and always runs. */
static enum err migrate_file(struct cli *cli, const char *name, bool *ran)
{
	uint64_t version = strtoull(name, NULL, 10);
	struct schema_version applied;
	struct migration migration;
	enum err err;

	TRY(migrate_read_file(cli, name, &migration));
	if (version == 0) {
		return db_script(cli->db, migration.sql, strlen(migration.sql));
	}
	err = store_schema_load(cli->db, &cli->arena, version, &applied);
	if (err == ERR_NOT_FOUND) {
		err = migrate_apply(cli, name, version, &migration);
		*ran = err == ERR_OK;
		return err;
	}
	if (err == ERR_OK && memcmp(migration.checksum.bytes, applied.checksum.bytes,
			sizeof(applied.checksum.bytes)) != 0) {
		return cli_fail(cli, ERR_CONFLICT, "%s is not the file that was applied", name);
	}
	return err;
}

/* Looks whether a file that is still to be applied would meet tables of strangers; the first file
 * begins. */
static enum err migrate_check_file(struct cli *cli, const char *name, struct strangers *strangers)
{
	uint64_t version = strtoull(name, NULL, 10);
	struct schema_version applied;
	enum err err = ERR_NOT_FOUND;
	struct migration migration;

	if (version != 0 && strangers->marked) {
		err = store_schema_load(cli->db, &cli->arena, version, &applied);
	}
	if (err != ERR_NOT_FOUND) {
		return err;
	}
	TRY(migrate_read_file(cli, name, &migration));
	return version == 0 ? strangers_begin(cli, migration.sql, strangers)
		: strangers_check(cli, migration.sql, strangers);
}

/* Before anything is changed. */
static enum err migrate_check_strangers(struct cli *cli, struct dirent **entries, int count)
{
	struct strangers strangers = { .marked = false };

	for (int i = 0; i < count; i++) {
		TRY(migrate_check_file(cli, entries[i]->d_name, &strangers));
	}
	return ERR_OK;
}

/* Applies what is missing, alone in the world, and says what that was. */
static enum err migrate_all(struct cli *cli, struct dirent **entries, int count)
{
	const char **applied = arena_array(&cli->arena, (size_t)count, sizeof(*applied));
	size_t applied_count = 0;
	struct schema_found found;
	enum err err = store_schema_lock(cli->db, &cli->arena);

	if (err == ERR_OK) {
		err = migrate_check_strangers(cli, entries, count);
	}
	for (int i = 0; err == ERR_OK && i < count; i++) {
		bool ran = false;

		err = migrate_file(cli, entries[i]->d_name, &ran);
		if (ran) {
			applied[applied_count++] = entries[i]->d_name;
			cli->changed = true;
		}
	}
	cli_list(cli, "applied", applied, applied_count);
	TRY(err);
	err = store_schema_check(cli->db, &found);
	if (err == ERR_CONFLICT) {
		return cli_fail(cli, err, "%s", store_schema_words(&cli->arena, &found));
	}
	if (err == ERR_OK && cli_words_fill(cli) != ERR_OK) {
		return cli_fail(cli, ERR_UNAVAILABLE, "the words of users and clients are not complete; "
			"mend the cause and run migrate again");
	}
	cli_pair(cli, "schema", arena_printf(&cli->arena, "%" PRIu64, found.version));
	return err;
}

enum err cli_migrate_from_folder(struct cli *cli)
{
	struct dirent **entries;
	int count = scandir(cli->dir, &entries, migrate_is_sql, alphasort);
	enum err err;

	if (count < 0) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", cli->dir, strerror(errno));
	}
	err = migrate_check_files(cli, entries, count);
	if (err == ERR_OK) {
		err = migrate_all(cli, entries, count);
	}
	for (int i = 0; i < count; i++) {
		free(entries[i]);
	}
	free(entries);
	return err;
}

enum err cli_migrate(struct cli *cli)
{
	enum err err;

	cli_open(cli);
	err = cli_migrate_from_folder(cli);
	cli_close(cli);
	return err;
}
