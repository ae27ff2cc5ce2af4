#include "http/pace.h"

#include "base/clock.h"

static const int64_t brisk_time = CLOCK_SECOND / 10;

void pace_note(struct pace *pace)
{
	pace->at[pace->count++ % PACE_ANSWERS] = clock_running();
}

/* What is overwritten next is the oldest; one of zero is of nothing that was answered. */
bool pace_is_brisk(struct pace *pace)
{
	int64_t oldest = pace->at[pace->count % PACE_ANSWERS];

	return oldest != 0 && clock_running() - oldest < brisk_time;
}
