#include "view/group.h"

#include "store/group.h"

enum { FIRST = PERM_SIGNED_IN + 1 };

void view_rights(struct text *out, struct rights rights)
{
	const char *between = "";

	text_putc(out, '[');
	for (int perm = FIRST; perm < PERM_END; perm++) {
		if (rights_have(rights, (enum perm)perm)) {
			text_puts(out, between);
			text_put_json(out, perm_name((enum perm)perm));
			between = ",";
		}
	}
	text_putc(out, ']');
}

static void put_permissions(struct text *out, const void *record)
{
	view_rights(out, ((const struct group *)record)->rights);
}

const struct view_field view_group[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct group, id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct group, name) },
	{ .name = "permissions", .kind = VIEW_PART, .part = put_permissions },
	{ .name = "member_count", .kind = VIEW_NUMBER, .offset = offsetof(struct group, member_count) },
	{ .name = "version", .kind = VIEW_NUMBER, .offset = offsetof(struct group, version) },
	{ .kind = VIEW_END },
};

void view_permissions(struct text *out)
{
	text_puts(out, "{\"items\":[");
	for (int perm = FIRST; perm < PERM_END; perm++) {
		text_puts(out, perm == FIRST ? "{\"name\":" : ",{\"name\":");
		text_put_json(out, perm_name((enum perm)perm));
		text_puts(out, ",\"category\":");
		text_put_json(out, perm_category((enum perm)perm));
		text_puts(out, ",\"action\":");
		text_put_json(out, perm_action((enum perm)perm));
		text_putc(out, '}');
	}
	text_puts(out, "]}");
}
