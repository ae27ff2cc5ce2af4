/*
 * Bringing a backup back. The file is read to its end before anything is changed: one that was cut
 * off or changed restores nothing. What is there is never overwritten.
 */
#include "cli/backup.h"

#include "base/file.h"
#include "base/locked.h"
#include "cli/audit.h"
#include "cli/call.h"
#include "cli/tool.h"
#include "store/schema.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SMALL_PART_MAX = 1024 * 1024 };

/* A backup that is being read. */
struct restore {
	struct cli *cli;
	const char *path;
	const char *passphrase;
	const char *database; /* where the dump goes to */
	FILE *file;
	struct locked *locked;
	struct secret_ring server_keys; /* of the backup */
	bool has_key;
	bool runs;            /* these programs, on what was restored */
};

/* What is wrong with the file, each fault in words of its own. */
static enum err restore_blame(struct restore *restore, enum locked_fault fault)
{
	struct cli *cli = restore->cli;
	long at = ftell(restore->file);

	switch (fault) {
	case LOCKED_WHOLE:
		return ERR_UNAVAILABLE;
	case LOCKED_STRANGER:
		return cli_fail(cli, ERR_INVALID, "%s is not a backup of ours", restore->path);
	case LOCKED_PASSPHRASE:
		return cli_fail(cli, ERR_INVALID, "the passphrase is wrong: %s was made with another one, "
			"and is unharmed as far as that can be told", restore->path);
	case LOCKED_CUT:
		return cli_fail(cli, ERR_CONFLICT, "%s ends too early, after %ld bytes: it was cut off, or "
			"was not written to its end; take another copy", restore->path, at);
	case LOCKED_CHANGED:
		break;
	}
	return cli_fail(cli, ERR_CONFLICT, "%s was changed after it was written, before byte %ld; take "
		"another copy", restore->path, at);
}

static enum err restore_open(struct restore *restore)
{
	enum locked_fault fault;

	if (fseek(restore->file, 0, SEEK_SET) != 0) {
		return cli_fail(restore->cli, ERR_INVALID, "cannot read %s: %s", restore->path,
			strerror(errno));
	}
	restore->locked = locked_open(restore->file, restore->passphrase, &fault);
	return restore->locked != NULL ? ERR_OK : restore_blame(restore, fault);
}

static enum err restore_next(struct restore *restore, char name[static LOCKED_NAME_MAX])
{
	return locked_next(restore->locked, name) == ERR_OK ? ERR_OK
		: restore_blame(restore, locked_fault(restore->locked));
}

/* Reads the file to its end: whether each byte is as it was written. */
static enum err restore_read_through(struct restore *restore)
{
	char name[LOCKED_NAME_MAX];

	TRY(restore_open(restore));
	do {
		TRY(restore_next(restore, name));
	} while (name[0] != '\0');
	locked_close(restore->locked);
	restore->locked = NULL;
	return ERR_OK;
}

/* Reads a part that is not the database whole. */
static enum err restore_take_small(struct restore *restore, struct text *part)
{
	const void *bytes;
	size_t size;

	do {
		if (locked_take(restore->locked, &bytes, &size) != ERR_OK) {
			return restore_blame(restore, locked_fault(restore->locked));
		}
		text_put(part, bytes, size);
	} while (size > 0 && part->len <= SMALL_PART_MAX);
	return ERR_OK;
}

/* Writes a file that is not there. */
static enum err restore_write_file(struct cli *cli, const char *path, unsigned mode,
	const struct text *part)
{
	if (file_make(path, mode, part->bytes, part->len) != ERR_OK) {
		return cli_fail(cli, ERR_UNAVAILABLE, "cannot write %s: %s", path, strerror(errno));
	}
	cli_pair(cli, path, "restored");
	return ERR_OK;
}

/* Puts a key where there is none. Another one that is there may be needed for what else is. */
static enum err restore_key(struct restore *restore, const struct backup_key *key,
	const struct text *part)
{
	struct cli *cli = restore->cli;
	const char *bytes;
	size_t size;

	TRY(cli_backup_read(cli, key->path, &bytes, &size));
	if (bytes == NULL) {
		return restore_write_file(cli, key->path, key->mode, part);
	}
	cli_pair(cli, key->path, "kept");
	return size == part->len && memcmp(bytes, part->bytes, size) == 0 ? ERR_OK
		: cli_fail(cli, ERR_CONFLICT, "%s is another key than that of the backup, without which "
			"what the backup has cannot be read: move it away and run restore again", key->path);
}

/* The settings of the backup are laid beside those that are in use, if they are others. */
static enum err restore_settings(struct restore *restore, const struct text *part)
{
	struct cli *cli = restore->cli;
	const char *path = arena_printf(&cli->arena, "%s.restored", cli->conf_file), *bytes;
	size_t size;

	TRY(cli_backup_read(cli, cli->conf_file, &bytes, &size));
	if (size == part->len && memcmp(bytes, part->bytes, size) == 0) {
		cli_pair(cli, cli->conf_file, "kept");
		return ERR_OK;
	}
	unlink(path);
	return restore_write_file(cli, path, 0600, part);
}

/* Keeps the key of the backup, to prove the trail with it. */
static enum err restore_keep_key(struct restore *restore, const struct text *part)
{
	restore->has_key = secret_ring_parse(part->bytes, part->len, &restore->server_keys) == ERR_OK;
	return ERR_OK;
}

/* The dump names its tables by their prefix. */
static enum err restore_check_prefix(struct restore *restore, const char *about)
{
	struct cli *cli = restore->cli;
	const char *line = strstr(about, BACKUP_PREFIX);
	const char *prefix = line == NULL ? "" : arena_copy(&cli->arena,
		line + strlen(BACKUP_PREFIX), strcspn(line + strlen(BACKUP_PREFIX), "\n"));

	return strcmp(prefix, cli->conf.db_prefix) == 0 ? ERR_OK
		: cli_fail(cli, ERR_CONFLICT, "the tables of the backup have %s%s, those of the settings "
			"%s%s: put that of the backup into the settings ([database] prefix) and run restore "
			"again", prefix[0] == '\0' ? "no prefix" : "the prefix ", prefix,
			cli->conf.db_prefix[0] == '\0' ? "none" : "the prefix ", cli->conf.db_prefix);
}

/* What becomes of a part that is not the database. */
static enum err restore_small(struct restore *restore, const char *name)
{
	struct backup_key keys[BACKUP_KEYS];
	struct text part = text_in(&restore->cli->arena);

	text_puts(&part, "");
	TRY(restore_take_small(restore, &part));
	if (strcmp(name, BACKUP_ABOUT) == 0) {
		return restore_check_prefix(restore, part.bytes);
	}
	if (strcmp(name, BACKUP_SERVER_KEY) == 0) {
		TRY(restore_keep_key(restore, &part));
	}
	if (restore->cli->check != NULL) {
		return ERR_OK;
	}
	if (strcmp(name, BACKUP_SETTINGS) == 0) {
		return restore_settings(restore, &part);
	}
	cli_backup_keys(restore->cli, keys);
	for (size_t i = 0; i < BACKUP_KEYS; i++) {
		if (strcmp(name, keys[i].name) == 0) {
			return restore_key(restore, &keys[i], &part);
		}
	}
	return ERR_OK;
}

static enum err restore_give_dump(struct restore *restore, FILE *load)
{
	const void *bytes;
	size_t size;

	do {
		if (locked_take(restore->locked, &bytes, &size) != ERR_OK) {
			return restore_blame(restore, locked_fault(restore->locked));
		}
	} while (size > 0 && fwrite(bytes, size, 1, load) == 1);
	return ERR_OK;
}

/* What the tool says is the cause, also where it has closed its end before ours. */
static enum err restore_database(struct restore *restore)
{
	struct cli *cli = restore->cli;
	struct tool load;
	enum err err;

	TRY(cli_tool_load(cli, restore->database, &load));
	err = restore_give_dump(restore, load.pipe);
	if (cli_tool_end(cli, &load) != ERR_OK) {
		return cli_fail(cli, ERR_UNAVAILABLE, "%s; the database %s has a part of the backup: empty "
			"it before the next try", cli->error, restore->database);
	}
	return err;
}

static enum err restore_parts(struct restore *restore)
{
	char name[LOCKED_NAME_MAX];

	TRY(restore_open(restore));
	for (;;) {
		TRY(restore_next(restore, name));
		if (name[0] == '\0') {
			return ERR_OK;
		}
		if (strcmp(name, BACKUP_DATABASE) == 0) {
			TRY(restore_database(restore));
		} else {
			TRY(restore_small(restore, name));
		}
	}
}

/* Gives the name of a table that is in the way; ERR_NOT_FOUND when there is none. Of a database
 * that others have tables in too, ours are. */
static enum err restore_find_table(struct restore *restore, const char **table)
{
	struct cli *cli = restore->cli;
	size_t count;

	if (cli->conf.db_prefix[0] == '\0' || cli->check != NULL) {
		return store_schema_table(cli->db, &cli->arena, table);
	}
	TRY(store_schema_own(cli->db, &cli->arena, table, 1, &count));
	return count == 0 ? ERR_NOT_FOUND : ERR_OK;
}

/* An empty one takes it; what is in another may be somebody's. */
static enum err restore_look_into(struct restore *restore)
{
	struct cli *cli = restore->cli;
	const char *table = "";
	enum err err = restore_find_table(restore, &table);

	return err == ERR_NOT_FOUND ? ERR_OK : err != ERR_OK ? err
		: cli_fail(cli, ERR_CONFLICT, "the database %s is not empty, it has %s: a backup is "
			"restored into an empty one", restore->database, table);
}

/* Whether what was restored is what these programs run on, and what the key has sealed. */
static enum err restore_prove(struct restore *restore)
{
	struct cli *cli = restore->cli;
	struct audit_proof proof = { 0 };
	struct schema_found found;

	if (store_schema_check(cli->db, &found) == ERR_CONFLICT) {
		cli_pair(cli, "schema", store_schema_words(&cli->arena, &found));
		return ERR_OK;
	}
	restore->runs = true;
	cli_pair(cli, "schema", arena_printf(&cli->arena, "%" PRIu64, found.version));
	if (!restore->has_key) {
		return cli_fail(cli, ERR_CONFLICT, "the backup has no key of the server");
	}
	TRY(cli_audit_try(cli, &restore->server_keys, &proof));
	cli_pair(cli, "trail", proof.finding != NULL ? proof.finding
		: arena_printf(&cli->arena, "%" PRIu64 " rows proved", proof.rows));
	return proof.finding == NULL ? ERR_OK : cli_fail(cli, ERR_CONFLICT, "%s", proof.finding);
}

static enum err restore_run(struct restore *restore)
{
	struct cli *cli = restore->cli;
	enum err err;

	TRY(restore_read_through(restore));
	TRY(restore_look_into(restore));
	cli_open(cli);
	err = restore_parts(restore);
	if (err == ERR_OK) {
		err = restore_prove(restore);
	}
	cli_close(cli);
	return err;
}

/* Tries the backup in a database of its own, and empties that again. */
static enum err restore_try(struct restore *restore)
{
	enum err err = restore_run(restore), emptied = ERR_OK;

	if (restore->locked != NULL) { /* it was empty, and has become what it is by us */
		emptied = store_schema_drop(restore->cli->db);
	}
	return err == ERR_OK ? emptied : err;
}

/* The database that the settings name, or another one of the same server. */
static enum err restore_choose(struct restore *restore)
{
	struct cli *cli = restore->cli;

	if (cli->check == NULL) {
		restore->database = cli->conf.db_name;
		return ERR_OK;
	}
	if (strcmp(cli->check, cli->conf.db_name) == 0) {
		return cli_fail(cli, ERR_INVALID, "--check names the database that is in use: make an "
			"empty one to try the backup in");
	}
	restore->database = cli->conf.db_name = cli->check;
	return ERR_OK;
}

static enum err restore_from(struct restore *restore)
{
	struct cli *cli = restore->cli;
	enum err err;

	signal(SIGPIPE, SIG_IGN); /* a tool that ends too early has said why */
	err = cli->check == NULL ? restore_run(restore) : restore_try(restore);
	locked_close(restore->locked);
	secret_wipe(&restore->server_keys, sizeof(restore->server_keys));
	return err != ERR_OK || cli->check != NULL || !restore->runs ? err
		: cli_audit_record(cli, &(struct audit_event){ .action = "backup.restore" });
}

enum err cli_restore(struct cli *cli)
{
	struct restore restore = { .cli = cli, .path = cli->argument, .passphrase = "" };
	enum err err;

	TRY(restore_choose(&restore));
	TRY(cli_backup_passphrase(cli, &restore.passphrase));
	restore.file = fopen(restore.path, "re");
	if (restore.file == NULL) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", restore.path, strerror(errno));
	}
	err = restore_from(&restore);
	fclose(restore.file);
	return err;
}
