#include "http/exchange.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What nginx logs of a reader who did not wait for the answer. */
enum { GONE = 499 };

/* libfcgi gets no listener: it would wait for a peer as long as that likes. */
struct exchange *exchange_open(void)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	if (exchange != NULL && FCGX_InitRequest(&exchange->fcgi, -1, 0) != 0) {
		free(exchange);
		return NULL;
	}
	if (exchange != NULL) {
		arena_init(&exchange->arena);
	}
	return exchange;
}

void exchange_close(struct exchange *exchange)
{
	if (exchange != NULL) {
		arena_release(&exchange->arena);
	}
	free(exchange);
}

bool exchange_accept(struct exchange *exchange, int connection)
{
	exchange->fcgi.ipcFd = connection;
	exchange->fcgi.keepConnection = 1; /* or libfcgi closes it before it reads */
	if (FCGX_Accept_r(&exchange->fcgi) != 0) {
		log_event(LOG_WARNING, "connection", "result=no_request");
		return false;
	}
	exchange->begun = clock_running();
	exchange->whole = true;
	exchange->reader.gone = false;
	request_read(&exchange->request, &exchange->arena, &exchange->fcgi);
	return true;
}

void exchange_begin(struct exchange *exchange)
{
	log_request_set(exchange->request.id);
	reply_init(&exchange->reply, &exchange->arena);
}

void exchange_send(struct exchange *exchange)
{
	exchange->whole = reply_send(&exchange->reply, &exchange->request, &exchange->fcgi);
}

/* Breaks the connection off: a streamed body that is not whole must not look so. nginx takes a mere
 * end of the connection for the end of the body; a record of no known version makes it break the
 * reader's connection off. */
static void exchange_break_off(const struct exchange *exchange)
{
	static const char no_record[8] = { 0 };

	if (write(exchange->fcgi.ipcFd, no_record, sizeof(no_record)) < 0) {
		log_event(LOG_DEBUG, "client_gone", "bytes=0");
	}
}

/* A kept connection would pin its thread. libfcgi closes it when nginx has: that is waited for only
 * where nginx may still be sending what nobody reads, and would take the end for a fault. */
static void exchange_close_connection(struct exchange *exchange)
{
	bool unread = exchange->request.body_broken || exchange->request.body_too_large;
	int connection = exchange->fcgi.ipcFd;

	FCGX_Free(&exchange->fcgi, unread);
	if (!unread) {
		close(connection);
	}
}

/* The line of a request: what was asked for, by whom, and what became of it. */
static void exchange_log(const struct exchange *exchange)
{
	static const char ours[] = "abcdefghijklmnopqrstuvwxyz0123456789/_.-";
	const struct reply *reply = &exchange->reply;
	const char *path = exchange->request.path;
	bool refused = reply->problem != PROBLEM_NONE;

	log_event(LOG_INFO, "request",
		"method=%s path=%s status=%d ms=%.1f user=%" PRIu64 "%s%s%s",
		method_name(exchange->request.method),
		path[strspn(path, ours)] == '\0' ? path : "?", /* it may hold an address or a name */
		exchange->reader.gone ? GONE : reply_status(reply),
		(double)(clock_running() - exchange->begun) / 1000, reply->viewer_id,
		refused ? " code=" : "", refused ? reply_code(reply->problem) : "",
		exchange->whole ? "" : " broken=1");
}

void exchange_finish(struct exchange *exchange)
{
	if (!exchange->whole) {
		exchange_break_off(exchange);
	}
	exchange_close_connection(exchange);
	exchange_log(exchange);
	log_request_set(NULL);
	arena_reset(&exchange->arena);
}

void exchange_rest(struct exchange *exchange)
{
	arena_release(&exchange->arena);
}
