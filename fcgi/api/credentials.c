#include "api/credentials.h"

#include "api/users.h"
#include "auth/guard.h"
#include "auth/trail.h"
#include "base/clock.h"
#include "store/mail.h"
#include "store/session.h"

#include <inttypes.h>

int64_t api_credentials_expiry(const struct call *call)
{
	return clock_now() + (int64_t)call->auth.conf->initial_password_life * CLOCK_HOUR;
}

enum err api_credentials_hash(struct call *call, struct credentials *credentials)
{
	const struct conf *conf = call->auth.conf;

	return secret_password_hash(credentials->password, conf->hash_passes,
		(size_t)conf->hash_memory << 20, credentials->phc);
}

enum err api_credentials_put_letter(struct call *call, const struct user *user,
	const char *password, int64_t expires_at, uint64_t *letter_id)
{
	const struct conf *conf = call->auth.conf;
	struct letter letter = {
		.kind = LETTER_CREDENTIALS,
		.expires_at = expires_at,
		.to = user->email,
		.language = user->language,
		.values = {
			{ "email", user->email },
			{ "password", password },
			{ "name", user->name },
			{ "url", conf->url },
			{ "hours", arena_printf(call->arena, "%" PRIu64, conf->initial_password_life) },
		},
	};
	enum err err = store_outbox_put(call->db, call->auth.mail_key, user->id, &letter);

	*letter_id = letter.id;
	return err;
}

/* The rights of the viewer as they are now, the user, and whether the one may act on the other. */
static enum err find_user(struct call *call, uint64_t user_id, struct user *user)
{
	enum err err = auth_guard_change(&call->auth, &call->viewer, call->perm);

	if (err == ERR_OK) {
		err = api_user_load(call, user_id, user);
	}
	if (err == ERR_OK && user_id == call->viewer.user_id) {
		return api_forbid_field(call, "user", "user.own_credentials");
	}
	if (err == ERR_OK) {
		err = auth_guard_target(&call->auth, &call->viewer, user_id);
	}
	return err == ERR_FORBIDDEN ? api_forbid_field(call, "user", "user.above_yours") : err;
}

/* Whoever held the old password is out, and no letter brings it any more. */
static enum err replace_password(struct call *call, const struct credentials *credentials,
	int64_t expires_at)
{
	uint64_t user_id = credentials->user_id;
	enum err err = store_user_set_password(call->db, user_id, credentials->phc, true, expires_at);

	if (err == ERR_OK) {
		err = store_session_end_all(call->db, user_id, 0);
	}
	if (err == ERR_OK) {
		err = store_mail_cancel_all(call->db, user_id, LETTER_CREDENTIALS, "replaced");
	}
	return err;
}

static enum err note(struct call *call, const struct credentials *credentials)
{
	struct text after = text_in(call->arena);

	text_puts(&after, "{\"mail\":");
	if (credentials->letter_id == 0) {
		text_puts(&after, "null}");
	} else {
		text_putf(&after, "%" PRIu64 "}", credentials->letter_id);
	}
	return auth_trail(&call->auth, &(struct trail){ .actor_id = call->viewer.user_id,
		.action = credentials->action, .target_type = "user",
		.target_id = credentials->user_id, .after = after.bytes });
}

enum err api_credentials_give(struct call *call, struct credentials *credentials)
{
	int64_t expires_at = api_credentials_expiry(call);
	struct user user = { 0 };
	enum err err = find_user(call, credentials->user_id, &user);

	credentials->letter_id = 0;
	if (err == ERR_OK) {
		err = replace_password(call, credentials, expires_at);
	}
	if (err == ERR_OK && credentials->send_to_email) {
		err = api_credentials_put_letter(call, &user, credentials->password, expires_at,
			&credentials->letter_id);
	}
	return err == ERR_OK ? note(call, credentials) : err;
}
