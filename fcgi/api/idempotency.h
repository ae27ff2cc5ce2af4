/*
 * Idempotency-Key: a POST that creates something and is sent again with the same key creates
 * nothing again. api/serve does this for every row that says .idempotent; without the header each
 * of these does nothing.
 */
#ifndef API_IDEMPOTENCY_H
#define API_IDEMPOTENCY_H

#include "api/call.h"

/* Looks for the key before the change: sets call->repeated, and call->record_id to what the first
 * request made. Refuses a key that was used for another request. */
enum err api_idempotency_begin(struct call *call) MUST_USE;

/* Keeps, in the transaction and after the change, call->record_id, if it has made something. */
enum err api_idempotency_save(struct call *call) MUST_USE;

/* Settles ERR_CONFLICT at the end of the transaction, which may be this very request, faster on
 * another connection: then call->repeated and ERR_OK, with a fresh reply. ERR_CONFLICT, and the
 * reply as it was, when others are in the way. */
enum err api_idempotency_resolve_conflict(struct call *call) MUST_USE;

#endif
