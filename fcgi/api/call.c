#include "api/call.h"

#include <inttypes.h>
#include <string.h>

enum err api_if_match(struct call *call, uint64_t version)
{
	const char *asked = call->request->if_match;

	if (asked[0] == '\0') {
		return reply_refuse(call->reply, PROBLEM_PRECONDITION_REQUIRED);
	}
	if (strcmp(asked, "*") == 0 ||
	    strcmp(asked, arena_printf(call->arena, "\"%" PRIu64 "\"", version)) == 0) {
		return ERR_OK;
	}
	return reply_refuse(call->reply, PROBLEM_STALE);
}

enum err api_forbid_field(struct call *call, const char *field, const char *key)
{
	return reply_refuse_field(call->reply, PROBLEM_FORBIDDEN, field, key);
}
