/*
 * One's own account: the password, and where one is signed in. Nothing here takes a permission, and
 * nothing reaches further than the viewer.
 */
#include "api/profile.h"

#include "api/handlers.h"
#include "auth/password.h"
#include "auth/notice.h"
#include "auth/proof.h"
#include "auth/session.h"
#include "auth/audit.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "rule/password.h"
#include "store/session.h"
#include "view/session.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { SESSIONS_MOST = 200 };

struct password_input {
	struct in_text current;
	struct in_text password;
};

const struct field api_profile_password_fields[] = {
	{ .name = "current", .kind = FIELD_SECRET, .offset = offsetof(struct password_input, current),
		.required = true, .max = 1024 },
	{ .name = "password", .kind = FIELD_SECRET,
		.offset = offsetof(struct password_input, password), .required = true,
		.max = PASSWORD_MOST },
	{ .kind = FIELD_END },
};

enum err api_profile_ask_password(struct call *call, const char *field, const char *password,
	struct user_secret *viewer)
{
	unsigned retry_after = 0;
	enum err err = store_user_secret_by_id(call->db, call->arena, call->viewer.user_id, viewer);

	if (err == ERR_OK) {
		err = auth_proof_password(call, viewer, password, &retry_after);
	}
	if (err == ERR_INVALID) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, field, "password.wrong");
	}
	if (err == ERR_TOO_MANY) {
		reply_retry_after(call->reply, retry_after);
	}
	return err;
}

struct password_work {
	struct call *call;
	struct user_secret viewer; /* whose present password was asked for */
	char phc[SECRET_PHC_MAX];
	char token[SECRET_TOKEN_TEXT]; /* of the session, from then on */
};

static enum err write_password(struct db *db, void *context)
{
	struct password_work *work = context;
	struct call *call = work->call;
	uint64_t id = call->viewer.user_id;

	TRY(store_user_hold(db, call->arena, &work->viewer));
	TRY(store_user_set_password(db, id, work->phc, false, 0, call->viewer.session_id));
	TRY(auth_session_prove(call, call->viewer.session_id, work->token));
	TRY(auth_notice(call, &work->viewer, NOTICE_PASSWORD, BY_OWNER));
	return auth_audit_record(call, &(struct audit_event){ .actor_id = id,
		.action = "user.password_change", .target_type = "user", .target_id = id });
}

static const char *check_password(struct call *call, const struct password_input *input,
	const struct user_secret *viewer)
{
	const char *wrong = auth_password_check(call, input->password.text,
		viewer->email, viewer->name);

	if (wrong == NULL && strcmp(input->password.text, input->current.text) == 0) {
		return "password.same";
	}
	return wrong;
}

enum err api_profile_password(struct call *call)
{
	const struct password_input *input = call->input;
	struct password_work work = { .call = call };
	const char *wrong;
	enum err err = api_profile_ask_password(call, "current", input->current.text, &work.viewer);

	if (err != ERR_OK && call->reply->problem != PROBLEM_INVALID) {
		return err;
	}
	wrong = check_password(call, input, &work.viewer); /* said beside a wrong present one */
	if (wrong != NULL) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "password", wrong);
	}
	if (err != ERR_OK) {
		return err;
	}
	err = auth_password_hash(call, input->password.text, work.phc);
	if (err == ERR_OK) {
		err = db_transact(call->db, write_password, &work);
	}
	if (err == ERR_STALE) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "current", "password.wrong");
	}
	if (err == ERR_OK) {
		cookie_set(call->reply, call->request, COOKIE_SESSION, work.token);
		cookie_set(call->reply, call->request, COOKIE_DEVICE,
			auth_tries_device(call, call->viewer.user_id, work.phc));
		call->reply->status = 204;
	}
	return err;
}

struct language_input {
	struct in_text language;
};

const struct field api_profile_language_fields[] = {
	{ .name = "language", .kind = FIELD_TEXT, .offset = offsetof(struct language_input, language),
		.required = true, .check = &check_language },
	{ .kind = FIELD_END },
};

static const char *language_json(struct arena *arena, const char *language)
{
	struct text out = text_in(arena);

	text_puts(&out, "{\"language\":");
	text_put_json(&out, language);
	text_puts(&out, "}");
	return out.bytes;
}

static enum err write_language(struct db *db, void *context)
{
	struct call *call = context;
	const struct language_input *input = call->input;
	uint64_t id = call->viewer.user_id;
	struct user_secret before;

	TRY(store_user_secret_by_id(db, call->arena, id, &before));
	if (strcmp(before.language, input->language.text) == 0) {
		return ERR_OK;
	}
	TRY(store_user_set_language(db, id, input->language.text));
	return auth_audit_record(call, &(struct audit_event){ .actor_id = id,
		.action = "user.language", .target_type = "user", .target_id = id,
		.before = language_json(call->arena, before.language),
		.after = language_json(call->arena, input->language.text) });
}

enum err api_profile_language(struct call *call)
{
	TRY(db_transact(call->db, write_language, call));
	call->reply->status = 204;
	return ERR_OK;
}

enum err api_profile_sessions(struct call *call)
{
	const struct conf *conf = call->conf;
	int64_t now = clock_now();
	struct own_session *sessions;
	size_t count;

	TRY(store_session_own(call->db, call->arena, call->viewer.user_id,
		now - (int64_t)conf->session_idle * CLOCK_MINUTE,
		now - (int64_t)conf->session_life * CLOCK_MINUTE, SESSIONS_MOST, &sessions, &count));
	for (size_t i = 0; i < count; i++) {
		sessions[i].current = sessions[i].id == call->viewer.session_id;
	}
	view_list(&call->reply->body, view_own_session, sessions, sizeof(*sessions), count,
		&(struct view_page){ .size = SESSIONS_MOST, .total = count, .total_exact = true },
		&call->viewer);
	return ERR_OK;
}

static enum err note_end(struct call *call, const char *before)
{
	uint64_t id = call->viewer.user_id;

	return auth_audit_record(call, &(struct audit_event){ .actor_id = id, .action = "session.end",
		.target_type = "user", .target_id = id, .before = before });
}

static enum err end_session(struct db *db, void *context)
{
	struct call *call = context;

	TRY(store_session_end_own(db, call->id, call->viewer.user_id));
	return note_end(call, arena_printf(call->arena, "{\"session\":%" PRIu64 "}", call->id));
}

enum err api_profile_session_end(struct call *call)
{
	TRY(db_transact(call->db, end_session, call));
	call->reply->status = 204;
	if (call->id == call->viewer.session_id) {
		cookie_clear(call->reply, call->request, COOKIE_SESSION);
	}
	return ERR_OK;
}

static enum err end_others(struct db *db, void *context)
{
	struct call *call = context;

	TRY(store_session_end_all(db, call->viewer.user_id, call->viewer.session_id));
	return note_end(call, "{\"session\":\"others\"}");
}

enum err api_profile_sessions_end(struct call *call)
{
	TRY(db_transact(call->db, end_others, call));
	call->reply->status = 204;
	return ERR_OK;
}
