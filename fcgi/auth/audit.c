#include "auth/audit.h"

#include "auth/call.h"
#include "base/log.h"
#include "rule/trail.h"
#include "store/audit.h"
#include "store/chain.h"

#include <inttypes.h>

static struct audit audit_of(const struct call *call, const struct audit_event *event)
{
	return (struct audit){
		.actor_id = event->actor_id != 0 ? event->actor_id : call->viewer.user_id,
		.action = event->action,
		.result = event->result == NULL ? "ok" : event->result,
		.target_type = event->target_type == NULL ? "" : event->target_type,
		.target_id = event->target_id,
		.remote_address = call->remote_address,
		.user_agent = call->user_agent,
		.request_id = call->request_id,
		.before = event->before,
		.after = event->after,
	};
}

enum err auth_audit_record_all(const struct call *call, const struct audit_event *events,
	size_t count)
{
	struct audit_writer writer = { .db = call->db, .arena = call->arena,
		.node = call->conf->node, .key = call->server_key };
	struct audit *audits = arena_array(call->arena, count, sizeof(*audits));

	for (size_t i = 0; i < count; i++) {
		audits[i] = audit_of(call, &events[i]);
		if (!trail_may_say(audits[i].action, audits[i].target_type)) {
			return ERR_BUG;
		}
	}
	return count == 0 ? ERR_OK : store_audit_append(&writer, audits, count);
}

enum err auth_audit_record(const struct call *call, const struct audit_event *event)
{
	return auth_audit_record_all(call, event, 1);
}

void auth_audit_log_head(const struct call *call)
{
	const char *node = call->conf->node;
	struct chain_mark head;

	if (store_chain_head(call->db, call->arena, node, &head) == ERR_OK) {
		log_event(LOG_INFO, "audit_head", "node=%s newest=%" PRIu64 " hash=%s", node, head.seq,
			secret_to_hex(call->arena, head.hash.bytes, sizeof(head.hash.bytes)));
	}
}
