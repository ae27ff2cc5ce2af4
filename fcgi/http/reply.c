#include "http/reply.h"

#include "base/log.h"
#include "base/meter.h"
#include "http/wire.h"

#include <fcgiapp.h>
#include <inttypes.h>
#include <string.h>

static const struct {
	int status;
	enum err err;
	const char *code;
	const char *title;
} problems[] = {
	[PROBLEM_NONE] = { 200, ERR_OK, "", "" },
#define PROBLEM(id, status, err, code, title) [PROBLEM_##id] = { status, err, code, title },
#include "rule/problem.def"
#undef PROBLEM
};

enum { RETRY_AFTER = 1 };

static struct meter sent[PROBLEM_END];

void reply_init(struct reply *reply, struct arena *arena)
{
	*reply = (struct reply){
		.arena = arena,
		.status = 200,
		.body = text_in(arena),
		.headers = text_in(arena),
		.fields = text_in(arena),
		.places = text_in(arena),
	};
	text_puts(&reply->body, "");
	text_puts(&reply->headers, "");
	text_puts(&reply->fields, "");
}

enum err reply_refuse(struct reply *reply, enum problem problem)
{
	reply->problem = problem;
	return problems[problem].err;
}

enum err reply_forbid(struct reply *reply, const char *permission)
{
	reply->missing = permission;
	return reply_refuse(reply, PROBLEM_FORBIDDEN);
}

enum err reply_refuse_used(struct reply *reply, uint64_t count)
{
	reply->count = count;
	return reply_refuse(reply, PROBLEM_IN_USE);
}

void reply_field(struct reply *reply, const char *field, const char *key)
{
	struct text quoted = text_in(reply->arena);

	text_put_json(&quoted, field);
	text_putc(&quoted, ':');
	if (reply->field_count == REPLY_FIELDS_MAX ||
	    strstr(reply->fields.bytes, quoted.bytes) != NULL) {
		return;
	}
	if (reply->field_count++ == 0) {
		reply->first_key = key;
	}
	text_separate(&reply->fields);
	text_puts(&reply->fields, quoted.bytes);
	text_put_json(&reply->fields, key);
}

void reply_place(struct reply *reply, const char *field, uint32_t character, const char *after)
{
	struct text *places = &reply->places;

	if (places->len > 0) {
		text_separate(places);
	}
	text_put_json(places, field);
	text_putf(places, ":{\"character\":\"U+%04" PRIX32 "\",\"after\":", character);
	text_put_json(places, after);
	text_putc(places, '}');
}

void reply_field_unknown(struct reply *reply, const char *name)
{
	enum { NAME_MAX = 64 };
	size_t len = strnlen(name, NAME_MAX);

	for (size_t i = 0; i < len; i++) {
		if (name[i] <= ' ' || name[i] >= 0x7f || name[i] == '"' || name[i] == '\\') {
			reply_field(reply, "?", "unknown");
			return;
		}
	}
	reply_field(reply, arena_copy(reply->arena, name, len), "unknown");
}

void reply_field_named(struct reply *reply, const char *name, const char *key)
{
	enum { NAME_MAX = 100 };
	size_t len = strnlen(name, NAME_MAX + 1);

	if (len > NAME_MAX) {
		for (len = NAME_MAX; len > 0 && ((unsigned char)name[len] & 0xc0) == 0x80;) {
			len--; /* no part of a character */
		}
	}
	reply_field(reply, arena_copy(reply->arena, name, len), key);
}

bool reply_has_fields(const struct reply *reply)
{
	return reply->field_count > 0;
}

enum err reply_refuse_field(struct reply *reply, enum problem problem, const char *field,
	const char *key)
{
	reply_field(reply, field, key);
	return reply_refuse(reply, problem);
}

/* Gives the problem of an error that nobody has explained. */
static enum problem reply_problem_of(enum err err)
{
	switch (err) {
	case ERR_OK:
		return PROBLEM_NONE;
	case ERR_INVALID:
		return PROBLEM_INVALID;
	case ERR_UNAUTHENTICATED:
		return PROBLEM_UNAUTHENTICATED;
	case ERR_FORBIDDEN:
		return PROBLEM_FORBIDDEN;
	case ERR_NOT_FOUND:
		return PROBLEM_NOT_FOUND;
	case ERR_CONFLICT:
		return PROBLEM_DUPLICATE;
	case ERR_STALE:
		return PROBLEM_STALE;
	case ERR_READ_ONLY:
		return PROBLEM_READ_ONLY;
	case ERR_TOO_MANY:
		return PROBLEM_TOO_MANY;
	case ERR_TOO_SLOW:
		return PROBLEM_TOO_SLOW;
	case ERR_UNAVAILABLE:
	case ERR_RETRY:
		return PROBLEM_UNAVAILABLE;
	case ERR_BUG:
		break;
	}
	return PROBLEM_BUG;
}

void reply_error(struct reply *reply, enum err err)
{
	if (reply->problem == PROBLEM_NONE) {
		reply->problem = reply_problem_of(err);
	}
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
	if (text_has_control(value)) {
		log_event(LOG_ERROR, "header", "name=%s reason=control_character", name);
		return; /* a line end would begin a header of somebody else's */
	}
	text_putf(&reply->headers, "%s: %s\r\n", name, value);
}

void reply_etag(struct reply *reply, uint64_t version)
{
	text_putf(&reply->headers, "ETag: \"%" PRIu64 "\"\r\n", version);
}

void reply_created(struct reply *reply, const struct request *request, const char *collection,
	uint64_t id)
{
	reply->status = 201;
	text_putf(&reply->headers, "Location: %s/api/v1/%s/%" PRIu64 "\r\n", request->prefix,
		collection, id);
}

void reply_retry_after(struct reply *reply, unsigned seconds)
{
	text_putf(&reply->headers, "Retry-After: %u\r\n", seconds);
}

void reply_allow(struct reply *reply, const char *methods)
{
	reply_header(reply, "Allow", methods);
}

void reply_stream(struct reply *reply, const char *content_type, const char *file_name,
	reply_piece *next, void *context)
{
	reply->stream = next;
	reply->stream_context = context;
	reply->content_type = content_type;
	reply_header(reply, "Content-Disposition",
		arena_printf(reply->arena, "attachment; filename=\"%s\"", file_name));
}

void reply_document(struct reply *reply)
{
	reply->content_type = REPLY_DOCUMENT_TYPE;
	reply->policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; "
		"frame-ancestors 'self'";
}

const char *reply_reason(const struct reply *reply)
{
	return reply->first_key != NULL ? reply->first_key : problems[reply->problem].code;
}

const char *reply_code(enum problem problem)
{
	return problems[problem].code;
}

uint64_t reply_sent(enum problem problem)
{
	return meter_read(&sent[problem]);
}

int reply_status(const struct reply *reply)
{
	return reply->problem == PROBLEM_NONE ? reply->status : problems[reply->problem].status;
}

/* Writes a problem as RFC 9457 has it. */
static void reply_put_problem(struct text *out, const struct reply *reply, const char *request_id)
{
	text_puts(out, "{\"type\":\"about:blank\",\"title\":");
	text_put_json(out, problems[reply->problem].title);
	text_putf(out, ",\"status\":%d,\"code\":\"%s\",\"request_id\":\"%s\"",
		problems[reply->problem].status, problems[reply->problem].code, request_id);
	if (reply->missing != NULL) {
		text_puts(out, ",\"missing\":");
		text_put_json(out, reply->missing);
	}
	if (reply->count > 0) {
		text_puts(out, ",\"count\":");
		text_putu(out, reply->count);
	}
	if (reply->line > 0) {
		text_puts(out, ",\"line\":");
		text_putu(out, reply->line);
	}
	if (reply_has_fields(reply)) {
		text_puts(out, ",\"errors\":{");
		text_puts(out, reply->fields.bytes);
		text_putc(out, '}');
	}
	if (reply->places.len > 0) {
		text_puts(out, ",\"places\":{");
		text_puts(out, reply->places.bytes);
		text_putc(out, '}');
	}
	text_putc(out, '}');
}

/* Writes status and headers; length is that of a body which is not streamed. */
static void reply_put_head(struct text *out, const struct reply *reply,
	const struct request *request, size_t length)
{
	int status = reply_status(reply);
	bool refused = reply->problem != PROBLEM_NONE;

	text_putf(out, "Status: %d\r\n", status); /* nginx knows the words */
	if (status != 204) {
		text_putf(out, "Content-Type: %s\r\n", refused ? "application/problem+json"
			: reply->content_type == NULL ? "application/json" : reply->content_type);
	}
	if (status != 204 && (refused || reply->stream == NULL)) {
		text_putf(out, "Content-Length: %zu\r\n", length);
	}
	text_putf(out, "Content-Security-Policy: %s\r\n", refused || reply->policy == NULL
		? "default-src 'none'; frame-ancestors 'none'" : reply->policy);
	text_puts(out, "Cache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n"
		"Cross-Origin-Resource-Policy: same-origin\r\n"
		"Referrer-Policy: no-referrer\r\n");
	text_putf(out, "X-Request-Id: %s\r\n", request->id);
	if ((status == 429 || status == 503) && reply->problem != PROBLEM_TOO_SLOW &&
	    strstr(reply->headers.bytes, "Retry-After") == NULL) {
		text_putf(out, "Retry-After: %d\r\n", RETRY_AFTER);
	}
	text_put(out, reply->headers.bytes, reply->headers.len);
	text_puts(out, "\r\n");
}

/* Sends text; false: the reader is gone. */
static bool reply_put(const FCGX_Request *fcgi, const struct text *text, bool last)
{
	return wire_send(fcgi->ipcFd, fcgi->requestId, text->bytes, text->len, last);
}

/* Has the next piece of a stream written. */
static enum err reply_next_piece(const struct reply *reply, struct text *piece, bool *more)
{
	text_puts(piece, "");
	return reply->stream(piece, more, reply->stream_context);
}

/* Sends what follows the first piece. false: the next one cannot be had. A reader who is gone needs
 * no more. */
static bool reply_send_pieces(const struct reply *reply, bool more, const FCGX_Request *fcgi)
{
	struct arena arena;
	enum err err = ERR_OK;

	arena_init(&arena);
	while (more && err == ERR_OK) {
		struct text piece = text_in(&arena);

		err = reply_next_piece(reply, &piece, &more);
		more = err == ERR_OK && reply_put(fcgi, &piece, !more) && more;
		arena_reset(&arena);
	}
	arena_release(&arena);
	return err == ERR_OK;
}

bool reply_send(struct reply *reply, const struct request *request,
	const struct FCGX_Request *fcgi)
{
	struct text head = text_in(reply->arena);
	bool more = false;

	if (reply->problem == PROBLEM_NONE && reply->stream != NULL) {
		reply_error(reply, reply_next_piece(reply, &reply->body, &more));
	}
	if (reply->problem != PROBLEM_NONE) {
		reply->body = text_in(reply->arena);
		reply_put_problem(&reply->body, reply, request->id);
		more = false;
	}
	meter_add(&sent[reply->problem]);
	reply_put_head(&head, reply, request, reply->body.len);
	if (request->method == METHOD_HEAD || reply_status(reply) == 204) {
		more = false;
	} else {
		text_put(&head, reply->body.bytes, reply->body.len);
	}
	if (!reply_put(fcgi, &head, !more)) {
		log_event(LOG_DEBUG, "client_gone", "bytes=%zu", head.len);
		more = false;
	}
	return reply_send_pieces(reply, more, fcgi);
}
