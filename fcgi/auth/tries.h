/*
 * Who has tried too often. A failure counts twice: for the account and for the network it came
 * from. A browser in which somebody has proved that the account is theirs, by signing in, by a link
 * from their mailbox or by a proof, carries a device cookie and has a count of its own. So a
 * stranger's guesses delay strangers and never lock the owner out (OWASP "Slow down online guessing
 * attacks with device cookies"), who gets in from a new browser by a forgotten password's link.
 *
 * Counts are kept for unknown addresses too, so that a delay says nothing about an account.
 */
#ifndef AUTH_TRIES_H
#define AUTH_TRIES_H

#include "auth/call.h"
#include "base/meter.h"
#include "base/err.h"
#include "base/secret.h"
#include "rule/throttle.h"
#include "store/user.h"

#include <stdbool.h>
#include <stdint.h>

struct tries {
	enum throttle_kind kind; /* of key */
	struct secret_hash key;  /* the account, or this device at the account */
	struct secret_hash network;
	uint64_t user_id;        /* whose account, 0: nobody's */
};

/* Gives the counters that a try of this address belongs to; user is NULL or empty for nobody's. */
struct tries auth_tries_of(const struct call *call, const char *email,
	const struct user_secret *user);

/* Tries that came before their delay was over. */
extern struct meter auth_tries_delayed;

/* Gives the seconds until the network that the request comes from may try again, 0 for now. */
enum err auth_tries_network_wait(const struct call *call, unsigned *seconds) MUST_USE;

/* Gives the seconds until the account may be tried again; for those who are signed in to it. */
enum err auth_tries_wait(const struct call *call, const struct tries *tries, unsigned *seconds)
	MUST_USE;

/* Says in *blocked whether tries at the account are refused now, whatever the password. */
enum err auth_tries_blocked(const struct call *call, const struct tries *tries, bool *blocked)
	MUST_USE;

/* Counts a failure; while blocked only for the network, or a stranger could prolong the delay for
 * ever. */
enum err auth_tries_fail(const struct call *call, const struct tries *tries, bool blocked) MUST_USE;

/* Count the wrong codes of a user's second factor, in a row whatever else happens meanwhile; a
 * right one begins anew. After THROTTLE_CODES of them no code of the app and none by mail is taken,
 * until a recovery code or an administrator, who ends the delay, opens it again. */
enum err auth_tries_code_wrong(const struct call *call, uint64_t user_id) MUST_USE;
enum err auth_tries_code_right(const struct call *call, uint64_t user_id) MUST_USE;
/* Give how many there were, and whether that was enough. */
enum err auth_tries_codes_failed(const struct call *call, uint64_t user_id, uint64_t *failures)
	MUST_USE;
enum err auth_tries_codes_spent(const struct call *call, uint64_t user_id, bool *spent) MUST_USE;

/* Forgets the failures of tries: the right person came through. */
enum err auth_tries_forget(const struct call *call, const struct tries *tries) MUST_USE;

/* Ends every delay of the user's account and devices, and what has shut the second factor. Of call
 * it takes the connection and the server's key: the command line has no more. */
enum err auth_tries_unlock(const struct call *call, uint64_t user_id, const char *email) MUST_USE;

/* Forgets what the network of this address has tried; for the command line, where nobody asks from
 * anywhere. */
enum err auth_tries_unlock_network(struct db *db, const struct secret_key *server_key,
	const char *address) MUST_USE;

/* Counts a forgotten password that is asked for at this address, somebody's or nobody's: *seconds
 * until this network may ask again, 0 for now; *letter says whether the account may get a letter
 * now. */
enum err auth_tries_forgotten(const struct call *call, const char *email, unsigned *seconds,
	bool *letter) MUST_USE;

/* Counts a look-up by the user; gives the seconds until the next one is allowed, 0: this one. */
enum err auth_tries_lookup(const struct call *call, uint64_t user_id, unsigned *seconds) MUST_USE;

/* Counts a sign-in from a browser that is not known; *tell says whether the owner is to hear of it,
 * which a few in an hour are enough for. */
enum err auth_tries_new_browser(const struct call *call, uint64_t user_id, bool *tell) MUST_USE;

/* Gives the value of the device cookie for this user and browser. It counts for 180 days, and until
 * the password with this hash is another one: whoever had the cookie before a reset has nothing. */
const char *auth_tries_device(const struct call *call, uint64_t user_id, const char *password);

#endif
