/*
 * Cookies, their flags fixed here: HttpOnly, SameSite=Strict, Path=<prefix>/ or that of a room, and
 * on https Secure with the __Secure- name prefix (RFC 6265bis).
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"


enum cookie {
	COOKIE_SESSION, /* "backoffice": until the browser closes */
	COOKIE_SIGN_IN, /* "backoffice-sign-in": between the steps of signing in */
	COOKIE_DEVICE,  /* "backoffice-device": 180 days; this browser has signed in before */
	COOKIE_ROOM     /* "backoffice-room": until the browser closes; at the room's path, not ours */
};

enum { COOKIE_MAX_VALUES = 8 };

/* Gives the values of the cookie, up to a NULL, in the order of the browser: that of the longest
 * path first (RFC 6265 5.4). There are several where another installation lies at an enclosing
 * path, or this one has moved from there: whoever reads them takes the first one that opens
 * anything here. That one may have been planted by another application of this origin, which could
 * as well act in the person's name by a script; so nobody is shut out for it. Values that are none
 * of ours and those beyond the eighth are passed over. They live in the request's arena. */
const char *const *cookie_read(const struct request *request, enum cookie cookie);

/* Makes the browser keep the cookie. value is base64url or similar: letters, digits, '-', '_',
 * '.'. */
void cookie_set(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *value);

/* Makes the browser keep the cookie for another path of this host, with a slash at its end. */
void cookie_set_at(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *path, const char *value);

/* Makes the browser forget the cookie. */
void cookie_clear(struct reply *reply, const struct request *request, enum cookie cookie);

#endif
