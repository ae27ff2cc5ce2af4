#include "view/totp.h"

const struct view_field view_totp_state[] = {
	{ .name = "method", .kind = VIEW_WORD, .offset = offsetof(struct totp_state, method),
		.words = two_factor_words },
	{ .name = "recovery_codes", .kind = VIEW_NUMBER,
		.offset = offsetof(struct totp_state, recovery_codes) },
	{ .name = "required", .kind = VIEW_FLAG, .offset = offsetof(struct totp_state, required) },
	{ .kind = VIEW_END },
};

const struct view_field view_totp_enrolment[] = {
	{ .name = "secret", .kind = VIEW_TEXT, .offset = offsetof(struct totp_enrolment, secret) },
	{ .name = "uri", .kind = VIEW_TEXT, .offset = offsetof(struct totp_enrolment, uri) },
	{ .kind = VIEW_END },
};

void view_put_recovery_codes(struct text *out, const void *record)
{
	const struct recovery_codes *codes = record;

	text_putc(out, '[');
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		text_separate(out);
		text_put_json(out, codes->text[i]);
	}
	text_putc(out, ']');
}

const struct view_field view_recovery_codes[] = {
	{ .name = "recovery_codes", .kind = VIEW_PART, .part = view_put_recovery_codes,
		.shape = SHAPE_TEXTS },
	{ .kind = VIEW_END },
};
