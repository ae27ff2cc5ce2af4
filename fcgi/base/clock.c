#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t set_instant;

int64_t clock_now(void)
{
	struct timespec now;

	if (set_instant != 0) {
		return set_instant;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

void clock_set(int64_t instant)
{
	set_instant = instant;
}

const char *clock_text(int64_t instant, char out[static CLOCK_TEXT_MAX])
{
	time_t seconds = (time_t)(instant / CLOCK_SECOND);
	unsigned milliseconds = (unsigned)(instant % CLOCK_SECOND / 1000);
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + len, CLOCK_TEXT_MAX - len, ".%03uZ", milliseconds);
	return out;
}
