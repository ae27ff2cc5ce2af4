/*
 * What a user may do, as the database says now; and the guard rows, which keep apart those who
 * change rights and those who act by theirs. Whoever changes a user's status, groups, mask or
 * networks, a group or its permissions, calls store_rights_lock() first in its transaction: such
 * changes then happen one after another, on one node or several, and every cache sees that its
 * epoch is over. Whoever only acts by rights calls store_rights_use() first, and waits for such
 * changes alone.
 *
 * A change writes all guard rows, in the order of their ids; an act writes one, that of its
 * connection. Both do so before anything else, so neither holds what the other waits for. The rows
 * are written because locks that only read do not cross the nodes of a cluster.
 */
#ifndef STORE_RIGHTS_H
#define STORE_RIGHTS_H

#include "base/arena.h"
#include "base/err.h"
#include "rule/perm.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct user_rights {
	bool enabled;
	bool masked;
	const char *ip_allow_list; /* as in struct user; lives in the arena of the load */
	struct rights rights; /* union over the groups, and unmasked when not masked */
	const uint64_t *groups; /* in no order; where ip_allow_list lives */
	size_t group_count;
};

/* Moves the epoch on and holds the guard rows until the transaction ends. */
enum err store_rights_lock(struct db *db) MUST_USE;

/* Holds a guard row until the transaction ends: no rights change before. *same: none have since the
 * epoch. */
enum err store_rights_use(struct db *db, uint64_t epoch, bool *same) MUST_USE;

/* Reads the rights of a user; ERR_NOT_FOUND when there is no such user. */
enum err store_rights_load(struct db *db, struct arena *arena, uint64_t user_id,
	struct user_rights *rights) MUST_USE;

/* Gives what the groups grant together; *known is false when an id is not a group. Administrators
 * grants every permission. Being unmasked is not a matter of groups. */
enum err store_rights_of_groups(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct rights *rights, bool *known) MUST_USE;

/* Gives what each of the groups grants by itself, in the order of ids; nothing for an id that is no
 * group. */
enum err store_rights_of_each(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct rights *each) MUST_USE;

/* A membership of a user, or that there is none. */
struct membership {
	uint64_t user_id;
	bool masked;       /* the user */
	uint64_t group_id; /* 0: in no group */
};

/* Gives the memberships of at most PAGE_MAX users (0: nobody), by one statement; at least one for
 * each user that there is, those of one user together. */
enum err store_rights_memberships(struct db *db, struct arena *arena, const uint64_t *user_ids,
	size_t count, struct membership **memberships, size_t *found) MUST_USE;

/* Keeps the count of enabled administrators, in the caller's transaction: one fewer (-1), after
 * store_rights_lock(), or so many more. ERR_CONFLICT when none would remain. */
enum err store_rights_count_administrator(struct db *db, int change) MUST_USE;

/* Gives how many enabled administrators there are. */
enum err store_rights_administrators(struct db *db, struct arena *arena, uint64_t *count) MUST_USE;

extern const struct statement *const rights_statements[]; /* ended by NULL */

#endif
