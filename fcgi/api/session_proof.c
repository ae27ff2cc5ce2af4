/*
 * Proving once more who one is, before something dangerous: by the password, or by a code of the
 * app for those who have one. Nothing of the session changes but the time of its last proof and
 * its token.
 */
#include "api/handlers.h"
#include "api/profile.h"
#include "auth/proof.h"
#include "auth/tries.h"
#include "http/cookie.h"
#include "rule/field.h"

#include <stddef.h>

struct proof_input {
	struct in_text password;
	struct in_text code;
};

const struct field api_session_proof_fields[] = {
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct proof_input, password),
		.max = 1024 },
	{ .name = "code", .kind = FIELD_SECRET, .offset = offsetof(struct proof_input, code),
		.check = &check_code },
	{ .kind = FIELD_END },
};

static enum err ask(struct call *call, const struct proof_input *input, struct user_secret *viewer)
{
	if (input->password.given == input->code.given) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "password", "password.or_code");
	}
	return input->password.given
		? api_profile_ask_password(call, "password", input->password.text, viewer)
		: api_profile_ask_code(call, input->code.text, viewer);
}

enum err api_session_proof(struct call *call)
{
	const struct proof_input *input = call->input;
	char token[SECRET_TOKEN_TEXT];
	struct user_secret viewer = { .id = call->viewer.user_id };
	enum err err = ask(call, input, &viewer);

	if (err == ERR_OK) {
		err = auth_proof_note(call, &viewer, token);
	}
	if (err == ERR_OK) {
		cookie_set(call->reply, call->request, COOKIE_SESSION, token);
		cookie_set(call->reply, call->request, COOKIE_DEVICE,
			auth_tries_device(call, viewer.id, viewer.password));
		call->reply->status = 204;
	}
	if (err == ERR_STALE) {
		return input->code.given ? reply_refuse_field(call->reply, PROBLEM_INVALID, "code",
			"code.wrong") : reply_refuse_field(call->reply, PROBLEM_INVALID, "password",
			"password.wrong");
	}
	return err;
}

/* The route asks for a proof: who gets here has one. For those who cannot repeat what they are to
 * do next, as a browser that downloads a file. */
enum err api_session_proof_read(struct call *call)
{
	call->reply->status = 204;
	return ERR_OK;
}
