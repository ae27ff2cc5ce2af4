#include "auth/notice.h"

#include "base/clock.h"
#include "rule/browser.h"
#include "rule/perm.h"
#include "store/outbox.h"

#include <string.h>

enum { NOTICE_HOURS = 24 };

const char *auth_notice_place(const struct call *call)
{
	const char *browser = browser_name(call->user_agent);
	const char *system = browser_system(call->user_agent);

	return arena_printf(call->arena, "%s%s%s%s%s", call->remote_address,
		browser[0] == '\0' ? "" : ", ", browser, system[0] == '\0' ? "" : ", ", system);
}

enum err auth_notice(const struct call *call, const struct user_secret *user, enum notice what,
	enum notice_by by)
{
	int64_t now = clock_now();
	char at[CLOCK_TEXT_MAX];
	struct letter letter = {
		.user_id = user->id,
		.kind = LETTER_CHANGED,
		.expires_at = now + NOTICE_HOURS * CLOCK_HOUR,
		.to = user->email,
		.language = user->language,
		.values = {
			{ "what", notice_words[what] },
			{ "from", by == BY_OWNER ? auth_notice_place(call)
				: by == BY_HOST ? "host" : "administrator" },
			{ "email", user->email },
			{ "name", user->name },
			{ "at", clock_text(now, at) },
			{ "url", call->conf->url },
		},
	};

	return conf_has_mail(call->conf)
		? store_outbox_put(call->db, call->sealer, &letter, 1) : ERR_OK;
}

enum err auth_notice_user(const struct call *call, const struct user *user, enum notice what,
	enum notice_by by)
{
	return auth_notice(call, &(struct user_secret){ .id = user->id, .email = user->email,
		.name = user->name, .language = user->language }, what, by);
}

enum err auth_notice_own(const struct call *call, uint64_t user_id, enum notice what)
{
	struct user_secret user;

	TRY(store_user_secret_by_id(call->db, call->arena, user_id, &user));
	return auth_notice(call, &user, what, BY_OWNER);
}

static bool notice_is_administrator(const struct user *user)
{
	for (size_t i = 0; i < user->group_count; i++) {
		if (user->groups[i].id == GROUP_ADMINISTRATORS) {
			return true;
		}
	}
	return false;
}

enum err auth_notice_change(const struct call *call, const struct user *before,
	const struct user *next, enum notice_by by)
{
	if (strcmp(before->email, next->email) != 0) {
		struct user left = *next;

		left.email = before->email;
		TRY(auth_notice_user(call, &left, NOTICE_ADDRESS, by));
		TRY(auth_notice_user(call, next, NOTICE_ADDRESS, by));
	}
	if (before->two_factor != next->two_factor) {
		TRY(auth_notice_user(call, next, next->two_factor == TWO_FACTOR_DISABLED
			? NOTICE_SECOND_FACTOR_OFF : NOTICE_CODES_BY_MAIL, by));
	}
	if (notice_is_administrator(next) && !notice_is_administrator(before)) {
		TRY(auth_notice_user(call, next, NOTICE_ADMINISTRATOR, by));
	}
	return ERR_OK;
}

enum err auth_notice_new_browser(const struct call *call, const struct user_secret *user,
	const struct tries *tries)
{
	bool tell = false;

	if (tries->kind == THROTTLE_ACCOUNT && user->last_sign_in_at != 0) {
		TRY(auth_tries_new_browser(call, user->id, &tell));
	}
	return tell ? auth_notice(call, user, NOTICE_NEW_BROWSER, BY_OWNER) : ERR_OK;
}

struct notice_wrong_code {
	const struct call *call;
	const struct user_secret *user;
};

static enum err notice_count_wrong_code(struct db *db, void *context)
{
	const struct notice_wrong_code *wrong = context;
	uint64_t failures = 0;

	(void)db;
	TRY(auth_tries_code_wrong(wrong->call, wrong->user->id));
	TRY(auth_tries_codes_failed(wrong->call, wrong->user->id, &failures));
	return failures == NOTICE_WRONG_CODES_TOLD
		? auth_notice(wrong->call, wrong->user, NOTICE_WRONG_CODES, BY_OWNER) : ERR_OK;
}

enum err auth_notice_wrong_code(const struct call *call, const struct user_secret *user)
{
	return db_transact(call->db, notice_count_wrong_code, &(struct notice_wrong_code){ call,
		user });
}
