/*
 * THE table of routes. A row names method, path, permission, what it takes, what it answers and the
 * stages of its handler; a row without a permission, a summary, an answer or a handler stops the
 * start. tests/golden/routes.txt is the reviewed list: who may do what is the diff of one file.
 *
 * The OpenAPI document (api/openapi.h) is made of these rows, and every answer that a test of the
 * API gets is held to it. So a new row says:
 *   .summary  one sentence, what it does
 *   .answer   NOTHING, RECORD("User", view_user), CREATED(...), ACCEPTED(...), LIST(...),
 *             ITEMS(...), CSV or A_FILE("media/type"): the table that its handler writes with, and
 *             the name of the record in the document
 *   .query    if it reads the query string: by this table, into call->query
 *   .later    if it becomes a job where the request prefers that: the 202 is documented too
 *   .idempotent  if it honours Idempotency-Key (api/idempotency.h)
 *   .guard    if its change takes rights, which are asked for again in it: GUARD_USE, or
 *             GUARD_CHANGE if it changes who may do what
 *   .hashes   if it works on a password: it is then answered by a hash thread
 *   .mails    if it puts letters: the mailer is woken when they are written
 *   .csv      if its body is CSV, which the handler reads itself
 *   .find_viewer  if who asks is known by more than the session's cookie: gates
 * The rest follows: a record with a version has an ETag and its changes take If-Match, a body comes
 * from .fields, refusals from rule/problem.def.
 *
 * A handler is up to four functions, the stages, which api/serve calls in this order; around them
 * it does what is the same for all (THE STORY in serve.c). What they leave each other stands in
 * struct call, their noun's own in call->state:
 *   .allow        May the viewer do this to this record, with these fields? Asked of a repetition
 *                 too. A request that makes nothing, a dry run, has its key cleared here
 *                 (call->idempotency_key), one that changes no rights its guard (call->guard).
 *   .check        Adds to the reply what the settings and the database know to be wrong with the
 *                 fields, and sets call->password to what is to be hashed. Called as well where the
 *                 table has found something wrong, so that a form hears of all of it at once: the
 *                 reply has fields then, and the input is filled as far as it could be.
 *   .change       Writes, in a transaction, which begins once more where the database gave it up:
 *                 all of call->state that it sets, it sets anew. Sets call->audit to what has
 *                 changed (nothing: it was so already), and call->record_id to what was made.
 *   .answer_with  Fills the reply: with what was changed, with what a repetition finds under
 *                 call->record_id, or with what is read. Without one there is nothing to say: 204.
 */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/call.h"
#include "base/meter.h"
#include "http/body.h"
#include "http/query.h"
#include "http/route.h"
#include "view/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define API_BASE "/api/v1"

enum answer_kind {
	ANSWER_UNSET = 0, /* a row that says nothing: the program refuses to start */
	ANSWER_NONE,      /* no body */
	ANSWER_RECORD,    /* an object of the table view */
	ANSWER_ITEMS,     /* {"items": [...]} of them */
	ANSWER_LIST,      /* {"items": [...], "page": {...}} */
	ANSWER_FILE       /* a body of another media type, or a JSON document that has no table */
};

struct answer {
	enum answer_kind kind;
	int status;
	const char *name;              /* of the record in the document; one name, one table */
	const struct view_field *view;
	const char *collection;        /* that holds what was made: Location; NULL: nothing was */
	const char *type;              /* ANSWER_FILE: Content-Type */
};

struct api_route {
	struct route at;
	enum perm perm;
	bool hashes;                /* works on a password, that of its body if it may bring one */
	bool step_up;               /* the viewer must have proved lately that it is still them */
	bool csv;                   /* the body is CSV, which the handler reads, and may be large */
	bool later;                 /* "Prefer: respond-async" makes a job of it (api/job.h): 202 */
	bool idempotent;            /* honours Idempotency-Key */
	enum guard guard;           /* what the change begins with */
	bool mails;                 /* puts letters: the mailer is woken */
	const char *summary;
	const struct field *fields; /* of the body; NULL: none is accepted */
	const struct list *query;   /* NULL: the query string is not read */
	const struct list_filter *also; /* more of it, that is no filter of the list; NULL: nothing */
	struct answer answer;
	enum err (*find_viewer)(struct call *call); /* NULL: whose session's cookie it is */
	enum err (*allow)(struct call *call);
	enum err (*check)(struct call *call);
	enum err (*change)(struct call *call);
	enum err (*answer_with)(struct call *call);
};

extern const struct api_route api_routes[];
extern const size_t api_routes_count;

/* How long the requests of each took. */
extern struct meter_times api_routes_times[];

/* Room for any handler's input struct. */
enum { API_INPUT_SIZE = 512 };

/* Checks the count rows: ERR_BUG when one lacks its permission, path, method, summary, answer or
 * handler, logged as a sentence that names the row and the member. */
enum err api_routes_check(const struct api_route *rows, size_t count) MUST_USE;

/* Gives the path of a route below API_BASE: "/users/{id}". */
const char *api_route_path(const struct api_route *route);

/* Tells whether the row at this index is the first one that answers with its record; false when it
 * answers with none. */
bool api_route_names_record(size_t at);

/* Prints one line a route: method, path, permission, "proof" where one is asked for. */
void api_routes_print(FILE *out);

#endif
