/*
 * Letters that tell somebody what was done to their account, so that it cannot be done behind their
 * back (ASVS 6.3.7). They hold no secret and ask for nothing.
 */
#ifndef AUTH_NOTICE_H
#define AUTH_NOTICE_H

#include "auth/auth.h"
#include "base/err.h"

#include <stdint.h>

/* "Your password was changed", in the caller's transaction; nothing where there is no mail. */
enum err auth_notice_changed(const struct auth *auth, uint64_t user_id, const char *email,
	const char *name, const char *language) MUST_USE;

#endif
