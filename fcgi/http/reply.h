/*
 * The answer to one request: built in memory, sent once; or, where it may be larger than memory
 * should be, sent piece by piece (reply_stream). Sets the headers that every response
 * carries (Cache-Control, X-Content-Type-Options, X-Request-Id, ...) and turns a problem.def row
 * into application/problem+json.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "http/request.h"

#include <stdbool.h>
#include <stdint.h>

enum problem {
	PROBLEM_NONE = 0,
#define PROBLEM(id, status, err, code, title) PROBLEM_##id,
#include "http/problem.def"
#undef PROBLEM
};

enum { REPLY_FIELDS_MOST = 20 };

/* Appends the next piece to out, whose arena holds it and what it was made of and is reset before
 * the next one; nothing when there is none left. */
typedef enum err reply_piece(void *context, struct text *out);

struct reply {
	struct arena *arena;
	int status;            /* 200 to begin with */
	const char *type;      /* of the body; NULL: application/json */
	reply_piece *piece;    /* not NULL: the body comes from here */
	void *piece_context;
	struct text body;      /* JSON; empty with 204 */
	struct text headers;   /* extra "Name: value\r\n" lines: only reply_*() write here */
	struct text fields;    /* "field":"key" pairs of a problem, comma-separated */
	size_t field_count;
	enum problem problem;  /* not NONE: send this instead of the body */
	const char *missing;   /* permission that was missing, for 403; NULL for none */
};

void reply_init(struct reply *reply, struct arena *arena);

/* Makes the reply a refusal and returns the enum err of its row, so that a handler can write
 * return reply_refuse(reply, PROBLEM_STALE); */
enum err reply_refuse(struct reply *reply, enum problem problem);

/* reply_refuse(PROBLEM_FORBIDDEN) that names the missing permission ("users.create"). */
enum err reply_forbid(struct reply *reply, const char *permission);

/* Adds a field error: name of the field, stable key. The first key of a field wins; beyond
 * REPLY_FIELDS_MOST nothing is added. */
void reply_field(struct reply *reply, const char *field, const char *key);

/* reply_field() with the key "unknown" for a name that the client made up: shown as "?" unless it
 * is printable ASCII without quotes, and clipped. */
void reply_field_unknown(struct reply *reply, const char *name);

bool reply_has_fields(const struct reply *reply);

/* reply_field() and reply_refuse() in one. */
enum err reply_refuse_field(struct reply *reply, enum problem problem, const char *field,
	const char *key);

/* Refuses with the row that fits an error nobody has explained yet; keeps an earlier problem. */
void reply_error(struct reply *reply, enum err err);

/* Headers with values of ours alone: numbers, tokens, paths. */
void reply_etag(struct reply *reply, uint64_t version);          /* ETag: "7" */
void reply_created(struct reply *reply, const struct request *request, const char *collection,
	uint64_t id); /* status 201, Location: <prefix>/api/v1/<collection>/<id> */
void reply_retry_after(struct reply *reply, unsigned seconds);
void reply_allow(struct reply *reply, const char *methods);      /* Allow: GET, POST */
void reply_header(struct reply *reply, const char *name, const char *value);

/* The body comes piece by piece from this function, which reply_send() calls after the handler has
 * returned, on the same thread. context must live in the request's arena. */
void reply_stream(struct reply *reply, const char *type, reply_piece *piece, void *context);

/* The status that reply_send() will send. */
int reply_status(const struct reply *reply);

struct FCGX_Request;

/* Sends status, headers and body; nothing of the body for HEAD and 204. ERR_UNAVAILABLE when the
 * body broke off: its receiver must not take it for the whole. */
enum err reply_send(const struct reply *reply, const struct request *request,
	struct FCGX_Request *fcgi) MUST_USE;

#endif
