/*
 * A look at our own pages from outside, as a browser gets them: through whatever name, proxy and
 * certificate lead there. For backoffice-admin check.
 */
#ifndef HTTP_VISIT_H
#define HTTP_VISIT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct visit_ask {
	const char *url;
	const char *origin;
	const char *body;          /* to be posted as JSON; NULL: the page is got */
	const char *forwarded_for; /* whom we pretend to ask for, as a proxy would; NULL: nobody */
};

struct visit {
	const char *error;  /* why there was no answer; NULL: there was one */
	bool is_tls;        /* and that is for its certificate, or the like */
	long status;
	const char *type;   /* Content-Type; "" without one */
	const char *location;
	const char *body;   /* its first 64 KiB */
	bool has_policy;    /* Content-Security-Policy */
	bool has_hsts;      /* Strict-Transport-Security */
	const char *from;   /* our address in that connection, and the other end's */
	const char *to;
	int64_t ends;       /* seconds since 1970 when the first of its certificates ends; 0: unknown */
};

/* Asks. Redirections are not followed. */
void visit(struct arena *arena, const struct visit_ask *ask, struct visit *found);

/* Gives a member of the answer's body that is a text, "" when there is none; of one that is true or
 * false these words. */
const char *visit_member(struct arena *arena, const struct visit *found, const char *name);

#endif
