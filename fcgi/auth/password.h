/*
 * Passwords by the rules of this installation: what a new one must be, and the hash that is kept.
 * One place for those who are signed in, for those who are not, and for the command line.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "auth/call.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/user.h"

/* Holds a new password to the policy, which knows email and name among the words that an attacker
 * would try first. Gives what is wrong (rule/password.h); NULL when it is good. */
const char *auth_password_check(const struct call *call, const char *password, const char *email,
	const char *name);

/* Hashes with the cost of the settings, which takes long: before a transaction, and on a hash
 * thread. */
enum err auth_password_hash(const struct call *call, const char *password,
	char hash[static SECRET_PHC_MAX]) MUST_USE;

/* Writes a hash of that cost which nobody's password matches: it stands in for one that is not
 * there. */
void auth_password_dummy(const struct conf *conf, char hash[static SECRET_PHC_MAX]);

/* Hashes the right password anew where the settings ask for another cost than its hash has. */
enum err auth_password_rehash(const struct call *call, struct user_secret *user,
	const char *password) MUST_USE;

#endif
