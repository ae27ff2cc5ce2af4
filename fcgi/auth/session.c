#include "auth/session.h"

#include "auth/cache.h"
#include "base/clock.h"
#include "http/cookie.h"
#include "rule/network.h"
#include "store/link.h"
#include "store/session.h"

#include <string.h>

struct secret_hash auth_session_hash(const char *token)
{
	return secret_hash(token, strlen(token));
}

static bool is_over(const struct conf *conf, const struct session *session, int64_t now)
{
	return now - session->last_used_at > (int64_t)conf->session_idle * CLOCK_MINUTE ||
		now - session->created_at > (int64_t)conf->session_life * CLOCK_MINUTE;
}

static enum err take_viewer(const struct auth *auth, const struct session *session,
	struct viewer *viewer)
{
	struct user_rights rights;
	enum err err = auth_cache_rights(auth->cache, auth->db, session->epoch, session->user_id,
		&rights);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && !(rights.enabled &&
	    network_list_has(rights.ip_allow_list, auth->request->remote_address)))) {
		return ERR_UNAUTHENTICATED;
	}
	if (err == ERR_OK) {
		*viewer = (struct viewer){
			.user_id = session->user_id,
			.session_id = session->id,
			.proved_at = session->proved_at,
			.rights = rights.rights,
			.masked = rights.masked,
		};
	}
	return err;
}

static enum err find_holder(const struct auth *auth, const char *token, struct viewer *viewer)
{
	struct secret_hash hash = auth_session_hash(token);
	struct session session;
	int64_t now = clock_now();
	enum err err;

	err = store_session_find(auth->db, auth->arena, &hash, &session);
	if (err == ERR_NOT_FOUND || (err == ERR_OK && is_over(auth->conf, &session, now))) {
		return ERR_UNAUTHENTICATED;
	}
	if (err == ERR_OK) {
		err = take_viewer(auth, &session, viewer);
	}
	if (err == ERR_OK && now - session.last_used_at > CLOCK_MINUTE) {
		err = store_session_touch(auth->db, session.id, now);
	}
	return err;
}

enum err auth_session_find(const struct auth *auth, struct viewer *viewer)
{
	struct cookie_values tokens = cookie_read(auth->request, COOKIE_SESSION);
	enum err err = ERR_UNAUTHENTICATED;

	*viewer = viewer_nobody();
	for (size_t i = 0; err == ERR_UNAUTHENTICATED && i < tokens.count; i++) {
		err = find_holder(auth, tokens.value[i], viewer);
	}
	return err;
}

enum err auth_session_end_held(const struct auth *auth)
{
	struct cookie_values tokens = cookie_read(auth->request, COOKIE_SESSION);
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < tokens.count; i++) {
		struct secret_hash hash = auth_session_hash(tokens.value[i]);
		struct session session;

		err = store_session_find(auth->db, auth->arena, &hash, &session);
		if (err == ERR_OK) {
			err = store_session_end(auth->db, session.id);
		} else if (err == ERR_NOT_FOUND) {
			err = ERR_OK;
		}
	}
	return err;
}

enum err auth_session_open(const struct auth *auth, uint64_t user_id,
	char token[static SECRET_TOKEN_TEXT])
{
	struct secret_hash hash;
	uint64_t id;

	secret_token(token);
	hash = auth_session_hash(token);
	return store_session_insert(auth->db, &hash, user_id, clock_now(),
		auth->request->remote_address, auth->request->user_agent, &id);
}

enum err auth_session_prove(const struct auth *auth, uint64_t session_id,
	char token[static SECRET_TOKEN_TEXT])
{
	struct secret_hash hash;

	secret_token(token);
	hash = auth_session_hash(token);
	return store_session_prove(auth->db, session_id, &hash, clock_now());
}

struct session_filter auth_session_live(const struct conf *conf)
{
	int64_t now = clock_now();

	return (struct session_filter){
		.idle = now - (int64_t)conf->session_idle * CLOCK_MINUTE,
		.born = now - (int64_t)conf->session_life * CLOCK_MINUTE,
		.remote_address = "",
	};
}

enum err auth_session_sweep(struct db *db, const struct conf *conf)
{
	struct session_filter live = auth_session_live(conf);

	TRY(store_session_sweep(db, clock_now(), live.idle, live.born));
	return store_link_sweep(db, clock_now());
}
