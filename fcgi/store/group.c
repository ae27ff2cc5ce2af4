#include "store/group.h"

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
	TRY(db_query(db, STMT_GROUP_PERMISSIONS, DB_IN(in_number(least), in_number(most)), arena,
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
	TRY(db_query(db, pages[ask->sort].page[store_page_descends(ask)],
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
	TRY(db_first(db, STMT_GROUP_COUNT, DB_IN(in_number(filter->id),
		in_number(filter->id), in_text(name), in_text(name), in_number(limit + 1)), arena, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_group_load(struct db *db, struct arena *arena, uint64_t id, struct group *group)
{
	struct db_rows rows;

	TRY(db_first(db, STMT_GROUP_LOAD, DB_IN(in_number(id)), arena, &rows));
	take_group(rows.col, group);
	return add_permissions(db, arena, group, 1);
}

enum err store_group_find(struct db *db, struct arena *arena, const char *name, uint64_t *id)
{
	struct db_rows rows;

	*id = 0;
	TRY(db_first(db, STMT_GROUP_FIND, DB_IN(in_text(name)), arena, &rows));
	*id = rows.col[0].number;
	return ERR_OK;
}

/* Writes what differs: rows of permissions that this program does not know stay as they are. */
static enum err write_rights(struct db *db, uint64_t id, struct rights before, struct rights next)
{
	for (int i = PERM_SIGNED_IN + 1; i < PERM_END; i++) {
		enum perm perm = (enum perm)i;
		bool wanted = rights_have(next, perm);

		if (wanted != rights_have(before, perm)) {
			TRY(db_run(db, wanted ? STMT_GROUP_GRANT : STMT_GROUP_REVOKE,
				DB_IN(in_number(id), in_text(perm_name(perm)))));
		}
	}
	return ERR_OK;
}

enum err store_group_insert(struct db *db, const struct group *group, uint64_t *id)
{
	TRY(db_run(db, STMT_GROUP_INSERT, DB_IN(in_text(group->name))));
	*id = db_insert_id(db);
	return write_rights(db, *id, rights_none(), group->rights);
}

enum err store_group_update(struct db *db, const struct group *before, const struct group *next)
{
	TRY(db_run(db, STMT_GROUP_UPDATE, DB_IN(in_text(next->name), in_number(before->id),
		in_number(before->version))));
	if (db_affected(db) == 0) {
		TRY(ERR_STALE);
	}
	return write_rights(db, before->id, before->rights, next->rights);
}

enum err store_group_delete(struct db *db, const struct group *group)
{
	TRY(db_run(db, STMT_GROUP_DELETE, DB_IN(in_number(group->id),
		in_number(group->version))));
	return db_affected(db) == 0 ? ERR_STALE : ERR_OK;
}
