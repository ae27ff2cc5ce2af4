#include "view/group.h"

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

static const struct view_field exported[] = {
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct group, name) },
	{ .name = "permissions", .kind = VIEW_PART, .part = put_permissions },
	{ .kind = VIEW_END },
};

void view_group_export(struct text *out, const struct group *groups, size_t count,
	const struct viewer *viewer)
{
	text_puts(out, "{\"groups\":[");
	for (size_t i = 0; i < count; i++) {
		text_puts(out, i == 0 ? "\n" : ",\n");
		view_record(out, exported, &groups[i], viewer);
	}
	text_puts(out, "\n]}\n");
}

static const char *const result_words[] = {
	[GROUP_CREATED] = "created",
	[GROUP_RENAMED] = "renamed",
	[GROUP_REPLACED] = "replaced",
	[GROUP_UNCHANGED] = "unchanged",
	NULL,
};

static const struct view_field imported[] = {
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct group_import, name) },
	{ .name = "result", .kind = VIEW_WORD, .offset = offsetof(struct group_import, result),
		.words = result_words },
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct group_import, id) },
	{ .name = "saved_as", .kind = VIEW_TEXT, .offset = offsetof(struct group_import, saved_as) },
	{ .kind = VIEW_END },
};

void view_group_imports(struct text *out, const struct group_import *rows, size_t count,
	const struct viewer *viewer)
{
	text_puts(out, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		text_puts(out, i == 0 ? "" : ",");
		view_record(out, imported, &rows[i], viewer);
	}
	text_puts(out, "]}");
}

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
