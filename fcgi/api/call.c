#include "api/call.h"

#include "auth/step_up.h"

#include <inttypes.h>
#include <string.h>

/* One of the entity tags of a list. A proxy that compresses makes weak tags of ours, which name the
 * same version: they count, though RFC 9110 13.1.1 compares strongly. */
static bool call_tag_is_listed(const char *list, const char *tag)
{
	while (*list != '\0') {
		size_t len, end;

		list += strncmp(list, "W/", 2) == 0 ? 2 : 0;
		len = end = strcspn(list, ",");

		while (end > 0 && list[end - 1] == ' ') {
			end--;
		}
		if (end == strlen(tag) && strncmp(list, tag, end) == 0) {
			return true;
		}
		list += len + strspn(list + len, ", ");
	}
	return false;
}

enum err api_if_match(struct call *call, uint64_t version)
{
	const char *asked = call->request->if_match;

	if (asked[0] == '\0') {
		return reply_refuse(call->reply, PROBLEM_PRECONDITION_REQUIRED);
	}
	if (strcmp(asked, "*") == 0 ||
	    call_tag_is_listed(asked, arena_printf(call->arena, "\"%" PRIu64 "\"", version))) {
		return ERR_OK;
	}
	return reply_refuse(call->reply, PROBLEM_STALE);
}

enum err api_ask_step_up(struct call *call)
{
	return auth_step_up_holds(call) ? ERR_OK
		: reply_refuse(call->reply, PROBLEM_STEP_UP_REQUIRED);
}

struct call_act {
	struct call *call;
	enum err (*act)(struct call *call);
};

static enum err call_act(struct db *db, void *context)
{
	const struct call_act *act = context;

	(void)db;
	return act->act(act->call);
}

enum err api_transact(struct call *call, enum err (*act)(struct call *call))
{
	return db_transact(call->db, call_act, &(struct call_act){ call, act });
}

enum err api_record_change(struct call *call)
{
	const struct audit_event event = call->audit;

	call->audit = (struct audit_event){ .action = NULL };
	return event.action == NULL ? ERR_OK : auth_audit_record(call, &event);
}

enum err api_forbid_field(struct call *call, const char *field, const char *key)
{
	return reply_refuse_field(call->reply, PROBLEM_FORBIDDEN, field, key);
}
