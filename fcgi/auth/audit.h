/*
 * Writes the row of the audit trail about what a call did or was refused, in the caller's
 * transaction if there is one: from where and by which request are taken from the call itself.
 * Other rows wait until that transaction ends, so this is its last step where it can be.
 */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct call;

struct audit_event {
	uint64_t actor_id;       /* 0: the call's viewer, which may be nobody */
	const char *action;
	const char *result;      /* NULL: "ok" */
	const char *target_type; /* NULL: none */
	uint64_t target_id;
	const char *before;      /* JSON without secrets, or NULL */
	const char *after;
};

/* Writes the row that says event, by the call's viewer unless it names another actor. ERR_BUG when
 * its action is not about a target of this type (rule/trail.h). */
enum err auth_audit_record(const struct call *call, const struct audit_event *event) MUST_USE;

/* The same for several, which one transaction did. */
enum err auth_audit_record_all(const struct call *call, const struct audit_event *events,
	size_t count) MUST_USE;

/* Writes the newest link of this node's chain to the log, outside of the database's reach. */
void auth_audit_log_head(const struct call *call);

#endif
