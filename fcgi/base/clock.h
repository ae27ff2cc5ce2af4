/*
 * The one clock. Instants are int64_t microseconds since 1970-01-01T00:00:00Z, 0 means "none".
 * Unit tests may set it; nothing else does.
 *
 * What one host writes another compares: when a code ends, when a letter is due, until when a
 * network waits. So the time is the database's, which all hosts share. store/db asks for it when it
 * connects and now and then; in between it is counted by the host's running time, which no step of
 * the host's own clock moves. Only the log tells the host's own time.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_SECOND ((int64_t)1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

/* CLOCK_TEXT_MAX bytes hold any clock_text() with its NUL. */
#define CLOCK_TEXT_MAX 32

/* Gives the time of the database; of the host as long as no database was asked. */
int64_t clock_now(void);

/* Gives the host's own time, for the log. */
int64_t clock_host(void);

/* Microseconds that this host has been running: for how long something took. No clock that is set
 * or stepped changes it. */
int64_t clock_running(void);

/* Waits, as pthread_cond_wait() does, but at most this long. false: so long. */
bool clock_wait(pthread_cond_t *changed, pthread_mutex_t *lock, int64_t most);

/* The database's clock is asked again after this long. */
#define CLOCK_ASK (30 * CLOCK_SECOND)

/* Tells whether it is so long since somebody asked, and the caller is the one to do it. */
bool clock_must_ask(int64_t every);

/* The database said that it was this instant, between two readings of clock_running(). */
void clock_follow(int64_t instant, int64_t asked, int64_t answered);

/* Gives how far the host's clock is ahead of the database's, or behind (negative); 0 while
 * unknown. */
int64_t clock_skew(void);

/* The latest time at which something that is stored can have happened. A later one was written by a
 * clock that was wrong, and has no power: nothing is blocked, allowed or kept by it. The minute is
 * for the nodes of one cluster. */
static inline int64_t clock_latest(int64_t now)
{
	return now + CLOCK_MINUTE;
}

/* Makes clock_now() answer this instant from now on; 0 returns to the real time. For unit tests. */
void clock_set(int64_t instant);

/* An instant by the calendar, in UTC. The microseconds are those after the second. */
struct clock_date {
	int year;
	unsigned month; /* 1 to 12 */
	unsigned day;
	unsigned hour;
	unsigned minute;
	unsigned second;
	unsigned microsecond;
};

/* Give the date of an instant and the instant of a date, by the Gregorian calendar. Every row of a
 * list has two instants, and by gmtime(), strftime() and timegm() they took a sixth of the time of
 * the program. */
struct clock_date clock_split(int64_t instant);
int64_t clock_join(const struct clock_date *date);

/* Sets the zone of clock_local(), before there are threads: a name of the zones that the host
 * knows, or "UTC", which it is at first. false, and nothing changes, when it knows no such one. */
bool clock_set_zone(const char *name);

/* Gives the instant by the clock on the wall there. */
struct tm clock_local(int64_t instant);

/* Writes the instant by RFC 3339 in UTC with milliseconds and Z: 2026-11-24T05:25:23.123Z. Returns
 * out. */
const char *clock_text(int64_t instant, char out[static CLOCK_TEXT_MAX]);

/* Gives the instant that an RFC 3339 text with any offset names, 1970 or later; 0 when it is none.
 * What is finer than a microsecond is cut off. */
int64_t clock_instant(const char *text);

#endif
