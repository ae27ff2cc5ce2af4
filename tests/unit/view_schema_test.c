/* A table's schema says what the table writes or takes. */
#include "view/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OBJECT "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"

static const char *const colours[] = { "red", "blue", NULL };

static const struct view_field inner[] = {
	{ .name = "id", .kind = VIEW_NUMBER },
	{ .kind = VIEW_END },
};

#define INNER OBJECT "\"id\":{\"type\":\"integer\",\"minimum\":0}},\"required\":[\"id\"]}"

static void assert_schema(const struct view_field *field, const char *expected)
{
	const struct view_field fields[] = { *field, { .kind = VIEW_END } };
	struct arena arena;
	struct text text;

	arena_init(&arena);
	text = text_in(&arena);
	view_schema(&text, fields);
	assert_string_equal(text.bytes, arena_printf(&arena,
		OBJECT "\"x\":%s},\"required\":[%s]}", expected, field->optional ? "" : "\"x\""));
	arena_release(&arena);
}

static void every_kind_of_field_has_its_schema(void **state)
{
	(void)state;
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_ID },
		"{\"type\":[\"integer\",\"null\"],\"minimum\":1}");
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_TEXT }, "{\"type\":\"string\"}");
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_FLAG },
		"{\"type\":\"boolean\"}");
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_WORD, .words = colours },
		"{\"type\":\"string\",\"enum\":[\"red\",\"blue\"]}");
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_TIME },
		"{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}");
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_OBJECT, .inner = inner }, INNER);
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_OBJECT, .inner = inner,
		.or_null = true }, "{\"anyOf\":[" INNER ",{\"type\":\"null\"}]}");
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_PART, .shape = SHAPE_OBJECTS,
		.inner = inner }, "{\"type\":\"array\",\"items\":" INNER "}");
}

static void what_may_be_left_out_is_not_required(void **state)
{
	(void)state;
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_FLAG, .optional = true },
		"{\"type\":\"boolean\"}");
}

static void a_masked_field_says_so(void **state)
{
	(void)state;
	assert_schema(&(struct view_field){ .name = "x", .kind = VIEW_TEXT, .mask = MASK_NAME },
		"{\"type\":\"string\",\"x-masked\":true,"
		"\"description\":\"For a masked viewer always *****\"}");
}

static void a_body_takes_no_member_that_is_not_in_its_table(void **state)
{
	static const struct field rows[] = {
		{ .name = "code", .kind = FIELD_SECRET, .required = true, .max = 9 },
		{ .kind = FIELD_END },
	};
	static const struct field fields[] = {
		{ .name = "name", .kind = FIELD_TEXT, .max = 7 },
		{ .name = "ids", .kind = FIELD_IDS, .required = true, .max = 3 },
		{ .name = "rows", .kind = FIELD_ROWS, .max = 2, .row = rows },
		{ .kind = FIELD_END },
	};
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_schema_body(&text, fields);
	assert_string_equal(text.bytes, OBJECT
		"\"name\":{\"type\":\"string\",\"minLength\":0,\"maxLength\":7},"
		"\"ids\":{\"type\":\"array\",\"maxItems\":3,\"items\":"
		"{\"type\":\"integer\",\"minimum\":1}},"
		"\"rows\":{\"type\":\"array\",\"maxItems\":2,\"items\":" OBJECT
		"\"code\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":9}},"
		"\"required\":[\"code\"]}}},"
		"\"required\":[\"ids\"]}");
	arena_release(&arena);
}

static void a_text_states_its_limits_and_its_form(void **state)
{
	static const struct field fields[] = {
		{ .name = "may", .kind = FIELD_TEXT, .check = &check_country },
		{ .name = "must", .kind = FIELD_TEXT, .check = &check_country, .required = true },
		{ .name = "secret", .kind = FIELD_SECRET, .min = 3, .max = 5 },
		{ .kind = FIELD_END },
	};
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_schema_body(&text, fields);
	assert_string_equal(text.bytes, OBJECT
		"\"may\":{\"type\":\"string\",\"minLength\":0,\"maxLength\":16,"
		"\"pattern\":\"^\\\\s*([A-Za-z]{2})?\\\\s*$\"},"
		"\"must\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":16,"
		"\"pattern\":\"^\\\\s*([A-Za-z]{2})\\\\s*$\"},"
		"\"secret\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":5}},"
		"\"required\":[\"must\"]}");
	arena_release(&arena);
}

static void a_query_string_has_its_sorts_both_ways_and_its_filters(void **state)
{
	static const struct list_sort sorts[] = { { .name = "at" }, { 0 } };
	static const struct list_filter filters[] = {
		{ .name = "locked", .kind = COLUMN_FLAG },
		{ .kind = COLUMN_END },
	};
	const struct list spec = { .sorts = sorts, .descending = true, .filters = filters };
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_schema_query(&text, &spec, false);
	assert_string_equal(text.bytes,
		"{\"name\":\"sort\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
		"\"enum\":[\"at\",\"-at\"],\"default\":\"-at\"}},"
		"{\"name\":\"locked\",\"in\":\"query\",\"schema\":{\"type\":\"boolean\"}},");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_field_has_its_schema),
		cmocka_unit_test(what_may_be_left_out_is_not_required),
		cmocka_unit_test(a_masked_field_says_so),
		cmocka_unit_test(a_body_takes_no_member_that_is_not_in_its_table),
		cmocka_unit_test(a_text_states_its_limits_and_its_form),
		cmocka_unit_test(a_query_string_has_its_sorts_both_ways_and_its_filters),
	};

	return cmocka_run_group_tests_name("view_schema", tests, NULL, NULL);
}
