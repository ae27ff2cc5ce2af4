#include "view/group.h"

#include "rule/may.h"

enum { FIRST = PERM_SIGNED_IN + 1 };

void view_rights(struct text *out, struct rights rights)
{

	text_putc(out, '[');
	for (int perm = FIRST; perm < PERM_END; perm++) {
		if (rights_have(rights, (enum perm)perm)) {
			text_separate(out);
			text_put_json(out, perm_name((enum perm)perm));
		}
	}
	text_putc(out, ']');
}

const struct view_field view_group_name[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct group_name, id) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct group_name, name) },
	{ .kind = VIEW_END },
};

void view_put_group(struct text *out, const struct group_name *group)
{
	const struct viewer nobody = viewer_nobody(); /* nothing in it is masked */

	view_record(out, view_group_name, group, &nobody);
}

void view_group_names(struct text *out, const struct group_name *groups, size_t count)
{
	text_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		text_separate(out);
		view_put_group(out, &groups[i]);
	}
	text_putc(out, ']');
}

static void group_put_permissions(struct text *out, const void *record)
{
	view_rights(out, ((const struct group *)record)->rights);
}

#define GROUP_FIELDS \
	{ .kind = VIEW_RECORD, .columns = group_columns, .where = IN_JSON }, \
	{ .name = "permissions", .kind = VIEW_PART, .part = group_put_permissions, \
		.shape = SHAPE_TEXTS, .words = perm_names },

const struct view_field view_group_bare[] = {
	GROUP_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_group[] = {
	GROUP_FIELDS
	{ .name = "may", .kind = VIEW_WORDS, .offset = offsetof(struct group, may),
		.words = may_group_words },
	{ .kind = VIEW_END },
};

static const struct view_field exported[] = {
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct group, name) },
	{ .name = "permissions", .kind = VIEW_PART, .part = group_put_permissions,
		.shape = SHAPE_TEXTS, .words = perm_names },
	{ .kind = VIEW_END },
};

const struct view_field view_group_file[] = {
	{ .name = "groups", .kind = VIEW_PART, .shape = SHAPE_OBJECTS, .inner = exported },
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

static void put_ignored(struct text *out, const void *record)
{
	const struct group_import *row = record;

	text_putc(out, '[');
	for (size_t i = 0; i < row->ignored_count; i++) {
		text_separate(out);
		text_put_json(out, row->ignored[i]);
	}
	text_putc(out, ']');
}

const struct view_field view_group_imported[] = {
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct group_import, name) },
	{ .name = "result", .kind = VIEW_WORD, .offset = offsetof(struct group_import, result),
		.words = result_words },
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct group_import, id) },
	{ .name = "saved_as", .kind = VIEW_TEXT, .offset = offsetof(struct group_import, saved_as) },
	{ .name = "ignored", .kind = VIEW_PART, .part = put_ignored, .shape = SHAPE_TEXTS },
	{ .kind = VIEW_END },
};

void view_group_imports(struct text *out, const struct group_import *rows, size_t count,
	const struct viewer *viewer)
{
	view_items(out, view_group_imported, rows, sizeof(*rows), count, viewer);
}

struct permission {
	const char *name;
	const char *category;
	const char *action;
};

const struct view_field view_permission[] = {
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct permission, name) },
	{ .name = "category", .kind = VIEW_TEXT, .offset = offsetof(struct permission, category) },
	{ .name = "action", .kind = VIEW_TEXT, .offset = offsetof(struct permission, action) },
	{ .kind = VIEW_END },
};

void view_permissions(struct text *out)
{
	enum { COUNT = PERM_END - FIRST };
	const struct viewer nobody = viewer_nobody(); /* nothing in it is masked */
	struct permission all[COUNT];

	for (int i = 0; i < COUNT; i++) {
		enum perm perm = (enum perm)(FIRST + i);

		all[i] = (struct permission){ perm_name(perm), perm_category(perm), perm_action(perm) };
	}
	view_items(out, view_permission, all, sizeof(*all), COUNT, &nobody);
}
