/* The memory of hashes stays with its thread until it is dropped, holds nothing of them, and
 * changes nothing in them. */
#include "base/hash_memory.h"

#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { MEBIBYTE = 1 << 20, MEMORY = 16 * MEBIBYTE, PASSES = 1, PAGE = 4096 };

/* What is mapped of this process, in bytes: of data that is in no file. */
static size_t mapped(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	size_t kibibytes = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		(void)sscanf(line, "RssAnon: %zu kB", &kibibytes);
	}
	fclose(file);
	return kibibytes * 1024;
}

static void assert_verifies(const char *password, const char *phc, bool expected)
{
	bool match;

	assert_int_equal(secret_password_verify(password, phc, &match), ERR_OK);
	assert_int_equal(match, expected);
}

static void a_hash_is_the_same_in_memory_that_is_kept_and_in_any_other(void **state)
{
	char plain[SECRET_PHC_MAX], small[SECRET_PHC_MAX], kept[SECRET_PHC_MAX];

	(void)state;
	assert_int_equal(secret_password_hash("apple", PASSES, MEMORY, plain), ERR_OK);
	assert_int_equal(secret_password_hash("pear", PASSES, MEMORY / 2, small), ERR_OK);
	hash_memory_keep();
	for (int i = 0; i < 3; i++) {
		assert_verifies("apple", plain, true);
		assert_verifies("pear", plain, false);
		assert_verifies("pear", small, true);
	}
	assert_int_equal(secret_password_hash("plum", PASSES, MEMORY, kept), ERR_OK);
	hash_memory_drop();
	assert_verifies("plum", kept, true);
	assert_verifies("apple", kept, false);
	hash_memory_drop();
}

static void it_stays_until_it_is_dropped(void **state)
{
	char phc[SECRET_PHC_MAX];
	size_t before = mapped();

	(void)state;
	hash_memory_keep();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(secret_password_hash("apple", PASSES, MEMORY, phc), ERR_OK);
		assert_true(mapped() >= before + MEMORY - MEBIBYTE);
		assert_true(mapped() < before + MEMORY + 3 * MEBIBYTE);
	}
	hash_memory_drop();
	assert_true(mapped() < before + MEMORY / 2);
}

/* As libsodium does it. */
static unsigned char *borrow(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

static void what_was_in_it_is_overwritten_before_it_is_used_again(void **state)
{
	unsigned char *memory, *again;

	(void)state;
	hash_memory_keep();
	hash_memory_lend();
	memory = borrow(MEMORY);
	memset(memory, 'x', MEMORY);
	munmap(memory, MEMORY);
	again = borrow(MEMORY);
	assert_ptr_equal(again, memory);
	for (size_t i = 0; i < MEMORY; i++) {
		assert_int_equal(again[i], 0);
	}
	munmap(again, MEMORY);
	hash_memory_take_back();
	hash_memory_drop();
}

static void nothing_else_is_put_there(void **state)
{
	unsigned char *lent, *second, *small, *after;

	(void)state;
	hash_memory_keep();
	hash_memory_lend();
	small = borrow(PAGE);
	lent = borrow(MEMORY);
	second = borrow(MEMORY);
	munmap(lent, MEMORY);
	hash_memory_take_back();
	after = borrow(MEMORY);
	assert_ptr_not_equal(small, lent);
	assert_ptr_not_equal(second, lent);
	assert_ptr_not_equal(after, lent);
	memset(second, 'x', MEMORY);
	munmap(second, MEMORY);
	munmap(after, MEMORY);
	munmap(small, PAGE);
	hash_memory_drop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_the_same_in_memory_that_is_kept_and_in_any_other),
		cmocka_unit_test(it_stays_until_it_is_dropped),
		cmocka_unit_test(what_was_in_it_is_overwritten_before_it_is_used_again),
		cmocka_unit_test(nothing_else_is_put_there),
	};

	return secret_init() == ERR_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
