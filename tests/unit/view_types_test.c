/* A table's type says what the table writes or takes, in lines that are not too long. */
#include "view/types.h"

#include "rule/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const colours[] = { "red", "blue", NULL };

static const struct view_field inner[] = {
	{ .name = "id", .kind = VIEW_NUMBER },
	{ .kind = VIEW_END },
};

static void assert_member(const struct view_field *field, const char *expected)
{
	const struct view_field fields[] = { *field, { .kind = VIEW_END } };
	struct arena arena;
	struct text text;
	struct script script = { .text = &text };

	arena_init(&arena);
	text = text_in(&arena);
	view_types_record(&script, fields);
	assert_string_equal(text.bytes, arena_printf(&arena, "{\n\t%s;\n}", expected));
	arena_release(&arena);
}

static void every_kind_of_field_has_its_type(void **state)
{
	(void)state;
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_ID }, "x: number | null");
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_TIME }, "x: string | null");
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_MASKED }, "x: boolean");
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_WORD, .words = colours },
		"x: 'red' | 'blue'");
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_WORDS, .words = colours },
		"x: Array<'red' | 'blue'>");
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_OBJECT, .inner = inner,
		.or_null = true }, "x: {\n\t\tid: number;\n\t} | null");
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_PART, .shape = SHAPE_OBJECTS,
		.inner = inner }, "x: Array<{\n\t\tid: number;\n\t}>");
}

static void words_that_have_a_name_go_by_it(void **state)
{
	(void)state;
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_WORD, .words = status_words },
		"x: Status");
}

static void what_may_be_left_out_says_so(void **state)
{
	(void)state;
	assert_member(&(struct view_field){ .name = "x", .kind = VIEW_FLAG, .optional = true },
		"x?: boolean");
}

static void a_body_has_to_have_what_is_required_without_condition(void **state)
{
	static const struct field fields[] = {
		{ .name = "name", .kind = FIELD_TEXT, .required = true },
		{ .name = "password", .kind = FIELD_SECRET, .required = true, .unless = "link" },
		{ .name = "link", .kind = FIELD_FLAG },
		{ .name = "ids", .kind = FIELD_IDS },
		{ .kind = FIELD_END },
	};
	struct arena arena;
	struct text text;
	struct script script = { .text = &text };

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_types_body(&script, fields);
	assert_string_equal(text.bytes, "{\n\tname: string;\n\tpassword?: string;\n"
		"\tlink?: boolean;\n\tids?: number[];\n}");
	arena_release(&arena);
}

static void a_query_has_orders_places_and_filters(void **state)
{
	static const struct list_filter filters[] = {
		{ .name = "colour", .kind = COLUMN_WORD, .words = colours },
		{ .kind = COLUMN_END },
	};
	static const struct list_filter also[] = {
		{ .name = "shade", .kind = COLUMN_WORD, .words = colours },
		{ .kind = COLUMN_END },
	};
	static const struct list_sort sorts[] = { { .name = "red" }, { .name = "blue" }, { 0 } };
	static const struct list spec = { .sorts = sorts, .filters = filters };
	struct arena arena;
	struct text text;
	struct script script = { .text = &text };

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_types_query(&script, &spec, also, true);
	assert_string_equal(text.bytes, "{\n\tsort?: Order<'red' | 'blue'>;\n\tsize?: number;\n"
		"\tafter?: string;\n\tbefore?: string;\n\tcolour?: 'red' | 'blue';\n"
		"\tshade?: 'red' | 'blue';\n}");
	arena_release(&arena);
}

static void a_line_that_is_full_goes_on_in_the_next_one_deeper(void **state)
{
	struct arena arena;
	struct text text;
	struct script script = { .text = &text, .depth = 1 };

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	script_put(&script, "012345678901234567890123456789012345678901234567890123456789");
	script_word(&script, "01234567890123456789012345678901");
	script_word(&script, "0123");
	script_end(&script, ";");
	assert_string_equal(text.bytes,
		"\t012345678901234567890123456789012345678901234567890123456789 "
		"01234567890123456789012345678901\n\t\t0123;\n");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_field_has_its_type),
		cmocka_unit_test(words_that_have_a_name_go_by_it),
		cmocka_unit_test(what_may_be_left_out_says_so),
		cmocka_unit_test(a_body_has_to_have_what_is_required_without_condition),
		cmocka_unit_test(a_query_has_orders_places_and_filters),
		cmocka_unit_test(a_line_that_is_full_goes_on_in_the_next_one_deeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
