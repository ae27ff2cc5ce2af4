/* The door to CSV masks as the one to JSON does, quotes what needs it, and lets no formula out. */
#include "view/csv.h"

#include "store/client.h"
#include "view/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct viewer masked = { .user_id = 1, .masked = true };
static const struct viewer unmasked = { .user_id = 1, .masked = false };

static const struct client anna = {
	.id = 7,
	.name = "Anna",
	.email = "anna@example.com",
	.phone = "+15550001",
	.country = "GB",
	.status = STATUS_ENABLED,
	.manager_name = "",
	.manager_email = "",
	.created_at = 1795478400000000,
};

static const struct csv_form comma = { .separator = ',' };

static const char *row(struct arena *arena, const struct client *client,
	const struct viewer *viewer)
{
	struct text text = text_in(arena);

	view_csv_row(&text, &comma, client_columns, client, NULL, viewer);
	return text.bytes;
}

static void a_row_has_a_cell_for_each_column(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_string_equal(row(&arena, &anna, &unmasked),
		"7,Anna,anna@example.com,'+15550001,GB,enabled,,,,2026-11-24T00:00:00.000Z\r\n");
	arena_release(&arena);
}

static void a_masked_row_is_the_same_whoever_the_client_is(void **state)
{
	struct client nobody = anna;
	struct arena arena;
	const char *seen;

	(void)state;
	arena_init(&arena);
	nobody.name = nobody.email = nobody.phone = "";
	seen = row(&arena, &anna, &masked);
	assert_memory_equal(seen, "7,*****,*****@*****,*****,GB,", 29);
	assert_string_equal(seen, row(&arena, &nobody, &masked));
	arena_release(&arena);
}

static void cells_are_quoted_and_kept_from_being_formulas(void **state)
{
	static const struct {
		const char *name;
		const char *cell;
	} cases[] = {
		{ "", "" }, { "plain", "plain" }, { "a,b", "\"a,b\"" }, { "\"", "\"\"\"\"" },
		{ "two\r\nlines", "\"two\r\nlines\"" }, { " space", "\" space\"" },
		{ "=1", "'=1" }, { "+1", "'+1" }, { "-1", "'-1" }, { "@x", "'@x" },
		{ "\t1", "\"'\t1\"" }, { "\r1", "\"'\r1\"" }, { "=a,\"b\"", "\"'=a,\"\"b\"\"\"" },
		{ "1=1", "1=1" },
	};
	struct client client = anna;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client.name = cases[i].name;
		assert_memory_equal(row(&arena, &client, &unmasked) + strlen("7,"), cases[i].cell,
			strlen(cases[i].cell));
	}
	arena_release(&arena);
}

static void the_head_names_the_columns_after_the_mark_of_utf_8(void **state)
{
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_csv_head(&text, &comma, client_columns);
	assert_string_equal(text.bytes, "\xEF\xBB\xBF" "id,name,email,phone,country,status,manager,"
		"manager_email,manager_name,created_at\r\n");
	arena_release(&arena);
}

static void the_trail_names_what_changed_and_holds_nothing_personal(void **state)
{
	struct client next = anna;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	next.name = "Berta";
	next.manager_id = 3;
	assert_string_equal(view_client_trail(&arena, &anna, &next, &unmasked),
		"{\"id\":7,\"country\":\"GB\",\"status\":\"enabled\",\"manager\":3,"
		"\"changed\":[\"name\",\"manager\"]}");
	assert_string_equal(view_client_trail(&arena, NULL, &anna, &unmasked),
		"{\"id\":7,\"country\":\"GB\",\"status\":\"enabled\",\"manager\":null,"
		"\"changed\":[\"name\",\"email\",\"phone\",\"country\",\"status\"]}");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_has_a_cell_for_each_column),
		cmocka_unit_test(a_masked_row_is_the_same_whoever_the_client_is),
		cmocka_unit_test(cells_are_quoted_and_kept_from_being_formulas),
		cmocka_unit_test(the_head_names_the_columns_after_the_mark_of_utf_8),
		cmocka_unit_test(the_trail_names_what_changed_and_holds_nothing_personal),
	};

	return cmocka_run_group_tests_name("view_csv", tests, NULL, NULL);
}
