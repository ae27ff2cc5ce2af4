/*
 * Whether somebody answers behind the socket that nginx connects to: asked in FastCGI, for what
 * anybody may know. systemd holds the socket also while the program cannot start, so that a
 * connection alone says nothing.
 */
#ifndef HTTP_PING_H
#define HTTP_PING_H

enum ping {
	PING_ANSWERED,
	PING_MISSING,   /* there is no socket at this path, or nobody listens at it */
	PING_FORBIDDEN, /* whoever asks may not connect to it */
	PING_SILENT,    /* it takes connections, and nobody answers */
};

/* Asks, and waits a few seconds for the answer. */
enum ping ping(const char *path);

#endif
