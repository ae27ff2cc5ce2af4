/*
 * Sessions: 32 random bytes in an HttpOnly cookie, their hash in the database; over after a time
 * without use and in any case after a life (ASVS 7.3). Who is found is looked up anew in every
 * request: status, groups and mask count as they are now.
 */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include "auth/call.h"
#include "base/err.h"
#include "base/secret.h"
#include "rule/perm.h"
#include "store/session.h"

/* Makes whoever's session the browser has a token of the call's viewer: ERR_UNAUTHENTICATED when
 * nobody's, when it is over, its user disabled or the request from outside the user's networks; the
 * viewer is then nobody. Notes the use at most once a minute. */
enum err auth_session_find(struct call *call) MUST_USE;

/* The same for a session that was found otherwise. */
enum err auth_session_admit(struct call *call, const struct session *session) MUST_USE;

/* Ends every session that the browser has a token of, so that none is left behind where two paths
 * have one; in the caller's transaction. */
enum err auth_session_end_held(const struct call *call) MUST_USE;

/* Begins a session of the user in the caller's transaction; the token is for the cookie. */
enum err auth_session_open(const struct call *call, uint64_t user_id,
	char token[static SECRET_TOKEN_TEXT]) MUST_USE;

/* Renews the session in the transaction of whatever has shown again who holds it: its proof is of
 * this moment and its token, which is for the cookie, a new one, so that whoever had got hold of
 * the old one has nothing (ASVS 7.2.4). */
enum err auth_session_step_up(const struct call *call, uint64_t session_id,
	char token[static SECRET_TOKEN_TEXT]) MUST_USE;

/* Gives what a token is known by in the database. */
struct secret_hash auth_session_hash(const char *token);

/* Gives since when a session must have begun and been used to be live now, by the settings. */
struct session_live auth_session_live(const struct conf *conf);

/* Removes some of the sessions, sign-ins, links and counters that are over; *more becomes true when
 * there may be more of them. */
enum err auth_session_sweep(struct db *db, const struct conf *conf, bool *more) MUST_USE;

#endif
