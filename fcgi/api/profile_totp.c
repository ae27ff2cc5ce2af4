/*
 * One's own authenticator app: enrol it, move to another one, go back, and the recovery codes. The
 * password begins an enrolment; an app that is in use is asked for a code before anything about it
 * changes.
 */
#include "api/handlers.h"
#include "api/profile.h"
#include "auth/proof.h"
#include "auth/session.h"
#include "auth/totp.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "store/totp.h"
#include "view/totp.h"

#include <stddef.h>

struct begin_input {
	struct in_text password;
	struct in_text code;
};

const struct field api_profile_totp_begin_fields[] = {
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct begin_input, password),
		.required = true, .max = 1024 },
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct begin_input, code),
		.check = &check_code },
	{ .kind = FIELD_END },
};

struct code_input {
	struct in_text code;
};

const struct field api_profile_code_fields[] = {
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct code_input, code),
		.required = true, .check = &check_code },
	{ .kind = FIELD_END },
};

/* Work of a transaction that makes recovery codes or changes the factor. */
struct codes_work {
	struct call *call;
	struct recovery_codes codes;
	char token[SECRET_TOKEN_TEXT]; /* of the session from then on, where the factor changes */
};

static enum err refuse_code(struct call *call)
{
	return reply_refuse_field(call->reply, PROBLEM_INVALID, "code", "code.wrong");
}

static enum err ask_code(struct call *call, const struct user_secret *viewer, const char *code)
{
	unsigned retry_after = 0;
	enum err err = auth_proof_code(call, viewer, code, &retry_after);

	if (err == ERR_TOO_MANY) {
		reply_retry_after(call->reply, retry_after);
	}
	return err == ERR_INVALID ? refuse_code(call) : err;
}

enum err api_profile_ask_code(struct call *call, const char *code, struct user_secret *viewer)
{
	TRY(store_user_secret_by_id(call->db, call->arena, call->viewer.user_id, viewer));
	return ask_code(call, viewer, code);
}

/* For what needs an app in use: the viewer, after a code of theirs. */
static enum err ask_viewer_for_code(struct call *call, struct user_secret *viewer)
{
	const struct code_input *input = call->input;

	return api_profile_ask_code(call, input->code.text, viewer);
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

enum err api_profile_totp_begin(struct call *call)
{
	const struct begin_input *input = call->input;
	struct totp_enrolment enrolment;
	struct user_secret viewer;

	TRY(api_profile_ask_password(call, "password", input->password.text, &viewer));
	if (viewer.two_factor == TWO_FACTOR_TOTP) {
		TRY(ask_code(call, &viewer, input->code.text));
	}
	TRY(auth_totp_begin(call, viewer.id, viewer.email, &enrolment));
	view_record(&call->reply->body, view_totp_enrolment, &enrolment, &call->viewer);
	return ERR_OK;
}

static enum err confirm(struct db *db, void *context)
{
	struct codes_work *work = context;
	struct call *call = work->call;
	const struct code_input *input = call->input;

	(void)db;
	TRY(auth_totp_confirm(call, call->viewer.user_id, input->code.text,
		call->viewer.session_id, &work->codes));
	return auth_session_prove(call, call->viewer.session_id, work->token);
}

/* Answers with the codes that the work has made. */
static enum err answer_codes(struct call *call, db_work *make)
{
	struct codes_work work = { .call = call };

	TRY(db_transact(call->db, make, &work));
	view_record(&call->reply->body, view_recovery_codes, &work.codes, &call->viewer);
	if (work.token[0] != '\0') {
		cookie_set(call->reply, call->request, COOKIE_SESSION, work.token);
	}
	return ERR_OK;
}

enum err api_profile_totp_confirm(struct call *call)
{
	enum err err = answer_codes(call, confirm);

	return err == ERR_INVALID ? refuse_code(call) : err;
}

static enum err new_codes(struct db *db, void *context)
{
	struct codes_work *work = context;

	(void)db;
	return auth_totp_new_codes(work->call, work->call->viewer.user_id,
		work->call->viewer.session_id, &work->codes);
}

enum err api_profile_recovery_codes(struct call *call)
{
	struct user_secret viewer;

	TRY(ask_viewer_for_code(call, &viewer));
	return answer_codes(call, new_codes);
}

static enum err end(struct db *db, void *context)
{
	struct codes_work *work = context;
	struct call *call = work->call;

	(void)db;
	TRY(auth_totp_end(call, call->viewer.user_id, call->viewer.session_id));
	return auth_session_prove(call, call->viewer.session_id, work->token);
}

enum err api_profile_totp_end(struct call *call)
{
	struct codes_work work = { .call = call };
	struct user_secret viewer;
	bool required;

	TRY(auth_totp_required(call, call->viewer.user_id, &required));
	if (required) {
		return reply_refuse(call->reply, PROBLEM_TOTP_REQUIRED);
	}
	TRY(ask_viewer_for_code(call, &viewer));
	TRY(db_transact(call->db, end, &work));
	cookie_set(call->reply, call->request, COOKIE_SESSION, work.token);
	call->reply->status = 204;
	return ERR_OK;
}
