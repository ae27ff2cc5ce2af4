/*
 * The audit trail: appended in the transaction of the change it reports, never altered.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/err.h"
#include "store/db.h"

#include <stdint.h>

struct audit {
	uint64_t actor_id;       /* 0: nobody signed in, or the command line */
	const char *action;      /* "user.create", "session.sign_in", ...: noun.verb */
	const char *result;      /* "ok", or why not: a problem code */
	const char *target_type; /* "user", "group", "client", "session", "mail"; "" for none */
	uint64_t target_id;      /* 0: none */
	const char *remote_address; /* "" on the command line */
	const char *user_agent;
	const char *request_id;
	const char *before;      /* JSON without secrets, NULL for none */
	const char *after;
};

enum err store_audit_append(struct db *db, const struct audit *audit) MUST_USE;

#endif
