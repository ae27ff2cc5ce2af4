/*
 * Migrations: numbered files, applied in order, each recorded after it ran whole. DDL cannot be
 * rolled back, so every statement of a file may run twice: what was interrupted is run again from
 * the start of its file.
 */
#include "cli/cli.h"

#include "base/secret.h"
#include "store/schema.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1024 * 1024 };

/* "0001_users.sql": four digits, _, anything, .sql. */
static int is_migration(const struct dirent *entry)
{
	const char *name = entry->d_name;
	size_t len = strlen(name);

	return strspn(name, "0123456789") == 4 && name[4] == '_' && len > 9 &&
		strcmp(name + len - 4, ".sql") == 0;
}

static enum err read_file(struct cli *cli, const char *name, char **bytes, size_t *len)
{
	const char *path = arena_printf(&cli->arena, "%s/%s", cli->dir, name);
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", path, strerror(errno));
	}
	*bytes = arena_alloc(&cli->arena, FILE_MOST);
	*len = fread(*bytes, 1, FILE_MOST, file);
	fclose(file);
	return *len == FILE_MOST ? cli_fail(cli, ERR_INVALID, "%s is too large", path) : ERR_OK;
}

static enum err apply(struct cli *cli, const char *name, uint64_t version, const char *sql,
	size_t len)
{
	struct schema_version applied = { .version = version, .name = name,
		.checksum = secret_hash(sql, len) };
	enum err err = db_script(cli->db, sql, len);

	if (err == ERR_OK) {
		err = store_schema_record(cli->db, &applied);
	}
	if (err != ERR_OK) {
		return cli_fail(cli, err, "%s failed; mend the cause and run migrate again", name);
	}
	cli_pair(cli, "applied", name);
	return ERR_OK;
}

/* The file before all others makes the table that the others are recorded in. */
static enum err prepare_table(struct cli *cli, const char *name)
{
	char *sql;
	size_t len;
	enum err err = read_file(cli, name, &sql, &len);

	return err == ERR_OK ? db_script(cli->db, sql, len) : err;
}

static enum err migrate_file(struct cli *cli, const char *name)
{
	uint64_t version = strtoull(name, NULL, 10);
	struct schema_version applied;
	struct secret_hash checksum;
	char *sql;
	size_t len;
	enum err err;

	if (version == 0) {
		return prepare_table(cli, name);
	}
	err = read_file(cli, name, &sql, &len);
	if (err != ERR_OK) {
		return err;
	}
	checksum = secret_hash(sql, len);
	err = store_schema_load(cli->db, &cli->arena, version, &applied);
	if (err == ERR_NOT_FOUND) {
		return apply(cli, name, version, sql, len);
	}
	if (err == ERR_OK &&
	    memcmp(checksum.bytes, applied.checksum.bytes, sizeof(checksum.bytes)) != 0) {
		return cli_fail(cli, ERR_CONFLICT, "%s is not the file that was applied", name);
	}
	return err;
}

static enum err migrate_all(struct cli *cli, struct dirent **entries, int count)
{
	uint64_t found;
	enum err err = store_schema_lock(cli->db, &cli->arena);

	for (int i = 0; err == ERR_OK && i < count; i++) {
		err = migrate_file(cli, entries[i]->d_name);
	}
	if (err != ERR_OK) {
		return err;
	}
	err = store_schema_check(cli->db, &found);
	if (err == ERR_CONFLICT) {
		return cli_fail(cli, err, "the database has schema %" PRIu64 ", this program knows %d",
			found, SCHEMA_VERSION);
	}
	cli_pair(cli, "schema", arena_printf(&cli->arena, "%" PRIu64, found));
	return err;
}

enum err cli_migrate(struct cli *cli)
{
	struct dirent **entries;
	int count = scandir(cli->dir, &entries, is_migration, alphasort);
	enum err err;

	if (count < 0) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", cli->dir, strerror(errno));
	}
	cli_open(cli);
	err = count == 0 ? cli_fail(cli, ERR_INVALID, "no migrations in %s", cli->dir)
		: migrate_all(cli, entries, count);
	cli_close(cli);
	for (int i = 0; i < count; i++) {
		free(entries[i]);
	}
	free(entries);
	return err;
}
