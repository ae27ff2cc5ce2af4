/* Counters that many threads add to lose nothing, and a time counts where it belongs. */
#include "base/meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>

#include <cmocka.h>

enum { THREADS = 4, TIMES = 100000 };

static void *add_many(void *meter)
{
	for (int i = 0; i < TIMES; i++) {
		meter_add(meter);
	}
	return NULL;
}

static void many_threads_lose_nothing(void **state)
{
	static struct meter meter;
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, &meter), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	}
	assert_int_equal(meter_read(&meter), THREADS * TIMES);
}

static void what_comes_and_goes_is_what_is_there(void **state)
{
	static struct meter meter;

	(void)state;
	meter_add(&meter);
	meter_add(&meter);
	meter_take(&meter);
	assert_int_equal(meter_read(&meter), 1);
}

static void bounds_rise(void **state)
{
	(void)state;
	for (int i = 1; i < METER_BOUNDS; i++) {
		assert_true(meter_bounds[i - 1] < meter_bounds[i]);
	}
}

static void a_time_counts_for_the_first_bound_that_it_does_not_exceed(void **state)
{
	static struct meter_times times;

	(void)state;
	meter_time(&times, meter_bounds[0]);
	meter_time(&times, meter_bounds[0] + 1);
	meter_time(&times, meter_bounds[METER_BOUNDS - 1] + 1);
	assert_int_equal(times.within[0], 1);
	assert_int_equal(times.within[1], 1);
	assert_int_equal(times.within[METER_BOUNDS], 1);
	assert_int_equal(times.sum, 2 * meter_bounds[0] + 1 + meter_bounds[METER_BOUNDS - 1] + 1);
}

static void a_clock_that_was_set_back_takes_nothing_away(void **state)
{
	static struct meter_times times;

	(void)state;
	meter_time(&times, -5);
	assert_int_equal(times.within[0], 1);
	assert_int_equal(times.sum, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_threads_lose_nothing),
		cmocka_unit_test(what_comes_and_goes_is_what_is_there),
		cmocka_unit_test(bounds_rise),
		cmocka_unit_test(a_time_counts_for_the_first_bound_that_it_does_not_exceed),
		cmocka_unit_test(a_clock_that_was_set_back_takes_nothing_away),
	};

	return cmocka_run_group_tests_name("base_meter", tests, NULL, NULL);
}
