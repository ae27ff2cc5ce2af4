#include "http/waiting.h"

#include <stdlib.h>

enum err waiting_init(struct waiting *waiting, size_t most)
{
	*waiting = (struct waiting){
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
		.seats = calloc(most + 1, sizeof(*waiting->seats)),
		.most = most,
	};
	return waiting->seats == NULL ? ERR_UNAVAILABLE : ERR_OK;
}

bool waiting_enter(struct waiting *waiting, void *item)
{
	bool room;

	pthread_mutex_lock(&waiting->lock);
	room = waiting->count < waiting->most && !waiting->shut;
	if (room) {
		waiting->seats[(waiting->first + waiting->count) % waiting->most] = item;
		waiting->count++;
		pthread_cond_signal(&waiting->changed);
	}
	pthread_mutex_unlock(&waiting->lock);
	return room;
}

void *waiting_next(struct waiting *waiting)
{
	void *item = NULL;

	pthread_mutex_lock(&waiting->lock);
	while (waiting->count == 0 && !waiting->shut) {
		pthread_cond_wait(&waiting->changed, &waiting->lock);
	}
	if (waiting->count > 0) {
		item = waiting->seats[waiting->first];
		waiting->first = (waiting->first + 1) % waiting->most;
		waiting->count--;
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
