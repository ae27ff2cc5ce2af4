#include "view/room.h"

#include "rule/may.h"
#include "view/group.h"

static void put_room_groups(struct text *out, const void *record)
{
	const struct room *room = record;

	view_group_names(out, room->groups, room->group_count);
}

#define ROOM_FIELDS \
	{ .kind = VIEW_RECORD, .columns = room_columns, .where = IN_JSON }, \
	{ .name = "groups", .kind = VIEW_PART, .part = put_room_groups, .shape = SHAPE_OBJECTS, \
		.inner = view_group_name },

const struct view_field view_room_bare[] = {
	ROOM_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_room[] = {
	ROOM_FIELDS
	{ .name = "may", .kind = VIEW_WORDS, .offset = offsetof(struct room, may),
		.words = may_room_words },
	{ .kind = VIEW_END },
};

const struct view_field view_gate_return[] = {
	{ .name = "location", .kind = VIEW_TEXT, .offset = offsetof(struct gate_return, location) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct gate_return, name) },
	{ .kind = VIEW_END },
};
