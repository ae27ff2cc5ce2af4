/*
 * The accept loop: threads on a non-blocking listener, each asleep in its own epoll set
 * (EPOLLEXCLUSIVE, so one connection wakes one thread). libfcgi's accept mutex and keep-alive are
 * not used: a kept connection would pin a thread. A peer that falls silent in the middle of a
 * request is given up after some seconds.
 *
 * A slow request is handed to the lane of its kind: threads of their own at nice 10 behind a
 * waiting room (http/waiting.h). So a storm of sign-ins or of searches never holds up a list, and
 * one from one place no other's. Who is to be refused anyhow takes no seat, and who finds none is
 * answered with 503 at once. Who has one waits as long as others are served; when none has been
 * served for as long as a statement may last, all in line are refused, so that a database that
 * hangs costs them one time-out and not one after another. In a lane that only reads, what nobody
 * waits for any more is stopped (http/readers.h).
 *
 * Stopping: TERM, INT or HUP end the loop in milliseconds; requests in hand are finished, queued
 * ones too. An inherited listener (fd 0) keeps its backlog for the next process; an own one is
 * drained.
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

enum { LISTEN_LANES = 3, LISTEN_ANSWERED = LISTEN_LANES };

struct listen_handler {
	void *shared; /* passed to every call */
	/* Per thread; its result is passed to serve. NULL stops the start. */
	void *(*thread_open)(void *shared);
	void (*thread_close)(void *thread);
	/* Before the body is read: finds what the request asks for, and says how many bytes the body
	 * may have. */
	size_t (*find)(void *shared, struct request *request);
	/* Answers, on the accepting thread: fills the reply, which listen sends, and gives
	 * LISTEN_ANSWERED. Or gives the lane of a slow request, which will not be refused out of hand
	 * and takes a seat of *party's. */
	unsigned (*serve)(void *thread, const struct request *request, struct reply *reply,
		uint64_t *party);
	/* Answers a slow request, on a thread of its lane, with a fresh reply. */
	void (*serve_slow)(void *thread, const struct request *request, struct reply *reply);
	/* Gives back what a thread keeps for the next request: none came for a minute. */
	void (*idle)(void *thread);
	/* Stops what another thread is doing for a request: it ends soon, whatever its answer. by is a
	 * thread of thread_open() that stops the others. */
	void (*stop)(void *by, void *thread);
	/* Makes a thread of a lane that may have been stopped fit for the next request, before that is
	 * its own: a stop that comes later is for that one. */
	void (*renew)(void *thread);
};

struct listen_lane {
	size_t threads;
	size_t seats; /* for those that wait */
	bool reads;   /* changes nothing: it is stopped when its reader goes away */
	bool gives_way; /* serves one at a time while the workers are asked for a lot */
};

struct listen_options {
	const char *path; /* "-" for file descriptor 0, else a unix socket to create, mode 0660 */
	size_t threads;
	struct listen_lane lanes[LISTEN_LANES];
};

/* Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and so in all that it starts: call it
 * first in main(), before any thread. */
void listen_block_signals(void);

/* Serves until SIGTERM or SIGINT, or SIGHUP: then *anew, the program is to begin anew.
 * ERR_UNAVAILABLE when the socket or a thread cannot be made. */
enum err listen_run(const struct listen_options *options, const struct listen_handler *handler,
	bool *anew) MUST_USE;

#endif
