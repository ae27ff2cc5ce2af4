/*
 * Finds the row of a route table that a request asks for. A path is literal but for an {id} and a
 * {sid} after it, positive decimal numbers without sign or leading zero: "/api/v1/users/{id}".
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "http/reply.h"
#include "http/request.h"

#include <stddef.h>
#include <stdint.h>

struct route {
	enum method method; /* a METHOD_GET row answers HEAD too */
	const char *path;
};

enum { ROUTE_IDS = 2 };

/* The index of the row, or -1 with the reply refused: 404 when no row has the path, 405 with Allow
 * when none has the method. The first member of each of the count rows, stride bytes apart, is a
 * struct route. ids are the numbers in the path, 0 without one. */
int route_match(const void *rows, size_t stride, size_t count, const struct request *request,
	struct reply *reply, uint64_t ids[static ROUTE_IDS]);

#endif
