/*
 * How brisk the workers answer: what runs beside them and can wait gives way while they are asked
 * for a lot. Threads note and ask without a lock.
 */
#ifndef HTTP_PACE_H
#define HTTP_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Brisk is that many answers within a tenth of a second: more than some dozen people ask who work
 * with the page. A power of two, so that the count may wrap. */
enum { PACE_ANSWERS = 16 };

/* Zeroed: nothing was answered yet. */
struct pace {
	_Atomic unsigned count;
	_Atomic int64_t at[PACE_ANSWERS]; /* of the last answers, clock_running() */
};

/* Notes that something was answered just now. */
void pace_note(struct pace *pace);

/* Tells whether much was answered just now. */
bool pace_is_brisk(struct pace *pace);

#endif
