/*
 * Writes the audit row of what a request did or was refused, in the caller's transaction if there
 * is one: who, from where, which request are taken from the request itself. Other rows wait until
 * that transaction ends, so this is its last step where it can be.
 */
#ifndef AUTH_TRAIL_H
#define AUTH_TRAIL_H

#include "auth/auth.h"
#include "base/err.h"

#include <stdint.h>

struct trail {
	uint64_t actor_id;
	const char *action;
	const char *result;      /* NULL: "ok" */
	const char *target_type; /* NULL: none */
	uint64_t target_id;
	const char *before;      /* JSON without secrets, or NULL */
	const char *after;
};

enum err auth_trail(const struct auth *auth, const struct trail *trail) MUST_USE;

/* Writes the newest link of this node's chain to the log, outside of the database's reach. */
void auth_trail_note(const struct auth *auth);

#endif
