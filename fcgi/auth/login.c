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
#include "store/outbox.h"

#include <string.h>

enum { CHALLENGE_MINUTES = 30, CODE_LETTERS_PER_HOUR = 30 };

/* What the work of a transaction needs to know. */
struct step_work {
	const struct call *call;
	const struct user_secret *user;
	const struct tries *tries;
	struct login *login;
	const struct login_step *step; /* NULL in the password step */
	const char *code;              /* in the steps that take one */
	const char *new_password;      /* hash, in the step that chooses one */
};

static enum err refuse(struct login *login, enum problem problem, enum err err)
{
	login->problem = problem;
	return err;
}

/* First in every step's transaction: what the step has found out about the user, and what its
 * challenge rests on, is true until the transaction ends. A change that was made meanwhile wins. */
static enum err hold_user(const struct step_work *work)
{
	const struct call *call = work->call;
	enum err err = store_user_hold(call->db, call->arena, work->user);

	return err == ERR_STALE ? refuse(work->login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED)
		: err;
}

/* Last step of every way in, in the caller's transaction. */
static enum err finish(const struct step_work *work)
{
	const struct call *call = work->call;
	uint64_t user_id = work->user->id;

	TRY(auth_session_end_held(call));
	TRY(auth_session_open(call, user_id, work->login->session));
	TRY(store_user_signed_in(call->db, user_id, clock_now()));
	TRY(auth_tries_forget(call, work->tries));
	TRY(auth_audit_record(call, &(struct audit_event){ .actor_id = user_id,
		.action = "session.sign_in", .target_type = "user", .target_id = user_id }));
	TRY(auth_notice_new_browser(call, work->user, work->tries));
	work->login->state = LOGIN_SIGNED_IN;
	work->login->device = auth_tries_device(call, user_id,
		work->new_password != NULL ? work->new_password : work->user->password);
	return ERR_OK;
}

static enum err open_challenge(const struct step_work *work, enum challenge_stage stage)
{
	const struct call *call = work->call;
	struct challenge challenge = { .user_id = work->user->id, .stage = stage };
	int64_t now = clock_now();
	struct secret_hash token;
	uint64_t id;

	secret_token(work->login->challenge);
	token = auth_session_hash(work->login->challenge);
	challenge.expires_at = now + CHALLENGE_MINUTES * CLOCK_MINUTE;
	if (stage == CHALLENGE_CODE && work->user->two_factor == TWO_FACTOR_EMAIL) {
		challenge.codes_sent = 1;
		TRY(auth_factor_send(call, &token, work->user, &challenge));
	}
	return store_challenge_insert(call->db, &token, &challenge, now, &id);
}

/* Whoever has an app, or has just enrolled one, is not asked for one. */
static enum err must_enrol(const struct step_work *work, bool *must)
{
	*must = false;
	if (work->user->two_factor == TWO_FACTOR_TOTP || work->login->codes != NULL) {
		return ERR_OK;
	}
	return auth_totp_required(work->call, work->user->id, must);
}

/* What comes after the second factor, or after a later step: what is still missing, or the way
 * in. */
static enum err go_on(const struct step_work *work)
{
	bool enrol;

	if (work->user->password_must_change && work->new_password == NULL) {
		work->login->state = LOGIN_PASSWORD_CHANGE_REQUIRED;
		return open_challenge(work, CHALLENGE_PASSWORD);
	}
	TRY(must_enrol(work, &enrol));
	if (enrol) {
		work->login->state = LOGIN_ENROLMENT_REQUIRED;
		return open_challenge(work, CHALLENGE_ENROLMENT);
	}
	return finish(work);
}

static enum err after_password(struct db *db, void *context)
{
	const struct step_work *work = context;

	(void)db;
	TRY(hold_user(work));
	if (work->user->two_factor == TWO_FACTOR_DISABLED) {
		return go_on(work);
	}
	work->login->state = LOGIN_CODE_REQUIRED;
	work->login->method = work->user->two_factor;
	return open_challenge(work, CHALLENGE_CODE);
}

static enum err fail(const struct call *call, const struct tries *tries, bool blocked,
	uint64_t user_id, const char *action, const char *result)
{
	TRY(auth_tries_fail(call, tries, blocked));
	return auth_audit_record(call, &(struct audit_event){ .action = action, .result = result,
		.target_type = user_id == 0 ? NULL : "user", .target_id = user_id });
}

/* Letters cost other people's patience: a correct password may not be a mail bomb. */
static enum err too_many_letters(const struct call *call, const struct user_secret *user,
	struct login *login)
{
	uint64_t count;

	if (user->two_factor != TWO_FACTOR_EMAIL) {
		return ERR_OK;
	}
	if (!conf_has_mail(call->conf)) {
		return refuse(login, PROBLEM_SECOND_FACTOR_UNAVAILABLE, ERR_FORBIDDEN);
	}
	TRY(store_outbox_recent(call->db, call->arena, user->id, LETTER_CODE,
		clock_now() - CLOCK_HOUR, &count));
	if (count >= CODE_LETTERS_PER_HOUR) {
		login->retry_after = 600;
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	return ERR_OK;
}

/* Whom the address belongs to; an empty user when to nobody. Nobody, and an account without a
 * password, get the dummy hash, which costs what others cost and matches nothing. */
static enum err load_user(const struct call *call, const char *email, struct user_secret *user)
{
	enum err err = store_user_secret(call->db, call->arena, email, user);

	if (err == ERR_NOT_FOUND) {
		*user = (struct user_secret){ .password = call->dummy_password };
		return ERR_OK;
	}
	if (err == ERR_OK && !secret_password_is_hash(user->password)) {
		user->password = call->dummy_password;
	}
	return err;
}

/* Delay, password, status: all are always asked, so that every refusal takes the same work. */
static enum err check(const struct call *call, const struct user_secret *user,
	const char *password, const struct tries *tries, struct login *login)
{
	bool blocked, match;
	enum err err = auth_tries_network_wait(call, &login->retry_after);

	if (err == ERR_OK && login->retry_after > 0) {
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	if (err == ERR_OK) {
		err = auth_tries_blocked(call, tries, &blocked);
	}
	if (err == ERR_OK) {
		err = secret_password_verify(password, user->password, &match);
	}
	if (err != ERR_OK || (match && !blocked && auth_login_may_enter(call, user))) {
		return err;
	}
	err = fail(call, tries, blocked, user->id, "session.sign_in", "sign_in_failed");
	return err == ERR_OK ? refuse(login, PROBLEM_SIGN_IN_FAILED, ERR_UNAUTHENTICATED) : err;
}

enum err auth_login_password(const struct call *call, const char *email, const char *password,
	struct login *login)
{
	const char *address = text_lower(call->arena, email);
	struct user_secret user;
	struct tries tries;

	*login = (struct login){ .problem = PROBLEM_NONE };
	if (check_email.run(call->arena, email, &address) != NULL) {
		address = text_lower(call->arena, email); /* nobody's, but it is counted all the same */
	}
	TRY(load_user(call, address, &user));
	tries = auth_tries_of(call, address, &user);
	TRY(check(call, &user, password, &tries, login));
	TRY(too_many_letters(call, &user, login));
	TRY(auth_password_rehash(call, &user, password));
	return db_transact(call->db, after_password,
		&(struct step_work){ .call = call, .user = &user, .tries = &tries, .login = login });
}

/* ERR_NOT_FOUND when the token is of no sign-in that may go on at this stage. */
static enum err find_step(const struct call *call, const char *token, enum challenge_stage stage,
	struct login_step *step)
{
	enum err err;

	step->token = auth_session_hash(token);
	err = store_challenge_find(call->db, call->arena, &step->token, &step->challenge);
	if (err == ERR_OK) {
		err = store_user_secret_by_id(call->db, call->arena, step->challenge.user_id, &step->user);
	}
	if (err == ERR_OK && (step->challenge.stage != stage ||
	    step->challenge.expires_at < clock_now() || !auth_login_may_enter(call, &step->user))) {
		return ERR_NOT_FOUND;
	}
	return err;
}

enum err auth_login_step(const struct call *call, enum challenge_stage stage,
	struct login_step *step, struct login *login)
{
	enum err err = ERR_NOT_FOUND;

	*login = (struct login){ .problem = PROBLEM_NONE };
	for (const char *const *token = call->sign_in_tokens;
	     err == ERR_NOT_FOUND && *token != NULL; token++) {
		err = find_step(call, *token, stage, step);
	}
	return err == ERR_NOT_FOUND ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}

/* The mailed code, or that of the app. ERR_INVALID when it is wrong. */
static enum err use_code(const struct step_work *work)
{
	const struct login_step *step = work->step;

	if (!step->challenge.has_code) {
		return auth_totp_use(work->call, step->user.id, work->code);
	}
	return auth_factor_matches(work->call, &step->token, &step->challenge, work->code) ? ERR_OK
		: ERR_INVALID;
}

static enum err after_code(struct db *db, void *context)
{
	const struct step_work *work = context;

	TRY(hold_user(work));
	TRY(use_code(work));
	TRY(auth_tries_code_right(work->call, work->user->id));
	TRY(store_challenge_end(db, work->step->challenge.id));
	return go_on(work);
}

/* Takes one of the tries of this sign-in, if the factor has not been tried out altogether. */
static enum err take_try(const struct call *call, const struct login_step *step, const char *code,
	struct login *login)
{
	bool spent;
	enum err err = auth_tries_codes_spent(call, step->user.id, &spent);

	if (err == ERR_OK && spent && !auth_totp_is_recovery_code(code)) {
		return refuse(login, PROBLEM_SECOND_FACTOR_SPENT, ERR_FORBIDDEN);
	}
	if (err == ERR_OK) {
		err = store_challenge_try(call->db, step->challenge.id);
	}
	return err == ERR_TOO_MANY ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}

/* Whoever gets here knew the password. */
static enum err fail_code(const struct step_work *work)
{
	TRY(auth_notice_wrong_code(work->call, work->user));
	TRY(fail(work->call, work->tries, false, work->user->id, "session.code", "code_wrong"));
	return refuse(work->login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED);
}

enum err auth_login_code(const struct call *call, const struct login_step *step, const char *code,
	struct login *login)
{
	struct tries tries = auth_tries_of(call, step->user.email, &step->user);
	struct step_work work = { .call = call, .user = &step->user, .tries = &tries, .login = login,
		.step = step, .code = code };
	enum err err = take_try(call, step, code, login);

	if (err != ERR_OK) {
		return err;
	}
	err = db_transact(call->db, after_code, &work);
	if (err == ERR_INVALID) {
		return fail_code(&work);
	}
	return err == ERR_STALE ? refuse(login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED) : err;
}

static enum err resend(struct db *db, void *context)
{
	const struct step_work *work = context;
	struct challenge challenge = work->step->challenge;
	int64_t not_since = clock_now() - FACTOR_RESEND_SECONDS * CLOCK_SECOND;

	TRY(hold_user(work));
	TRY(auth_factor_send(work->call, &work->step->token, work->user, &challenge));
	return store_challenge_new_code(db, challenge.id, &challenge.code, challenge.code_sent_at,
		challenge.code_expires_at, not_since, FACTOR_CODES_PER_SIGN_IN);
}

enum err auth_login_resend(const struct call *call, const struct login_step *step,
	struct login *login)
{
	enum err err;

	if (!step->challenge.has_code) {
		return refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED);
	}
	login->state = LOGIN_CODE_REQUIRED;
	login->method = TWO_FACTOR_EMAIL;
	err = db_transact(call->db, resend,
		&(struct step_work){ .call = call, .user = &step->user, .login = login, .step = step });
	if (err == ERR_TOO_MANY) {
		login->retry_after = FACTOR_RESEND_SECONDS;
		return refuse(login, PROBLEM_TOO_MANY, err);
	}
	return err;
}

static enum err after_new_password(struct db *db, void *context)
{
	const struct step_work *work = context;
	uint64_t user_id = work->user->id;

	TRY(hold_user(work));
	TRY(store_challenge_end(db, work->step->challenge.id));
	TRY(store_user_set_password(db, user_id, work->new_password, false, 0, 0));
	TRY(auth_notice(work->call, work->user, NOTICE_PASSWORD, BY_OWNER));
	TRY(auth_audit_record(work->call, &(struct audit_event){ .actor_id = user_id,
		.action = "user.password_change", .target_type = "user", .target_id = user_id }));
	return go_on(work);
}

static enum err check_new_password(const struct call *call, const struct user_secret *user,
	const char *password, struct login *login)
{
	bool same = false;

	login->field_key = auth_password_check(call, password, user->email, user->name);
	if (login->field_key != NULL) {
		return refuse(login, PROBLEM_INVALID, ERR_INVALID);
	}
	TRY(secret_password_verify(password, user->password, &same));
	if (same) {
		login->field_key = "password.same";
		return refuse(login, PROBLEM_INVALID, ERR_INVALID);
	}
	return ERR_OK;
}

enum err auth_login_new_password(const struct call *call, const struct login_step *step,
	const char *password, struct login *login)
{
	struct tries tries = auth_tries_of(call, step->user.email, &step->user);
	char phc[SECRET_PHC_MAX];
	enum err err = check_new_password(call, &step->user, password, login);

	if (err == ERR_OK) {
		err = auth_password_hash(call, password, phc);
	}
	if (err != ERR_OK) {
		return err;
	}
	err = db_transact(call->db, after_new_password, &(struct step_work){ .call = call,
		.user = &step->user, .tries = &tries, .login = login, .step = step, .new_password = phc });
	return err == ERR_STALE ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}

static enum err after_enrolment(struct db *db, void *context)
{
	const struct step_work *work = context;

	TRY(hold_user(work));
	TRY(store_challenge_end(db, work->step->challenge.id));
	TRY(auth_totp_confirm(work->call, work->user->id, work->code, 0,
		work->login->codes));
	return go_on(work);
}

enum err auth_login_enrol(const struct call *call, const struct login_step *step, const char *code,
	struct login *login)
{
	struct tries tries = auth_tries_of(call, step->user.email, &step->user);
	enum err err;

	login->codes = arena_alloc(call->arena, sizeof(*login->codes));
	err = db_transact(call->db, after_enrolment, &(struct step_work){ .call = call,
		.user = &step->user, .tries = &tries, .login = login, .step = step, .code = code });
	if (err == ERR_INVALID) {
		return refuse(login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED);
	}
	return err == ERR_STALE ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}
