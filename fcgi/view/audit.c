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
