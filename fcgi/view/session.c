#include "view/session.h"

#include "rule/password.h"
#include "store/session.h"
#include "view/group.h"
#include "view/user.h"

void view_session(struct text *out, const struct user *user, const struct conf *conf,
	const struct viewer *viewer)
{
	text_puts(out, "{\"user\":");
	view_record(out, view_user, user, viewer);
	text_puts(out, ",\"permissions\":");
	view_rights(out, viewer->rights);
	text_puts(out, ",\"features\":{\"mail\":");
	text_puts(out, conf_has_mail(conf) ? "true" : "false");
	text_puts(out, ",\"name\":");
	text_put_json(out, conf->name);
	text_puts(out, ",\"password_min\":");
	text_putu(out, PASSWORD_LEAST);
	text_puts(out, "}}");
}

const struct view_field view_own_session[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct own_session, id) },
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct own_session, created_at) },
	{ .name = "last_used_at", .kind = VIEW_TIME,
		.offset = offsetof(struct own_session, last_used_at) },
	{ .name = "remote_address", .kind = VIEW_TEXT,
		.offset = offsetof(struct own_session, remote_address) },
	{ .name = "user_agent", .kind = VIEW_TEXT, .offset = offsetof(struct own_session, user_agent) },
	{ .name = "current", .kind = VIEW_FLAG, .offset = offsetof(struct own_session, current) },
	{ .kind = VIEW_END },
};
