#include "auth/totp.h"

#include "auth/notice.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "rule/password.h"
#include "rule/totp.h"
#include "store/pending.h"
#include "store/rights.h"
#include "store/session.h"
#include "store/totp.h"
#include "store/user.h"

#include <string.h>

enum { ENROLMENT_MINUTES = 30, RECOVERY_SIZE = 16, RECOVERY_GROUP = 4 };

enum err auth_totp_required(const struct call *call, uint64_t user_id, bool *required)
{
	const char *whom = call->conf->require_totp;
	struct user_rights rights;

	*required = strcmp(whom, "everyone") == 0;
	if (strcmp(whom, "administrators") != 0) {
		return ERR_OK;
	}
	TRY(store_rights_load(call->db, call->arena, user_id, &rights));
	*required = rights_cover(rights.rights, rights_add_administrator(rights_none()));
	return ERR_OK;
}

/* Puts string percent-encoded (RFC 3986). */
static void totp_put_encoded(struct text *out, const char *string)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz" "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-._~";

	for (; *string != '\0'; string++) {
		if (strchr(plain, *string) != NULL) {
			text_putc(out, *string);
		} else {
			text_putf(out, "%%%02X", (unsigned)(unsigned char)*string);
		}
	}
}

static const char *totp_uri(const struct call *call, const char *email, const char *secret)
{
	struct text uri = text_in(call->arena);

	text_puts(&uri, "otpauth://totp/");
	totp_put_encoded(&uri, call->conf->name);
	text_putc(&uri, ':');
	totp_put_encoded(&uri, email);
	text_puts(&uri, "?secret=");
	text_puts(&uri, secret);
	text_puts(&uri, "&issuer=");
	totp_put_encoded(&uri, call->conf->name);
	return uri.bytes;
}

static const char *totp_wrap_seed(const struct call *call, uint64_t user_id,
	const unsigned char seed[static TOTP_SECRET_SIZE])
{
	return secret_wrap(call->arena, call->server_key, SECRET_SEED, user_id, seed,
		TOTP_SECRET_SIZE);
}

enum err auth_totp_begin(const struct call *call, uint64_t user_id, const char *email,
	struct totp_enrolment *enrolment)
{
	unsigned char secret[TOTP_SECRET_SIZE];
	const char *wrapped;

	secret_random(secret, sizeof(secret));
	enrolment->secret = totp_text(call->arena, secret);
	enrolment->uri = totp_uri(call, email, enrolment->secret);
	wrapped = totp_wrap_seed(call, user_id, secret);
	secret_wipe(secret, sizeof(secret));
	return store_totp_begin(call->db, user_id, wrapped, clock_now());
}

/* Unwraps the seed with this key, as it is wrapped now or was before; NULL when it is another's. */
static const unsigned char *totp_unwrap_seed(const struct call *call, const struct secret_key *key,
	uint64_t user_id, const char *wrapped)
{
	size_t size = 0;
	const unsigned char *seed = secret_unwrap(call->arena, key, SECRET_SEED, user_id, wrapped,
		&size);

	if (seed == NULL) {
		seed = secret_unwrap_old(call->arena, key, wrapped, &size);
	}
	return size == TOTP_SECRET_SIZE ? seed : NULL;
}

/* Unwraps the seed; NULL, logged, when it is another user's or another key's. */
static const unsigned char *totp_open_seed(const struct call *call, uint64_t user_id,
	const char *wrapped)
{
	const unsigned char *seed = NULL;

	for (size_t i = 0; seed == NULL && i < call->server_keys->opening; i++) {
		seed = totp_unwrap_seed(call, &call->server_keys->key[i], user_id, wrapped);
	}
	if (seed == NULL) {
		log_event(LOG_ERROR, "totp", "reason=the seed is not of this user or server key");
	}
	return seed;
}

/* Wraps anew what another key than the one in use has wrapped; "" stays. */
static const char *totp_rewrap_seed(const struct call *call, uint64_t user_id, const char *wrapped,
	struct totp_rewrapped *rewrapped)
{
	const unsigned char *seed;

	if (wrapped[0] == '\0' ||
	    totp_unwrap_seed(call, call->server_key, user_id, wrapped) != NULL) {
		return wrapped;
	}
	seed = totp_open_seed(call, user_id, wrapped);
	rewrapped->lost += seed == NULL;
	rewrapped->count += seed != NULL;
	return seed == NULL ? wrapped : totp_wrap_seed(call, user_id, seed);
}

enum err auth_totp_rewrap(const struct call *call, struct totp_rewrapped *rewrapped)
{
	struct arena arena;
	struct call step = *call;
	struct totp_seeds seeds = { 0 };
	enum err err;

	*rewrapped = (struct totp_rewrapped){ 0 };
	arena_init(&arena);
	step.arena = &arena;
	while ((err = store_totp_next(call->db, &arena, seeds.user_id, &seeds)) == ERR_OK) {
		struct totp_seeds anew = { .user_id = seeds.user_id,
			.secret = totp_rewrap_seed(&step, seeds.user_id, seeds.secret, rewrapped),
			.next_secret = totp_rewrap_seed(&step, seeds.user_id, seeds.next_secret, rewrapped) };

		if (strcmp(anew.secret, seeds.secret) != 0 ||
		    strcmp(anew.next_secret, seeds.next_secret) != 0) {
			err = store_totp_rewrap(call->db, &seeds, &anew);
		}
		if (err != ERR_OK && err != ERR_STALE) {
			break;
		}
		arena_reset(&arena);
	}
	arena_release(&arena);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Finds the *step that code uses, as totp_step(). ERR_INVALID when it is none of this seed. */
static enum err totp_find_step(const unsigned char *seed, uint64_t used, const char *code,
	uint64_t *step)
{
	if (seed == NULL) {
		return ERR_BUG;
	}
	*step = totp_step(seed, clock_now(), used, code);
	return *step == 0 ? ERR_INVALID : ERR_OK;
}

static struct secret_hash totp_recovery_hash(const struct secret_key *key, uint64_t user_id,
	const char *code)
{
	unsigned char bytes[sizeof(user_id) + RECOVERY_SIZE];

	memcpy(bytes, &user_id, sizeof(user_id));
	memcpy(bytes + sizeof(user_id), code, RECOVERY_SIZE);
	return secret_keyed(key, "recovery code", bytes, sizeof(bytes));
}

static enum err totp_record(const struct call *call, uint64_t user_id, const char *action)
{
	return auth_audit_record(call, &(struct audit_event){ .actor_id = user_id, .action = action,
		.target_type = "user", .target_id = user_id });
}

static enum err totp_use_app_code(const struct call *call, uint64_t user_id, const char *code)
{
	const unsigned char *seed;
	struct totp totp;
	uint64_t step;
	enum err err;

	TRY(store_totp_load(call->db, call->arena, user_id, &totp));
	if (totp.secret[0] == '\0') {
		return ERR_INVALID;
	}
	seed = totp_open_seed(call, user_id, totp.secret);
	TRY(totp_find_step(seed, totp.last_step, code, &step));
	err = store_totp_use(call->db, user_id, totp.secret, step,
		totp_wrap_seed(call, user_id, seed));
	return err == ERR_STALE ? ERR_INVALID : err;
}

bool auth_totp_is_recovery_code(const char *code)
{
	return strlen(code) == RECOVERY_SIZE;
}

enum err auth_totp_use(const struct call *call, uint64_t user_id, const char *code)
{
	enum err err = ERR_STALE;

	if (!auth_totp_is_recovery_code(code)) {
		return totp_use_app_code(call, user_id, code);
	}
	for (size_t i = 0; err == ERR_STALE && i < call->server_keys->count; i++) {
		struct secret_hash hash = totp_recovery_hash(&call->server_keys->key[i], user_id, code);

		err = store_recovery_code_use(call->db, user_id, &hash);
	}
	TRY(err == ERR_STALE ? ERR_INVALID : err);
	return totp_record(call, user_id, "user.recovery_code");
}

static struct secret_hash totp_make_code(const struct call *call, uint64_t user_id,
	char out[static RECOVERY_TEXT])
{
	char code[RECOVERY_SIZE];

	for (size_t i = 0; i < RECOVERY_SIZE; i++) {
		code[i] = password_letters[secret_below(sizeof(password_letters) - 1)];
		if (i > 0 && i % RECOVERY_GROUP == 0) {
			*out++ = '-';
		}
		*out++ = code[i];
	}
	*out = '\0';
	return totp_recovery_hash(call->server_key, user_id, code);
}

static enum err totp_put_codes(const struct call *call, uint64_t user_id,
	struct recovery_codes *codes)
{
	struct secret_hash hashes[RECOVERY_CODES];

	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		hashes[i] = totp_make_code(call, user_id, codes->text[i]);
	}
	return store_recovery_codes_put(call->db, user_id, hashes, RECOVERY_CODES);
}

enum err auth_totp_new_codes(const struct call *call, uint64_t user_id, uint64_t except,
	struct recovery_codes *codes)
{
	bool credentials;

	TRY(totp_put_codes(call, user_id, codes));
	TRY(store_pending_void(call->db, user_id, except, &credentials));
	TRY(auth_notice_own(call, user_id, NOTICE_RECOVERY_CODES));
	return totp_record(call, user_id, "user.recovery_codes");
}

enum err auth_totp_confirm(const struct call *call, uint64_t user_id, const char *code,
	uint64_t except, struct recovery_codes *codes)
{
	int64_t not_before = clock_now() - ENROLMENT_MINUTES * CLOCK_MINUTE;
	struct totp totp;
	uint64_t step;
	enum err err;

	TRY(store_totp_load(call->db, call->arena, user_id, &totp));
	if (totp.next_secret[0] == '\0' || totp.next_at < not_before) {
		return ERR_INVALID;
	}
	TRY(totp_find_step(totp_open_seed(call, user_id, totp.next_secret), 0, code, &step));
	err = store_totp_confirm(call->db, user_id, totp.next_secret, step);
	TRY(err == ERR_STALE ? ERR_INVALID : err);
	TRY(store_user_set_two_factor(call->db, user_id, TWO_FACTOR_TOTP, except));
	TRY(totp_put_codes(call, user_id, codes));
	TRY(auth_notice_own(call, user_id, NOTICE_APP));
	TRY(totp_record(call, user_id, "user.totp_on"));
	return store_session_end_all(call->db, user_id, except);
}

enum err auth_totp_end(const struct call *call, uint64_t user_id, uint64_t except)
{
	enum two_factor next = conf_has_mail(call->conf) ? TWO_FACTOR_EMAIL : TWO_FACTOR_DISABLED;

	TRY(store_totp_delete(call->db, user_id));
	TRY(store_user_set_two_factor(call->db, user_id, next, except));
	TRY(auth_notice_own(call, user_id, next == TWO_FACTOR_EMAIL ? NOTICE_CODES_BY_MAIL
		: NOTICE_SECOND_FACTOR_OFF));
	return totp_record(call, user_id, "user.totp_off");
}
