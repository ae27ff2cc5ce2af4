/* What signing in and links have in common: who may come in at all. */
#include "auth/login.h"

#include "base/clock.h"
#include "rule/network.h"

/* An end that lies farther off than the setting lets it was written by a clock that was wrong. */
static bool login_password_is_over(const struct conf *conf, int64_t end)
{
	int64_t now = clock_now(), life = (int64_t)conf->initial_password_life * CLOCK_HOUR;

	return end != 0 && (end < now || end > clock_latest(now) + life);
}

bool auth_login_may_enter(const struct call *call, const struct user_secret *user)
{
	return user->id != 0 && user->status == STATUS_ENABLED &&
		!login_password_is_over(call->conf, user->password_expires_at) &&
		network_list_has(user->ip_allow_list, call->remote_address);
}
