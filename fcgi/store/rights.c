#include "store/rights.h"

#include "rule/account.h"

#include <string.h>

static const struct statement rights_lock = { "rights_lock", DB_WEB | DB_ADMIN, "", "",
	"UPDATE {authz_epoch} SET epoch = epoch + 1" };

enum err store_rights_lock(struct db *db)
{
	return db_run(db, &rights_lock, DB_NONE);
}

static const struct statement rights_use = { "rights_use", DB_WEB | DB_ADMIN, "u", "",
	"UPDATE {authz_epoch} SET uses = uses + 1 WHERE id = 2 + CONNECTION_ID() % 32 AND epoch = ?" };

/* A row that did not match is not held. */
static const struct statement rights_use_anew = { "rights_use_anew", DB_WEB | DB_ADMIN, "", "",
	"UPDATE {authz_epoch} SET uses = uses + 1 WHERE id = 2 + CONNECTION_ID() % 32" };

enum err store_rights_use(struct db *db, uint64_t epoch, bool *same)
{
	TRY(db_run(db, &rights_use, DB_IN(in_number(epoch))));
	*same = db_affected(db) != 0;
	return *same ? ERR_OK : db_run_or(db, &rights_use_anew, DB_NONE, ERR_BUG);
}

/* The rooms that a group opens: no bit where there is none. */
#define ROOMS_OF(group) "(SELECT BIT_OR(r.bit) FROM {room_group} r WHERE r.group_id = " group ")"

/* What a row says that a group grants. */
struct grant {
	uint64_t group;         /* 0: no group */
	const char *permission; /* one of its; NULL: it has none */
	uint64_t rooms;
};

static struct rights rights_grant(struct rights rights, const struct grant *grant)
{
	if (grant->group == GROUP_ADMINISTRATORS) {
		return rights_add_administrator(rights);
	}
	rights = rights_add_rooms(rights, grant->rooms);
	return grant->group == 0 || grant->permission == NULL ? rights
		: rights_add(rights, perm_find(grant->permission));
}

/* Groups of a user as rows name them, each with every one of its permissions. */
struct groups_seen {
	struct arena *arena;
	uint64_t *ids;
	size_t count;
	size_t room;
};

static void see_group(struct groups_seen *seen, uint64_t group)
{
	for (size_t i = 0; i < seen->count; i++) {
		if (seen->ids[i] == group) {
			return;
		}
	}
	if (group == 0) {
		return;
	}
	if (seen->count == seen->room) {
		seen->ids = seen->room == 0 ? arena_array(seen->arena, 8, sizeof(*seen->ids))
			: arena_grow(seen->arena, seen->ids, seen->room * sizeof(*seen->ids));
		seen->room = seen->room == 0 ? 8 : 2 * seen->room;
	}
	seen->ids[seen->count++] = group;
}

static const struct statement rights_load = { "rights_load", DB_WEB | DB_ADMIN, "u", "uuusus",
	"SELECT u.status, u.mask_data, m.group_id, p.permission, " ROOMS_OF("m.group_id")
	", u.ip_allow_list FROM {user} u "
	"LEFT JOIN {user_group_member} m ON m.user_id = u.id "
	"LEFT JOIN {user_group_permission} p ON p.group_id = m.group_id WHERE u.id = ?" };

enum err store_rights_load(struct db *db, struct arena *arena, uint64_t user_id,
	struct user_rights *rights)
{
	struct groups_seen seen = { .arena = arena };
	struct db_rows rows;
	enum db_step step;
	bool found = false;

	*rights = (struct user_rights){ .masked = true, .ip_allow_list = "" };
	TRY(db_query(db, &rights_load, DB_IN(in_number(user_id)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		enum status status = STATUS_DISABLED;
		struct grant grant = { 0 };

		db_take(&rows, DB_INTO(into_word(&status), into_flag(&rights->masked),
			into_number(&grant.group), into_text_or_null(&grant.permission),
			into_number(&grant.rooms), into_text(&rights->ip_allow_list)));
		found = true;
		rights->enabled = status == STATUS_ENABLED;
		rights->rights = rights_grant(rights->rights, &grant);
		see_group(&seen, grant.group);
	}
	rights->groups = seen.ids;
	rights->group_count = seen.count;
	if (!rights->masked) {
		rights->rights = rights_add_unmasked(rights->rights);
	}
	TRY(db_rows_end(&rows, step));
	return found ? ERR_OK : ERR_NOT_FOUND;
}

static const struct statement rights_of_groups = { "rights_of_groups", DB_WEB | DB_ADMIN, "", "usu",
	"SELECT g.id, p.permission, " ROOMS_OF("g.id") " FROM {user_group} g "
	"LEFT JOIN {user_group_permission} p ON p.group_id = g.id ORDER BY g.id" };

static void take_grant(const struct db_rows *rows, struct grant *grant)
{
	db_take(rows, DB_INTO(into_number(&grant->group), into_text_or_null(&grant->permission),
		into_number(&grant->rooms)));
}

enum err store_rights_of_groups(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct rights *rights, bool *known)
{
	struct db_rows rows;
	enum db_step step;
	size_t seen = 0;
	uint64_t last = 0;

	*rights = rights_none();
	TRY(db_query(db, &rights_of_groups, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		struct grant grant = { 0 };
		size_t at = 0;

		take_grant(&rows, &grant);
		while (at < count && ids[at] != grant.group) {
			at++;
		}
		if (at < count) {
			seen += grant.group != last; /* rows of one group stand together */
			last = grant.group;
			*rights = rights_grant(*rights, &grant);
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
	enum err err = db_query(db, &rights_of_groups, DB_NONE, arena, &rows);

	for (size_t i = 0; i < count; i++) {
		each[i] = rights_none();
	}
	if (err != ERR_OK) {
		return err;
	}
	while ((step = db_next(&rows)) == DB_ROW) {
		struct grant grant = { 0 };

		take_grant(&rows, &grant);
		for (size_t i = 0; i < count; i++) {
			if (ids[i] == grant.group) {
				each[i] = rights_grant(each[i], &grant);
			}
		}
	}
	return db_rows_end(&rows, step);
}

static const struct statement rights_memberships = { "rights_memberships", DB_WEB, "I", "uuu",
	"SELECT u.id, u.mask_data, m.group_id FROM {user} u LEFT JOIN {user_group_member} m ON "
	"m.user_id = u.id WHERE u.id IN (?...)" };

enum err store_rights_memberships(struct db *db, struct arena *arena, const uint64_t *user_ids,
	size_t count, struct membership **memberships, size_t *found)
{
	size_t room = 2 * DB_IDS_MAX;
	struct membership *list = arena_array(arena, room, sizeof(*list));
	struct db_rows rows;
	enum db_step step;

	*found = 0;
	TRY(db_query(db, &rights_memberships, DB_IN(in_ids(user_ids, count)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		if (*found == room) {
			list = arena_grow(arena, list, room * sizeof(*list));
			room *= 2;
		}
		db_take(&rows, DB_INTO(into_number(&list[*found].user_id),
			into_flag(&list[*found].masked), into_number(&list[*found].group_id)));
		(*found)++;
	}
	*memberships = list;
	return db_rows_end(&rows, step);
}

static const struct statement rights_more_administrators = {
	"rights_more_administrators", DB_WEB | DB_ADMIN, "uu", "",
	"INSERT INTO {admin_count} (id, admins) VALUES (1, ?) "
	"ON DUPLICATE KEY UPDATE admins = admins + ?" };

static const struct statement rights_fewer_administrators = {
	"rights_fewer_administrators", DB_WEB | DB_ADMIN, "", "",
	"UPDATE {admin_count} SET admins = admins - 1 WHERE id = 1 AND admins > 1" };

enum err store_rights_count_administrator(struct db *db, int change)
{
	if (change == 0) {
		return ERR_OK;
	}
	if (change > 0) {
		return db_run(db, &rights_more_administrators,
			DB_IN(in_number((uint64_t)change), in_number((uint64_t)change)));
	}
	return db_run_or(db, &rights_fewer_administrators, DB_NONE, ERR_CONFLICT);
}

static const struct statement rights_administrators = { "rights_administrators", 0, "", "u",
	"SELECT admins FROM {admin_count} WHERE id = 1" };

enum err store_rights_administrators(struct db *db, struct arena *arena, uint64_t *count)
{
	enum err err = db_first(db, &rights_administrators, DB_NONE, arena,
		DB_INTO(into_number(count)));

	*count = err == ERR_OK ? *count : 0;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

const struct statement *const rights_statements[] = {
	&rights_lock, &rights_use, &rights_use_anew, &rights_load, &rights_of_groups,
	&rights_more_administrators, &rights_fewer_administrators, &rights_memberships,
	&rights_administrators, NULL,
};
