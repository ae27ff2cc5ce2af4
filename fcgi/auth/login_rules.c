/* What signing in and links have in common: who is meant, and who may come in at all. */
#include "auth/login.h"

#include "base/clock.h"
#include "base/text.h"
#include "rule/field.h"
#include "rule/network.h"

/* An end that lies farther off than the setting lets it was written by a clock that was wrong. */
bool auth_login_may_enter(const struct call *call, const struct user_secret *user)
{
	int64_t now = clock_now(), end = user->password_expires_at;
	int64_t life = (int64_t)call->conf->initial_password_life * CLOCK_HOUR;

	return user->id != 0 && user->status == STATUS_ENABLED &&
		(end == 0 || (end >= now && end <= clock_latest(now) + life)) &&
		network_list_has(user->ip_allow_list, call->remote_address);
}

const char *auth_login_address(const struct call *call, const char *typed)
{
	const char *clean = text_clean(call->arena, typed), *address;

	if (clean == NULL) {
		return typed;
	}
	return check_email.run(call->arena, clean, &address) == NULL ? address
		: text_lower(call->arena, clean);
}

enum err auth_login_refuse(struct login *login, enum problem problem, enum err err)
{
	login->problem = problem;
	return err;
}
