#include "api/many.h"

#include "base/clock.h"

#include <pthread.h>
#include <stddef.h>

/* Direct-mapped: two lists that share a slot take turns, which costs a count and nothing else. */
enum { SLOTS = 256 };

static const int64_t kept_for = 30 * CLOCK_SECOND;

static struct {
	uint64_t asked;
	uint64_t total;
	int64_t until; /* by clock_running() */
} slots[SLOTS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool api_many_knows(uint64_t asked, uint64_t *total)
{
	size_t i = asked % SLOTS;
	bool known;

	pthread_mutex_lock(&lock);
	known = slots[i].asked == asked && clock_running() < slots[i].until;
	*total = known ? slots[i].total : 0;
	pthread_mutex_unlock(&lock);
	return known;
}

void api_many_learn(uint64_t asked, uint64_t total)
{
	size_t i = asked % SLOTS;

	pthread_mutex_lock(&lock);
	slots[i].asked = asked;
	slots[i].total = total;
	slots[i].until = clock_running() + kept_for;
	pthread_mutex_unlock(&lock);
}
