#include "store/rights.h"

#include "rule/account.h"
#include "store/page.h"

#include <string.h>

enum err store_rights_lock(struct db *db)
{
	return db_run(db, STMT_RIGHTS_LOCK, DB_NONE);
}

static struct rights grant(struct rights rights, const struct db_out *group,
	const struct db_out *permission)
{
	if (group->null) {
		return rights;
	}
	if (group->number == GROUP_ADMINISTRATORS) {
		return rights_add_administrator(rights);
	}
	return permission->null ? rights : rights_add(rights, perm_find(permission->text));
}

enum err store_rights_load(struct db *db, struct arena *arena, uint64_t user_id,
	struct user_rights *rights)
{
	struct db_rows rows;
	enum db_step step;
	bool found = false;

	*rights = (struct user_rights){ .masked = true, .ip_allow_list = "" };
	TRY(db_query(db, STMT_RIGHTS_LOAD, DB_IN(in_number(user_id)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		found = true;
		rights->enabled = rows.col[0].number == STATUS_ENABLED;
		rights->masked = rows.col[1].number != 0;
		rights->rights = grant(rights->rights, &rows.col[2], &rows.col[3]);
		rights->ip_allow_list = rows.col[4].text;
	}
	if (!rights->masked) {
		rights->rights = rights_add_unmasked(rights->rights);
	}
	TRY(db_rows_end(&rows, step));
	return !found ? ERR_NOT_FOUND : ERR_OK;
}

static bool holds(const uint64_t *ids, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

enum err store_rights_of_groups(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct rights *rights, bool *known)
{
	struct db_rows rows;
	enum db_step step;
	size_t seen = 0;
	uint64_t last = 0;

	*rights = rights_none();
	TRY(db_query(db, STMT_RIGHTS_OF_GROUPS, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		uint64_t id = rows.col[0].number;

		if (holds(ids, count, id)) {
			seen += id != last; /* rows of one group stand together */
			last = id;
			*rights = grant(*rights, &rows.col[0], &rows.col[1]);
		}
	}
	*known = seen == count;
	return db_rows_end(&rows, step);
}

enum err store_rights_of_each(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct rights *each)
{
	struct db_rows rows;
	enum db_step step;
	enum err err = db_query(db, STMT_RIGHTS_OF_GROUPS, DB_NONE, arena, &rows);

	for (size_t i = 0; i < count; i++) {
		each[i] = rights_none();
	}
	if (err != ERR_OK) {
		return err;
	}
	while ((step = db_next(&rows)) == DB_ROW) {
		for (size_t i = 0; i < count; i++) {
			if (ids[i] == rows.col[0].number) {
				each[i] = grant(each[i], &rows.col[0], &rows.col[1]);
			}
		}
	}
	return db_rows_end(&rows, step);
}

static enum err read_memberships(struct arena *arena, struct db_rows *rows, size_t room,
	struct membership **memberships, size_t *found)
{
	struct membership *list = arena_array(arena, room, sizeof(*list));
	enum db_step step;

	*found = 0;
	while ((step = db_next(rows)) == DB_ROW) {
		if (*found == room) {
			room *= 2;
			list = memcpy(arena_array(arena, room, sizeof(*list)), list, *found * sizeof(*list));
		}
		list[(*found)++] = (struct membership){ .user_id = rows->col[0].number,
			.masked = rows->col[1].number != 0, .group_id = rows->col[2].number };
	}
	*memberships = list;
	return db_rows_end(rows, step);
}

enum err store_rights_memberships(struct db *db, struct arena *arena, const uint64_t *user_ids,
	size_t count, struct membership **memberships, size_t *found)
{
	struct db_in in[PAGE_MOST];
	struct db_rows rows;

	*found = 0;
	TRY(store_page_ids(user_ids, count, in));
	TRY(db_query(db, STMT_RIGHTS_MEMBERSHIPS, in, PAGE_MOST, arena, &rows));
	return read_memberships(arena, &rows, 2 * PAGE_MOST, memberships, found);
}

enum err store_rights_count_administrator(struct db *db, int change)
{
	if (change == 0) {
		return ERR_OK;
	}
	if (change > 0) {
		return db_run(db, STMT_RIGHTS_MORE_ADMINISTRATORS, DB_NONE);
	}
	TRY(db_run(db, STMT_RIGHTS_FEWER_ADMINISTRATORS, DB_NONE));
	return db_affected(db) == 0 ? ERR_CONFLICT : ERR_OK;
}
