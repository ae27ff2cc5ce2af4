#include "view/session.h"

#include "base/clock.h"
#include "rule/may.h"
#include "rule/password.h"
#include "store/session.h"
#include "view/group.h"
#include "view/job.h"
#include "view/saved_view.h"
#include "view/site.h"
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

struct link_policy {
	const char *email;
	uint64_t password_min;
};

const struct view_field view_link_policy[] = {
	{ .name = "email", .kind = VIEW_TEXT, .offset = offsetof(struct link_policy, email) },
	{ .name = "password_min", .kind = VIEW_NUMBER,
		.offset = offsetof(struct link_policy, password_min) },
	{ .kind = VIEW_END },
};

void view_put_link_policy(struct text *out, const struct login *login,
	const struct viewer *viewer)
{
	const struct link_policy policy = { login->email, PASSWORD_MIN };

	view_record(out, view_link_policy, &policy, viewer);
}

/* What this installation offers. */
struct features {
	bool mail;
	bool mail_failing;
	struct site site;
	const char *company;
	uint64_t password_min;
	uint64_t credentials_hours;
};

struct me {
	struct user user;
	struct rights rights;
	int64_t step_up_until;
	bool step_up_by_code;
	struct features features;
	const struct session_state *state;
	const struct viewer *viewer;
};

static void session_put_permissions(struct text *out, const void *record)
{
	view_rights(out, ((const struct me *)record)->rights);
}

static const char *const step_up_words[] = { "password", "code", NULL };

static void put_step_up_by(struct text *out, const void *record)
{
	const struct me *me = record;

	text_puts(out, me->step_up_by_code ? "[\"password\",\"code\"]" : "[\"password\"]");
}

static void put_views(struct text *out, const void *record)
{
	const struct me *me = record;

	view_array(out, view_saved_view, me->state->views, sizeof(*me->state->views),
		me->state->view_count, me->viewer);
}

static void put_jobs(struct text *out, const void *record)
{
	const struct me *me = record;

	view_array(out, view_job, me->state->jobs, sizeof(*me->state->jobs), me->state->job_count,
		me->viewer);
}

static void session_put_groups(struct text *out, const void *record)
{
	const struct me *me = record;

	view_array(out, view_group, me->state->groups, sizeof(*me->state->groups),
		me->state->group_count, me->viewer);
}

static const struct view_field features[] = {
	{ .name = "mail", .kind = VIEW_FLAG, .offset = offsetof(struct features, mail) },
	{ .name = "mail_failing", .kind = VIEW_FLAG,
		.offset = offsetof(struct features, mail_failing) },
	VIEW_SITE(struct features, site),
	{ .name = "company", .kind = VIEW_TEXT, .offset = offsetof(struct features, company) },
	{ .name = "password_min", .kind = VIEW_NUMBER,
		.offset = offsetof(struct features, password_min) },
	{ .name = "credentials_hours", .kind = VIEW_NUMBER,
		.offset = offsetof(struct features, credentials_hours) },
	{ .kind = VIEW_END },
};

const struct view_field view_me[] = {
	{ .name = "user", .kind = VIEW_OBJECT, .offset = offsetof(struct me, user),
		.inner = view_user_bare },
	{ .name = "permissions", .kind = VIEW_PART, .part = session_put_permissions,
		.shape = SHAPE_TEXTS, .words = perm_names },
	{ .name = "proof_until", .kind = VIEW_TIME, .offset = offsetof(struct me, step_up_until) },
	{ .name = "proof_by", .kind = VIEW_PART, .part = put_step_up_by, .shape = SHAPE_TEXTS,
		.words = step_up_words },
	{ .name = "features", .kind = VIEW_OBJECT, .offset = offsetof(struct me, features),
		.inner = features },
	{ .name = "views", .kind = VIEW_PART, .part = put_views, .shape = SHAPE_OBJECTS,
		.inner = view_saved_view },
	{ .name = "jobs", .kind = VIEW_PART, .part = put_jobs, .shape = SHAPE_OBJECTS,
		.inner = view_job },
	{ .name = "groups", .kind = VIEW_PART, .part = session_put_groups, .shape = SHAPE_OBJECTS,
		.inner = view_group },
	{ .kind = VIEW_END },
};

void view_session(struct text *out, const struct user *user, const struct conf *conf,
	const struct session_state *state, const struct viewer *viewer)
{
	struct me me = {
		.user = *user,
		.rights = viewer->rights,
		.step_up_until = state->step_up_until,
		.step_up_by_code = state->step_up_by_code,
		.features = {
			.mail = conf_has_mail(conf),
			.mail_failing = state->mail_failing,
			.company = conf->company,
			.password_min = PASSWORD_MIN,
			.credentials_hours = conf->initial_password_life,
		},
		.state = state,
		.viewer = viewer,
	};

	view_site_of(&me.features.site, conf);
	view_record(out, view_me, &me, viewer);
}

static const struct view_field user_fields[] =
	VIEW_PERSON(struct session_entry, user_id, user_name, user_email);

#define AT(member) offsetof(struct session_entry, member)

#define ENTRY_FIELDS \
	{ .kind = VIEW_RECORD, .columns = session_columns, .where = IN_JSON }, \
	{ .name = "user", .kind = VIEW_OBJECT, .inner = user_fields, .or_null = true }, \
	{ .name = "current", .kind = VIEW_FLAG, .offset = AT(current) },

const struct view_field view_session_bare[] = {
	ENTRY_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_session_entry[] = {
	ENTRY_FIELDS
	{ .name = "may", .kind = VIEW_WORDS, .offset = AT(may), .words = may_session_words },
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
