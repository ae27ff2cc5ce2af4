/*
 * A backup: all that it takes to go on after the host is lost, in one file that a passphrase locks.
 * It is written beside its name and gets that when it is whole.
 */
#include "cli/backup.h"

#include "base/clock.h"
#include "base/locked.h"
#include "base/version.h"
#include "cli/call.h"
#include "cli/tool.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { PASSPHRASE_LEAST = 15, SMALL_FILE_MAX = 1024 * 1024, MEBIBYTE = 1024 * 1024 };

/* A backup on its way. */
struct backup {
	struct cli *cli;
	const char *path;   /* what it will be called */
	const char *part;   /* what it is called until then */
	FILE *file;
	struct locked *locked;
};

void cli_backup_keys(struct cli *cli, struct backup_key keys[static BACKUP_KEYS])
{
	const struct conf *conf = &cli->conf;

	keys[0] = (struct backup_key){ BACKUP_SERVER_KEY, conf->server_key_file, 0640 };
	keys[1] = (struct backup_key){ "mail-public-key", conf->mail_key_file, 0644 };
	keys[2] = (struct backup_key){ "mail-secret-key", conf->mail_secret_key_file, 0600 };
}

/* Whoever finds the file may guess for as long as they like. */
static enum err cli_backup_check_passphrase(struct cli *cli, const char *passphrase)
{
	return text_points(passphrase) >= PASSPHRASE_LEAST ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "the passphrase must have at least %d characters: whoever "
			"finds the file may try as many as they like", PASSPHRASE_LEAST);
}

/* Asks for it where somebody types, without showing it. */
static ssize_t backup_read_line(FILE *file, char **line, size_t *room)
{
	struct termios shown, hidden;
	bool typed = tcgetattr(fileno(file), &shown) == 0;
	ssize_t len;

	if (typed) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		fputs("Passphrase: ", stderr);
		(void)tcsetattr(fileno(file), TCSAFLUSH, &hidden);
	}
	len = getline(line, room, file);
	if (typed) {
		(void)tcsetattr(fileno(file), TCSAFLUSH, &shown);
		fputc('\n', stderr);
	}
	return len;
}

enum err cli_backup_passphrase(struct cli *cli, const char **passphrase)
{
	const char *path = cli->passphrase_file;
	FILE *file = path == NULL ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (file == NULL) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", path, strerror(errno));
	}
	len = backup_read_line(file, &line, &room);
	if (len >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		*passphrase = arena_string(&cli->arena, line);
		explicit_bzero(line, room);
	}
	free(line);
	if (file != stdin) {
		fclose(file);
	}
	return len >= 0 ? ERR_OK : cli_fail(cli, ERR_INVALID, "there is no passphrase: it is the first "
		"line of standard input, or of --passphrase-file");
}

enum err cli_backup_read(struct cli *cli, const char *path, const char **bytes, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *room;

	*bytes = NULL;
	*size = 0;
	if (file == NULL) {
		return errno == ENOENT ? ERR_OK
			: cli_fail(cli, ERR_INVALID, "cannot read %s: %s", path, strerror(errno));
	}
	room = arena_alloc(&cli->arena, SMALL_FILE_MAX);
	*size = fread(room, 1, SMALL_FILE_MAX, file);
	*bytes = room;
	fclose(file);
	return *size < SMALL_FILE_MAX ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "%s is too large for what it is", path);
}

static enum err backup_put_part(struct backup *backup, const char *name, const void *bytes,
	size_t size)
{
	TRY(locked_begin(backup->locked, name));
	TRY(locked_put(backup->locked, bytes, size));
	return locked_end(backup->locked);
}

static enum err backup_put_file(struct backup *backup, const char *name, const char *path)
{
	const char *bytes;
	size_t size;

	TRY(cli_backup_read(backup->cli, path, &bytes, &size));
	return bytes == NULL ? ERR_OK : backup_put_part(backup, name, bytes, size);
}

/* What whoever finds it in ten years needs to know first. */
static enum err backup_put_about(struct backup *backup)
{
	struct cli *cli = backup->cli;
	struct schema_found found;
	char now[CLOCK_TEXT_MAX];
	const char *about;

	if (store_schema_check(cli->db, &found) == ERR_CONFLICT) {
		return cli_fail(cli, ERR_CONFLICT, "%s", store_schema_words(&cli->arena, &found));
	}
	clock_text(clock_now(), now);
	about = arena_printf(&cli->arena, "release %s\nschema %" PRIu64 "\nmade %s\ndatabase %s%s%s\n",
		version_release, found.version, now, cli->conf.db_name,
		cli->conf.db_prefix[0] == '\0' ? "" : BACKUP_PREFIX, cli->conf.db_prefix);
	return backup_put_part(backup, BACKUP_ABOUT, about, strlen(about));
}

static enum err backup_put_keys(struct backup *backup)
{
	struct backup_key keys[BACKUP_KEYS];

	cli_backup_keys(backup->cli, keys);
	for (size_t i = 0; i < BACKUP_KEYS; i++) {
		TRY(backup_put_file(backup, keys[i].name, keys[i].path));
	}
	return ERR_OK;
}

/* A view runs with the rights of whoever restores it: they need not be called as we are. In a line
 * of data nothing begins like this. */
static const char *without_definer(const char *line)
{
	static const char definer[] = "/*!50013 DEFINER=";

	return strncmp(line, definer, sizeof(definer) - 1) == 0
		? "/*!50013 SQL SECURITY DEFINER */\n" : line;
}

/* Takes the dump, a line at a time: a line is at most a packet of the server. */
static enum err backup_take_dump(struct backup *backup, FILE *dump)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	enum err err = ERR_OK;

	while (err == ERR_OK && (len = getline(&line, &room, dump)) >= 0) {
		const char *kept = without_definer(line);

		err = locked_put(backup->locked, kept, kept == line ? (size_t)len : strlen(kept));
	}
	free(line);
	return err;
}

/* Tables with a prefix are told apart from those of others; without one all are taken, also those
 * that a view in the place of ours reads. */
static enum err backup_start_dump(struct backup *backup, struct tool *dump)
{
	const char *tables[SCHEMA_TABLES_MAX];
	struct cli *cli = backup->cli;
	size_t count = 0;

	if (cli->conf.db_prefix[0] != '\0') {
		TRY(store_schema_own(cli->db, &cli->arena, tables, SCHEMA_TABLES_MAX, &count));
	}
	return cli_tool_dump(cli, tables, count, dump);
}

static enum err backup_put_database(struct backup *backup)
{
	struct tool dump;
	enum err err, ended;
	int reason;

	TRY(locked_begin(backup->locked, BACKUP_DATABASE));
	TRY(backup_start_dump(backup, &dump));
	err = backup_take_dump(backup, dump.pipe);
	reason = errno;
	ended = cli_tool_end(backup->cli, &dump);
	if (err != ERR_OK) { /* the tool's pipe broke by that, which is not the cause */
		return cli_fail(backup->cli, err, "cannot write %s: %s", backup->path, strerror(reason));
	}
	TRY(ended);
	return locked_end(backup->locked);
}

static enum err backup_put_all(struct backup *backup)
{
	TRY(backup_put_about(backup));
	TRY(backup_put_file(backup, BACKUP_SETTINGS, backup->cli->conf_file));
	TRY(backup_put_keys(backup));
	TRY(backup_put_database(backup));
	return locked_finish(backup->locked);
}

/* Opens the file beside its name, for us alone. */
static enum err backup_open(struct backup *backup)
{
	struct cli *cli = backup->cli;
	int file;

	if (access(backup->path, F_OK) == 0) {
		return cli_fail(cli, ERR_CONFLICT, "%s is there already: give the backup another name",
			backup->path);
	}
	file = open(backup->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	backup->file = file < 0 ? NULL : fdopen(file, "w");
	return backup->file != NULL ? ERR_OK : cli_fail(cli, ERR_UNAVAILABLE, "cannot write %s: %s",
		backup->part, strerror(errno));
}

/* Writes all of it, or leaves nothing behind. */
static enum err backup_write(struct backup *backup, const char *passphrase)
{
	struct cli *cli = backup->cli;
	enum err err;

	TRY(backup_open(backup));
	backup->locked = locked_create(backup->file, passphrase, cli->conf.hash_passes,
		cli->conf.hash_memory * MEBIBYTE);
	err = backup->locked == NULL ? ERR_UNAVAILABLE : backup_put_all(backup);
	locked_close(backup->locked);
	if (err == ERR_OK && rename(backup->part, backup->path) != 0) {
		err = ERR_UNAVAILABLE;
	}
	if (err == ERR_UNAVAILABLE && cli->error == NULL) {
		err = cli_fail(cli, err, "cannot write %s: %s", backup->path, strerror(errno));
	}
	fclose(backup->file);
	if (err != ERR_OK) {
		unlink(backup->part);
	}
	return err;
}

enum err cli_backup(struct cli *cli)
{
	struct backup backup = { .cli = cli, .path = cli->argument,
		.part = arena_printf(&cli->arena, "%s.part", cli->argument) };
	const char *passphrase = "";

	TRY(cli_backup_passphrase(cli, &passphrase));
	TRY(cli_backup_check_passphrase(cli, passphrase));
	TRY(backup_write(&backup, passphrase));
	cli_open(cli);
	cli_pair(cli, "backup", backup.path);
	cli_close(cli);
	return cli_audit_record(cli, &(struct audit_event){ .action = "backup.make" });
}
