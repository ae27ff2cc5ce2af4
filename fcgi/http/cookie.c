#include "http/cookie.h"

#include <string.h>

static const struct {
	const char *name;
	long life; /* seconds; 0: until the browser closes */
} cookies[] = {
	[COOKIE_SESSION] = { "backoffice", 0 },
	[COOKIE_SIGN_IN] = { "backoffice-sign-in", 0 },
	[COOKIE_DEVICE] = { "backoffice-device", 180L * 24 * 60 * 60 },
};

static const char *name_of(const struct request *request, enum cookie cookie)
{
	return request->https ? arena_printf(request->arena, "__Secure-%s", cookies[cookie].name)
		: cookies[cookie].name;
}

enum err cookie_read(const struct request *request, enum cookie cookie, const char **value)
{
	const char *name = name_of(request, cookie), *at = request->cookie;
	size_t name_len = strlen(name);
	bool found = false;

	*value = "";
	while (*at != '\0') {
		size_t len;

		at += strspn(at, " \t;");
		len = strcspn(at, ";");
		if (len > name_len && at[name_len] == '=' && strncmp(at, name, name_len) == 0) {
			if (found) {
				return ERR_INVALID;
			}
			found = true;
			*value = arena_copy(request->arena, at + name_len + 1, len - name_len - 1);
		}
		at += len;
	}
	return ERR_OK;
}

static void put(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *value, long life)
{
	const char *age = life == 0 ? "" : arena_printf(reply->arena, "; Max-Age=%ld", life);

	reply_header(reply, "Set-Cookie", arena_printf(reply->arena,
		"%s=%s; Path=%s/; HttpOnly; SameSite=Strict%s%s", name_of(request, cookie), value,
		request->prefix, request->https ? "; Secure" : "", life < 0 ? "; Max-Age=0" : age));
}

void cookie_set(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *value)
{
	put(reply, request, cookie, value, cookies[cookie].life);
}

void cookie_clear(struct reply *reply, const struct request *request, enum cookie cookie)
{
	put(reply, request, cookie, "", -1);
}
