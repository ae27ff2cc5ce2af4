/*
 * Whether those who wait for slow answers are still there. nginx closes its connection when the
 * browser has gone; nothing is sent on it before, so only somebody who looks finds out. One thread
 * looks at all of them, ten times a second while there are any: a request that waits loses its
 * seat, and what a thread is doing for one is stopped.
 */
#ifndef HTTP_READERS_H
#define HTTP_READERS_H

#include "base/err.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Somebody who waits for the answer of one exchange, which it is a part of. */
struct reader {
	int connection;
	void *lane;       /* NULL: not looked after, because its request changes something */
	void *thread;     /* the handler's, that answers; NULL: it waits for one */
	atomic_bool gone;
	bool stopping;    /* the thread is being stopped now */
	struct reader *next;
};

struct readers {
	/* Ends the exchange of a reader who still waits; nothing when a thread has just taken it. */
	void (*evict)(void *lane, struct reader *reader);
	/* Stops what a thread is doing; the reader cannot leave meanwhile. */
	void (*stop)(void *by, void *thread);

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	struct reader *first;
	bool shut;
};

void readers_init(struct readers *readers, void (*evict)(void *, struct reader *),
	void (*stop)(void *, void *));
void readers_release(struct readers *readers);

/* Watches, as a thread by that stops others, until readers_shut(). */
void readers_watch(struct readers *readers, void *by);
void readers_shut(struct readers *readers);

/* Somebody begins to wait in a lane. */
void readers_enter(struct readers *readers, struct reader *reader, int connection, void *lane);

/* A thread begins to answer; reader->gone says whether that is still asked for. */
void readers_serve(struct readers *readers, struct reader *reader, void *thread);

/* The answer is sent, or asked for by nobody: whatever is stopped after this is not for it. */
void readers_leave(struct readers *readers, struct reader *reader);

#endif
