/* A bell that wakes the mailer, and never holds up whoever rings. */
#include "base/wake.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Waiting without end: a test that should be woken and is not never finishes. */
enum { FOR_EVER = -1 };

struct place {
	char folder[64];
	char bell[96];
};

static int make_place(void **state)
{
	static struct place place = { .folder = "/tmp/wake_test.XXXXXX" };

	if (mkdtemp(place.folder) == NULL) {
		return -1;
	}
	snprintf(place.bell, sizeof(place.bell), "%s/bell", place.folder);
	*state = &place;
	return 0;
}

static int remove_place(void **state)
{
	const struct place *place = *state;

	unlink(place->bell);
	return rmdir(place->folder);
}

static int listen_at(const char *bell)
{
	int fd = -1;

	assert_int_equal(wake_listen(bell, &fd), ERR_OK);
	assert_true(fd >= 0);
	return fd;
}

static void assert_silent(int fd)
{
	char ring;

	assert_int_equal(recv(fd, &ring, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void a_ring_ends_the_wait(void **state)
{
	const struct place *place = *state;
	int fd = listen_at(place->bell);

	wake_ring(place->bell);
	wake_wait(fd, -1, FOR_EVER);
	assert_silent(fd);
	close(fd);
}

static void one_wait_takes_all_rings(void **state)
{
	const struct place *place = *state;
	int fd = listen_at(place->bell);

	for (int i = 0; i < 5; i++) {
		wake_ring(place->bell);
	}
	wake_wait(fd, -1, FOR_EVER);
	assert_silent(fd);
	wake_ring(place->bell);
	wake_wait(fd, -1, FOR_EVER);
	assert_silent(fd);
	close(fd);
}

static int64_t milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void without_a_ring_the_wait_lasts_its_time(void **state)
{
	const struct place *place = *state;
	int fd = listen_at(place->bell);
	int64_t start = milliseconds_now();

	wake_wait(fd, -1, 20);
	assert_true(milliseconds_now() - start >= 19); /* start was rounded down */
	close(fd);
}

static void without_a_bell_there_is_only_the_wait(void **state)
{
	int64_t start = milliseconds_now();

	(void)state;
	wake_wait(-1, -1, 20);
	assert_true(milliseconds_now() - start >= 19);
}

static void do_nothing(int number)
{
	(void)number;
}

/* The timer repeats, so that a signal before the wait began does no harm. */
static void a_signal_ends_the_wait(void **state)
{
	const struct sigaction action = { .sa_handler = do_nothing, .sa_flags = SA_RESTART };
	const struct itimerval often = { { 0, 5000 }, { 0, 5000 } }, never = { { 0, 0 }, { 0, 0 } };
	const struct place *place = *state;
	int fd = listen_at(place->bell);

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	wake_wait(fd, -1, FOR_EVER);
	wake_wait(-1, -1, FOR_EVER);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	close(fd);
}

static void only_the_owner_and_the_group_may_ring(void **state)
{
	const struct place *place = *state;
	mode_t before = umask(0);
	int fd = listen_at(place->bell);
	struct stat stat_of_bell;

	assert_int_equal(umask(before), 0); /* and the mask is as it was */
	assert_int_equal(stat(place->bell, &stat_of_bell), 0);
	assert_true(S_ISSOCK(stat_of_bell.st_mode));
	assert_int_equal(stat_of_bell.st_mode & 07777, 0660);
	close(fd);
}

static void a_new_bell_replaces_a_stale_one(void **state)
{
	const struct place *place = *state;
	int stale = listen_at(place->bell), fd;

	close(stale);
	fd = listen_at(place->bell);
	wake_ring(place->bell);
	wake_wait(fd, -1, FOR_EVER);
	assert_silent(fd);
	close(fd);
}

static void a_ring_that_nobody_hears_does_nothing(void **state)
{
	const struct place *place = *state;
	char long_path[300];

	memset(long_path, 'x', sizeof(long_path));
	long_path[0] = '/';
	long_path[sizeof(long_path) - 1] = '\0';
	unlink(place->bell);
	wake_ring("");
	wake_ring(place->bell);
	wake_ring(long_path);
	assert_int_equal(access(place->bell, F_OK), -1);
	close(listen_at(place->bell));
	wake_ring(place->bell);
	assert_int_equal(access(place->bell, F_OK), 0);
}

/* The queue of a socket is short; the rings beyond it are lost, and the ringer goes on. */
static void ringing_never_blocks(void **state)
{
	const struct place *place = *state;
	int fd = listen_at(place->bell);

	for (int i = 0; i < 2000; i++) {
		wake_ring(place->bell);
	}
	wake_wait(fd, -1, FOR_EVER);
	assert_silent(fd);
	close(fd);
}

/* The next free descriptor is the same after a ring as before it. */
static void ringing_keeps_no_descriptor(void **state)
{
	const struct place *place = *state;
	int fd = listen_at(place->bell);
	int before = dup(fd), after;

	close(before);
	wake_ring(place->bell);
	after = dup(fd);
	assert_int_equal(after, before);
	close(after);
	close(fd);
}

static void a_bell_that_cannot_be_hung_is_an_error(void **state)
{
	char long_path[300];
	int fd = 42;

	(void)state;
	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(wake_listen(long_path, &fd), ERR_INVALID);
	assert_int_equal(wake_listen("/nonexistent/bell", &fd), ERR_UNAVAILABLE);
	assert_int_equal(fd, -1);
}

/* Also one that arrived before the wait began, and every wait that comes after. */
static void being_told_to_stop_ends_every_wait(void **state)
{
	int stop = -1;

	(void)state;
	assert_int_equal(wake_on_stop(&stop), ERR_OK);
	assert_false(wake_stopped(stop));
	assert_int_equal(raise(SIGTERM), 0);
	for (int i = 0; i < 3; i++) {
		wake_wait(-1, stop, FOR_EVER);
		assert_true(wake_stopped(stop));
	}
	close(stop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_ends_the_wait),
		cmocka_unit_test(one_wait_takes_all_rings),
		cmocka_unit_test(without_a_ring_the_wait_lasts_its_time),
		cmocka_unit_test(without_a_bell_there_is_only_the_wait),
		cmocka_unit_test(a_signal_ends_the_wait),
		cmocka_unit_test(only_the_owner_and_the_group_may_ring),
		cmocka_unit_test(a_new_bell_replaces_a_stale_one),
		cmocka_unit_test(a_ring_that_nobody_hears_does_nothing),
		cmocka_unit_test(ringing_never_blocks),
		cmocka_unit_test(ringing_keeps_no_descriptor),
		cmocka_unit_test(a_bell_that_cannot_be_hung_is_an_error),
		cmocka_unit_test(being_told_to_stop_ends_every_wait),
	};

	return cmocka_run_group_tests_name("base_wake", tests, make_place, remove_place);
}
