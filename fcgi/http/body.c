#include "http/body.h"

#include "base/text.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 16 };

struct body_reading {
	struct arena *arena;
	struct reply *reply;
	const char *at; /* of the object being read: "" or "rows.2." */
	bool masked;    /* the viewer is */
	bool malformed; /* something is not even of the right shape */
	bool hidden;    /* something is named that the viewer sees masked */
};

static void body_say(struct body_reading *reading, const char *name, const char *key)
{
	reply_field(reading->reply, arena_printf(reading->arena, "%s%s", reading->at, name), key);
}

static void body_wrong(struct body_reading *reading, const struct field *field, const char *what)
{
	body_say(reading, field->name, arena_printf(reading->arena, "%s.%s", field->name, what));
}

/* Says where in the text a character is that cannot be seen, if that is what is wrong: nobody finds
 * it by looking. Of a secret nothing is repeated. */
static void body_say_place(struct body_reading *reading, const struct field *field,
	const char *text)
{
	uint32_t character;
	const char *after = field->kind == FIELD_SECRET ? NULL
		: text_place_of_unseen(reading->arena, text, &character);

	if (after != NULL) {
		reply_place(reading->reply, arena_printf(reading->arena, "%s%s", reading->at, field->name),
			character, after);
	}
}

static void body_mistyped(struct body_reading *reading, const char *name)
{
	body_say(reading, name, "type");
	reading->malformed = true;
}

/* Whether the type is application/json, with or without charset=utf-8 (RFC 9110 8.3: parameters may
 * follow). */
static bool body_is_json(const char *type)
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

static size_t body_depth_of(json_t *value)
{
	size_t deepest = 0, index, depth;
	const char *name;
	json_t *part;

	if (json_is_object(value)) {
		json_object_foreach(value, name, part) {
			depth = body_depth_of(part);
			deepest = depth > deepest ? depth : deepest;
		}
	}
	json_array_foreach(value, index, part) {
		depth = body_depth_of(part);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

/* Takes a value that a cell of a file may be, too, into *one. */
static void body_take_single(struct body_reading *reading, const struct field *field,
	const json_t *value, union in_any *one)
{
	const char *text = json_string_value(value), *wrong = NULL;
	json_int_t id = json_integer_value(value);
	bool typed = text != NULL;

	if (field->kind == FIELD_FLAG) {
		typed = json_is_boolean(value);
		one->flag = (struct in_flag){ .given = typed, .on = json_is_true(value) };
	} else if (field->kind == FIELD_ID) {
		typed = id > 0 || json_is_null(value);
		one->id = (struct in_id){ .given = typed, .id = (uint64_t)id };
	} else if (typed && field->kind == FIELD_WORD) {
		wrong = input_word(field, text, &one->word) ? NULL : "unknown";
	} else if (typed) {
		wrong = input_text(reading->arena, field, text, &one->text);
	}
	if (!typed) {
		body_mistyped(reading, field->name);
	} else if (wrong != NULL) {
		body_wrong(reading, field, wrong);
		if (strcmp(wrong, "characters") == 0) {
			body_say_place(reading, field, text);
		}
	}
}

/* Inserts id into the count sorted ids, unless it is there; gives how many there are then. The list
 * is short. */
static size_t body_insert(uint64_t *ids, size_t count, uint64_t id)
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

/* Whether value is an array of a size that the field may have; says so if not. */
static bool body_is_array(struct body_reading *reading, const struct field *field,
	const json_t *value)
{
	if (!json_is_array(value)) {
		body_mistyped(reading, field->name);
		return false;
	}
	if (json_array_size(value) > field->max) {
		body_wrong(reading, field, "too_many");
		return false;
	}
	return true;
}

static void body_take_ids(struct body_reading *reading, const struct field *field,
	const json_t *value, struct in_ids *out)
{
	size_t size = json_array_size(value), count = 0, index;
	uint64_t *ids;
	json_t *part;

	if (!body_is_array(reading, field, value)) {
		return;
	}
	ids = arena_array(reading->arena, size + 1, sizeof(*ids));
	json_array_foreach(value, index, part) {
		if (!json_is_integer(part) || json_integer_value(part) <= 0) {
			body_mistyped(reading, field->name);
			return;
		}
		count = body_insert(ids, count, (uint64_t)json_integer_value(part));
	}
	*out = (struct in_ids){ .given = true, .ids = ids, .count = count };
}

static void body_take_words(struct body_reading *reading, const struct field *field,
	const json_t *value, struct in_words *out)
{
	size_t size = json_array_size(value), index;
	const char **words = arena_array(reading->arena, size, sizeof(*words));
	json_t *part;

	if (!body_is_array(reading, field, value)) {
		return;
	}
	json_array_foreach(value, index, part) {
		if (!json_is_string(part)) {
			body_mistyped(reading, field->name);
			return;
		}
		words[index] = arena_string(reading->arena, json_string_value(part));
	}
	*out = (struct in_words){ .given = true, .words = words, .count = size };
}

/* Gives the value as text; NULL for what has no short one. */
static const char *body_text_of(struct arena *arena, const json_t *value)
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

static void body_take_pairs(struct body_reading *reading, const struct field *field, json_t *value,
	struct in_pairs *out)
{
	struct body_pair *pairs = arena_array(reading->arena, json_object_size(value), sizeof(*pairs));
	size_t count = 0;
	const char *name;
	json_t *part;

	if (!json_is_object(value)) {
		body_mistyped(reading, field->name);
		return;
	}
	json_object_foreach(value, name, part) {
		pairs[count] = (struct body_pair){ .name = arena_string(reading->arena, name),
			.value = body_text_of(reading->arena, part) };
		if (pairs[count++].value == NULL) {
			body_mistyped(reading, field->name);
			return;
		}
	}
	*out = (struct in_pairs){ .given = true, .pairs = pairs, .count = count };
}

static void body_read_members(struct body_reading *reading, const struct field *fields,
	json_t *object, void *input);

static void body_take_part(struct body_reading *reading, const struct field *field, json_t *value,
	void *out)
{
	struct body_reading inner = *reading;

	if (!json_is_object(value)) {
		body_mistyped(reading, field->name);
		return;
	}
	inner.at = arena_printf(reading->arena, "%s%s.", reading->at, field->name);
	body_read_members(&inner, field->row, value, out);
	reading->malformed |= inner.malformed;
	((struct in_flag *)out)->given = true;
}

static void body_take_rows(struct body_reading *reading, const struct field *field,
	const json_t *value, struct in_rows *out)
{
	size_t size = json_array_size(value), index;
	char *rows = arena_array(reading->arena, size, field->row_size);
	json_t *part;

	if (!body_is_array(reading, field, value)) {
		return;
	}
	json_array_foreach(value, index, part) {
		struct body_reading inner = *reading;

		if (!json_is_object(part)) {
			body_mistyped(reading, field->name);
			return;
		}
		inner.at = arena_printf(reading->arena, "%s%s.%zu.", reading->at, field->name, index);
		body_read_members(&inner, field->row, part, rows + index * field->row_size);
		reading->malformed |= inner.malformed;
	}
	*out = (struct in_rows){ .given = true, .rows = rows, .count = size };
}

static void body_take_member(struct body_reading *reading, const struct member *member,
	json_t *value, void *input)
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
	case FIELD_FLAG:
	case FIELD_WORD:
	case FIELD_ID:
		body_take_single(reading, field, value, &one);
		break;
	case FIELD_IDS:
		body_take_ids(reading, field, value, at);
		break;
	case FIELD_WORDS:
		body_take_words(reading, field, value, at);
		break;
	case FIELD_PAIRS:
		body_take_pairs(reading, field, value, at);
		break;
	case FIELD_PART:
		body_take_part(reading, field, value, at);
		break;
	case FIELD_ROWS:
		body_take_rows(reading, field, value, at);
		break;
	}
	input_put(member, &one, input);
}

static bool body_is_replaced(const struct field *field, const json_t *object)
{
	return field->unless != NULL && json_is_true(json_object_get(object, field->unless));
}

static void body_read_members(struct body_reading *reading, const struct field *fields,
	json_t *object, void *input)
{
	struct member member = { 0 };
	const char *name;
	json_t *named;

	input_clear(reading->arena, fields, input);
	while (input_next(fields, &member)) {
		const struct field *field = &member.field;
		json_t *value = json_object_get(object, field->name);

		/* What is no text is malformed, whoever sends it; all that is masked are texts. */
		if (field->masked && reading->masked && json_is_string(value)) {
			reading->hidden = true;
		} else if (value != NULL && body_is_replaced(field, object)) {
			body_wrong(reading, field, "surplus");
		} else if (value != NULL) {
			body_take_member(reading, &member, value, input);
		} else if (field->required && !body_is_replaced(field, object)) {
			body_wrong(reading, field, "required");
		}
	}
	json_object_foreach(object, name, named) {
		if (!input_find(fields, name, &member)) {
			reply_field_unknown(reading->reply,
				arena_printf(reading->arena, "%s%s", reading->at, name));
			reading->malformed = true;
		}
	}
}

/* Refuses a body that names what the viewer sees masked, and says nothing else of it. */
static enum err body_refuse_masked(struct body_reading *reading, const struct field *fields,
	const json_t *object)
{
	struct member member = { 0 };

	while (input_next(fields, &member)) {
		if (member.field.masked && json_object_get(object, member.field.name) != NULL) {
			body_say(reading, member.field.name, "field.masked");
		}
	}
	return reply_refuse(reading->reply, PROBLEM_FORBIDDEN);
}

enum err body_read(const struct request *request, const struct field *fields, bool masked,
	void *input, size_t input_size, struct reply *reply)
{
	struct body_reading reading = { .arena = request->arena, .reply = reply, .at = "",
		.masked = masked };
	bool empty = request->body_len == 0;
	json_auto_t *object = NULL;

	if (input_size > 0) {
		memset(input, 0, input_size);
	}
	if (request->body_too_large) {
		return reply_refuse(reply, PROBLEM_TOO_LARGE);
	}
	if (request->body_broken) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	if (request->body_len > 0 &&
	    (!body_is_json(request->content_type) || request_is_coded(request))) {
		return reply_refuse(reply, PROBLEM_UNSUPPORTED_TYPE);
	}
	object = json_loadb(empty ? "{}" : request->body, empty ? 2 : request->body_len,
		JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(object) || body_depth_of(object) > DEPTH_MAX) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	body_read_members(&reading, fields, object, input);
	if (reading.malformed) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	if (reply_has_fields(reply)) {
		return reply_refuse(reply, PROBLEM_INVALID);
	}
	return reading.hidden ? body_refuse_masked(&reading, fields, object) : ERR_OK;
}
