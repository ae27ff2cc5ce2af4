#include "view/session.h"

#include "rule/password.h"
#include "store/session.h"
#include "view/group.h"
#include "view/user.h"

void view_session(struct text *out, const struct user *user, const struct conf *conf,
	bool mail_failing, const struct viewer *viewer)
{
	text_puts(out, "{\"user\":");
	view_record(out, view_user, user, viewer);
	text_puts(out, ",\"permissions\":");
	view_rights(out, viewer->rights);
	text_puts(out, ",\"features\":{\"mail\":");
	text_puts(out, conf_has_mail(conf) ? "true" : "false");
	text_puts(out, ",\"mail_failing\":");
	text_puts(out, mail_failing ? "true" : "false");
	text_puts(out, ",\"name\":");
	text_put_json(out, conf->name);
	text_puts(out, ",\"password_min\":");
	text_putu(out, PASSWORD_LEAST);
	text_puts(out, ",\"credentials_hours\":");
	text_putu(out, conf->initial_password_life);
	text_puts(out, "}}");
}

static void put_user(struct text *out, const void *record)
{
	const struct session_entry *session = record;

	view_person(out, session->user_id, session->user_name, session->user_email);
}

#define AT(member) offsetof(struct session_entry, member)

const struct view_field view_session_entry[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = AT(id) },
	{ .name = "user", .kind = VIEW_PART, .part = put_user },
	{ .name = "created_at", .kind = VIEW_TIME, .offset = AT(created_at) },
	{ .name = "last_used_at", .kind = VIEW_TIME, .offset = AT(last_used_at) },
	{ .name = "remote_address", .kind = VIEW_TEXT, .offset = AT(remote_address) },
	{ .name = "user_agent", .kind = VIEW_TEXT, .offset = AT(user_agent) },
	{ .name = "current", .kind = VIEW_FLAG, .offset = AT(current) },
	{ .kind = VIEW_END },
};

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
