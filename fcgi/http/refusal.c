#include "http/refusal.h"

#include "base/clock.h"
#include "http/exchange.h"
#include "http/socket.h"

#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>

enum { SECOND = 1000 * 1000, WAIT = 100 }; /* microseconds; milliseconds */

static void refusal_answer(struct exchange *exchange, int connection)
{
	if (!exchange_accept(exchange, connection)) {
		return;
	}
	request_read_body(&exchange->request, &exchange->fcgi, REQUEST_BODY_MAX);
	exchange_begin(exchange);
	(void)reply_refuse(&exchange->reply, PROBLEM_UNAVAILABLE);
	exchange_send(exchange);
	exchange_finish(exchange);
}

static void refusal_answer_all(const struct listener *listener, struct exchange *exchange)
{
	struct pollfd asked = { .fd = listener->fd, .events = POLLIN };
	int64_t end = clock_running() + SECOND;

	while (clock_running() < end) {
		int connection = poll(&asked, 1, WAIT) > 0 ? socket_accept(listener) : -1;

		if (connection >= 0) {
			refusal_answer(exchange, connection);
		}
	}
}

void refusal_serve(void)
{
	struct listener listener;
	struct exchange *exchange;

	if (!socket_is_inherited() || socket_open(&listener, "-") != ERR_OK || FCGX_Init() != 0) {
		return;
	}
	signal(SIGPIPE, SIG_IGN);
	exchange = exchange_open();
	if (exchange != NULL) {
		refusal_answer_all(&listener, exchange);
	}
	exchange_close(exchange);
}
