#include "view/user.h"

#include "store/user.h"
#include "view/mail.h"

static void put_groups(struct text *out, const void *record)
{
	const struct user *user = record;

	text_putc(out, '[');
	for (size_t i = 0; i < user->group_count; i++) {
		text_puts(out, i == 0 ? "{\"id\":" : ",{\"id\":");
		text_putu(out, user->groups[i].id);
		text_puts(out, ",\"name\":");
		text_put_json(out, user->groups[i].name);
		text_putc(out, '}');
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

static void put_creator(struct text *out, const void *record)
{
	const struct user *user = record;

	view_person(out, user->creator_id, user->creator_name, user->creator_email);
}

static void put_delivery(struct text *out, const void *record)
{
	view_delivery(out, ((const struct user *)record)->delivery);
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
