#include "auth/notice.h"

#include "base/clock.h"
#include "store/outbox.h"

#include <string.h>

enum { NOTICE_HOURS = 24 };

enum err auth_notice_changed(const struct auth *auth, uint64_t user_id, const char *email,
	const char *name, const char *language)
{
	int64_t now = clock_now();
	char text[CLOCK_TEXT_MAX];
	const char *at = clock_text(now, text);
	struct letter letter = {
		.kind = LETTER_CHANGED,
		.expires_at = now + NOTICE_HOURS * CLOCK_HOUR,
		.to = email,
		.language = language,
		.values = {
			{ "email", email },
			{ "name", name },
			{ "at", arena_printf(auth->arena, "%.10s %.5s", at, at + strlen("2026-11-24T")) },
			{ "url", auth->conf->url },
		},
	};

	return conf_has_mail(auth->conf)
		? store_outbox_put(auth->db, auth->mail_key, user_id, &letter) : ERR_OK;
}
