#include "auth/proof.h"

#include "auth/session.h"
#include "auth/totp.h"
#include "auth/trail.h"
#include "auth/tries.h"
#include "base/clock.h"

static enum err may_try(const struct auth *auth, const struct tries *tries, unsigned *retry_after)
{
	TRY(auth_tries_wait(auth, tries, retry_after));
	return *retry_after > 0 ? ERR_TOO_MANY : ERR_OK;
}

static enum err fail(const struct auth *auth, const struct tries *tries,
	const struct user_secret *user, const char *result)
{
	TRY(auth_tries_fail(auth, tries, false));
	TRY(auth_trail(auth, &(struct trail){ .actor_id = user->id, .action = "user.proof",
		.result = result, .target_type = "user", .target_id = user->id }));
	return ERR_INVALID;
}

enum err auth_proof_password(const struct auth *auth, const struct user_secret *user,
	const char *password, unsigned *retry_after)
{
	struct tries tries = auth_tries_of(auth, user->email, user);
	bool match;

	TRY(may_try(auth, &tries, retry_after));
	TRY(secret_password_verify(password, user->password, &match));
	return match ? ERR_OK : fail(auth, &tries, user, "password_wrong");
}

struct code_work {
	const struct auth *auth;
	uint64_t user_id;
	const char *code;
};

static enum err use_code(struct db *db, void *context)
{
	const struct code_work *work = context;

	(void)db;
	TRY(auth_totp_use(work->auth, work->user_id, work->code));
	return auth_tries_code_right(work->auth, work->user_id);
}

/* ERR_INVALID when it is wrong, which is counted, or no code counts any more. */
static enum err try_code(struct code_work *work)
{
	const struct auth *auth = work->auth;
	bool spent;
	enum err err = auth_tries_codes_spent(auth, work->user_id, &spent), counted;

	if (err != ERR_OK) {
		return err;
	}
	if (spent && !auth_totp_is_recovery_code(work->code)) {
		return ERR_INVALID;
	}
	err = db_transact(auth->db, use_code, work);
	counted = err == ERR_INVALID ? auth_tries_code_wrong(auth, work->user_id) : ERR_OK;
	return counted == ERR_OK ? err : counted;
}

enum err auth_proof_code(const struct auth *auth, const struct user_secret *user, const char *code,
	unsigned *retry_after)
{
	struct tries tries = auth_tries_of(auth, user->email, user);
	enum err err = may_try(auth, &tries, retry_after);

	if (err == ERR_OK) {
		err = try_code(&(struct code_work){ auth, user->id, code });
	}
	return err == ERR_INVALID ? fail(auth, &tries, user, "code_wrong") : err;
}

struct note_work {
	const struct auth *auth;
	const struct viewer *viewer;
	const struct user_secret *user;
	char *token;
};

static enum err note(struct db *db, void *context)
{
	const struct note_work *work = context;
	const struct auth *auth = work->auth;
	struct tries tries = auth_tries_of(auth, work->user->email, work->user);

	TRY(store_user_hold(db, auth->arena, work->user));
	TRY(auth_session_prove(auth, work->viewer->session_id, work->token));
	TRY(auth_tries_forget(auth, &tries));
	return auth_trail(auth, &(struct trail){ .actor_id = work->user->id,
		.action = "user.proof", .target_type = "user", .target_id = work->user->id });
}

enum err auth_proof_note(const struct auth *auth, const struct viewer *viewer,
	const struct user_secret *user, char token[static SECRET_TOKEN_TEXT])
{
	return db_transact(auth->db, note, &(struct note_work){ auth, viewer, user, token });
}

int64_t auth_proof_until(const struct auth *auth, const struct viewer *viewer)
{
	return viewer->proved_at + (int64_t)auth->conf->session_proof * CLOCK_MINUTE;
}

bool auth_proof_holds(const struct auth *auth, const struct viewer *viewer)
{
	return clock_now() <= auth_proof_until(auth, viewer);
}
