/*
 * How long to wait after failures. Growing, capped, never for ever: an attacker must not be able to
 * lock the owner out (ASVS 6.3.1).
 */
#ifndef RULE_THROTTLE_H
#define RULE_THROTTLE_H

#include <stdint.h>

enum throttle_kind {
	/* all unknown browsers that try one address: free 4, then 1 s doubling to 15 min */
	THROTTLE_ACCOUNT,
	/* a browser that has signed in to this account before: the same, its own count */
	THROTTLE_DEVICE,
	/* one /32 or /64, whatever the account: free 50, then 1 s doubling to 1 min */
	THROTTLE_NETWORK,
	/* the second factor of an account: no delay, and no memory that ends */
	THROTTLE_FACTOR
};

/* So many wrong codes in a row, and no code counts any more until somebody looks at it: 6 digits
 * would be found out in the end (NIST SP 800-63B 5.2.2). */
enum { THROTTLE_CODES = 100 };

/* Microseconds to wait after this many consecutive failures; 0 while they are free. */
int64_t throttle_delay(enum throttle_kind kind, uint64_t failures);

/* Failures are forgotten after this long without another (microseconds). */
int64_t throttle_memory(enum throttle_kind kind);

/* Looking clients up by a value that one knows: so many for a user within the window. */
enum { THROTTLE_LOOKUPS = 30 };

/* Gives the length of that window (microseconds). */
int64_t throttle_lookup_window(void);

/* Letters about a forgotten password: one a minute and so many an hour for an account, and so many
 * requests an hour from a network. */
enum { THROTTLE_FORGOTTEN = 5, THROTTLE_FORGOTTEN_NETWORK = 30 };

#endif
