#include "view/client.h"

#include "rule/may.h"
#include "store/client.h"

#include <string.h>

static const struct view_field manager[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct client, manager_id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct client, manager_name) },
	{ .kind = VIEW_END },
};

const struct view_field view_client[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct client, id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct client, name),
		.mask = MASK_NAME },
	{ .name = "email", .kind = VIEW_TEXT, .offset = offsetof(struct client, email),
		.mask = MASK_EMAIL },
	{ .name = "phone", .kind = VIEW_TEXT, .offset = offsetof(struct client, phone),
		.mask = MASK_PHONE },
	{ .name = "country", .kind = VIEW_TEXT, .offset = offsetof(struct client, country) },
	{ .name = "status", .kind = VIEW_WORD, .offset = offsetof(struct client, status),
		.words = status_words },
	{ .name = "manager", .kind = VIEW_OBJECT, .inner = manager, .or_null = true },
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct client, created_at) },
	{ .name = "version", .kind = VIEW_NUMBER, .offset = offsetof(struct client, version) },
	{ .name = "masked", .kind = VIEW_MASKED },
	{ .name = "may", .kind = VIEW_WORDS, .offset = offsetof(struct client, may),
		.words = may_client_words },
	{ .kind = VIEW_END },
};

const struct view_field view_client_columns[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct client, id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct client, name),
		.mask = MASK_NAME },
	{ .name = "email", .kind = VIEW_TEXT, .offset = offsetof(struct client, email),
		.mask = MASK_EMAIL },
	{ .name = "phone", .kind = VIEW_TEXT, .offset = offsetof(struct client, phone),
		.mask = MASK_PHONE },
	{ .name = "country", .kind = VIEW_TEXT, .offset = offsetof(struct client, country) },
	{ .name = "status", .kind = VIEW_WORD, .offset = offsetof(struct client, status),
		.words = status_words },
	{ .name = "manager", .kind = VIEW_ID, .offset = offsetof(struct client, manager_id) },
	{ .name = "manager_name", .kind = VIEW_TEXT, .offset = offsetof(struct client, manager_name) },
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct client, created_at) },
	{ .kind = VIEW_END },
};

/* A client and what it was. */
struct trace {
	struct client now;
	struct client before;
};

static void put_changed(struct text *out, const void *record)
{
	const struct trace *trace = record;
	const struct client *a = &trace->before, *b = &trace->now;
	const struct {
		const char *name;
		bool differs;
	} fields[] = {
		{ "name", strcmp(a->name, b->name) != 0 },
		{ "email", strcmp(a->email, b->email) != 0 },
		{ "phone", strcmp(a->phone, b->phone) != 0 },
		{ "country", strcmp(a->country, b->country) != 0 },
		{ "status", a->status != b->status },
		{ "manager", a->manager_id != b->manager_id },
	};
	const char *between = "";

	text_putc(out, '[');
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].differs) {
			text_puts(out, between);
			text_put_json(out, fields[i].name);
			between = ",";
		}
	}
	text_putc(out, ']');
}

static const struct view_field view_trace[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct trace, now.id) },
	{ .name = "country", .kind = VIEW_TEXT, .offset = offsetof(struct trace, now.country) },
	{ .name = "status", .kind = VIEW_WORD, .offset = offsetof(struct trace, now.status),
		.words = status_words },
	{ .name = "manager", .kind = VIEW_ID, .offset = offsetof(struct trace, now.manager_id) },
	{ .name = VIEW_CLIENT_CHANGED, .kind = VIEW_PART, .part = put_changed, .shape = SHAPE_TEXTS },
	{ .kind = VIEW_END },
};

const char *view_client_trail(struct arena *arena, const struct client *before,
	const struct client *client, const struct viewer *viewer)
{
	static const struct client nobody = { .name = "", .email = "", .phone = "", .country = "" };
	struct trace trace = { .now = *client, .before = before == NULL ? nobody : *before };
	struct text text = text_in(arena);

	view_record(&text, view_trace, &trace, viewer);
	return text.bytes;
}
