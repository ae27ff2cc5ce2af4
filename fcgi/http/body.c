#include "http/body.h"

#include "base/text.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MOST = 16 };

struct reading {
	struct arena *arena;
	struct reply *reply;
	const char *at; /* of the object being read: "" or "rows.2." */
	bool malformed; /* something is not even of the right shape */
};

static void say(struct reading *reading, const char *name, const char *key)
{
	reply_field(reading->reply, arena_printf(reading->arena, "%s%s", reading->at, name), key);
}

static void wrong(struct reading *reading, const struct field *field, const char *what)
{
	say(reading, field->name, arena_printf(reading->arena, "%s.%s", field->name, what));
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

static void take_text(struct reading *reading, const struct field *field, const json_t *value,
	struct in_text *out)
{
	const char *text = json_string_value(value);
	const char *what = text == NULL ? NULL : input_text(reading->arena, field, text, out);

	if (text == NULL) {
		mistyped(reading, field->name);
	} else if (what != NULL) {
		wrong(reading, field, what);
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

static void take_word(struct reading *reading, const struct field *field, const json_t *value,
	struct in_word *out)
{
	const char *text = json_string_value(value);

	if (text == NULL) {
		mistyped(reading, field->name);
	} else if (!input_word(field, text, out)) {
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
	if (json_array_size(value) > field->max) {
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

static void take_member(struct reading *reading, const struct member *member, json_t *value,
	void *input)
{
	const struct field *field = &member->field;
	void *at = (char *)input + field->offset;
	union in_any one = { .flag = { .given = false } };

	switch (field->kind) {
	case FIELD_END:
	case FIELD_RECORD:
		break;
	case FIELD_TEXT:
	case FIELD_SECRET:
		take_text(reading, field, value, &one.text);
		break;
	case FIELD_FLAG:
		take_flag(reading, field, value, &one.flag);
		break;
	case FIELD_WORD:
		take_word(reading, field, value, &one.word);
		break;
	case FIELD_ID:
		take_id(reading, field, value, &one.id);
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
	input_put(member, &one, input);
}

static void check_names(struct reading *reading, const struct field *fields, json_t *object)
{
	struct member member;
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		if (!input_find(fields, name, &member)) {
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

static void read_members(struct reading *reading, const struct field *fields, json_t *object,
	void *input)
{
	struct member member = { 0 };

	input_clear(reading->arena, fields, input);
	while (input_next(fields, &member)) {
		const struct field *field = &member.field;
		json_t *value = json_object_get(object, field->name);

		if (value != NULL && is_replaced(field, object)) {
			wrong(reading, field, "surplus");
		} else if (value != NULL) {
			take_member(reading, &member, value, input);
		} else if (field->required && !is_replaced(field, object)) {
			wrong(reading, field, "required");
		}
	}
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
