/*
 * A bell between two programs on one host: the web program rings when it queued a letter, the
 * mailer wakes at once instead of at its next look. A unix datagram socket; a lost ring costs
 * only the wait until the next look, so ringing never blocks and never fails loudly. And what ends
 * every wait: the signals that tell a program to stop.
 */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include "base/err.h"

#include <stdbool.h>

/* Binds the bell at path (replaces a stale one), mode 0660. *fd is owned by the caller. */
enum err wake_listen(const char *path, int *fd) MUST_USE;

/* From here on SIGTERM, SIGINT and SIGHUP end nothing by themselves: they make *stop readable, for
 * good, so that one which arrives between two waits is not missed. Before threads. */
enum err wake_on_stop(int *stop) MUST_USE;

/* Has such a signal arrived? */
bool wake_stopped(int stop);

/* Whether it was SIGHUP, to begin anew. Once, when all is over: it is taken. */
bool wake_stopped_anew(int stop);

/* Has the bell rung? Takes all rings. bell -1: there is none. */
bool wake_rang(int bell);

/* Waits until the bell rings, stop is readable or the time is over, and takes all rings. bell or
 * stop -1: without it. Returns early when another signal arrives. */
void wake_wait(int bell, int stop, int milliseconds);

/* Rings the bell at path; does nothing when path is "" or nobody listens. */
void wake_ring(const char *path);

#endif
