#include "view/client.h"

#include "store/client.h"

static void put_manager(struct text *out, const void *record)
{
	const struct client *client = record;

	if (client->manager_id == 0) {
		text_puts(out, "null");
		return;
	}
	text_puts(out, "{\"id\":");
	text_putu(out, client->manager_id);
	text_puts(out, ",\"name\":");
	text_put_json(out, client->manager_name);
	text_putc(out, '}');
}

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
	{ .name = "manager", .kind = VIEW_PART, .part = put_manager },
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct client, created_at) },
	{ .name = "version", .kind = VIEW_NUMBER, .offset = offsetof(struct client, version) },
	{ .name = "masked", .kind = VIEW_MASKED },
	{ .kind = VIEW_END },
};
