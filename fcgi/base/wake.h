/*
 * A bell between two programs on one host: the web program rings when it queued a letter, the
 * mailer wakes at once instead of at its next look. A unix datagram socket; a lost ring costs
 * only the wait until the next look, so ringing never blocks and never fails loudly.
 */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include "base/err.h"

/* Binds the bell at path (replaces a stale one), mode 0660. *fd is owned by the caller. */
enum err wake_listen(const char *path, int *fd) MUST_USE;

/* Waits until the bell rings or the time is over, and takes all rings. fd -1 only waits.
 * Returns early when a signal arrives. */
void wake_wait(int fd, int milliseconds);

/* Rings the bell at path; does nothing when path is "" or nobody listens. */
void wake_ring(const char *path);

#endif
