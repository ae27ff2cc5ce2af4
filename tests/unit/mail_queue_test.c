/* What becomes of a letter after a try, without a clock or a database. */
#include "mail/queue.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795478400000000;

static struct outbox_row row_of(enum letter_kind kind, uint64_t attempts, int64_t life)
{
	return (struct outbox_row){ .attempts = attempts, .payload = OUTBOX_PAYLOAD_OPEN,
		.letter = { .kind = kind, .expires_at = now + life } };
}

static void every_outcome_has_its_state_and_its_word(void **state)
{
	static const struct {
		enum smtp_result result;
		enum outbox_state state;
		const char *reason;
	} rows[] = {
		{ SMTP_ACCEPTED, OUTBOX_SENT, "accepted" },
		{ SMTP_REFUSED, OUTBOX_DEAD, "refused" },
		{ SMTP_SETTINGS, OUTBOX_READY, "settings" },
		{ SMTP_DEFERRED, OUTBOX_READY, "deferred" },
		{ SMTP_UNREACHABLE, OUTBOX_READY, "unreachable" },
		{ SMTP_TLS, OUTBOX_READY, "tls" },
		{ SMTP_UNKNOWN, OUTBOX_READY, "unknown" },
	};
	const struct outbox_row row = row_of(LETTER_CREDENTIALS, 1, 24 * CLOCK_HOUR);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct outbox_outcome verdict = queue_decide(&row, rows[i].result, now, 0);

		assert_int_equal(verdict.state, rows[i].state);
		assert_string_equal(verdict.reason, rows[i].reason);
		assert_int_equal(verdict.may_have_arrived, rows[i].result == SMTP_UNKNOWN);
	}
}

static void what_the_server_settled_is_not_undone_by_an_expiry(void **state)
{
	const struct outbox_row late = row_of(LETTER_CODE, 3, -CLOCK_SECOND);

	(void)state;
	assert_int_equal(queue_decide(&late, SMTP_ACCEPTED, now, 0).state, OUTBOX_SENT);
	assert_int_equal(queue_decide(&late, SMTP_REFUSED, now, 0).state, OUTBOX_DEAD);
}

static void assert_pauses_grow_to_an_end(enum letter_kind kind)
{
	int64_t before = 0;
	bool grew = true;

	for (uint64_t attempts = 1; attempts < 100; attempts++) {
		int64_t pause = queue_pause(kind, attempts);

		assert_true(pause >= before);
		assert_true(grew || pause == before); /* once it stands, it stands */
		grew = pause > before;
		before = pause;
	}
	assert_false(grew);
	assert_int_equal(queue_pause(kind, UINT64_MAX), before);
	assert_true(before + before / 5 < OUTBOX_PAUSE_MAX); /* with jitter: no clock was wrong */
}

static void the_pauses_grow_to_an_end(void **state)
{
	(void)state;
	assert_pauses_grow_to_an_end(LETTER_CREDENTIALS);
	assert_pauses_grow_to_an_end(LETTER_CODE);
}

static void no_try_yet_is_as_good_as_one(void **state)
{
	(void)state;
	assert_int_equal(queue_pause(LETTER_CODE, 0), queue_pause(LETTER_CODE, 1));
	assert_true(queue_pause(LETTER_CODE, 0) > 0);
}

/* Somebody sits in front of the page and waits for the code. */
static void a_code_is_tried_again_sooner_than_any_other_letter(void **state)
{
	(void)state;
	for (uint64_t attempts = 1; attempts < 20; attempts++) {
		assert_true(queue_pause(LETTER_CODE, attempts) <
			queue_pause(LETTER_CREDENTIALS, attempts));
	}
}

static void the_next_try_is_the_pause_and_up_to_a_fifth_away(void **state)
{
	static const uint32_t jitters[] = { 0, 1, 500, 999, 1000, 123456789, UINT32_MAX };

	(void)state;
	for (uint64_t attempts = 1; attempts < 10; attempts++) {
		const struct outbox_row row = row_of(LETTER_CREDENTIALS, attempts, 1000 * CLOCK_HOUR);
		int64_t pause = queue_pause(LETTER_CREDENTIALS, attempts);

		for (size_t i = 0; i < sizeof(jitters) / sizeof(jitters[0]); i++) {
			int64_t wait = queue_decide(&row, SMTP_DEFERRED, now, jitters[i]).next_at - now;

			assert_true(wait >= pause);
			assert_true(wait <= pause + pause / 5);
		}
	}
}

static void letters_that_failed_together_are_not_tried_together(void **state)
{
	const struct outbox_row row = row_of(LETTER_CODE, 1, CLOCK_HOUR);

	(void)state;
	assert_int_not_equal(queue_decide(&row, SMTP_DEFERRED, now, 100).next_at,
		queue_decide(&row, SMTP_DEFERRED, now, 900).next_at);
}

static void what_would_come_too_late_expires_instead(void **state)
{
	const int64_t pause = queue_pause(LETTER_CODE, 2);
	static const enum smtp_result results[] = { SMTP_SETTINGS, SMTP_DEFERRED, SMTP_UNREACHABLE,
		SMTP_TLS, SMTP_UNKNOWN };

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct outbox_row in_time = row_of(LETTER_CODE, 2, pause + 1);
		const struct outbox_row too_late = row_of(LETTER_CODE, 2, pause);
		const struct outbox_row over = row_of(LETTER_CODE, 2, 0);

		assert_int_equal(queue_decide(&in_time, results[i], now, 0).state, OUTBOX_READY);
		assert_int_equal(queue_decide(&too_late, results[i], now, 0).state, OUTBOX_EXPIRED);
		assert_int_equal(queue_decide(&over, results[i], now, 0).state, OUTBOX_EXPIRED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_has_its_state_and_its_word),
		cmocka_unit_test(what_the_server_settled_is_not_undone_by_an_expiry),
		cmocka_unit_test(the_pauses_grow_to_an_end),
		cmocka_unit_test(no_try_yet_is_as_good_as_one),
		cmocka_unit_test(a_code_is_tried_again_sooner_than_any_other_letter),
		cmocka_unit_test(the_next_try_is_the_pause_and_up_to_a_fifth_away),
		cmocka_unit_test(letters_that_failed_together_are_not_tried_together),
		cmocka_unit_test(what_would_come_too_late_expires_instead),
	};

	return cmocka_run_group_tests_name("mail_queue", tests, NULL, NULL);
}
