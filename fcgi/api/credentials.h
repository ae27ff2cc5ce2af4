/*
 * Credentials for somebody who exists: a password that is to be changed at the first sign-in, or a
 * link with which the user chooses one, once (auth/link.h). Both are void when they are not used in
 * time. Giving them ends the user's sessions and cancels letters with earlier ones.
 *
 * A link that is not mailed is shown in the one answer to the request that made it. It is kept
 * nowhere, so a repetition with the same Idempotency-Key answers without it.
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
	bool by_link;       /* else by call->password */
	bool is_new;        /* the user was made in the same transaction */
	bool send_to_email;
	uint64_t letter_id; /* filled in; 0: no letter was put */
	const char *link;   /* filled in; NULL: none was made, or it was mailed */
};

/* Inside a transaction that holds a guard row: by the rules for editing a user (not oneself,
 * nobody who holds more), gives the user the password that was hashed, or the link, and the letter
 * if it is to be sent. call->audit says it. */
enum err api_credentials_give(struct call *call, struct credentials *credentials) MUST_USE;

/* Makes the link and puts the letter, inside a transaction, when the user's row is written; both
 * are good until expires_at. Without either it does nothing. Fills in letter_id and link. */
enum err api_credentials_hand_over(struct call *call, const struct user *user,
	struct credentials *credentials, int64_t expires_at) MUST_USE;

/* Gives what is kept as the password of a user: the hash of call->password, or what no password
 * fits. */
const char *api_credentials_kept(const struct call *call);

/* Makes links for users who were made in the same transaction, and mails them. */
enum err api_credentials_mail_links(struct call *call, const struct user *const *users,
	size_t count) MUST_USE;

/* Answers with the record, and with the link if there is one to show. */
enum err api_credentials_answer(struct call *call, struct user *user, const char *link) MUST_USE;

/* Gives when a password that is given now is void, if it has not been used. */
int64_t api_credentials_expiry(const struct call *call);

#endif
