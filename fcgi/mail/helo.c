#include "mail/helo.h"

#include "mail/address.h"

#include <limits.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define NO_NAME "[127.0.0.1]"

/* Whether the name ends like that. */
static bool helo_ends(const char *name, const char *end)
{
	size_t len = strlen(name), size = strlen(end);

	return len >= size && strcmp(name + len - size, end) == 0;
}

/* Whether the name is labels with dots between, and no number: the last label of a name is never
 * one. */
static bool helo_is_whole(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
	const char *last = strrchr(name, '.');

	return last != NULL && last != name && last[1] != '\0' && strstr(name, "..") == NULL &&
		name[strspn(name, allowed)] == '\0' && last[1 + strspn(last + 1, "0123456789")] != '\0' &&
		!helo_ends(name, ".localdomain") && !helo_ends(name, ".localhost");
}

const char *helo_choose(struct arena *arena, const struct conf *conf, const char *host)
{
	const char *site = strstr(conf->url, "://");
	const char *domain = address_domain(conf->mail_from);

	if (conf->mail_helo[0] != '\0') {
		return conf->mail_helo;
	}
	if (helo_is_whole(host)) {
		return host;
	}
	if (site != NULL) {
		site = arena_copy(arena, site + 3, strcspn(site + 3, ":/"));
		if (helo_is_whole(site)) {
			return site;
		}
	}
	return helo_is_whole(domain) ? domain : NO_NAME;
}

const char *helo_host(struct arena *arena)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME };
	char name[HOST_NAME_MAX + 1] = "";
	struct addrinfo *found = NULL;
	const char *host;

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0') {
		return "";
	}
	host = arena_copy(arena, name, strlen(name));
	if (!helo_is_whole(name) && getaddrinfo(name, NULL, &hints, &found) == 0) {
		if (found->ai_canonname != NULL) {
			host = arena_copy(arena, found->ai_canonname, strlen(found->ai_canonname));
		}
		freeaddrinfo(found);
	}
	return host;
}
