#include "view/saved_view.h"

const struct view_field view_saved_view[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct saved_view, id) },
	{ .name = "list", .kind = VIEW_TEXT, .offset = offsetof(struct saved_view, list) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct saved_view, name) },
	{ .name = "query", .kind = VIEW_TEXT, .offset = offsetof(struct saved_view, query) },
	{ .kind = VIEW_END },
};
