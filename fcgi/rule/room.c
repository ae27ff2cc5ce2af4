#include "rule/room.h"

#include <string.h>
#include <strings.h>

static const char unreserved[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

/* Whether the segment is "." or "..", also percent-encoded: it leads elsewhere. */
static bool room_is_dots(const char *segment, size_t len)
{
	size_t dots = 0;

	while (len > 0) {
		size_t dot = segment[0] == '.' ? 1
			: len >= 3 && strncasecmp(segment, "%2e", 3) == 0 ? 3 : 0;

		if (dot == 0) {
			return false;
		}
		segment += dot;
		len -= dot;
		dots++;
	}
	return dots == 1 || dots == 2;
}

/* Whether a path of len bytes that begins with a slash has neither dot segments nor empty ones but
 * the last. */
static bool room_is_plain(const char *path, size_t len)
{
	const char *end = path + len;

	while (path < end) {
		const char *segment = path + 1;
		size_t size = strcspn(segment, "/?#");

		if ((size == 0 && segment < end) || room_is_dots(segment, size)) {
			return false;
		}
		path = segment + size;
	}
	return true;
}

static const char *room_read_address(struct arena *arena, const char *in, const char **out)
{
	size_t len = strlen(in);

	if (len > ROOM_ADDRESS_MAX) {
		return "too_long";
	}
	if (in[0] != '/' || !room_is_plain(in, len)) {
		return "format";
	}
	for (size_t i = 0; i < len; i++) {
		if (in[i] != '/' && strchr(unreserved, in[i]) == NULL) {
			return "format";
		}
	}
	*out = arena_printf(arena, "%s%s", in, in[len - 1] == '/' ? "" : "/");
	return NULL;
}

const struct check check_room_address = { room_read_address, ROOM_ADDRESS_MAX,
	"/([A-Za-z0-9._~-]+/)*[A-Za-z0-9._~-]*", false };

static const char *room_read_return(struct arena *arena, const char *in, const char **out)
{
	size_t path = strcspn(in, "?#");

	if (strlen(in) > ROOM_RETURN_MAX) {
		return "too_long";
	}
	if (in[0] != '/' || !room_is_plain(in, path)) {
		return "format";
	}
	for (const char *at = in; *at != '\0'; at++) {
		if (*at <= ' ' || *at > '~' || strchr("\\\"<>", *at) != NULL) {
			return "format";
		}
	}
	*out = arena_string(arena, in);
	return NULL;
}

const struct check check_room_return = { room_read_return, ROOM_RETURN_MAX,
	"/[!#-;=?-\\[\\]-~]*", false };

bool room_has(const char *address, const char *path)
{
	return strncmp(address, path, strlen(address)) == 0;
}

static void room_put(struct text *out, const char *text, bool (*plain)(char c))
{
	for (; *text != '\0'; text++) {
		if (plain(*text)) {
			text_putc(out, *text);
		} else {
			text_putf(out, "%%%02X", (unsigned)(unsigned char)*text);
		}
	}
}

static bool room_fits_header(char c)
{
	return c >= ' ' && c <= '~' && c != '%' && c != ',';
}

static bool room_fits_query(char c)
{
	return strchr(unreserved, c) != NULL;
}

void room_put_header(struct text *out, const char *text)
{
	room_put(out, text, room_fits_header);
}

void room_put_query(struct text *out, const char *text)
{
	room_put(out, text, room_fits_query);
}
