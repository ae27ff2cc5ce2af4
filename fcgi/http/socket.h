/*
 * The listening socket: inherited as file descriptor 0, or a unix socket of our own.
 *
 * An own one is bound beside its path and takes the path over by rename(2) when its program is
 * ready, so that there is no moment without a listener: a running predecessor keeps its own socket
 * and answers what is queued there. An inherited one belongs to somebody else (systemd,
 * spawn-fcgi), who keeps its backlog for the next process.
 */
#ifndef HTTP_SOCKET_H
#define HTTP_SOCKET_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>
#include <sys/un.h>

struct listener {
	int fd;            /* non-blocking */
	const char *path;  /* NULL for an inherited one */
	ino_t inode;       /* of an own one's file */
	bool published;
	struct sockaddr_un bound; /* where an own one stands until it is published */
};

/* Tells whether a socket stands at the path: of a process that runs, or of one that was killed. */
bool socket_stands(const char *path);

/* Tells whether file descriptor 0 is a socket at which somebody may connect. */
bool socket_is_inherited(void);

/* path "-" is file descriptor 0; any other is a unix socket to create, mode 0660. Logs why it
 * cannot be. Whatever the result, socket_close() may follow. */
enum err socket_open(struct listener *listener, const char *path) MUST_USE;

/* From now on clients find an own socket at its path. */
enum err socket_publish(struct listener *listener) MUST_USE;

/* Gives the next connection, or -1 and errno: EAGAIN when nobody waits. Whoever sends nothing, or
 * takes nothing, for some seconds is given up: reading and writing then fail. */
int socket_accept(const struct listener *listener) MUST_USE;

/* Takes the path away if it still leads to us: nobody new connects, the backlog stays. */
void socket_leave(const struct listener *listener);

/* Closes the socket, but for an inherited one, which is not ours and may be served again; one of
 * our own that was never published leaves no file. */
void socket_close(struct listener *listener);

#endif
