#include "auth/trail.h"

#include "base/log.h"
#include "store/audit.h"
#include "store/chain.h"

#include <inttypes.h>

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

void auth_trail_note(const struct auth *auth)
{
	const char *node = auth->conf->node;
	struct chain_mark head;

	if (store_chain_head(auth->db, auth->arena, node, &head) == ERR_OK) {
		log_event(LOG_INFO, "audit_head", "node=%s newest=%" PRIu64 " hash=%s", node, head.seq,
			secret_to_hex(auth->arena, head.hash.bytes, sizeof(head.hash.bytes)));
	}
}
