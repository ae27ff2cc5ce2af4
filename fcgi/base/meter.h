/*
 * What a process counts of itself: numbers and times that many threads add to. They begin at 0 with
 * the process and are gone with it; whoever collects them knows that.
 */
#ifndef BASE_METER_H
#define BASE_METER_H

#include <stdatomic.h>
#include <stdint.h>

struct meter {
	_Atomic uint64_t value;
};

/* Counts one more. */
void meter_add(struct meter *meter);

/* Counts one less, of what comes and goes: never below what was added. */
void meter_take(struct meter *meter);

/* Gives the count of this moment. */
uint64_t meter_read(const struct meter *meter);

enum { METER_BOUNDS = 7 };

/* Microseconds, rising: a time counts for the first bound that it does not exceed, or for none. */
extern const int64_t meter_bounds[METER_BOUNDS];

/* How long something took, how often. */
struct meter_times {
	_Atomic uint64_t within[METER_BOUNDS + 1]; /* the last one: longer than every bound */
	_Atomic uint64_t sum; /* microseconds */
};

/* Counts a time. A negative one, of a clock that was set back, counts as 0. */
void meter_time(struct meter_times *times, int64_t microseconds);

#endif
