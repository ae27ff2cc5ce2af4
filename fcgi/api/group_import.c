/*
 * Groups out of one installation and into another. An import is one transaction: all groups of the
 * document or none, under the same rules as if each were typed. Administrators is not exported: it
 * is the same everywhere.
 */
#include "api/groups.h"
#include "api/handlers.h"
#include "api/once.h"
#include "auth/guard.h"
#include "http/query.h"
#include "rule/field.h"
#include "rule/group.h"
#include "view/group.h"

#include <stddef.h>
#include <string.h>

enum { GROUPS_MOST = 1000 };

static const struct field row_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct group_input, name),
		.required = true, .max = FIELD_GROUP_MAX },
	{ .name = "permissions", .kind = FIELD_WORDS,
		.offset = offsetof(struct group_input, permissions), .required = true,
		.max = GROUP_PERMISSIONS_MOST },
	{ .kind = FIELD_END },
};

struct import_input {
	struct in_rows groups;
};

const struct field api_group_import_fields[] = {
	{ .name = "groups", .kind = FIELD_ROWS, .offset = offsetof(struct import_input, groups),
		.required = true, .max = GROUPS_MOST, .row = row_fields,
		.row_size = sizeof(struct group_input) },
	{ .kind = FIELD_END },
};

const struct query_spec api_group_import_query = {
	.sorts = (const char *const[]){ NULL },
	.filters = (const struct query_filter[]){
		{ .name = "replace", .kind = QUERY_FLAG },
		{ .kind = QUERY_END },
	},
};

struct import {
	struct call *call;
	struct once once;
	bool replace;
	struct group *asked;       /* name and rights of each group of the document */
	struct group_import *rows; /* what became of it */
	size_t count;
	enum problem problem;      /* why nothing is done; every row in the way has its field */
};

/* Notes what stands in the way of one group; the others are looked at all the same. */
static void refuse_row(struct import *import, size_t at, const char *field, const char *key,
	enum problem problem)
{
	struct call *call = import->call;

	reply_field(call->reply, arena_printf(call->arena, "groups.%zu.%s", at, field), key);
	import->problem = problem;
}

static bool are_known(const struct in_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (perm_find(words->words[i]) == PERM_UNSET && !perm_is_former(words->words[i])) {
			return false;
		}
	}
	return true;
}

enum err api_groups_import_check(struct call *call)
{
	const struct in_rows *groups = &((const struct import_input *)call->input)->groups;
	const struct group_input *inputs = groups->rows;

	for (size_t i = 0; i < groups->count; i++) {
		if (!are_known(&inputs[i].permissions)) {
			reply_field(call->reply, arena_printf(call->arena, "groups.%zu.permissions", i),
				"permissions.unknown");
		}
	}
	return ERR_OK;
}

/* A file of an earlier version may name what is gone since; whoever imports it is told. */
static void read_permissions(struct import *import, size_t at, const struct in_words *words)
{
	struct in_words present = { .words = NULL };
	struct group_import *row = &import->rows[at];
	const char **kept = arena_array(import->call->arena, words->count, sizeof(*kept));

	row->ignored = arena_array(import->call->arena, words->count, sizeof(*row->ignored));
	for (size_t i = 0; i < words->count; i++) {
		if (perm_is_former(words->words[i])) {
			row->ignored[row->ignored_count++] = words->words[i];
		} else {
			kept[present.count++] = words->words[i];
		}
	}
	present.words = kept;
	if (!api_group_rights(&present, &import->asked[at].rights)) {
		refuse_row(import, at, "permissions", "permissions.unknown", PROBLEM_INVALID);
	}
}

static enum err read_document(struct import *import)
{
	struct call *call = import->call;
	const struct in_rows *groups = &((const struct import_input *)call->input)->groups;
	const struct group_input *inputs = groups->rows;

	import->count = groups->count;
	import->asked = arena_array(call->arena, groups->count, sizeof(*import->asked));
	import->rows = arena_array(call->arena, groups->count, sizeof(*import->rows));
	for (size_t i = 0; i < groups->count; i++) {
		import->asked[i].name = inputs[i].name.text;
		read_permissions(import, i, &inputs[i].permissions);
	}
	return import->problem == PROBLEM_NONE ? ERR_OK : reply_refuse(call->reply, import->problem);
}

/* What became of a group, which is read again as it is now; and its audit row, if it changed. */
static enum err note_row(struct import *import, size_t at, enum group_import_result result,
	const struct group *before, uint64_t id)
{
	struct call *call = import->call;
	struct group after;

	TRY(store_group_load(call->db, call->arena, id, &after));
	import->rows[at].name = import->asked[at].name;
	import->rows[at].result = result;
	import->rows[at].id = id;
	import->rows[at].saved_as = after.name;
	return result == GROUP_UNCHANGED ? ERR_OK : api_group_trail(call, before, &after);
}

static enum err create_row(struct import *import, size_t at, const char *name,
	enum group_import_result result)
{
	struct call *call = import->call;
	const struct group group = { .name = name, .rights = import->asked[at].rights };
	const char *wrong = group_give(call->viewer.rights, group.rights);
	uint64_t id;

	if (wrong != NULL) {
		refuse_row(import, at, "permissions", wrong, PROBLEM_FORBIDDEN);
		return ERR_OK;
	}
	TRY(store_group_insert(call->db, &group, &id));
	return note_row(import, at, result, NULL, id);
}

/* Under the first of "name (1)", "name (2)", ... that is free. */
static enum err create_renamed(struct import *import, size_t at)
{
	struct call *call = import->call;
	const char *name = "", *wrong = NULL;
	enum err err = ERR_OK;
	uint64_t id;

	for (unsigned i = 1; err == ERR_OK && wrong == NULL; i++) {
		wrong = field_text(call->arena,
			arena_printf(call->arena, "%s (%u)", import->asked[at].name, i), FIELD_GROUP_MAX,
			&name);
		if (wrong == NULL) {
			err = store_group_find(call->db, call->arena, name, &id);
		}
	}
	if (wrong != NULL) {
		refuse_row(import, at, "name", arena_printf(call->arena, "name.%s", wrong),
			PROBLEM_INVALID);
		return ERR_OK;
	}
	return err == ERR_NOT_FOUND ? create_row(import, at, name, GROUP_RENAMED) : err;
}

/* false, and noted, when the viewer may not replace the one by the other. */
static bool may_replace(struct import *import, size_t at, const struct group *before)
{
	struct rights mine = import->call->viewer.rights;
	const char *untouchable = group_touch(mine, before->id, before->rights);
	const char *above = group_give(mine, import->asked[at].rights);

	if (untouchable != NULL) {
		refuse_row(import, at, "group", untouchable, PROBLEM_FORBIDDEN);
	} else if (above != NULL) {
		refuse_row(import, at, "permissions", above, PROBLEM_FORBIDDEN);
	}
	return untouchable == NULL && above == NULL;
}

static enum err replace_row(struct import *import, size_t at, uint64_t id)
{
	struct call *call = import->call;
	struct group before;
	enum err err = store_group_load(call->db, call->arena, id, &before);

	if (err != ERR_OK || !may_replace(import, at, &before)) {
		return err;
	}
	if (api_group_same(&before, &import->asked[at])) {
		return note_row(import, at, GROUP_UNCHANGED, &before, id);
	}
	err = store_group_update(call->db, &before, &import->asked[at]);
	return err == ERR_OK ? note_row(import, at, GROUP_REPLACED, &before, id) : err;
}

static enum err import_row(struct import *import, size_t at)
{
	struct call *call = import->call;
	const char *name = import->asked[at].name;
	uint64_t id;
	enum err err = store_group_find(call->db, call->arena, name, &id);

	if (err == ERR_NOT_FOUND) {
		return create_row(import, at, name, GROUP_CREATED);
	}
	if (err != ERR_OK) {
		return err;
	}
	return import->replace ? replace_row(import, at, id) : create_renamed(import, at);
}

static enum err guard_import(struct import *import)
{
	struct call *call = import->call;
	enum err err = auth_guard_change(call);

	if (err == ERR_OK && import->replace) {
		err = auth_guard(&call->viewer, PERM_GROUPS_UPDATE);
		if (err == ERR_FORBIDDEN) {
			return reply_forbid(call->reply, perm_name(PERM_GROUPS_UPDATE));
		}
	}
	return err;
}

static enum err finish(struct import *import)
{
	struct call *call = import->call;
	const char *wrong;
	enum err err;

	if (import->problem != PROBLEM_NONE) {
		return reply_refuse(call->reply, import->problem);
	}
	err = api_group_check_own(call, &wrong);
	if (wrong != NULL) {
		return api_forbid_field(call, "groups", wrong);
	}
	return err == ERR_OK ? api_once_write(call, &import->once, 0) : err;
}

static enum err import_all(struct db *db, void *context)
{
	struct import *import = context;

	(void)db;
	import->problem = PROBLEM_NONE;
	TRY(guard_import(import));
	for (size_t i = 0; i < import->count; i++) {
		TRY(import_row(import, i));
	}
	return finish(import);
}

/* What the first request answered is not kept; that nothing is done twice is. */
static enum err refuse_repetition(struct call *call)
{
	return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "groups", "groups.imported");
}

enum err api_groups_import(struct call *call)
{
	struct import import = { .call = call };
	struct query query;
	enum err err = query_read(call->request, &api_group_import_query, &query, call->reply);

	if (err == ERR_OK) {
		err = api_once_begin(call, &import.once);
	}
	if (err == ERR_OK && import.once.repeated) {
		return refuse_repetition(call);
	}
	if (err == ERR_OK) {
		import.replace = query.values[0].number != 0;
		err = read_document(&import);
	}
	if (err == ERR_OK) {
		err = db_transact(call->db, import_all, &import);
	}
	if (err == ERR_CONFLICT) {
		err = api_once_lost(call, &import.once);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (import.once.repeated) {
		return refuse_repetition(call);
	}
	view_group_imports(&call->reply->body, import.rows, import.count, &call->viewer);
	return ERR_OK;
}

/* The groups of one page behind those that were read before, without Administrators. */
static struct group *join(struct arena *arena, const struct group *before, size_t *count,
	const struct group *page, size_t page_count)
{
	struct group *all = arena_array(arena, *count + page_count, sizeof(*all));

	memcpy(all, before, *count * sizeof(*all));
	for (size_t i = 0; i < page_count; i++) {
		if (page[i].id != GROUP_ADMINISTRATORS) {
			all[(*count)++] = page[i];
		}
	}
	return all;
}

/* In the order of names, which outlives the ids: what was imported is exported the same. */
static enum err load_all(struct call *call, struct group **all, size_t *count)
{
	const struct group_filter everything = { .name = "" };
	struct page_ask ask = { .sort = GROUP_SORT_NAME, .size = PAGE_MOST };
	struct page page = { .more_after = true };

	*all = arena_array(call->arena, 0, sizeof(**all));
	*count = 0;
	while (page.more_after) {
		struct group *groups;

		TRY(store_group_list(call->db, call->arena, &everything, &ask, &page, &groups));
		if (page.count > 0) {
			*all = join(call->arena, *all, count, groups, page.count);
			ask.has_key = true;
			ask.key_id = groups[page.count - 1].id;
			ask.key_text = groups[page.count - 1].name;
		}
	}
	return ERR_OK;
}

enum err api_groups_export(struct call *call)
{
	struct group *groups;
	size_t count;

	TRY(load_all(call, &groups, &count));
	reply_header(call->reply, "Content-Disposition", "attachment; filename=\"groups.json\"");
	view_group_export(&call->reply->body, groups, count, &call->viewer);
	return ERR_OK;
}
