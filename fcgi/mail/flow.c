#include "mail/flow.h"

#include "base/clock.h"

enum { BREAK_AFTER = 5, MOST_OF_A_LINE = 4 };

static const int64_t rest = 30 * CLOCK_SECOND;

/* How long a server that takes fewer connections is believed. */
static const int64_t belief = CLOCK_MINUTE;

/* Where letters are settled more seldom than this, none is claimed ahead. */
static const int64_t quick = CLOCK_SECOND / 20;

size_t flow_most(size_t connections)
{
	return connections * MOST_OF_A_LINE;
}

size_t flow_lines(const struct flow *flow, int64_t now)
{
	if (now < flow->rests_until) {
		return 0;
	}
	if (!flow->answers) {
		return 1;
	}
	return now < flow->taken_until ? flow->taken : flow->connections;
}

size_t flow_room(const struct flow *flow, size_t in_hand, int64_t now)
{
	size_t lines = flow_lines(flow, now);
	size_t ahead = flow->answers && lines > 0 ? flow->ahead : 0;

	return lines + ahead > in_hand ? lines + ahead - in_hand : 0;
}

/* A server that is away may be back for the next letter; one that refuses us hardly changes its
 * mind, and may shut out who asks too often: it is asked twice before a rest. */
static void flow_count(struct flow *flow, enum smtp_result result, int64_t now)
{
	bool failed = result == SMTP_SETTINGS || result == SMTP_UNREACHABLE || result == SMTP_TLS;

	flow->answers = !failed;
	flow->failures += result == SMTP_SETTINGS ? BREAK_AFTER - 1 : 1;
	if (!failed) {
		flow->failures = 0;
	} else if (flow->failures >= BREAK_AFTER) {
		flow->rests_until = now + rest;
	}
}

bool flow_end(struct flow *flow, enum smtp_result result, enum smtp_stage stage, size_t others,
	int64_t now)
{
	bool unheard = stage < SMTP_SENDER && result != SMTP_ACCEPTED && result != SMTP_REFUSED;

	if (unheard && others > 0) {
		flow->taken = others;
		flow->taken_until = now + belief;
		return true;
	}
	flow_count(flow, result, now);
	return false;
}

void flow_settle(struct flow *flow, size_t settled, int64_t now)
{
	size_t most = flow_most(flow->connections) - flow->connections;

	flow->ahead = settled == 0 || now - flow->settled_at > quick ? 0
		: settled - 1 < most ? settled - 1 : most;
	flow->settled_at = now;
}
