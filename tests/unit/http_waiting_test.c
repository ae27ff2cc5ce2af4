/* The waiting room: as many seats as it has, a quarter for a party, the parties in turn, and nobody
 * left asleep. */
#include "http/waiting.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROOM = 16, QUARTER = 4, SEATS = 3, TAKERS = 8, GUESTS = 4000, DOORS = 4 };

static void *const no_item = NULL;

/* AddressSanitizer ends the program when too much is asked for, unless it is told to say so. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void who_finds_it_full_is_told_at_once(void **state)
{
	struct waiting waiting;
	int items[SEATS + 1];

	(void)state;
	assert_int_equal(waiting_init(&waiting, SEATS), ERR_OK);
	for (int i = 0; i < SEATS; i++) {
		assert_true(waiting_enter(&waiting, &items[i], (uint64_t)i));
	}
	assert_false(waiting_enter(&waiting, &items[SEATS], SEATS));
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[0]);
	assert_true(waiting_enter(&waiting, &items[SEATS], SEATS));
	assert_false(waiting_enter(&waiting, &items[0], 0));
	waiting_release(&waiting);
}

static void a_room_without_seats_takes_nobody(void **state)
{
	struct waiting waiting;
	int item;

	(void)state;
	assert_int_equal(waiting_init(&waiting, 0), ERR_OK);
	assert_false(waiting_enter(&waiting, &item, 0));
	waiting_shut(&waiting);
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), no_item);
	waiting_release(&waiting);
}

static void a_room_that_no_memory_can_hold_is_refused(void **state)
{
	struct waiting waiting;

	(void)state;
	assert_int_equal(waiting_init(&waiting, SIZE_MAX / 4), ERR_UNAVAILABLE);
	waiting_release(&waiting);
}

static void a_party_has_a_quarter_of_the_seats_and_others_find_theirs(void **state)
{
	enum { CROWD = 1, OTHERS = 100 };
	struct waiting waiting;
	int items[ROOM];

	(void)state;
	assert_int_equal(waiting_init(&waiting, ROOM), ERR_OK);
	for (int i = 0; i < QUARTER; i++) {
		assert_true(waiting_enter(&waiting, &items[i], CROWD));
	}
	assert_false(waiting_enter(&waiting, &items[QUARTER], CROWD));
	for (int i = QUARTER; i < ROOM; i++) {
		assert_true(waiting_enter(&waiting, &items[i], OTHERS + (uint64_t)i));
	}
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[0]);
	assert_true(waiting_enter(&waiting, &items[0], CROWD)); /* a seat of theirs is free again */
	waiting_release(&waiting);
}

static void who_leaves_gives_the_seat_back_and_keeps_the_others_in_their_order(void **state)
{
	struct waiting waiting;
	int items[SEATS + 1];

	(void)state;
	assert_int_equal(waiting_init(&waiting, SEATS), ERR_OK);
	for (int i = 0; i < SEATS; i++) {
		assert_true(waiting_enter(&waiting, &items[i], (uint64_t)i));
	}
	assert_true(waiting_leave(&waiting, &items[1]));
	assert_false(waiting_leave(&waiting, &items[1]));
	assert_true(waiting_enter(&waiting, &items[SEATS], 1));
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[0]);
	assert_false(waiting_leave(&waiting, &items[0]));
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[2]);
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[SEATS]);
	waiting_release(&waiting);
}

/* Three parties of sizes 4, 2, 1 who came one after the other. */
static void the_parties_are_served_in_turn(void **state)
{
	static const uint64_t party[] = { 1, 1, 1, 1, 2, 2, 3 };
	static const int served[] = { 0, 4, 6, 1, 5, 2, 3 };
	struct waiting waiting;
	int items[7];

	(void)state;
	assert_int_equal(waiting_init(&waiting, ROOM), ERR_OK);
	for (int i = 0; i < 7; i++) {
		assert_true(waiting_enter(&waiting, &items[i], party[i]));
	}
	for (int i = 0; i < 7; i++) {
		assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[served[i]]);
	}
	waiting_release(&waiting);
}

/* A crowd that fills its part again and again: each of the others waits for one of them. */
static void a_crowd_that_never_ends_holds_nobody_up(void **state)
{
	enum { CROWD = 1, OTHERS = 100 };
	struct waiting waiting;
	int crowd[QUARTER], other;

	(void)state;
	assert_int_equal(waiting_init(&waiting, ROOM), ERR_OK);
	for (int i = 0; i < QUARTER; i++) {
		assert_true(waiting_enter(&waiting, &crowd[i], CROWD));
	}
	for (uint64_t i = 0; i < 100; i++) {
		void *item;

		assert_true(waiting_enter(&waiting, &other, OTHERS + i));
		item = waiting_next(&waiting, NULL, NULL);
		if (item != &other) {
			assert_true(waiting_enter(&waiting, item, CROWD));
			assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &other);
		}
	}
	waiting_release(&waiting);
}

/* Odd numbers against the room's size. */
static void who_came_first_is_served_first(void **state)
{
	struct waiting waiting;
	int items[100];
	size_t in = 0, out = 0;

	(void)state;
	assert_int_equal(waiting_init(&waiting, SEATS), ERR_OK);
	while (out < sizeof(items) / sizeof(items[0])) {
		while (in < sizeof(items) / sizeof(items[0]) && waiting_enter(&waiting, &items[in], in)) {
			in++;
		}
		assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[out]);
		out++;
		if (out < in) {
			assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[out]);
			out++;
		}
	}
	waiting_release(&waiting);
}

static void who_waits_when_it_is_shut_is_still_served(void **state)
{
	struct waiting waiting;
	int items[2], late;

	(void)state;
	assert_int_equal(waiting_init(&waiting, SEATS), ERR_OK);
	assert_true(waiting_enter(&waiting, &items[0], 0));
	assert_true(waiting_enter(&waiting, &items[1], 1));
	waiting_shut(&waiting);
	assert_false(waiting_enter(&waiting, &late, 2));
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[0]);
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), &items[1]);
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), no_item);
	assert_ptr_equal(waiting_next(&waiting, NULL, NULL), no_item);
	waiting_release(&waiting);
}

/* Counts, and brings a guest. */
struct idler {
	struct waiting waiting;
	int calls;
};

static void count_idle(void *context)
{
	struct idler *idler = context;

	idler->calls++;
	assert_true(waiting_enter(&idler->waiting, idler, 0));
}

static void who_waits_in_vain_is_told_once_when_nobody_has_come_for_a_while(void **state)
{
	struct idler idler = { .calls = 0 };

	(void)state;
	assert_int_equal(waiting_init(&idler.waiting, SEATS), ERR_OK);
	assert_int_equal(idler.waiting.patience, CLOCK_MINUTE);
	idler.waiting.patience = 1;
	assert_ptr_equal(waiting_next(&idler.waiting, count_idle, &idler), &idler);
	assert_int_equal(idler.calls, 1);
	assert_true(waiting_enter(&idler.waiting, &idler, 0));
	assert_ptr_equal(waiting_next(&idler.waiting, count_idle, &idler), &idler);
	assert_int_equal(idler.calls, 1);
	waiting_release(&idler.waiting);
}

/* Takes until the room is shut, and says how many it took. */
static void *take_all(void *room)
{
	size_t count = 0;

	while (waiting_next(room, NULL, NULL) != NULL) {
		count++;
	}
	return (void *)count;
}

static void start(pthread_t *threads, size_t count, void *(*job)(void *), void *with)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, job, with), 0);
	}
}

/* The sum of what the threads gave; returns only when all of them are awake. */
static size_t join(const pthread_t *threads, size_t count)
{
	size_t sum = 0;
	void *one;

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(pthread_join(threads[i], &one), 0);
		sum += (size_t)one;
	}
	return sum;
}

static void shutting_it_wakes_everybody(void **state)
{
	struct waiting waiting;
	pthread_t takers[TAKERS];

	(void)state;
	assert_int_equal(waiting_init(&waiting, SEATS), ERR_OK);
	start(takers, TAKERS, take_all, &waiting);
	waiting_shut(&waiting);
	assert_int_equal(join(takers, TAKERS), 0);
	waiting_release(&waiting);
}

/* Enters its share of the guests, asking again when the room is full. */
static void *enter_share(void *room)
{
	static int guest;

	for (size_t i = 0; i < GUESTS / DOORS; i++) {
		while (!waiting_enter(room, &guest, i)) {
			sched_yield();
		}
	}
	return NULL;
}

static void many_threads_lose_nobody_and_serve_nobody_twice(void **state)
{
	struct waiting waiting;
	pthread_t takers[TAKERS], doors[DOORS];

	(void)state;
	assert_int_equal(waiting_init(&waiting, SEATS), ERR_OK);
	start(takers, TAKERS, take_all, &waiting);
	start(doors, DOORS, enter_share, &waiting);
	join(doors, DOORS);
	waiting_shut(&waiting);
	assert_int_equal(join(takers, TAKERS), GUESTS);
	waiting_release(&waiting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_finds_it_full_is_told_at_once),
		cmocka_unit_test(a_room_without_seats_takes_nobody),
		cmocka_unit_test(a_room_that_no_memory_can_hold_is_refused),
		cmocka_unit_test(who_came_first_is_served_first),
		cmocka_unit_test(a_party_has_a_quarter_of_the_seats_and_others_find_theirs),
		cmocka_unit_test(who_leaves_gives_the_seat_back_and_keeps_the_others_in_their_order),
		cmocka_unit_test(the_parties_are_served_in_turn),
		cmocka_unit_test(a_crowd_that_never_ends_holds_nobody_up),
		cmocka_unit_test(who_waits_when_it_is_shut_is_still_served),
		cmocka_unit_test(who_waits_in_vain_is_told_once_when_nobody_has_come_for_a_while),
		cmocka_unit_test(shutting_it_wakes_everybody),
		cmocka_unit_test(many_threads_lose_nobody_and_serve_nobody_twice),
	};

	return cmocka_run_group_tests_name("http_waiting", tests, NULL, NULL);
}
