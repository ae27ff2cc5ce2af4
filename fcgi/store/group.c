#include "store/group.h"
#include "store/pages.h"

static void take_group(const struct db_out *col, struct group *group)
{
	*group = (struct group){
		.id = col[0].number,
		.name = col[1].text,
		.version = col[2].number,
		.member_count = col[3].number,
	};
	if (group->id == GROUP_ADMINISTRATORS) {
		group->rights = rights_add_administrator(rights_none());
	}
}

static enum err read_groups(struct db_rows *rows, struct group *groups, size_t room, size_t *found)
{
	enum db_step step;

	*found = 0;
	while ((step = db_next(rows)) == DB_ROW && *found < room) {
		take_group(rows->col, &groups[*found]);
		(*found)++;
	}
	return db_rows_end(rows, step);
}

static void grant(struct group *groups, size_t count, uint64_t id, enum perm perm)
{
	for (size_t i = 0; i < count; i++) {
		if (groups[i].id == id) {
			groups[i].rights = rights_add(groups[i].rights, perm);
		}
	}
}

static const struct statement group_permissions = { "group_permissions", DB_WEB, "uu", "us",
	"SELECT group_id, permission FROM user_group_permission WHERE group_id BETWEEN ? AND ?" };

static enum err add_permissions(struct db *db, struct arena *arena, struct group *groups,
	size_t count)
{
	uint64_t least = UINT64_MAX, most = 0;
	struct db_rows rows;
	enum db_step step;

	for (size_t i = 0; i < count; i++) {
		least = groups[i].id < least ? groups[i].id : least;
		most = groups[i].id > most ? groups[i].id : most;
	}
	TRY(db_query(db, &group_permissions, DB_IN(in_number(least), in_number(most)), arena,
		&rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		grant(groups, count, rows.col[0].number, perm_find(rows.col[1].text));
	}
	return db_rows_end(&rows, step);
}

static const struct {
	enum stmt page[2];
	char kind;
} pages[] = {
	[GROUP_SORT_ID] = { { STMT_GROUP_PAGE_ID_ASC, STMT_GROUP_PAGE_ID_DESC }, 'u' },
	[GROUP_SORT_NAME] = { { STMT_GROUP_PAGE_NAME_ASC, STMT_GROUP_PAGE_NAME_DESC }, 's' },
};

enum err store_group_list(struct db *db, struct arena *arena, const struct group_filter *filter,
	const struct page_ask *ask, struct page *page, struct group **groups)
{
	const char *name = store_page_pattern(arena, filter->name);
	struct db_in key = store_page_key(ask, pages[ask->sort].kind);
	size_t room = (size_t)ask->size + 1, found = 0;
	struct db_rows rows;

	*groups = arena_array(arena, room, sizeof(**groups));
	TRY(db_query(db, &store_pages[pages[ask->sort].page[store_page_descends(ask)]],
		DB_IN(in_number(filter->id), in_number(filter->id), in_text(name), in_text(name),
			in_number(ask->has_key), key, key, in_number(ask->key_id),
			in_number(ask->size + 1)), arena, &rows));
	TRY(read_groups(&rows, *groups, room, &found));
	store_page_settle(ask, *groups, sizeof(**groups), found, page);
	return add_permissions(db, arena, *groups, page->count);
}

enum err store_group_count(struct db *db, struct arena *arena, const struct group_filter *filter,
	uint64_t limit, uint64_t *count)
{
	const char *name = store_page_pattern(arena, filter->name);
	struct db_rows rows;

	*count = 0;
	TRY(db_first(db, &store_pages[STMT_GROUP_COUNT], DB_IN(in_number(filter->id),
		in_number(filter->id), in_text(name), in_text(name), in_number(limit + 1)), arena, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_group_load(struct db *db, struct arena *arena, uint64_t id, struct group *group)
{
	struct db_rows rows;

	TRY(db_first(db, &store_pages[STMT_GROUP_LOAD], DB_IN(in_number(id)), arena, &rows));
	take_group(rows.col, group);
	return add_permissions(db, arena, group, 1);
}

static const struct statement group_find = { "group_find", DB_WEB | DB_ADMIN, "s", "u",
	"SELECT id FROM user_group WHERE name = ?" };

enum err store_group_find(struct db *db, struct arena *arena, const char *name, uint64_t *id)
{
	struct db_rows rows;

	*id = 0;
	TRY(db_first(db, &group_find, DB_IN(in_text(name)), arena, &rows));
	*id = rows.col[0].number;
	return ERR_OK;
}

static const struct statement group_grant = { "group_grant", DB_WEB, "us", "",
	"INSERT INTO user_group_permission_editable (group_id, permission) VALUES (?, ?)" };

static const struct statement group_revoke = { "group_revoke", DB_WEB, "us", "",
	"DELETE FROM user_group_permission_editable WHERE group_id = ? AND permission = ?" };

/* Writes what differs: rows of permissions that this program does not know stay as they are. */
static enum err write_rights(struct db *db, uint64_t id, struct rights before, struct rights next)
{
	for (int i = PERM_SIGNED_IN + 1; i < PERM_END; i++) {
		enum perm perm = (enum perm)i;
		bool wanted = rights_have(next, perm);

		if (wanted != rights_have(before, perm)) {
			TRY(db_run(db, wanted ? &group_grant : &group_revoke,
				DB_IN(in_number(id), in_text(perm_name(perm)))));
		}
	}
	return ERR_OK;
}

/* The views leave Administrators out: no statement of this program can change that group. */
static const struct statement group_insert = { "group_insert", DB_WEB, "s", "",
	"INSERT INTO user_group_editable (name) VALUES (?)" };

enum err store_group_insert(struct db *db, const struct group *group, uint64_t *id)
{
	TRY(db_run(db, &group_insert, DB_IN(in_text(group->name))));
	*id = db_insert_id(db);
	return write_rights(db, *id, rights_none(), group->rights);
}

static const struct statement group_update = { "group_update", DB_WEB, "suu", "",
	"UPDATE user_group_editable SET name = ?, version = version + 1 WHERE id = ? AND version = ?" };

enum err store_group_update(struct db *db, const struct group *before, const struct group *next)
{
	TRY(db_run(db, &group_update, DB_IN(in_text(next->name), in_number(before->id),
		in_number(before->version))));
	if (db_affected(db) == 0) {
		TRY(ERR_STALE);
	}
	return write_rights(db, before->id, before->rights, next->rights);
}

static const struct statement group_delete = { "group_delete", DB_WEB, "uu", "",
	"DELETE FROM user_group_editable WHERE id = ? AND version = ?" };

enum err store_group_delete(struct db *db, const struct group *group)
{
	TRY(db_run(db, &group_delete, DB_IN(in_number(group->id),
		in_number(group->version))));
	return db_affected(db) == 0 ? ERR_STALE : ERR_OK;
}

static const struct statement group_names = { "group_names", DB_WEB | DB_ADMIN, "", "us",
	"SELECT id, name FROM user_group ORDER BY id" };

enum err store_group_names(struct db *db, struct arena *arena, struct group_name **names,
	size_t *count)
{
	size_t room = 64;
	struct group_name *list = arena_array(arena, room, sizeof(*list));
	struct db_rows rows;
	enum db_step step;

	*count = 0;
	TRY(db_query(db, &group_names, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		if (*count == room) {
			list = arena_grow(arena, list, room * sizeof(*list));
			room *= 2;
		}
		list[(*count)++] = (struct group_name){ rows.col[0].number, rows.col[1].text };
	}
	*names = list;
	return db_rows_end(&rows, step);
}

const struct statement *const group_statements[] = {
	&group_names, &group_permissions, &group_find, &group_insert, &group_update, &group_delete,
	&group_grant, &group_revoke, NULL,
};
