/*
 * Groups out of one installation and into another. An import is one transaction: all groups of the
 * document or none, under the same rules as if each were typed. Administrators is not exported: it
 * is the same everywhere.
 */
#include "api/groups.h"
#include "api/handlers.h"
#include "base/text.h"
#include "http/query.h"
#include "rule/field.h"
#include "rule/group.h"
#include "view/group.h"

#include <stddef.h>
#include <string.h>

enum { GROUPS_MAX = 1000 };

static const struct field row_fields[] = {
	{ .kind = FIELD_RECORD, .columns = group_columns, .where = IN_IMPORT,
		.row_size = sizeof(struct group), .offset = offsetof(struct group_input, group) },
	{ .name = "permissions", .kind = FIELD_WORDS,
		.offset = offsetof(struct group_input, permissions), .required = true,
		.max = GROUP_PERMISSIONS_MAX },
	{ .kind = FIELD_END },
};

struct import_input {
	struct in_rows groups;
};

const struct field api_group_import_fields[] = {
	{ .name = "groups", .kind = FIELD_ROWS, .offset = offsetof(struct import_input, groups),
		.required = true, .max = GROUPS_MAX, .row = row_fields,
		.row_size = sizeof(struct group_input) },
	{ .kind = FIELD_END },
};

const struct list api_group_import_query = {
	.sorts = (const struct list_sort[]){ { .name = NULL } },
	.filters = (const struct list_filter[]){
		{ .name = "replace", .kind = COLUMN_FLAG },
		{ .kind = COLUMN_END },
	},
};

struct group_file {
	bool replace;
	struct group *asked;       /* name and rights of each group of the document */
	struct group_import *rows; /* what became of it */
	size_t count;
	enum problem problem;      /* why nothing is done; every row in the way has its field */
};

/* Notes what is in the way of the group in row at; the others are looked at all the same. */
static void group_file_refuse_row(struct call *call, size_t at, const char *field,
	const char *key, enum problem problem)
{
	struct group_file *file = call->state;

	reply_field(call->reply, arena_printf(call->arena, "groups.%zu.%s", at, field), key);
	file->problem = problem;
}

/* Reads words, the permissions of row at. A file of an earlier version may name what is gone since:
 * that is left out, and told. */
static void group_file_read_permissions(struct call *call, size_t at,
	const struct in_words *words)
{
	struct group_file *file = call->state;
	struct group_import *row = &file->rows[at];
	const char **kept = arena_array(call->arena, words->count, sizeof(*kept));
	struct in_words present = { .words = kept };

	row->ignored = arena_array(call->arena, words->count, sizeof(*row->ignored));
	for (size_t i = 0; i < words->count; i++) {
		if (perm_is_former(words->words[i])) {
			row->ignored[row->ignored_count++] = words->words[i];
		} else {
			kept[present.count++] = words->words[i];
		}
	}
	if (!api_group_rights(&present, &file->asked[at].rights)) {
		group_file_refuse_row(call, at, "permissions", "permissions.unknown", PROBLEM_INVALID);
	}
}

enum err api_groups_import_check(struct call *call)
{
	const struct in_rows *groups = &((const struct import_input *)call->input)->groups;
	const struct group_input *inputs = groups->rows;
	struct group_file *file = call->state;

	file->count = groups->count;
	file->asked = arena_array(call->arena, groups->count, sizeof(*file->asked));
	file->rows = arena_array(call->arena, groups->count, sizeof(*file->rows));
	for (size_t i = 0; i < groups->count; i++) {
		file->asked[i].name = ((const struct group *)inputs[i].group.values)->name;
		group_file_read_permissions(call, i, &inputs[i].permissions);
	}
	return ERR_OK;
}

/* Keeps for the answer what became of row at, with the group as it is now; writes its row of the
 * trail if it changed. */
static enum err group_file_record_row(struct call *call, size_t at,
	enum group_import_result result, const struct group *before, uint64_t id)
{
	struct group_file *file = call->state;
	struct group after;

	TRY(store_group_load(call->db, call->arena, id, &after));
	file->rows[at].name = file->asked[at].name;
	file->rows[at].result = result;
	file->rows[at].id = id;
	file->rows[at].saved_as = after.name;
	if (result == GROUP_UNCHANGED) {
		return ERR_OK;
	}
	call->audit = api_group_event(call, before, &after);
	return api_record_change(call);
}

static enum err group_file_create_row(struct call *call, size_t at, const char *name,
	enum group_import_result result)
{
	const struct group_file *file = call->state;
	const struct group group = { .name = name, .rights = file->asked[at].rights };
	const char *wrong = group_give(call->viewer.rights, group.rights);
	uint64_t id;

	if (wrong != NULL) {
		group_file_refuse_row(call, at, "permissions", wrong, PROBLEM_FORBIDDEN);
		return ERR_OK;
	}
	TRY(store_group_insert(call->db, &group, &id));
	return group_file_record_row(call, at, result, NULL, id);
}

/* Gives the name with a number behind it, itself shortened to make room for that. */
static const char *group_name_beside(struct arena *arena, const char *name, unsigned number)
{
	const char *suffix = arena_printf(arena, " (%u)", number);

	return arena_printf(arena, "%s%s",
		text_cut(arena, name, FIELD_GROUP_MAX - text_points(suffix)), suffix);
}

/* Creates the group of row at under the first of "name (1)", "name (2)", ... that is free. */
static enum err group_file_create_renamed_row(struct call *call, size_t at)
{
	const struct group_file *file = call->state;
	const char *name = "", *wrong = NULL;
	enum err err = ERR_OK;
	uint64_t id;

	for (unsigned i = 1; err == ERR_OK && wrong == NULL; i++) {
		wrong = field_text(call->arena, group_name_beside(call->arena, file->asked[at].name, i),
			FIELD_GROUP_MAX, &name);
		if (wrong == NULL) {
			err = store_group_find(call->db, call->arena, name, &id);
		}
	}
	if (wrong != NULL) {
		group_file_refuse_row(call, at, "name", arena_printf(call->arena, "name.%s", wrong),
			PROBLEM_INVALID);
		return ERR_OK;
	}
	return err == ERR_NOT_FOUND ? group_file_create_row(call, at, name, GROUP_RENAMED) : err;
}

static enum err group_file_replace_row(struct call *call, size_t at, uint64_t id)
{
	const struct group_file *file = call->state;
	struct rights mine = call->viewer.rights;
	struct group before;
	const char *untouchable, *above;

	TRY(store_group_load(call->db, call->arena, id, &before));
	untouchable = group_touch(mine, id, before.rights);
	above = group_give(mine, file->asked[at].rights);
	if (untouchable != NULL) {
		group_file_refuse_row(call, at, "group", untouchable, PROBLEM_FORBIDDEN);
		return ERR_OK;
	}
	if (above != NULL) {
		group_file_refuse_row(call, at, "permissions", above, PROBLEM_FORBIDDEN);
		return ERR_OK;
	}
	if (api_group_same(&before, &file->asked[at])) {
		return group_file_record_row(call, at, GROUP_UNCHANGED, &before, id);
	}
	TRY(store_group_update(call->db, &before, &file->asked[at]));
	return group_file_record_row(call, at, GROUP_REPLACED, &before, id);
}

static enum err group_file_import_row(struct call *call, size_t at)
{
	const struct group_file *file = call->state;
	const char *name = file->asked[at].name;
	uint64_t id;
	enum err err = store_group_find(call->db, call->arena, name, &id);

	if (err == ERR_NOT_FOUND) {
		return group_file_create_row(call, at, name, GROUP_CREATED);
	}
	TRY(err);
	return file->replace ? group_file_replace_row(call, at, id)
		: group_file_create_renamed_row(call, at);
}

enum err api_groups_import_allow(struct call *call)
{
	struct group_file *file = call->state;

	file->replace = call->query->values[0].number != 0;
	return ERR_OK;
}

/* To replace what is there takes the permission to change it, too; asked in the transaction, by the
 * rights of that moment. */
enum err api_groups_import(struct call *call)
{
	struct group_file *file = call->state;
	const char *wrong;

	file->problem = PROBLEM_NONE;
	if (file->replace && !rights_have(call->viewer.rights, PERM_GROUPS_UPDATE)) {
		return reply_forbid(call->reply, perm_name(PERM_GROUPS_UPDATE));
	}
	for (size_t i = 0; i < file->count; i++) {
		TRY(group_file_import_row(call, i));
	}
	if (file->problem != PROBLEM_NONE) {
		return reply_refuse(call->reply, file->problem);
	}
	TRY(api_group_check_own(call, &wrong));
	call->record_id = 1; /* they are many: that it was done is kept, and not what it came to */
	return wrong == NULL ? ERR_OK : api_forbid_field(call, "groups", wrong);
}

enum err api_groups_answer_imported(struct call *call)
{
	const struct group_file *file = call->state;

	if (call->repeated) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "groups", "groups.imported");
	}
	view_group_imports(&call->reply->body, file->rows, file->count, &call->viewer);
	return ERR_OK;
}

/* Loads *all groups but Administrators, in the order of names, which outlives the ids: what was
 * imported is exported the same. */
static enum err group_file_load(struct call *call, struct group **all, size_t *count)
{
	struct list_ask ask = { .sort = list_sort_index(&group_noun.list, "name"), .size = PAGE_MAX };
	struct page page = { .more_after = true };

	*all = arena_array(call->arena, 0, sizeof(**all));
	*count = 0;
	while (page.more_after) {
		struct group *longer;
		const struct group *groups;
		void *records;

		TRY(store_list(call->db, call->arena, &group_noun, &ask, &page, &records));
		groups = records;
		longer = arena_array(call->arena, *count + page.count, sizeof(*longer));
		memcpy(longer, *all, *count * sizeof(*longer));
		*all = longer;
		for (size_t i = 0; i < page.count; i++) {
			if (groups[i].id != GROUP_ADMINISTRATORS) {
				longer[(*count)++] = groups[i];
			}
		}
		if (page.count > 0) {
			ask.has_key = true;
			ask.key = store_list_key(&group_noun, &ask, &page, records, true);
		}
	}
	return ERR_OK;
}

enum err api_groups_export(struct call *call)
{
	struct group *groups;
	size_t count;

	TRY(group_file_load(call, &groups, &count));
	reply_header(call->reply, "Content-Disposition", "attachment; filename=\"groups.json\"");
	view_group_export(&call->reply->body, groups, count, &call->viewer);
	return ERR_OK;
}
