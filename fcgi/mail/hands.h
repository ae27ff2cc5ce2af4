/*
 * The letters that a mailer has claimed, each in a hand of its own, from the claim until what
 * became of it is written down:
 *
 *   empty --claimed--> waits --begun--> goes --over--> ended --written down--> empty
 *                        '-- given back ----------------^
 */
#ifndef MAIL_HANDS_H
#define MAIL_HANDS_H

#include "base/text.h"
#include "mail/smtp_reply.h"
#include "store/outbox.h"

#include <stddef.h>
#include <stdint.h>

#define HANDS_MAX 64

enum hand_state { HAND_EMPTY, HAND_WAITS, HAND_GOES, HAND_ENDED };

struct hand {
	enum hand_state state;
	int64_t since;           /* it is so, by clock_running() */
	uint64_t turn;           /* they grow in the order in which the letters were claimed */
	struct outbox_row row;
	struct text message;     /* as it goes over the wire; in the row's memory */
	struct smtp_reply reply; /* what the server said last */
};

/* All zero is right to begin with, but for count: as many as may be claimed at a time. */
struct hands {
	struct hand all[HANDS_MAX];
	size_t count;
	uint64_t turn;
};

void hand_put(struct hand *hand, enum hand_state state);

/* There is a verdict: it is to be written down. */
void hand_end(struct hand *hand, struct outbox_outcome outcome);

/* Tells how many are in this state, and since when the first of them is; INT64_MAX for none. */
size_t hands_count(const struct hands *hands, enum hand_state state);
int64_t hands_first(const struct hands *hands, enum hand_state state);

/* Takes what was claimed: no more than there are empty hands. */
void hands_take(struct hands *hands, const struct outbox_claim *claim);

/* Gives the letter that goes next, or NULL: codes first, then in the order of the claims. */
struct hand *hands_next(struct hands *hands);

/* Ends what has been waiting for so long (microseconds): it goes back as it was. */
void hands_give_back(struct hands *hands, int64_t waiting);

/* Gives the rows of those that have ended, and how many. */
size_t hands_ended(struct hands *hands, struct outbox_row *rows[static HANDS_MAX]);

/* Tells the log what became of those that have ended, which was written down, and empties their
 * hands. */
void hands_drop(struct hands *hands);

/* Forgets all letters. */
void hands_close(struct hands *hands);

#endif
