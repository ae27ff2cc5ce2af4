/*
 * Signing in and out, and who am I. The decisions are auth/login's; here are the cookies and the
 * words of the answers.
 */
#include "api/session.h"

#include "api/handlers.h"
#include "api/may.h"
#include "api/metrics.h"
#include "api/users.h"
#include "auth/login.h"
#include "auth/step_up.h"
#include "auth/session.h"
#include "base/wake.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "rule/password.h"
#include "store/mail.h"
#include "store/session.h"
#include "view/session.h"
#include "view/totp.h"

#include <stddef.h>

struct sign_in_input {
	struct in_text email;
	struct in_text password;
};

const struct field api_session_create_fields[] = {
	{ .name = "email", .kind = FIELD_SECRET, .offset = offsetof(struct sign_in_input, email),
		.required = true, .max = 1024 },
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct sign_in_input, password),
		.required = true, .max = 1024 },
	{ .kind = FIELD_END },
};

struct sign_in_code_input {
	struct in_text code;
};

const struct field api_session_code_fields[] = {
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct sign_in_code_input, code),
		.required = true, .check = &check_code },
	{ .kind = FIELD_END },
};

struct sign_in_password_input {
	struct in_text password;
};

const struct field api_session_password_fields[] = {
	{ .name = "password", .kind = FIELD_SECRET,
		.offset = offsetof(struct sign_in_password_input, password), .required = true,
		.min = PASSWORD_MIN, .max = PASSWORD_MAX },
	{ .kind = FIELD_END },
};

/* Somebody on the way in. */
struct sign_in {
	struct login_step step; /* in every step but the first */
	struct login login;     /* what the step came to */
};

_Static_assert(sizeof(struct sign_in) <= API_STATE_SIZE, "the state of a sign-in");

enum err api_session_refuse(struct call *call, const struct login *login, enum err err)
{
	if (login->retry_after > 0) {
		reply_retry_after(call->reply, login->retry_after);
	}
	if (login->field_key != NULL) {
		return reply_refuse_field(call->reply, login->problem, "password", login->field_key);
	}
	return login->problem == PROBLEM_NONE ? err : reply_refuse(call->reply, login->problem);
}

/* Refuses a step, and counts it. A failure of ours is not counted. */
static enum err session_refuse_step(struct call *call, enum err err)
{
	const struct login *login = &((const struct sign_in *)call->state)->login;

	if (login->problem != PROBLEM_NONE) {
		api_metrics_sign_in_refused();
	}
	return api_session_refuse(call, login, err);
}

/* Answers what a step came to, with its cookies. */
static enum err session_answer_step(struct call *call, enum err err)
{
	const struct login *login = &((const struct sign_in *)call->state)->login;

	if (err != ERR_OK) {
		return session_refuse_step(call, err);
	}
	if (login->challenge[0] != '\0') {
		cookie_set(call->reply, call->request, COOKIE_SIGN_IN, login->challenge);
	}
	if (login->state == LOGIN_SIGNED_IN) {
		cookie_set(call->reply, call->request, COOKIE_SESSION, login->session);
		cookie_set(call->reply, call->request, COOKIE_DEVICE, login->device);
		cookie_clear(call->reply, call->request, COOKIE_SIGN_IN);
	}
	if (login->state == LOGIN_CODE_REQUIRED && login->method == TWO_FACTOR_EMAIL) {
		wake_ring(call->conf->mail_wake);
	}
	api_metrics_sign_in(login->state);
	view_put_sign_in(&call->reply->body, login);
	return ERR_OK;
}

/* Finds the sign-in that has come as far as stage in this browser, and refuses others. */
static enum err session_find_step(struct call *call, enum challenge_stage stage)
{
	struct sign_in *sign_in = call->state;
	enum err err = auth_login_step(call, stage, &sign_in->step, &sign_in->login);

	return err == ERR_OK ? ERR_OK : session_refuse_step(call, err);
}

enum err api_session_allow_code(struct call *call)
{
	return session_find_step(call, CHALLENGE_CODE);
}

enum err api_session_allow_password(struct call *call)
{
	return session_find_step(call, CHALLENGE_PASSWORD);
}

enum err api_session_allow_enrolment(struct call *call)
{
	return session_find_step(call, CHALLENGE_ENROLMENT);
}

enum err api_session_create(struct call *call)
{
	const struct sign_in_input *input = call->input;
	struct sign_in *sign_in = call->state;

	return session_answer_step(call, auth_login_password(call, input->email.text,
		input->password.text, &sign_in->login));
}

enum err api_session_code(struct call *call)
{
	const struct sign_in_code_input *input = call->input;
	struct sign_in *sign_in = call->state;

	return session_answer_step(call, auth_login_code(call, &sign_in->step, input->code.text,
		&sign_in->login));
}

enum err api_session_resend(struct call *call)
{
	struct sign_in *sign_in = call->state;

	return session_answer_step(call, auth_login_resend(call, &sign_in->step, &sign_in->login));
}

enum err api_session_password(struct call *call)
{
	const struct sign_in_password_input *input = call->input;
	struct sign_in *sign_in = call->state;

	return session_answer_step(call, auth_login_new_password(call, &sign_in->step,
		input->password.text, &sign_in->login));
}

/* The enrolment of an app that the settings demand, by somebody who is not signed in yet. */
enum err api_session_totp_begin(struct call *call)
{
	const struct user_secret *user = &((const struct sign_in *)call->state)->step.user;
	struct totp_enrolment enrolment;

	TRY(auth_totp_begin(call, user->id, user->email, &enrolment));
	view_record(&call->reply->body, view_totp_enrolment, &enrolment, &call->viewer);
	return ERR_OK;
}

enum err api_session_totp_confirm(struct call *call)
{
	const struct sign_in_code_input *input = call->input;
	struct sign_in *sign_in = call->state;

	return session_answer_step(call, auth_login_enrol(call, &sign_in->step, input->code.text,
		&sign_in->login));
}

/* Of groups whoever may see them is told as many as a page of their list holds. */
static enum err session_load_groups(struct call *call, struct session_state *state)
{
	const struct list_ask ask = { .size = PAGE_MAX };
	struct page page;
	void *groups;

	if (!rights_have(call->viewer.rights, PERM_GROUPS_VIEW)) {
		return ERR_OK;
	}
	TRY(store_list(call->db, call->arena, &group_noun, &ask, &page, &groups));
	state->groups = groups;
	state->group_count = page.count;
	return api_may_groups(call, state->groups, state->group_count);
}

enum err api_session_read(struct call *call)
{
	struct user user;
	struct session_state state = { .step_up_until = auth_step_up_until(call) };

	TRY(api_user_load(call, call->viewer.user_id, &user));
	if (conf_has_mail(call->conf) && rights_have(call->viewer.rights, PERM_MAIL_VIEW)) {
		TRY(store_mail_failing(call->db, call->arena, &state.mail_failing)); /* they can help */
	}
	TRY(store_saved_view_list(call->db, call->arena, user.id, &state.views, &state.view_count));
	TRY(store_job_list(call->db, call->arena, user.id, &state.jobs, &state.job_count));
	TRY(session_load_groups(call, &state));
	state.step_up_by_code = user.two_factor == TWO_FACTOR_TOTP;
	view_session(&call->reply->body, &user, call->conf, &state, &call->viewer);
	return ERR_OK;
}

/* The browser loses its session whatever becomes of ours. */
enum err api_session_end_allow(struct call *call)
{
	cookie_clear(call->reply, call->request, COOKIE_SESSION);
	return ERR_OK;
}

enum err api_session_end(struct call *call)
{
	TRY(auth_session_end_held(call));
	call->audit = (struct audit_event){ .action = "session.sign_out", .target_type = "user",
		.target_id = call->viewer.user_id };
	return ERR_OK;
}
