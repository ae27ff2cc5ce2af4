#include "view/audit.h"

#include "store/audit.h"
#include "store/client.h"
#include "view/client.h"
#include "view/user.h"

#include <jansson.h>
#include <string.h>

/* How a member of a client's record is masked. */
static enum mask mask_of(const char *name)
{
	const struct column *column = record_column(client_columns, name);

	return column == NULL ? MASK_NONE : column->mask;
}

/* Takes out what is masked of the names of the members that changed: a name that is there says that
 * the record has, or had, such a value. */
static void hide_changed(json_t *names)
{
	for (size_t i = json_array_size(names); i-- > 0;) {
		const char *name = json_string_value(json_array_get(names, i));

		if (name != NULL && mask_of(name) != MASK_NONE) {
			(void)json_array_remove(names, i);
		}
	}
}

/* Puts masks into what was said of a client, at any depth. A manager's name is a colleague's and
 * stays; what we do not know may be a client's. */
static void hide(json_t *value)
{
	const char *name;
	json_t *part;
	size_t index;
	void *next;

	json_object_foreach_safe(value, next, name, part) {
		enum mask mask = mask_of(name);

		if (mask != MASK_NONE) {
			(void)json_object_set_new(value, name, json_string(mask_text(mask)));
		} else if (record_column(client_columns, name) == NULL) {
			hide(part);
		}
		if (strcmp(name, VIEW_CLIENT_CHANGED) == 0) {
			hide_changed(part);
		}
	}
	json_array_foreach(value, index, part) {
		hide(part);
	}
}

/* The JSON that was stored, or null: what was altered to be no JSON must not break the answer. */
static void put_json(struct text *out, const struct audit_entry *entry, const char *stored)
{
	json_t *value = stored == NULL ? NULL : json_loads(stored, JSON_REJECT_DUPLICATES, NULL);
	char *written;

	if (value != NULL && entry->masked && strcmp(entry->audit.target_type, "client") == 0) {
		hide(value);
	}
	written = json_is_object(value) ? json_dumps(value, JSON_COMPACT) : NULL;
	text_puts(out, written == NULL ? "null" : written);
	free(written);
	json_decref(value);
}

static void put_before(struct text *out, const void *record)
{
	put_json(out, record, ((const struct audit_entry *)record)->audit.before);
}

static void put_after(struct text *out, const void *record)
{
	put_json(out, record, ((const struct audit_entry *)record)->audit.after);
}

static const char *target_name(const struct audit_entry *entry)
{
	bool hidden = entry->masked && strcmp(entry->audit.target_type, "client") == 0;

	return hidden ? mask_text(MASK_NAME) : entry->target_name;
}

struct target {
	const char *type;
	uint64_t id;
	const char *name;
};

static const struct view_field target_fields[] = {
	{ .name = "type", .kind = VIEW_TEXT, .offset = offsetof(struct target, type) },
	{ .name = "id", .kind = VIEW_ID, .offset = offsetof(struct target, id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct target, name) },
	{ .kind = VIEW_END },
};

static void put_target(struct text *out, const void *record)
{
	const struct viewer nobody = viewer_nobody(); /* the name is masked already */
	const struct audit_entry *entry = record;

	if (entry->audit.target_type[0] == '\0') {
		text_puts(out, "null");
	} else {
		view_record(out, target_fields, &(struct target){ entry->audit.target_type,
			entry->audit.target_id, target_name(entry) }, &nobody);
	}
}

static const struct view_field actor[] =
	VIEW_PERSON(struct audit_entry, audit.actor_id, actor_name, actor_email);

const struct view_field view_audit[] = {
	{ .kind = VIEW_RECORD, .columns = audit_columns, .where = IN_JSON },
	{ .name = "actor", .kind = VIEW_OBJECT, .inner = actor, .or_null = true },
	{ .name = "target", .kind = VIEW_PART, .part = put_target, .shape = SHAPE_OBJECT_OR_NULL,
		.inner = target_fields },
	{ .name = "before", .kind = VIEW_PART, .part = put_before, .shape = SHAPE_JSON },
	{ .name = "after", .kind = VIEW_PART, .part = put_after, .shape = SHAPE_JSON },
	{ .kind = VIEW_END },
};

/* A line of a table. */
struct audit_line {
	int64_t at;
	const char *texts[11];
	uint64_t numbers[3];
};

enum { LINE_EMAIL, LINE_NAME, LINE_ACTION, LINE_RESULT, LINE_TYPE, LINE_TARGET, LINE_ADDRESS,
	LINE_AGENT, LINE_REQUEST, LINE_BEFORE, LINE_AFTER };
enum { LINE_ID, LINE_ACTOR, LINE_TARGET_ID };

#define LINE_TEXT(word, at) { .name = (word), .kind = COLUMN_TEXT, \
	.offset = offsetof(struct audit_line, texts[at]), .where = IN_CSV }
#define LINE_NUMBER(word, at) { .name = (word), .kind = COLUMN_ID, \
	.offset = offsetof(struct audit_line, numbers[at]), .where = IN_CSV }

static const struct column audit_line_columns[] = {
	LINE_NUMBER("id", LINE_ID),
	{ .name = "at", .kind = COLUMN_TIME, .offset = offsetof(struct audit_line, at),
		.where = IN_CSV },
	LINE_NUMBER("actor_id", LINE_ACTOR),
	LINE_TEXT("actor_email", LINE_EMAIL),
	LINE_TEXT("actor_name", LINE_NAME),
	LINE_TEXT("action", LINE_ACTION),
	LINE_TEXT("result", LINE_RESULT),
	LINE_TEXT("target_type", LINE_TYPE),
	LINE_NUMBER("target_id", LINE_TARGET_ID),
	LINE_TEXT("target_name", LINE_TARGET),
	LINE_TEXT("remote_address", LINE_ADDRESS),
	LINE_TEXT("user_agent", LINE_AGENT),
	LINE_TEXT("request_id", LINE_REQUEST),
	LINE_TEXT("before", LINE_BEFORE),
	LINE_TEXT("after", LINE_AFTER),
	{ .kind = COLUMN_END },
};

void view_audit_csv_head(struct text *out, const struct csv_form *form)
{
	view_csv_head(out, form, audit_line_columns);
}

static const char *line_json(struct arena *arena, const struct audit_entry *entry,
	const char *stored)
{
	struct text text = text_in(arena);

	put_json(&text, entry, stored);
	return strcmp(text.bytes, "null") == 0 ? "" : text.bytes;
}

void view_audit_csv(struct text *out, const struct csv_form *form,
	const struct audit_entry *entry)
{
	const struct viewer nobody = viewer_nobody(); /* what is masked is so already */
	const struct audit *audit = &entry->audit;
	const struct audit_line line = { .at = entry->at, .texts = {
		[LINE_EMAIL] = entry->actor_email, [LINE_NAME] = entry->actor_name,
		[LINE_ACTION] = audit->action, [LINE_RESULT] = audit->result,
		[LINE_TYPE] = audit->target_type, [LINE_TARGET] = target_name(entry),
		[LINE_ADDRESS] = audit->remote_address, [LINE_AGENT] = audit->user_agent,
		[LINE_REQUEST] = audit->request_id,
		[LINE_BEFORE] = line_json(out->arena, entry, audit->before),
		[LINE_AFTER] = line_json(out->arena, entry, audit->after) },
		.numbers = { [LINE_ID] = entry->id, [LINE_ACTOR] = audit->actor_id,
			[LINE_TARGET_ID] = audit->target_id } };

	view_csv_row(out, form, audit_line_columns, &line, NULL, &nobody);
}
