/*
 * Whoever changes how they sign in proves once more who they are: an open session is no proof. What
 * is wrong counts as it does at signing in, so a session left open is no place to guess in.
 */
#ifndef AUTH_PROOF_H
#define AUTH_PROOF_H

#include "auth/auth.h"
#include "base/err.h"
#include "store/user.h"

/* ERR_INVALID when it is wrong; ERR_TOO_MANY when too often before, with the seconds to wait. */
enum err auth_proof_password(const struct auth *auth, const struct user_secret *user,
	const char *password, unsigned *retry_after) MUST_USE;

/* A code of the user's app, or a recovery code, is used up. */
enum err auth_proof_code(const struct auth *auth, const struct user_secret *user, const char *code,
	unsigned *retry_after) MUST_USE;

#endif
