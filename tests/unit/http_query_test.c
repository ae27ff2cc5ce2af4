/* What a list is asked for: every parameter known, once, and in range, or 400. */
#include "http/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 254, CURSOR_MAX = 2048 };

enum { SORT_NAME, SORT_CREATED };
static const struct list_sort sorts[] = { { .name = "name" }, { .name = "created_at" }, { 0 } };
static const char *const words[] = { "enabled", "disabled", NULL };

enum { EMAIL, GROUP, STATUS, MASKED };
static const struct list_filter filters[] = {
	[EMAIL] = { .name = "email", .kind = COLUMN_TEXT },
	[GROUP] = { .name = "group", .kind = COLUMN_ID },
	[STATUS] = { .name = "status", .kind = COLUMN_WORD, .words = words },
	[MASKED] = { .name = "masked", .kind = COLUMN_FLAG },
	{ .kind = COLUMN_END },
};

static const struct list upward = { .sorts = sorts, .filters = filters };
static const struct list downward = { .sorts = sorts, .descending = true,
	.filters = filters };

/* A request with its answer, and what was read from it. */
struct desk {
	struct arena arena;
	struct request request;
	struct reply reply;
	struct query query;
};

static int open_desk(void **state)
{
	static struct desk desk;

	arena_init(&desk.arena);
	desk.request = (struct request){ .arena = &desk.arena };
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	arena_release(&desk->arena);
	return 0;
}

static enum err read_with(struct desk *desk, const struct list *spec, const char *query)
{
	desk->request.query = query;
	reply_init(&desk->reply, &desk->arena);
	return query_read(&desk->request, spec, NULL, &desk->query, &desk->reply);
}

static enum err read_query(struct desk *desk, const char *query)
{
	return read_with(desk, &upward, query);
}

static void assert_read(struct desk *desk, const char *query)
{
	if (read_query(desk, query) != ERR_OK || desk->reply.problem != PROBLEM_NONE) {
		fail_msg("%s gave {%s}", query, desk->reply.fields.bytes);
	}
}

static void assert_refused(struct desk *desk, const char *query, const char *errors)
{
	enum err err = read_query(desk, query);

	if (err == ERR_OK || desk->reply.problem != PROBLEM_MALFORMED ||
	    strcmp(desk->reply.fields.bytes, errors) != 0) {
		fail_msg("%s gave %d with {%s}, not {%s}", query, (int)desk->reply.problem,
			desk->reply.fields.bytes, errors);
	}
}

static const char *repeat(struct arena *arena, char c, size_t count)
{
	char *out = arena_alloc(arena, count + 1);

	memset(out, c, count);
	return out;
}

static void an_empty_query_is_the_first_page(void **state)
{
	struct desk *desk = *state;
	const struct query *query = &desk->query;

	assert_read(desk, "");
	assert_int_equal(query->sort, SORT_NAME);
	assert_false(query->descending);
	assert_int_equal(query->size, QUERY_SIZE_DEFAULT);
	assert_string_equal(query->after, "");
	assert_string_equal(query->before, "");
	for (int i = EMAIL; i <= MASKED; i++) {
		assert_false(query->values[i].given);
		assert_string_equal(query->values[i].text, "");
	}
}

static void every_parameter_arrives(void **state)
{
	struct desk *desk = *state;
	const struct query *query = &desk->query;

	assert_read(desk, "sort=-created_at&size=10&after=abc&email=anna&group=12&status=disabled"
		"&masked=true");
	assert_int_equal(query->sort, SORT_CREATED);
	assert_true(query->descending);
	assert_int_equal(query->size, 10);
	assert_string_equal(query->after, "abc");
	assert_true(query->values[EMAIL].given);
	assert_string_equal(query->values[EMAIL].text, "anna");
	assert_true(query->values[GROUP].given);
	assert_int_equal(query->values[GROUP].number, 12);
	assert_true(query->values[STATUS].given);
	assert_int_equal(query->values[STATUS].number, 1);
	assert_true(query->values[MASKED].given);
	assert_int_equal(query->values[MASKED].number, 1);
}

static void what_says_nothing_is_refused_whatever_it_is(void **state)
{
	static const struct {
		const char *name;
		const char *key;
	} all[] = {
		{ "email", "filter.empty" }, { "group", "filter.empty" }, { "status", "filter.empty" },
		{ "masked", "filter.empty" }, { "sort", "sort.unknown" }, { "size", "size.range" },
		{ "after", "cursor.unknown" }, { "before", "cursor.unknown" },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *fields = arena_printf(&desk->arena, "\"%s\":\"%s\"", all[i].name, all[i].key);

		assert_refused(desk, arena_printf(&desk->arena, "%s=", all[i].name), fields);
		assert_refused(desk, all[i].name, fields);
	}
	assert_refused(desk, "email=+%20+", "\"email\":\"filter.empty\"");
}

static void false_is_given_too(void **state)
{
	struct desk *desk = *state;

	assert_read(desk, "masked=false");
	assert_true(desk->query.values[MASKED].given);
	assert_int_equal(desk->query.values[MASKED].number, 0);
}

static void a_minus_turns_the_sort_and_its_absence_turns_it_back(void **state)
{
	static const struct {
		const struct list *spec;
		const char *query;
		int sort;
		bool descending;
	} rows[] = {
		{ &upward, "", SORT_NAME, false },
		{ &upward, "sort=name", SORT_NAME, false },
		{ &upward, "sort=-name", SORT_NAME, true },
		{ &downward, "", SORT_NAME, true },
		{ &downward, "sort=name", SORT_NAME, false },
		{ &downward, "sort=-created_at", SORT_CREATED, true },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_with(desk, rows[i].spec, rows[i].query), ERR_OK);
		assert_int_equal(desk->query.sort, rows[i].sort);
		assert_int_equal(desk->query.descending, rows[i].descending);
	}
}

static void percent_and_plus_are_decoded_once(void **state)
{
	static const struct {
		const char *query;
		const char *text;
	} rows[] = {
		{ "email=a%40b.cd", "a@b.cd" },
		{ "email=a+b", "a b" },
		{ "email=a%2Bb", "a+b" },
		{ "email=a%2bb", "a+b" },
		{ "email=a%20%20b", "a b" },
		{ "email=%3D%26", "=&" },
		{ "email=a=b", "a=b" },
		{ "email=%2541", "%41" },
		{ "%65mail=x", "x" },
		{ "email=%C3%A9", "\xc3\xa9" },
		{ "email=e%CC%81", "\xc3\xa9" },
		{ "email=\xc3\xa9", "\xc3\xa9" },
		{ "&&email=x&", "x" },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_read(desk, rows[i].query);
		assert_string_equal(desk->query.values[EMAIL].text, rows[i].text);
	}
}

static void a_broken_escape_is_malformed_and_shows_nothing_of_it_but_the_parameter(void **state)
{
	static const char *const names[] = { "%=x", "%4=x", "emai%00l=a", "%FF=x" };
	static const char *const values[] = { "email=%", "email=%4", "email=%4&group=1", "email=%&41=1",
		"email=%zz", "email=%4g", "email=%-1", "email=% 1", "email=%00", "email=a%00b", "email=%FF",
		"email=%C0%AF", "email=%ED%A0%80", "email=\xff" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_refused(*state, names[i], "");
	}
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		assert_refused(*state, values[i], "\"email\":\"email.format\"");
	}
	assert_refused(*state, "size=%FF", "\"size\":\"size.range\"");
	assert_refused(*state, "sort=%FF", "\"sort\":\"sort.unknown\"");
	assert_refused(*state, "nobody=%FF", "\"nobody\":\"unknown\"");
}

static void what_is_not_in_range_is_named(void **state)
{
	static const struct {
		const char *query;
		const char *errors;
	} rows[] = {
		{ "sort=", "\"sort\":\"sort.unknown\"" },
		{ "sort=id", "\"sort\":\"sort.unknown\"" },
		{ "sort=-", "\"sort\":\"sort.unknown\"" },
		{ "sort=--name", "\"sort\":\"sort.unknown\"" },
		{ "sort=Name", "\"sort\":\"sort.unknown\"" },
		{ "sort=name%20", "\"sort\":\"sort.unknown\"" },
		{ "sort=name,created_at", "\"sort\":\"sort.unknown\"" },
		{ "size=", "\"size\":\"size.range\"" },
		{ "size=0", "\"size\":\"size.range\"" },
		{ "size=201", "\"size\":\"size.range\"" },
		{ "size=-1", "\"size\":\"size.range\"" },
		{ "size=%2B1", "\"size\":\"size.range\"" },
		{ "size=1.0", "\"size\":\"size.range\"" },
		{ "size=1e2", "\"size\":\"size.range\"" },
		{ "size=0x10", "\"size\":\"size.range\"" },
		{ "size=18446744073709551617", "\"size\":\"size.range\"" },
		{ "group=0", "\"group\":\"group.format\"" },
		{ "group=-1", "\"group\":\"group.format\"" },
		{ "group=1x", "\"group\":\"group.format\"" },
		{ "group=18446744073709551617", "\"group\":\"group.format\"" },
		{ "status=ENABLED", "\"status\":\"status.format\"" },
		{ "status=0", "\"status\":\"status.format\"" },
		{ "masked=1", "\"masked\":\"masked.format\"" },
		{ "masked=True", "\"masked\":\"masked.format\"" },
		{ "email=a%0D%0Ab", "\"email\":\"email.format\"" },
		{ "email=a%E2%80%AEb", "\"email\":\"email.format\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_refused(*state, rows[i].query, rows[i].errors);
	}
}

static void the_size_goes_from_one_to_the_most(void **state)
{
	struct desk *desk = *state;

	assert_read(desk, "size=1");
	assert_int_equal(desk->query.size, 1);
	assert_read(desk, "size=200");
	assert_int_equal(desk->query.size, QUERY_SIZE_MAX);
}

static void an_unknown_parameter_is_named_only_when_harmless(void **state)
{
	static const struct {
		const char *query;
		const char *errors;
	} rows[] = {
		{ "page=2", "\"page\":\"unknown\"" },
		{ "size=10&page", "\"page\":\"unknown\"" },
		{ "Size=10", "\"Size\":\"unknown\"" },
		{ "emai=x", "\"emai\":\"unknown\"" },
		{ "emaill=x", "\"emaill\":\"unknown\"" },
		{ "%3Cscript%3E=x", "\"<script>\":\"unknown\"" },
		{ "%22=x", "\"?\":\"unknown\"" },
		{ "a+b=x", "\"?\":\"unknown\"" },
		{ "a%0D%0Ab=x", "\"?\":\"unknown\"" },
		{ "%C3%A9=x", "\"?\":\"unknown\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_refused(*state, rows[i].query, rows[i].errors);
	}
}

/* An empty one counts: which of the two was meant cannot be told. */
static void a_parameter_that_is_there_twice_is_repeated(void **state)
{
	static const char *const names[] = { "sort", "size", "after", "before", "email", "group",
		"status", "masked" };
	static const char *const values[] = { "name", "10", "a", "b", "x", "1", "enabled", "true" };
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_refused(desk, arena_printf(&desk->arena, "%s=%s&%s=%s", names[i], values[i],
			names[i], values[i]), arena_printf(&desk->arena, "\"%s\":\"repeated\"", names[i]));
	}
	assert_refused(desk, "email=x&%65mail=y", "\"email\":\"repeated\"");
}

static void a_list_goes_on_in_one_direction(void **state)
{
	struct desk *desk = *state;

	assert_refused(desk, "after=a&before=b", "\"before\":\"cursor.both\"");
	assert_refused(desk, "before=b&after=a", "\"after\":\"cursor.both\"");
	assert_read(desk, "before=b");
	assert_string_equal(desk->query.before, "b");
}

static void a_value_of_exactly_the_most_bytes_is_taken(void **state)
{
	struct desk *desk = *state;
	struct arena *arena = &desk->arena;

	assert_read(desk, arena_printf(arena, "email=%s", repeat(arena, 'a', TEXT_MAX)));
	assert_int_equal(strlen(desk->query.values[EMAIL].text), TEXT_MAX);
	assert_refused(desk, arena_printf(arena, "email=%s", repeat(arena, 'a', TEXT_MAX + 1)),
		"\"email\":\"email.format\"");
	assert_read(desk, arena_printf(arena, "after=%s", repeat(arena, 'a', CURSOR_MAX)));
	assert_int_equal(strlen(desk->query.after), CURSOR_MAX);
	assert_refused(desk, arena_printf(arena, "after=%s", repeat(arena, 'a', CURSOR_MAX + 1)),
		"\"after\":\"cursor.unknown\"");
}

#define at_a_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_a_desk(an_empty_query_is_the_first_page),
		at_a_desk(every_parameter_arrives),
		at_a_desk(what_says_nothing_is_refused_whatever_it_is),
		at_a_desk(false_is_given_too),
		at_a_desk(a_minus_turns_the_sort_and_its_absence_turns_it_back),
		at_a_desk(percent_and_plus_are_decoded_once),
		at_a_desk(a_broken_escape_is_malformed_and_shows_nothing_of_it_but_the_parameter),
		at_a_desk(what_is_not_in_range_is_named),
		at_a_desk(the_size_goes_from_one_to_the_most),
		at_a_desk(an_unknown_parameter_is_named_only_when_harmless),
		at_a_desk(a_parameter_that_is_there_twice_is_repeated),
		at_a_desk(a_list_goes_on_in_one_direction),
		at_a_desk(a_value_of_exactly_the_most_bytes_is_taken),
	};

	return cmocka_run_group_tests_name("http_query", tests, NULL, NULL);
}
