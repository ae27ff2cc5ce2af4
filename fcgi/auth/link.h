/*
 * One-time links with which people choose a password: from an administrator in place of a password,
 * or by mail because the old one is forgotten. 32 random bytes, their hash in the database, good
 * for one use (ASVS 6.4.1, 6.4.2). The token stands in the fragment of the address, which no server
 * sees, and is taken by POST alone: whoever only follows the link, as scanners of mail do, uses
 * nothing up.
 *
 * A link sets the password and nothing more: it signs nobody in, so whatever the account asks for
 * besides the password is asked for at the sign-in that follows (ASVS 6.4.3). What was in force
 * before, sessions too, ends when the new password is there.
 */
#ifndef AUTH_LINK_H
#define AUTH_LINK_H

#include "auth/call.h"
#include "auth/login.h"
#include "base/err.h"
#include "store/link.h"

enum { LINK_FORGOTTEN_MINUTES = 60 };

/* Makes the user's link of this kind in the caller's transaction; *url is to be shown or mailed
 * once, and never kept or logged. ERR_CONFLICT when nobody has the id. */
enum err auth_link_make(const struct call *call, uint64_t user_id, enum link_kind kind,
	int64_t expires_at, const char **url) MUST_USE;

/* The same for several users who were made in the same transaction. */
enum err auth_link_make_all(const struct call *call, const uint64_t *user_ids, size_t count,
	enum link_kind kind, int64_t expires_at, const char **urls) MUST_USE;

/* Asks whether the link with this token is still good, which uses nothing up, and whose it is:
 * login->email. PROBLEM_LINK_VOID in login when it is not, whatever the reason; that counts against
 * the network. */
enum err auth_link_check(const struct call *call, const char *token, struct login *login) MUST_USE;

/* Uses the link up and sets the password; the user's sessions and other links end. A password that
 * the policy refuses uses nothing up. Of several at once one wins. Whoever holds the link is not
 * the crowd that may have shut the account: login->device is for the cookie with which their
 * browser counts apart (auth/tries.h). */
enum err auth_link_use(const struct call *call, const char *token, const char *password,
	struct login *login) MUST_USE;

/* Puts a letter with a link to the stored address, if somebody has this one, could sign in from
 * here and has a password that can have been forgotten. The same result after the same work if not,
 * and when the account has had its share of letters (ASVS 6.3.8). */
enum err auth_link_forgotten(const struct call *call, const char *email, struct login *login)
	MUST_USE;

#endif
