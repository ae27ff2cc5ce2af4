/* Records of FastCGI as they are on the wire. */
#include "http/wire.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { END_REQUEST = 3, STDOUT = 6, RECORD_HEAD = 8, RECORD_MAX = 0xffff, REQUEST = 0x0102 };

/* Both ends of a connection, and all that came out of it at the far one. */
struct desk {
	int near, far;
	unsigned char *got;
	size_t len, room;
	pthread_t reader;
};

static void *read_all(void *context)
{
	struct desk *desk = context;
	ssize_t got = 1;

	while (got > 0) {
		desk->room += 4096;
		desk->got = realloc(desk->got, desk->room);
		got = read(desk->far, desk->got + desk->len, desk->room - desk->len);
		desk->len += got > 0 ? (size_t)got : 0;
	}
	return NULL;
}

static int open_desk(void **state)
{
	static struct desk desk;
	int ends[2];

	desk = (struct desk){ 0 };
	signal(SIGPIPE, SIG_IGN);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
		return -1;
	}
	desk.near = ends[0];
	desk.far = ends[1];
	*state = &desk;
	return pthread_create(&desk.reader, NULL, read_all, &desk);
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	close(desk->far);
	free(desk->got);
	return 0;
}

/* Waits for all that was sent. */
static void finish(struct desk *desk)
{
	close(desk->near);
	pthread_join(desk->reader, NULL);
}

/* Takes the next record, of our request and of this type, and gives its length. */
static size_t take(const struct desk *desk, size_t *at, int type)
{
	const unsigned char *record = desk->got + *at;
	size_t size;

	assert_true(*at + RECORD_HEAD <= desk->len);
	size = (size_t)(record[4] << 8 | record[5]);
	assert_int_equal(record[0], 1);
	assert_int_equal(record[1], type);
	assert_int_equal(record[2] << 8 | record[3], REQUEST);
	*at += RECORD_HEAD + size + record[6];
	assert_true(*at <= desk->len);
	return size;
}

static void assert_ends(const struct desk *desk, size_t at)
{
	assert_int_equal(take(desk, &at, STDOUT), 0);
	assert_int_equal(take(desk, &at, END_REQUEST), 8);
	assert_int_equal(desk->got[at - 4], 0); /* the request is complete */
	assert_int_equal(at, desk->len);
}

static void what_is_last_brings_the_end(void **state)
{
	struct desk *desk = *state;
	size_t at = 0;

	assert_true(wire_send(desk->near, REQUEST, "ab", 2, false));
	assert_true(wire_send(desk->near, REQUEST, "cde", 3, true));
	finish(desk);
	assert_int_equal(take(desk, &at, STDOUT), 2);
	assert_int_equal(take(desk, &at, STDOUT), 3);
	assert_memory_equal(desk->got + at - 3, "cde", 3);
	assert_ends(desk, at);
}

static void nothing_is_no_record_which_would_be_an_end(void **state)
{
	struct desk *desk = *state;

	assert_true(wire_send(desk->near, REQUEST, NULL, 0, false));
	assert_true(wire_send(desk->near, REQUEST, NULL, 0, true));
	finish(desk);
	assert_ends(desk, 0);
}

static void what_no_record_holds_goes_in_several_and_comes_whole(void **state)
{
	enum { LEN = 10 * RECORD_MAX + 7 };
	struct desk *desk = *state;
	unsigned char *bytes = malloc(LEN);
	size_t at = 0;

	for (size_t i = 0; i < LEN; i++) {
		bytes[i] = (unsigned char)(i * 31 >> 4);
	}
	assert_true(wire_send(desk->near, REQUEST, (const char *)bytes, LEN, true));
	finish(desk);
	for (size_t done = 0; done < LEN;) {
		size_t size = take(desk, &at, STDOUT);

		assert_true(size > 0 && size <= LEN - done);
		assert_memory_equal(desk->got + at - size, bytes + done, size);
		done += size;
	}
	assert_ends(desk, at);
	free(bytes);
}

static void a_reader_who_is_gone_is_noticed(void **state)
{
	struct desk *desk = *state;

	shutdown(desk->far, SHUT_RD);
	assert_false(wire_send(desk->near, REQUEST, "ab", 2, true));
	finish(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_last_brings_the_end, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(nothing_is_no_record_which_would_be_an_end, open_desk,
			close_desk),
		cmocka_unit_test_setup_teardown(what_no_record_holds_goes_in_several_and_comes_whole,
			open_desk, close_desk),
		cmocka_unit_test_setup_teardown(a_reader_who_is_gone_is_noticed, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
