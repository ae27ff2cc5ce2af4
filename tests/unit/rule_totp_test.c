/* Codes of an app are those of RFC 6238, good for a while and never twice. */
#include "rule/totp.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The secret of RFC 6238 appendix B, and its codes: of the 8 digits there, the last 6. */
static const unsigned char secret[] = "12345678901234567890";

static const struct {
	int64_t seconds;
	const char *code;
} vectors[] = {
	{ 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" },
	{ 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
};

enum { VECTORS = sizeof(vectors) / sizeof(vectors[0]) };

static uint64_t step_at(int64_t seconds, uint64_t used, const char *code)
{
	return totp_step(secret, seconds * CLOCK_SECOND, used, code);
}

static void the_codes_are_those_of_the_rfc(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		assert_int_equal(step_at(vectors[i].seconds, 0, vectors[i].code), vectors[i].seconds / 30);
	}
}

static void a_code_is_good_in_its_own_half_minute_and_in_the_next(void **state)
{
	(void)state;
	assert_int_equal(step_at(1111111080 - 30, 0, "081804"), 0);
	assert_int_equal(step_at(1111111080 - 1, 0, "081804"), 0);
	assert_int_equal(step_at(1111111080, 0, "081804"), 37037036);
	assert_int_equal(step_at(1111111080 + 59, 0, "081804"), 37037036);
	assert_int_equal(step_at(1111111080 + 60, 0, "081804"), 0);
}

static void a_step_that_was_used_is_not_good_again_nor_is_an_earlier_one(void **state)
{
	const uint64_t step = 37037036;

	(void)state;
	assert_int_equal(step_at(1111111139, step - 1, "081804"), step);
	assert_int_equal(step_at(1111111139, step, "081804"), 0);
	assert_int_equal(step_at(1111111139, step + 1, "081804"), 0);
	assert_int_equal(step_at(1111111139, step, "050471"), step + 1);
}

static void a_step_that_a_wrong_clock_has_used_up_in_the_future_forbids_nothing(void **state)
{
	const uint64_t step = 37037036;

	(void)state;
	assert_int_equal(step_at(1111111109, step + 4, "081804"), 0);
	assert_int_equal(step_at(1111111109, step + 5, "081804"), step);
	assert_int_equal(step_at(1111111109, step + 2880, "081804"), step);
}

static void what_is_no_code_is_refused(void **state)
{
	static const char *const wrong[] = { "", "28708", "2870820", "287083", "28708a", "287 82",
		"287082 ", "０87082" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(step_at(59, 0, wrong[i]), 0);
	}
}

static void a_secret_is_written_in_base32(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_string_equal(totp_text(&arena, secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_codes_are_those_of_the_rfc),
		cmocka_unit_test(a_code_is_good_in_its_own_half_minute_and_in_the_next),
		cmocka_unit_test(a_step_that_was_used_is_not_good_again_nor_is_an_earlier_one),
		cmocka_unit_test(a_step_that_a_wrong_clock_has_used_up_in_the_future_forbids_nothing),
		cmocka_unit_test(what_is_no_code_is_refused),
		cmocka_unit_test(a_secret_is_written_in_base32),
	};

	return cmocka_run_group_tests_name("rule_totp", tests, NULL, NULL);
}
