/*
 * The second factor by mail: a code of 8 digits, good for one use within 10 minutes and 5 tries,
 * bound to the sign-in that asked for it, kept as a keyed hash (ASVS 6.5, 6.6).
 */
#ifndef AUTH_FACTOR_H
#define AUTH_FACTOR_H

#include "auth/call.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/session.h"
#include "store/user.h"

#include <stdint.h>

enum {
	FACTOR_CODE_MINUTES = 10,
	FACTOR_RESEND_SECONDS = 30,
	FACTOR_CODES_PER_SIGN_IN = 5
};

/* Makes a code for the sign-in with this token, puts it into a letter to the user in the caller's
 * transaction and fills in the challenge's code, code_expires_at and code_sent_at. */
enum err auth_factor_send(const struct call *call, const struct secret_hash *token,
	const struct user_secret *user, struct challenge *challenge) MUST_USE;

/* Tells whether code, which is as check_code (rule/field.h) gives it, is that of this sign-in and
 * its time is not over. */
bool auth_factor_matches(const struct call *call, const struct secret_hash *token,
	const struct challenge *challenge, const char *code);

#endif
