/*
 * The name by which the mailer presents itself (EHLO). RFC 5321, 4.1.1.1 and 2.3.5: a whole domain
 * name, or an address literal where there is none; servers turn a bare "vm" away.
 */
#ifndef MAIL_HELO_H
#define MAIL_HELO_H

#include "base/conf.h"

/* Gives the setting; else host (the host's own name) when it is whole; else the host of the page's
 * address, or the domain of the sender's. Never NULL; lives as long as conf and host. */
const char *helo_choose(struct arena *arena, const struct conf *conf, const char *host);

/* Gives the host's own name, whole if the host knows it so; "" when it has none. May ask the name
 * server. */
const char *helo_host(struct arena *arena);

#endif
