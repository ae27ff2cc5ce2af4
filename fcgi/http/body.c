#include "http/body.h"

#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MOST = 16 };

struct reading {
	struct arena *arena;
	struct reply *reply;
	const char *at; /* of the object being read: "" or "rows.2." */
	bool malformed; /* something is not even of the right shape */
};

static const char *key_of(struct arena *arena, const struct field *field, const char *what)
{
	return arena_printf(arena, "%s.%s", field->name, what);
}

static void say(struct reading *reading, const char *name, const char *key)
{
	reply_field(reading->reply, arena_printf(reading->arena, "%s%s", reading->at, name), key);
}

static void wrong(struct reading *reading, const struct field *field, const char *what)
{
	say(reading, field->name, key_of(reading->arena, field, what));
}

static void mistyped(struct reading *reading, const char *name)
{
	say(reading, name, "type");
	reading->malformed = true;
}

/* application/json, with or without charset=utf-8 (RFC 9110 8.3: parameters may follow). */
static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t len = sizeof(json) - 1;

	if (strncasecmp(type, json, len) != 0) {
		return false;
	}
	type += len + strspn(type + len, " ");
	if (*type == ';') {
		type += 1 + strspn(type + 1, " ");
	}
	return *type == '\0' || strcasecmp(type, "charset=utf-8") == 0 ||
		strcasecmp(type, "charset=\"utf-8\"") == 0;
}

static size_t depth_of(json_t *value)
{
	size_t deepest = 0, index, depth;
	const char *name;
	json_t *part;

	if (json_is_object(value)) {
		json_object_foreach(value, name, part) {
			depth = depth_of(part);
			deepest = depth > deepest ? depth : deepest;
		}
	}
	json_array_foreach(value, index, part) {
		depth = depth_of(part);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

/* The text as it is stored; NULL when it holds what nobody can see. Asked before white space is
 * collapsed: a line end is refused, not mended. */
static const char *normal_text(struct arena *arena, enum field_kind kind, const char *text)
{
	if (kind == FIELD_SECRET) {
		return text_nfc(arena, text);
	}
	return text_has_invisible(text) ? NULL : text_clean(arena, text);
}

/* NULL and the text in *out, or the key of what is wrong with it. */
static const char *check_text(struct arena *arena, const struct field *field, const char *text,
	struct in_text *out)
{
	const char *key = NULL;

	text = normal_text(arena, field->kind, text);
	if (text == NULL) {
		return key_of(arena, field, "characters");
	}
	if (strlen(text) > field->most) {
		return key_of(arena, field, "too_long");
	}
	if (field->check != NULL) {
		key = field->check(arena, text, &text);
	}
	*out = (struct in_text){ .given = true, .text = text };
	if (key == NULL && field->required && text[0] == '\0') {
		return key_of(arena, field, "required");
	}
	return key;
}

static void take_text(struct reading *reading, const struct field *field, const json_t *value,
	struct in_text *out)
{
	const char *text = json_string_value(value), *key;

	if (text == NULL) {
		mistyped(reading, field->name);
		return;
	}
	key = check_text(reading->arena, field, text, out);
	if (key != NULL) {
		say(reading, field->name, key);
	}
}

static void take_flag(struct reading *reading, const struct field *field, const json_t *value,
	struct in_flag *out)
{
	if (!json_is_boolean(value)) {
		mistyped(reading, field->name);
		return;
	}
	*out = (struct in_flag){ .given = true, .on = json_is_true(value) };
}

static bool find_word(const struct field *field, const char *text, struct in_word *out)
{
	for (int i = 0; field->words[i] != NULL; i++) {
		if (strcmp(field->words[i], text) == 0) {
			*out = (struct in_word){ .given = true, .value = i };
			return true;
		}
	}
	return false;
}

static void take_word(struct reading *reading, const struct field *field, const json_t *value,
	struct in_word *out)
{
	const char *text = json_string_value(value);

	if (text == NULL) {
		mistyped(reading, field->name);
	} else if (!find_word(field, text, out)) {
		wrong(reading, field, "unknown");
	}
}

static void take_id(struct reading *reading, const struct field *field, const json_t *value,
	struct in_id *out)
{
	if (!json_is_null(value) && json_integer_value(value) <= 0) {
		mistyped(reading, field->name);
		return;
	}
	*out = (struct in_id){ .given = true, .id = (uint64_t)json_integer_value(value) };
}

/* Sorted and without repeats, by insertion: the list is short. */
static size_t insert(uint64_t *ids, size_t count, uint64_t id)
{
	size_t at = count;

	while (at > 0 && ids[at - 1] > id) {
		at--;
	}
	if (at > 0 && ids[at - 1] == id) {
		return count;
	}
	memmove(ids + at + 1, ids + at, (count - at) * sizeof(*ids));
	ids[at] = id;
	return count + 1;
}

/* Says what is wrong with an array as such. */
static bool is_array(struct reading *reading, const struct field *field, const json_t *value)
{
	if (!json_is_array(value)) {
		mistyped(reading, field->name);
		return false;
	}
	if (json_array_size(value) > field->most) {
		wrong(reading, field, "too_many");
		return false;
	}
	return true;
}

static void take_ids(struct reading *reading, const struct field *field, const json_t *value,
	struct in_ids *out)
{
	size_t size = json_array_size(value), count = 0, index;
	uint64_t *ids;
	json_t *part;

	if (!is_array(reading, field, value)) {
		return;
	}
	ids = arena_array(reading->arena, size + 1, sizeof(*ids));
	json_array_foreach(value, index, part) {
		if (!json_is_integer(part) || json_integer_value(part) <= 0) {
			mistyped(reading, field->name);
			return;
		}
		count = insert(ids, count, (uint64_t)json_integer_value(part));
	}
	*out = (struct in_ids){ .given = true, .ids = ids, .count = count };
}

static void take_words(struct reading *reading, const struct field *field, const json_t *value,
	struct in_words *out)
{
	size_t size = json_array_size(value), index;
	const char **words = arena_array(reading->arena, size, sizeof(*words));
	json_t *part;

	if (!is_array(reading, field, value)) {
		return;
	}
	json_array_foreach(value, index, part) {
		if (!json_is_string(part)) {
			mistyped(reading, field->name);
			return;
		}
		words[index] = arena_string(reading->arena, json_string_value(part));
	}
	*out = (struct in_words){ .given = true, .words = words, .count = size };
}

/* NULL for what has no short text. */
static const char *text_of(struct arena *arena, const json_t *value)
{
	if (json_is_string(value)) {
		return arena_string(arena, json_string_value(value));
	}
	if (json_is_integer(value)) {
		return arena_printf(arena, "%lld", (long long)json_integer_value(value));
	}
	if (json_is_boolean(value)) {
		return json_is_true(value) ? "true" : "false";
	}
	return NULL;
}

static void take_pairs(struct reading *reading, const struct field *field, json_t *value,
	struct in_pairs *out)
{
	struct body_pair *pairs = arena_array(reading->arena, json_object_size(value), sizeof(*pairs));
	size_t count = 0;
	const char *name;
	json_t *part;

	if (!json_is_object(value)) {
		mistyped(reading, field->name);
		return;
	}
	json_object_foreach(value, name, part) {
		pairs[count] = (struct body_pair){ .name = arena_string(reading->arena, name),
			.value = text_of(reading->arena, part) };
		if (pairs[count++].value == NULL) {
			mistyped(reading, field->name);
			return;
		}
	}
	*out = (struct in_pairs){ .given = true, .pairs = pairs, .count = count };
}

static void read_members(struct reading *reading, const struct field *fields, json_t *object,
	void *input);

static void take_part(struct reading *reading, const struct field *field, json_t *value,
	void *out)
{
	struct reading inner = *reading;

	if (!json_is_object(value)) {
		mistyped(reading, field->name);
		return;
	}
	inner.at = arena_printf(reading->arena, "%s%s.", reading->at, field->name);
	read_members(&inner, field->row, value, out);
	reading->malformed |= inner.malformed;
	((struct in_flag *)out)->given = true;
}

static void take_rows(struct reading *reading, const struct field *field, const json_t *value,
	struct in_rows *out)
{
	size_t size = json_array_size(value), index;
	char *rows = arena_array(reading->arena, size, field->row_size);
	json_t *part;

	if (!is_array(reading, field, value)) {
		return;
	}
	json_array_foreach(value, index, part) {
		struct reading inner = *reading;

		if (!json_is_object(part)) {
			mistyped(reading, field->name);
			return;
		}
		inner.at = arena_printf(reading->arena, "%s%s.%zu.", reading->at, field->name, index);
		read_members(&inner, field->row, part, rows + index * field->row_size);
		reading->malformed |= inner.malformed;
	}
	*out = (struct in_rows){ .given = true, .rows = rows, .count = size };
}

static void take_field(struct reading *reading, const struct field *field, json_t *value,
	void *input)
{
	void *at = (char *)input + field->offset;

	switch (field->kind) {
	case FIELD_END:
		break;
	case FIELD_TEXT:
	case FIELD_SECRET:
		take_text(reading, field, value, at);
		break;
	case FIELD_FLAG:
		take_flag(reading, field, value, at);
		break;
	case FIELD_WORD:
		take_word(reading, field, value, at);
		break;
	case FIELD_ID:
		take_id(reading, field, value, at);
		break;
	case FIELD_IDS:
		take_ids(reading, field, value, at);
		break;
	case FIELD_WORDS:
		take_words(reading, field, value, at);
		break;
	case FIELD_PAIRS:
		take_pairs(reading, field, value, at);
		break;
	case FIELD_PART:
		take_part(reading, field, value, at);
		break;
	case FIELD_ROWS:
		take_rows(reading, field, value, at);
		break;
	}
}

/* What a member is while nothing was given. */
static void clear_field(const struct field *field, void *input)
{
	if (field->kind == FIELD_TEXT || field->kind == FIELD_SECRET) {
		*(struct in_text *)(void *)((char *)input + field->offset) = (struct in_text){ .text = "" };
	}
}

static bool is_known(const struct field *fields, const char *name)
{
	for (; fields != NULL && fields->kind != FIELD_END; fields++) {
		if (strcmp(fields->name, name) == 0) {
			return true;
		}
	}
	return false;
}

static void check_names(struct reading *reading, const struct field *fields, json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		if (!is_known(fields, name)) {
			reply_field_unknown(reading->reply,
				arena_printf(reading->arena, "%s%s", reading->at, name));
			reading->malformed = true;
		}
	}
}

static bool is_replaced(const struct field *field, const json_t *object)
{
	return field->unless != NULL && json_is_true(json_object_get(object, field->unless));
}

static void take_fields(struct reading *reading, const struct field *fields, const json_t *object,
	void *input)
{
	for (; fields != NULL && fields->kind != FIELD_END; fields++) {
		json_t *value = json_object_get(object, fields->name);

		clear_field(fields, input);
		if (value != NULL && is_replaced(fields, object)) {
			wrong(reading, fields, "surplus");
		} else if (value != NULL) {
			take_field(reading, fields, value, input);
		} else if (fields->required && !is_replaced(fields, object)) {
			wrong(reading, fields, "required");
		}
	}
}

static void read_members(struct reading *reading, const struct field *fields, json_t *object,
	void *input)
{
	take_fields(reading, fields, object, input);
	check_names(reading, fields, object);
}

/* What is wrong with the request before anybody looks inside. */
static enum err check_frame(const struct request *request, struct reply *reply)
{
	if (request->body_too_large) {
		return reply_refuse(reply, PROBLEM_TOO_LARGE);
	}
	if (request->body_broken) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	if (request->body_len > 0 && !is_json(request->content_type)) {
		return reply_refuse(reply, PROBLEM_UNSUPPORTED_TYPE);
	}
	return ERR_OK;
}

static enum err read_object(const struct request *request, const struct field *fields, void *input,
	struct reply *reply)
{
	struct reading reading = { .arena = request->arena, .reply = reply, .at = "" };
	bool empty = request->body_len == 0;
	json_auto_t *object = json_loadb(empty ? "{}" : request->body, empty ? 2 : request->body_len,
		JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(object) || depth_of(object) > DEPTH_MOST) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	read_members(&reading, fields, object, input);
	if (reading.malformed) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	return reply_has_fields(reply) ? reply_refuse(reply, PROBLEM_INVALID) : ERR_OK;
}

enum err body_read(const struct request *request, const struct field *fields, void *input,
	size_t input_size, struct reply *reply)
{
	enum err err = check_frame(request, reply);

	if (input_size > 0) {
		memset(input, 0, input_size);
	}
	return err == ERR_OK ? read_object(request, fields, input, reply) : err;
}

/* A positive decimal number of at most 18 digits. */
static bool find_id(const char *text, struct in_id *out)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 18 || text[digits] != '\0' || text[0] == '0') {
		return false;
	}
	*out = (struct in_id){ .given = true, .id = strtoull(text, NULL, 10) };
	return true;
}

static bool find_flag(const char *text, struct in_flag *out)
{
	bool on = strcmp(text, "true") == 0;

	*out = (struct in_flag){ .given = true, .on = on };
	return on || strcmp(text, "false") == 0;
}

const char *body_take_cell(struct arena *arena, const struct field *field, const char *cell,
	void *input)
{
	void *at = (char *)input + field->offset;

	if (field->kind == FIELD_TEXT) {
		return check_text(arena, field, cell, at);
	}
	if (cell[0] == '\0') {
		return NULL;
	}
	if (field->kind == FIELD_WORD) {
		return find_word(field, cell, at) ? NULL : key_of(arena, field, "unknown");
	}
	if (field->kind == FIELD_FLAG) {
		return find_flag(cell, at) ? NULL : key_of(arena, field, "format");
	}
	return field->kind == FIELD_ID && find_id(cell, at) ? NULL : key_of(arena, field, "format");
}
