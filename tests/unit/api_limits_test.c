/* What the document says of each member of each body is true: a value at a limit is taken, one
 * beyond is refused. */
#include "api/routes.h"
#include "rule/phone.h"
#include "rule/room.h"
#include "view/schema.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Where a value is tried: as a member of an object that lies in body. */
struct place {
	struct arena *arena;
	const struct api_route *route;
	const char *before; /* of the body, up to the object */
	const char *behind;
	const char *path;   /* of the object, as refusals say it: "" or "rows.0." */
	const char *name;
};

/* Whether the reader finds something wrong with this value, which is JSON. */
static bool is_refused(const struct place *at, const char *value)
{
	const char *body = arena_printf(at->arena, "%s{\"%s\":%s}%s", at->before, at->name, value,
		at->behind);
	const struct request request = { .arena = at->arena, .content_type = "application/json",
		.body = body, .body_len = strlen(body) };
	void *input = arena_alloc(at->arena, API_INPUT_SIZE);
	struct reply reply;

	reply_init(&reply, at->arena);
	return body_read(&request, at->route->fields, false, input, API_INPUT_SIZE, &reply) != ERR_OK &&
		strstr(reply.fields.bytes, arena_printf(at->arena, "\"%s%s\"", at->path, at->name)) != NULL;
}

static void check_value(const struct place *at, const char *value, bool good)
{
	if (is_refused(at, value) == good) {
		fail_msg("%s: %s%s %s %.60s", at->route->at.path, at->path, at->name,
			good ? "refuses" : "takes", value);
	}
}

/* How a text of any length begins and goes on that has a form. */
static const struct {
	const struct check *check;
	const char *begin;
	const char *unit;
} forms[] = {
	{ &check_email, "x@", "xxxxxxxx." },
	{ &check_phone, "+49301234567", "-" },
	{ &check_country, "DE", " " },
	{ &check_language, "de", "-xxxxxxx" },
	{ &check_query, "", "x" },
	{ &check_room_address, "/", "x" },
	{ &check_room_return, "/", "x" },
};

/* A text of len characters that has the form of this pattern, NULL: any. */
static const char *text_of(struct arena *arena, const char *pattern, size_t len)
{
	struct text text = text_in(arena);
	const char *unit = "x";

	text_putc(&text, '"');
	for (size_t i = 0; pattern != NULL && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strstr(pattern, forms[i].check->pattern) != NULL) {
			text_puts(&text, forms[i].begin);
			unit = forms[i].unit;
		}
	}
	while (text.len <= len) {
		text_puts(&text, unit);
	}
	if (len > 0 && strchr(".-", text.bytes[len]) != NULL && unit[1] != '\0') {
		text.bytes[len] = 'x'; /* nothing ends with what stands between two */
	}
	return arena_printf(arena, "%.*s\"", (int)len + 1, text.bytes);
}

/* The same, and a letter more: spaces at an end are not counted. */
static const char *text_beyond(struct arena *arena, const char *pattern, size_t len)
{
	return arena_printf(arena, "%.*sx\"", (int)len + 1, text_of(arena, pattern, len));
}

static void check_text(const struct place *at, json_t *schema)
{
	const char *pattern = json_string_value(json_object_get(schema, "pattern"));
	size_t min = (size_t)json_integer_value(json_object_get(schema, "minLength"));
	size_t max = (size_t)json_integer_value(json_object_get(schema, "maxLength"));

	assert_true(max > 0);
	check_value(at, text_of(at->arena, pattern, max), true);
	check_value(at, text_beyond(at->arena, pattern, max), false);
	if (min > 0) {
		check_value(at, text_of(at->arena, NULL, min - 1), false);
	}
	if (min != 1) {
		check_value(at, text_of(at->arena, NULL, min), true);
	}
	if (pattern != NULL) {
		check_value(at, "\"~/ ~\"", false);
	}
}

static void check_words(const struct place *at, json_t *words)
{
	json_t *word;
	size_t i;

	json_array_foreach(words, i, word) {
		check_value(at, arena_printf(at->arena, "\"%s\"", json_string_value(word)), true);
	}
	check_value(at, "\"no such word\"", false);
}

/* count times what the items of an array may be. */
static const char *items_of(struct arena *arena, json_t *schema, size_t count)
{
	const char *type = json_string_value(json_object_get(schema, "type"));
	struct text text = text_in(arena);

	text_putc(&text, '[');
	for (size_t i = 1; i <= count; i++) {
		text_puts(&text, i == 1 ? "" : ",");
		if (strcmp(type, "integer") == 0) {
			text_putu(&text, i);
		} else {
			text_puts(&text, strcmp(type, "object") == 0 ? "{}" : "\"x\"");
		}
	}
	text_putc(&text, ']');
	return text.bytes;
}

static void check_members(const struct place *around, json_t *schema);

static void check_array(const struct place *at, json_t *schema)
{
	json_t *items = json_object_get(schema, "items");
	size_t max = (size_t)json_integer_value(json_object_get(schema, "maxItems"));
	struct place inner = *at;

	check_value(at, items_of(at->arena, items, max + 1), false);
	if (json_object_get(items, "properties") == NULL) {
		check_value(at, items_of(at->arena, items, max), true);
		return;
	}
	inner.before = arena_printf(at->arena, "%s{\"%s\":[", at->before, at->name);
	inner.behind = arena_printf(at->arena, "]}%s", at->behind);
	inner.path = arena_printf(at->arena, "%s%s.0.", at->path, at->name);
	check_members(&inner, items);
}

static void check_object(const struct place *at, json_t *schema)
{
	struct place inner = *at;

	inner.before = arena_printf(at->arena, "%s{\"%s\":", at->before, at->name);
	inner.behind = arena_printf(at->arena, "}%s", at->behind);
	inner.path = arena_printf(at->arena, "%s%s.", at->path, at->name);
	check_value(at, "7", false);
	check_members(&inner, schema);
}

static void check_member(const struct place *at, json_t *schema)
{
	json_t *type = json_object_get(schema, "type");
	const char *name = json_string_value(type);

	if (json_object_get(schema, "enum") != NULL) {
		check_words(at, json_object_get(schema, "enum"));
	} else if (json_is_array(type)) { /* an id */
		check_value(at, "null", true);
		check_value(at, "1", true);
		check_value(at, "0", false);
	} else if (strcmp(name, "string") == 0) {
		check_text(at, schema);
	} else if (strcmp(name, "array") == 0) {
		check_array(at, schema);
	} else if (strcmp(name, "object") == 0) {
		check_object(at, schema);
	} else {
		assert_string_equal(name, "boolean");
		check_value(at, "true", true);
		check_value(at, "\"true\"", false);
	}
}

static void check_members(const struct place *around, json_t *schema)
{
	struct place at = *around;
	json_t *member;

	json_object_foreach(json_object_get(schema, "properties"), at.name, member) {
		check_member(&at, member);
	}
}

static void the_document_states_the_limits_that_are_held(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		struct arena arena;
		struct text schema;
		json_t *read;

		arena_init(&arena);
		schema = text_in(&arena);
		view_schema_body(&schema, api_routes[i].fields);
		read = json_loads(schema.bytes, 0, NULL);
		assert_non_null(read);
		check_members(&(struct place){ .arena = &arena, .route = &api_routes[i], .before = "",
			.behind = "", .path = "" }, read);
		json_decref(read);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_document_states_the_limits_that_are_held),
	};

	return cmocka_run_group_tests_name("api_limits", tests, NULL, NULL);
}
