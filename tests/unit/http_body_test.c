/* What a client sends becomes an input struct, or one answer that names all that is wrong. */
#include "http/body.h"

#include "rule/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NAME_MAX = 20, PASSWORD_MAX = 12, GROUPS_MAX = 4 };

struct input {
	struct in_text name;
	struct in_text email;
	struct in_text password;
	struct in_flag masked;
	struct in_word status;
	struct in_ids groups;
	struct in_text phone;
	struct in_flag unlisted;
};

static const char *const words[] = { "enabled", "disabled", NULL };

static const struct field fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct input, name),
		.max = NAME_MAX },
	{ .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct input, email),
		.required = true, .check = &check_email },
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct input, password),
		.max = PASSWORD_MAX },
	{ .name = "masked", .kind = FIELD_FLAG, .offset = offsetof(struct input, masked) },
	{ .name = "status", .kind = FIELD_WORD, .offset = offsetof(struct input, status),
		.words = words },
	{ .name = "groups", .kind = FIELD_IDS, .offset = offsetof(struct input, groups),
		.max = GROUPS_MAX },
	{ .kind = FIELD_END },
};

/* A request with its answer, and where the body's members go. */
struct desk {
	struct arena arena;
	struct request request;
	struct reply reply;
	struct input input;
};

/* One of two: a phone, or the word that there is none. */
static const struct field either[] = {
	{ .name = "phone", .kind = FIELD_TEXT, .offset = offsetof(struct input, phone),
		.required = true, .unless = "unlisted", .max = 20 },
	{ .name = "unlisted", .kind = FIELD_FLAG, .offset = offsetof(struct input, unlisted) },
	{ .kind = FIELD_END },
};

static int open_desk(void **state)
{
	static struct desk desk;

	desk = (struct desk){ 0 };
	arena_init(&desk.arena);
	desk.request = (struct request){ .arena = &desk.arena, .content_type = "application/json" };
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	arena_release(&desk->arena);
	return 0;
}

/* The same desk serves many bodies; a canary in the input shows that it is zeroed. */
static enum err read_bytes(struct desk *desk, const char *body, size_t len)
{
	desk->request.body = arena_copy(&desk->arena, body, len);
	desk->request.body_len = len;
	memset(&desk->input, 0xa5, sizeof(desk->input));
	reply_init(&desk->reply, &desk->arena);
	return body_read(&desk->request, fields, false, &desk->input, sizeof(desk->input),
		&desk->reply);
}

static enum err read_body(struct desk *desk, const char *body)
{
	return read_bytes(desk, body, strlen(body));
}

static void a_field_that_a_flag_replaces_is_wanted_without_it_and_refused_beside_it(void **state)
{
	static const struct {
		const char *body;
		enum err err;
		const char *errors;
	} rows[] = {
		{ "{\"phone\":\"1\"}", ERR_OK, "" },
		{ "{\"phone\":\"1\",\"unlisted\":false}", ERR_OK, "" },
		{ "{\"unlisted\":true}", ERR_OK, "" },
		{ "{}", ERR_INVALID, "\"phone\":\"phone.required\"" },
		{ "{\"unlisted\":false}", ERR_INVALID, "\"phone\":\"phone.required\"" },
		{ "{\"phone\":\"1\",\"unlisted\":true}", ERR_INVALID, "\"phone\":\"phone.surplus\"" },
		{ "{\"phone\":\"\",\"unlisted\":true}", ERR_INVALID, "\"phone\":\"phone.surplus\"" },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		desk->request.body = rows[i].body;
		desk->request.body_len = strlen(rows[i].body);
		reply_init(&desk->reply, &desk->arena);
		assert_int_equal(body_read(&desk->request, either, false, &desk->input,
			sizeof(desk->input),
			&desk->reply), rows[i].err);
		assert_string_equal(rows[i].errors[0] == '\0' ? "" : desk->reply.fields.bytes,
			rows[i].errors);
	}
}

struct thing {
	const char *name;
	const char *country;
	uint64_t owner_id;
};

static const struct column things[] = {
	{ .name = "name", .kind = COLUMN_TEXT, .offset = offsetof(struct thing, name), .max = 5,
		.mask = MASK_NAME, .where = IN_CREATE | IN_UPDATE | REQUIRED },
	{ .name = "country", .kind = COLUMN_TEXT, .offset = offsetof(struct thing, country),
		.check = &check_country, .where = IN_CREATE | IN_UPDATE },
	{ .name = "owner", .kind = COLUMN_ID, .offset = offsetof(struct thing, owner_id),
		.where = IN_UPDATE },
	{ .kind = COLUMN_END },
};

#define THING_FIELDS(door) { \
	{ .kind = FIELD_RECORD, .columns = things, .where = (door), \
		.row_size = sizeof(struct thing) }, \
	{ .kind = FIELD_END }, \
}

/* Reads a body as the columns of one door; the desk keeps what is wrong with it. */
static enum err read_thing(struct desk *desk, enum column_where door, bool masked, const char *body,
	struct record_input *thing)
{
	static const struct field create[] = THING_FIELDS(IN_CREATE);
	static const struct field update[] = THING_FIELDS(IN_UPDATE);

	desk->request.body = body;
	desk->request.body_len = strlen(body);
	reply_init(&desk->reply, &desk->arena);
	return body_read(&desk->request, door == IN_CREATE ? create : update, masked, thing,
		sizeof(*thing), &desk->reply);
}

static void members_of_a_record_arrive_in_it_and_say_that_they_were_there(void **state)
{
	struct desk *desk = *state;
	struct record_input input;
	const struct thing *thing;

	assert_int_equal(read_thing(desk, IN_CREATE, false, "{\"name\":\"a\"}", &input), ERR_OK);
	thing = input.values;
	assert_string_equal(thing->name, "a");
	assert_string_equal(thing->country, "");
	assert_int_equal(input.given, 1 << 0);
	assert_int_equal(read_thing(desk, IN_UPDATE, false, "{\"country\":\"DE\",\"owner\":null}",
		&input), ERR_OK);
	thing = input.values;
	assert_string_equal(thing->country, "DE");
	assert_int_equal(thing->owner_id, 0);
	assert_int_equal(input.given, 1 << 1 | 1 << 2);
}

static void a_member_of_another_door_is_unknown_and_a_required_one_has_to_be_there(void **state)
{
	struct desk *desk = *state;
	struct record_input input;

	assert_int_equal(read_thing(desk, IN_CREATE, false, "{\"owner\":1}", &input), ERR_INVALID);
	assert_string_equal(desk->reply.fields.bytes,
		"\"name\":\"name.required\",\"owner\":\"unknown\"");
	assert_int_equal(read_thing(desk, IN_UPDATE, false, "{\"name\":\"\"}", &input), ERR_INVALID);
	assert_string_equal(desk->reply.fields.bytes, "\"name\":\"name.required\"");
}

/* What else is wrong comes first, and of the value nothing is said. */
static void a_masked_viewer_changes_nothing_that_is_masked_but_may_create_it(void **state)
{
	struct desk *desk = *state;
	struct record_input input;

	assert_int_equal(read_thing(desk, IN_CREATE, true, "{\"name\":\"a\"}", &input), ERR_OK);
	assert_int_equal(read_thing(desk, IN_UPDATE, true, "{\"country\":\"DE\"}", &input), ERR_OK);
	assert_int_equal(read_thing(desk, IN_UPDATE, true, "{\"name\":\"123456\",\"country\":\"DE\"}",
		&input), ERR_FORBIDDEN);
	assert_int_equal(desk->reply.problem, PROBLEM_FORBIDDEN);
	assert_string_equal(desk->reply.fields.bytes, "\"name\":\"field.masked\"");
	assert_int_equal(read_thing(desk, IN_UPDATE, true, "{\"name\":\"123456\",\"country\":\"D\"}",
		&input), ERR_INVALID);
	assert_string_equal(desk->reply.fields.bytes, "\"country\":\"country.format\"");
}

struct row {
	const char *body;
	enum problem problem;
	const char *errors; /* "field":"key" pairs */
};

static void assert_refused(struct desk *desk, const struct row *row)
{
	enum err err = read_body(desk, row->body);

	if (err == ERR_OK || desk->reply.problem != row->problem ||
	    strcmp(desk->reply.fields.bytes, row->errors) != 0) {
		fail_msg("%s gave %d with {%s}, not %d with {%s}", row->body,
			(int)desk->reply.problem, desk->reply.fields.bytes, (int)row->problem, row->errors);
	}
}

static void assert_all_refused(struct desk *desk, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_refused(desk, &rows[i]);
	}
}

static void every_kind_of_member_arrives_in_the_input(void **state)
{
	struct desk *desk = *state;
	const struct input *input = &desk->input;

	assert_int_equal(read_body(desk, "{\"name\":\"Anna\",\"email\":\"Anna@Example.com\","
		"\"password\":\"secret\",\"masked\":true,\"status\":\"disabled\",\"groups\":[4]}"), ERR_OK);
	assert_int_equal(desk->reply.problem, PROBLEM_NONE);
	assert_true(input->name.given && input->email.given && input->password.given);
	assert_string_equal(input->name.text, "Anna");
	assert_string_equal(input->email.text, "anna@example.com");
	assert_string_equal(input->password.text, "secret");
	assert_true(input->masked.given && input->masked.on);
	assert_true(input->status.given);
	assert_int_equal(input->status.value, 1);
	assert_true(input->groups.given);
	assert_int_equal(input->groups.count, 1);
	assert_int_equal(input->groups.ids[0], 4);
}

static void a_member_that_is_not_there_is_not_given(void **state)
{
	struct desk *desk = *state;
	const struct input *input = &desk->input;

	assert_int_equal(read_body(desk, "{\"email\":\"a@example.com\"}"), ERR_OK);
	assert_false(input->name.given || input->password.given || input->masked.given ||
		input->status.given || input->groups.given);
	assert_string_equal(input->name.text, "");
	assert_string_equal(input->password.text, "");
	assert_false(input->masked.on);
	assert_int_equal(input->groups.count, 0);
}

static void text_is_cleaned_and_a_secret_is_only_normalised(void **state)
{
	struct desk *desk = *state;

	/* e and a combining acute accent are one letter, however they are typed. */
	assert_int_equal(read_body(desk, "{\"email\":\"a@example.com\","
		"\"name\":\"  Ren\\u0065\\u0301  B \",\"password\":\" e\\u0301\\tx  \"}"), ERR_OK);
	assert_string_equal(desk->input.name.text, "Ren\xc3\xa9 B");
	assert_string_equal(desk->input.password.text, " \xc3\xa9\tx  ");
}

static void ids_come_sorted_and_without_repeats(void **state)
{
	struct desk *desk = *state;
	const struct in_ids *groups = &desk->input.groups;

	assert_int_equal(read_body(desk, "{\"email\":\"a@example.com\",\"groups\":[9,2,9,5]}"), ERR_OK);
	assert_int_equal(groups->count, 3);
	assert_int_equal(groups->ids[0], 2);
	assert_int_equal(groups->ids[1], 5);
	assert_int_equal(groups->ids[2], 9);
	assert_int_equal(read_body(desk, "{\"email\":\"a@example.com\",\"groups\":[]}"), ERR_OK);
	assert_true(groups->given);
	assert_int_equal(groups->count, 0);
}

static void what_is_not_one_json_object_is_malformed(void **state)
{
	static const struct row rows[] = {
		{ "[]", PROBLEM_MALFORMED, "" },
		{ "null", PROBLEM_MALFORMED, "" },
		{ "\"text\"", PROBLEM_MALFORMED, "" },
		{ "7", PROBLEM_MALFORMED, "" },
		{ " ", PROBLEM_MALFORMED, "" },
		{ "{", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"x\",}", PROBLEM_MALFORMED, "" },
		{ "{'name':'x'}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":NaN}", PROBLEM_MALFORMED, "" },
		{ "{\"groups\":[1e999]}", PROBLEM_MALFORMED, "" },
		{ "{\"groups\":[9223372036854775808]}", PROBLEM_MALFORMED, "" },
		{ "\xef\xbb\xbf{}", PROBLEM_MALFORMED, "" },
		{ "{}{}", PROBLEM_MALFORMED, "" },
		{ "{\"email\":\"a@example.com\"} x", PROBLEM_MALFORMED, "" },
		{ "{\"email\":\"a@example.com\"}]", PROBLEM_MALFORMED, "" },
		/* not UTF-8: a lone byte, an overlong slash, half of a surrogate pair, beyond U+10FFFF */
		{ "{\"name\":\"\xff\"}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"\xc0\xaf\"}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"\xed\xa0\x80\"}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"\xf4\x90\x80\x80\"}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"\\ud800\"}", PROBLEM_MALFORMED, "" },
		{ "{\"\xff\":1}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"\\u0000\"}", PROBLEM_MALFORMED, "" },
		{ "{\"password\":\"pass\\u0000word\"}", PROBLEM_MALFORMED, "" },
		{ "{\"na\\u0000me\":\"x\"}", PROBLEM_MALFORMED, "" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_nul_byte_is_malformed_wherever_it_stands(void **state)
{
	static const char inside[] = "{\"name\":\"a\0b\"}";
	static const char behind[] = "{\"email\":\"a@example.com\"}\0";
	struct desk *desk = *state;

	assert_int_equal(read_bytes(desk, inside, sizeof(inside) - 1), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_MALFORMED);
	assert_int_equal(read_bytes(desk, behind, sizeof(behind) - 1), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_MALFORMED);
}

/* Which of the two counts cannot be told, and another reader may take the other. */
static void a_member_that_is_there_twice_is_malformed(void **state)
{
	static const struct row rows[] = {
		{ "{\"name\":\"a\",\"name\":\"a\"}", PROBLEM_MALFORMED, "" },
		{ "{\"name\":\"a\",\"n\\u0061me\":\"b\"}", PROBLEM_MALFORMED, "" },
		{ "{\"n\\u0061me\":\"a\",\"na\\u006de\":\"b\"}", PROBLEM_MALFORMED, "" },
		{ "{\"groups\":[{\"a\":1,\"\\u0061\":2}]}", PROBLEM_MALFORMED, "" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_member_of_the_wrong_type_is_malformed(void **state)
{
	static const struct row rows[] = {
		{ "{\"email\":1}", PROBLEM_MALFORMED, "\"email\":\"type\"" },
		{ "{\"email\":null}", PROBLEM_MALFORMED, "\"email\":\"type\"" },
		{ "{\"email\":[\"a@example.com\"]}", PROBLEM_MALFORMED, "\"email\":\"type\"" },
		{ "{\"email\":{\"a\":1}}", PROBLEM_MALFORMED, "\"email\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"password\":true}", PROBLEM_MALFORMED, "\"password\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"masked\":\"true\"}", PROBLEM_MALFORMED, "\"masked\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"masked\":1}", PROBLEM_MALFORMED, "\"masked\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"status\":0}", PROBLEM_MALFORMED, "\"status\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":1}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":{}}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":[\"1\"]}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":[1.0]}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":[0]}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":[-1]}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":[1,null]}", PROBLEM_MALFORMED, "\"groups\":\"type\"" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void an_unknown_member_is_malformed_and_named_only_when_harmless(void **state)
{
	static const struct row rows[] = {
		{ "{\"email\":\"a@b.cd\",\"role\":1}", PROBLEM_MALFORMED, "\"role\":\"unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"Email\":1}", PROBLEM_MALFORMED, "\"Email\":\"unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"emai\":1}", PROBLEM_MALFORMED, "\"emai\":\"unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"\\\"x\":1}", PROBLEM_MALFORMED, "\"?\":\"unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"a\\nb\":1}", PROBLEM_MALFORMED, "\"?\":\"unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"\xc3\xa9\":1}", PROBLEM_MALFORMED, "\"?\":\"unknown\"" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_value_that_breaks_a_rule_is_invalid(void **state)
{
	static const struct row rows[] = {
		{ "{}", PROBLEM_INVALID, "\"email\":\"email.required\"" },
		{ "{\"email\":\"\"}", PROBLEM_INVALID, "\"email\":\"email.required\"" },
		{ "{\"email\":\"nobody\"}", PROBLEM_INVALID, "\"email\":\"email.format\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"123456789012345678901\"}", PROBLEM_INVALID,
			"\"name\":\"name.too_long\"" },
		{ "{\"email\":\"a@b.cd\",\"password\":\"1234567890123\"}", PROBLEM_INVALID,
			"\"password\":\"password.too_long\"" },
		{ "{\"email\":\"a@b.cd\",\"status\":\"ENABLED\"}", PROBLEM_INVALID,
			"\"status\":\"status.unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"status\":\"\"}", PROBLEM_INVALID,
			"\"status\":\"status.unknown\"" },
		{ "{\"email\":\"a@b.cd\",\"groups\":[1,1,1,1,1]}", PROBLEM_INVALID,
			"\"groups\":\"groups.too_many\"" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

/* A line end that was mended could end a header or a log line somewhere else. */
static void characters_that_nobody_sees_are_refused_in_text(void **state)
{
	static const struct row rows[] = {
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\r\\nb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\nb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\rb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\tb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\u007fb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\u0085b\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\u2028b\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\u202eb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\",\"name\":\"a\\u200bb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\"" },
		{ "{\"email\":\"a@b.cd\\r\\nBcc: c@d.ef\"}", PROBLEM_INVALID,
			"\"email\":\"email.characters\"" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_secret_may_hold_what_a_text_may_not(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(read_body(desk, "{\"email\":\"a@b.cd\",\"password\":\"a\\r\\n\\u200b\"}"),
		ERR_OK);
	assert_string_equal(desk->input.password.text, "a\r\n\xe2\x80\x8b");
}

static void text_of_exactly_the_most_bytes_is_taken(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(read_body(desk, "{\"email\":\"a@b.cd\",\"name\":\"12345678901234567890\","
		"\"password\":\"123456789012\",\"groups\":[1,2,3,4]}"), ERR_OK);
	assert_int_equal(strlen(desk->input.name.text), NAME_MAX);
	assert_int_equal(strlen(desk->input.password.text), PASSWORD_MAX);
	assert_int_equal(desk->input.groups.count, GROUPS_MAX);
}

static void all_that_is_wrong_is_said_at_once(void **state)
{
	static const struct row rows[] = {
		{ "{\"status\":\"on\",\"groups\":[1,2,3,4,5],\"name\":\"a\\nb\"}", PROBLEM_INVALID,
			"\"name\":\"name.characters\",\"email\":\"email.required\","
			"\"status\":\"status.unknown\",\"groups\":\"groups.too_many\"" },
		{ "{\"role\":1,\"masked\":0,\"name\":2,\"status\":\"on\"}", PROBLEM_MALFORMED,
			"\"name\":\"type\",\"email\":\"email.required\",\"masked\":\"type\","
			"\"status\":\"status.unknown\",\"role\":\"unknown\"" },
	};

	assert_all_refused(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

/* An array of arrays in the groups: the object itself is the first level. */
static enum err read_nested(struct desk *desk, size_t levels)
{
	struct text body = text_in(&desk->arena);

	text_puts(&body, "{\"email\":\"a@b.cd\",\"groups\":");
	for (size_t i = 1; i < levels; i++) {
		text_putc(&body, '[');
	}
	for (size_t i = 1; i < levels; i++) {
		text_putc(&body, ']');
	}
	text_putc(&body, '}');
	return read_bytes(desk, body.bytes, body.len);
}

static void more_than_sixteen_levels_are_malformed(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(read_nested(desk, 16), ERR_INVALID);
	assert_string_equal(desk->reply.fields.bytes, "\"groups\":\"type\"");
	assert_int_equal(read_nested(desk, 17), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_MALFORMED);
	assert_string_equal(desk->reply.fields.bytes, "");
	assert_int_equal(read_nested(desk, REQUEST_BODY_MAX / 2 - 20), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_MALFORMED);
}

static void only_json_is_read(void **state)
{
	static const struct {
		const char *type;
		enum problem problem;
	} rows[] = {
		{ "application/json", PROBLEM_NONE },
		{ "Application/JSON", PROBLEM_NONE },
		{ "application/json;charset=utf-8", PROBLEM_NONE },
		{ "application/json; charset=UTF-8", PROBLEM_NONE },
		{ "application/json ; charset=utf-8", PROBLEM_NONE },
		{ "", PROBLEM_UNSUPPORTED_TYPE },
		{ "text/plain", PROBLEM_UNSUPPORTED_TYPE },
		{ "text/json", PROBLEM_UNSUPPORTED_TYPE },
		{ "application/jsonp", PROBLEM_UNSUPPORTED_TYPE },
		{ "application/json-seq", PROBLEM_UNSUPPORTED_TYPE },
		{ "application/json; charset=utf-16", PROBLEM_UNSUPPORTED_TYPE },
		{ "application/json, text/plain", PROBLEM_UNSUPPORTED_TYPE },
		{ "application/x-www-form-urlencoded", PROBLEM_UNSUPPORTED_TYPE },
		{ "multipart/form-data; boundary=application/json", PROBLEM_UNSUPPORTED_TYPE },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		desk->request.content_type = rows[i].type;
		(void)read_body(desk, "{\"email\":\"a@b.cd\"}");
		if (desk->reply.problem != rows[i].problem) {
			fail_msg("\"%s\" gave %d", rows[i].type, (int)desk->reply.problem);
		}
	}
}

static void a_body_that_did_not_arrive_whole_is_refused(void **state)
{
	struct desk *desk = *state;

	desk->request.body_too_large = true;
	assert_int_equal(read_body(desk, ""), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_TOO_LARGE);
	desk->request.body_too_large = false;
	desk->request.body_broken = true;
	assert_int_equal(read_body(desk, ""), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_MALFORMED);
}

static void a_refused_body_leaves_zeroes_in_the_input(void **state)
{
	static const struct input zero;
	struct desk *desk = *state;

	desk->request.content_type = "text/plain";
	assert_int_equal(read_body(desk, "{}"), ERR_INVALID);
	assert_memory_equal(&desk->input, &zero, sizeof(zero));
}

static void a_route_without_fields_takes_nothing_or_an_empty_object(void **state)
{
	static const struct {
		const char *body;
		enum problem problem;
	} rows[] = {
		{ "", PROBLEM_NONE },
		{ "{}", PROBLEM_NONE },
		{ " { } ", PROBLEM_NONE },
		{ "[]", PROBLEM_MALFORMED },
		{ "{\"email\":\"a@b.cd\"}", PROBLEM_MALFORMED },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum err err;

		desk->request.body = rows[i].body;
		desk->request.body_len = strlen(rows[i].body);
		reply_init(&desk->reply, &desk->arena);
		err = body_read(&desk->request, NULL, false, NULL, 0, &desk->reply);
		assert_int_equal(desk->reply.problem, rows[i].problem);
		assert_int_equal(err == ERR_OK, rows[i].problem == PROBLEM_NONE);
	}
}

/* A DELETE from a browser has neither a body nor a type. */
static void nothing_needs_no_type(void **state)
{
	struct desk *desk = *state;

	desk->request.content_type = "";
	assert_int_equal(read_body(desk, ""), ERR_INVALID);
	assert_int_equal(desk->reply.problem, PROBLEM_INVALID);
	assert_string_equal(desk->reply.fields.bytes, "\"email\":\"email.required\"");
}

#define at_a_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_a_desk(a_field_that_a_flag_replaces_is_wanted_without_it_and_refused_beside_it),
		at_a_desk(members_of_a_record_arrive_in_it_and_say_that_they_were_there),
		at_a_desk(a_member_of_another_door_is_unknown_and_a_required_one_has_to_be_there),
		at_a_desk(a_masked_viewer_changes_nothing_that_is_masked_but_may_create_it),
		at_a_desk(every_kind_of_member_arrives_in_the_input),
		at_a_desk(a_member_that_is_not_there_is_not_given),
		at_a_desk(text_is_cleaned_and_a_secret_is_only_normalised),
		at_a_desk(ids_come_sorted_and_without_repeats),
		at_a_desk(what_is_not_one_json_object_is_malformed),
		at_a_desk(a_nul_byte_is_malformed_wherever_it_stands),
		at_a_desk(a_member_that_is_there_twice_is_malformed),
		at_a_desk(a_member_of_the_wrong_type_is_malformed),
		at_a_desk(an_unknown_member_is_malformed_and_named_only_when_harmless),
		at_a_desk(a_value_that_breaks_a_rule_is_invalid),
		at_a_desk(characters_that_nobody_sees_are_refused_in_text),
		at_a_desk(a_secret_may_hold_what_a_text_may_not),
		at_a_desk(text_of_exactly_the_most_bytes_is_taken),
		at_a_desk(all_that_is_wrong_is_said_at_once),
		at_a_desk(more_than_sixteen_levels_are_malformed),
		at_a_desk(only_json_is_read),
		at_a_desk(a_body_that_did_not_arrive_whole_is_refused),
		at_a_desk(a_refused_body_leaves_zeroes_in_the_input),
		at_a_desk(a_route_without_fields_takes_nothing_or_an_empty_object),
		at_a_desk(nothing_needs_no_type),
	};

	return cmocka_run_group_tests_name("http_body", tests, NULL, NULL);
}
