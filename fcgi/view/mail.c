#include "view/mail.h"

#include "base/clock.h"
#include "rule/may.h"
#include "view/user.h"

static const struct view_field user[] =
	VIEW_PERSON(struct mail, user_id, user_name, user_email);

/* What the letter says has no row, and is not known here. */
#define MAIL_FIELDS \
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct mail, id) }, \
	{ .name = "kind", .kind = VIEW_WORD, .offset = offsetof(struct mail, kind), \
		.words = letter_kind_words }, \
	{ .name = "user", .kind = VIEW_OBJECT, .inner = user, .or_null = true }, \
	{ .name = "to", .kind = VIEW_TEXT, .offset = offsetof(struct mail, to) }, \
	{ .name = "state", .kind = VIEW_WORD, .offset = offsetof(struct mail, state), \
		.words = outbox_state_words }, \
	{ .name = "attempts", .kind = VIEW_NUMBER, .offset = offsetof(struct mail, attempts) }, \
	{ .name = "next_attempt_at", .kind = VIEW_TIME, .offset = offsetof(struct mail, next_at) }, \
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct mail, created_at) }, \
	{ .name = "sent_at", .kind = VIEW_TIME, .offset = offsetof(struct mail, sent_at) }, \
	{ .name = "settled_at", .kind = VIEW_TIME, .offset = offsetof(struct mail, settled_at) }, \
	{ .name = "smtp_code", .kind = VIEW_ID, .offset = offsetof(struct mail, smtp_code) }, \
	{ .name = "reason", .kind = VIEW_TEXT, .offset = offsetof(struct mail, reason) }, \
	{ .name = "reply", .kind = VIEW_TEXT, .offset = offsetof(struct mail, reply) }, \
	{ .name = "may_have_arrived", .kind = VIEW_FLAG, \
		.offset = offsetof(struct mail, may_have_arrived) },

const struct view_field view_mail_bare[] = {
	MAIL_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_mail[] = {
	MAIL_FIELDS
	{ .name = "may", .kind = VIEW_WORDS, .offset = offsetof(struct mail, may),
		.words = may_letter_words },
	{ .kind = VIEW_END },
};

static void put_at(struct text *out, const void *record)
{
	const struct mail *mail = record;
	char text[CLOCK_TEXT_MAX];

	text_putc(out, '"');
	text_puts(out, clock_text(mail->settled_at == 0 ? mail->created_at : mail->settled_at, text));
	text_putc(out, '"');
}

struct delivery {
	struct mail mail;
	bool signed_in_since;
};

const struct view_field view_mail_delivery[] = {
	{ .name = "kind", .kind = VIEW_WORD, .offset = offsetof(struct mail, kind),
		.words = letter_kind_words },
	{ .name = "state", .kind = VIEW_WORD, .offset = offsetof(struct mail, state),
		.words = outbox_state_words },
	{ .name = "smtp_code", .kind = VIEW_ID, .offset = offsetof(struct mail, smtp_code) },
	{ .name = "may_have_arrived", .kind = VIEW_FLAG,
		.offset = offsetof(struct mail, may_have_arrived) },
	{ .name = "former_address", .kind = VIEW_FLAG,
		.offset = offsetof(struct mail, former_address) },
	{ .name = "at", .kind = VIEW_PART, .part = put_at, .shape = SHAPE_TIME },
	{ .name = "signed_in_since", .kind = VIEW_FLAG,
		.offset = offsetof(struct delivery, signed_in_since) },
	{ .kind = VIEW_END },
};

const struct view_field view_letter_preview[] = {
	{ .name = "subject", .kind = VIEW_TEXT, .offset = offsetof(struct letter_parts, subject) },
	{ .name = "text", .kind = VIEW_TEXT, .offset = offsetof(struct letter_parts, text) },
	{ .kind = VIEW_END },
};

void view_delivery(struct text *out, const struct mail *mail, int64_t last_sign_in_at)
{
	const struct viewer nobody = viewer_nobody(); /* nothing in it is masked */

	if (mail == NULL) {
		text_puts(out, "null");
	} else {
		view_record(out, view_mail_delivery,
			&(struct delivery){ *mail, last_sign_in_at > mail->created_at }, &nobody);
	}
}
