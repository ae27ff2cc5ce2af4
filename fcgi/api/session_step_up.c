/*
 * Proving once more who one is, before something dangerous: by the password, or by a code of the
 * app for those who have one. Nothing of the session changes but the time of its last proof and
 * its token.
 */
#include "api/handlers.h"
#include "api/profile.h"
#include "auth/step_up.h"
#include "auth/tries.h"
#include "http/cookie.h"
#include "rule/field.h"

#include <stddef.h>

struct step_up_input {
	struct in_text password;
	struct in_text code;
};

const struct field api_session_step_up_fields[] = {
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct step_up_input, password),
		.max = 1024 },
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct step_up_input, code),
		.check = &check_code },
	{ .kind = FIELD_END },
};

struct step_up_state {
	struct user_secret viewer;
	char token[SECRET_TOKEN_TEXT]; /* of the session, from then on */
};

enum err api_session_step_up_allow(struct call *call)
{
	const struct step_up_input *input = call->input;
	struct step_up_state *state = call->state;

	if (input->password.given == input->code.given) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "password", "password.or_code");
	}
	return input->password.given
		? api_profile_ask_password(call, "password", input->password.text, &state->viewer)
		: api_profile_ask_code(call, input->code.text, &state->viewer);
}

enum err api_session_step_up(struct call *call)
{
	const struct step_up_input *input = call->input;
	struct step_up_state *state = call->state;
	enum err err = auth_step_up_note(call, &state->viewer, state->token);

	if (err == ERR_STALE) {
		return input->code.given ? reply_refuse_field(call->reply, PROBLEM_INVALID, "code",
			"code.wrong") : reply_refuse_field(call->reply, PROBLEM_INVALID, "password",
			"password.wrong");
	}
	return err;
}

enum err api_session_step_up_answer(struct call *call)
{
	const struct step_up_state *state = call->state;

	cookie_set(call->reply, call->request, COOKIE_SESSION, state->token);
	cookie_set(call->reply, call->request, COOKIE_DEVICE,
		auth_tries_device(call, state->viewer.id, state->viewer.password));
	return ERR_OK;
}

/* The route asks for a proof: who gets here has one. For those who cannot repeat what they are to
 * do next, as a browser that downloads a file. */
enum err api_session_step_up_read(struct call *call)
{
	(void)call;
	return ERR_OK;
}
