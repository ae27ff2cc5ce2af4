/*
 * Idempotency-Key: a POST that creates something and is sent again with the same key creates
 * nothing again. Without the header each of these does nothing.
 *
 *   api_once_begin()  before the transaction: is it a repetition? The key is then spent.
 *   api_once_write()  in the transaction, after the record
 *   api_once_lost()   when the transaction ended with ERR_CONFLICT
 */
#ifndef API_ONCE_H
#define API_ONCE_H

#include "api/call.h"
#include "store/idempotency.h"

#include <stdbool.h>

struct once {
	bool keyed;             /* the request carries the header */
	bool repeated;          /* key.record_id is what the first request made */
	struct idempotency key;
};

/* Refuses a key that was used for another request. */
enum err api_once_begin(struct call *call, struct once *once) MUST_USE;

enum err api_once_write(struct call *call, struct once *once, uint64_t record_id) MUST_USE;

/* A conflict may be this very request, faster on another connection: then once->repeated and
 * ERR_OK, with a fresh reply. ERR_CONFLICT, and the reply as it was, when others are in the way. */
enum err api_once_lost(struct call *call, struct once *once) MUST_USE;

#endif
