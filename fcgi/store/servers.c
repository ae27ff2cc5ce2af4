#include "store/servers.h"

#include "base/log.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char between[] = ", \t";

static atomic_size_t now;

/* The next name of the list, whose end *rest becomes; its length is 0 at the end of the list. */
static const char *next_name(const char **rest, size_t *len)
{
	const char *name = *rest + strspn(*rest, between);

	*len = strcspn(name, between);
	*rest = name + *len;
	return name;
}

size_t servers_count(const struct conf *conf)
{
	const char *rest = conf->db_host;
	size_t count = 0, len = 1;

	if (conf->db_socket[0] != '\0') {
		return 1;
	}
	while (len > 0) {
		(void)next_name(&rest, &len);
		count += len > 0;
	}
	return count > 0 ? count : 1;
}

size_t servers_now(void)
{
	return now;
}

/* Cuts a port off, and the brackets that an address of IPv6 needs to have one. */
static void split_port(struct server_place *place)
{
	char *end = strrchr(place->host, ']'), *colon = strchr(end == NULL ? place->host : end, ':');

	if (colon != NULL && strchr(colon + 1, ':') == NULL) {
		*colon = '\0';
		place->port = (unsigned)strtoul(colon + 1, NULL, 10);
	}
	if (end != NULL && place->host[0] == '[') {
		*end = '\0';
		memmove(place->host, place->host + 1, strlen(place->host));
	}
}

void servers_find(const struct conf *conf, size_t number, struct server_place *place)
{
	const char *rest = conf->db_host, *name;
	size_t len;

	do {
		name = next_name(&rest, &len);
	} while (number-- > 0);
	place->port = (unsigned)conf->db_port;
	(void)snprintf(place->host, sizeof(place->host), "%.*s", (int)len, name);
	split_port(place);
}

void servers_leave(const struct conf *conf, size_t number)
{
	size_t count = servers_count(conf), next = (number + 1) % count;
	struct server_place place;

	if (count > 1 && atomic_compare_exchange_strong(&now, &number, next)) {
		servers_find(conf, next, &place);
		log_event(LOG_WARNING, "database", "next=%s port=%u", place.host, place.port);
	}
}
