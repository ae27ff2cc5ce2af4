#include "auth/session.h"

#include "auth/cache.h"
#include "base/clock.h"
#include "rule/network.h"
#include "store/link.h"
#include "store/session.h"

#include <string.h>

struct secret_hash auth_session_hash(const char *token)
{
	return secret_hash(token, strlen(token));
}

static enum err session_take_viewer(struct call *call, const struct session *session)
{
	struct user_rights rights;
	enum err err = auth_cache_rights(call->cache, call->db, session->epoch, session->user_id,
		&rights);

	if (err == ERR_NOT_FOUND) {
		return ERR_UNAUTHENTICATED;
	}
	TRY(err);
	if (!rights.enabled || !network_list_has(rights.ip_allow_list, call->remote_address)) {
		return ERR_UNAUTHENTICATED;
	}
	call->epoch = session->epoch;
	call->viewer = (struct viewer){
		.user_id = session->user_id,
		.session_id = session->id,
		.stepped_up_at = session->stepped_up_at,
		.rights = rights.rights,
		.masked = rights.masked,
	};
	return ERR_OK;
}

enum err auth_session_admit(struct call *call, const struct session *session)
{
	struct session_live live = auth_session_live(call->conf);
	int64_t now = clock_now();

	if (session->last_used_at < live.idle || session->created_at < live.born) {
		return ERR_UNAUTHENTICATED;
	}
	TRY(session_take_viewer(call, session));
	return now - session->last_used_at > CLOCK_MINUTE
		? store_session_touch(call->db, session->id, now) : ERR_OK;
}

static enum err session_find_viewer(struct call *call, const char *token)
{
	struct secret_hash hash = auth_session_hash(token);
	struct session session;
	enum err err = store_session_find(call->db, call->arena, &hash, &session);

	if (err == ERR_NOT_FOUND) {
		return ERR_UNAUTHENTICATED;
	}
	TRY(err);
	return auth_session_admit(call, &session);
}

enum err auth_session_find(struct call *call)
{
	enum err err = ERR_UNAUTHENTICATED;

	call->viewer = viewer_nobody();
	for (const char *const *token = call->session_tokens;
	     err == ERR_UNAUTHENTICATED && *token != NULL; token++) {
		err = session_find_viewer(call, *token);
	}
	return err;
}

enum err auth_session_end_held(const struct call *call)
{
	for (const char *const *token = call->session_tokens; *token != NULL; token++) {
		struct secret_hash hash = auth_session_hash(*token);
		struct session session;
		enum err err = store_session_find(call->db, call->arena, &hash, &session);

		if (err != ERR_NOT_FOUND) {
			TRY(err);
			TRY(store_session_end(call->db, session.id));
		}
	}
	return ERR_OK;
}

enum err auth_session_open(const struct call *call, uint64_t user_id,
	char token[static SECRET_TOKEN_TEXT])
{
	struct secret_hash hash;
	uint64_t id;

	secret_token(token);
	hash = auth_session_hash(token);
	return store_session_insert(call->db, &hash, user_id, clock_now(),
		call->remote_address, call->user_agent, &id);
}

enum err auth_session_step_up(const struct call *call, uint64_t session_id,
	char token[static SECRET_TOKEN_TEXT])
{
	struct secret_hash hash;

	secret_token(token);
	hash = auth_session_hash(token);
	return store_session_step_up(call->db, session_id, &hash, clock_now());
}

struct session_live auth_session_live(const struct conf *conf)
{
	int64_t now = clock_now();

	return (struct session_live){
		.idle = now - (int64_t)conf->session_idle * CLOCK_MINUTE,
		.born = now - (int64_t)conf->session_life * CLOCK_MINUTE,
	};
}

enum err auth_session_sweep(struct db *db, const struct conf *conf, bool *more)
{
	struct session_live live = auth_session_live(conf);

	TRY(store_session_sweep(db, clock_now(), live.idle, live.born, more));
	return store_link_sweep(db, clock_now(), more);
}
