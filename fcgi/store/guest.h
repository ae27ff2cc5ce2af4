/*
 * Whoever stands at a gate (auth/gate.h): their session, and all of them that the page behind it is
 * told, by one read. The rights that they have come from the thread's memory (auth/cache.h), which
 * is good for the epoch that is read here.
 */
#ifndef STORE_GUEST_H
#define STORE_GUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"
#include "store/session.h"

#include <stdbool.h>
#include <stdint.h>

struct guest {
	struct session session;
	const char *rooms; /* those that the session has entered: ",3,17," */
	const char *name;
	const char *email;
	const char *language;
};

/* Finds who has the session of this token; ERR_NOT_FOUND. */
enum err store_guest_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct guest *guest) MUST_USE;

/* Finds who has the session of this id that began at this instant: where a database was restored
 * another session may have the id. ERR_NOT_FOUND. */
enum err store_guest_of_session(struct db *db, struct arena *arena, uint64_t session_id,
	int64_t created_at, struct guest *guest) MUST_USE;

/* Gives when the session began; ERR_NOT_FOUND when it is gone. */
enum err store_guest_since(struct db *db, struct arena *arena, uint64_t session_id,
	int64_t *created_at) MUST_USE;

/* Notes that the session has entered the room. *first: it had not before. */
enum err store_guest_enter(struct db *db, uint64_t session_id, uint64_t room_id, bool *first)
	MUST_USE;

extern const struct statement *const guest_statements[]; /* ended by NULL */

#endif
