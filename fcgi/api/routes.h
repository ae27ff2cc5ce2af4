/*
 * THE table of routes. A row names method, path, permission, accepted fields and handler; a row
 * without a permission or a handler stops the start. tests/golden/routes.txt is the reviewed list:
 * who may do what is the diff of one file.
 */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/call.h"
#include "http/body.h"
#include "http/route.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct api_route {
	struct route at;
	enum perm perm;
	bool hashes;                /* works on a password: belongs to the hash threads */
	bool proof;                 /* the viewer must have proved lately that it is still them */
	bool csv;                   /* the body is CSV, which the handler reads, and may be large */
	const struct field *fields; /* of the body; NULL: none is accepted */
	enum err (*run)(struct call *call);
};

extern const struct api_route api_routes[];
extern const size_t api_routes_count;

/* Room for any handler's input struct. */
enum { API_INPUT_SIZE = 512 };

/* ERR_BUG, logged, when a row lacks its permission, path, method or handler. */
enum err api_routes_check(void) MUST_USE;

/* One line a route: method, path, permission, "proof" where one is asked for. */
void api_routes_print(FILE *out);

#endif
