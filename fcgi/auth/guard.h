/*
 * The only yes in the house. A route names its permission, guard compares it with the viewer's
 * rights; an act by them asks again inside its transaction, after a guard row is held
 * (store/rights.h), so that none commits by a right that was taken away before.
 */
#ifndef AUTH_GUARD_H
#define AUTH_GUARD_H

#include "auth/call.h"
#include "base/err.h"
#include "rule/perm.h"

/* Asks whether the viewer has the permission: ERR_OK, ERR_UNAUTHENTICATED (nobody is signed in) or
 * ERR_FORBIDDEN. PERM_UNSET is always forbidden. */
enum err auth_guard(const struct viewer *viewer, enum perm perm) MUST_USE;

/* Begins a transaction of an act by the rights of the call's viewer, as its first statement: no
 * rights change until it ends. Asks for call->perm again, by rights read afresh where any have
 * changed since the request began. */
enum err auth_guard_use(struct call *call) MUST_USE;

/* Begins one that changes rights, in the same way: it also moves the epoch on, and keeps out
 * whoever acts by rights. */
enum err auth_guard_change(struct call *call) MUST_USE;

/* Gives what the groups grant together; *known is false when an id is not a group. By what the
 * thread remembers, unless rights have changed since the request began. */
enum err auth_guard_groups(const struct call *call, const uint64_t *ids, size_t count,
	struct rights *rights, bool *known) MUST_USE;

/* Asks whether the viewer may act on this user (edit, disable, delete, give new credentials):
 * ERR_FORBIDDEN when the user holds a right that the viewer lacks; ERR_NOT_FOUND when there is no
 * such user. */
enum err auth_guard_target(const struct call *call, uint64_t user_id) MUST_USE;

#endif
