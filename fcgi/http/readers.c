#include "http/readers.h"

#include "base/clock.h"

#include <poll.h>
#include <stddef.h>

static const int64_t between_looks = CLOCK_SECOND / 10;

void readers_init(struct readers *readers, void (*evict)(void *, struct reader *),
	void (*stop)(void *, void *))
{
	*readers = (struct readers){ .evict = evict, .stop = stop, .lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER };
}

void readers_release(struct readers *readers)
{
	pthread_cond_destroy(&readers->changed);
	pthread_mutex_destroy(&readers->lock);
}

static bool reader_has_left(const struct reader *reader)
{
	struct pollfd connection = { .fd = reader->connection, .events = POLLRDHUP };

	return reader->lane != NULL && !reader->gone && poll(&connection, 1, 0) > 0;
}

/* Gives one who has left since the last look; NULL for none. */
static struct reader *readers_find_gone(const struct readers *readers)
{
	struct reader *reader = readers->first;

	while (reader != NULL && !reader_has_left(reader)) {
		reader = reader->next;
	}
	return reader;
}

static void readers_forget(struct readers *readers, const struct reader *reader)
{
	struct reader **at = &readers->first;

	while (*at != NULL && *at != reader) {
		at = &(*at)->next;
	}
	if (*at != NULL) {
		*at = reader->next;
	}
}

/* Stopping takes its time: nobody else waits for that. */
static void readers_stop(struct readers *readers, struct reader *reader, void *by)
{
	reader->stopping = true;
	pthread_mutex_unlock(&readers->lock);
	readers->stop(by, reader->thread);
	pthread_mutex_lock(&readers->lock);
	reader->stopping = false;
	pthread_cond_broadcast(&readers->changed);
}

/* Sleeps until somebody comes, or until it is time to look again. */
static void readers_pause(struct readers *readers)
{
	if (readers->first == NULL) {
		pthread_cond_wait(&readers->changed, &readers->lock);
	} else {
		(void)clock_wait(&readers->changed, &readers->lock, between_looks);
	}
}

void readers_watch(struct readers *readers, void *by)
{
	struct reader *reader;

	pthread_mutex_lock(&readers->lock);
	while (!readers->shut) {
		reader = readers_find_gone(readers);
		if (reader == NULL) {
			readers_pause(readers);
			continue;
		}
		reader->gone = true;
		if (reader->thread != NULL) {
			readers_stop(readers, reader, by);
		} else {
			readers_forget(readers, reader);
			readers->evict(reader->lane, reader);
		}
	}
	pthread_mutex_unlock(&readers->lock);
}

void readers_shut(struct readers *readers)
{
	pthread_mutex_lock(&readers->lock);
	readers->shut = true;
	pthread_cond_broadcast(&readers->changed);
	pthread_mutex_unlock(&readers->lock);
}

void readers_enter(struct readers *readers, struct reader *reader, int connection, void *lane)
{
	pthread_mutex_lock(&readers->lock);
	*reader = (struct reader){ .connection = connection, .lane = lane,
		.next = readers->first };
	readers->first = reader;
	pthread_cond_broadcast(&readers->changed);
	pthread_mutex_unlock(&readers->lock);
}

void readers_serve(struct readers *readers, struct reader *reader, void *thread)
{
	pthread_mutex_lock(&readers->lock);
	reader->thread = thread;
	pthread_mutex_unlock(&readers->lock);
}

void readers_leave(struct readers *readers, struct reader *reader)
{
	pthread_mutex_lock(&readers->lock);
	while (reader->stopping) {
		pthread_cond_wait(&readers->changed, &readers->lock);
	}
	readers_forget(readers, reader);
	pthread_mutex_unlock(&readers->lock);
}
