/*
 * What the database keeps of an app that makes codes: its secret (encrypted by the caller), the
 * step of the code that was used last, and the hashes of the recovery codes. Uses are conditional
 * writes, so that no code is good twice, on one node or several.
 */
#ifndef STORE_TOTP_H
#define STORE_TOTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"

#include <stdint.h>

struct totp {
	const char *secret;      /* "": none in use */
	uint64_t last_step;
	const char *next_secret; /* "": none is being enrolled */
	int64_t next_at;         /* when that began */
};

/* Reads the app of a user; who has none has an empty one. */
enum err store_totp_load(struct db *db, struct arena *arena, uint64_t user_id, struct totp *totp)
	MUST_USE;
/* Begins an enrolment in the place of any earlier one; the secret in use stays. */
enum err store_totp_begin(struct db *db, uint64_t user_id, const char *next_secret, int64_t now)
	MUST_USE;
/* Brings the enrolled secret into use and uses the step up; ERR_STALE when it is not the last
 * begun. */
enum err store_totp_confirm(struct db *db, uint64_t user_id, const char *next_secret,
	uint64_t step) MUST_USE;
/* Uses the step and keeps the secret as it was encrypted anew; ERR_STALE when the secret is another
 * one by now, or that step or a later one was used. */
enum err store_totp_use(struct db *db, uint64_t user_id, const char *secret, uint64_t step,
	const char *anew) MUST_USE;
/* The encrypted secrets of a user, "" for none. */
struct totp_seeds {
	uint64_t user_id;
	const char *secret;
	const char *next_secret;
};

/* Reads those of the next user after this one; ERR_NOT_FOUND after the last. */
enum err store_totp_next(struct db *db, struct arena *arena, uint64_t after,
	struct totp_seeds *seeds) MUST_USE;
/* Keeps them as they were encrypted anew; ERR_STALE when they are others by now. */
enum err store_totp_rewrap(struct db *db, const struct totp_seeds *seeds,
	const struct totp_seeds *anew) MUST_USE;

/* Drops an enrolment that was begun; the secret in use stays. */
enum err store_totp_break_off(struct db *db, uint64_t user_id) MUST_USE;
/* Removes everything, the recovery codes too. */
enum err store_totp_delete(struct db *db, uint64_t user_id) MUST_USE;

/* Writes the codes, in the place of all earlier ones. */
enum err store_recovery_codes_put(struct db *db, uint64_t user_id, const struct secret_hash *codes,
	size_t count) MUST_USE;
/* Uses a code up; ERR_STALE when there is no such code, or no more. */
enum err store_recovery_code_use(struct db *db, uint64_t user_id, const struct secret_hash *code)
	MUST_USE;
enum err store_recovery_codes_count(struct db *db, struct arena *arena, uint64_t user_id,
	uint64_t *count) MUST_USE;

extern const struct statement *const totp_statements[]; /* ended by NULL */

#endif
