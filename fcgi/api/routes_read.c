/* What is read of the table of routes, which stands in routes.c. */
#include "api/routes.h"

#include "base/log.h"

#include <string.h>

/* Names what the row of a route has to say and does not; NULL: it is whole. */
static const char *route_missing_member(const struct api_route *route)
{
	const struct {
		bool missing;
		const char *member;
	} members[] = {
		{ route->at.path == NULL, "path" },
		{ route->at.method == METHOD_OTHER, "method" },
		{ route->perm == PERM_UNSET, "permission" },
		{ route->summary == NULL, "summary" },
		{ route->answer.kind == ANSWER_UNSET, "answer" },
		{ route->change == NULL && route->answer_with == NULL, "handler" },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (members[i].missing) {
			return members[i].member;
		}
	}
	return NULL;
}

enum err api_routes_check(const struct api_route *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct route *at = &rows[i].at;
		const char *member = route_missing_member(&rows[i]);

		if (member != NULL) {
			log_event(LOG_ERROR, "routes",
				"row=%zu words=the row of %s %s in api/routes.c has no %s", i,
				method_name(at->method), at->path == NULL ? "(no path)" : at->path, member);
			return ERR_BUG;
		}
	}
	return ERR_OK;
}

const char *api_route_path(const struct api_route *route)
{
	return route->at.path + strlen(API_BASE);
}

bool api_route_names_record(size_t at)
{
	size_t first = 0;

	while (api_routes[first].answer.view != api_routes[at].answer.view) {
		first++;
	}
	return first == at && api_routes[at].answer.view != NULL;
}

void api_routes_print(FILE *out)
{
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		fprintf(out, "%-6s %-28s %s%s\n", method_name(route->at.method), route->at.path,
			perm_name(route->perm), route->step_up ? " proof" : "");
	}
}
