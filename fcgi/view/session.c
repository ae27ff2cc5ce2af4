#include "view/session.h"

#include "rule/password.h"
#include "store/session.h"
#include "view/group.h"
#include "view/totp.h"
#include "view/user.h"

static const char *const state_words[] = {
	[LOGIN_SIGNED_IN] = "signed_in",
	[LOGIN_CODE_REQUIRED] = "code_required",
	[LOGIN_PASSWORD_CHANGE_REQUIRED] = "password_change_required",
	[LOGIN_ENROLMENT_REQUIRED] = "totp_enrolment_required",
	NULL,
};

const struct view_field view_sign_in[] = {
	{ .name = "state", .kind = VIEW_WORD, .words = state_words },
	{ .name = "method", .kind = VIEW_WORD, .words = two_factor_words, .optional = true },
	{ .name = "recovery_codes", .kind = VIEW_PART, .shape = SHAPE_TEXTS, .optional = true },
	{ .kind = VIEW_END },
};

const char *view_sign_in_word(enum login_state state)
{
	return state_words[state];
}

void view_put_sign_in(struct text *out, const struct login *login)
{
	text_puts(out, "{\"state\":");
	text_put_json(out, state_words[login->state]);
	if (login->state == LOGIN_CODE_REQUIRED) {
		text_puts(out, ",\"method\":");
		text_put_json(out, two_factor_words[login->method]);
	}
	if (login->codes != NULL) {
		text_puts(out, ",\"recovery_codes\":");
		view_put_recovery_codes(out, login->codes);
	}
	text_putc(out, '}');
}

/* What this installation offers. */
struct features {
	bool mail;
	bool mail_failing;
	const char *name;
	uint64_t password_min;
};

struct me {
	struct user user;
	struct rights rights;
	struct features features;
};

static void put_permissions(struct text *out, const void *record)
{
	view_rights(out, ((const struct me *)record)->rights);
}

static const struct view_field features[] = {
	{ .name = "mail", .kind = VIEW_FLAG, .offset = offsetof(struct features, mail) },
	{ .name = "mail_failing", .kind = VIEW_FLAG,
		.offset = offsetof(struct features, mail_failing) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct features, name) },
	{ .name = "password_min", .kind = VIEW_NUMBER,
		.offset = offsetof(struct features, password_min) },
	{ .kind = VIEW_END },
};

const struct view_field view_me[] = {
	{ .name = "user", .kind = VIEW_OBJECT, .offset = offsetof(struct me, user),
		.inner = view_user },
	{ .name = "permissions", .kind = VIEW_PART, .part = put_permissions, .shape = SHAPE_TEXTS },
	{ .name = "features", .kind = VIEW_OBJECT, .offset = offsetof(struct me, features),
		.inner = features },
	{ .kind = VIEW_END },
};

void view_session(struct text *out, const struct user *user, const struct conf *conf,
	bool mail_failing, const struct viewer *viewer)
{
	const struct me me = {
		.user = *user,
		.rights = viewer->rights,
		.features = {
			.mail = conf_has_mail(conf),
			.mail_failing = mail_failing,
			.name = conf->name,
			.password_min = PASSWORD_LEAST,
		},
	};

	view_record(out, view_me, &me, viewer);
}

static const struct view_field user_fields[] =
	VIEW_PERSON(struct session_entry, user_id, user_name, user_email);

#define AT(member) offsetof(struct session_entry, member)

const struct view_field view_session_entry[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = AT(id) },
	{ .name = "user", .kind = VIEW_OBJECT, .inner = user_fields, .or_null = true },
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
