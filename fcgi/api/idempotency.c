#include "api/idempotency.h"

#include "base/clock.h"
#include "store/idempotency.h"

#include <string.h>

enum { KEY_MAX_BYTES = 255 };

/* Hashes what makes two requests the same; keyed, because the body may hold a password. */
static struct secret_hash idempotency_request_hash(const struct call *call,
	const struct secret_key *server_key)
{
	const struct request *request = call->request;
	const char *line = arena_printf(call->arena, "%s %s?%s\n", method_name(request->method),
		request->path, request->query);

	return secret_keyed_after(server_key, "request", line, request->body, request->body_len);
}

static enum err idempotency_find(struct call *call)
{
	enum err err = store_idempotency_find(call->db, call->arena, call->idempotency);

	if (err == ERR_INVALID) {
		return reply_refuse(call->reply, PROBLEM_KEY_REUSED);
	}
	if (err == ERR_OK) {
		call->repeated = true;
		call->record_id = call->idempotency->record_id;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Names the request by a key of the server: by the one in use last, which is what is kept. */
static void idempotency_name(struct call *call, const struct secret_key *server_key)
{
	const char *key = call->idempotency_key;

	*call->idempotency = (struct idempotency){
		.user_id = call->viewer.user_id,
		.key = secret_keyed(server_key, "idempotency key", key, strlen(key)),
		.request = idempotency_request_hash(call, server_key),
	};
}

enum err api_idempotency_begin(struct call *call)
{
	const char *key = call->idempotency_key;

	if (key[0] == '\0') {
		return ERR_OK;
	}
	if (strcmp(key, "\"\"") == 0) { /* as a structured field has it: no key, and not none */
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "Idempotency-Key",
			"idempotency_key.required");
	}
	if (strlen(key) > KEY_MAX_BYTES) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "Idempotency-Key",
			"idempotency_key.too_long");
	}
	call->idempotency = arena_alloc(call->arena, sizeof(*call->idempotency));
	for (size_t i = call->server_keys->opening; i > 0; i--) {
		idempotency_name(call, &call->server_keys->key[i - 1]);
		TRY(idempotency_find(call));
		if (call->repeated) {
			break;
		}
	}
	return ERR_OK;
}

enum err api_idempotency_save(struct call *call)
{
	if (call->idempotency == NULL || call->record_id == 0) {
		return ERR_OK;
	}
	call->idempotency->record_id = call->record_id;
	return store_idempotency_insert(call->db, call->idempotency, clock_now());
}

enum err api_idempotency_resolve_conflict(struct call *call)
{
	struct reply refusal = *call->reply;

	if (call->idempotency == NULL) {
		return ERR_CONFLICT;
	}
	reply_init(call->reply, call->arena);
	TRY(idempotency_find(call));
	if (!call->repeated) {
		*call->reply = refusal;
		return ERR_CONFLICT;
	}
	return ERR_OK;
}
