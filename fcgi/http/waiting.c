#include "http/waiting.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS = 4 };

enum err waiting_init(struct waiting *waiting, size_t max)
{
	*waiting = (struct waiting){
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
		.seats = calloc(max + 1, sizeof(*waiting->seats)),
		.patience = CLOCK_MINUTE,
		.max = max,
		.max_party = max < PARTS ? 1 : max / PARTS,
	};
	return waiting->seats == NULL ? ERR_UNAVAILABLE : ERR_OK;
}

/* The turn of a seat is the one after the last that its party waits for, or the next one of all. */
bool waiting_enter(struct waiting *waiting, void *item, uint64_t party)
{
	uint64_t last;
	size_t mine = 0;
	bool seated;

	pthread_mutex_lock(&waiting->lock);
	last = waiting->turn;
	for (size_t i = 0; i < waiting->count; i++) {
		if (waiting->seats[i].party == party) {
			last = waiting->seats[i].turn;
			mine++;
		}
	}
	seated = !waiting->shut && waiting->count < waiting->max && mine < waiting->max_party;
	if (seated) {
		waiting->seats[waiting->count++] = (struct waiting_seat){ item, party, last + 1 };
		pthread_cond_signal(&waiting->changed);
	}
	pthread_mutex_unlock(&waiting->lock);
	return seated;
}

/* Gives up a seat; those behind move up. */
static void waiting_clear(struct waiting *waiting, size_t seat)
{
	struct waiting_seat *seats = waiting->seats;

	waiting->count--;
	memmove(&seats[seat], &seats[seat + 1], (waiting->count - seat) * sizeof(*seats));
}

bool waiting_leave(struct waiting *waiting, const void *item)
{
	size_t seat = 0;
	bool found;

	pthread_mutex_lock(&waiting->lock);
	while (seat < waiting->count && waiting->seats[seat].item != item) {
		seat++;
	}
	found = seat < waiting->count;
	if (found) {
		waiting_clear(waiting, seat);
	}
	pthread_mutex_unlock(&waiting->lock);
	return found;
}

/* Sleeps until somebody comes or the room is shut. */
static void waiting_sleep(struct waiting *waiting, void (*idle)(void *), void *context)
{
	while (waiting->count == 0 && !waiting->shut) {
		if (idle == NULL) {
			pthread_cond_wait(&waiting->changed, &waiting->lock);
		} else if (!clock_wait(&waiting->changed, &waiting->lock, waiting->patience)) {
			pthread_mutex_unlock(&waiting->lock);
			idle(context);
			idle = NULL;
			pthread_mutex_lock(&waiting->lock);
		}
	}
}

/* Of those whose turn it is, the one that came first is next. */
void *waiting_next(struct waiting *waiting, void (*idle)(void *), void *context)
{
	struct waiting_seat *seats = waiting->seats;
	size_t next = 0;
	void *item = NULL;

	pthread_mutex_lock(&waiting->lock);
	waiting_sleep(waiting, idle, context);
	for (size_t i = 1; i < waiting->count; i++) {
		if (seats[i].turn < seats[next].turn) {
			next = i;
		}
	}
	if (waiting->count > 0) {
		item = seats[next].item;
		waiting->turn = seats[next].turn;
		waiting_clear(waiting, next);
	}
	pthread_mutex_unlock(&waiting->lock);
	return item;
}

void waiting_shut(struct waiting *waiting)
{
	pthread_mutex_lock(&waiting->lock);
	waiting->shut = true;
	pthread_cond_broadcast(&waiting->changed);
	pthread_mutex_unlock(&waiting->lock);
}

void waiting_release(struct waiting *waiting)
{
	free(waiting->seats);
	pthread_cond_destroy(&waiting->changed);
	pthread_mutex_destroy(&waiting->lock);
}
