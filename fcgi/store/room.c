#include "store/room.h"

#include "rule/room.h"

static const struct statement room_groups = { "room_groups", DB_WEB, "uu", "uu",
	"SELECT room_id, group_id FROM {room_group} WHERE room_id BETWEEN ? AND ? "
	"ORDER BY room_id, group_id" };

static void add_group(struct arena *arena, struct room *room, uint64_t group)
{
	enum { FIRST_ROOM = 4 };
	size_t count = room->group_count++;

	if (count == 0) {
		room->groups = arena_array(arena, FIRST_ROOM, sizeof(*room->groups));
	} else if (count >= FIRST_ROOM && (count & (count - 1)) == 0) {
		room->groups = arena_grow(arena, room->groups, count * sizeof(*room->groups));
	}
	room->groups[count] = (struct group_name){ .id = group, .name = "" };
}

static enum err complete_rooms(struct db *db, struct arena *arena, bool masked, void *records,
	size_t count)
{
	struct room *rooms = records;
	uint64_t min = UINT64_MAX, max = 0, id, group;
	struct db_rows rows;
	enum db_step step;

	(void)masked;
	for (size_t i = 0; i < count; i++) {
		min = rooms[i].id < min ? rooms[i].id : min;
		max = rooms[i].id > max ? rooms[i].id : max;
	}
	TRY(db_query(db, &room_groups, DB_IN(in_number(min), in_number(max)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(into_number(&id), into_number(&group)));
		for (size_t i = 0; i < count; i++) {
			if (rooms[i].id == id) {
				add_group(arena, &rooms[i], group);
			}
		}
	}
	return db_rows_end(&rows, step);
}

#define AT(member) offsetof(struct room, member)

const struct column room_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "r.id",
		.where = IN_JSON | IN_TRAIL },
	{ .name = "name", .kind = COLUMN_TEXT, .offset = AT(name), .sql = "r.name", .stored = "name",
		.max = ROOM_NAME_MAX, .where = IN_CREATE | IN_UPDATE | IN_JSON | IN_TRAIL | REQUIRED },
	{ .name = "address", .kind = COLUMN_BYTES, .offset = AT(address), .sql = "r.address",
		.stored = "address", .check = &check_room_address,
		.where = IN_CREATE | IN_UPDATE | IN_JSON | IN_TRAIL | REQUIRED },
	{ .name = "bit", .kind = COLUMN_NUMBER, .offset = AT(bit), .sql = "r.bit", .stored = "bit",
		.where = IS_FIXED },
	{ .name = "version", .kind = COLUMN_NUMBER, .offset = AT(version), .sql = "r.version",
		.where = IN_JSON | IN_TRAIL },
	{ .kind = COLUMN_END },
};

const struct noun room_noun = {
	.name = "room",
	.programs = DB_WEB,
	.writers = DB_WEB,
	.columns = room_columns,
	.size = sizeof(struct room),
	.table = "{room}",
	.alias = "r",
	.joins = "",
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "name", .unique = true },
			{ .name = "address", .unique = true },
			{ .name = "id", .unique = true },
			{ .name = NULL },
		},
		.filters = (const struct list_filter[]){
			{ .name = "name", .kind = COLUMN_TEXT, .operand = LIST_PART },
			{ .name = "address", .kind = COLUMN_BYTES, .operand = LIST_PART },
			{ .kind = COLUMN_END },
		},
	},
	.complete = complete_rooms,
};

enum err store_room_load(struct db *db, struct arena *arena, uint64_t id, struct room *room)
{
	return store_load(db, arena, &room_noun, false, id, room);
}

static const struct statement room_all = { "room_all", DB_WEB, "", "usbu",
	"SELECT id, name, address, bit FROM {room} ORDER BY address" };

enum err store_room_all(struct db *db, struct arena *arena, struct room **rooms, size_t *count)
{
	struct room *list = arena_array(arena, ROOMS_MAX, sizeof(*list));
	struct db_rows rows;
	enum db_step step = DB_DONE;

	*rooms = list;
	*count = 0;
	TRY(db_query(db, &room_all, DB_NONE, arena, &rows));
	while (*count < ROOMS_MAX && (step = db_next(&rows)) == DB_ROW) {
		struct room *room = &list[(*count)++];

		db_take(&rows, DB_INTO(into_number(&room->id), into_text(&room->name),
			into_text(&room->address), into_number(&room->bit)));
	}
	return db_rows_end(&rows, step == DB_FAILED ? DB_FAILED : DB_DONE);
}

static const struct statement room_group_insert = { "room_group_insert", DB_WEB, "uuu", "",
	"INSERT INTO {room_group} (group_id, room_id, bit) VALUES (?, ?, ?)" };

static enum err insert_groups(struct db *db, const struct room *room)
{
	for (size_t i = 0; i < room->group_count; i++) {
		TRY(db_run(db, &room_group_insert, DB_IN(in_number(room->groups[i].id),
			in_number(room->id), in_number(room->bit))));
	}
	return ERR_OK;
}

static enum err find_free_bit(struct db *db, struct arena *arena, uint64_t *bit)
{
	struct room *rooms;
	uint64_t taken = 0;
	size_t count;

	TRY(store_room_all(db, arena, &rooms, &count));
	for (size_t i = 0; i < count; i++) {
		taken |= rooms[i].bit;
	}
	*bit = ~taken & (taken + 1); /* the lowest that is not taken; 0: all are */
	return *bit == 0 ? ERR_TOO_MANY : ERR_OK;
}

enum err store_room_insert(struct db *db, struct arena *arena, struct room *room)
{
	TRY(find_free_bit(db, arena, &room->bit));
	TRY(store_insert_all(db, &room_noun, &(struct new_records){ .records = room, .count = 1 }));
	return insert_groups(db, room);
}

static const struct statement room_group_delete_all = { "room_group_delete_all", DB_WEB, "u", "",
	"DELETE FROM {room_group} WHERE room_id = ?" };

enum err store_room_update(struct db *db, const struct room *before, const struct room *next)
{
	TRY(store_update(db, &room_noun, false, before, next));
	TRY(db_run(db, &room_group_delete_all, DB_IN(in_number(before->id))));
	return insert_groups(db, next);
}

enum err store_room_delete(struct db *db, const struct room *room)
{
	return store_delete(db, &room_noun, room);
}

const struct statement *const room_statements[] = {
	&room_groups, &room_all, &room_group_insert, &room_group_delete_all, NULL,
};
