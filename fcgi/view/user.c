#include "view/user.h"

#include "rule/may.h"
#include "view/csv.h"
#include "view/group.h"
#include "view/mail.h"

#include <string.h>

static void put_groups(struct text *out, const void *record)
{
	const struct user *user = record;

	view_group_names(out, user->groups, user->group_count);
}

static void put_networks(struct text *out, const void *record)
{
	const char *list = ((const struct user *)record)->ip_allow_list;

	text_putc(out, '[');
	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		text_putc(out, '"');
		text_put(out, list, len);
		text_putc(out, '"');
		list += len;
		if (*list != '\0') {
			text_putc(out, ',');
			list++;
		}
	}
	text_putc(out, ']');
}

static const struct view_field creator[] =
	VIEW_PERSON(struct user, creator_id, creator_name, creator_email);

static void put_delivery(struct text *out, const void *record)
{
	const struct user *user = record;

	view_delivery(out, user->delivery, user->last_sign_in_at);
}

/* Users are colleagues, not clients: the mask is not for them. */
#define USER_FIELDS(door) \
	{ .kind = VIEW_RECORD, .columns = user_columns, .where = (door) }, \
	{ .name = "groups", .kind = VIEW_PART, .part = put_groups, .shape = SHAPE_OBJECTS, \
		.inner = view_group_name }, \
	{ .name = "creator", .kind = VIEW_OBJECT, .inner = creator, .or_null = true }, \
	{ .name = "ip_allow_list", .kind = VIEW_PART, .part = put_networks, \
		.shape = SHAPE_TEXTS },

#define USER_MAY \
	{ .name = "may", .kind = VIEW_WORDS, .offset = offsetof(struct user, may), \
		.words = may_user_words },

const struct view_field view_user_bare[] = {
	USER_FIELDS(IN_JSON)
	{ .kind = VIEW_END },
};

const struct view_field view_user_trail[] = {
	USER_FIELDS(IN_TRAIL)
	{ .kind = VIEW_END },
};

const struct view_field view_user[] = {
	USER_FIELDS(IN_JSON)
	USER_MAY
	{ .kind = VIEW_END },
};

const struct view_field view_user_whole[] = {
	USER_FIELDS(IN_JSON)
	USER_MAY
	{ .name = "delivery", .kind = VIEW_PART, .part = put_delivery,
		.shape = SHAPE_OBJECT_OR_NULL, .inner = view_mail_delivery },
	{ .kind = VIEW_END },
};

/* A user, and the link that was just made for them. */
struct given {
	struct user user;
	const char *link;
};

const struct view_field view_user_given[] = {
	USER_FIELDS(IN_JSON)
	USER_MAY
	{ .name = "link", .kind = VIEW_TEXT, .offset = offsetof(struct given, link),
		.optional = true },
	{ .kind = VIEW_END },
};

void view_user_credentials(struct text *out, const struct user *user, const char *link,
	const struct viewer *viewer)
{
	if (link == NULL) {
		view_record(out, view_user, user, viewer);
	} else {
		view_record(out, view_user_given, &(struct given){ *user, link }, viewer);
	}
}

struct changed {
	struct user user;
	bool credentials_void;
};

const struct view_field view_user_changed[] = {
	USER_FIELDS(IN_JSON)
	USER_MAY
	{ .name = "credentials_void", .kind = VIEW_FLAG,
		.offset = offsetof(struct changed, credentials_void), .optional = true },
	{ .kind = VIEW_END },
};

void view_user_change(struct text *out, const struct user *user, bool credentials_void,
	const struct viewer *viewer)
{
	if (credentials_void) {
		view_record(out, view_user_changed, &(struct changed){ *user, true }, viewer);
	} else {
		view_record(out, view_user, user, viewer);
	}
}

/* One permission and what the user's groups grant. */
struct user_right {
	const char *permission;
	enum perm perm;
	const struct user *user;
	const struct rights *each;
};

static void put_granting(struct text *out, const void *record)
{
	const struct user_right *right = record;

	text_putc(out, '[');
	for (size_t i = 0; i < right->user->group_count; i++) {
		if (rights_have(right->each[i], right->perm)) {
			text_separate(out);
			view_put_group(out, &right->user->groups[i]);
		}
	}
	text_putc(out, ']');
}

const struct view_field view_user_right[] = {
	{ .name = "permission", .kind = VIEW_TEXT, .offset = offsetof(struct user_right, permission) },
	{ .name = "groups", .kind = VIEW_PART, .part = put_granting, .shape = SHAPE_OBJECTS,
		.inner = view_group_name },
	{ .kind = VIEW_END },
};

void view_user_rights(struct text *out, const struct user *user, const struct rights *each)
{
	enum { FIRST = PERM_SIGNED_IN + 1, COUNT = PERM_END - FIRST };
	const struct viewer nobody = viewer_nobody(); /* nothing in it is masked */
	struct user_right rights[COUNT];

	for (int i = 0; i < COUNT; i++) {
		enum perm perm = (enum perm)(FIRST + i);

		rights[i] = (struct user_right){ perm_name(perm), perm, user, each };
	}
	view_items(out, view_user_right, rights, sizeof(*rights), COUNT, &nobody);
}

static const struct view_field result_fields[] = {
	{ .name = "id", .kind = VIEW_NUMBER },
	{ .name = "ok", .kind = VIEW_FLAG },
	{ .name = "changed", .kind = VIEW_FLAG, .optional = true },
	{ .name = "credentials_void", .kind = VIEW_FLAG, .optional = true },
	{ .name = "error", .kind = VIEW_TEXT, .optional = true },
	{ .kind = VIEW_END },
};

#define AT(member) offsetof(struct bulk_consequences, member)

static const struct view_field consequence_fields[] = {
	{ .name = "rows", .kind = VIEW_NUMBER, .offset = AT(rows) },
	{ .name = "changed", .kind = VIEW_NUMBER, .offset = AT(changed) },
	{ .name = "refused", .kind = VIEW_NUMBER, .offset = AT(refused) },
	{ .name = "administrators", .kind = VIEW_NUMBER, .offset = AT(administrators) },
	{ .name = "sessions", .kind = VIEW_NUMBER, .offset = AT(sessions) },
	{ .kind = VIEW_END },
};

const struct view_field view_user_bulk[] = {
	{ .name = "results", .kind = VIEW_PART, .shape = SHAPE_OBJECTS, .inner = result_fields },
	{ .name = "consequences", .kind = VIEW_PART, .shape = SHAPE_OBJECT,
		.inner = consequence_fields, .optional = true },
	{ .name = "job", .kind = VIEW_NUMBER, .optional = true },
	{ .kind = VIEW_END },
};

void view_user_consequences(struct text *out, const struct bulk_consequences *consequences,
	const struct viewer *viewer)
{
	text_puts(out, "{\"results\":[],\"consequences\":");
	view_record(out, consequence_fields, consequences, viewer);
	text_putc(out, '}');
}

void view_user_results(struct text *out, const struct user_result *results, size_t count,
	uint64_t job_id)
{
	text_puts(out, "{\"results\":[");
	for (size_t i = 0; i < count; i++) {
		text_puts(out, i == 0 ? "{\"id\":" : ",{\"id\":");
		text_putu(out, results[i].id);
		if (results[i].error == NULL) {
			text_puts(out, ",\"ok\":true,\"changed\":");
			text_puts(out, results[i].changed ? "true" : "false");
			text_puts(out, results[i].credentials_void ? ",\"credentials_void\":true}" : "}");
		} else {
			text_puts(out, ",\"ok\":false,\"error\":");
			text_put_json(out, results[i].error);
			text_putc(out, '}');
		}
	}
	text_putc(out, ']');
	if (job_id != 0) {
		text_puts(out, ",\"job\":");
		text_putu(out, job_id);
	}
	text_putc(out, '}');
}

/* The bar is between two names: one within a name is after a backslash, and so is such a one. */
static void view_put_group_name(struct text *out, const char *name)
{
	for (; *name != '\0'; name++) {
		text_puts(out, *name == '|' || *name == '\\' ? "\\" : "");
		text_putc(out, *name);
	}
}

void view_user_csv(struct text *out, const struct csv_form *form, const struct user *user,
	const char *rights, const struct viewer *viewer)
{
	struct text groups = text_in(out->arena);
	struct user line = *user;

	text_puts(&groups, "");
	for (size_t i = 0; i < user->group_count; i++) {
		text_puts(&groups, i == 0 ? "" : "|");
		view_put_group_name(&groups, user->groups[i].name);
	}
	line.group_names = groups.bytes;
	view_csv_row(out, form, user_columns, &line, rights, viewer);
}
