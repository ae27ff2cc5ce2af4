/*
 * Protection against cross-site requests (OWASP CSRF cheat sheet, fetch metadata): a request that
 * may change something needs Sec-Fetch-Site: same-origin; where a client does not send that header,
 * Origin must be the origin of the configured address. The Host header is never asked.
 */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include "http/request.h"

#include <stdbool.h>

/* Tells whether the request may go on; site_url is the configured public address. GET and HEAD
 * always may, because they change nothing. */
bool origin_allows(const struct request *request, const char *site_url);

#endif
