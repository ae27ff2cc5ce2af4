/* Proving the trail, for others than its own commands. */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include "cli/cli.h"

/* What was found of a trail. */
struct audit_proof {
	uint64_t rows;       /* that were proved */
	const char *finding; /* sentence about the first fault, NULL when it is whole */
};

/* Proves the trail of cli->db with the keys of a server. */
enum err cli_audit_try(struct cli *cli, const struct secret_ring *keys, struct audit_proof *proof)
	MUST_USE;

#endif
