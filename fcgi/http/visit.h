/*
 * A look at our own pages from outside, as a browser gets them: through whatever name, proxy and
 * certificate lead there. For backoffice-admin check.
 */
#ifndef HTTP_VISIT_H
#define HTTP_VISIT_H

#include "base/arena.h"

#include <stdbool.h>

struct visit {
	const char *error;  /* why there was no answer; NULL: there was one */
	bool is_tls;        /* and that is for its certificate, or the like */
	long status;
	const char *type;   /* Content-Type; "" without one */
	const char *location;
	const char *body;   /* its first 64 KiB */
	bool has_policy;    /* Content-Security-Policy */
	bool has_hsts;      /* Strict-Transport-Security */
};

/* Gets a page, or with a body posts it as JSON from the origin. Redirections are not followed. */
void visit(struct arena *arena, const char *url, const char *origin, const char *body,
	struct visit *found);

#endif
