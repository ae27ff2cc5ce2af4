/*
 * Idempotency-Key: a POST that creates something may be sent again when its answer was lost, and
 * creates nothing twice. A handler asks api_repeat_find() first and calls api_repeat_record() in
 * the transaction of what it creates.
 */
#ifndef API_REPEAT_H
#define API_REPEAT_H

#include "api/call.h"
#include "store/idempotency.h"

#include <stdbool.h>
#include <stdint.h>

struct repeat {
	bool keyed; /* the request carries a key; without one all of this does nothing */
	struct idempotency entry;
};

/* *id is what the request created when it was made before, 0 when it is new. Refuses a key that
 * belongs to another request (422 idempotency_key_reused) or is too long. */
enum err api_repeat_find(struct call *call, struct repeat *repeat, uint64_t *id) MUST_USE;

/* ERR_CONFLICT when the same request was faster on another connection: roll back, and
 * api_repeat_lost() knows its id. */
enum err api_repeat_record(struct call *call, struct repeat *repeat, uint64_t id) MUST_USE;

/* After a conflict: ERR_OK and the id when the faster one was this very request, else
 * ERR_CONFLICT with the reply as it was. */
enum err api_repeat_lost(struct call *call, struct repeat *repeat, uint64_t *id) MUST_USE;

#endif
