/* Waiting grows with failures, and never for ever. */
#include "rule/throttle.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct step {
	uint64_t failures;
	int64_t seconds;
};

static const struct step account_steps[] = {
	{ 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 },
	{ 5, 1 }, { 6, 2 }, { 7, 4 }, { 8, 8 }, { 9, 16 }, { 10, 32 }, { 11, 64 }, { 12, 128 },
	{ 13, 256 }, { 14, 512 }, { 15, 900 }, { 16, 900 }, { 1000, 900 }, { UINT64_MAX, 900 },
};

static const struct step network_steps[] = {
	{ 0, 0 }, { 1, 0 }, { 49, 0 }, { 50, 0 },
	{ 51, 1 }, { 52, 2 }, { 53, 4 }, { 54, 8 }, { 55, 16 }, { 56, 32 },
	{ 57, 60 }, { 58, 60 }, { 1000, 60 }, { UINT64_MAX, 60 },
};

static void assert_steps(enum throttle_kind kind, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(throttle_delay(kind, steps[i].failures), steps[i].seconds * CLOCK_SECOND);
	}
}

static void an_account_has_four_free_tries_then_waits_from_a_second_to_a_quarter_hour(void **state)
{
	(void)state;
	assert_steps(THROTTLE_ACCOUNT, account_steps, sizeof(account_steps) / sizeof(account_steps[0]));
}

static void a_known_browser_waits_as_long_as_an_account(void **state)
{
	(void)state;
	assert_steps(THROTTLE_DEVICE, account_steps, sizeof(account_steps) / sizeof(account_steps[0]));
}

static void a_network_has_fifty_free_tries_then_waits_from_a_second_to_a_minute(void **state)
{
	(void)state;
	assert_steps(THROTTLE_NETWORK, network_steps, sizeof(network_steps) / sizeof(network_steps[0]));
}

/* Else an attacker would get rid of the longest delay by sitting it out. */
static void failures_are_remembered_longer_than_anyone_waits(void **state)
{
	(void)state;
	for (int kind = THROTTLE_ACCOUNT; kind <= THROTTLE_NETWORK; kind++) {
		assert_true(throttle_memory((enum throttle_kind)kind) >
			throttle_delay((enum throttle_kind)kind, UINT64_MAX));
	}
}

static void one_more_failure_never_shortens_the_wait(void **state)
{
	(void)state;
	for (int kind = THROTTLE_ACCOUNT; kind <= THROTTLE_NETWORK; kind++) {
		for (uint64_t failures = 0; failures < 200; failures++) {
			assert_true(throttle_delay((enum throttle_kind)kind, failures) <=
				throttle_delay((enum throttle_kind)kind, failures + 1));
		}
	}
}

static void look_ups_are_thirty_in_ten_minutes(void **state)
{
	(void)state;
	assert_int_equal(THROTTLE_LOOKUPS, 30);
	assert_int_equal(throttle_lookup_window(), 10 * CLOCK_MINUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_has_four_free_tries_then_waits_from_a_second_to_a_quarter_hour),
		cmocka_unit_test(a_known_browser_waits_as_long_as_an_account),
		cmocka_unit_test(a_network_has_fifty_free_tries_then_waits_from_a_second_to_a_minute),
		cmocka_unit_test(failures_are_remembered_longer_than_anyone_waits),
		cmocka_unit_test(one_more_failure_never_shortens_the_wait),
		cmocka_unit_test(look_ups_are_thirty_in_ten_minutes),
	};

	return cmocka_run_group_tests_name("rule_throttle", tests, NULL, NULL);
}
