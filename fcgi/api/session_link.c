/*
 * Choosing a password without one: by a one-time link, and asking for such a link because the
 * password is forgotten. For people who are not signed in, and nobody is signed in by it.
 *
 *   POST /session/link           {token}            {"password_min": 15}, or 401 link_void
 *   POST /session/link/password  {token, password}  204, and the browser is known from then on
 *   POST /session/forgotten      {email}            204, whoever has the address; 403 no_mail
 */
#include "api/handlers.h"
#include "api/session.h"
#include "auth/link.h"
#include "base/wake.h"
#include "http/cookie.h"
#include "rule/password.h"
#include "view/session.h"

#include <stddef.h>

enum { TOKEN_MAX = 256 };

struct link_input {
	struct in_text token;
	struct in_text password;
};

const struct field api_session_link_fields[] = {
	{ .name = "token", .kind = FIELD_SECRET, .offset = offsetof(struct link_input, token),
		.required = true, .max = TOKEN_MAX },
	{ .kind = FIELD_END },
};

const struct field api_session_link_password_fields[] = {
	{ .name = "token", .kind = FIELD_SECRET, .offset = offsetof(struct link_input, token),
		.required = true, .max = TOKEN_MAX },
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct link_input, password),
		.required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX },
	{ .kind = FIELD_END },
};

struct forgotten_input {
	struct in_text email;
};

const struct field api_session_forgotten_fields[] = {
	{ .name = "email", .kind = FIELD_SECRET, .offset = offsetof(struct forgotten_input, email),
		.required = true, .max = 1024 },
	{ .kind = FIELD_END },
};

enum err api_session_link(struct call *call)
{
	const struct link_input *input = call->input;
	struct login login;
	enum err err = auth_link_check(call, input->token.text, &login);

	if (err != ERR_OK) {
		return api_session_refuse(call, &login, err);
	}
	view_put_link_policy(&call->reply->body, &login, &call->viewer);
	return ERR_OK;
}

enum err api_session_link_password(struct call *call)
{
	const struct link_input *input = call->input;
	struct login login;
	enum err err = auth_link_use(call, input->token.text, input->password.text, &login);

	if (err != ERR_OK) {
		return api_session_refuse(call, &login, err);
	}
	wake_ring(call->conf->mail_wake);
	cookie_set(call->reply, call->request, COOKIE_DEVICE, login.device);
	return ERR_OK;
}

enum err api_session_forgotten(struct call *call)
{
	const struct forgotten_input *input = call->input;
	struct login login;
	enum err err;

	if (!conf_has_mail(call->conf)) {
		return reply_refuse(call->reply, PROBLEM_NO_MAIL);
	}
	err = auth_link_forgotten(call, input->email.text, &login);
	if (err != ERR_OK) {
		return api_session_refuse(call, &login, err);
	}
	wake_ring(call->conf->mail_wake); /* for nobody's letter too */
	return ERR_OK;
}
