#include "auth/gate.h"

#include "auth/audit.h"
#include "auth/cache.h"
#include "auth/guard.h"
#include "auth/session.h"
#include "base/secret.h"
#include "rule/room.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a room's cookie says: "ROOM.SESSION.BEGUN.SEAL". */
struct pass {
	uint64_t room_id;
	uint64_t session_id;
	int64_t created_at;
};

static const char *pass_text(const struct call *call, const struct pass *pass)
{
	const char *words = arena_printf(call->arena, "%" PRIu64 ".%" PRIu64 ".%" PRId64,
		pass->room_id, pass->session_id, pass->created_at);
	struct secret_hash seal = secret_keyed(call->server_key, "room", words, strlen(words));

	return arena_printf(call->arena, "%s.%s", words,
		secret_to_text(call->arena, seal.bytes, sizeof(seal.bytes)));
}

/* false: it is not one that we gave. */
static bool pass_read(const struct call *call, const char *text, struct pass *pass)
{
	const char *ours;
	int end = 0;

	if (sscanf(text, "%20" SCNu64 ".%20" SCNu64 ".%20" SCNd64 ".%n", &pass->room_id,
		    &pass->session_id, &pass->created_at, &end) != 3 || end == 0) {
		return false;
	}
	ours = pass_text(call, pass);
	return strlen(text) == strlen(ours) && secret_equal(text, ours, strlen(ours));
}

/* Takes the guest for the viewer, if their session is live and they may come from there. */
static enum err gate_admit(struct call *call, struct gate *gate, enum err err)
{
	struct user_rights rights;

	if (err == ERR_NOT_FOUND) {
		return ERR_UNAUTHENTICATED;
	}
	TRY(err);
	TRY(auth_session_admit(call, &gate->guest.session));
	TRY(auth_cache_rights(call->cache, call->db, gate->guest.session.epoch,
		gate->guest.session.user_id, &rights)); /* which are there */
	gate->groups = rights.groups;
	gate->group_count = rights.group_count;
	return ERR_OK;
}

static enum err gate_find_by_session(struct call *call, const char *token, struct gate *gate)
{
	struct secret_hash hash = auth_session_hash(token);

	gate->by_room = false;
	return gate_admit(call, gate, store_guest_find(call->db, call->arena, &hash, &gate->guest));
}

static enum err gate_find_by_room(struct call *call, const char *token, struct gate *gate)
{
	struct pass pass;

	if (!pass_read(call, token, &pass)) {
		return ERR_UNAUTHENTICATED;
	}
	gate->by_room = true;
	return gate_admit(call, gate, store_guest_of_session(call->db, call->arena, pass.session_id,
		pass.created_at, &gate->guest));
}

enum err auth_gate_find(struct call *call, struct gate *gate)
{
	enum err err = ERR_UNAUTHENTICATED;

	*gate = (struct gate){ .by_room = false };
	call->viewer = viewer_nobody();
	for (size_t i = 0; err == ERR_UNAUTHENTICATED && call->session_tokens[i] != NULL; i++) {
		err = gate_find_by_session(call, call->session_tokens[i], gate);
	}
	for (size_t i = 0; err == ERR_UNAUTHENTICATED && call->room_tokens[i] != NULL; i++) {
		err = gate_find_by_room(call, call->room_tokens[i], gate);
	}
	return err;
}

/* A number is that of a record, anything else its name: as nginx's settings say it. */
static bool gate_is_meant(const char *said, uint64_t id, const char *name)
{
	char *end;
	uint64_t number = strtoull(said, &end, 10);

	return said[0] >= '0' && said[0] <= '9' && *end == '\0' ? number == id
		: strcmp(said, name) == 0;
}

enum err auth_gate_room(const struct call *call, const struct gate_question *question,
	const struct room **room)
{
	bool named = question->room[0] != '\0';
	const struct room *rooms;
	size_t count;

	*room = NULL;
	TRY(auth_cache_rooms(call->cache, call->db, &rooms, &count));
	for (size_t i = 0; i < count; i++) {
		if (named ? gate_is_meant(question->room, rooms[i].id, rooms[i].name)
			: room_has(rooms[i].address, question->path)) {
			*room = &rooms[i]; /* the innermost is the last one */
		}
	}
	return ERR_OK;
}

static enum err gate_ask_group(const struct call *call, const struct gate *gate, const char *said)
{
	for (size_t i = 0; i < gate->group_count; i++) {
		const char *name;

		TRY(auth_cache_group(call->cache, call->db, gate->groups[i], &name));
		if (gate_is_meant(said, gate->groups[i], name) ||
		    gate->groups[i] == GROUP_ADMINISTRATORS) {
			return ERR_OK;
		}
	}
	return ERR_FORBIDDEN;
}

static enum err gate_ask_room(const struct call *call, const struct gate_question *question,
	const struct room *room)
{
	bool asked = question->room[0] != '\0' ||
		(question->perm == PERM_UNSET && question->group[0] == '\0');

	return !asked || (room != NULL && rights_enter(call->viewer.rights, room->bit)) ? ERR_OK
		: ERR_FORBIDDEN;
}

/* Where rooms lie within each other the browser has a cookie of each. */
static bool gate_has_pass(const struct call *call, const struct gate *gate,
	const struct room *room)
{
	const struct session *session = &gate->guest.session;
	struct pass pass;

	for (size_t i = 0; call->room_tokens[i] != NULL; i++) {
		if (pass_read(call, call->room_tokens[i], &pass) && pass.room_id == room->id &&
		    pass.session_id == session->id && pass.created_at == session->created_at) {
			return true;
		}
	}
	return false;
}

enum err auth_gate_ask(const struct call *call, const struct gate *gate,
	const struct gate_question *question, const struct room *room)
{
	if (gate->by_room && (room == NULL || !gate_has_pass(call, gate, room))) {
		return room != NULL && room_has(room->address, question->path) ? ERR_UNAUTHENTICATED
			: ERR_FORBIDDEN; /* whoever signed in again would be no further */
	}
	if (question->perm != PERM_UNSET) {
		TRY(auth_guard(&call->viewer, question->perm));
	}
	if (question->group[0] != '\0') {
		TRY(gate_ask_group(call, gate, question->group));
	}
	return gate_ask_room(call, question, room);
}

struct gate_entry {
	struct call *call;
	const struct gate *gate;
	const struct room *room;
};

static enum err gate_write_entry(struct db *db, void *context)
{
	const struct gate_entry *entry = context;
	bool first;

	TRY(store_guest_enter(db, entry->gate->guest.session.id, entry->room->id, &first));
	return !first ? ERR_OK : auth_audit_record(entry->call, &(struct audit_event){
		.action = "room.enter", .target_type = "room", .target_id = entry->room->id });
}

enum err auth_gate_enter(struct call *call, const struct gate *gate, const struct room *room)
{
	const char *place = arena_printf(call->arena, ",%" PRIu64 ",", room->id);
	struct gate_entry entry = { call, gate, room };

	return strstr(gate->guest.rooms, place) != NULL ? ERR_OK
		: db_transact(call->db, gate_write_entry, &entry);
}

enum err auth_gate_token(const struct call *call, const struct room *room, const char **token)
{
	struct pass pass = { .room_id = room->id, .session_id = call->viewer.session_id };

	TRY(store_guest_since(call->db, call->arena, pass.session_id, &pass.created_at));
	*token = pass_text(call, &pass);
	return ERR_OK;
}
