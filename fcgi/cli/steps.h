/* What commands do beside opening and closing what they print: setup does several of them. */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include "cli/cli.h"
#include "store/accounts.h"

/* Makes the key files that are missing, and says which. */
enum err cli_keys_make(struct cli *cli) MUST_USE;

/* Applies the migrations of cli->dir that are missing, and says which. */
enum err cli_migrate_from_folder(struct cli *cli) MUST_USE;

/* Gives the accounts, tables and database of the settings; the host is this one. */
struct accounts cli_accounts(const struct conf *conf);

/* Reads NAME.sql, which is beside the folder of the migrations: with names of tables in braces. */
enum err cli_sql_read(struct cli *cli, const char *name, const char **text) MUST_USE;

#endif
