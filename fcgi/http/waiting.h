/*
 * The waiting room between threads: a bounded queue, first come, first served. Who finds it full is
 * told at once; who takes from it sleeps until somebody comes or the room is shut.
 */
#ifndef HTTP_WAITING_H
#define HTTP_WAITING_H

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct waiting {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	void **seats; /* a ring */
	size_t most;
	size_t first;
	size_t count;
	bool shut;
};

/* ERR_UNAVAILABLE when there is no memory for most items. */
enum err waiting_init(struct waiting *waiting, size_t most) MUST_USE;

/* false when the room is full or shut: the item is still the caller's. */
bool waiting_enter(struct waiting *waiting, void *item) MUST_USE;

/* The item that waited longest, now the caller's; NULL once the room is shut and empty. */
void *waiting_next(struct waiting *waiting);

/* Nobody enters any more. */
void waiting_shut(struct waiting *waiting);

/* After the last waiting_next() has returned. */
void waiting_release(struct waiting *waiting);

#endif
