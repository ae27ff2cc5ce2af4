/*
 * One request on its way through the program: what a handler is given, and the few things that
 * several handlers do. Handlers read: check, load, decide, change, answer.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "auth/auth.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"
#include "rule/perm.h"
#include "store/db.h"

#include <stdint.h>

struct api_route;

struct call {
	const struct request *request;
	struct reply *reply;
	struct arena *arena;
	struct db *db;
	struct auth auth;
	struct viewer viewer;
	uint64_t id;       /* the number in the path, 0 without one */
	uint64_t sub_id;   /* the second one */
	const void *input; /* the struct that the route's field table filled */
	enum perm perm;    /* what the route asks for */
	const struct api_route *route; /* NULL: none fits */
};

/* ERR_OK when If-Match names this version; 428 without the header, 412 with another one. */
enum err api_if_match(struct call *call, uint64_t version) MUST_USE;

/* ERR_OK while the viewer's last proof holds; 403 when they must prove again who they are. */
enum err api_ask_proof(struct call *call) MUST_USE;

/* The .check of the route (routes.h), for a handler: refuses with 422 where it finds something. */
enum err api_check_fields(struct call *call) MUST_USE;

/* Refuses with 403 and names the field that went too far. */
enum err api_forbid_field(struct call *call, const char *field, const char *key) MUST_USE;

#endif
