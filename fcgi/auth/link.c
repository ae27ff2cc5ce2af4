#include "auth/link.h"

#include "auth/notice.h"
#include "auth/password.h"
#include "auth/session.h"
#include "auth/audit.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/text.h"
#include "rule/field.h"
#include "store/mail.h"
#include "store/outbox.h"

/* Somebody who holds a token, good or not. */
struct holder {
	const struct call *call;
	struct secret_hash token;
	struct link link;
	struct user_secret user;
	char phc[SECRET_PHC_MAX]; /* of the password that is being chosen */
};

static enum err refuse(struct login *login, enum problem problem, enum err err)
{
	login->problem = problem;
	return err;
}

/* A new token, as the address that holds it and as the hash that is kept. */
static const char *new_address(struct arena *arena, const struct conf *conf,
	struct secret_hash *hash)
{
	char token[SECRET_TOKEN_TEXT];
	const char *url;

	secret_token(token);
	*hash = auth_session_hash(token);
	url = arena_printf(arena, "%ssign-in.html#set=%s", conf->url, token);
	secret_wipe(token, sizeof(token));
	return url;
}

enum err auth_link_make(const struct call *call, uint64_t user_id, enum link_kind kind,
	int64_t expires_at, const char **url)
{
	struct secret_hash hash;

	*url = new_address(call->arena, call->conf, &hash);
	return store_link_put(call->db, &hash, user_id, kind, clock_now(), expires_at);
}

static enum err find(struct holder *holder, const char *token)
{
	const struct call *call = holder->call;

	holder->token = auth_session_hash(token);
	TRY(store_link_find(call->db, call->arena, &holder->token, clock_now(), &holder->link));
	TRY(store_user_secret_by_id(call->db, call->arena, holder->link.user_id, &holder->user));
	return !auth_login_may_enter(call, &holder->user) ? ERR_NOT_FOUND : ERR_OK;
}

/* Finds the link, unless the network has held up too many that were void. */
static enum err check(struct holder *holder, const char *token, struct login *login)
{
	const struct call *call = holder->call;
	struct tries tries = auth_tries_of(call, "", NULL);
	enum err err = auth_tries_network_wait(call, &login->retry_after);

	if (err == ERR_OK && login->retry_after > 0) {
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	if (err == ERR_OK) {
		err = find(holder, token);
	}
	if (err != ERR_NOT_FOUND) {
		return err;
	}
	err = auth_tries_fail(call, &tries, true);
	return err == ERR_OK ? refuse(login, PROBLEM_LINK_VOID, ERR_UNAUTHENTICATED) : err;
}

enum err auth_link_check(const struct call *call, const char *token, struct login *login)
{
	struct holder holder = { .call = call };

	*login = (struct login){ .problem = PROBLEM_NONE };
	return check(&holder, token, login);
}

static enum err note_use(const struct holder *holder)
{
	uint64_t user_id = holder->user.id;

	return auth_audit_record(holder->call, &(struct audit_event){ .actor_id = user_id,
		.action = "user.password_change", .target_type = "user", .target_id = user_id,
		.after = holder->link.kind == LINK_GIVEN ? "{\"by\":\"link\"}"
			: "{\"by\":\"forgotten\"}" });
}

/* Whoever removes the link's row chooses the password. */
static enum err use(struct db *db, void *context)
{
	struct holder *holder = context;
	uint64_t user_id = holder->user.id;

	TRY(store_user_hold(db, holder->call->arena, &holder->user));
	TRY(store_link_use(db, &holder->token, clock_now()));
	TRY(store_user_set_password(db, user_id, holder->phc, false, 0, 0));
	TRY(auth_notice(holder->call, &holder->user, NOTICE_PASSWORD, BY_OWNER));
	return note_use(holder);
}

enum err auth_link_use(const struct call *call, const char *token, const char *password,
	struct login *login)
{
	struct holder holder = { .call = call };
	enum err err;

	*login = (struct login){ .problem = PROBLEM_NONE };
	err = check(&holder, token, login);
	if (err != ERR_OK) {
		return err;
	}
	login->field_key = auth_password_check(call, password, holder.user.email,
		holder.user.name);
	if (login->field_key != NULL) {
		return refuse(login, PROBLEM_INVALID, ERR_INVALID);
	}
	err = auth_password_hash(call, password, holder.phc);
	if (err == ERR_OK) {
		err = db_transact(call->db, use, &holder);
	}
	if (err == ERR_OK) {
		login->device = auth_tries_device(call, holder.user.id, holder.phc);
	}
	return err == ERR_STALE ? refuse(login, PROBLEM_LINK_VOID, ERR_UNAUTHENTICATED) : err;
}

/* A forgotten password: whom the address belongs to, and who gets the letter; 0 for nobody. */
struct asking {
	const struct call *call;
	struct user_secret user;
	uint64_t to;
	const char *email; /* as it was typed, in normal form */
};

static enum err note_asking(const struct asking *asking)
{
	bool known = asking->user.id != 0;
	const char *refusal = known ? "forbidden" : "not_found";

	return auth_audit_record(asking->call, &(struct audit_event){ .action = "session.forgotten",
		.result = asking->to == 0 ? refusal : NULL, .target_type = known ? "user" : NULL,
		.target_id = asking->user.id });
}

/* Nobody's is to no address that was typed: that may be none, and longer than any. */
static enum err put_letter(const struct asking *asking, const char *url, int64_t expires_at)
{
	const struct call *call = asking->call;
	bool nobody = asking->to == 0;
	struct letter letter = {
		.kind = LETTER_FORGOTTEN,
		.expires_at = expires_at,
		.to = nobody ? "nobody@example.invalid" : asking->user.email,
		.language = nobody ? "" : asking->user.language,
		.values = {
			{ "link", url },
			{ "minutes", arena_printf(call->arena, "%d", LINK_FORGOTTEN_MINUTES) },
			{ "name", nobody ? "" : asking->user.name },
		},
	};

	return store_outbox_put(call->db, call->mail_key, asking->to, &letter);
}

/* An address that was left since it was looked up gets no letter. Nobody is held as well, so that
 * it costs the same. */
static enum err hold(struct db *db, const struct asking *asking)
{
	enum err err = store_user_hold(db, asking->call->arena, &asking->user);

	if (err == ERR_STALE) {
		return asking->to == 0 ? ERR_OK : ERR_CONFLICT;
	}
	return err;
}

/* Letter and link. Nobody's are put as well, so that it costs the same; ERR_CONFLICT, because
 * nobody can have a link. */
static enum err put_way_in(struct db *db, const struct asking *asking)
{
	int64_t now = clock_now(), expires_at = now + LINK_FORGOTTEN_MINUTES * CLOCK_MINUTE;
	struct secret_hash hash;
	const char *url = new_address(asking->call->arena, asking->call->conf, &hash);

	TRY(hold(db, asking));
	TRY(store_mail_cancel_all(db, asking->to, LETTER_FORGOTTEN, "replaced"));
	TRY(put_letter(asking, url, expires_at));
	return store_link_put(db, &hash, asking->to, LINK_FORGOTTEN, now, expires_at);
}

/* One way for everybody, known or not, in the same statements: what nobody is to get is taken back
 * before the trail is written. */
static enum err answer_asking(struct db *db, void *context)
{
	struct asking *asking = context;
	enum err err = db_save(db);

	if (err == ERR_OK) {
		err = put_way_in(db, asking);
	}
	if (err == ERR_CONFLICT) {
		asking->to = 0; /* or somebody who has just been deleted */
	} else if (err != ERR_OK) {
		return err;
	}
	err = db_settle(db, asking->to != 0);
	return err == ERR_OK ? note_asking(asking) : err;
}

/* Whoever has no password yet, or an initial one that is void, has nothing to have forgotten: the
 * way in is the administrator's. */
static enum err find_asking(struct asking *asking, const char *typed)
{
	const struct call *call = asking->call;
	const char *address = text_lower(call->arena, typed);
	enum err err;

	if (check_email.run(call->arena, typed, &address) != NULL) {
		address = text_lower(call->arena, typed); /* nobody's, but it is counted all the same */
	}
	asking->email = address;
	err = store_user_secret(call->db, call->arena, address, &asking->user);
	if (err == ERR_OK && auth_login_may_enter(call, &asking->user) &&
	    secret_password_is_hash(asking->user.password)) {
		asking->to = asking->user.id;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err auth_link_forgotten(const struct call *call, const char *email, struct login *login)
{
	struct asking asking = { .call = call };
	bool letter = false;

	*login = (struct login){ .problem = PROBLEM_NONE };
	TRY(find_asking(&asking, email));
	TRY(auth_tries_forgotten(call, asking.email, &login->retry_after, &letter));
	if (login->retry_after > 0) {
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	return letter ? db_transact(call->db, answer_asking, &asking) : ERR_OK;
}
