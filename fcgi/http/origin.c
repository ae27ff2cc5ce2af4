#include "http/origin.h"

#include <string.h>
#include <strings.h>

/* scheme://host[:port] of an address, without its path. */
static size_t origin_length(const char *url)
{
	const char *host = strstr(url, "://");

	return host == NULL ? 0 : (size_t)(host + 3 - url) + strcspn(host + 3, "/");
}

bool origin_allows(const struct request *request, const char *site_url)
{
	size_t len = origin_length(site_url);

	if (request->method == METHOD_GET || request->method == METHOD_HEAD) {
		return true;
	}
	if (request->sec_fetch_site[0] != '\0') {
		return strcmp(request->sec_fetch_site, "same-origin") == 0;
	}
	return len > 0 && strlen(request->origin) == len &&
		strncasecmp(request->origin, site_url, len) == 0;
}
