/*
 * What a backup is made of, in the order of its parts: about (which release, which schema, when),
 * settings, the keys that are there, database (a dump). All are as they stand in their files.
 */
#ifndef CLI_BACKUP_H
#define CLI_BACKUP_H

#include "cli/cli.h"

enum { BACKUP_KEYS = 3 };

#define BACKUP_ABOUT "about"
#define BACKUP_SETTINGS "settings"
#define BACKUP_DATABASE "database"
#define BACKUP_SERVER_KEY "server-key"

/* A key as a part: its name there, where its file is, and who may read that. */
struct backup_key {
	const char *name;
	const char *path;
	unsigned mode;
};

/* The prefix of the tables is a line of what the part "about" says; without a prefix there is
 * none. */
#define BACKUP_PREFIX "\nprefix "

/* Gives the keys, of which some need not be there. */
void cli_backup_keys(struct cli *cli, struct backup_key keys[static BACKUP_KEYS]);

/* Reads the passphrase: the first line of --passphrase-file, or of stdin. */
enum err cli_backup_passphrase(struct cli *cli, const char **passphrase) MUST_USE;

/* Reads a small file whole; *bytes is NULL when there is none. */
enum err cli_backup_read(struct cli *cli, const char *path, const char **bytes, size_t *size)
	MUST_USE;

#endif
