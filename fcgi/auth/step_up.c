#include "auth/step_up.h"

#include "auth/session.h"
#include "auth/totp.h"
#include "auth/audit.h"
#include "auth/tries.h"
#include "base/clock.h"

static enum err step_up_may_try(const struct call *call, const struct tries *tries,
	unsigned *retry_after)
{
	TRY(auth_tries_wait(call, tries, retry_after));
	return *retry_after > 0 ? ERR_TOO_MANY : ERR_OK;
}

static enum err step_up_fail(const struct call *call, const struct tries *tries,
	const struct user_secret *user, const char *result)
{
	TRY(auth_tries_fail(call, tries, false));
	TRY(auth_audit_record(call, &(struct audit_event){ .actor_id = user->id, .action = "user.proof",
		.result = result, .target_type = "user", .target_id = user->id }));
	return ERR_INVALID;
}

enum err auth_step_up_password(const struct call *call, const struct user_secret *user,
	const char *password, unsigned *retry_after)
{
	struct tries tries = auth_tries_of(call, user->email, user);
	bool match;

	TRY(step_up_may_try(call, &tries, retry_after));
	TRY(secret_password_verify(password, user->password, &match));
	return match ? ERR_OK : step_up_fail(call, &tries, user, "password_wrong");
}

struct step_up_code {
	const struct call *call;
	uint64_t user_id;
	const char *code;
};

static enum err step_up_use_code(struct db *db, void *context)
{
	const struct step_up_code *step_up = context;

	(void)db;
	TRY(auth_totp_use(step_up->call, step_up->user_id, step_up->code));
	return auth_tries_code_right(step_up->call, step_up->user_id);
}

enum err auth_step_up_code(const struct call *call, const struct user_secret *user,
	const char *code, unsigned *retry_after)
{
	struct tries tries = auth_tries_of(call, user->email, user);
	bool spent;
	enum err err;

	TRY(step_up_may_try(call, &tries, retry_after));
	TRY(auth_tries_codes_spent(call, user->id, &spent));
	if (spent && !auth_totp_is_recovery_code(code)) {
		return step_up_fail(call, &tries, user, "code_wrong");
	}
	err = db_transact(call->db, step_up_use_code, &(struct step_up_code){ call, user->id, code });
	if (err == ERR_INVALID) {
		TRY(auth_tries_code_wrong(call, user->id));
		return step_up_fail(call, &tries, user, "code_wrong");
	}
	return err;
}

enum err auth_step_up_note(struct call *call, const struct user_secret *user,
	char token[static SECRET_TOKEN_TEXT])
{
	struct tries tries = auth_tries_of(call, user->email, user);

	TRY(store_user_hold(call->db, call->arena, user));
	TRY(auth_session_step_up(call, call->viewer.session_id, token));
	TRY(auth_tries_forget(call, &tries));
	call->audit = (struct audit_event){ .action = "user.proof", .target_type = "user",
		.target_id = user->id };
	return ERR_OK;
}

int64_t auth_step_up_until(const struct call *call)
{
	return call->viewer.stepped_up_at + (int64_t)call->conf->session_step_up * CLOCK_MINUTE;
}

bool auth_step_up_holds(const struct call *call)
{
	return clock_now() <= auth_step_up_until(call);
}
