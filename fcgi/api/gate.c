/*
 * The gate of a room, as nginx's auth_request asks it: 204 and who it is, 401 with the way to our
 * sign-in and back, or 403, for which nginx shows the page of /gate/refused. The decisions are
 * auth/gate's.
 */
#include "auth/gate.h"

#include "api/handlers.h"
#include "auth/cache.h"
#include "base/log.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "rule/room.h"
#include "view/room.h"

#include <inttypes.h>
#include <stddef.h>

enum { GATE_PERMISSION, GATE_GROUP, GATE_ROOM };

const struct list api_gate_query = {
	.sorts = (const struct list_sort[]){ { .name = NULL } },
	.filters = (const struct list_filter[]){
		[GATE_PERMISSION] = { .name = "permission", .kind = COLUMN_WORD, .words = perm_names },
		[GATE_GROUP] = { .name = "group", .kind = COLUMN_TEXT },
		[GATE_ROOM] = { .name = "room", .kind = COLUMN_TEXT },
		{ .kind = COLUMN_END },
	},
};

/* Whoever is not signed in is told where to; nginx leads there (snippets/backoffice/gate.conf). */
static enum err gate_send_to_sign_in(struct call *call)
{
	struct text location = text_in(call->arena);

	text_puts(&location, call->conf->url);
	text_puts(&location, "sign-in.html");
	if (call->request->gate_address[0] != '\0') {
		text_puts(&location, "?return=");
		room_put_query(&location, call->request->gate_address);
	}
	reply_header(call->reply, "Location", location.bytes);
	return ERR_UNAUTHENTICATED;
}

enum err api_gate_find_viewer(struct call *call)
{
	enum err err;

	call->gate = arena_alloc(call->arena, sizeof(*call->gate));
	err = auth_gate_find(call, call->gate);
	return err == ERR_UNAUTHENTICATED ? gate_send_to_sign_in(call) : err;
}

static struct gate_question gate_question(const struct call *call)
{
	const struct list_value *values = call->query->values;

	return (struct gate_question){
		.perm = values[GATE_PERMISSION].given ? perm_find(values[GATE_PERMISSION].text)
			: PERM_UNSET,
		.group = values[GATE_GROUP].text,
		.room = values[GATE_ROOM].text,
		.path = call->request->gate_path,
	};
}

/* Adds a header with a text of somebody's, as room_put_header() has it. */
static void gate_tell(struct call *call, const char *name, const char *text)
{
	struct text value = text_in(call->arena);

	text_puts(&value, "");
	room_put_header(&value, text);
	reply_header(call->reply, name, value.bytes);
}

static enum err gate_tell_groups(struct call *call)
{
	struct text value = text_in(call->arena);

	text_puts(&value, "");
	for (size_t i = 0; i < call->gate->group_count; i++) {
		const char *name;

		TRY(auth_cache_group(call->cache, call->db, call->gate->groups[i], &name));
		text_puts(&value, i == 0 ? "" : ",");
		room_put_header(&value, name);
	}
	reply_header(call->reply, "Remote-Groups", value.bytes);
	return ERR_OK;
}

/* The number of a user is never anybody else's: what an application keeps of somebody it keeps by
 * that, not by the address, which may go to another person. */
static enum err gate_tell_who(struct call *call)
{
	const struct guest *guest = &call->gate->guest;

	reply_header(call->reply, "Remote-User",
		arena_printf(call->arena, "%" PRIu64, call->viewer.user_id));
	gate_tell(call, "Remote-Name", guest->name);
	gate_tell(call, "Remote-Email", guest->email);
	return gate_tell_groups(call);
}

static void gate_log_stranger(const struct gate_question *question)
{
	log_event(LOG_WARNING, "gate", "room=%s path=%s reason=\"there is no such room\"",
		question->room, question->path);
}

enum err api_gate(struct call *call)
{
	const struct gate_question question = gate_question(call);
	const struct room *room;
	enum err err;

	TRY(auth_gate_room(call, &question, &room));
	err = auth_gate_ask(call, call->gate, &question, room);
	if (err == ERR_UNAUTHENTICATED) {
		return gate_send_to_sign_in(call);
	}
	if (err == ERR_FORBIDDEN && room == NULL) {
		gate_log_stranger(&question);
	}
	TRY(err);
	TRY(room == NULL ? ERR_OK : auth_gate_enter(call, call->gate, room));
	return gate_tell_who(call);
}

struct gate_input {
	struct in_text address;
};

const struct field api_gate_return_fields[] = {
	{ .name = "return", .kind = FIELD_TEXT, .offset = offsetof(struct gate_input, address),
		.required = true, .check = &check_room_return },
	{ .kind = FIELD_END },
};

/* Nowhere but into a room that is named, of this host: no page can use our sign-in to lead people
 * to another one. Whether they may enter the gate will say. */
enum err api_gate_return(struct call *call)
{
	const struct gate_input *input = call->input;
	const struct gate_question question = { .group = "", .room = "",
		.path = input->address.text };
	const struct room *room;
	const char *token;

	TRY(auth_gate_room(call, &question, &room));
	if (room == NULL) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "return", "return.no_room");
	}
	TRY(auth_gate_token(call, room, &token));
	cookie_set_at(call->reply, call->request, COOKIE_ROOM, room->address, token);
	view_record(&call->reply->body, view_gate_return,
		&(struct gate_return){ .location = input->address.text, .name = room->name },
		&call->viewer);
	return ERR_OK;
}

enum err api_gate_refused(struct call *call)
{
	const struct gate_question question = { .group = "", .room = "",
		.path = call->request->gate_path };
	struct refusal refusal = { .room = "", .who = "",
		.language = view_refusal_language(call->request->accept_language) };
	const struct room *room = NULL;
	struct gate gate;
	enum err err = auth_gate_find(call, &gate);

	if (err == ERR_OK) {
		TRY(auth_gate_room(call, &question, &room));
		refusal.who = gate.guest.name[0] == '\0' ? gate.guest.email : gate.guest.name;
		refusal.language = gate.guest.language[0] == '\0' ? refusal.language
			: gate.guest.language;
		refusal.room = room == NULL ? "" : room->name;
	}
	if (refusal.language[0] == '\0') {
		refusal.language = call->conf->language;
	}
	view_refusal(&call->reply->body, call->conf, &refusal);
	reply_document(call->reply);
	return err == ERR_UNAUTHENTICATED ? ERR_OK : err;
}
