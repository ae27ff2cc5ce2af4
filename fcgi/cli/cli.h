/*
 * The command line: a second front door over the same rooms, for the person who runs the host. A
 * command is a row of commands.def; it prints for people, or one JSON document with --json.
 * Passwords come from stdin or are generated, never from an argument that others can see.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/text.h"
#include "rule/account.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The values of an option that may be repeated. */
struct cli_names {
	const char *names[ACCOUNT_GROUPS_MAX];
	size_t count;
};

/* What a command was given; which options it takes stands in its row. */
struct cli {
	struct arena arena;
	struct conf conf;
	struct db *db;
	struct text out;         /* printed at the end, if all went well */
	const char *error;       /* sentence for people, NULL: the error's name will do */
	bool json;
	bool version;
	const char *conf_file;
	const char *argument;    /* the <word> of the pattern, NULL without one */
	const char *name;
	struct cli_names groups;
	struct cli_names left;
	bool only;
	const char *two_factor;
	bool password_stdin;
	bool keep_password;
	bool masked;
	bool link;
	bool all;
	const char *network;
	const char *nginx_user;
	const char *socket;
	bool url;
	uint64_t limit;
	const char *dir;
	bool dry_run;
	bool ignore_unknown;
	const char *encoding; /* NULL: to be found out */
	const char *passphrase_file;
	const char *check; /* the database to try a backup in */
	const char *database;
	const char *database_password_file;
	const char *database_ca;
	const char *database_from;
	const char *prefix;      /* of the tables; NULL: as the settings say */
	const char *admin;
	bool one_account;
	bool print_sql;
	bool changed;            /* what commands do by steps: one of them did something */
};

/* Sets the sentence and returns err: return cli_fail(cli, ERR_NOT_FOUND, "nobody has ..."); */
enum err cli_fail(struct cli *cli, enum err err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads the keys of the installation, for the caller to wipe. */
enum err cli_server_keys(struct cli *cli, struct secret_ring *keys) MUST_USE;

/* Begins to print a record of plain pairs: "key: value" lines, or a JSON object. */
void cli_open(struct cli *cli);

/* Prints one pair of it. */
void cli_pair(struct cli *cli, const char *key, const char *value);

/* Prints the values of one key: a line for each, or an array; nothing without any. */
void cli_list(struct cli *cli, const char *key, const char *const *values, size_t count);

/* Ends the record. */
void cli_close(struct cli *cli);

/* The commands: cli_user_add() and so on. */
#define COMMAND(function, words, argument, options, bare, sentence) \
	enum err cli_##function(struct cli *cli) MUST_USE;
#include "cli/commands.def"
#undef COMMAND

#endif
