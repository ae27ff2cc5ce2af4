/*
 * How many letters may be under way at a time, by what became of those before: a pure decision. As
 * many as the settings allow, once the server has taken one; one alone, as long as it is not
 * known whether it takes any. After some failures in a row the server is left alone for a while,
 * and then tried with one letter.
 *
 * Some are claimed ahead of those under way, so that no connection waits for the database: no more
 * than went since the last look, and none where letters take long. So what is claimed goes within
 * milliseconds, a code never waits behind a batch, and when a mailer is killed, the letters of
 * which nobody knows whether they arrived are few: flow_most() at most.
 */
#ifndef MAIL_FLOW_H
#define MAIL_FLOW_H

#include "mail/smtp_reply.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Instants of a flow are those of clock_running(). */
struct flow {
	size_t connections;     /* that the settings allow */
	bool answers;           /* the server did so last time */
	unsigned failures;      /* in a row */
	int64_t rests_until;
	size_t taken;           /* connections that the server takes, until then */
	int64_t taken_until;
	size_t ahead;
	int64_t settled_at;
};

/* Claimed letters there may be at most, of so many connections. */
size_t flow_most(size_t connections);

/* Gives how many letters may be under way now; 0 while the server is left alone. */
size_t flow_lines(const struct flow *flow, int64_t now);

/* Gives how many letters to claim, when so many are in hand. */
size_t flow_room(const struct flow *flow, size_t in_hand, int64_t now);

/* Takes how a conversation ended while others went on. true: the letter was not even named, because
 * the server takes no connection more; it goes with one of the others. */
bool flow_end(struct flow *flow, enum smtp_result result, enum smtp_stage stage, size_t others,
	int64_t now);

/* So many letters have been settled at once. */
void flow_settle(struct flow *flow, size_t settled, int64_t now);

#endif
