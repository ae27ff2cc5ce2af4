/* Memory of a request: zeroed, aligned, wiped, and never a failure that somebody must handle. */
#include "base/arena.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != 0) {
			return false;
		}
	}
	return true;
}

static void a_new_arena_has_allocated_nothing(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_null(arena.block);
	arena_reset(&arena);
	assert_null(arena.block);
	arena_release(&arena);
	assert_null(arena.block);
}

static void memory_of_any_size_is_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 8, 15, 16, 17, 1000, 65535, 65536, 65537, 1000000 };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *bytes = arena_alloc(&arena, sizes[i]);

		assert_non_null(bytes);
		assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
		assert_true(is_zero(bytes, sizes[i]));
		memset(bytes, 0xaa, sizes[i]);
	}
	arena_release(&arena);
}

static void the_last_piece_grows_where_it_stands_and_another_one_as_a_copy(void **state)
{
	struct arena arena;
	unsigned char *first, *last, *copy;

	(void)state;
	arena_init(&arena);
	first = arena_alloc(&arena, 100);
	memset(first, 0x11, 100);
	assert_ptr_equal(arena_resize(&arena, first, 100, 1000), first);
	assert_true(is_zero(first + 100, 900));
	last = arena_alloc(&arena, 8);
	memset(last, 0x22, 8);
	copy = arena_grow(&arena, first, 1000);
	assert_ptr_not_equal(copy, first);
	assert_memory_equal(copy, first, 1000);
	assert_true(is_zero(copy + 1000, 1000));
	assert_int_equal(last[7], 0x22);
	copy = arena_resize(&arena, copy, 2000, 200000); /* more than its block has */
	assert_memory_equal(copy, first, 1000);
	assert_true(is_zero(copy + 1000, 199000));
	arena_release(&arena);
}

/* 10,000 pieces through many blocks, each filled with its own byte. */
static void no_piece_touches_another(void **state)
{
	enum { COUNT = 10000, SIZE = 37 };
	static unsigned char *pieces[COUNT];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT; i++) {
		pieces[i] = arena_alloc(&arena, SIZE);
		memset(pieces[i], (int)(i % 251), SIZE);
	}
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(pieces[i][0], i % 251);
		assert_int_equal(pieces[i][SIZE - 1], i % 251);
	}
	arena_release(&arena);
}

static void an_array_has_room_for_all_its_members(void **state)
{
	struct arena arena;
	uint64_t *numbers;

	(void)state;
	arena_init(&arena);
	numbers = arena_array(&arena, 1000, sizeof(*numbers));
	assert_true(is_zero((const unsigned char *)numbers, 1000 * sizeof(*numbers)));
	numbers[999] = 1;
	assert_non_null(arena_array(&arena, 0, 8));
	assert_non_null(arena_array(&arena, SIZE_MAX, 0));
	arena_release(&arena);
}

static void copies_are_terminated_and_independent(void **state)
{
	char name[] = "Anna Smith";
	struct arena arena;
	char *part, *whole;

	(void)state;
	arena_init(&arena);
	part = arena_copy(&arena, name, 4);
	whole = arena_string(&arena, name);
	name[0] = 'X';
	assert_string_equal(part, "Anna");
	assert_string_equal(whole, "Anna Smith");
	assert_memory_equal(arena_copy(&arena, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_copy(&arena, "ignored", 0), "");
	assert_string_equal(arena_string(&arena, ""), "");
	assert_string_equal(arena_string(&arena, NULL), "");
	arena_release(&arena);
}

static void printed_text_has_the_room_it_needs(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_string_equal(arena_printf(&arena, "%s:%d", "a", 42), "a:42");
	assert_string_equal(arena_printf(&arena, "%s", ""), "");
	assert_int_equal(strlen(arena_printf(&arena, "%*d", 100000, 1)), 100000);
	arena_release(&arena);
}

static void a_reset_wipes_and_gives_the_same_block_again(void **state)
{
	struct arena arena;
	unsigned char *before;

	(void)state;
	arena_init(&arena);
	before = arena_alloc(&arena, 4096);
	memset(before, 'p', 4096);
	arena_reset(&arena);
	assert_true(is_zero(before, 4096));
	assert_ptr_equal(arena_alloc(&arena, 4096), before);
	arena_release(&arena);
}

static void a_reset_keeps_one_block_of_many(void **state)
{
	struct arena arena;
	unsigned char *newest = NULL;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < 100; i++) {
		newest = arena_alloc(&arena, 60000);
		memset(newest, 'p', 60000);
	}
	arena_reset(&arena);
	assert_true(is_zero(newest, 60000));
	assert_ptr_equal(arena_alloc(&arena, 60000), newest);
	arena_release(&arena);
}

/* One large request must not make a thread large for ever. */
static void a_reset_gives_an_extraordinary_block_back(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	(void)arena_string(&arena, "small");
	memset(arena_alloc(&arena, 1000000), 'p', 1000000);
	arena_reset(&arena);
	assert_null(arena.block);
	assert_string_equal(arena_string(&arena, "again"), "again");
	arena_release(&arena);
}

static void what_comes_after_a_reset_is_zeroed_again(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t size = 1; size < 60000; size = size * 2 + 1) {
		unsigned char *bytes = arena_alloc(&arena, size);

		assert_true(is_zero(bytes, size));
		memset(bytes, 0xff, size);
		arena_reset(&arena);
	}
	arena_release(&arena);
}

static void an_arena_can_be_used_after_its_release(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	(void)arena_string(&arena, "first life");
	arena_release(&arena);
	assert_null(arena.block);
	assert_string_equal(arena_string(&arena, "second life"), "second life");
	arena_release(&arena);
}

/* The signal that ends a process which asks for count * size bytes; 0 when it lives. */
static int signal_of(size_t count, size_t size)
{
	pid_t child = fork();
	int status = 0;

	assert_int_not_equal(child, -1);
	if (child == 0) {
		struct arena arena;

		close(STDERR_FILENO);
		arena_init(&arena);
		(void)arena_array(&arena, count, size);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void asking_for_more_than_there_is_aborts(void **state)
{
	(void)state;
	assert_int_equal(signal_of(1, 1), 0);
	assert_int_equal(signal_of(SIZE_MAX / 2, 3), SIGABRT);
	assert_int_equal(signal_of(SIZE_MAX, 1), SIGABRT);
	assert_int_equal(signal_of(SIZE_MAX - 40, 1), SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_arena_has_allocated_nothing),
		cmocka_unit_test(memory_of_any_size_is_zeroed_and_aligned),
		cmocka_unit_test(the_last_piece_grows_where_it_stands_and_another_one_as_a_copy),
		cmocka_unit_test(no_piece_touches_another),
		cmocka_unit_test(an_array_has_room_for_all_its_members),
		cmocka_unit_test(copies_are_terminated_and_independent),
		cmocka_unit_test(printed_text_has_the_room_it_needs),
		cmocka_unit_test(a_reset_wipes_and_gives_the_same_block_again),
		cmocka_unit_test(a_reset_keeps_one_block_of_many),
		cmocka_unit_test(a_reset_gives_an_extraordinary_block_back),
		cmocka_unit_test(what_comes_after_a_reset_is_zeroed_again),
		cmocka_unit_test(an_arena_can_be_used_after_its_release),
		cmocka_unit_test(asking_for_more_than_there_is_aborts),
	};

	return cmocka_run_group_tests_name("base_arena", tests, NULL, NULL);
}
