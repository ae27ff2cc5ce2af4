/*
 * A FastCGI request as the rest of the program sees it. fcgiapp.h stays inside http/.
 *
 * Strings are never NULL ("" when absent), live as long as the arena, and are exactly what nginx
 * passed: REMOTE_ADDR is the only address that counts (no header of the client's is read for it).
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define REQUEST_BODY_MAX ((size_t)65536) /* but where a route takes more */
#define REQUEST_TABLE_MAX ((size_t)64 << 20)
#define REQUEST_ID_SIZE 33 /* 32 hex digits and NUL */

enum method { METHOD_OTHER = 0, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH,
	METHOD_DELETE };

struct route_match;

struct request {
	struct arena *arena;
	char id[REQUEST_ID_SIZE]; /* ours, for X-Request-Id, logs and audit */
	enum method method;
	const char *prefix; /* SCRIPT_NAME: "" or "/backoffice", percent-encoded: safe in headers */
	const char *path;   /* PATH_INFO: "/api/v1/users" */
	const char *query;  /* undecoded */
	bool https;
	const char *remote_address;
	const char *cookie; /* all Cookie headers, joined by "; " */
	const char *content_type;
	const char *content_encoding;
	const char *origin;
	const char *sec_fetch_site;
	const char *if_match;
	const char *idempotency_key;
	const char *prefer;
	const char *user_agent; /* clipped to 255 bytes, all but printable ASCII replaced by '?' */
	const char *accept_language;
	const char *gate_path;    /* of a gate: what is asked for, decoded and normalised by nginx */
	const char *gate_address; /* and as the client sent it, with its query: perhaps not safe */
	const char *body; /* NUL-terminated */
	size_t body_len;
	bool body_too_large; /* more than its route takes; body is then empty */
	const struct route_match *match; /* what of the table of routes it asks for (http/route.h) */
	bool body_broken;    /* its length is not what CONTENT_LENGTH said; body is then empty */
};

struct FCGX_Request;

/* Fills request from an accepted FastCGI request, but for the body. Cannot fail: what is wrong with
 * the request is a flag in it, and serve answers. */
void request_read(struct request *request, struct arena *arena, struct FCGX_Request *fcgi);

/* Reads the body if it has at most so many bytes; else the flag says what is wrong with it. */
void request_read_body(struct request *request, struct FCGX_Request *fcgi, size_t max);

/* Tells whether the body is compressed, or coded otherwise: nobody here reads that. */
bool request_is_coded(const struct request *request);

/* Gives "GET" ...; "" for METHOD_OTHER. */
const char *method_name(enum method method);

#endif
