/*
 * One's own account: the password, and where one is signed in. Nothing here takes a permission, and
 * nothing reaches further than the viewer.
 */
#include "api/profile.h"

#include "api/handlers.h"
#include "auth/password.h"
#include "auth/notice.h"
#include "auth/step_up.h"
#include "auth/session.h"
#include "auth/tries.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "rule/password.h"
#include "store/session.h"
#include "view/json.h"
#include "view/session.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { SESSIONS_MAX = 200 };

struct profile_password_input {
	struct in_text current;
	struct in_text password;
};

const struct field api_profile_password_fields[] = {
	{ .name = "current", .kind = FIELD_SECRET,
		.offset = offsetof(struct profile_password_input, current),
		.required = true, .max = 1024 },
	{ .name = "password", .kind = FIELD_SECRET,
		.offset = offsetof(struct profile_password_input, password), .required = true,
		.max = PASSWORD_MAX },
	{ .kind = FIELD_END },
};

enum err api_profile_ask_password(struct call *call, const char *field, const char *password,
	struct user_secret *viewer)
{
	unsigned retry_after = 0;
	enum err err;

	TRY(store_user_secret_by_id(call->db, call->arena, call->viewer.user_id, viewer));
	err = auth_step_up_password(call, viewer, password, &retry_after);
	if (err == ERR_INVALID) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, field, "password.wrong");
	}
	if (err == ERR_TOO_MANY) {
		reply_retry_after(call->reply, retry_after);
	}
	return err;
}

struct profile_password {
	struct user_secret viewer; /* whose present password was asked for */
	char token[SECRET_TOKEN_TEXT]; /* of the session, from then on */
};

_Static_assert(sizeof(struct profile_password) <= API_STATE_SIZE, "the state of a new password");

/* What is wrong with the new password is said beside a wrong present one. */
enum err api_profile_password_allow(struct call *call)
{
	const struct profile_password_input *input = call->input;
	struct profile_password *state = call->state;
	enum err err = api_profile_ask_password(call, "current", input->current.text, &state->viewer);

	return call->reply->problem == PROBLEM_INVALID ? ERR_OK : err;
}

enum err api_profile_password_check(struct call *call)
{
	const struct profile_password_input *input = call->input;
	const struct profile_password *state = call->state;
	const char *wrong;

	if (state->viewer.id == 0) {
		return ERR_OK; /* a field is missing, and nobody was asked */
	}
	wrong = auth_password_check(call, input->password.text, state->viewer.email,
		state->viewer.name);
	if (wrong == NULL && strcmp(input->password.text, input->current.text) == 0) {
		wrong = "password.same";
	}
	if (wrong != NULL) {
		reply_field(call->reply, "password", wrong);
	}
	call->password = input->password.text;
	return ERR_OK;
}

enum err api_profile_password(struct call *call)
{
	struct profile_password *state = call->state;
	uint64_t id = call->viewer.user_id, session_id = call->viewer.session_id;
	enum err err = store_user_hold(call->db, call->arena, &state->viewer);

	if (err == ERR_STALE) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "current", "password.wrong");
	}
	TRY(err);
	TRY(store_user_set_password(call->db, id, call->password_hash, false, 0, session_id));
	TRY(auth_session_step_up(call, session_id, state->token));
	TRY(auth_notice(call, &state->viewer, NOTICE_PASSWORD, BY_OWNER));
	call->audit = (struct audit_event){ .action = "user.password_change", .target_type = "user",
		.target_id = id };
	return ERR_OK;
}

enum err api_profile_password_answer(struct call *call)
{
	const struct profile_password *state = call->state;

	cookie_set(call->reply, call->request, COOKIE_SESSION, state->token);
	cookie_set(call->reply, call->request, COOKIE_DEVICE,
		auth_tries_device(call, call->viewer.user_id, call->password_hash));
	return ERR_OK;
}

struct profile_language_input {
	struct in_text language;
};

const struct field api_profile_language_fields[] = {
	{ .name = "language", .kind = FIELD_TEXT,
		.offset = offsetof(struct profile_language_input, language),
		.required = true, .check = &check_language },
	{ .kind = FIELD_END },
};

static const char *profile_language_json(struct arena *arena, const char *language)
{
	struct text out = text_in(arena);

	view_json(&out, "{'language':");
	text_put_json(&out, language);
	text_putc(&out, '}');
	return out.bytes;
}

enum err api_profile_language(struct call *call)
{
	const struct profile_language_input *input = call->input;
	uint64_t id = call->viewer.user_id;
	struct user_secret before;

	TRY(store_user_secret_by_id(call->db, call->arena, id, &before));
	if (strcmp(before.language, input->language.text) == 0) {
		return ERR_OK;
	}
	TRY(store_user_set_language(call->db, id, input->language.text));
	call->audit = (struct audit_event){ .action = "user.language", .target_type = "user",
		.target_id = id, .before = profile_language_json(call->arena, before.language),
		.after = profile_language_json(call->arena, input->language.text) };
	return ERR_OK;
}

enum err api_profile_sessions(struct call *call)
{
	struct session_live live = auth_session_live(call->conf);
	struct own_session *sessions;
	size_t count;

	TRY(store_session_own(call->db, call->arena, call->viewer.user_id, live.idle, live.born,
		SESSIONS_MAX, &sessions, &count));
	for (size_t i = 0; i < count; i++) {
		sessions[i].current = sessions[i].id == call->viewer.session_id;
	}
	view_list(&call->reply->body, view_own_session, sessions, sizeof(*sessions), count,
		&(struct view_page){ .size = SESSIONS_MAX, .total = count, .total_exact = true },
		&call->viewer);
	return ERR_OK;
}

static struct audit_event profile_session_event(struct call *call, const char *before)
{
	return (struct audit_event){ .action = "session.end", .target_type = "user",
		.target_id = call->viewer.user_id, .before = before };
}

enum err api_profile_session_end(struct call *call)
{
	TRY(store_session_end_own(call->db, call->id, call->viewer.user_id));
	call->audit = profile_session_event(call,
		arena_printf(call->arena, "{\"session\":%" PRIu64 "}", call->id));
	return ERR_OK;
}

enum err api_profile_session_answer_ended(struct call *call)
{
	if (call->id == call->viewer.session_id) {
		cookie_clear(call->reply, call->request, COOKIE_SESSION);
	}
	return ERR_OK;
}

enum err api_profile_sessions_end(struct call *call)
{
	TRY(store_session_end_all(call->db, call->viewer.user_id, call->viewer.session_id));
	call->audit = profile_session_event(call, "{\"session\":\"others\"}");
	return ERR_OK;
}
