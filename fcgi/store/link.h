/*
 * Links with which people choose a password: the hash of a token, good for one use until a time. A
 * user has at most one of a kind. A change of how the user comes in takes them along
 * (store/pending.h).
 */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"

#include <stdint.h>

enum link_kind {
	LINK_GIVEN = 1,    /* by an administrator or on the command line */
	LINK_FORGOTTEN = 2 /* asked for by somebody who cannot sign in */
};

/* A link that is still good. */
struct link {
	uint64_t user_id;
	enum link_kind kind;
};

/* Puts a link, in place of the user's link of this kind, if there is one. ERR_CONFLICT when nobody
 * has the id. */
enum err store_link_put(struct db *db, const struct secret_hash *token, uint64_t user_id,
	enum link_kind kind, int64_t now, int64_t expires_at) MUST_USE;

/* A link that is to be put for somebody who has none. */
struct new_link {
	uint64_t user_id;
	struct secret_hash token;
};

/* Puts links of this kind; ERR_CONFLICT when one of the users has one, or nobody has the id. */
enum err store_link_insert(struct db *db, const struct new_link *links, size_t count,
	enum link_kind kind, int64_t expires_at) MUST_USE;

/* Finds a link; ERR_NOT_FOUND when no link has this token, or its time is over. */
enum err store_link_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	int64_t now, struct link *link) MUST_USE;

/* Uses a link up; ERR_STALE when it is gone or over already: whoever removes it owns what
 * follows. */
enum err store_link_use(struct db *db, const struct secret_hash *token, int64_t now) MUST_USE;

/* Voids the user's link of this kind; db_affected() says whether there was one. */
enum err store_link_void(struct db *db, uint64_t user_id, enum link_kind kind) MUST_USE;

/* Removes some of those whose time is over; *more becomes true when there may be more of them. */
enum err store_link_sweep(struct db *db, int64_t now, bool *more) MUST_USE;

extern const struct statement *const link_statements[]; /* ended by NULL */

#endif
