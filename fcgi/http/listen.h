/*
 * The accept loop: threads on a non-blocking listener, each asleep in its own epoll set
 * (EPOLLEXCLUSIVE, so one connection wakes one thread). libfcgi's accept mutex and keep-alive are
 * not used: a kept connection would pin a thread. A slow request (one that hashes a password) is
 * handed to threads of their own at nice 10 behind a waiting room (http/waiting.h), so that a storm
 * of sign-ins never holds up a list, and one from one place no other's sign-in. Who is to be
 * refused anyhow takes no seat, and who finds none is answered with 503 at once. A peer that falls
 * silent in the middle of a request is given up after some seconds.
 *
 * Stopping: TERM or INT end the loop in milliseconds; requests in hand are finished, queued ones
 * too. An inherited listener (fd 0) keeps its backlog for the next process; an own one is drained.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/arena.h"
#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listen_handler {
	void *shared; /* passed to every call */
	/* Per thread; its result is passed to serve. NULL stops the start. */
	void *(*thread_open)(void *shared);
	void (*thread_close)(void *thread);
	/* How many bytes the request's body may have; it has not been read yet. */
	size_t (*body_most)(void *shared, const struct request *request);
	/* true: hand the request to a hash thread. Called before serve on the accepting thread. */
	bool (*is_slow)(void *shared, const struct request *request);
	/* Before a slow request takes a seat: false refuses it, with the reply filled; *party says
	 * whose seat it is. On the accepting thread. */
	bool (*admit)(void *thread, const struct request *request, struct reply *reply,
		uint64_t *party);
	/* Answers: fills the reply, which listen sends. */
	void (*serve)(void *thread, const struct request *request, struct reply *reply);
};

struct listen_options {
	const char *path; /* "-" for file descriptor 0, else a unix socket to create, mode 0660 */
	size_t threads;
	size_t slow_threads;
	size_t slow_queue;
};

/* Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and so in all that it starts: call it
 * first in main(), before any thread. */
void listen_block_signals(void);

/* Serves until SIGTERM or SIGINT. ERR_UNAVAILABLE when the socket or a thread cannot be made. */
enum err listen_run(const struct listen_options *options, const struct listen_handler *handler)
	MUST_USE;

#endif
