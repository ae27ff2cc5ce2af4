/*
 * Whoever changes how they sign in proves once more who they are: an open session is no proof. So
 * does whoever does something dangerous when the session's last proof is older than [session] proof
 * (ASVS 7.5.3); signing in is the first one. What is wrong counts as it does at signing in, so a
 * session left open is no place to guess in.
 */
#ifndef AUTH_STEP_UP_H
#define AUTH_STEP_UP_H

#include "auth/call.h"
#include "base/err.h"
#include "rule/perm.h"
#include "store/user.h"

#include <stdbool.h>

/* Asks for the user's password: ERR_INVALID when it is wrong; ERR_TOO_MANY when it was so too often
 * before, with the seconds to wait in *retry_after. */
enum err auth_step_up_password(const struct call *call, const struct user_secret *user,
	const char *password, unsigned *retry_after) MUST_USE;

/* Asks for a code of the user's app, or a recovery code, and uses it up. Errors as above. */
enum err auth_step_up_code(const struct call *call, const struct user_secret *user,
	const char *code, unsigned *retry_after) MUST_USE;

/* Notes, in the caller's transaction, that the viewer has just proved who they are: in their
 * session and in call->audit; failures before are forgotten, as at signing in. token is the
 * session's from now on. ERR_STALE when the user was changed since the proof. */
enum err auth_step_up_note(struct call *call, const struct user_secret *user,
	char token[static SECRET_TOKEN_TEXT]) MUST_USE;

/* Give until when the last proof of the viewer's session is good for what is dangerous, and whether
 * it is so now. */
int64_t auth_step_up_until(const struct call *call);
bool auth_step_up_holds(const struct call *call);

#endif
