#include "api/repeat.h"

#include "base/clock.h"

#include <string.h>

enum { KEY_MOST = 255 };

/* What makes two requests the same; keyed, because a body holds personal data. */
static struct secret_hash request_hash(const struct call *call)
{
	const struct request *request = call->request;
	const char *line = arena_printf(call->arena, "%s %s?%s\n", method_name(request->method),
		request->path, request->query);
	size_t len = strlen(line);
	char *all = arena_alloc(call->arena, len + request->body_len);

	memcpy(all, line, len);
	memcpy(all + len, request->body, request->body_len);
	return secret_keyed(call->auth.server_key, "request", all, len + request->body_len);
}

static enum err read_key(struct call *call, struct repeat *repeat)
{
	const char *key = call->request->idempotency_key;

	repeat->keyed = key[0] != '\0';
	if (strlen(key) > KEY_MOST) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "Idempotency-Key",
			"idempotency_key.too_long");
	}
	if (repeat->keyed) {
		repeat->entry = (struct idempotency){
			.user_id = call->viewer.user_id,
			.key = secret_keyed(call->auth.server_key, "idempotency key", key, strlen(key)),
			.request = request_hash(call),
		};
	}
	return ERR_OK;
}

static enum err find(struct call *call, struct repeat *repeat, uint64_t *id)
{
	enum err err = store_idempotency_find(call->db, call->arena, &repeat->entry);

	*id = err == ERR_OK ? repeat->entry.record_id : 0;
	if (err == ERR_INVALID) {
		return reply_refuse(call->reply, PROBLEM_KEY_REUSED);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err api_repeat_find(struct call *call, struct repeat *repeat, uint64_t *id)
{
	enum err err = read_key(call, repeat);

	*id = 0;
	return err == ERR_OK && repeat->keyed ? find(call, repeat, id) : err;
}

enum err api_repeat_record(struct call *call, struct repeat *repeat, uint64_t id)
{
	if (!repeat->keyed) {
		return ERR_OK;
	}
	repeat->entry.record_id = id;
	return store_idempotency_insert(call->db, &repeat->entry, clock_now());
}

enum err api_repeat_lost(struct call *call, struct repeat *repeat, uint64_t *id)
{
	struct reply refusal = *call->reply;
	enum err err;

	*id = 0;
	if (!repeat->keyed) {
		return ERR_CONFLICT;
	}
	reply_init(call->reply, call->arena);
	err = find(call, repeat, id);
	if (err == ERR_OK && *id == 0) {
		*call->reply = refusal;
		err = ERR_CONFLICT;
	}
	return err;
}
