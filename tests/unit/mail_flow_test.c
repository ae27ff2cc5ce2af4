/* How many letters go at a time, without a server or a clock. */
#include "mail/flow.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CONNECTIONS = 4 };

static const int64_t now = 1000 * CLOCK_SECOND;

static struct flow working(void)
{
	return (struct flow){ .connections = CONNECTIONS, .answers = true };
}

/* Alone, and the letter's recipient was named. */
static void end_alone(struct flow *flow, enum smtp_result result)
{
	assert_false(flow_end(flow, result, SMTP_RECIPIENT, 0, now));
}

static void a_server_that_nobody_knows_is_tried_with_one_letter(void **state)
{
	struct flow flow = { .connections = CONNECTIONS };

	(void)state;
	assert_int_equal(flow_lines(&flow, now), 1);
	end_alone(&flow, SMTP_ACCEPTED);
	assert_int_equal(flow_lines(&flow, now), CONNECTIONS);
	assert_int_equal(flow_room(&flow, 1, now), CONNECTIONS - 1);
	end_alone(&flow, SMTP_UNREACHABLE);
	assert_int_equal(flow_lines(&flow, now), 1);
}

static void after_failures_in_a_row_the_server_is_left_alone_and_tried_with_one(void **state)
{
	static const struct {
		enum smtp_result result;
		int tries;
	} rows[] = { { SMTP_UNREACHABLE, 5 }, { SMTP_TLS, 5 }, { SMTP_SETTINGS, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flow flow = working();

		for (int tries = 0; tries < rows[i].tries; tries++) {
			assert_true(flow_lines(&flow, now) > 0);
			end_alone(&flow, rows[i].result);
		}
		assert_int_equal(flow_lines(&flow, now), 0);
		assert_int_equal(flow_room(&flow, 0, now), 0);
		assert_int_equal(flow_lines(&flow, flow.rests_until), 1);
		flow_end(&flow, rows[i].result, SMTP_RECIPIENT, 0, flow.rests_until);
		assert_true(flow.rests_until > now + CLOCK_MINUTE / 2);
	}
}

static void what_is_said_about_a_letter_is_no_failure(void **state)
{
	static const enum smtp_result results[] = { SMTP_ACCEPTED, SMTP_REFUSED, SMTP_DEFERRED,
		SMTP_UNKNOWN };

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		struct flow flow = working();

		for (int tries = 0; tries < 4; tries++) {
			end_alone(&flow, SMTP_UNREACHABLE);
		}
		end_alone(&flow, results[i]);
		end_alone(&flow, SMTP_UNREACHABLE);
		assert_int_equal(flow_lines(&flow, now), 1);
	}
}

static void a_server_that_takes_fewer_connections_is_believed_for_a_while(void **state)
{
	static const enum smtp_result results[] = { SMTP_DEFERRED, SMTP_UNREACHABLE, SMTP_SETTINGS };

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		struct flow flow = working();

		assert_true(flow_end(&flow, results[i], SMTP_GREETING, 2, now));
		assert_int_equal(flow_lines(&flow, now), 2);
		assert_int_equal(flow_lines(&flow, now + CLOCK_MINUTE), CONNECTIONS);
		assert_false(flow_end(&flow, results[i], SMTP_RECIPIENT, 2, now));
		assert_false(flow_end(&flow, results[i], SMTP_GREETING, 0, now)); /* it is for all */
	}
}

static void an_address_that_is_none_says_nothing_about_the_server(void **state)
{
	struct flow flow = working();

	(void)state;
	assert_false(flow_end(&flow, SMTP_REFUSED, SMTP_GREETING, 3, now));
	assert_int_equal(flow_lines(&flow, now), CONNECTIONS);
}

/* The rounds of a server that is never what letters wait for: each takes what is in hand. */
static void as_many_are_claimed_ahead_as_went_and_never_more_than_the_most(void **state)
{
	struct flow flow = working();
	size_t claimed = 0, before = 0;

	(void)state;
	for (int round = 0; round < 10; round++) {
		claimed = flow_room(&flow, 0, now + round);
		assert_true(claimed >= before);
		assert_true(claimed <= flow_most(CONNECTIONS));
		flow_settle(&flow, claimed, now + round);
		before = claimed;
	}
	assert_int_equal(claimed, flow_most(CONNECTIONS));
}

static void where_letters_take_long_none_is_claimed_ahead(void **state)
{
	struct flow flow = working();

	(void)state;
	for (int round = 0; round < 10; round++) {
		flow_settle(&flow, CONNECTIONS, now + round * CLOCK_SECOND / 10);
		assert_int_equal(flow_room(&flow, 0, now), CONNECTIONS);
		assert_int_equal(flow_room(&flow, CONNECTIONS, now), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_nobody_knows_is_tried_with_one_letter),
		cmocka_unit_test(after_failures_in_a_row_the_server_is_left_alone_and_tried_with_one),
		cmocka_unit_test(what_is_said_about_a_letter_is_no_failure),
		cmocka_unit_test(a_server_that_takes_fewer_connections_is_believed_for_a_while),
		cmocka_unit_test(an_address_that_is_none_says_nothing_about_the_server),
		cmocka_unit_test(as_many_are_claimed_ahead_as_went_and_never_more_than_the_most),
		cmocka_unit_test(where_letters_take_long_none_is_claimed_ahead),
	};

	return cmocka_run_group_tests_name("mail_flow", tests, NULL, NULL);
}
