#include "api/once.h"

#include "base/clock.h"

#include <string.h>

enum { KEY_MOST = 255 };

/* What makes two requests the same; keyed, because the body may hold a password. */
static struct secret_hash request_hash(const struct call *call)
{
	const struct request *request = call->request;
	const char *line = arena_printf(call->arena, "%s %s?%s\n", method_name(request->method),
		request->path, request->query);
	size_t len = strlen(line);
	char *all = arena_alloc(call->arena, len + request->body_len);

	memcpy(all, line, len);
	memcpy(all + len, request->body, request->body_len);
	return secret_keyed(call->server_key, "request", all, len + request->body_len);
}

static enum err find(struct call *call, struct once *once)
{
	enum err err = store_idempotency_find(call->db, call->arena, &once->key);

	once->repeated = err == ERR_OK;
	if (err == ERR_INVALID) {
		return reply_refuse(call->reply, PROBLEM_KEY_REUSED);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err api_once_begin(struct call *call, struct once *once)
{
	const char *key = call->request->idempotency_key;

	*once = (struct once){ .keyed = key[0] != '\0' };
	if (!once->keyed) {
		return ERR_OK;
	}
	if (strlen(key) > KEY_MOST) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "Idempotency-Key",
			"idempotency_key.too_long");
	}
	once->key = (struct idempotency){
		.user_id = call->viewer.user_id,
		.key = secret_keyed(call->server_key, "idempotency key", key, strlen(key)),
		.request = request_hash(call),
	};
	return find(call, once);
}

enum err api_once_write(struct call *call, struct once *once, uint64_t record_id)
{
	if (!once->keyed) {
		return ERR_OK;
	}
	once->key.record_id = record_id;
	return store_idempotency_insert(call->db, &once->key, clock_now());
}

enum err api_once_lost(struct call *call, struct once *once)
{
	struct reply refusal = *call->reply;

	if (!once->keyed) {
		return ERR_CONFLICT;
	}
	reply_init(call->reply, call->arena);
	TRY(find(call, once));
	if (!once->repeated) {
		*call->reply = refusal;
		TRY(ERR_CONFLICT);
	}
	return ERR_OK;
}
