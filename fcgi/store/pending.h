/*
 * What is under way for an account: sign-ins between their steps, one-time links, letters that
 * carry a secret, an app that is being enrolled, proofs of open sessions. All of it rests on the
 * account as it was. Whoever changes how its owner comes in, or what they may do, voids it in the
 * same transaction: store/user.c does so for every change, so that no way in can forget it.
 */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

#include "base/err.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Voids what is under way for the user. The session except (0: none) made the change: its proof
 * holds. *credentials is true when a way in that the user was given was among it, a link or a
 * letter that had not left: then the user needs new credentials. */
enum err store_pending_void(struct db *db, uint64_t user_id, uint64_t except, bool *credentials)
	MUST_USE;

/* For an address that is left: an initial password that was mailed to it, and that its owner has
 * not replaced yet, is no longer good. *was_mailed says whether there was one. A password that was
 * handed over in another way stays. */
enum err store_pending_void_mailed_password(struct db *db, uint64_t user_id, bool *was_mailed)
	MUST_USE;

extern const struct statement *const pending_statements[]; /* ended by NULL */

#endif
