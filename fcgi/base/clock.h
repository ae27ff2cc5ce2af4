/*
 * The one clock. Instants are int64_t microseconds since 1970-01-01T00:00:00Z, 0 means "none".
 * Unit tests may set it; nothing else does.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_SECOND ((int64_t)1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

/* CLOCK_TEXT_MAX bytes hold any clock_text() with its NUL. */
#define CLOCK_TEXT_MAX 32

int64_t clock_now(void);

/* Microseconds that this host has been running: for how long something took. No clock that is set
 * or stepped changes it. */
int64_t clock_running(void);

/* Makes clock_now() answer this instant from now on; 0 returns to the real time. For unit tests. */
void clock_set(int64_t instant);

/* RFC 3339 in UTC with milliseconds and Z: 2026-11-24T05:25:23.123Z. Returns out. */
const char *clock_text(int64_t instant, char out[static CLOCK_TEXT_MAX]);

/* The instant that an RFC 3339 text with any offset names, 1970 or later; 0 when it is none. What
 * is finer than a microsecond is cut off. */
int64_t clock_instant(const char *text);

#endif
