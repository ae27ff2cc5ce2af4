/*
 * Repeated requests: the first request with an Idempotency-Key writes its row in the transaction of
 * what it creates; a repetition finds the row and creates nothing.
 */
#ifndef STORE_IDEMPOTENCY_H
#define STORE_IDEMPOTENCY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"

#include <stdint.h>

struct idempotency {
	uint64_t user_id;
	struct secret_hash key;     /* of the header's value */
	struct secret_hash request; /* keyed, of method, path and body */
	uint64_t record_id;
};

/* Looks for the key of entry: ERR_NOT_FOUND when the key is new; ERR_INVALID when it was used for
 * another request. */
enum err store_idempotency_find(struct db *db, struct arena *arena, struct idempotency *entry)
	MUST_USE;
/* Keeps entry; ERR_CONFLICT when another request with the key was faster. */
enum err store_idempotency_insert(struct db *db, const struct idempotency *entry, int64_t now)
	MUST_USE;

extern const struct statement *const idempotency_statements[]; /* ended by NULL */

#endif
