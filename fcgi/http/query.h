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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUERY_SIZE_DEFAULT 50
#define QUERY_SIZE_MOST 200

enum query_kind {
	QUERY_END = 0,
	QUERY_TEXT, /* struct query_value.text, cleaned like FIELD_TEXT, at most 254 bytes */
	QUERY_ID,   /* .number, positive */
	QUERY_WORD, /* .number: index into words */
	QUERY_FLAG, /* .number: 1 for true, 0 for false */
	QUERY_TIME  /* .time: an instant, RFC 3339 */
};

struct query_filter {
	const char *name;
	enum query_kind kind;
	const char *const *words; /* QUERY_WORD */
	bool ascii;               /* QUERY_TEXT: its column holds nothing but ASCII */
};

/* What is not ASCII is in no column of ASCII, and a database will not even compare the two. It is
 * looked for as a text that no column holds, because nothing with a control character gets in. */
#define QUERY_NOWHERE "\x01"

struct query_value {
	bool given;
	const char *said; /* as it stood there, QUERY_TEXT cleaned; "" when not given */
	const char *text; /* the same, to look for; QUERY_NOWHERE where no row can have it */
	uint64_t number;
	int64_t time;
};

/* sorts is a NULL-terminated list of names; the first is the default, "-" in front turns it. */
struct query_spec {
	const char *const *sorts;
	bool descending; /* direction of the default sort */
	const struct query_filter *filters; /* ended by QUERY_END */
};

struct query {
	int sort; /* index into sorts */
	bool descending;
	uint64_t size;
	const char *after;  /* cursor, "" for none */
	const char *before;
	struct query_value *values; /* one per filter, same order */
};

/* Fills query (values from the request's arena). Keys: sort.unknown, size.range, cursor.both,
 * filter.empty, <name>.format, ... */
enum err query_read(const struct request *request, const struct query_spec *spec,
	struct query *query, struct reply *reply) MUST_USE;

/* The same filters from a member of a body, { "status": "enabled", "group": 3 }; neither sort, size
 * nor cursor. */
enum err query_read_pairs(const struct request *request, const struct query_spec *spec,
	const struct in_pairs *pairs, struct query *query, struct reply *reply) MUST_USE;

#endif
