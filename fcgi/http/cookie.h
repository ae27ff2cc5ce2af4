/*
 * Cookies, their flags fixed here: HttpOnly, SameSite=Strict, Path=<prefix>/, and on https Secure
 * with the __Secure- name prefix (RFC 6265bis).
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"

enum cookie {
	COOKIE_SESSION, /* "backoffice": until the browser closes */
	COOKIE_SIGN_IN, /* "backoffice-sign-in": between the steps of signing in */
	COOKIE_DEVICE   /* "backoffice-device": 180 days; this browser has signed in before */
};

/* The cookie's value in *value, "" when absent. ERR_INVALID when it is there twice (ASVS 3.3):
 * which one is ours cannot be told. */
enum err cookie_read(const struct request *request, enum cookie cookie, const char **value)
	MUST_USE;

/* value is base64url or similar: letters, digits, '-', '_', '.'. */
void cookie_set(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *value);
void cookie_clear(struct reply *reply, const struct request *request, enum cookie cookie);

#endif
