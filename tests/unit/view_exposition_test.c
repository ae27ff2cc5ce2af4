/* Numbers leave in the text that Prometheus reads. */
#include "view/exposition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_family_says_what_its_samples_are(void **state)
{
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	exposition_family(&text, "letters", "gauge", "Letters that wait.");
	exposition_sample(&text, "letters", "", 3);
	exposition_sample(&text, "letters", "state=\"queued\"", 18446744073709551615u);
	assert_string_equal(text.bytes, "# HELP letters Letters that wait.\n# TYPE letters gauge\n"
		"letters 3\nletters{state=\"queued\"} 18446744073709551615\n");
	arena_release(&arena);
}

static void seconds_have_a_sign_and_a_fraction(void **state)
{
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	exposition_seconds(&text, "skew", -1500000);
	exposition_seconds(&text, "skew", 7);
	assert_string_equal(text.bytes, "skew -1.500000\nskew 0.000007\n");
	arena_release(&arena);
}

static void the_buckets_of_a_histogram_add_up(void **state)
{
	struct meter_times times = { .within = { 1, 0, 2, 0, 0, 0, 0, 4 }, .sum = 40000007 };
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	exposition_times(&text, "took", "route=\"x\"", &times);
	assert_string_equal(text.bytes,
		"took_bucket{route=\"x\",le=\"0.005\"} 1\ntook_bucket{route=\"x\",le=\"0.025\"} 1\n"
		"took_bucket{route=\"x\",le=\"0.1\"} 3\ntook_bucket{route=\"x\",le=\"0.25\"} 3\n"
		"took_bucket{route=\"x\",le=\"1\"} 3\ntook_bucket{route=\"x\",le=\"2.5\"} 3\n"
		"took_bucket{route=\"x\",le=\"10\"} 3\ntook_bucket{route=\"x\",le=\"+Inf\"} 7\n"
		"took_sum{route=\"x\"} 40.000007\ntook_count{route=\"x\"} 7\n");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_family_says_what_its_samples_are),
		cmocka_unit_test(seconds_have_a_sign_and_a_fraction),
		cmocka_unit_test(the_buckets_of_a_histogram_add_up),
	};

	return cmocka_run_group_tests_name("view_exposition", tests, NULL, NULL);
}
