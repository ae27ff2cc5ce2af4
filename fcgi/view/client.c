#include "view/client.h"

#include "rule/may.h"
#include "store/client.h"

static const struct view_field manager[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct client, manager_id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct client, manager_name) },
	{ .kind = VIEW_END },
};

const struct view_field view_client[] = {
	{ .kind = VIEW_RECORD, .columns = client_columns, .where = IN_JSON },
	{ .name = "manager", .kind = VIEW_OBJECT, .inner = manager, .or_null = true },
	{ .name = "masked", .kind = VIEW_MASKED },
	{ .name = "may", .kind = VIEW_WORDS, .offset = offsetof(struct client, may),
		.words = may_client_words },
	{ .kind = VIEW_END },
};

/* A client and what changed of it. */
struct client_trail {
	struct client now;
	column_set changed;
};

static void client_put_changed(struct text *out, const void *record)
{
	const struct client_trail *trail = record;

	text_putc(out, '[');
	for (size_t i = 0; client_columns[i].kind != COLUMN_END; i++) {
		if ((trail->changed >> i & 1) != 0) {
			text_separate(out);
			text_put_json(out, client_columns[i].name);
		}
	}
	text_putc(out, ']');
}

static const struct view_field client_trail_fields[] = {
	{ .kind = VIEW_RECORD, .columns = client_columns, .where = IN_TRAIL },
	{ .name = VIEW_CLIENT_CHANGED, .kind = VIEW_PART, .part = client_put_changed,
		.shape = SHAPE_TEXTS },
	{ .kind = VIEW_END },
};

const char *view_client_trail(struct arena *arena, const struct client *before,
	const struct client *client, const struct viewer *viewer)
{
	struct client_trail trail = { .now = *client };
	struct text text = text_in(arena);
	struct client nobody;

	record_init(client_columns, &nobody, sizeof(nobody));
	trail.changed = record_changed(client_columns, IN_CHANGED, before == NULL ? &nobody : before,
		client);
	view_record(&text, client_trail_fields, &trail, viewer);
	return text.bytes;
}
