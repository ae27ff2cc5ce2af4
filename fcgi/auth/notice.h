/*
 * Letters that tell the owner of an account what was done to it, so that it cannot be done behind
 * their back (ASVS 6.3.5, 6.3.7): one kind for every change of how one comes in, for a sign-in from
 * a browser that is not known, and for wrong codes after the right password. They hold no secret
 * and ask for nothing. All are put in the caller's transaction; where there is no mail, none is.
 */
#ifndef AUTH_NOTICE_H
#define AUTH_NOTICE_H

#include "auth/call.h"
#include "auth/tries.h"
#include "base/err.h"
#include "rule/notice.h"
#include "store/user.h"

#include <stdbool.h>
#include <stdint.h>

/* Who did it: the owner, or somebody who could sign in as them, by the request; somebody who looks
 * after users; the command line. */
enum notice_by { BY_OWNER, BY_ADMINISTRATOR, BY_HOST };

/* Tells where a request comes from: "203.0.113.7, Firefox, Linux". From the arena. */
const char *auth_notice_place(const struct call *call);

/* Puts the letter that tells the user what was done to their account, and by whom. */
enum err auth_notice(const struct call *call, const struct user_secret *user, enum notice what,
	enum notice_by by) MUST_USE;

/* Puts it by the record of the user. */
enum err auth_notice_user(const struct call *call, const struct user *user, enum notice what,
	enum notice_by by) MUST_USE;

/* Puts it for what owners do in their own session. */
enum err auth_notice_own(const struct call *call, uint64_t user_id, enum notice what) MUST_USE;

/* Puts the letters about a change of the user's record, from before to next: of a new address both,
 * one at each. */
enum err auth_notice_change(const struct call *call, const struct user *before,
	const struct user *next, enum notice_by by) MUST_USE;

/* Puts, after a sign-in, a letter about a browser that carries no device cookie of the user's
 * (tries tells). Whoever signs in for the first time was asked to, and gets none. */
enum err auth_notice_new_browser(const struct call *call, const struct user_secret *user,
	const struct tries *tries) MUST_USE;

/* Counts a wrong code after the right password, in a transaction of its own; the owner hears of it
 * when there were several. */
enum err auth_notice_wrong_code(const struct call *call, const struct user_secret *user) MUST_USE;

#endif
