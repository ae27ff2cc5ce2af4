#include "http/origin.h"

#include <string.h>
#include <strings.h>

/* A browser names the page's scheme://host[:port] as its origin, without a path. */
bool origin_allows(const struct request *request, const char *site_url)
{
	const char *host = strstr(site_url, "://");
	size_t len = host == NULL ? 0 : (size_t)(host + 3 - site_url) + strcspn(host + 3, "/");

	if (request->method == METHOD_GET || request->method == METHOD_HEAD) {
		return true;
	}
	if (request->sec_fetch_site[0] != '\0') {
		return strcmp(request->sec_fetch_site, "same-origin") == 0;
	}
	return len > 0 && strlen(request->origin) == len &&
		strncasecmp(request->origin, site_url, len) == 0;
}
