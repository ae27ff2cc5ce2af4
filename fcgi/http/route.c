#include "http/route.h"

#include "base/text.h"

#include <string.h>

static const char marks[ROUTE_IDS][6] = { "{id}", "{sid}" };

/* Takes the number at *at, which is moved behind it; 0 when there is none or it is not plain. */
static uint64_t route_take_number(const char **at)
{
	uint64_t number = 0;

	if (**at == '0') {
		return 0;
	}
	while (**at >= '0' && **at <= '9') {
		if (number > (UINT64_MAX - 9) / 10) {
			return 0;
		}
		number = number * 10 + (uint64_t)(**at - '0');
		(*at)++;
	}
	return number;
}

/* Whether path is one of the pattern's, and which ids it has. A pattern has the marks in their
 * order; what is between them stands in the path as it is. */
static bool route_matches(const char *pattern, const char *path, uint64_t ids[static ROUTE_IDS])
{
	for (size_t i = 0; i < ROUTE_IDS; i++) {
		const char *mark = strstr(pattern, marks[i]);
		size_t head = mark == NULL ? 0 : (size_t)(mark - pattern);

		ids[i] = 0;
		if (mark == NULL) {
			continue;
		}
		if (strncmp(pattern, path, head) != 0) {
			return false;
		}
		path += head;
		pattern = mark + strlen(marks[i]);
		ids[i] = route_take_number(&path);
		if (ids[i] == 0) {
			return false;
		}
	}
	return strcmp(pattern, path) == 0;
}

const struct route_match *route_find(const void *rows, size_t stride, size_t count,
	const struct request *request)
{
	struct route_match *match = arena_alloc(request->arena, sizeof(*match));
	enum method method = request->method == METHOD_HEAD ? METHOD_GET : request->method;
	struct text methods = text_in(request->arena);

	for (size_t i = 0; i < count; i++) {
		const struct route *route = (const void *)((const char *)rows + i * stride);

		if (!route_matches(route->path, request->path, match->ids)) {
			continue;
		}
		if (route->method == method) {
			match->row = route;
			return match;
		}
		text_puts(&methods, methods.len == 0 ? "" : ", ");
		text_puts(&methods, method_name(route->method));
		text_puts(&methods, route->method == METHOD_GET ? ", HEAD" : "");
	}
	match->methods = methods.len == 0 ? "" : methods.bytes;
	return match;
}
