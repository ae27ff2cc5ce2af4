/* What anybody may know of this installation, before they sign in. */
#include "api/handlers.h"

struct site {
	const char *name;
	const char *support;
};

const struct view_field api_site_view[] = {
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct site, name) },
	{ .name = "support", .kind = VIEW_TEXT, .offset = offsetof(struct site, support) },
	{ .kind = VIEW_END },
};

enum err api_site(struct call *call)
{
	const struct site site = { .name = call->conf->name, .support = call->conf->support };

	view_record(&call->reply->body, api_site_view, &site, &call->viewer);
	return ERR_OK;
}
