#include "auth/factor.h"

#include "auth/notice.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/outbox.h"

#include <stdio.h>
#include <string.h>

enum { CODE_DIGITS = 8, CODE_BOUND = 100000000 };

static struct secret_hash factor_code_hash(const struct secret_key *key,
	const struct secret_hash *token, const char code[static CODE_DIGITS])
{
	unsigned char bytes[sizeof(token->bytes) + CODE_DIGITS];

	memcpy(bytes, token->bytes, sizeof(token->bytes));
	memcpy(bytes + sizeof(token->bytes), code, CODE_DIGITS);
	return secret_keyed(key, "sign-in code", bytes, sizeof(bytes));
}

enum err auth_factor_send(const struct call *call, const struct secret_hash *token,
	const struct user_secret *user, struct challenge *challenge)
{
	char code[CODE_DIGITS + 1], at[CLOCK_TEXT_MAX];
	int64_t now = clock_now();
	struct letter letter = {
		.user_id = challenge->user_id,
		.kind = LETTER_CODE,
		.expires_at = now + FACTOR_CODE_MINUTES * CLOCK_MINUTE,
		.to = user->email,
		.language = user->language,
		.values = {
			{ "code", code },
			{ "minutes", arena_printf(call->arena, "%d", FACTOR_CODE_MINUTES) },
			{ "url", call->conf->url },
			{ "at", clock_text(now, at) },
			{ "from", auth_notice_place(call) },
		},
	};

	snprintf(code, sizeof(code), "%08u", (unsigned)secret_below(CODE_BOUND));
	challenge->has_code = true;
	challenge->code = factor_code_hash(call->server_key, token, code);
	challenge->code_sent_at = now;
	challenge->code_expires_at = letter.expires_at;
	enum err err = store_outbox_put(call->db, call->sealer, &letter, 1);
	secret_wipe(code, sizeof(code));
	return err;
}

bool auth_factor_matches(const struct call *call, const struct secret_hash *token,
	const struct challenge *challenge, const char *code)
{
	bool matches = false;

	if (!challenge->has_code || clock_now() > challenge->code_expires_at ||
	    strlen(code) != CODE_DIGITS) {
		return false;
	}
	for (size_t i = 0; i < call->server_keys->opening; i++) {
		struct secret_hash hash = factor_code_hash(&call->server_keys->key[i], token, code);

		matches = secret_equal(hash.bytes, challenge->code.bytes, sizeof(hash.bytes)) || matches;
	}
	return matches;
}
