#include "auth/trail.h"

#include "store/audit.h"

enum err auth_trail(const struct auth *auth, const struct trail *trail)
{
	struct audit_writer writer = { .db = auth->db, .arena = auth->arena,
		.node = auth->conf->node, .key = auth->server_key };

	return store_audit_append(&writer, &(struct audit){
		.actor_id = trail->actor_id,
		.action = trail->action,
		.result = trail->result == NULL ? "ok" : trail->result,
		.target_type = trail->target_type == NULL ? "" : trail->target_type,
		.target_id = trail->target_id,
		.remote_address = auth->request->remote_address,
		.user_agent = auth->request->user_agent,
		.request_id = auth->request->id,
		.before = trail->before,
		.after = trail->after,
	});
}
