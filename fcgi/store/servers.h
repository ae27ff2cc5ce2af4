/*
 * Where the database is: the socket or host of the settings, or the nodes of a cluster, in the
 * order in which they are tried: host = db1, db2:3307, [2001:db8::2]. All connections of a program
 * go to one of them, until that fails or takes no more changes; then all go on to the next.
 */
#ifndef STORE_SERVERS_H
#define STORE_SERVERS_H

#include "base/conf.h"

#include <stddef.h>

struct server_place {
	char host[256];
	unsigned port;
};

/* How many there are: 1 with a socket. */
size_t servers_count(const struct conf *conf);

/* Gives the number, from 0, of the one that connections go to now. */
size_t servers_now(void);

/* Fills in host and port of one of them. */
void servers_find(const struct conf *conf, size_t number, struct server_place *place);

/* Goes on to the next, unless another thread has done so, and logs which that is. Nothing happens
 * where there is only one. */
void servers_leave(const struct conf *conf, size_t number);

#endif
