/* Statements that a connection has composed: found by what they are, alive until all are gone. */
#include "store/pool.h"

#include "store/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char this_noun = 'a', that_noun = 'b';

static const struct statement *add(struct pool *pool, const void *of, uint64_t shape, char *sql)
{
	return pool_add(pool, of, shape, &(struct statement){ .name = "some", .in = "u", .out = "",
		.sql = sql });
}

static void a_statement_is_found_by_its_noun_and_its_shape(void **state)
{
	const struct statement *first, *second, *third;
	char one[] = "one", two[] = "two", three[] = "three";
	struct pool pool;

	(void)state;
	pool_init(&pool);
	assert_null(pool_find(&pool, &this_noun, 1));
	first = add(&pool, &this_noun, 1, one);
	second = add(&pool, &this_noun, UINT64_C(1) << 60, two);
	third = add(&pool, &that_noun, 1, three);
	assert_ptr_equal(pool_find(&pool, &this_noun, 1), first);
	assert_ptr_equal(pool_find(&pool, &this_noun, UINT64_C(1) << 60), second);
	assert_ptr_equal(pool_find(&pool, &that_noun, 1), third);
	assert_null(pool_find(&pool, &that_noun, 2));
	pool_release(&pool);
}

static void what_is_kept_is_a_copy(void **state)
{
	char sql[] = "SELECT 1";
	struct pool pool;

	(void)state;
	pool_init(&pool);
	add(&pool, &this_noun, 1, sql);
	memset(sql, 'x', sizeof(sql) - 1);
	assert_string_equal(pool_find(&pool, &this_noun, 1)->sql, "SELECT 1");
	pool_release(&pool);
}

static void however_many_are_told_apart_until_they_are_dropped(void **state)
{
	struct pool pool;

	(void)state;
	pool_init(&pool);
	for (uint64_t shape = 0; shape < 4 * POOL_BUCKETS; shape++) {
		char sql[] = { (char)('a' + shape % 26), '\0' };

		add(&pool, &this_noun, shape << 54 | shape, sql);
	}
	assert_int_equal(pool.count, 4 * POOL_BUCKETS);
	for (uint64_t shape = 0; shape < 4 * POOL_BUCKETS; shape++) {
		assert_int_equal(pool_find(&pool, &this_noun, shape << 54 | shape)->sql[0],
			'a' + shape % 26);
	}
	pool_empty(&pool);
	assert_int_equal(pool.count, 0);
	assert_null(pool_find(&pool, &this_noun, 0));
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_is_found_by_its_noun_and_its_shape),
		cmocka_unit_test(what_is_kept_is_a_copy),
		cmocka_unit_test(however_many_are_told_apart_until_they_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
