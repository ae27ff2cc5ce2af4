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

static const char *reason_of(enum smtp_result result)
{
	switch (result) {
	case SMTP_ACCEPTED:
		return "accepted";
	case SMTP_REFUSED:
		return "refused";
	case SMTP_SETTINGS:
		return "settings";
	case SMTP_DEFERRED:
		return "deferred";
	case SMTP_TLS:
		return "tls";
	case SMTP_UNKNOWN:
		return "unknown";
	case SMTP_UNREACHABLE:
		break;
	}
	return "unreachable";
}

/* Up to a fifth more. */
static int64_t spread(int64_t pause, uint32_t jitter)
{
	return pause + pause / 5 * (int64_t)(jitter % 1000) / 1000;
}

struct outbox_outcome queue_decide(const struct outbox_row *row, enum smtp_result result,
	int64_t now, uint32_t jitter)
{
	const struct letter *letter = &row->letter;
	struct outbox_outcome outcome = { .state = OUTBOX_READY, .reason = reason_of(result),
		.may_have_arrived = result == SMTP_UNKNOWN };

	if (result == SMTP_ACCEPTED) {
		outcome.state = OUTBOX_SENT;
		return outcome;
	}
	if (result == SMTP_REFUSED) {
		outcome.state = OUTBOX_DEAD;
		return outcome;
	}
	outcome.next_at = now + spread(queue_pause(letter->kind, row->attempts), jitter);
	if (outcome.next_at >= letter->expires_at) {
		outcome.state = OUTBOX_EXPIRED;
	}
	return outcome;
}
