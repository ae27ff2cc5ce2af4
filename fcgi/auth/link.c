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
struct link_holder {
	const struct call *call;
	struct secret_hash token;
	struct link link;
	struct user_secret user;
	char password[SECRET_PHC_MAX]; /* the hash of the one that is being chosen */
};

/* Makes a token: gives the address that holds it, and in *hash what is kept. */
static const char *link_new_address(const struct call *call, struct secret_hash *hash)
{
	char token[SECRET_TOKEN_TEXT];
	const char *url;

	secret_token(token);
	*hash = auth_session_hash(token);
	url = arena_printf(call->arena, "%ssign-in.html#set=%s", call->conf->url, token);
	secret_wipe(token, sizeof(token));
	return url;
}

enum err auth_link_make(const struct call *call, uint64_t user_id, enum link_kind kind,
	int64_t expires_at, const char **url)
{
	struct secret_hash hash;

	*url = link_new_address(call, &hash);
	return store_link_put(call->db, &hash, user_id, kind, clock_now(), expires_at);
}

enum err auth_link_make_all(const struct call *call, const uint64_t *user_ids, size_t count,
	enum link_kind kind, int64_t expires_at, const char **urls)
{
	struct new_link *links = arena_array(call->arena, count, sizeof(*links));

	for (size_t i = 0; i < count; i++) {
		links[i].user_id = user_ids[i];
		urls[i] = link_new_address(call, &links[i].token);
	}
	return store_link_insert(call->db, links, count, kind, expires_at);
}

static enum err link_find(struct link_holder *holder, const char *token)
{
	const struct call *call = holder->call;

	holder->token = auth_session_hash(token);
	TRY(store_link_find(call->db, call->arena, &holder->token, clock_now(), &holder->link));
	TRY(store_user_secret_by_id(call->db, call->arena, holder->link.user_id, &holder->user));
	return auth_login_may_enter(call, &holder->user) ? ERR_OK : ERR_NOT_FOUND;
}

/* Finds the link, unless the network has held up too many that were void. */
static enum err link_check(struct link_holder *holder, const char *token, struct login *login)
{
	const struct call *call = holder->call;
	struct tries tries = auth_tries_of(call, "", NULL);
	enum err err;

	TRY(auth_tries_network_wait(call, &login->retry_after));
	if (login->retry_after > 0) {
		return auth_login_refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	err = link_find(holder, token);
	if (err != ERR_NOT_FOUND) {
		return err;
	}
	TRY(auth_tries_fail(call, &tries, true));
	return auth_login_refuse(login, PROBLEM_LINK_VOID, ERR_UNAUTHENTICATED);
}

enum err auth_link_check(const struct call *call, const char *token, struct login *login)
{
	struct link_holder holder = { .call = call };

	*login = (struct login){ .problem = PROBLEM_NONE };
	TRY(link_check(&holder, token, login));
	login->email = holder.user.email;
	return ERR_OK;
}

/* Uses the link up, in a transaction: whoever removes its row chooses the password. */
static enum err link_use(struct db *db, void *context)
{
	const struct link_holder *holder = context;
	uint64_t user_id = holder->user.id;

	TRY(store_user_hold(db, holder->call->arena, &holder->user));
	TRY(store_link_use(db, &holder->token, clock_now()));
	TRY(store_user_set_password(db, user_id, holder->password, false, 0, 0));
	TRY(auth_notice(holder->call, &holder->user, NOTICE_PASSWORD, BY_OWNER));
	return auth_audit_record(holder->call, &(struct audit_event){ .actor_id = user_id,
		.action = "user.password_change", .target_type = "user", .target_id = user_id,
		.after = holder->link.kind == LINK_GIVEN ? "{\"by\":\"link\"}"
			: "{\"by\":\"forgotten\"}" });
}

enum err auth_link_use(const struct call *call, const char *token, const char *password,
	struct login *login)
{
	struct link_holder holder = { .call = call };
	enum err err;

	*login = (struct login){ .problem = PROBLEM_NONE };
	TRY(link_check(&holder, token, login));
	login->field_key = auth_password_check(call, password, holder.user.email, holder.user.name);
	if (login->field_key != NULL) {
		return auth_login_refuse(login, PROBLEM_INVALID, ERR_INVALID);
	}
	TRY(auth_password_hash(call, password, holder.password));
	err = db_transact(call->db, link_use, &holder);
	if (err == ERR_STALE) {
		return auth_login_refuse(login, PROBLEM_LINK_VOID, ERR_UNAUTHENTICATED);
	}
	TRY(err);
	login->device = auth_tries_device(call, holder.user.id, holder.password);
	return ERR_OK;
}

/* A forgotten password: whom the address belongs to, and who gets the letter; 0 for nobody. */
struct forgotten {
	const struct call *call;
	struct user_secret user;
	uint64_t to;
};

/* Puts the letter. Nobody's is to no address that was typed: that may be longer than any is. */
static enum err forgotten_put_letter(const struct forgotten *forgotten, const char *url,
	int64_t expires_at)
{
	const struct call *call = forgotten->call;
	bool nobody = forgotten->to == 0;
	struct letter letter = {
		.user_id = forgotten->to,
		.kind = LETTER_FORGOTTEN,
		.expires_at = expires_at,
		.to = nobody ? "nobody@example.invalid" : forgotten->user.email,
		.language = nobody ? "" : forgotten->user.language,
		.values = {
			{ "link", url },
			{ "minutes", arena_printf(call->arena, "%d", LINK_FORGOTTEN_MINUTES) },
			{ "name", nobody ? "" : forgotten->user.name },
		},
	};

	return store_outbox_put(call->db, call->sealer, &letter, 1);
}

/* Puts the letter and the link. Nobody is held and gets both as well, so that it costs the same;
 * ERR_CONFLICT, because nobody can have a link. So it is for an address that was left since it was
 * looked up. */
static enum err forgotten_put_way_in(struct db *db, const struct forgotten *forgotten)
{
	int64_t now = clock_now(), expires_at = now + LINK_FORGOTTEN_MINUTES * CLOCK_MINUTE;
	struct secret_hash hash;
	const char *url = link_new_address(forgotten->call, &hash);
	enum err err = store_user_hold(db, forgotten->call->arena, &forgotten->user);

	if (err == ERR_STALE) {
		err = forgotten->to == 0 ? ERR_OK : ERR_CONFLICT;
	}
	TRY(err);
	TRY(store_mail_cancel_all(db, forgotten->to, LETTER_FORGOTTEN, "replaced"));
	TRY(forgotten_put_letter(forgotten, url, expires_at));
	return store_link_put(db, &hash, forgotten->to, LINK_FORGOTTEN, now, expires_at);
}

/* One way for everybody, known or not, in the same statements: what nobody is to get is taken back
 * before the trail is written. */
static enum err forgotten_answer(struct db *db, void *context)
{
	struct forgotten *forgotten = context;
	bool known = forgotten->user.id != 0;
	enum err err;

	TRY(db_save(db));
	err = forgotten_put_way_in(db, forgotten);
	if (err == ERR_CONFLICT) {
		forgotten->to = 0; /* or somebody who has just been deleted */
	} else {
		TRY(err);
	}
	TRY(db_settle(db, forgotten->to != 0));
	return auth_audit_record(forgotten->call, &(struct audit_event){ .action = "session.forgotten",
		.result = forgotten->to != 0 ? NULL : known ? "forbidden" : "not_found",
		.target_type = known ? "user" : NULL, .target_id = forgotten->user.id });
}

/* Whoever has no password yet, or an initial one that is void, has nothing to have forgotten: the
 * way in is the administrator's. */
enum err auth_link_forgotten(const struct call *call, const char *email, struct login *login)
{
	struct forgotten forgotten = { .call = call };
	struct user_secret *user = &forgotten.user;
	const char *address = auth_login_address(call, email);
	bool letter = false;
	enum err err = store_user_secret(call->db, call->arena, address, user);

	*login = (struct login){ .problem = PROBLEM_NONE };
	TRY(err == ERR_NOT_FOUND ? ERR_OK : err);
	if (auth_login_may_enter(call, user) && secret_password_is_hash(user->password)) {
		forgotten.to = user->id;
	}
	TRY(auth_tries_forgotten(call, address, &login->retry_after, &letter));
	if (login->retry_after > 0) {
		return auth_login_refuse(login, PROBLEM_TOO_MANY, ERR_TOO_MANY);
	}
	return letter ? db_transact(call->db, forgotten_answer, &forgotten) : ERR_OK;
}
