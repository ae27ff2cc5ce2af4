#include "act/credentials.h"

#include "auth/link.h"
#include "base/clock.h"
#include "store/outbox.h"

#include <inttypes.h>

int64_t act_credentials_expiry(const struct call *call)
{
	return clock_now() + (int64_t)call->conf->initial_password_life * CLOCK_HOUR;
}

const char *act_credentials_kept(const struct call *call)
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

enum err act_credentials_hand_over(struct call *call, const struct user *user,
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

enum err act_credentials_mail_links(struct call *call, const struct user *const *users,
	size_t count)
{
	int64_t expires_at = act_credentials_expiry(call);
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
