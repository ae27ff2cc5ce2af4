#include "mail/hands.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>

void hand_put(struct hand *hand, enum hand_state state)
{
	hand->state = state;
	hand->since = clock_running();
}

void hand_end(struct hand *hand, struct outbox_outcome outcome)
{
	hand->row.outcome = outcome;
	hand_put(hand, HAND_ENDED);
}

size_t hands_count(const struct hands *hands, enum hand_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < hands->count; i++) {
		count += hands->all[i].state == state;
	}
	return count;
}

int64_t hands_first(const struct hands *hands, enum hand_state state)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < hands->count; i++) {
		const struct hand *hand = &hands->all[i];

		first = hand->state == state && hand->since < first ? hand->since : first;
	}
	return first;
}

void hands_take(struct hands *hands, const struct outbox_claim *claim)
{
	struct hand *hand = hands->all;

	for (size_t i = 0; i < claim->count; i++) {
		while (hand->state != HAND_EMPTY) {
			hand++;
		}
		hand->row = claim->rows[i];
		hand->turn = hands->turn++;
		hand_put(hand, HAND_WAITS);
	}
}

struct hand *hands_next(struct hands *hands)
{
	struct hand *next = NULL;

	for (size_t i = 0; i < hands->count; i++) {
		struct hand *hand = &hands->all[i];
		bool code = hand->row.letter.kind == LETTER_CODE;

		if (hand->state == HAND_WAITS && (next == NULL ||
		    (code != (next->row.letter.kind == LETTER_CODE) ? code : hand->turn < next->turn))) {
			next = hand;
		}
	}
	return next;
}

void hands_give_back(struct hands *hands, int64_t waiting)
{
	int64_t before = clock_running() - waiting;

	for (size_t i = 0; i < hands->count; i++) {
		if (hands->all[i].state == HAND_WAITS && hands->all[i].since <= before) {
			hand_end(&hands->all[i], (struct outbox_outcome){ .untried = true });
		}
	}
}

size_t hands_ended(struct hands *hands, struct outbox_row *rows[static HANDS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < hands->count; i++) {
		if (hands->all[i].state == HAND_ENDED) {
			rows[count++] = &hands->all[i].row;
		}
	}
	return count;
}

static void hand_drop(struct hand *hand)
{
	const struct outbox_row *row = &hand->row;
	const struct outbox_outcome *outcome = &row->outcome;

	if (!outcome->untried) {
		log_event(LOG_INFO, "letter", "id=%" PRIu64 " kind=%s state=%s reason=%s code=%u attempts=%"
			PRIu64 " settled=%s", row->id, letter_kind_words[row->letter.kind],
			outbox_state_words[outcome->state], outcome->reason, outcome->smtp_code, row->attempts,
			err_name(row->settled));
	}
	arena_release(&hand->row.arena);
	*hand = (struct hand){ .state = HAND_EMPTY };
}

void hands_drop(struct hands *hands)
{
	for (size_t i = 0; i < hands->count; i++) {
		if (hands->all[i].state == HAND_ENDED) {
			hand_drop(&hands->all[i]);
		}
	}
}

void hands_close(struct hands *hands)
{
	for (size_t i = 0; i < hands->count; i++) {
		arena_release(&hands->all[i].row.arena);
	}
}
