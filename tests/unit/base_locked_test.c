/* A locked file gives back what was put into it, or says what is wrong with it. */
#include "base/locked.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The least that Argon2id takes: the tests are about right and wrong, not about cost. */
enum { PASSES = 1, MEMORY = 8192, LARGE = 3 * LOCKED_PIECE + 5, HEAD = 132, BYTES_MAX = 400000 };

static const char passphrase[] = "seven sealed envelopes";
static char large[LARGE];

/* A file in memory, and its bytes. */
struct bytes {
	char bytes[BYTES_MAX];
	size_t size;
};

static void put_part(struct locked *locked, const char *name, const char *bytes, size_t size)
{
	assert_int_equal(locked_begin(locked, name), ERR_OK);
	assert_int_equal(locked_put(locked, bytes, size / 2), ERR_OK);
	assert_int_equal(locked_put(locked, bytes + size / 2, size - size / 2), ERR_OK);
	assert_int_equal(locked_end(locked), ERR_OK);
}

/* Three parts: a small one, an empty one, and one of some pieces. */
static int make(void **state)
{
	static struct bytes made;
	FILE *file = tmpfile();
	struct locked *locked = file == NULL || secret_init() != ERR_OK ? NULL
		: locked_create(file, passphrase, PASSES, MEMORY);

	assert_non_null(locked);
	secret_random(large, sizeof(large));
	put_part(locked, "small", "abc", 3);
	put_part(locked, "empty", "", 0);
	put_part(locked, "large", large, sizeof(large));
	assert_int_equal(locked_finish(locked), ERR_OK);
	locked_close(locked);
	rewind(file);
	made.size = fread(made.bytes, 1, sizeof(made.bytes), file);
	assert_int_equal(fclose(file), 0);
	assert_true(made.size > LARGE && made.size < BYTES_MAX);
	*state = &made;
	return 0;
}

/* Reads all parts of these bytes. */
static enum locked_fault fault_of(const char *bytes, size_t size, const char *words)
{
	FILE *file = fmemopen((void *)(uintptr_t)bytes, size, "r");
	char name[LOCKED_NAME_MAX] = "";
	enum locked_fault fault;
	struct locked *locked = locked_open(file, words, &fault);

	while (locked != NULL && locked_next(locked, name) == ERR_OK && name[0] != '\0') {
	}
	fault = locked == NULL ? fault : locked_fault(locked);
	locked_close(locked);
	assert_int_equal(fclose(file), 0);
	return fault;
}

static void assert_part(struct locked *locked, const char *name, const char *bytes, size_t size)
{
	char found[LOCKED_NAME_MAX];
	const void *part;
	size_t got, all = 0;

	assert_int_equal(locked_next(locked, found), ERR_OK);
	assert_string_equal(found, name);
	do {
		assert_int_equal(locked_take(locked, &part, &got), ERR_OK);
		assert_true(all + got <= size);
		assert_memory_equal(part, bytes + all, got);
		all += got;
	} while (got > 0);
	assert_int_equal(all, size);
}

static void what_was_put_in_comes_out(void **state)
{
	const struct bytes *made = *state;
	FILE *file = fmemopen((void *)(uintptr_t)made->bytes, made->size, "r");
	char name[LOCKED_NAME_MAX];
	enum locked_fault fault;
	struct locked *locked = locked_open(file, passphrase, &fault);

	assert_non_null(locked);
	assert_part(locked, "small", "abc", 3);
	assert_part(locked, "empty", "", 0);
	assert_part(locked, "large", large, sizeof(large));
	assert_int_equal(locked_next(locked, name), ERR_OK);
	assert_string_equal(name, "");
	locked_close(locked);
	assert_int_equal(fclose(file), 0);
}

static void parts_may_be_passed_over(void **state)
{
	const struct bytes *made = *state;

	assert_int_equal(fault_of(made->bytes, made->size, passphrase), LOCKED_WHOLE);
}

static void another_passphrase_is_told(void **state)
{
	const struct bytes *made = *state;

	assert_int_equal(fault_of(made->bytes, made->size, "seven sealed envelope"),
		LOCKED_PASSPHRASE);
	assert_int_equal(fault_of(made->bytes, made->size, ""), LOCKED_PASSPHRASE);
}

/* Wherever it is cut; what has not even its mark is no such file. */
static void what_was_cut_off_is_told(void **state)
{
	const struct bytes *made = *state;

	for (size_t size = 21; size < made->size; size += size < HEAD + 60 ? 1 : 7919) {
		assert_int_equal(fault_of(made->bytes, size, passphrase), LOCKED_CUT);
	}
	assert_int_equal(fault_of(made->bytes, 19, passphrase), LOCKED_STRANGER);
}

/* Each bit of the beginning, and some of the rest. A length that became larger than what is left
 * looks like a cut; nothing looks whole. */
static void what_was_changed_is_told(void **state)
{
	struct bytes *made = *state;

	for (size_t at = 0; at < made->size; at += at < HEAD + 60 ? 1 : 4999) {
		enum locked_fault fault;

		made->bytes[at] ^= 4;
		fault = fault_of(made->bytes, made->size, passphrase);
		made->bytes[at] ^= 4;
		assert_true(at < 20 ? fault == LOCKED_STRANGER
			: fault == LOCKED_CHANGED || (at >= HEAD && fault == LOCKED_CUT));
	}
	assert_int_equal(fault_of(made->bytes, made->size, passphrase), LOCKED_WHOLE);
}

static void what_goes_on_behind_the_end_is_told(void **state)
{
	struct bytes *made = *state;

	made->bytes[made->size] = 0;
	assert_int_equal(fault_of(made->bytes, made->size + 1, passphrase), LOCKED_CHANGED);
}

static void what_is_no_such_file_is_told(void **state)
{
	(void)state;
	assert_int_equal(fault_of("x", 1, passphrase), LOCKED_STRANGER);
	assert_int_equal(fault_of("-- MariaDB dump 10.19 Distrib 10.11", 35, passphrase),
		LOCKED_STRANGER);
}

/* A full disk is told when the bytes are to be on it. */
static void a_file_that_takes_no_more_is_told(void **state)
{
	FILE *file = fopen("/dev/full", "w");
	struct locked *locked;
	enum err err;

	(void)state;
	assert_non_null(file);
	locked = locked_create(file, passphrase, PASSES, MEMORY);
	assert_non_null(locked);
	err = locked_begin(locked, "large");
	for (int i = 0; err == ERR_OK && i < 2; i++) {
		err = locked_put(locked, large, sizeof(large));
	}
	assert_int_equal(err, ERR_UNAVAILABLE);
	locked_close(locked);
	(void)fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_in_comes_out),
		cmocka_unit_test(parts_may_be_passed_over),
		cmocka_unit_test(another_passphrase_is_told),
		cmocka_unit_test(what_was_cut_off_is_told),
		cmocka_unit_test(what_was_changed_is_told),
		cmocka_unit_test(what_goes_on_behind_the_end_is_told),
		cmocka_unit_test(what_is_no_such_file_is_told),
		cmocka_unit_test(a_file_that_takes_no_more_is_told),
	};

	return cmocka_run_group_tests(tests, make, NULL);
}
