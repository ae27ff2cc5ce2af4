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
	/* Before the body is read: finds what the request asks for, and says how many bytes the body
	 * may have. */
	size_t (*find)(void *shared, struct request *request);
	/* Answers: fills the reply, which listen sends. false: the request is slow, will not be refused
	 * out of hand and takes a seat of *party's. On the accepting thread. */
	bool (*serve)(void *thread, const struct request *request, struct reply *reply,
		uint64_t *party);
	/* Answers a slow request, on a thread for these, with a fresh reply. */
	void (*serve_slow)(void *thread, const struct request *request, struct reply *reply);
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
