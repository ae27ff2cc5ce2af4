/*
 * The query string of a list: sort, size, after/before and filters. Decodes percent and plus,
 * refuses repeated and unknown parameters (400 malformed, field key "unknown"/"repeated"), and one
 * that says nothing (email=): whoever sends it with an empty variable does not mean everything.
 */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include "base/err.h"
#include "http/body.h"
#include "http/reply.h"
#include "http/request.h"
#include "record/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUERY_SIZE_DEFAULT 50
#define QUERY_SIZE_MAX 200

struct query {
	int sort; /* index into sorts */
	bool sorted; /* it was asked for */
	bool descending;
	uint64_t size;
	const char *after;  /* cursor, "" for none */
	const char *before;
	struct list_value *values; /* one per filter, same order */
	struct list_value *also;   /* the same of what was asked for besides */
};

/* Fills query (values from the request's arena); also: parameters that are no filters of the list,
 * or NULL. Keys: sort.unknown, size.range, cursor.both,
 * filter.empty, <name>.format, ... */
enum err query_read(const struct request *request, const struct list *spec,
	const struct list_filter *also, struct query *query, struct reply *reply) MUST_USE;

/* The same filters from a member of a body, { "status": "enabled", "group": 3 }; neither sort, size
 * nor cursor. */
enum err query_read_pairs(const struct request *request, const struct list *spec,
	const struct in_pairs *pairs, struct query *query, struct reply *reply) MUST_USE;

#endif
