/*
 * What becomes of a letter after a try: a pure decision. Pauses grow with the tries, and what would
 * come too late to be of use is not sent.
 */
#ifndef MAIL_QUEUE_H
#define MAIL_QUEUE_H

#include "mail/smtp.h"
#include "store/outbox.h"

#include <stdint.h>

/* jitter is any number; it spreads the tries of letters that failed together. What the server said
 * is the caller's to add. */
struct outbox_outcome queue_decide(const struct outbox_row *row, enum smtp_result result,
	int64_t now, uint32_t jitter);

/* The same of a letter that no key opens: the mailer may be told of its key yet. */
struct outbox_outcome queue_wait_for_key(const struct outbox_row *row, int64_t now,
	uint32_t jitter);

/* Gives the pause after this many tries, without jitter. */
int64_t queue_pause(enum letter_kind kind, uint64_t attempts);

#endif
