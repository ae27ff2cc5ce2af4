/*
 * The lane of one kind of slow requests: a waiting room (http/waiting.h) and the threads that serve
 * who is in it. Who waits does so as long as others are served; when nobody has been for a while,
 * all in line are refused, so that a database that hangs costs them one time-out and not one after
 * another.
 *
 * A lane that gives way serves one at a time while the workers are asked for a lot, and rests after
 * each for as long as that took. Its threads take what nice cannot give back: two hashes at once,
 * each in 64 MiB of its own, keep all cores' caches and the memory busy. Measured with 16 who sign
 * in and 4 who list on two cores: lists keep 0.4 of their quiet rate beside both threads, 0.6
 * beside one, whether that is nice 10, nice 19 or SCHED_IDLE, and 0.9 beside one that rests; 15
 * instead of 19 sign in a second.
 */
#ifndef HTTP_LANE_H
#define HTTP_LANE_H

#include "base/err.h"
#include "http/exchange.h"
#include "http/listen.h"
#include "http/pace.h"
#include "http/readers.h"
#include "http/waiting.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct lane {
	const struct listen_lane *options;
	const struct listen_handler *handler;
	struct waiting waiting; /* exchanges */
	struct readers *readers;
	struct pace *workers;
	atomic_uint serving;      /* threads that have an exchange in hand or wait for one */
	_Atomic int64_t moved_at; /* when somebody was answered last */
	atomic_bool closed;       /* nobody may enter any more */
};

/* ERR_UNAVAILABLE when there is no memory. Whatever the result, lane_release() may follow. */
enum err lane_init(struct lane *lane, const struct listen_lane *options,
	const struct listen_handler *handler, struct readers *readers, struct pace *workers) MUST_USE;

/* Takes the exchange over. false when there is no seat for the party: it is still the caller's. */
bool lane_enter(struct lane *lane, struct exchange *exchange, uint64_t party) MUST_USE;

/* Answers who is in the lane, as the handler's thread, until it is shut and empty. */
void lane_serve(struct lane *lane, void *thread);

/* Lets nobody enter any more. */
void lane_shut(struct lane *lane);
void lane_release(struct lane *lane);

/* Ends the exchange of a reader who has gone, if it still waits in the lane: for readers_init(). */
void lane_evict(void *lane, struct reader *reader);

#endif
