/*
 * The waiting room between threads: a bounded number of seats. Each guest belongs to a party, and a
 * party has at most a quarter of the seats; the parties that wait are served in turn, each of them
 * in the order in which its guests came. So one that sends a crowd keeps no other waiting for
 * longer than a turn takes. Who finds no seat is told at once; who takes from the room sleeps until
 * somebody comes or it is shut.
 */
#ifndef HTTP_WAITING_H
#define HTTP_WAITING_H

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct waiting_seat {
	void *item;
	uint64_t party;
	uint64_t turn; /* in which it will be served */
};

struct waiting {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	struct waiting_seat *seats; /* in the order in which they were taken */
	size_t max;
	size_t max_party;
	size_t count;
	int64_t patience; /* a minute */
	uint64_t turn; /* the last that somebody was served in */
	bool shut;
};

/* ERR_UNAVAILABLE when there is no memory for most items. */
enum err waiting_init(struct waiting *waiting, size_t max) MUST_USE;

/* false when the room or the party's part of it is full, or the room is shut: the item is still the
 * caller's. A room with fewer than four seats has one for each party. */
bool waiting_enter(struct waiting *waiting, void *item, uint64_t party) MUST_USE;

/* Takes the item from its seat, now the caller's; false when it is not there any more. */
bool waiting_leave(struct waiting *waiting, const void *item);

/* Gives the item whose turn it is, now the caller's; NULL once the room is shut and empty. When
 * nobody came for waiting->patience, calls idle, if there is one, and waits on. */
void *waiting_next(struct waiting *waiting, void (*idle)(void *context), void *context);

/* Lets nobody enter any more. */
void waiting_shut(struct waiting *waiting);

/* After the last waiting_next() has returned. */
void waiting_release(struct waiting *waiting);

#endif
