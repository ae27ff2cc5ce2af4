/*
 * Finds the row of a route table that a request asks for. A path is literal but for an {id} and a
 * {sid} after it, positive decimal numbers without sign or leading zero: "/api/v1/users/{id}".
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "http/request.h"

#include <stddef.h>
#include <stdint.h>

struct route {
	enum method method; /* a METHOD_GET row answers HEAD too */
	const char *path;
};

enum { ROUTE_IDS = 2 };

/* What of the table a request asks for. */
struct route_match {
	const void *row;          /* NULL: none fits */
	uint64_t ids[ROUTE_IDS];  /* the numbers in the path, 0 without one */
	const char *methods;      /* without a row: those that the path has, "GET, HEAD"; "": no path */
};

/* Finds the row. The first member of each of the count rows, stride bytes apart, is a struct route.
 * The match lives in the request's arena. */
const struct route_match *route_find(const void *rows, size_t stride, size_t count,
	const struct request *request);

#endif
