/* How brisk the workers answer. */
#include "http/pace.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static void note(struct pace *pace, int times)
{
	while (times-- > 0) {
		pace_note(pace);
	}
}

/* However busy the machine: at some time all of them fall into a tenth of a second. */
static void many_answers_at_once_are_brisk(void **state)
{
	struct pace pace = { 0 };
	int64_t end = clock_running() + CLOCK_MINUTE;
	bool brisk = false;

	(void)state;
	while (!brisk && clock_running() < end) {
		note(&pace, PACE_ANSWERS);
		brisk = pace_is_brisk(&pace);
	}
	assert_true(brisk);
}

static void a_few_answers_are_not_brisk(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	assert_false(pace_is_brisk(&pace));
	note(&pace, PACE_ANSWERS - 1);
	assert_false(pace_is_brisk(&pace));
}

static void many_answers_of_a_while_ago_are_not_brisk(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	note(&pace, PACE_ANSWERS);
	usleep(200000);
	assert_false(pace_is_brisk(&pace));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_answers_at_once_are_brisk),
		cmocka_unit_test(a_few_answers_are_not_brisk),
		cmocka_unit_test(many_answers_of_a_while_ago_are_not_brisk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
