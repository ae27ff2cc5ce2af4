/*
 * What is over is taken out by a thread of its own, never inside anybody's request: sessions,
 * sign-ins, links, counters, keys of repeated requests, jobs. It does so soon after the start and
 * every ten minutes, over a connection that it opens for that, and notes how far the trail has
 * come. Each of several hosts has one.
 */
#ifndef API_SWEEP_H
#define API_SWEEP_H

#include "api/serve.h"
#include "base/err.h"

#include <pthread.h>

struct sweep {
	const struct serve *serve;
	pthread_t thread;
	int stop; /* eventfd */
};

/* Begins; ERR_UNAVAILABLE when there is no thread to be had. serve must outlive it. */
enum err api_sweep_start(struct sweep *sweep, const struct serve *serve) MUST_USE;

/* Ends what was begun, at once but for a statement under way. */
void api_sweep_stop(struct sweep *sweep);

#endif
