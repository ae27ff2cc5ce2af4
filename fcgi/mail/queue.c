#include "mail/queue.h"

#include "base/clock.h"

/* Pauses in seconds after the first, second, ... try; the last one repeats. */
static const int64_t code_pauses[] = { 3, 10, 30, 60, 120 };
static const int64_t other_pauses[] = { 60, 300, 900, 1800, 3600, 7200 };

int64_t queue_pause(enum letter_kind kind, uint64_t attempts)
{
	bool code = kind == LETTER_CODE;
	const int64_t *pauses = code ? code_pauses : other_pauses;
	size_t last = (code ? sizeof(code_pauses) : sizeof(other_pauses)) / sizeof(*pauses) - 1;
	size_t at = attempts == 0 ? 0 : (size_t)attempts - 1;

	return pauses[at < last ? at : last] * CLOCK_SECOND;
}

/* Why, in the words of the log and of the queue. */
static const char *const reasons[] = {
	[SMTP_ACCEPTED] = "accepted",
	[SMTP_REFUSED] = "refused",
	[SMTP_SETTINGS] = "settings",
	[SMTP_DEFERRED] = "deferred",
	[SMTP_UNREACHABLE] = "unreachable",
	[SMTP_TLS] = "tls",
	[SMTP_UNKNOWN] = "unknown",
};

/* Says when the next try is, or that it would be too late. */
static void put_off(const struct outbox_row *row, struct outbox_outcome *outcome, int64_t now,
	uint32_t jitter)
{
	int64_t pause = queue_pause(row->letter.kind, row->attempts);

	/* Up to a fifth more, or letters that failed together would be tried together. */
	outcome->next_at = now + pause + pause / 5 * (int64_t)(jitter % 1000) / 1000;
	if (outcome->next_at >= row->letter.expires_at) {
		outcome->state = OUTBOX_EXPIRED;
	}
}

struct outbox_outcome queue_decide(const struct outbox_row *row, enum smtp_result result,
	int64_t now, uint32_t jitter)
{
	struct outbox_outcome outcome = { .state = OUTBOX_READY, .reason = reasons[result],
		.may_have_arrived = result == SMTP_UNKNOWN };

	if (result == SMTP_ACCEPTED) {
		outcome.state = OUTBOX_SENT;
		return outcome;
	}
	if (result == SMTP_REFUSED) {
		outcome.state = OUTBOX_DEAD;
		return outcome;
	}
	put_off(row, &outcome, now, jitter);
	return outcome;
}

struct outbox_outcome queue_wait_for_key(const struct outbox_row *row, int64_t now,
	uint32_t jitter)
{
	struct outbox_outcome outcome = { .state = OUTBOX_READY, .reason = "unreadable" };

	put_off(row, &outcome, now, jitter);
	return outcome;
}
