#include "api/handlers.h"

struct health {
	const char *status;
	const char *database;
};

const struct view_field api_health_view[] = {
	{ .name = "status", .kind = VIEW_TEXT, .offset = offsetof(struct health, status) },
	{ .name = "database", .kind = VIEW_TEXT, .offset = offsetof(struct health, database) },
	{ .kind = VIEW_END },
};

enum err api_health(struct call *call)
{
	static const struct health well = { .status = "ok", .database = "ok" };

	TRY(db_takes_writes(call->db));
	view_record(&call->reply->body, api_health_view, &well, &call->viewer);
	return ERR_OK;
}
