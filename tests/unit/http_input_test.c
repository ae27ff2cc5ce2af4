/* One table of fields: members and columns in their order, and the limits that it states. */
#include "http/cell.h"
#include "http/input.h"

#include "rule/phone.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "with_arena.h"

enum colour { RED, GREEN };

struct thing {
	uint64_t id;
	const char *name;
	const char *email;
	bool on;
	enum colour colour;
	uint64_t owner_id;
};

static const char *const colours[] = { "red", "green", NULL };

#define AT(member) offsetof(struct thing, member)

static const struct column things[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id) },
	{ .name = "name", .kind = COLUMN_TEXT, .offset = AT(name), .max = 5,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | REQUIRED },
	{ .name = "email", .kind = COLUMN_BYTES, .offset = AT(email), .check = &check_email,
		.where = IN_CREATE | IN_IMPORT },
	{ .name = "on", .kind = COLUMN_FLAG, .offset = AT(on), .where = IN_UPDATE | IN_IMPORT },
	{ .name = "colour", .kind = COLUMN_WORD, .offset = AT(colour), .words = colours,
		.where = IN_CREATE | IN_IMPORT },
	{ .name = "owner", .kind = COLUMN_ID, .offset = AT(owner_id), .where = IN_IMPORT },
	{ .kind = COLUMN_END },
};

struct input {
	struct in_flag first;
	struct record_input thing;
	struct in_text last;
};

#define FIELDS_OF(door) { \
	{ .name = "first", .kind = FIELD_FLAG, .offset = offsetof(struct input, first) }, \
	{ .kind = FIELD_RECORD, .columns = things, .where = (door), \
		.row_size = sizeof(struct thing), .offset = offsetof(struct input, thing) }, \
	{ .name = "last", .kind = FIELD_TEXT, .offset = offsetof(struct input, last), .max = 3 }, \
	{ .kind = FIELD_END }, \
}

static const struct field create_fields[] = FIELDS_OF(IN_CREATE);
static const struct field update_fields[] = FIELDS_OF(IN_UPDATE);
static const struct field import_fields[] = FIELDS_OF(IN_IMPORT);

/* The names of all members, "!" behind those that are required. */
static void assert_members(struct arena *arena, const struct field *fields, const char *expected)
{
	struct text names = text_in(arena);
	struct member member = { 0 };

	text_puts(&names, "");
	while (input_next(fields, &member)) {
		text_putf(&names, " %s%s", member.field.name, member.field.required ? "!" : "");
	}
	assert_string_equal(names.bytes, expected);
}

static void a_door_has_the_columns_that_are_for_it_in_their_order(void **state)
{
	assert_members(*state, create_fields, " first name! email colour last");
	assert_members(*state, import_fields, " first name! email on colour owner last");
	assert_members(*state, NULL, "");
}

static void what_is_required_of_a_new_record_may_be_left_out_of_a_change_but_not_empty(void **state)
{
	struct member member;
	struct in_text out;

	assert_members(*state, update_fields, " first name on last");
	assert_true(input_find(update_fields, "name", &member));
	assert_string_equal(input_text(*state, &member.field, "", &out), "required");
	assert_string_equal(input_text(*state, &member.field, " ", &out), "required");
	assert_null(input_text(*state, &member.field, "x", &out));
}

static void a_column_of_another_door_is_not_found(void **state)
{
	struct member member;

	(void)state;
	assert_true(input_find(create_fields, "email", &member));
	assert_false(input_find(update_fields, "email", &member));
	assert_false(input_find(create_fields, "id", &member));
	assert_false(input_find(create_fields, "", &member));
}

static const char *take(struct arena *arena, const char *name, const char *cell,
	struct input *input)
{
	struct member member;

	assert_true(input_find(import_fields, name, &member));
	return cell_read(arena, &member, cell, input);
}

static void cells_arrive_in_the_record_and_say_that_they_were_there(void **state)
{
	struct arena *arena = *state;
	struct input input = { .last = { .given = false } };
	const struct thing *thing;

	input_clear(arena, import_fields, &input);
	thing = input.thing.values;
	assert_string_equal(thing->name, "");
	assert_string_equal(thing->email, "");
	assert_string_equal(input.last.text, "");
	assert_null(take(arena, "name", " a  b ", &input));
	assert_null(take(arena, "email", "A@Example.com", &input));
	assert_null(take(arena, "on", "true", &input));
	assert_null(take(arena, "colour", "green", &input));
	assert_null(take(arena, "owner", "", &input));
	assert_null(take(arena, "last", "abc", &input));
	assert_null(take(arena, "first", "false", &input));
	assert_string_equal(thing->name, "a b");
	assert_string_equal(thing->email, "a@example.com");
	assert_true(thing->on);
	assert_int_equal(thing->colour, GREEN);
	assert_int_equal(input.thing.given, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);
	assert_string_equal(input.last.text, "abc");
	assert_true(input.first.given && !input.first.on);
	assert_null(take(arena, "owner", "7", &input));
	assert_int_equal(thing->owner_id, 7);
}

static void what_is_wrong_is_said_under_the_name_of_the_column(void **state)
{
	static const struct {
		const char *name;
		const char *cell;
		const char *key;
	} rows[] = {
		{ "name", "", "name.required" },
		{ "name", "123456", "name.too_long" },
		{ "name", "a\nb", "name.characters" },
		{ "email", "x", "email.format" },
		{ "on", "perhaps", "on.format" },
		{ "colour", "blue", "colour.unknown" },
		{ "owner", "0", "owner.format" },
		{ "last", "1234", "last.too_long" },
	};
	struct input input = { .last = { .given = false } };

	input_clear(*state, import_fields, &input);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(take(*state, rows[i].name, rows[i].cell, &input), rows[i].key);
	}
}

static void a_form_is_asked_only_of_what_is_there(void **state)
{
	static const struct check *const checks[] = { &check_email, &check_phone, &check_country,
		&check_code, &check_query, &check_language };
	struct in_text out;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const struct field may = { .kind = FIELD_TEXT, .check = checks[i] };
		const struct field must = { .kind = FIELD_TEXT, .check = checks[i], .min = 1 };

		assert_null(input_text(*state, &may, " ", &out));
		assert_true(out.given);
		assert_string_equal(out.text, "");
		assert_string_equal(input_text(*state, &must, " ", &out), "required");
	}
}

/* A text of count times the same letter. */
static const char *repeat(struct arena *arena, const char *letter, size_t count)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	while (count-- > 0) {
		text_puts(&text, letter);
	}
	return text.bytes;
}

static void limits_are_code_points_and_count_from_the_first_to_the_last(void **state)
{
	static const char *const letters[] = { "x", "\u00e9", "\u674e", "\U00020000" };
	const struct field field = { .kind = FIELD_SECRET, .min = 3, .max = 5 };
	struct in_text out;

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		assert_string_equal(input_text(*state, &field, repeat(*state, letters[i], 0), &out),
			"required");
		assert_string_equal(input_text(*state, &field, repeat(*state, letters[i], 2), &out),
			"too_short");
		assert_null(input_text(*state, &field, repeat(*state, letters[i], 3), &out));
		assert_null(input_text(*state, &field, repeat(*state, letters[i], 5), &out));
		out.given = false;
		assert_string_equal(input_text(*state, &field, repeat(*state, letters[i], 6), &out),
			"too_long");
		assert_false(out.given);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_door_has_the_columns_that_are_for_it_in_their_order),
		cmocka_unit_test(
			what_is_required_of_a_new_record_may_be_left_out_of_a_change_but_not_empty),
		cmocka_unit_test(a_column_of_another_door_is_not_found),
		cmocka_unit_test(cells_arrive_in_the_record_and_say_that_they_were_there),
		cmocka_unit_test(what_is_wrong_is_said_under_the_name_of_the_column),
		cmocka_unit_test(a_form_is_asked_only_of_what_is_there),
		cmocka_unit_test(limits_are_code_points_and_count_from_the_first_to_the_last),
	};

	return cmocka_run_group_tests_name("http_input", tests, open_arena, close_arena);
}
