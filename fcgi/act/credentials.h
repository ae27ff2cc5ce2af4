/*
 * Credentials that are given: a password that is to be changed at the first sign-in, or a
 * link with which the user chooses one, once (auth/link.h). Both are void when they are not used in
 * time. Giving them ends the user's sessions and cancels letters with earlier ones.
 *
 * A link that is not mailed is shown in the one answer to the request that made it. It is kept
 * nowhere, so a repetition with the same Idempotency-Key answers without it.
 */
#ifndef ACT_CREDENTIALS_H
#define ACT_CREDENTIALS_H

#include "auth/call.h"
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

/* Makes the link and puts the letter, inside a transaction, when the user's row is written; both
 * are good until expires_at. Without either it does nothing. Fills in letter_id and link. */
enum err act_credentials_hand_over(struct call *call, const struct user *user,
	struct credentials *credentials, int64_t expires_at) MUST_USE;

/* Gives what is kept as the password of a user: the hash of call->password, or what no password
 * fits. */
const char *act_credentials_kept(const struct call *call);

/* Makes links for users who were made in the same transaction, and mails them. */
enum err act_credentials_mail_links(struct call *call, const struct user *const *users,
	size_t count) MUST_USE;

/* Gives when a password that is given now is void, if it has not been used. */
int64_t act_credentials_expiry(const struct call *call);

#endif
