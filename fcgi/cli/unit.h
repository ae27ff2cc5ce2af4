/*
 * What an installation is called by systemd and where its socket is. The first one has units of its
 * own name; one beside it, whose settings are in a folder of theirs, has those of the templates.
 */
#ifndef CLI_UNIT_H
#define CLI_UNIT_H

#include "cli/cli.h"

/* What the names of units have of an installation beside the first, "@NAME"; else "". */
const char *cli_instance(struct cli *cli);

/* Where nginx connects. */
const char *cli_socket(struct cli *cli);

#endif
