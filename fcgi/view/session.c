#include "view/session.h"

#include "rule/password.h"
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
	text_puts(out, "}}");
}
