/*
 * Credentials for somebody who exists: a password that is to be changed at the first sign-in and is
 * void when it is not used in time. Giving them ends the user's sessions and cancels letters with
 * earlier ones.
 */
#ifndef API_CREDENTIALS_H
#define API_CREDENTIALS_H

#include "api/call.h"
#include "store/user.h"

#include <stdbool.h>
#include <stdint.h>

struct credentials {
	const char *action; /* for the trail */
	uint64_t user_id;
	const char *password;
	bool send_to_email;
	char phc[SECRET_PHC_MAX];
	uint64_t letter_id; /* filled in; 0: no letter was put */
};

/* Fills in phc. Takes long: before the transaction, on a hash thread. */
enum err api_credentials_hash(struct call *call, struct credentials *credentials) MUST_USE;

/* Inside a transaction, as its first step: by the rules for editing a user (not oneself, nobody who
 * holds more), gives the user the password, and the letter if it is to be sent. */
enum err api_credentials_give(struct call *call, struct credentials *credentials) MUST_USE;

/* Inside a transaction: puts the letter that tells a user the password, good until expires_at. */
enum err api_credentials_put_letter(struct call *call, const struct user *user,
	const char *password, int64_t expires_at, uint64_t *letter_id) MUST_USE;

/* When a password that is given now is void, if it has not been used. */
int64_t api_credentials_expiry(const struct call *call);

#endif
