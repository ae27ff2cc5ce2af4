/* The lane of slow requests: how many it serves at once. What an exchange is made of stands still
 * here: nothing is read or sent, and the workers are brisk when a test says so. */
#include "http/lane.h"

#include "base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUESTS = 24, THREADS = 2, SEATS = 128, WORK_MICROSECONDS = 3000 };

static bool is_brisk;
static atomic_uint at_work, served, together;
static _Atomic int64_t worked;

void exchange_begin(struct exchange *exchange)
{
	(void)exchange;
}

void exchange_send(struct exchange *exchange)
{
	(void)exchange;
}

void exchange_finish(struct exchange *exchange)
{
	(void)exchange;
}

void exchange_close(struct exchange *exchange)
{
	(void)exchange;
}

bool pace_is_brisk(struct pace *pace)
{
	(void)pace;
	return is_brisk;
}

static void work(void *thread, const struct request *request, struct reply *reply)
{
	int64_t begun = clock_running();

	(void)thread;
	(void)request;
	(void)reply;
	if (++at_work > 1) {
		together++;
	}
	usleep(WORK_MICROSECONDS);
	at_work--;
	worked += clock_running() - begun;
	served++;
}

static void renew(void *thread)
{
	(void)thread;
}

static void *serve(void *lane)
{
	lane_serve(lane, NULL);
	return NULL;
}

/* Serves all guests by two threads; how often one was taken while another was in hand. */
static unsigned serve_all(bool gives_way)
{
	static struct exchange exchanges[GUESTS];
	const struct listen_lane options = { .threads = THREADS, .seats = SEATS,
		.gives_way = gives_way };
	const struct listen_handler handler = { .serve_slow = work, .renew = renew };
	struct readers readers;
	struct lane lane;
	pthread_t threads[THREADS];

	at_work = served = together = 0;
	worked = 0;
	readers_init(&readers, lane_evict, NULL);
	assert_int_equal(lane_init(&lane, &options, &handler, &readers, NULL), ERR_OK);
	for (size_t i = 0; i < GUESTS; i++) {
		exchanges[i] = (struct exchange){ .begun = clock_running() };
		assert_true(lane_enter(&lane, &exchanges[i], i));
	}
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, serve, &lane), 0);
	}
	while (served < GUESTS) {
		usleep(WORK_MICROSECONDS);
	}
	lane_shut(&lane);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(served, GUESTS);
	lane_release(&lane);
	readers_release(&readers);
	return together;
}

static void one_is_served_at_a_time_while_much_is_asked_for(void **state)
{
	(void)state;
	is_brisk = true;
	assert_int_equal(serve_all(true), 0);
}

static void who_serves_rests_for_as_long_as_it_worked_while_much_is_asked_for(void **state)
{
	int64_t begun = clock_running();

	(void)state;
	is_brisk = true;
	serve_all(true);
	assert_true(clock_running() - begun > worked + worked / 2); /* but for the last one */
}

static void all_threads_serve_while_little_is_asked_for(void **state)
{
	(void)state;
	is_brisk = false;
	assert_int_not_equal(serve_all(true), 0);
}

static void a_lane_that_does_not_give_way_is_served_by_all_threads(void **state)
{
	(void)state;
	is_brisk = true;
	assert_int_not_equal(serve_all(false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_served_at_a_time_while_much_is_asked_for),
		cmocka_unit_test(who_serves_rests_for_as_long_as_it_worked_while_much_is_asked_for),
		cmocka_unit_test(all_threads_serve_while_little_is_asked_for),
		cmocka_unit_test(a_lane_that_does_not_give_way_is_served_by_all_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
