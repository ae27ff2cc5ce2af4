#include "api/credentials.h"

#include "api/may.h"
#include "api/users.h"
#include "auth/link.h"
#include "auth/notice.h"
#include "base/clock.h"
#include "rule/may.h"
#include "store/mail.h"
#include "store/session.h"
#include "view/json.h"
#include "view/user.h"

#include <inttypes.h>
#include <string.h>

int64_t api_credentials_expiry(const struct call *call)
{
	return clock_now() + (int64_t)call->conf->initial_password_life * CLOCK_HOUR;
}

const char *api_credentials_kept(const struct call *call)
{
	return call->password != NULL ? call->password_hash : USER_NO_PASSWORD;
}

/* Makes the letter, whose kind says what secret is: the password or the link. A new user had none
 * before that could be void. */
static struct letter credentials_letter(struct call *call, const struct user *user, bool is_new,
	enum letter_kind kind, const char *secret, int64_t expires_at)
{
	const struct conf *conf = call->conf;
	const char *earlier = kind == LETTER_LINK ? "earlier_link" : "earlier_password";

	return (struct letter){
		.user_id = user->id,
		.kind = kind,
		.expires_at = expires_at,
		.to = user->email,
		.language = user->language,
		.values = {
			{ "email", user->email },
			{ kind == LETTER_LINK ? "link" : "password", secret },
			{ "name", user->name },
			{ "url", conf->url },
			{ "hours", arena_printf(call->arena, "%" PRIu64, conf->initial_password_life) },
			{ "earlier", is_new ? "" : earlier },
		},
	};
}

/* A user who was made just now has none whose place it could take. */
static enum err credentials_make_link(struct call *call, const struct user *user, bool is_new,
	int64_t expires_at, const char **link)
{
	return is_new ? auth_link_make_all(call, &user->id, 1, LINK_GIVEN, expires_at, link)
		: auth_link_make(call, user->id, LINK_GIVEN, expires_at, link);
}

enum err api_credentials_hand_over(struct call *call, const struct user *user,
	struct credentials *credentials, int64_t expires_at)
{
	enum letter_kind kind = credentials->by_link ? LETTER_LINK : LETTER_CREDENTIALS;
	bool mailed = credentials->send_to_email;
	const char *secret = call->password;
	struct letter letter;

	credentials->letter_id = 0;
	if (credentials->by_link) {
		TRY(credentials_make_link(call, user, credentials->is_new, expires_at, &secret));
	}
	credentials->link = credentials->by_link && !mailed ? secret : NULL;
	if (!mailed) {
		return ERR_OK;
	}
	letter = credentials_letter(call, user, credentials->is_new, kind, secret, expires_at);
	TRY(store_outbox_put(call->db, call->sealer, &letter, 1));
	credentials->letter_id = letter.id;
	return ERR_OK;
}

enum err api_credentials_mail_links(struct call *call, const struct user *const *users,
	size_t count)
{
	int64_t expires_at = api_credentials_expiry(call);
	struct letter *letters = arena_array(call->arena, count, sizeof(*letters));
	const char **links = arena_array(call->arena, count, sizeof(*links));
	uint64_t *ids = arena_array(call->arena, count, sizeof(*ids));

	for (size_t i = 0; i < count; i++) {
		ids[i] = users[i]->id;
	}
	TRY(auth_link_make_all(call, ids, count, LINK_GIVEN, expires_at, links));
	for (size_t i = 0; i < count; i++) {
		letters[i] = credentials_letter(call, users[i], true, LETTER_LINK, links[i], expires_at);
	}
	return store_outbox_put(call->db, call->sealer, letters, count);
}

enum err api_credentials_answer(struct call *call, struct user *user, const char *link)
{
	TRY(api_may_users(call, user, 1));
	reply_etag(call->reply, user->version);
	view_user_credentials(&call->reply->body, user, link, &call->viewer);
	return ERR_OK;
}

enum err api_credentials_give(struct call *call, struct credentials *credentials)
{
	int64_t expires_at = api_credentials_expiry(call);
	bool must_change = !credentials->by_link;
	uint64_t user_id = credentials->user_id;
	struct text after = text_in(call->arena);
	struct user user;

	TRY(store_user_lock(call->db, call->arena, user_id)); /* of two at once the later one counts */
	TRY(api_user_guard(call, user_id));
	if (user_id == call->viewer.user_id) {
		return api_forbid_field(call, "user", may_user_own(USER_CREDENTIALS));
	}
	TRY(api_user_load(call, user_id, &user));
	TRY(store_mail_cancel_credentials(call->db, user_id)); /* no letter brings the old one */
	TRY(store_user_set_password(call->db, user_id, api_credentials_kept(call), must_change,
		must_change ? expires_at : 0, 0));
	TRY(api_credentials_hand_over(call, &user, credentials, expires_at));
	view_json(&after, credentials->by_link ? "{'by':'link','mail':" : "{'mail':");
	if (credentials->letter_id == 0) { /* no letter tells the user that the old one is gone */
		TRY(auth_notice_user(call, &user, NOTICE_PASSWORD, BY_ADMINISTRATOR));
		text_puts(&after, "null}");
	} else {
		text_putf(&after, "%" PRIu64 "}", credentials->letter_id);
	}
	call->audit = (struct audit_event){ .action = credentials->action, .target_type = "user",
		.target_id = user_id, .after = after.bytes };
	return ERR_OK;
}
