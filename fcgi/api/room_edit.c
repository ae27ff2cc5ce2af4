/*
 * Create, edit and delete a room. Who enters it is a right, so every such change moves the epoch on
 * (GUARD_CHANGE): the very next request at the gate sees it, on every host.
 */
#include "api/handlers.h"
#include "api/rooms.h"
#include "auth/guard.h"
#include "rule/account.h"
#include "rule/room.h"
#include "view/room.h"

#include <stddef.h>
#include <string.h>

struct room_input {
	struct record_input room;
	struct in_ids groups;
};

#define ROOM_FIELDS(door) { \
	{ .kind = FIELD_RECORD, .columns = room_columns, .where = (door), \
		.row_size = sizeof(struct room), .offset = offsetof(struct room_input, room) }, \
	{ .name = "groups", .kind = FIELD_IDS, .offset = offsetof(struct room_input, groups), \
		.max = ACCOUNT_GROUPS_MAX }, \
	{ .kind = FIELD_END }, \
}

const struct field api_room_create_fields[] = ROOM_FIELDS(IN_CREATE);
const struct field api_room_update_fields[] = ROOM_FIELDS(IN_UPDATE);

struct room_change {
	struct room before;
	struct room next;
};

_Static_assert(sizeof(struct room_change) <= API_STATE_SIZE, "the state of a room's change");

enum err api_room_check(struct call *call)
{
	const struct room_input *input = call->input;
	struct rights granted;
	bool known = true;

	TRY(input->groups.count == 0 ? ERR_OK : auth_guard_groups(call, input->groups.ids,
		input->groups.count, &granted, &known));
	if (!known) {
		reply_field(call->reply, "groups", "groups.unknown");
	}
	return ERR_OK;
}

static void room_take_input(struct call *call, struct room *room)
{
	const struct room_input *input = call->input;
	size_t count = input->groups.count;

	record_apply(room_columns, &input->room, room);
	if (!input->groups.given) {
		return;
	}
	room->groups = arena_array(call->arena, count, sizeof(*room->groups));
	room->group_count = count;
	for (size_t i = 0; i < count; i++) {
		room->groups[i] = (struct group_name){ .id = input->groups.ids[i], .name = "" };
	}
}

static bool room_same(const struct room *a, const struct room *b)
{
	bool same = a->group_count == b->group_count &&
		record_changed(room_columns, IN_TRAIL, a, b) == 0;

	for (size_t i = 0; same && i < a->group_count; i++) {
		same = a->groups[i].id == b->groups[i].id;
	}
	return same;
}

/* Says which of the two is taken by another room than this one. */
static enum err room_refuse_taken(struct call *call, const struct room *room)
{
	struct room *rooms;
	size_t count;

	TRY(store_room_all(call->db, call->arena, &rooms, &count));
	for (size_t i = 0; i < count; i++) {
		if (rooms[i].id != room->id && strcmp(rooms[i].address, room->address) == 0) {
			return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "address",
				"address.taken");
		}
	}
	return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "name", "name.room_taken");
}

static enum err room_refuse(struct call *call, const struct room *room, enum err err)
{
	if (err == ERR_TOO_MANY) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "name", "name.too_many_rooms");
	}
	return err == ERR_CONFLICT ? room_refuse_taken(call, room) : err;
}

static const char *room_json(struct call *call, const struct room *room)
{
	struct text text = text_in(call->arena);

	if (room == NULL) {
		return NULL;
	}
	view_record(&text, view_room_bare, room, &call->viewer);
	return text.bytes;
}

/* before NULL: created, next NULL: deleted. */
static enum err room_note(struct call *call, struct room *before, struct room *next)
{
	TRY(before == NULL ? ERR_OK : api_room_name_groups(call, before, 1));
	TRY(next == NULL ? ERR_OK : api_room_name_groups(call, next, 1));
	call->audit = (struct audit_event){
		.action = before == NULL ? "room.create" : next == NULL ? "room.delete" : "room.update",
		.target_type = "room",
		.target_id = before == NULL ? next->id : before->id,
		.before = room_json(call, before),
		.after = room_json(call, next),
	};
	return ERR_OK;
}

enum err api_room_create(struct call *call)
{
	struct room *room = &((struct room_change *)call->state)->next;

	record_init(room_columns, room, sizeof(*room));
	room_take_input(call, room);
	room->version = 1;
	TRY(room_refuse(call, room, store_room_insert(call->db, call->arena, room)));
	call->record_id = room->id;
	return room_note(call, NULL, room);
}

enum err api_room_answer_created(struct call *call)
{
	struct room *room = &((struct room_change *)call->state)->next;

	if (call->repeated) {
		TRY(store_room_load(call->db, call->arena, call->record_id, room));
	}
	return api_room_answer(call, room);
}

static enum err room_begin_change(struct call *call, struct room *before)
{
	TRY(store_room_load(call->db, call->arena, call->id, before));
	return api_if_match(call, before->version);
}

enum err api_room_update(struct call *call)
{
	struct room_change *change = call->state;

	TRY(room_begin_change(call, &change->before));
	change->next = change->before;
	room_take_input(call, &change->next);
	if (room_same(&change->before, &change->next)) {
		return ERR_OK;
	}
	TRY(room_refuse(call, &change->next,
		store_room_update(call->db, &change->before, &change->next)));
	change->next.version++;
	return room_note(call, &change->before, &change->next);
}

enum err api_room_answer_changed(struct call *call)
{
	return api_room_answer(call, &((struct room_change *)call->state)->next);
}

enum err api_room_delete(struct call *call)
{
	struct room before;

	TRY(room_begin_change(call, &before));
	TRY(store_room_delete(call->db, &before));
	return room_note(call, &before, NULL);
}
