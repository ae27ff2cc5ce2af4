#include "http/cookie.h"

#include <stdbool.h>
#include <string.h>

static const struct {
	const char *name;
	const char *life; /* how long the browser keeps it; "": until it closes */
} cookies[] = {
	[COOKIE_SESSION] = { "backoffice", "" },
	[COOKIE_SIGN_IN] = { "backoffice-sign-in", "" },
	[COOKIE_DEVICE] = { "backoffice-device", "; Max-Age=15552000" },
	[COOKIE_ROOM] = { "backoffice-room", "" },
};

/* Gives the name of the cookie, on https with the prefix that browsers hold it to. */
static const char *cookie_name_of(const struct request *request, enum cookie cookie)
{
	return request->https ? arena_printf(request->arena, "__Secure-%s", cookies[cookie].name)
		: cookies[cookie].name;
}

static const char value_characters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

/* White space around a pair is no part of it (RFC 6265 5.2). */
static bool cookie_take_value(struct arena *arena, const char **taken, const char *value,
	size_t len)
{
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t')) {
		len--;
	}
	if (len == 0 || strspn(value, value_characters) < len) {
		return false;
	}
	*taken = arena_copy(arena, value, len);
	return true;
}

const char *const *cookie_read(const struct request *request, enum cookie cookie)
{
	const char *name = cookie_name_of(request, cookie), *at = request->cookie;
	const char **values = arena_array(request->arena, COOKIE_MAX_VALUES + 1, sizeof(*values));
	size_t name_len = strlen(name), count = 0;

	while (*at != '\0' && count < COOKIE_MAX_VALUES) {
		size_t len;

		at += strspn(at, " \t;");
		len = strcspn(at, ";");
		if (len > name_len && at[name_len] == '=' && strncmp(at, name, name_len) == 0) {
			count += cookie_take_value(request->arena, &values[count], at + name_len + 1,
				len - name_len - 1);
		}
		at += len;
	}
	return values;
}

/* Adds the header that makes the browser keep a cookie, with the flags of all of ours. */
static void cookie_put(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *path, const char *value, const char *life)
{
	reply_header(reply, "Set-Cookie", arena_printf(reply->arena,
		"%s=%s; Path=%s; HttpOnly; SameSite=Strict%s%s", cookie_name_of(request, cookie), value,
		path, request->https ? "; Secure" : "", life));
}

static const char *cookie_own_path(const struct request *request)
{
	return arena_printf(request->arena, "%s/", request->prefix);
}

void cookie_set(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *value)
{
	cookie_put(reply, request, cookie, cookie_own_path(request), value, cookies[cookie].life);
}

void cookie_set_at(struct reply *reply, const struct request *request, enum cookie cookie,
	const char *path, const char *value)
{
	cookie_put(reply, request, cookie, path, value, cookies[cookie].life);
}

void cookie_clear(struct reply *reply, const struct request *request, enum cookie cookie)
{
	cookie_put(reply, request, cookie, cookie_own_path(request), "", "; Max-Age=0");
}
