#include "store/group.h"

static const struct statement group_permissions = { "group_permissions", DB_WEB, "uu", "us",
	"SELECT group_id, permission FROM {user_group_permission} WHERE group_id BETWEEN ? AND ?" };

/* What the members of Administrators may do no rows say; the others' permissions are rows. */
static enum err complete_groups(struct db *db, struct arena *arena, bool masked,
	void *records, size_t count)
{
	struct group *groups = records;
	uint64_t min = UINT64_MAX, max = 0;
	struct db_rows rows;
	enum db_step step;

	(void)masked;
	for (size_t i = 0; i < count; i++) {
		if (groups[i].id == GROUP_ADMINISTRATORS) {
			groups[i].rights = rights_add_administrator(rights_none());
		}
		min = groups[i].id < min ? groups[i].id : min;
		max = groups[i].id > max ? groups[i].id : max;
	}
	TRY(db_query(db, &group_permissions, DB_IN(in_number(min), in_number(max)), arena,
		&rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		uint64_t id;
		const char *permission;

		db_take(&rows, DB_INTO(into_number(&id), into_text(&permission)));
		for (size_t i = 0; i < count; i++) {
			if (groups[i].id == id) {
				groups[i].rights = rights_add(groups[i].rights, perm_find(permission));
			}
		}
	}
	return db_rows_end(&rows, step);
}

#define AT(member) offsetof(struct group, member)

const struct column group_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "g.id",
		.where = IN_JSON | IN_TRAIL },
	{ .name = "name", .kind = COLUMN_TEXT, .offset = AT(name), .sql = "g.name", .stored = "name",
		.max = FIELD_GROUP_MAX,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL | REQUIRED },
	{ .name = "member_count", .kind = COLUMN_NUMBER, .offset = AT(member_count),
		.sql = "(SELECT COUNT(*) FROM {user_group_member} m WHERE m.group_id = g.id)",
		.where = IN_JSON },
	{ .name = "version", .kind = COLUMN_NUMBER, .offset = AT(version), .sql = "g.version",
		.where = IN_JSON | IN_TRAIL },
	{ .kind = COLUMN_END },
};

/* The views leave Administrators out: no statement of this program can change that group. */
const struct noun group_noun = {
	.name = "group",
	.programs = DB_WEB,
	.writers = DB_WEB,
	.columns = group_columns,
	.size = sizeof(struct group),
	.table = "{user_group}",
	.alias = "g",
	.joins = "",
	.written = "{user_group_editable}",
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "id", .unique = true, .index = "PRIMARY" },
			{ .name = "name", .unique = true, .index = "user_group_name" },
			{ .name = NULL },
		},
		.filters = (const struct list_filter[]){
			{ .name = "id", .kind = COLUMN_ID },
			{ .name = "name", .kind = COLUMN_TEXT, .operand = LIST_PART },
			{ .name = "permission", .kind = COLUMN_WORD, .words = perm_names,
				.operand = LIST_WORD, .condition = "(g.id = 1 OR EXISTS (SELECT 1 "
					"FROM {user_group_permission} p WHERE p.group_id = g.id "
					"AND p.permission = ?))" },
			{ .kind = COLUMN_END },
		},
	},
	.complete = complete_groups,
};

enum err store_group_load(struct db *db, struct arena *arena, uint64_t id, struct group *group)
{
	return store_load(db, arena, &group_noun, false, id, group);
}

static const struct statement group_find = { "group_find", DB_WEB | DB_ADMIN, "s", "u",
	"SELECT id FROM {user_group} WHERE name = ?" };

enum err store_group_find(struct db *db, struct arena *arena, const char *name, uint64_t *id)
{
	*id = 0;
	return db_first(db, &group_find, DB_IN(in_text(name)), arena, DB_INTO(into_number(id)));
}

static const struct statement group_grant = { "group_grant", DB_WEB, "us", "",
	"INSERT INTO {user_group_permission_editable} (group_id, permission) VALUES (?, ?)" };

static const struct statement group_revoke = { "group_revoke", DB_WEB, "us", "",
	"DELETE FROM {user_group_permission_editable} WHERE group_id = ? AND permission = ?" };

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

enum err store_group_insert(struct db *db, const struct group *group, uint64_t *id)
{
	struct group new = *group;

	TRY(store_insert_all(db, &group_noun,
		&(struct new_records){ .records = &new, .count = 1 }));
	*id = new.id;
	return write_rights(db, *id, rights_none(), group->rights);
}

enum err store_group_update(struct db *db, const struct group *before, const struct group *next)
{
	TRY(store_update(db, &group_noun, false, before, next));
	return write_rights(db, before->id, before->rights, next->rights);
}

enum err store_group_delete(struct db *db, const struct group *group)
{
	return store_delete(db, &group_noun, group);
}

static const struct statement group_names = { "group_names", DB_WEB | DB_ADMIN, "", "us",
	"SELECT id, name FROM {user_group} ORDER BY id" };

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
		db_take(&rows, DB_INTO(into_number(&list[*count].id), into_text(&list[*count].name)));
		(*count)++;
	}
	*names = list;
	return db_rows_end(&rows, step);
}

const struct statement *const group_statements[] = {
	&group_names, &group_permissions, &group_find,
	&group_grant, &group_revoke, NULL,
};
