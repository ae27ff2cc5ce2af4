/* One clock, one way to write an instant. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static int64_t system_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

static void the_time_is_the_time_of_the_system(void **state)
{
	int64_t before = system_now(), now = clock_now();

	(void)state;
	assert_true(before <= now);
	assert_true(now <= system_now());
}

static void a_test_may_stop_the_clock_and_let_it_go(void **state)
{
	int64_t before = system_now();

	(void)state;
	clock_set(42);
	assert_int_equal(clock_now(), 42);
	assert_int_equal(clock_now(), 42);
	clock_set(0);
	assert_true(clock_now() >= before);
}

static void a_minute_has_sixty_seconds_and_an_hour_sixty_minutes(void **state)
{
	(void)state;
	assert_int_equal(CLOCK_SECOND, 1000000);
	assert_int_equal(CLOCK_MINUTE, 60000000);
	assert_int_equal(CLOCK_HOUR, 3600000000);
}

static const struct {
	int64_t instant;
	const char *text;
} texts[] = {
	{ 0, "1970-01-01T00:00:00.000Z" },
	{ 999, "1970-01-01T00:00:00.000Z" },
	{ 1000, "1970-01-01T00:00:00.001Z" },
	{ 999999, "1970-01-01T00:00:00.999Z" },
	{ 951782400000000, "2000-02-29T00:00:00.000Z" },
	{ 1795497923123456, "2026-11-24T05:25:23.123Z" },
	{ 2147483648000000, "2038-01-19T03:14:08.000Z" },
	{ 4107542399999999, "2100-02-28T23:59:59.999Z" },
	{ 253402300799999999, "9999-12-31T23:59:59.999Z" },
};

static void an_instant_is_written_in_utc_with_milliseconds(void **state)
{
	char out[CLOCK_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_string_equal(clock_text(texts[i].instant, out), texts[i].text);
		assert_ptr_equal(clock_text(texts[i].instant, out), out);
	}
}

/* A step of some hours over nine thousand years meets every month of every kind of year. */
static void a_date_is_what_the_system_makes_of_the_instant_and_back(void **state)
{
	const int64_t first = -30610224000 * CLOCK_SECOND; /* the year 1000 */
	const int64_t step = 100003 * CLOCK_SECOND + 12345;

	(void)state;
	for (int64_t at = first; clock_split(at).year < 10000; at += step) {
		struct clock_date date = clock_split(at);
		time_t seconds = (time_t)((at - date.microsecond) / CLOCK_SECOND);
		struct tm tm;

		gmtime_r(&seconds, &tm);
		assert_int_equal(date.year, tm.tm_year + 1900);
		assert_int_equal(date.month, tm.tm_mon + 1);
		assert_int_equal(date.day, tm.tm_mday);
		assert_int_equal(date.hour * 3600 + date.minute * 60 + date.second,
			tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
		assert_int_equal(clock_join(&date), at);
	}
}

static void the_zone_of_the_host_does_not_matter(void **state)
{
	char out[CLOCK_TEXT_MAX];

	(void)state;
	assert_int_equal(setenv("TZ", "XXX-13", 1), 0);
	tzset();
	assert_string_equal(clock_text(0, out), "1970-01-01T00:00:00.000Z");
}

static void the_last_instant_of_all_fits(void **state)
{
	char out[CLOCK_TEXT_MAX];

	(void)state;
	assert_string_equal(clock_text(INT64_MAX, out), "294247-01-10T04:00:54.775Z");
}

static void an_instant_is_read_in_any_zone_to_the_microsecond(void **state)
{
	static const struct { const char *text; int64_t instant; } rows[] = {
		{ "1970-01-01T00:00:01Z", 1000000 },
		{ "2026-11-24T05:25:23.123Z", 1795497923123000 },
		{ "2026-11-24T05:25:23.1234567Z", 1795497923123456 },
		{ "2026-11-24T07:25:23+02:00", 1795497923000000 },
		{ "2026-11-23T23:55:23-05:30", 1795497923000000 },
		{ "2000-02-29T00:00:00Z", 951782400000000 },
		{ "9999-12-31T23:59:59.999999Z", 253402300799999999 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(clock_instant(rows[i].text), rows[i].instant);
	}
}

static void what_is_no_instant_is_none(void **state)
{
	static const char *const rows[] = { "", "2026", "2026-11-24", "2026-11-24T05:25:23",
		"2026-11-24T05:25Z", "2026-11-24 05:25:23Z", "2026-11-24T05:25:23z", "2026-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
		"2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+0100",
		"2026-01-01T00:00:00Z ", "2026-01-01T00:00:00+01:00Z", "1969-12-31T23:59:59Z",
		"-026-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "\u0662026-01-01T00:00:00Z" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(clock_instant(rows[i]), 0);
	}
}

static void assert_near(int64_t instant, int64_t expected)
{
	assert_in_range(instant - expected + CLOCK_SECOND, 0, 2 * CLOCK_SECOND);
}

/* The last of this file: what was followed is not forgotten. */
static void the_time_is_that_of_the_database_as_soon_as_it_was_asked(void **state)
{
	int64_t asked = clock_running(), day = clock_host() + CLOCK_DAY;

	(void)state;
	assert_int_equal(clock_skew(), 0);
	clock_follow(0, asked, asked); /* no time at all */
	assert_near(clock_now(), clock_host());
	clock_follow(day, asked, asked);
	assert_near(clock_now(), day);
	assert_near(clock_skew(), -CLOCK_DAY);
	assert_near(clock_host(), day - CLOCK_DAY);
}

static void an_answer_that_took_long_is_believed_only_as_far_as_it_can_be(void **state)
{
	int64_t asked = clock_running(), now = clock_now();

	(void)state;
	clock_follow(now + 9 * CLOCK_SECOND, asked, asked + 20 * CLOCK_SECOND);
	assert_near(clock_now(), now); /* half of it on each way explains the second */
	clock_follow(now + CLOCK_HOUR, asked, asked + 20 * CLOCK_SECOND);
	assert_near(clock_now(), now + CLOCK_HOUR - 10 * CLOCK_SECOND);
}

static void one_asks_and_then_nobody_for_a_while(void **state)
{
	(void)state;
	(void)clock_must_ask(CLOCK_ASK);
	assert_false(clock_must_ask(CLOCK_ASK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_time_is_the_time_of_the_system),
		cmocka_unit_test(a_test_may_stop_the_clock_and_let_it_go),
		cmocka_unit_test(a_minute_has_sixty_seconds_and_an_hour_sixty_minutes),
		cmocka_unit_test(an_instant_is_written_in_utc_with_milliseconds),
		cmocka_unit_test(a_date_is_what_the_system_makes_of_the_instant_and_back),
		cmocka_unit_test(the_zone_of_the_host_does_not_matter),
		cmocka_unit_test(the_last_instant_of_all_fits),
		cmocka_unit_test(an_instant_is_read_in_any_zone_to_the_microsecond),
		cmocka_unit_test(what_is_no_instant_is_none),
		cmocka_unit_test(the_time_is_that_of_the_database_as_soon_as_it_was_asked),
		cmocka_unit_test(an_answer_that_took_long_is_believed_only_as_far_as_it_can_be),
		cmocka_unit_test(one_asks_and_then_nobody_for_a_while),
	};

	return cmocka_run_group_tests_name("base_clock", tests, NULL, NULL);
}
