/*
 * Counters of failures in a row, by keyed hash of what was tried. A counter that cannot be written
 * is an error: an attempt that is not counted is not made.
 */
#ifndef STORE_ATTEMPT_H
#define STORE_ATTEMPT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "rule/throttle.h"
#include "store/db.h"

#include <stdint.h>

/* Gives until when the key is blocked; 0 when it is not. */
enum err store_attempt_blocked(struct db *db, struct arena *arena, const struct secret_hash *key,
	int64_t now, int64_t *until) MUST_USE;

/* Gives how many failures in a row there are. */
enum err store_attempt_failures(struct db *db, struct arena *arena, const struct secret_hash *key,
	uint64_t *failures) MUST_USE;

/* Counts a failure and sets the delay that follows from the count. user_id says whose counter it
 * is, 0 for nobody's. */
enum err store_attempt_fail(struct db *db, struct arena *arena, enum throttle_kind kind,
	const struct secret_hash *key, uint64_t user_id, int64_t now) MUST_USE;

/* Counts a use, good or bad, over a window that begins with the first: how many there are, and when
 * the window ends. */
enum err store_attempt_count(struct db *db, struct arena *arena, const struct secret_hash *key,
	int64_t now, int64_t window, uint64_t *count, int64_t *until) MUST_USE;

/* Forgets the failures. */
enum err store_attempt_clear(struct db *db, const struct secret_hash *key) MUST_USE;

/* Forgets the failures of all counters that are a user's. */
enum err store_attempt_clear_user(struct db *db, uint64_t user_id) MUST_USE;

/* Forgets all failures of everybody. */
enum err store_attempt_clear_all(struct db *db) MUST_USE;

/* Ends the delays of a user who has left an address: they are neither theirs any more nor those of
 * whoever gets it next. Wrong codes are not of the address, and stay. */
enum err store_attempt_end_delays(struct db *db, uint64_t user_id) MUST_USE;

extern const struct statement *const attempt_statements[]; /* ended by NULL */

#endif
