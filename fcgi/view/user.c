#include "view/user.h"

#include "view/csv.h"
#include "view/mail.h"

#include <string.h>

static void put_group(struct text *out, const struct group_name *group)
{
	text_puts(out, "{\"id\":");
	text_putu(out, group->id);
	text_puts(out, ",\"name\":");
	text_put_json(out, group->name);
	text_putc(out, '}');
}

static void put_groups(struct text *out, const void *record)
{
	const struct user *user = record;

	text_putc(out, '[');
	for (size_t i = 0; i < user->group_count; i++) {
		text_puts(out, i == 0 ? "" : ",");
		put_group(out, &user->groups[i]);
	}
	text_putc(out, ']');
}

void view_person(struct text *out, uint64_t id, const char *name, const char *email)
{
	if (id == 0) {
		text_puts(out, "null");
		return;
	}
	text_puts(out, "{\"id\":");
	text_putu(out, id);
	text_puts(out, ",\"name\":");
	text_put_json(out, name);
	text_puts(out, ",\"email\":");
	text_put_json(out, email);
	text_putc(out, '}');
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

static void put_creator(struct text *out, const void *record)
{
	const struct user *user = record;

	view_person(out, user->creator_id, user->creator_name, user->creator_email);
}

static void put_delivery(struct text *out, const void *record)
{
	const struct user *user = record;

	view_delivery(out, user->delivery, user->last_sign_in_at);
}

/* Users are colleagues, not clients: the mask is not for them. */
#define USER_FIELDS \
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct user, id) }, \
	{ .name = "email", .kind = VIEW_TEXT, .offset = offsetof(struct user, email) }, \
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct user, name) }, \
	{ .name = "status", .kind = VIEW_WORD, .offset = offsetof(struct user, status), \
		.words = status_words }, \
	{ .name = "two_factor", .kind = VIEW_WORD, .offset = offsetof(struct user, two_factor), \
		.words = two_factor_words }, \
	{ .name = "groups", .kind = VIEW_PART, .part = put_groups }, \
	{ .name = "mask_data", .kind = VIEW_FLAG, .offset = offsetof(struct user, mask_data) }, \
	{ .name = "language", .kind = VIEW_TEXT, .offset = offsetof(struct user, language) }, \
	{ .name = "creator", .kind = VIEW_PART, .part = put_creator }, \
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct user, created_at) }, \
	{ .name = "last_sign_in_at", .kind = VIEW_TIME, \
		.offset = offsetof(struct user, last_sign_in_at) }, \
	{ .name = "locked_until", .kind = VIEW_TIME, .offset = offsetof(struct user, locked_until) }, \
	{ .name = "ip_allow_list", .kind = VIEW_PART, .part = put_networks }, \
	{ .name = "version", .kind = VIEW_NUMBER, .offset = offsetof(struct user, version) },

const struct view_field view_user[] = {
	USER_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_user_whole[] = {
	USER_FIELDS
	{ .name = "delivery", .kind = VIEW_PART, .part = put_delivery },
	{ .kind = VIEW_END },
};

/* A user, and the link that was just made for them. */
struct given {
	struct user user;
	const char *link;
};

static const struct view_field view_user_given[] = {
	USER_FIELDS
	{ .name = "link", .kind = VIEW_TEXT, .offset = offsetof(struct given, link) },
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

static void put_granting(struct text *out, enum perm perm, const struct user *user,
	const struct rights *each)
{
	const char *between = "";

	text_puts(out, "{\"permission\":");
	text_put_json(out, perm_name(perm));
	text_puts(out, ",\"groups\":[");
	for (size_t i = 0; i < user->group_count; i++) {
		if (rights_have(each[i], perm)) {
			text_puts(out, between);
			put_group(out, &user->groups[i]);
			between = ",";
		}
	}
	text_puts(out, "]}");
}

void view_user_rights(struct text *out, const struct user *user, const struct rights *each)
{
	enum { FIRST = PERM_SIGNED_IN + 1 };

	text_puts(out, "{\"items\":[");
	for (int perm = FIRST; perm < PERM_END; perm++) {
		text_puts(out, perm == FIRST ? "" : ",");
		put_granting(out, (enum perm)perm, user, each);
	}
	text_puts(out, "]}");
}

void view_user_results(struct text *out, const struct user_result *results, size_t count)
{
	text_puts(out, "{\"results\":[");
	for (size_t i = 0; i < count; i++) {
		text_puts(out, i == 0 ? "{\"id\":" : ",{\"id\":");
		text_putu(out, results[i].id);
		if (results[i].error == NULL) {
			text_puts(out, ",\"ok\":true,\"changed\":");
			text_puts(out, results[i].changed ? "true}" : "false}");
		} else {
			text_puts(out, ",\"ok\":false,\"error\":");
			text_put_json(out, results[i].error);
			text_putc(out, '}');
		}
	}
	text_puts(out, "]}");
}

/* What a line of CSV is made of. */
struct line {
	struct user user;
	const char *groups;
};

const struct view_field view_user_columns[] = {
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct line, user.id) },
	{ .name = "email", .kind = VIEW_TEXT, .offset = offsetof(struct line, user.email) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct line, user.name) },
	{ .name = "groups", .kind = VIEW_TEXT, .offset = offsetof(struct line, groups) },
	{ .name = "status", .kind = VIEW_WORD, .offset = offsetof(struct line, user.status),
		.words = status_words },
	{ .name = "two_factor", .kind = VIEW_WORD, .offset = offsetof(struct line, user.two_factor),
		.words = two_factor_words },
	{ .name = "mask_data", .kind = VIEW_FLAG, .offset = offsetof(struct line, user.mask_data) },
	{ .name = "creator", .kind = VIEW_TEXT, .offset = offsetof(struct line, user.creator_email) },
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct line, user.created_at) },
	{ .name = "last_sign_in_at", .kind = VIEW_TIME,
		.offset = offsetof(struct line, user.last_sign_in_at) },
	{ .kind = VIEW_END },
};

void view_user_csv(struct text *out, const struct user *user, const struct viewer *viewer)
{
	struct text groups = text_in(out->arena);

	text_puts(&groups, "");
	for (size_t i = 0; i < user->group_count; i++) {
		text_puts(&groups, i == 0 ? "" : "|");
		text_puts(&groups, user->groups[i].name);
	}
	view_csv_row(out, view_user_columns, &(struct line){ *user, groups.bytes }, viewer);
}
