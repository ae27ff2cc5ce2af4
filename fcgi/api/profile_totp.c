/*
 * One's own authenticator app: enrol it, move to another one, go back, and the recovery codes. The
 * password begins an enrolment; an app that is in use is asked for a code before anything about it
 * changes.
 */
#include "api/handlers.h"
#include "api/profile.h"
#include "auth/step_up.h"
#include "auth/session.h"
#include "auth/totp.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "store/totp.h"
#include "view/totp.h"

#include <stddef.h>

struct totp_begin_input {
	struct in_text password;
	struct in_text code;
};

const struct field api_profile_totp_begin_fields[] = {
	{ .name = "password", .kind = FIELD_SECRET,
		.offset = offsetof(struct totp_begin_input, password),
		.required = true, .max = 1024 },
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct totp_begin_input, code),
		.check = &check_code },
	{ .kind = FIELD_END },
};

struct profile_code_input {
	struct in_text code;
};

const struct field api_profile_code_fields[] = {
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct profile_code_input, code),
		.required = true, .check = &check_code },
	{ .kind = FIELD_END },
};

struct profile_totp {
	struct user_secret viewer;
	struct totp_enrolment enrolment;
	struct recovery_codes codes;
	char token[SECRET_TOKEN_TEXT]; /* of the session from then on, where the factor changes */
};

_Static_assert(sizeof(struct profile_totp) <= API_STATE_SIZE, "the state of one's own app");

static enum err profile_refuse_code(struct call *call)
{
	return reply_refuse_field(call->reply, PROBLEM_INVALID, "code", "code.wrong");
}

static enum err profile_ask_code(struct call *call, const struct user_secret *viewer,
	const char *code)
{
	unsigned retry_after = 0;
	enum err err = auth_step_up_code(call, viewer, code, &retry_after);

	if (err == ERR_TOO_MANY) {
		reply_retry_after(call->reply, retry_after);
	}
	return err == ERR_INVALID ? profile_refuse_code(call) : err;
}

enum err api_profile_ask_code(struct call *call, const char *code, struct user_secret *viewer)
{
	TRY(store_user_secret_by_id(call->db, call->arena, call->viewer.user_id, viewer));
	return profile_ask_code(call, viewer, code);
}

enum err api_profile_totp_read(struct call *call)
{
	struct user_secret viewer;
	struct totp_state state;

	TRY(store_user_secret_by_id(call->db, call->arena, call->viewer.user_id, &viewer));
	TRY(store_recovery_codes_count(call->db, call->arena, viewer.id, &state.recovery_codes));
	TRY(auth_totp_required(call, viewer.id, &state.required));
	state.method = viewer.two_factor;
	view_record(&call->reply->body, view_totp_state, &state, &call->viewer);
	return ERR_OK;
}

/* The password, and of who has an app in use a code of it. */
enum err api_profile_totp_begin_allow(struct call *call)
{
	const struct totp_begin_input *input = call->input;
	struct profile_totp *state = call->state;

	TRY(api_profile_ask_password(call, "password", input->password.text, &state->viewer));
	return state->viewer.two_factor == TWO_FACTOR_TOTP
		? profile_ask_code(call, &state->viewer, input->code.text) : ERR_OK;
}

enum err api_profile_totp_begin(struct call *call)
{
	struct profile_totp *state = call->state;

	return auth_totp_begin(call, state->viewer.id, state->viewer.email, &state->enrolment);
}

enum err api_profile_totp_answer_begun(struct call *call)
{
	const struct profile_totp *state = call->state;

	view_record(&call->reply->body, view_totp_enrolment, &state->enrolment, &call->viewer);
	return ERR_OK;
}

/* What needs an app in use takes a code of it. */
enum err api_profile_code_allow(struct call *call)
{
	const struct profile_code_input *input = call->input;
	struct profile_totp *state = call->state;

	return api_profile_ask_code(call, input->code.text, &state->viewer);
}

enum err api_profile_totp_confirm(struct call *call)
{
	const struct profile_code_input *input = call->input;
	struct profile_totp *state = call->state;
	enum err err = auth_totp_confirm(call, call->viewer.user_id, input->code.text,
		call->viewer.session_id, &state->codes);

	if (err == ERR_INVALID) {
		return profile_refuse_code(call);
	}
	TRY(err);
	return auth_session_step_up(call, call->viewer.session_id, state->token);
}

enum err api_profile_recovery_codes(struct call *call)
{
	struct profile_totp *state = call->state;

	return auth_totp_new_codes(call, call->viewer.user_id, call->viewer.session_id,
		&state->codes);
}

static void profile_answer_token(struct call *call)
{
	const struct profile_totp *state = call->state;

	if (state->token[0] != '\0') {
		cookie_set(call->reply, call->request, COOKIE_SESSION, state->token);
	}
}

enum err api_profile_answer_codes(struct call *call)
{
	const struct profile_totp *state = call->state;

	view_record(&call->reply->body, view_recovery_codes, &state->codes, &call->viewer);
	profile_answer_token(call);
	return ERR_OK;
}

enum err api_profile_totp_end_allow(struct call *call)
{
	bool required;

	TRY(auth_totp_required(call, call->viewer.user_id, &required));
	return required ? reply_refuse(call->reply, PROBLEM_TOTP_REQUIRED)
		: api_profile_code_allow(call);
}

enum err api_profile_totp_end(struct call *call)
{
	struct profile_totp *state = call->state;

	TRY(auth_totp_end(call, call->viewer.user_id, call->viewer.session_id));
	return auth_session_step_up(call, call->viewer.session_id, state->token);
}

enum err api_profile_totp_answer_ended(struct call *call)
{
	profile_answer_token(call);
	return ERR_OK;
}
