/*
 * What an error of the database server means for us: the one table that decides whether a
 * transaction runs again, the caller comes again later, or a promise of ours was broken. Numbers
 * stand for themselves, because each vendor's headers name only its own.
 */
#ifndef STORE_SERVER_ERROR_H
#define STORE_SERVER_ERROR_H

#include "base/err.h"

#include <stddef.h>

enum server_error_kind {
	SERVER_CONFLICT,  /* the value is taken, or a reference or a check forbids it */
	SERVER_VIEW,      /* a table or view that takes no changes, or not these, from us */
	SERVER_RETRY,     /* the server gave the transaction up; it may succeed when run again */
	SERVER_BUSY,      /* cannot serve now: full, in a hurry, shutting down, without memory */
	SERVER_LIMIT,     /* the statement ran into a limit of its time: ours, or one of the host's */
	SERVER_NO_WRITES, /* takes no writes now: read only, not in the primary component */
	SERVER_NO_ROOM,   /* cannot write what must grow: the disk is full, or broken */
	SERVER_LOST,      /* the connection is over */
	SERVER_BUG,       /* the statement, the schema or the grants are not what this program needs */
};

struct server_error {
	unsigned number;
	enum server_error_kind kind;
	const char *reason; /* one word for the log */
};

/* The table, by number. */
extern const struct server_error server_errors[];
extern const size_t server_errors_count;

/* Gives the row of a number; never NULL. An error that the table does not name is SERVER_BUSY: a
 * server grows new ways to be unable, and who is told to come again loses nothing, while a mailer
 * or a client that is told "bug" gives up. Each is logged as an error with reason=unknown, so that
 * it finds its way into the table. 0, an error without a number, is a bug. */
const struct server_error *server_error_of(unsigned number);

/* Gives what the kind means: ERR_CONFLICT, ERR_READ_ONLY, ERR_RETRY, ERR_UNAVAILABLE or ERR_BUG. */
enum err server_error_means(enum server_error_kind kind);

#endif
