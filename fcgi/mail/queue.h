/*
 * What becomes of a letter after a try: a pure decision. Pauses grow with the tries, and what would
 * come too late to be of use is not sent.
 */
#ifndef MAIL_QUEUE_H
#define MAIL_QUEUE_H

#include "mail/smtp.h"
#include "store/outbox.h"

#include <stdint.h>

struct queue_verdict {
	enum outbox_state state;
	int64_t next_at;    /* with OUTBOX_READY */
	const char *reason; /* stable word, see store_outbox_settle() */
};

/* jitter is any number; it spreads the tries of letters that failed together. */
struct queue_verdict queue_decide(const struct outbox_row *row, enum smtp_result result,
	int64_t now, uint32_t jitter);

/* The pause after this many tries, without jitter. */
int64_t queue_pause(enum letter_kind kind, uint64_t attempts);

#endif
