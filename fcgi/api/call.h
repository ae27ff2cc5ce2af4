/*
 * What several handlers do with the call that is theirs to answer. A handler is the stages of one
 * route (api/routes.h); all else of a request is api/serve's.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "auth/call.h"
#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"

/* Room for any handler's state. */
enum { API_STATE_SIZE = 1024 };

/* Asks that If-Match names this version; refuses with 428 without the header, with 412 when it is
 * another one. */
enum err api_if_match(struct call *call, uint64_t version) MUST_USE;

/* Asks that the viewer's last proof holds; refuses with 403 when they must prove again who they
 * are. */
enum err api_ask_step_up(struct call *call) MUST_USE;

/* Runs act, which finds what it works on in call->state, in a transaction of its own, as
 * db_transact() does. For changes of many transactions; the one of a .change is api/serve's. */
enum err api_transact(struct call *call, enum err (*act)(struct call *call)) MUST_USE;

/* Writes, in the transaction of a change, the row of the audit trail that call->audit says, if any,
 * and empties it. api/serve does so after .change; who changes several records, after each. */
enum err api_record_change(struct call *call) MUST_USE;

/* Refuses with 403 and names the field that went too far; key says in what. */
enum err api_forbid_field(struct call *call, const char *field, const char *key) MUST_USE;

#endif
