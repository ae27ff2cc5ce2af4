/* Statements that are composed of a noun's rows: just what was asked for, and nothing that is
 * masked for the viewer. */
#include "store/compose.h"

#include "store/client.h"
#include "store/statements.h"
#include "store/user.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT_COLUMNS "SELECT c.id, c.name, c.email, c.phone, c.country, c.status, " \
	"c.manager_id, u.name, c.created_at, c.version"
#define CLIENT_MASKED "SELECT c.id, c.country, c.status, c.manager_id, u.name, c.created_at, " \
	"c.version"
#define MANAGER " LEFT JOIN user u ON u.id = c.manager_id"

static uint32_t filter_bit(const struct noun *noun, const char *name)
{
	uint32_t bit = 1;

	for (size_t i = 0; strcmp(noun->list.filters[i].name, name) != 0; i++) {
		bit <<= 1;
	}
	return bit;
}

static int sort_of(const struct noun *noun, const char *name)
{
	return list_sort_index(&noun->list, name);
}

static void assert_composed(const struct noun *noun, struct shape shape, const char *in,
	const char *sql)
{
	struct statement statement;
	struct arena arena;

	arena_init(&arena);
	assert_true(compose_in(&arena, noun, &shape, &statement));
	assert_string_equal(statement.sql, sql);
	assert_string_equal(statement.in, in);
	arena_release(&arena);
}

static void a_page_without_filters_walks_its_order(void **state)
{
	(void)state;
	assert_composed(&client_noun,
		(struct shape){ .form = SHAPE_WALK, .sort = sort_of(&client_noun, "name") }, "u",
		CLIENT_COLUMNS " FROM client c" MANAGER " ORDER BY c.name, c.id LIMIT ?");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_WALK,
			.sort = sort_of(&client_noun, "name"), .descends = true, .has_key = true }, "ssuu",
		CLIENT_COLUMNS " FROM client c" MANAGER
		" WHERE (c.name < ? OR (c.name = ? AND c.id < ?)) ORDER BY c.name DESC, c.id DESC LIMIT ?");
}

static void a_statement_has_the_filters_that_are_given_and_no_others(void **state)
{
	uint32_t status = filter_bit(&client_noun, "status");

	(void)state;
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_COUNT, .given = status }, "uu",
		"SELECT COUNT(*) FROM (SELECT 1 FROM client c WHERE c.status = ? LIMIT ?) x");
	assert_composed(&client_noun,
		(struct shape){ .form = SHAPE_COUNT, .given = status | filter_bit(&client_noun, "name") },
		"suu", "SELECT COUNT(*) FROM (SELECT 1 FROM client c "
		"WHERE c.name LIKE ? ESCAPE '!' AND c.status = ? LIMIT ?) x");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_COUNT }, "u",
		"SELECT COUNT(*) FROM (SELECT 1 FROM client c LIMIT ?) x");
}

static void few_rows_are_collected_under_the_name_of_the_table(void **state)
{
	(void)state;
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_COLLECT, .masked = true,
			.given = filter_bit(&client_noun, "country"),
			.sort = sort_of(&client_noun, "created_at"), .has_key = true }, "sttuu",
		CLIENT_MASKED " FROM (SELECT c.id, c.country, c.status, c.manager_id, c.created_at, "
		"c.version FROM client c WHERE c.country = ? LIMIT 10001) c" MANAGER
		" WHERE (c.created_at > ? OR (c.created_at = ? AND c.id > ?)) "
		"ORDER BY c.created_at, c.id LIMIT ?");
}

static void a_walk_hides_the_filters_but_that_of_its_order(void **state)
{
	uint32_t both = filter_bit(&client_noun, "status") | filter_bit(&client_noun, "country");

	(void)state;
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_WALK, .given = both,
			.sort = sort_of(&client_noun, "status") }, "uusu",
		CLIENT_COLUMNS " FROM client c" MANAGER " WHERE c.status >= ? AND c.status <= ? "
		"AND IF(c.country = ?, 1, 0) ORDER BY c.status, c.id LIMIT ?");
}

static void what_is_unique_orders_alone_and_null_is_the_least(void **state)
{
	static const struct {
		const char *sort;
		bool descends;
		bool null_key;
		const char *in;
		const char *end;
	} rows[] = {
		{ "email", false, false, "bu", " WHERE u.email > ? ORDER BY u.email LIMIT ?" },
		{ "last_sign_in_at", true, false, "ttuu", " WHERE (u.last_sign_in_at < ? OR "
			"(u.last_sign_in_at = ? AND u.id < ?) OR u.last_sign_in_at IS NULL) "
			"ORDER BY u.last_sign_in_at DESC, u.id DESC LIMIT ?" },
		{ "last_sign_in_at", true, true, "uu", " WHERE (u.last_sign_in_at IS NULL AND u.id < ?) "
			"ORDER BY u.last_sign_in_at DESC, u.id DESC LIMIT ?" },
		{ "last_sign_in_at", false, true, "uu", " WHERE (u.last_sign_in_at IS NULL AND u.id > ? "
			"OR u.last_sign_in_at IS NOT NULL) ORDER BY u.last_sign_in_at, u.id LIMIT ?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct shape shape = { .form = SHAPE_WALK, .has_key = true,
			.sort = sort_of(&user_noun, rows[i].sort), .descends = rows[i].descends,
			.null_key = rows[i].null_key };
		struct statement statement;
		struct arena arena;

		arena_init(&arena);
		assert_true(compose_in(&arena, &user_noun, &shape, &statement));
		assert_string_equal(strstr(statement.sql, " WHERE (u.last") != NULL
			? strstr(statement.sql, " WHERE (u.last") : strstr(statement.sql, " WHERE u."),
			rows[i].end);
		assert_string_equal(statement.in, rows[i].in);
		arena_release(&arena);
	}
}

static void a_masked_viewer_has_no_statement_that_names_what_is_masked(void **state)
{
	static const char *const names[] = { "name", "email", "phone" };
	struct statement statement;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct shape sorted = { .form = SHAPE_WALK, .masked = true,
			.sort = sort_of(&client_noun, names[i]) };
		const struct shape filtered = { .form = SHAPE_COUNT, .masked = true,
			.given = filter_bit(&client_noun, names[i]) };

		assert_false(compose_in(&arena, &client_noun, &sorted, &statement));
		assert_false(compose_in(&arena, &client_noun, &filtered, &statement));
	}
	arena_release(&arena);
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_LOAD, .masked = true }, "u",
		CLIENT_MASKED " FROM client c" MANAGER " WHERE c.id = ?");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_UPDATE, .masked = true }, "suuuu",
		"UPDATE client SET country = ?, status = ?, manager_id = ?, version = version + 1 "
		"WHERE id = ? AND version = ?");
}

/* More would be shapes that one another's bits hide. */
static void every_noun_fits_into_the_bits_of_a_shape(void **state)
{
	(void)state;
	for (size_t i = 0; store_nouns[i] != NULL; i++) {
		const struct list *list = &store_nouns[i]->list;
		size_t filters = 0, sorts = 0;

		for (; list->filters[filters].kind != COLUMN_END; filters++) {
			assert_true(list->filters[filters].condition != NULL ||
				list_filter_column(store_nouns[i]->columns, &list->filters[filters]) != NULL);
		}
		for (; list->sorts[sorts].name != NULL; sorts++) {
			assert_non_null(list_sort_column(store_nouns[i]->columns, &list->sorts[sorts]));
		}
		assert_in_range(filters, 0, 16);
		assert_in_range(sorts, 1, LIST_SORTS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_without_filters_walks_its_order),
		cmocka_unit_test(a_statement_has_the_filters_that_are_given_and_no_others),
		cmocka_unit_test(few_rows_are_collected_under_the_name_of_the_table),
		cmocka_unit_test(a_walk_hides_the_filters_but_that_of_its_order),
		cmocka_unit_test(what_is_unique_orders_alone_and_null_is_the_least),
		cmocka_unit_test(a_masked_viewer_has_no_statement_that_names_what_is_masked),
		cmocka_unit_test(every_noun_fits_into_the_bits_of_a_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
