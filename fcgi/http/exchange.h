/*
 * A request and its answer, from accept to finish: libfcgi's part, the memory that all of it comes
 * from, and ours. It belongs to one thread at a time and can be handed over whole to another one.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "base/arena.h"
#include "http/readers.h"
#include "http/reply.h"
#include "http/request.h"

#include <fcgiapp.h>
#include <stdbool.h>
#include <stdint.h>

struct exchange {
	FCGX_Request fcgi;
	struct arena arena;
	struct request request;
	struct reply reply;
	struct reader reader; /* where it reads slowly */
	bool whole; /* false: the answer broke off */
	int64_t begun;
};

/* Makes room for one; NULL when there is none. */
struct exchange *exchange_open(void);
void exchange_close(struct exchange *exchange);

/* Accepts the request of a connection, but for its body. false: the peer says nothing, or nonsense,
 * and the connection is closed. */
bool exchange_accept(struct exchange *exchange, int connection) MUST_USE;

/* Begins the answer anew; what the thread logs from here on is about its request. */
void exchange_begin(struct exchange *exchange);

/* Sends the reply. */
void exchange_send(struct exchange *exchange);

/* Gives the connection back; the exchange may be used for another request. */
void exchange_finish(struct exchange *exchange);

/* Gives back the memory that it keeps for the next request. */
void exchange_rest(struct exchange *exchange);

#endif
