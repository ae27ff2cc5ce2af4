/* What commands do beside opening and closing what they print: setup does several of them. */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include "cli/cli.h"

/* Makes the key files that are missing, and says which. */
enum err cli_keys_make(struct cli *cli) MUST_USE;

/* Applies the migrations of cli->dir that are missing, and says which. */
enum err cli_migrate_from_folder(struct cli *cli) MUST_USE;

#endif
