/* Files of more than one key: what is read, what is refused, and how they are written. */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static enum err parse(const char *text, struct secret_ring *ring)
{
	return secret_ring_parse(text, strlen(text), ring);
}

static void one_line_is_the_key_in_use(void **state)
{
	static const char *const texts[] = { A, A "\n" };
	struct secret_ring ring;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse(texts[i], &ring), ERR_OK);
		assert_int_equal(ring.count, 1);
		assert_int_equal(ring.opening, 1);
		assert_int_equal(ring.state[0], SECRET_IN_USE);
		assert_int_equal(ring.key[0].bytes[31], 0xaa);
	}
}

static void retired_keys_do_not_open(void **state)
{
	struct secret_ring ring;

	(void)state;
	assert_int_equal(parse(A "\nold " B "\nretired " C "\nretired " A "\n", &ring), ERR_OK);
	assert_int_equal(ring.count, 4);
	assert_int_equal(ring.opening, 2);
	assert_int_equal(ring.state[1], SECRET_OLD);
	assert_int_equal(ring.key[1].bytes[0], 0xbb);
	assert_int_equal(ring.state[3], SECRET_RETIRED);
}

static void what_is_no_ring_is_refused(void **state)
{
	static const char *const texts[] = { "", "\n", "next " A "\n", A "\n" B "\n", A "\n\n",
		A "\nretired " B "\nold " C "\n", A "\nold " B "\nnext " C "\n", A "\nlost " B "\n",
		A "\nold " B "b\n", A "\nold  " B "\n", A "\nnext\n", "x" A "\n", A " \n" };
	struct secret_ring ring;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (parse(texts[i], &ring) != ERR_INVALID) {
			fail_msg("\"%s\" was taken", texts[i]);
		}
	}
}

static void a_ring_has_room_for_so_many_and_no_more(void **state)
{
	char text[(SECRET_KEYS_MAX + 1) * sizeof("retired " A "\n")] = A "\n";
	struct secret_ring ring;

	(void)state;
	for (int i = 1; i < SECRET_KEYS_MAX; i++) {
		strcat(text, "retired " B "\n");
	}
	assert_int_equal(parse(text, &ring), ERR_OK);
	assert_int_equal(ring.count, SECRET_KEYS_MAX);
	strcat(text, "retired " B "\n");
	assert_int_equal(parse(text, &ring), ERR_INVALID);
}

static void a_saved_ring_loads_back_with_the_mode_of_the_file(void **state)
{
	char path[] = "/tmp/secret_ring_test.XXXXXX";
	struct secret_ring ring, loaded;
	struct stat about;
	int file = mkstemp(path);

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(fchmod(file, 0640), 0);
	assert_int_equal(close(file), 0);
	assert_int_equal(secret_ring_load(path, &loaded), ERR_INVALID);
	assert_int_equal(parse(A "\nnext " B "\nretired " C "\n", &ring), ERR_OK);
	assert_int_equal(secret_ring_save(path, &ring), ERR_OK);
	assert_int_equal(secret_ring_load(path, &loaded), ERR_OK);
	assert_memory_equal(&loaded, &ring, sizeof(ring));
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0640);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(secret_ring_save(path, &ring), ERR_UNAVAILABLE);
	assert_int_equal(secret_ring_load(path, &loaded), ERR_INVALID);
}

static void a_fingerprint_names_a_key_and_is_not_it(void **state)
{
	struct secret_ring ring;
	char first[SECRET_FINGERPRINT], again[SECRET_FINGERPRINT], second[SECRET_FINGERPRINT];

	(void)state;
	assert_int_equal(parse(A "\nold " B "\n", &ring), ERR_OK);
	secret_fingerprint(&ring.key[0], first);
	secret_fingerprint(&ring.key[0], again);
	secret_fingerprint(&ring.key[1], second);
	assert_int_equal(strlen(first), SECRET_FINGERPRINT - 1);
	assert_string_equal(first, again);
	assert_string_not_equal(first, second);
	assert_null(strstr(A, first));
}

static int prepare(void **state)
{
	(void)state;
	return secret_init() == ERR_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_is_the_key_in_use),
		cmocka_unit_test(retired_keys_do_not_open),
		cmocka_unit_test(what_is_no_ring_is_refused),
		cmocka_unit_test(a_ring_has_room_for_so_many_and_no_more),
		cmocka_unit_test(a_saved_ring_loads_back_with_the_mode_of_the_file),
		cmocka_unit_test(a_fingerprint_names_a_key_and_is_not_it),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
