/*
 * The command line: a second front door over the same rooms, for the person who runs the host. A
 * command is a row of commands.c; it prints for people, or one JSON document with --json. Passwords
 * come from stdin or are generated, never from an argument that others can see.
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

/* What a command was given; which options it takes stands in its row. */
struct cli {
	struct arena arena;
	struct conf conf;
	struct db *db;
	struct text out;         /* printed at the end, if all went well */
	const char *error;       /* sentence for people, NULL: the error's name will do */
	bool json;
	const char *conf_file;
	const char *argument;    /* the <word> of the pattern, NULL without one */
	const char *name;
	const char *groups[ACCOUNT_GROUPS_MOST];
	size_t group_count;
	const char *two_factor;
	bool password_stdin;
	bool keep_password;
	bool masked;
	bool link;
	bool all;
	const char *network;
	uint64_t limit;
	const char *dir;
};

/* Sets the sentence and returns err: return cli_fail(cli, ERR_NOT_FOUND, "nobody has ..."); */
enum err cli_fail(struct cli *cli, enum err err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The key of the installation, for the caller to wipe. */
enum err cli_server_key(struct cli *cli, struct secret_key *key) MUST_USE;

/* Prints a record of plain pairs: "key: value" lines, or a JSON object. */
void cli_open(struct cli *cli);
void cli_pair(struct cli *cli, const char *key, const char *value);
/* Values of one key: a line for each, or an array; nothing without any. */
void cli_list(struct cli *cli, const char *key, const char *const *values, size_t count);
void cli_close(struct cli *cli);

/* Appends to the audit trail, in the transaction under way if there is one: no actor, no
 * address. */
enum err cli_trail(struct cli *cli, const char *action, const char *target_type,
	uint64_t target_id, const char *before, const char *after) MUST_USE;

/* The commands, by noun. */
enum err cli_audit_verify(struct cli *cli) MUST_USE;
enum err cli_audit_prune(struct cli *cli) MUST_USE;
enum err cli_migrate(struct cli *cli) MUST_USE;
enum err cli_check(struct cli *cli) MUST_USE;
enum err cli_keys(struct cli *cli) MUST_USE;
enum err cli_settings(struct cli *cli) MUST_USE;
enum err cli_user_add(struct cli *cli) MUST_USE;
enum err cli_user_list(struct cli *cli) MUST_USE;
enum err cli_user_enable(struct cli *cli) MUST_USE;
enum err cli_user_disable_2fa(struct cli *cli) MUST_USE;
enum err cli_user_enable_2fa(struct cli *cli) MUST_USE;
enum err cli_user_unlock(struct cli *cli) MUST_USE;
enum err cli_unlock(struct cli *cli) MUST_USE;
enum err cli_user_allow_anywhere(struct cli *cli) MUST_USE;
enum err cli_user_reset_password(struct cli *cli) MUST_USE;
enum err cli_mail_list(struct cli *cli) MUST_USE;
enum err cli_mail_retry(struct cli *cli) MUST_USE;

#endif
