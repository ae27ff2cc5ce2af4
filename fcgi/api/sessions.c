/*
 * Sessions: who is signed in, and ending that. All of them, or those of one user; the same records
 * by two paths. Ending one's own is signing out.
 */
#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "api/users.h"
#include "auth/session.h"
#include "http/cookie.h"
#include "store/session.h"
#include "store/user.h"
#include "view/session.h"

#include <inttypes.h>

static void session_mark_own(const struct call *call, struct session_entry *session)
{
	session->current = session->id == call->viewer.session_id;
}

/* Lists the live sessions of user_id; 0: of those whom the query string asks for. */
static enum err session_list(struct call *call, uint64_t user_id)
{
	struct session_live live = auth_session_live(call->conf);
	struct listing listing = { .noun = &session_noun, .fields = view_session_entry };
	struct session_entry *sessions;

	TRY(api_listing_read(call, &listing));
	listing.ask.always = (struct db_in[]){ in_time(live.idle), in_time(live.born) };
	if (user_id != 0) {
		(void)api_listing_narrow(&listing, "user", user_id);
	}
	TRY(api_listing_load(call, &listing));
	sessions = listing.records;
	TRY(api_may_sessions(call, sessions, listing.page.count));
	for (size_t i = 0; i < listing.page.count; i++) {
		session_mark_own(call, &sessions[i]);
	}
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_sessions_list(struct call *call)
{
	return session_list(call, 0);
}

enum err api_user_sessions_list(struct call *call)
{
	struct user user;

	TRY(store_user_load(call->db, call->arena, call->id, &user));
	return session_list(call, call->id);
}

static enum err session_load(struct call *call, uint64_t user_id, uint64_t id,
	struct session_entry *session)
{
	struct session_live live = auth_session_live(call->conf);

	TRY(store_session_load(call->db, call->arena, &live, user_id, id, session));
	session_mark_own(call, session);
	return ERR_OK;
}

enum err api_user_sessions_read(struct call *call)
{
	struct session_entry session;

	TRY(session_load(call, call->id, call->sub_id, &session));
	TRY(api_may_sessions(call, &session, 1));
	view_record(&call->reply->body, view_session_entry, &session, &call->viewer);
	return ERR_OK;
}

/* What an end leaves to its answer. */
struct session_end {
	bool own; /* the viewer's own session is among them */
};

/* Ends the session id of user_id; 0: of whoever has it. */
static enum err session_end(struct call *call, uint64_t user_id, uint64_t id)
{
	struct session_end *end = call->state;
	struct session_entry session;
	struct text before = text_in(call->arena);

	TRY(session_load(call, user_id, id, &session));
	TRY(api_user_guard(call, session.user_id));
	TRY(store_session_end(call->db, session.id));
	end->own = session.current;
	view_record(&before, view_session_bare, &session, &call->viewer);
	call->audit = (struct audit_event){
		.action = session.current ? "session.sign_out" : "session.end",
		.target_type = "user", .target_id = session.user_id, .before = before.bytes };
	return ERR_OK;
}

enum err api_sessions_end(struct call *call)
{
	return session_end(call, 0, call->id);
}

enum err api_user_sessions_end(struct call *call)
{
	return session_end(call, call->id, call->sub_id);
}

enum err api_user_sessions_end_all(struct call *call)
{
	struct session_live live = auth_session_live(call->conf);
	struct session_end *end = call->state;
	uint64_t count;

	TRY(api_user_guard(call, call->id));
	TRY(store_session_count(call->db, call->arena, &live, call->id, &count));
	TRY(store_session_end_all(call->db, call->id, 0));
	end->own = call->id == call->viewer.user_id;
	call->audit = (struct audit_event){ .action = "session.end_all", .target_type = "user",
		.target_id = call->id,
		.before = arena_printf(call->arena, "{\"sessions\":%" PRIu64 "}", count) };
	return ERR_OK;
}

enum err api_sessions_answer_ended(struct call *call)
{
	const struct session_end *end = call->state;

	if (end->own) {
		cookie_clear(call->reply, call->request, COOKIE_SESSION);
	}
	return ERR_OK;
}
