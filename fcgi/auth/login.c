#include "auth/login.h"

#include "auth/factor.h"
#include "auth/notice.h"
#include "auth/session.h"
#include "auth/tries.h"
#include "auth/trail.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/cookie.h"
#include "rule/field.h"
#include "store/outbox.h"

#include <string.h>

enum { CHALLENGE_MINUTES = 30, CODE_LETTERS_PER_HOUR = 30 };

/* What the work of a transaction needs to know. */
struct step_work {
	const struct auth *auth;
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
	const struct auth *auth = work->auth;
	enum err err = store_user_hold(auth->db, auth->arena, work->user);

	return err == ERR_STALE ? refuse(work->login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED)
		: err;
}

/* Last step of every way in, in the caller's transaction. */
static enum err finish(const struct step_work *work)
{
	const struct auth *auth = work->auth;
	uint64_t user_id = work->user->id;

	TRY(auth_session_end_held(auth));
	TRY(auth_session_open(auth, user_id, work->login->session));
	TRY(store_user_signed_in(auth->db, user_id, clock_now()));
	TRY(auth_tries_forget(auth, work->tries));
	TRY(auth_trail(auth, &(struct trail){ .actor_id = user_id,
		.action = "session.sign_in", .target_type = "user", .target_id = user_id }));
	TRY(auth_notice_new_browser(auth, work->user, work->tries));
	work->login->state = LOGIN_SIGNED_IN;
	work->login->device = auth_tries_device(auth, user_id,
		work->new_password != NULL ? work->new_password : work->user->password);
	return ERR_OK;
}

static enum err open_challenge(const struct step_work *work, enum challenge_stage stage)
{
	const struct auth *auth = work->auth;
	struct challenge challenge = { .user_id = work->user->id, .stage = stage };
	int64_t now = clock_now();
	struct secret_hash token;
	uint64_t id;

	secret_token(work->login->challenge);
	token = auth_session_hash(work->login->challenge);
	challenge.expires_at = now + CHALLENGE_MINUTES * CLOCK_MINUTE;
	if (stage == CHALLENGE_CODE && work->user->two_factor == TWO_FACTOR_EMAIL) {
		challenge.codes_sent = 1;
		TRY(auth_factor_send(auth, &token, work->user, &challenge));
	}
	return store_challenge_insert(auth->db, &token, &challenge, now, &id);
}

/* Whoever has an app, or has just enrolled one, is not asked for one. */
static enum err must_enrol(const struct step_work *work, bool *must)
{
	*must = false;
	if (work->user->two_factor == TWO_FACTOR_TOTP || work->login->codes != NULL) {
		return ERR_OK;
	}
	return auth_totp_required(work->auth, work->user->id, must);
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

static enum err rehash(const struct auth *auth, struct user_secret *user, const char *password)
{
	uint64_t passes = auth->conf->hash_passes;
	size_t memory = (size_t)auth->conf->hash_memory << 20;
	char phc[SECRET_PHC_MAX];

	if (!secret_password_is_old(user->password, passes, memory)) {
		return ERR_OK;
	}
	TRY(secret_password_hash(password, passes, memory, phc));
	TRY(store_user_rehash(auth->db, user, phc));
	user->password = arena_copy(auth->arena, phc, strlen(phc));
	return ERR_OK;
}

static enum err fail(const struct auth *auth, const struct tries *tries, bool blocked,
	uint64_t user_id, const char *action, const char *result)
{
	TRY(auth_tries_fail(auth, tries, blocked));
	return auth_trail(auth, &(struct trail){ .action = action, .result = result,
		.target_type = user_id == 0 ? NULL : "user", .target_id = user_id });
}

/* Letters cost other people's patience: a correct password may not be a mail bomb. */
static enum err too_many_letters(const struct auth *auth, const struct user_secret *user,
	struct login *login)
{
	uint64_t count;

	if (user->two_factor != TWO_FACTOR_EMAIL) {
		return ERR_OK;
	}
	if (!conf_has_mail(auth->conf)) {
		return refuse(login, PROBLEM_SECOND_FACTOR_UNAVAILABLE, ERR_FORBIDDEN);
	}
	TRY(store_outbox_recent(auth->db, auth->arena, user->id, LETTER_CODE,
		clock_now() - CLOCK_HOUR, &count));
	if (count >= CODE_LETTERS_PER_HOUR) {
		login->retry_after = 600;
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	return ERR_OK;
}

/* Whom the address belongs to; an empty user when to nobody. Nobody, and an account without a
 * password, get the dummy hash, which costs what others cost and matches nothing. */
static enum err load_user(const struct auth *auth, const char *email, struct user_secret *user)
{
	enum err err = store_user_secret(auth->db, auth->arena, email, user);

	if (err == ERR_NOT_FOUND) {
		*user = (struct user_secret){ .password = auth->dummy_password };
		return ERR_OK;
	}
	if (err == ERR_OK && !secret_password_is_hash(user->password)) {
		user->password = auth->dummy_password;
	}
	return err;
}

/* Delay, password, status: all are always asked, so that every refusal takes the same work. */
static enum err check(const struct auth *auth, const struct user_secret *user,
	const char *password, const struct tries *tries, struct login *login)
{
	bool blocked, match;
	enum err err = auth_tries_network_wait(auth, &login->retry_after);

	if (err == ERR_OK && login->retry_after > 0) {
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	if (err == ERR_OK) {
		err = auth_tries_blocked(auth, tries, &blocked);
	}
	if (err == ERR_OK) {
		err = secret_password_verify(password, user->password, &match);
	}
	if (err != ERR_OK || (match && !blocked && auth_login_may_enter(auth, user))) {
		return err;
	}
	err = fail(auth, tries, blocked, user->id, "session.sign_in", "sign_in_failed");
	return err == ERR_OK ? refuse(login, PROBLEM_SIGN_IN_FAILED, ERR_UNAUTHENTICATED) : err;
}

enum err auth_login_password(const struct auth *auth, const char *email, const char *password,
	struct login *login)
{
	const char *address = text_lower(auth->arena, email);
	struct user_secret user;
	struct tries tries;

	*login = (struct login){ .problem = PROBLEM_NONE };
	if (check_email.run(auth->arena, email, &address) != NULL) {
		address = text_lower(auth->arena, email); /* nobody's, but it is counted all the same */
	}
	TRY(load_user(auth, address, &user));
	tries = auth_tries_of(auth, address, &user);
	TRY(check(auth, &user, password, &tries, login));
	TRY(too_many_letters(auth, &user, login));
	TRY(rehash(auth, &user, password));
	return db_transact(auth->db, after_password,
		&(struct step_work){ .auth = auth, .user = &user, .tries = &tries, .login = login });
}

/* ERR_NOT_FOUND when the token is of no sign-in that may go on at this stage. */
static enum err find_step(const struct auth *auth, const char *token, enum challenge_stage stage,
	struct login_step *step)
{
	enum err err;

	step->token = auth_session_hash(token);
	err = store_challenge_find(auth->db, auth->arena, &step->token, &step->challenge);
	if (err == ERR_OK) {
		err = store_user_secret_by_id(auth->db, auth->arena, step->challenge.user_id, &step->user);
	}
	if (err == ERR_OK && (step->challenge.stage != stage ||
	    step->challenge.expires_at < clock_now() || !auth_login_may_enter(auth, &step->user))) {
		return ERR_NOT_FOUND;
	}
	return err;
}

enum err auth_login_step(const struct auth *auth, enum challenge_stage stage,
	struct login_step *step, struct login *login)
{
	struct cookie_values tokens = cookie_read(auth->request, COOKIE_SIGN_IN);
	enum err err = ERR_NOT_FOUND;

	*login = (struct login){ .problem = PROBLEM_NONE };
	for (size_t i = 0; err == ERR_NOT_FOUND && i < tokens.count; i++) {
		err = find_step(auth, tokens.value[i], stage, step);
	}
	return err == ERR_NOT_FOUND ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}

/* The mailed code, or that of the app. ERR_INVALID when it is wrong. */
static enum err use_code(const struct step_work *work)
{
	const struct login_step *step = work->step;

	if (!step->challenge.has_code) {
		return auth_totp_use(work->auth, step->user.id, work->code);
	}
	return auth_factor_matches(work->auth, &step->token, &step->challenge, work->code) ? ERR_OK
		: ERR_INVALID;
}

static enum err after_code(struct db *db, void *context)
{
	const struct step_work *work = context;

	TRY(hold_user(work));
	TRY(use_code(work));
	TRY(auth_tries_code_right(work->auth, work->user->id));
	TRY(store_challenge_end(db, work->step->challenge.id));
	return go_on(work);
}

/* Takes one of the tries of this sign-in, if the factor has not been tried out altogether. */
static enum err take_try(const struct auth *auth, const struct login_step *step, const char *code,
	struct login *login)
{
	bool spent;
	enum err err = auth_tries_codes_spent(auth, step->user.id, &spent);

	if (err == ERR_OK && spent && !auth_totp_is_recovery_code(code)) {
		return refuse(login, PROBLEM_SECOND_FACTOR_SPENT, ERR_FORBIDDEN);
	}
	if (err == ERR_OK) {
		err = store_challenge_try(auth->db, step->challenge.id);
	}
	return err == ERR_TOO_MANY ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}

/* Whoever gets here knew the password. */
static enum err fail_code(const struct step_work *work)
{
	TRY(auth_notice_wrong_code(work->auth, work->user));
	TRY(fail(work->auth, work->tries, false, work->user->id, "session.code", "code_wrong"));
	return refuse(work->login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED);
}

enum err auth_login_code(const struct auth *auth, const struct login_step *step, const char *code,
	struct login *login)
{
	struct tries tries = auth_tries_of(auth, step->user.email, &step->user);
	struct step_work work = { .auth = auth, .user = &step->user, .tries = &tries, .login = login,
		.step = step, .code = code };
	enum err err = take_try(auth, step, code, login);

	if (err != ERR_OK) {
		return err;
	}
	err = db_transact(auth->db, after_code, &work);
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
	TRY(auth_factor_send(work->auth, &work->step->token, work->user, &challenge));
	return store_challenge_new_code(db, challenge.id, &challenge.code, challenge.code_sent_at,
		challenge.code_expires_at, not_since, FACTOR_CODES_PER_SIGN_IN);
}

enum err auth_login_resend(const struct auth *auth, const struct login_step *step,
	struct login *login)
{
	enum err err;

	if (!step->challenge.has_code) {
		return refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED);
	}
	login->state = LOGIN_CODE_REQUIRED;
	login->method = TWO_FACTOR_EMAIL;
	err = db_transact(auth->db, resend,
		&(struct step_work){ .auth = auth, .user = &step->user, .login = login, .step = step });
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
	TRY(auth_notice(work->auth, work->user, NOTICE_PASSWORD, BY_OWNER));
	TRY(auth_trail(work->auth, &(struct trail){ .actor_id = user_id,
		.action = "user.password_change", .target_type = "user", .target_id = user_id }));
	return go_on(work);
}

static enum err check_new_password(const struct auth *auth, const struct user_secret *user,
	const char *password, struct login *login)
{
	bool same = false;

	login->field_key = auth_login_check_password(auth, password, user->email, user->name);
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

enum err auth_login_new_password(const struct auth *auth, const struct login_step *step,
	const char *password, struct login *login)
{
	struct tries tries = auth_tries_of(auth, step->user.email, &step->user);
	char phc[SECRET_PHC_MAX];
	enum err err = check_new_password(auth, &step->user, password, login);

	if (err == ERR_OK) {
		err = secret_password_hash(password, auth->conf->hash_passes,
			(size_t)auth->conf->hash_memory << 20, phc);
	}
	if (err != ERR_OK) {
		return err;
	}
	err = db_transact(auth->db, after_new_password, &(struct step_work){ .auth = auth,
		.user = &step->user, .tries = &tries, .login = login, .step = step, .new_password = phc });
	return err == ERR_STALE ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}

static enum err after_enrolment(struct db *db, void *context)
{
	const struct step_work *work = context;

	TRY(hold_user(work));
	TRY(store_challenge_end(db, work->step->challenge.id));
	TRY(auth_totp_confirm(work->auth, work->user->id, work->code, 0,
		work->login->codes));
	return go_on(work);
}

enum err auth_login_enrol(const struct auth *auth, const struct login_step *step, const char *code,
	struct login *login)
{
	struct tries tries = auth_tries_of(auth, step->user.email, &step->user);
	enum err err;

	login->codes = arena_alloc(auth->arena, sizeof(*login->codes));
	err = db_transact(auth->db, after_enrolment, &(struct step_work){ .auth = auth,
		.user = &step->user, .tries = &tries, .login = login, .step = step, .code = code });
	if (err == ERR_INVALID) {
		return refuse(login, PROBLEM_CODE_WRONG, ERR_UNAUTHENTICATED);
	}
	return err == ERR_STALE ? refuse(login, PROBLEM_SIGN_IN_EXPIRED, ERR_UNAUTHENTICATED) : err;
}
