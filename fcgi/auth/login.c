#include "auth/login.h"

#include "auth/factor.h"
#include "auth/notice.h"
#include "auth/password.h"
#include "auth/session.h"
#include "auth/tries.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "base/text.h"
#include "rule/field.h"
#include "store/mail.h"
#include "store/outbox.h"

#include <string.h>

enum { CHALLENGE_MINUTES = 30, CODE_LETTERS_PER_HOUR = 30 };

/* What a step changes, in its transaction. */
struct login_change {
	const struct call *call;
	const struct user_secret *user;
	const struct tries *tries;
	struct login *login;
	const struct login_step *step; /* NULL in the password step */
	const char *code;              /* in the steps that take one */
	const char *new_password;      /* hash, in the step that chooses one */
	enum err (*write)(const struct login_change *change);
};

/* The transaction of every step: what the step has found out about the user, and what its challenge
 * rests on, is true until it ends. A change that was made meanwhile wins. */
static enum err login_write(struct db *db, void *context)
{
	const struct login_change *change = context;
	enum err err = store_user_hold(db, change->call->arena, change->user);

	if (err == ERR_STALE) {
		return auth_login_refuse(change->login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED);
	}
	TRY(err);
	return change->write(change);
}

static enum err login_transact(struct login_change *change)
{
	return db_transact(change->call->db, login_write, change);
}

/* Opens the session: the last step of every way in, in the caller's transaction. */
static enum err login_finish(const struct login_change *change)
{
	const struct call *call = change->call;
	uint64_t user_id = change->user->id;

	TRY(auth_session_end_held(call));
	TRY(auth_session_open(call, user_id, change->login->session));
	TRY(store_user_signed_in(call->db, user_id, clock_now()));
	TRY(auth_tries_forget(call, change->tries));
	TRY(auth_audit_record(call, &(struct audit_event){ .actor_id = user_id,
		.action = "session.sign_in", .target_type = "user", .target_id = user_id }));
	TRY(auth_notice_new_browser(call, change->user, change->tries));
	change->login->state = LOGIN_SIGNED_IN;
	change->login->device = auth_tries_device(call, user_id,
		change->new_password != NULL ? change->new_password : change->user->password);
	return ERR_OK;
}

static enum err login_open_challenge(const struct login_change *change, enum challenge_stage stage)
{
	const struct call *call = change->call;
	struct challenge challenge = { .user_id = change->user->id, .stage = stage };
	int64_t now = clock_now();
	struct secret_hash token;
	uint64_t id;

	secret_token(change->login->challenge);
	token = auth_session_hash(change->login->challenge);
	challenge.expires_at = now + CHALLENGE_MINUTES * CLOCK_MINUTE;
	if (stage == CHALLENGE_CODE && change->user->two_factor == TWO_FACTOR_EMAIL) {
		challenge.codes_sent = 1;
		TRY(auth_factor_send(call, &token, change->user, &challenge));
	}
	return store_challenge_insert(call->db, &token, &challenge, now, &id);
}

/* What comes after the second factor, or after a later step: what is still missing, or the way
 * in. */
static enum err login_go_on(const struct login_change *change)
{
	bool enrol = false;

	if (change->user->password_must_change && change->new_password == NULL) {
		change->login->state = LOGIN_PASSWORD_CHANGE_REQUIRED;
		return login_open_challenge(change, CHALLENGE_PASSWORD);
	}
	if (change->user->two_factor != TWO_FACTOR_TOTP && change->login->codes == NULL) {
		TRY(auth_totp_required(change->call, change->user->id, &enrol));
	}
	if (enrol) {
		change->login->state = LOGIN_ENROLMENT_REQUIRED;
		return login_open_challenge(change, CHALLENGE_ENROLMENT);
	}
	return login_finish(change);
}

static enum err login_after_password(const struct login_change *change)
{
	if (change->user->two_factor == TWO_FACTOR_DISABLED) {
		return login_go_on(change);
	}
	change->login->state = LOGIN_CODE_REQUIRED;
	change->login->method = change->user->two_factor;
	return login_open_challenge(change, CHALLENGE_CODE);
}

static enum err login_fail(const struct call *call, const struct tries *tries, bool blocked,
	uint64_t user_id, const char *action, const char *result)
{
	TRY(auth_tries_fail(call, tries, blocked));
	return auth_audit_record(call, &(struct audit_event){ .action = action, .result = result,
		.target_type = user_id == 0 ? NULL : "user", .target_id = user_id });
}

/* Refuses one code by mail too many: a correct password may not be a mail bomb. */
static enum err login_check_letters(const struct call *call, const struct user_secret *user,
	struct login *login)
{
	uint64_t count;

	if (user->two_factor != TWO_FACTOR_EMAIL) {
		return ERR_OK;
	}
	if (!conf_has_mail(call->conf)) {
		return auth_login_refuse(login, PROBLEM_SECOND_FACTOR_UNAVAILABLE, ERR_FORBIDDEN);
	}
	TRY(store_mail_recent(call->db, call->arena, user->id, LETTER_CODE,
		clock_now() - CLOCK_HOUR, &count));
	if (count >= CODE_LETTERS_PER_HOUR) {
		login->retry_after = 600;
		return auth_login_refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	return ERR_OK;
}

/* Loads whom the address belongs to; an empty user when it is nobody's. Nobody, and an account
 * without a password, get the dummy hash, which costs what others cost and matches nothing. */
static enum err login_load_user(const struct call *call, const char *email,
	struct user_secret *user)
{
	enum err err = store_user_secret(call->db, call->arena, email, user);

	if (err == ERR_NOT_FOUND) {
		*user = (struct user_secret){ .password = call->dummy_password };
		return ERR_OK;
	}
	TRY(err);
	if (!secret_password_is_hash(user->password)) {
		user->password = call->dummy_password;
	}
	return ERR_OK;
}

/* Checks delay, password and status, always all, so that every refusal takes the same work. */
static enum err login_check(const struct call *call, const struct user_secret *user,
	const char *password, const struct tries *tries, struct login *login)
{
	bool blocked, match;

	TRY(auth_tries_network_wait(call, &login->retry_after));
	if (login->retry_after > 0) {
		return auth_login_refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	TRY(auth_tries_blocked(call, tries, &blocked));
	TRY(secret_password_verify(password, user->password, &match));
	if (match && !blocked && auth_login_may_enter(call, user)) {
		return ERR_OK;
	}
	TRY(login_fail(call, tries, blocked, user->id, "session.sign_in", "sign_in_failed"));
	return auth_login_refuse(login, PROBLEM_SIGN_IN_FAILED, ERR_UNAUTHENTICATED);
}

enum err auth_login_password(const struct call *call, const char *email, const char *password,
	struct login *login)
{
	const char *address = auth_login_address(call, email);
	struct user_secret user;
	struct tries tries;

	*login = (struct login){ .problem = PROBLEM_NONE };
	TRY(login_load_user(call, address, &user));
	tries = auth_tries_of(call, address, &user);
	TRY(login_check(call, &user, password, &tries, login));
	TRY(login_check_letters(call, &user, login));
	TRY(auth_password_rehash(call, &user, password));
	return login_transact(&(struct login_change){ .call = call, .user = &user, .tries = &tries,
		.login = login, .write = login_after_password });
}

/* Finds the sign-in of token; ERR_NOT_FOUND when it is none that may go on at this stage. */
static enum err login_find_step(const struct call *call, const char *token,
	enum challenge_stage stage, struct login_step *step)
{
	step->token = auth_session_hash(token);
	TRY(store_challenge_find(call->db, call->arena, &step->token, &step->challenge));
	TRY(store_user_secret_by_id(call->db, call->arena, step->challenge.user_id, &step->user));
	return step->challenge.stage == stage && step->challenge.expires_at >= clock_now() &&
		auth_login_may_enter(call, &step->user) ? ERR_OK : ERR_NOT_FOUND;
}

enum err auth_login_step(const struct call *call, enum challenge_stage stage,
	struct login_step *step, struct login *login)
{
	enum err err = ERR_NOT_FOUND;

	*login = (struct login){ .problem = PROBLEM_NONE };
	for (const char *const *token = call->sign_in_tokens;
	     err == ERR_NOT_FOUND && *token != NULL; token++) {
		err = login_find_step(call, *token, stage, step);
	}
	return err == ERR_NOT_FOUND ? auth_login_refuse(login, PROBLEM_SIGN_IN_EXPIRED,
		ERR_UNAUTHENTICATED) : err;
}

static enum err login_after_code(const struct login_change *change)
{
	const struct call *call = change->call;
	const struct login_step *step = change->step;

	if (!step->challenge.has_code) {
		TRY(auth_totp_use(call, step->user.id, change->code));
	} else if (!auth_factor_matches(call, &step->token, &step->challenge, change->code)) {
		return ERR_INVALID;
	}
	TRY(auth_tries_code_right(call, step->user.id));
	TRY(store_challenge_end(call->db, step->challenge.id));
	return login_go_on(change);
}

enum err auth_login_code(const struct call *call, const struct login_step *step, const char *code,
	struct login *login)
{
	struct tries tries = auth_tries_of(call, step->user.email, &step->user);
	bool spent;
	enum err err;

	TRY(auth_tries_codes_spent(call, step->user.id, &spent));
	if (spent && !auth_totp_is_recovery_code(code)) {
		return auth_login_refuse(login, PROBLEM_SECOND_FACTOR_SPENT, ERR_FORBIDDEN);
	}
	err = store_challenge_try(call->db, step->challenge.id); /* one of those of this sign-in */
	if (err == ERR_TOO_MANY) {
		return auth_login_refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED);
	}
	TRY(err);
	err = login_transact(&(struct login_change){ .call = call, .user = &step->user, .tries = &tries,
		.login = login, .step = step, .code = code, .write = login_after_code });
	if (err == ERR_INVALID) { /* whoever gets here knew the password */
		TRY(auth_notice_wrong_code(call, &step->user));
		TRY(login_fail(call, &tries, false, step->user.id, "session.code", "code_wrong"));
	}
	return err == ERR_INVALID || err == ERR_STALE
		? auth_login_refuse(login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED) : err;
}

static enum err login_send_again(const struct login_change *change)
{
	struct challenge challenge = change->step->challenge;
	int64_t not_since = clock_now() - FACTOR_RESEND_SECONDS * CLOCK_SECOND;

	TRY(auth_factor_send(change->call, &change->step->token, change->user, &challenge));
	return store_challenge_new_code(change->call->db, challenge.id, &challenge.code,
		challenge.code_sent_at, challenge.code_expires_at, not_since, FACTOR_CODES_PER_SIGN_IN);
}

enum err auth_login_resend(const struct call *call, const struct login_step *step,
	struct login *login)
{
	enum err err;

	if (!step->challenge.has_code) {
		return auth_login_refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED);
	}
	login->state = LOGIN_CODE_REQUIRED;
	login->method = TWO_FACTOR_EMAIL;
	err = login_transact(&(struct login_change){ .call = call, .user = &step->user, .login = login,
		.step = step, .write = login_send_again });
	if (err == ERR_TOO_MANY) {
		login->retry_after = FACTOR_RESEND_SECONDS;
		return auth_login_refuse(login, PROBLEM_TOO_MANY, err);
	}
	return err;
}

static enum err login_after_new_password(const struct login_change *change)
{
	uint64_t user_id = change->user->id;

	TRY(store_challenge_end(change->call->db, change->step->challenge.id));
	TRY(store_user_set_password(change->call->db, user_id, change->new_password, false, 0, 0));
	TRY(auth_notice(change->call, change->user, NOTICE_PASSWORD, BY_OWNER));
	TRY(auth_audit_record(change->call, &(struct audit_event){ .actor_id = user_id,
		.action = "user.password_change", .target_type = "user", .target_id = user_id }));
	return login_go_on(change);
}

enum err auth_login_new_password(const struct call *call, const struct login_step *step,
	const char *password, struct login *login)
{
	struct tries tries = auth_tries_of(call, step->user.email, &step->user);
	char hash[SECRET_PHC_MAX];
	bool same = false;
	enum err err;

	login->field_key = auth_password_check(call, password, step->user.email, step->user.name);
	if (login->field_key == NULL) {
		TRY(secret_password_verify(password, step->user.password, &same));
		login->field_key = same ? "password.same" : NULL;
	}
	if (login->field_key != NULL) {
		return auth_login_refuse(login, PROBLEM_INVALID, ERR_INVALID);
	}
	TRY(auth_password_hash(call, password, hash));
	err = login_transact(&(struct login_change){ .call = call, .user = &step->user, .tries = &tries,
		.login = login, .step = step, .new_password = hash, .write = login_after_new_password });
	return err == ERR_STALE ? auth_login_refuse(login, PROBLEM_SIGN_IN_EXPIRED,
		ERR_UNAUTHENTICATED) : err;
}

static enum err login_after_enrolment(const struct login_change *change)
{
	TRY(store_challenge_end(change->call->db, change->step->challenge.id));
	TRY(auth_totp_confirm(change->call, change->user->id, change->code, 0,
		change->login->codes));
	return login_go_on(change);
}

enum err auth_login_enrol(const struct call *call, const struct login_step *step, const char *code,
	struct login *login)
{
	struct tries tries = auth_tries_of(call, step->user.email, &step->user);
	enum err err;

	login->codes = arena_alloc(call->arena, sizeof(*login->codes));
	err = login_transact(&(struct login_change){ .call = call, .user = &step->user, .tries = &tries,
		.login = login, .step = step, .code = code, .write = login_after_enrolment });
	if (err == ERR_INVALID) {
		return auth_login_refuse(login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED);
	}
	return err == ERR_STALE ? auth_login_refuse(login, PROBLEM_SIGN_IN_EXPIRED,
		ERR_UNAUTHENTICATED) : err;
}
