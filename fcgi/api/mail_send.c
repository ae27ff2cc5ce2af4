/*
 * Letters that somebody asks for: a test, and credentials once more. Both go the way of all
 * letters; the answer says where to look what became of them.
 */
#include "api/credentials.h"
#include "api/handlers.h"
#include "api/mails.h"
#include "api/users.h"
#include "base/clock.h"
#include "rule/field.h"
#include "rule/password.h"
#include "store/mail.h"
#include "store/user.h"

#include <stddef.h>

enum { TEST_MINUTES = 10, TESTS_PER_HOUR = 10, RETRY_SECONDS = 600 };

struct test_input {
	struct in_text to;
};

const struct field api_mail_test_fields[] = {
	{ .name = "to", .kind = FIELD_TEXT, .offset = offsetof(struct test_input, to),
		.required = true, .check = &check_email },
	{ .kind = FIELD_END },
};

struct mail_resend {
	struct credentials credentials;
	char password[PASSWORD_GENERATED_MAX];
};

_Static_assert(sizeof(struct mail_resend) <= API_STATE_SIZE, "the state of a resent letter");

enum err api_mail_answer_sent(struct call *call)
{
	return api_mail_answer(call, call->record_id);
}

enum err api_mail_test_check(struct call *call)
{
	if (!conf_has_mail(call->conf)) {
		reply_field(call->reply, "to", "send_to_email.no_mail");
	}
	return ERR_OK;
}

/* Refuses a test too many. Two at once are counted in turn: the sender's row is held. */
static enum err mail_count_tests(struct call *call)
{
	uint64_t user_id = call->viewer.user_id, count = 0;

	TRY(store_user_lock(call->db, call->arena, user_id));
	TRY(store_mail_recent(call->db, call->arena, user_id, LETTER_TEST,
		clock_now() - CLOCK_HOUR, &count));
	if (count >= TESTS_PER_HOUR) {
		reply_retry_after(call->reply, RETRY_SECONDS);
		return reply_refuse(call->reply, PROBLEM_TOO_MANY);
	}
	return ERR_OK;
}

enum err api_mail_test(struct call *call)
{
	const struct test_input *input = call->input;
	struct letter letter = {
		.user_id = call->viewer.user_id,
		.kind = LETTER_TEST,
		.expires_at = clock_now() + TEST_MINUTES * CLOCK_MINUTE,
		.to = input->to.text,
		.language = "",
		.values = { { "url", call->conf->url } },
	};

	TRY(mail_count_tests(call));
	TRY(store_outbox_put(call->db, call->sealer, &letter, 1));
	call->record_id = letter.id;
	call->audit = (struct audit_event){ .action = "mail.test", .target_type = "mail",
		.target_id = letter.id };
	return ERR_OK;
}

/* The old letter cannot be read, so its secret cannot be sent again: there is a fresh one. Not of a
 * code, which is bound to a sign-in under way, nor of a password that its owner forgot: who signs
 * in asks for another letter. */
enum err api_mail_resend_check(struct call *call)
{
	struct mail_resend *resend = call->state;
	struct mail mail;

	TRY(store_mail_load(call->db, call->arena, call->id, &mail));
	TRY(mail.user_id == 0 ? ERR_OK : api_user_guard(call, mail.user_id));
	if ((mail.kind != LETTER_CREDENTIALS && mail.kind != LETTER_LINK) || mail.user_id == 0) {
		return reply_refuse(call->reply, PROBLEM_NOT_RESENDABLE);
	}
	resend->credentials = (struct credentials){ .action = "mail.resend", .user_id = mail.user_id,
		.by_link = mail.kind == LETTER_LINK, .send_to_email = true };
	if (!resend->credentials.by_link) {
		password_generate(resend->password, secret_below);
		call->password = resend->password;
	}
	return api_mail_test_check(call);
}

enum err api_mail_resend(struct call *call)
{
	struct mail_resend *resend = call->state;

	TRY(api_credentials_give(call, &resend->credentials));
	call->record_id = resend->credentials.letter_id;
	return ERR_OK;
}
