/*
 * The answer to one request: built in memory, sent once, or streamed where it may be long. Sets
 * the headers that every response carries (Cache-Control, X-Content-Type-Options, X-Request-Id,
 * ...) and turns a problem.def row into application/problem+json.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "http/request.h"
#include "rule/problem.h"

#include <stdbool.h>
#include <stdint.h>

enum { REPLY_FIELDS_MAX = 100 };

/* Writes the next piece of a body that is too long for memory; *more says whether another one
 * follows. piece->arena is taken back after each piece. */
typedef enum err reply_piece(struct text *piece, bool *more, void *context);

struct reply {
	struct arena *arena;
	int status;            /* 200 to begin with */
	struct text body;      /* JSON; empty with 204 */
	struct text headers;   /* extra "Name: value\r\n" lines: only reply_*() write here */
	struct text fields;    /* "field":"key" pairs of a problem, comma-separated */
	size_t field_count;
	struct text places;    /* "field":{...} pairs: where a character is that cannot be seen */
	const char *first_key; /* of the fields; NULL for none */
	enum problem problem;  /* not NONE: send this instead of the body */
	const char *missing;   /* permission that was missing, for 403; NULL for none */
	uint64_t count;        /* how many records are in the way, for 409; 0: not said */
	uint64_t line;         /* of a file, in which something is wrong; 0: not said */
	reply_piece *stream;   /* sent in place of the body; NULL: the body */
	void *stream_context;
	const char *content_type; /* of the stream or the body; NULL: JSON */
	uint64_t viewer_id;    /* of the user who asks, for the log; 0: nobody */
	const char *policy;    /* content security policy; NULL: nothing at all */
};

/* Makes an empty reply with status 200; what it is made of comes from the arena. */
void reply_init(struct reply *reply, struct arena *arena);

/* Makes the reply a refusal and returns the enum err of its row, so that a handler can write
 * return reply_refuse(reply, PROBLEM_STALE); */
enum err reply_refuse(struct reply *reply, enum problem problem);

/* Refuses with PROBLEM_FORBIDDEN and names the missing permission ("users.create"). */
enum err reply_forbid(struct reply *reply, const char *permission);

/* Refuses with PROBLEM_IN_USE and says by how many. */
enum err reply_refuse_used(struct reply *reply, uint64_t count);

/* Adds a field error: name of the field, stable key. The first key of a field wins; beyond
 * REPLY_FIELDS_MAX nothing is added. */
void reply_field(struct reply *reply, const char *field, const char *key);

/* Says of a field, after reply_field(), which character in it cannot be seen, and what of the text
 * stands before it. */
void reply_place(struct reply *reply, const char *field, uint32_t character, const char *after);

/* reply_field() with the key "unknown" for a name that the client made up: shown as "?" unless it
 * is printable ASCII without quotes, and clipped. */
void reply_field_unknown(struct reply *reply, const char *name);

/* reply_field() for the name of a column of a file, as it stands there, but for what follows its
 * first hundred bytes. */
void reply_field_named(struct reply *reply, const char *name, const char *key);

/* Tells whether a field has an error. */
bool reply_has_fields(const struct reply *reply);

/* reply_field() and reply_refuse() in one. */
enum err reply_refuse_field(struct reply *reply, enum problem problem, const char *field,
	const char *key);

/* Refuses with the row that fits an error nobody has explained yet; keeps an earlier problem. */
void reply_error(struct reply *reply, enum err err);

/* Adds the header ETag: "7". */
void reply_etag(struct reply *reply, uint64_t version);

/* Makes the status 201 and adds Location: <prefix>/api/v1/<collection>/<id>. */
void reply_created(struct reply *reply, const struct request *request, const char *collection,
	uint64_t id);

/* Adds Retry-After; without it 429 and 503 say one second, but for what would take too long
 * again. */
void reply_retry_after(struct reply *reply, unsigned seconds);

/* Adds Allow: GET, POST. */
void reply_allow(struct reply *reply, const char *methods);

/* Adds a header with a value of ours alone: a number, a token, a path. One with a control character
 * is logged and not sent. */
void reply_header(struct reply *reply, const char *name, const char *value);

/* Gives why it is a refusal, in one word: the first field's key, or the code of the problem. */
const char *reply_reason(const struct reply *reply);

/* Gives the code of a problem: "forbidden". */
const char *reply_code(enum problem problem);

/* Gives how often this process has sent the problem. */
uint64_t reply_sent(enum problem problem);

/* Gives the status that reply_send() will send. */
int reply_status(const struct reply *reply);

/* Makes the body a file for the reader to keep, sent piece by piece. next is called after the
 * handler has returned, on the same thread; context must live in the request's arena. As long as
 * the first piece fails, the reply is a refusal like any other. */
void reply_stream(struct reply *reply, const char *content_type, const char *file_name,
	reply_piece *next, void *context);

#define REPLY_DOCUMENT_TYPE "text/html; charset=utf-8"

/* Makes the body an HTML document that the page may show in a frame: it loads nothing, runs nothing
 * and is nobody's origin, but its styles may stand in it. */
void reply_document(struct reply *reply);

struct FCGX_Request;

/* Sends status, headers and body; nothing of the body for HEAD and 204. false: a streamed body
 * broke off, and the connection must break too, or the reader would take a part for the whole. */
bool reply_send(struct reply *reply, const struct request *request,
	const struct FCGX_Request *fcgi);

#endif
