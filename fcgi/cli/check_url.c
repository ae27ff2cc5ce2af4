/* What a browser meets: the page, the API, and what lies between it and the programs. */
#include "cli/check.h"

#include "base/clock.h"
#include "http/visit.h"

#include <inttypes.h>
#include <string.h>

enum { DAYS_LEAST = 14 }; /* a certificate that is renewed by itself is by then */

/* What is wrong with the answer for a page. */
static const char *cli_page_fault(struct arena *arena, const char *url, const struct visit *found)
{
	if (found->error != NULL) {
		return arena_printf(arena, "%s does not answer%s: %s", url,
			found->is_tls ? ", because of its certificate" : "", found->error);
	}
	if (found->location[0] != '\0') {
		return arena_printf(arena, "%s leads to %s: [site] url must be where people end", url,
			found->location);
	}
	if (found->status != 200) {
		return arena_printf(arena, "%s is answered with %ld: is the snippet included at this "
			"prefix?", url, found->status);
	}
	return found->has_policy ? NULL : arena_printf(arena, "%s is not our page, or comes without "
		"its headers: is the snippet included with ^~?", url);
}

/* What is wrong with the answer of the API to somebody who is not signed in. */
static const char *cli_api_fault(struct arena *arena, const char *url, const struct visit *found)
{
	if (found->status == 401 && strstr(found->body, "\"unauthenticated\"") != NULL) {
		return NULL;
	}
	return arena_printf(arena, "%sapi/v1/session is answered with %ld (%s): see the log of nginx",
		url, found->status, found->error != NULL ? found->error : found->type);
}

/* The origin that a browser names of a page at this address: all before its path. */
static const char *cli_origin_of(struct arena *arena, const char *url)
{
	const char *host = strstr(url, "://") + strlen("://");

	return arena_printf(arena, "%.*s", (int)(host - url + (long)strcspn(host, "/")), url);
}

/* An address that nobody has (RFC 5737), for whom we pretend to ask. */
#define NOBODYS_ADDRESS "192.0.2.77"

/* What is wrong with the address as which the program knows who asks. */
static const char *cli_client_fault(struct arena *arena, const struct visit *site,
	const struct visit *pretended)
{
	const char *seen = visit_member(arena, site, "address");

	if (strcmp(visit_member(arena, pretended, "address"), NOBODYS_ADDRESS) == 0) {
		return "whoever sends X-Forwarded-For is believed about the address: set_real_ip_from of "
			"nginx must name the proxy alone";
	}
	if (strcmp(seen, site->from) == 0) {
		return NULL;
	}
	if (strncmp(seen, "127.", 4) == 0 || strcmp(seen, "::1") == 0 || strcmp(seen, site->to) == 0) {
		return arena_printf(arena, "everybody comes from %s, which is a proxy: set real_ip_header "
			"and set_real_ip_from in nginx", seen);
	}
	return NULL;
}

/* What is wrong with the path and the kind of the cookie that whoever signs in gets. */
static const char *cli_cookie_fault(struct arena *arena, const char *url, const char *origin,
	const struct visit *site)
{
	const char *path = url + strlen(origin), *prefix = visit_member(arena, site, "prefix");
	bool https = strcmp(visit_member(arena, site, "https"), "true") == 0;

	if (strncmp(path, prefix, strlen(prefix)) != 0 || strcmp(path + strlen(prefix), "/") != 0) {
		return arena_printf(arena, "its path is %s/ where browsers see %s, so that they do not "
			"send it back: a proxy before nginx must leave the path as it is", prefix, path);
	}
	if (https != (strncmp(url, "https://", strlen("https://")) == 0)) {
		return https ? "it is for https alone, and [site] url begins with http://"
			: "it is not kept to https, because nginx is asked in http: let the proxy before it "
			"ask in https";
	}
	return NULL;
}

/* What is wrong with the certificate, though it is trusted today. */
static const char *cli_certificate_fault(struct arena *arena, const struct visit *page)
{
	int64_t days = (page->ends - clock_now() / CLOCK_SECOND) / (24 * 60 * 60);

	return page->ends == 0 || days >= DAYS_LEAST ? NULL : arena_printf(arena, "it ends in %" PRId64
		" days: renew it, and reload nginx", days);
}

/* What the site says of how we come to it. */
static void cli_check_way(struct check_run *check, const char *url, const char *origin)
{
	struct arena *arena = &check->cli->arena;
	struct visit_ask ask = { .url = arena_printf(arena, "%sapi/v1/site", url), .origin = origin };
	struct visit site, pretended;

	visit(arena, &ask, &site);
	if (site.status != 200) {
		return; /* told already */
	}
	ask.forwarded_for = NOBODYS_ADDRESS;
	visit(arena, &ask, &pretended);
	cli_check_note(check, "client address", cli_client_fault(arena, &site, &pretended));
	cli_check_note(check, "cookie", cli_cookie_fault(arena, url, origin, &site));
}

void cli_check_url(struct check_run *check)
{
	struct cli *cli = check->cli;
	const char *url = cli->conf.url, *origin = cli_origin_of(&cli->arena, url);
	struct visit_ask session = { .url = arena_printf(&cli->arena, "%sapi/v1/session", url),
		.origin = origin };
	struct visit page, api, change;

	visit(&cli->arena, &(struct visit_ask){ .url = url, .origin = origin }, &page);
	cli_check_note(check, "page", cli_page_fault(&cli->arena, url, &page));
	if (page.error != NULL) {
		return;
	}
	visit(&cli->arena, &session, &api);
	cli_check_note(check, "API", cli_api_fault(&cli->arena, url, &api));
	session.body = "{}";
	visit(&cli->arena, &session, &change);
	cli_check_note(check, "origin", strstr(change.body, "\"cross_site\"") == NULL ? NULL
		: "the program that answers has another url in its settings: restart it");
	cli_check_way(check, url, origin);
	if (strncmp(url, "https://", strlen("https://")) == 0) {
		cli_check_note(check, "certificate", cli_certificate_fault(&cli->arena, &page));
		cli_pair(cli, "HSTS", page.has_hsts ? "ok"
			: "not sent: browsers may try http first; set $backoffice_hsts in its server of nginx");
	}
}
