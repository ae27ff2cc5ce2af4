#include "auth/link.h"

#include "auth/notice.h"
#include "auth/session.h"
#include "auth/trail.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/text.h"
#include "rule/field.h"
#include "store/mail.h"
#include "store/outbox.h"

/* Somebody who holds a token, good or not. */
struct holder {
	const struct auth *auth;
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

enum err auth_link_make(struct db *db, struct arena *arena, const struct conf *conf,
	uint64_t user_id, enum link_kind kind, int64_t expires_at, const char **url)
{
	struct secret_hash hash;

	*url = new_address(arena, conf, &hash);
	return store_link_put(db, &hash, user_id, kind, clock_now(), expires_at);
}

static enum err find(struct holder *holder, const char *token)
{
	const struct auth *auth = holder->auth;

	holder->token = auth_session_hash(token);
	TRY(store_link_find(auth->db, auth->arena, &holder->token, clock_now(), &holder->link));
	TRY(store_user_secret_by_id(auth->db, auth->arena, holder->link.user_id, &holder->user));
	return !auth_login_may_enter(auth, &holder->user) ? ERR_NOT_FOUND : ERR_OK;
}

/* Finds the link, unless the network has held up too many that were void. */
static enum err check(struct holder *holder, const char *token, struct login *login)
{
	const struct auth *auth = holder->auth;
	struct tries tries = auth_tries_of(auth, "", NULL);
	enum err err = auth_tries_network_wait(auth, &login->retry_after);

	if (err == ERR_OK && login->retry_after > 0) {
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	if (err == ERR_OK) {
		err = find(holder, token);
	}
	if (err != ERR_NOT_FOUND) {
		return err;
	}
	err = auth_tries_fail(auth, &tries, true);
	return err == ERR_OK ? refuse(login, PROBLEM_LINK_VOID, ERR_UNAUTHENTICATED) : err;
}

enum err auth_link_check(const struct auth *auth, const char *token, struct login *login)
{
	struct holder holder = { .auth = auth };

	*login = (struct login){ .problem = PROBLEM_NONE };
	return check(&holder, token, login);
}

static enum err note_use(const struct holder *holder)
{
	uint64_t user_id = holder->user.id;

	return auth_trail(holder->auth, &(struct trail){ .actor_id = user_id,
		.action = "user.password_change", .target_type = "user", .target_id = user_id,
		.after = holder->link.kind == LINK_GIVEN ? "{\"by\":\"link\"}"
			: "{\"by\":\"forgotten\"}" });
}

/* Whoever removes the link's row chooses the password. */
static enum err use(struct db *db, void *context)
{
	struct holder *holder = context;
	uint64_t user_id = holder->user.id;

	TRY(store_user_hold(db, holder->auth->arena, &holder->user));
	TRY(store_link_use(db, &holder->token, clock_now()));
	TRY(store_user_set_password(db, user_id, holder->phc, false, 0, 0));
	TRY(auth_notice(holder->auth, &holder->user, NOTICE_PASSWORD, BY_OWNER));
	return note_use(holder);
}

enum err auth_link_use(const struct auth *auth, const char *token, const char *password,
	struct login *login)
{
	struct holder holder = { .auth = auth };
	enum err err;

	*login = (struct login){ .problem = PROBLEM_NONE };
	err = check(&holder, token, login);
	if (err != ERR_OK) {
		return err;
	}
	login->field_key = auth_login_check_password(auth, password, holder.user.email,
		holder.user.name);
	if (login->field_key != NULL) {
		return refuse(login, PROBLEM_INVALID, ERR_INVALID);
	}
	err = secret_password_hash(password, auth->conf->hash_passes,
		(size_t)auth->conf->hash_memory << 20, holder.phc);
	if (err == ERR_OK) {
		err = db_transact(auth->db, use, &holder);
	}
	if (err == ERR_OK) {
		login->device = auth_tries_device(auth, holder.user.id, holder.phc);
	}
	return err == ERR_STALE ? refuse(login, PROBLEM_LINK_VOID, ERR_UNAUTHENTICATED) : err;
}

/* A forgotten password: whom the address belongs to, and who gets the letter; 0 for nobody. */
struct asking {
	const struct auth *auth;
	struct user_secret user;
	uint64_t to;
	const char *email; /* as it was typed, in normal form */
};

static enum err note_asking(const struct asking *asking)
{
	bool known = asking->user.id != 0;
	const char *refusal = known ? "forbidden" : "not_found";

	return auth_trail(asking->auth, &(struct trail){ .action = "session.forgotten",
		.result = asking->to == 0 ? refusal : NULL, .target_type = known ? "user" : NULL,
		.target_id = asking->user.id });
}

/* Nobody's is to no address that was typed: that may be none, and longer than any. */
static enum err put_letter(const struct asking *asking, const char *url, int64_t expires_at)
{
	const struct auth *auth = asking->auth;
	bool nobody = asking->to == 0;
	struct letter letter = {
		.kind = LETTER_FORGOTTEN,
		.expires_at = expires_at,
		.to = nobody ? "nobody@example.invalid" : asking->user.email,
		.language = nobody ? "" : asking->user.language,
		.values = {
			{ "link", url },
			{ "minutes", arena_printf(auth->arena, "%d", LINK_FORGOTTEN_MINUTES) },
			{ "name", nobody ? "" : asking->user.name },
		},
	};

	return store_outbox_put(auth->db, auth->mail_key, asking->to, &letter);
}

/* An address that was left since it was looked up gets no letter. Nobody is held as well, so that
 * it costs the same. */
static enum err hold(struct db *db, const struct asking *asking)
{
	enum err err = store_user_hold(db, asking->auth->arena, &asking->user);

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
	const char *url = new_address(asking->auth->arena, asking->auth->conf, &hash);

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
	const struct auth *auth = asking->auth;
	const char *address = text_lower(auth->arena, typed);
	enum err err;

	if (check_email.run(auth->arena, typed, &address) != NULL) {
		address = text_lower(auth->arena, typed); /* nobody's, but it is counted all the same */
	}
	asking->email = address;
	err = store_user_secret(auth->db, auth->arena, address, &asking->user);
	if (err == ERR_OK && auth_login_may_enter(auth, &asking->user) &&
	    secret_password_is_hash(asking->user.password)) {
		asking->to = asking->user.id;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err auth_link_forgotten(const struct auth *auth, const char *email, struct login *login)
{
	struct asking asking = { .auth = auth };
	bool letter = false;

	*login = (struct login){ .problem = PROBLEM_NONE };
	TRY(find_asking(&asking, email));
	TRY(auth_tries_forgotten(auth, asking.email, &login->retry_after, &letter));
	if (login->retry_after > 0) {
		return refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	return letter ? db_transact(auth->db, answer_asking, &asking) : ERR_OK;
}
