/* Statements that are composed of a noun's rows: just what was asked for, and nothing that is
 * masked for the viewer. */
#include "store/compose.h"

#include "store/client.h"
#include "store/group.h"
#include "store/operands.h"
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
#define CLIENT_MASKED "SELECT c.id, c.country, c.status, c.manager_id, u.name, " \
	"c.created_at, c.version"
#define MANAGER " LEFT JOIN {user} u ON u.id = c.manager_id"

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

static void an_insert_of_many_rows_says_the_places_of_each(void **state)
{
	(void)state;
	assert_composed(&group_noun, (struct shape){ .form = SHAPE_INSERT }, "s",
		"INSERT INTO {user_group_editable} (name) VALUES (?)");
	assert_composed(&group_noun, (struct shape){ .form = SHAPE_INSERT, .rows = 3 }, "sss",
		"INSERT INTO {user_group_editable} (name) VALUES (?), (?), (?)");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_INSERT, .rows = 2 },
		"sbssuutusbssuutu", "INSERT INTO {client} (name, email, phone, country, status, "
		"manager_id, created_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?), "
		"(?, ?, ?, ?, ?, ?, ?, ?)");
}

static void a_page_without_filters_walks_its_order(void **state)
{
	(void)state;
	assert_composed(&client_noun,
		(struct shape){ .form = SHAPE_WALK, .sort = sort_of(&client_noun, "name") }, "u",
		CLIENT_COLUMNS " FROM {client} c" MANAGER " ORDER BY c.name, c.id LIMIT ?");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_WALK,
			.sort = sort_of(&client_noun, "name"), .descends = true, .has_key = true }, "ssuu",
		CLIENT_COLUMNS " FROM {client} c" MANAGER
		" WHERE (c.name < ? OR (c.name = ? AND c.id < ?)) ORDER BY c.name DESC, c.id DESC LIMIT ?");
}

static void a_statement_has_the_filters_that_are_given_and_no_others(void **state)
{
	uint32_t status = filter_bit(&client_noun, "status");

	(void)state;
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_COUNT, .given = status }, "uu",
		"SELECT COUNT(*) FROM (SELECT 1 FROM {client} c WHERE c.status = ? LIMIT ?) x");
	assert_composed(&client_noun,
		(struct shape){ .form = SHAPE_COUNT, .given = status | filter_bit(&client_noun, "name") },
		"suu", "SELECT COUNT(*) FROM (SELECT 1 FROM {client} c "
		"WHERE c.name LIKE ? ESCAPE '!' AND c.status = ? LIMIT ?) x");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_COUNT }, "u",
		"SELECT COUNT(*) FROM (SELECT 1 FROM {client} c LIMIT ?) x");
}

static void few_rows_are_found_by_their_ids_sorted_and_then_read(void **state)
{
	struct shape shape = { .form = SHAPE_COLLECT, .masked = true,
		.given = filter_bit(&client_noun, "country"),
		.sort = sort_of(&client_noun, "created_at"), .has_key = true };

	(void)state;
	assert_composed(&client_noun, shape, "sttuu",
		CLIENT_MASKED " FROM (SELECT c.id AS id FROM (SELECT c.id, c.created_at FROM {client} c "
		"WHERE c.country = ? LIMIT 10001) c WHERE (c.created_at > ? OR (c.created_at = ? AND "
		"c.id > ?)) ORDER BY c.created_at, c.id LIMIT ?) x STRAIGHT_JOIN {client} c ON c.id = x.id"
		MANAGER " ORDER BY c.created_at, c.id");
	shape.has_key = false;
	shape.counts = true;
	shape.sort = sort_of(&client_noun, "id");
	assert_composed(&client_noun, shape, "su",
		CLIENT_MASKED ", x.total FROM (SELECT c.id AS id, COUNT(*) OVER () AS total FROM "
		"(SELECT c.id FROM {client} c WHERE c.country = ? LIMIT 10001) c ORDER BY c.id LIMIT ?) x "
		"STRAIGHT_JOIN {client} c ON c.id = x.id" MANAGER " ORDER BY c.id");
}

static void a_walk_hides_the_filters_but_that_of_its_order(void **state)
{
	uint32_t both = filter_bit(&client_noun, "status") | filter_bit(&client_noun, "country");

	(void)state;
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_WALK, .given = both,
			.sort = sort_of(&client_noun, "status") }, "uusu",
		CLIENT_COLUMNS " FROM {client} c" MANAGER " WHERE c.status >= ? AND c.status <= ? "
		"AND IF(c.country = ?, 1, 0) ORDER BY c.status, c.id LIMIT ?");
}

static void a_walk_goes_along_the_index_of_a_filter_and_counts_on_the_way(void **state)
{
	struct shape shape = { .form = SHAPE_WALK, .descends = true, .has_key = true,
		.given = filter_bit(&client_noun, "status") | filter_bit(&client_noun, "country"),
		.sort = sort_of(&client_noun, "id") };

	(void)state;
	shape.lead = compose_lead(&client_noun, &shape);
	assert_composed(&client_noun, shape, "ssussuu",
		CLIENT_COLUMNS " FROM {client} c" MANAGER " WHERE c.country >= ? AND c.country <= ? "
		"AND IF(c.status = ?, 1, 0) AND (c.country < ? OR (c.country = ? AND c.id < ?)) "
		"ORDER BY c.country DESC, c.id DESC LIMIT ?");
	shape.given = filter_bit(&client_noun, "status");
	shape.lead = compose_lead(&client_noun, &shape);
	shape.has_key = false;
	shape.counts = true;
	assert_composed(&client_noun, shape, "uuuuu",
		CLIENT_COLUMNS ", (SELECT COUNT(*) FROM (SELECT 1 FROM {client} c WHERE c.status = ? "
		"LIMIT ?) x) FROM {client} c" MANAGER " WHERE c.status >= ? AND c.status <= ? "
		"ORDER BY c.status DESC, c.id DESC LIMIT ?");
	shape.sort = sort_of(&client_noun, "name");
	assert_int_equal(compose_lead(&client_noun, &shape), 0);
}

static void two_filters_with_an_index_of_both_name_it(void **state)
{
	struct shape shape = { .form = SHAPE_WALK, .descends = true, .has_key = true,
		.given = filter_bit(&client_noun, "status") | filter_bit(&client_noun, "country"),
		.sort = sort_of(&client_noun, "id") };

	(void)state;
	assert_int_equal(compose_pair(&client_noun, &shape), 0);
	shape.named = true;
	shape.pair = compose_pair(&client_noun, &shape);
	assert_composed(&client_noun, shape, "suuu",
		CLIENT_COLUMNS " FROM {client} c FORCE INDEX (client_country_status)" MANAGER
		" WHERE c.country = ? AND c.status = ? AND c.id < ? ORDER BY c.id DESC LIMIT ?");
	shape.has_key = false;
	shape.counts = true;
	assert_composed(&client_noun, shape, "suusuu",
		CLIENT_COLUMNS ", (SELECT COUNT(*) FROM (SELECT 1 FROM {client} c "
		"FORCE INDEX (client_country_status) WHERE c.country = ? AND c.status = ? LIMIT ?) x) "
		"FROM {client} c FORCE INDEX (client_country_status)" MANAGER
		" WHERE c.country = ? AND c.status = ? ORDER BY c.id DESC LIMIT ?");
	shape.sort = sort_of(&client_noun, "name");
	assert_int_equal(compose_pair(&client_noun, &shape), 0);
	shape.form = SHAPE_COLLECT;
	assert_int_not_equal(compose_pair(&client_noun, &shape), 0);
	shape.given |= filter_bit(&client_noun, "manager");
	assert_int_equal(compose_pair(&client_noun, &shape), 0);
}

static void a_walk_along_one_of_several_indexes_names_it(void **state)
{
	struct shape shape = { .form = SHAPE_WALK, .named = true,
		.given = filter_bit(&client_noun, "country") | filter_bit(&client_noun, "name"),
		.sort = sort_of(&client_noun, "id") };

	(void)state;
	shape.lead = compose_lead(&client_noun, &shape);
	assert_composed(&client_noun, shape, "sssu",
		CLIENT_COLUMNS " FROM {client} c FORCE INDEX (client_country)" MANAGER
		" WHERE c.country >= ? AND c.country <= ? AND IF(c.name LIKE ? ESCAPE '!', 1, 0) "
		"ORDER BY c.country, c.id LIMIT ?");
}

#define TERM "((w.word >= ? AND w.word < ?) OR (w.word >= ? AND w.word < ?) OR " \
	"(w.word >= ? AND w.word < ?) OR (w.word >= ? AND w.word < ?))"

/* A walk that goes no further than to before a row, what finds that one, and what goes on there. */
static void a_walk_stops_before_a_row_and_goes_on_with_it(void **state)
{
	struct shape shape = { .form = SHAPE_REACH, .descends = true, .has_key = true, .terms = 1,
		.given = filter_bit(&user_noun, "q"), .sort = sort_of(&user_noun, "name") };

	(void)state;
	assert_composed(&user_noun, shape, "ssuu", "SELECT u.name, u.id FROM {user} u WHERE (u.name < "
		"? OR (u.name = ? AND u.id < ?)) ORDER BY u.name DESC, u.id DESC LIMIT ?, 1");
	shape.at_key = true;
	assert_composed(&user_noun, shape, "ssuu", "SELECT u.name, u.id FROM {user} u WHERE (u.name < "
		"? OR (u.name = ? AND u.id <= ?)) ORDER BY u.name DESC, u.id DESC LIMIT ?, 1");
	shape = (struct shape){ .form = SHAPE_WALK, .has_key = true, .at_key = true, .has_end = true,
		.masked = true, .sort = sort_of(&client_noun, "id") };
	assert_composed(&client_noun, shape, "uuu", CLIENT_MASKED " FROM {client} c" MANAGER
		" WHERE c.id >= ? AND c.id < ? ORDER BY c.id LIMIT ?");
}

/* The same in the order of the words. */
static void the_words_of_a_page_are_looked_at_up_to_one(void **state)
{
	(void)state;
	assert_composed(&user_noun, (struct shape){ .form = SHAPE_REACH_FOUND, .has_key = true,
			.at_key = true, .descends = true }, "bbbbbbbbbbuu",
		"SELECT w.word, w.id FROM {user_word} w WHERE " TERM " AND (w.word < ? OR (w.word = ? "
		"AND w.id <= ?)) ORDER BY w.word DESC, w.id DESC LIMIT ?, 1");
}

/* NULL is in no range, and the members of a group are rows of another table. */
static void what_leads_may_be_null_or_another_table(void **state)
{
	struct shape shape = { .form = SHAPE_WALK, .descends = true, .has_key = true,
		.given = filter_bit(&user_noun, "never_signed_in") };
	struct statement statement;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	shape.lead = compose_lead(&user_noun, &shape);
	assert_true(compose_in(&arena, &user_noun, &shape, &statement));
	assert_string_equal(strstr(statement.sql, " WHERE "),
		" WHERE (u.last_sign_in_at < '1000-01-01' OR (u.last_sign_in_at IS NULL AND u.id < ?)) "
		"ORDER BY u.last_sign_in_at DESC, u.id DESC LIMIT ?");
	shape.denied = shape.given;
	assert_int_equal(compose_lead(&user_noun, &shape), 0);

	shape = (struct shape){ .form = SHAPE_WALK, .has_key = true,
		.given = filter_bit(&user_noun, "group") };
	shape.lead = compose_lead(&user_noun, &shape);
	assert_true(compose_in(&arena, &user_noun, &shape, &statement));
	assert_string_equal(strstr(statement.sql, " FROM {user_group_member} m"),
		" FROM {user_group_member} m FORCE INDEX (user_group_member_group) STRAIGHT_JOIN {user} u "
		"ON u.id = m.user_id "
		"WHERE m.group_id >= ? AND m.group_id <= ? AND (m.group_id > ? OR (m.group_id = ? "
		"AND m.user_id > ?)) ORDER BY m.group_id, m.user_id LIMIT ?");
	assert_string_equal(statement.in, "uuuuuu");
	arena_release(&arena);
	assert_composed(&user_noun, (struct shape){ .form = SHAPE_COUNT, .given = shape.given }, "uu",
		"SELECT COUNT(*) FROM (SELECT 1 FROM {user_group_member} m "
		"FORCE INDEX (user_group_member_group) WHERE m.group_id = ? LIMIT ?) x");
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
		{ "last_sign_in_at", true, true, "uu", " WHERE (u.last_sign_in_at < '1000-01-01' OR "
			"(u.last_sign_in_at IS NULL AND u.id < ?)) "
			"ORDER BY u.last_sign_in_at DESC, u.id DESC LIMIT ?" },
		{ "last_sign_in_at", false, true, "uu", " WHERE (u.last_sign_in_at >= '1000-01-01' OR "
			"(u.last_sign_in_at IS NULL AND u.id > ?)) ORDER BY u.last_sign_in_at, u.id LIMIT ?" },
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
		CLIENT_MASKED " FROM {client} c" MANAGER " WHERE c.id = ?");
	assert_composed(&client_noun, (struct shape){ .form = SHAPE_UPDATE, .masked = true }, "suuuu",
		"UPDATE {client} SET country = ?, status = ?, manager_id = ?, version = version + 1 "
		"WHERE id = ? AND version = ?");
}

/* More would be shapes that one another's bits hide. */
static void every_noun_fits_into_the_bits_of_a_shape(void **state)
{
	(void)state;
	for (size_t i = 0; store_nouns[i] != NULL; i++) {
		const struct list *list = &store_nouns[i]->list;
		size_t filters = 0, twofold = 0, sorts = 0;

		for (; list->filters[filters].kind != COLUMN_END; filters++) {
			assert_true(list->filters[filters].condition != NULL ||
				list_filter_column(store_nouns[i]->columns, &list->filters[filters]) != NULL);
			twofold += list->filters[filters].otherwise != NULL;
			assert_true(list->filters[filters].few == NULL || list->filters[filters].looks);
			if (list->filters[filters].along != NULL) {
				assert_in_range(list_sort_index(list, list->filters[filters].along), 0,
					LIST_SORTS_MAX);
			}
		}
		for (; list->sorts[sorts].name != NULL; sorts++) {
			assert_non_null(list_sort_column(store_nouns[i]->columns, &list->sorts[sorts]));
		}
		for (const struct list_pair *pair = list->pairs; pair != NULL && pair->index != NULL;
		     pair++) {
			assert_in_range(pair - list->pairs, 0, 14);
			(void)(filter_bit(store_nouns[i], pair->filters[0]) &
				filter_bit(store_nouns[i], pair->filters[1]));
		}
		assert_in_range(filters, 0, 24);
		assert_in_range(twofold, 0, 8);
		assert_in_range(sorts, 1, LIST_SORTS_MAX);
	}
}

static void what_like_would_expand_is_escaped(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "Anna", "Anna" }, { "100%", "100!%" },
		{ "a_b", "a!_b" }, { "Hi!", "Hi!!" }, { "%_!\\'", "!%!_!!\\'" } };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(operand_like(&arena, rows[i][0]), rows[i][1]);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_insert_of_many_rows_says_the_places_of_each),
		cmocka_unit_test(a_page_without_filters_walks_its_order),
		cmocka_unit_test(a_statement_has_the_filters_that_are_given_and_no_others),
		cmocka_unit_test(few_rows_are_found_by_their_ids_sorted_and_then_read),
		cmocka_unit_test(a_walk_hides_the_filters_but_that_of_its_order),
		cmocka_unit_test(a_walk_goes_along_the_index_of_a_filter_and_counts_on_the_way),
		cmocka_unit_test(two_filters_with_an_index_of_both_name_it),
		cmocka_unit_test(a_walk_along_one_of_several_indexes_names_it),
		cmocka_unit_test(a_walk_stops_before_a_row_and_goes_on_with_it),
		cmocka_unit_test(the_words_of_a_page_are_looked_at_up_to_one),
		cmocka_unit_test(what_leads_may_be_null_or_another_table),
		cmocka_unit_test(what_is_unique_orders_alone_and_null_is_the_least),
		cmocka_unit_test(a_masked_viewer_has_no_statement_that_names_what_is_masked),
		cmocka_unit_test(what_like_would_expand_is_escaped),
		cmocka_unit_test(every_noun_fits_into_the_bits_of_a_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
