/*
 * Letters that somebody asks for: a test, and credentials once more. Both go the way of all
 * letters; the answer says where to look what became of them.
 */
#include "api/credentials.h"
#include "api/handlers.h"
#include "api/mails.h"
#include "api/once.h"
#include "api/users.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "base/wake.h"
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

struct sending {
	struct call *call;
	struct once once;
	struct credentials credentials;
	uint64_t id; /* of the letter */
};

/* 202: the letter exists, and is on its way. */
static enum err answer(struct call *call, uint64_t id)
{
	reply_created(call->reply, call->request, "mail", id);
	call->reply->status = 202;
	return api_mail_answer(call, id);
}

static enum err check_mail(struct call *call)
{
	return conf_has_mail(call->conf) ? ERR_OK
		: reply_refuse_field(call->reply, PROBLEM_INVALID, "to", "send_to_email.no_mail");
}

/* Sends what work puts, unless that was done before, and answers with it. */
static enum err send(struct sending *sending, db_work *work)
{
	struct call *call = sending->call;
	enum err err = db_transact(call->db, work, sending);

	if (err == ERR_CONFLICT) {
		err = api_once_lost(call, &sending->once);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (sending->once.repeated) {
		return answer(call, sending->once.key.record_id);
	}
	wake_ring(call->conf->mail_wake);
	return answer(call, sending->id);
}

/* Two at once are counted one after the other: the sender's row is held. */
static enum err check_count(struct call *call)
{
	uint64_t user_id = call->viewer.user_id, count = 0;

	TRY(store_user_lock(call->db, call->arena, user_id));
	TRY(store_outbox_recent(call->db, call->arena, user_id, LETTER_TEST,
		clock_now() - CLOCK_HOUR, &count));
	if (count >= TESTS_PER_HOUR) {
		reply_retry_after(call->reply, RETRY_SECONDS);
		return reply_refuse(call->reply, PROBLEM_TOO_MANY);
	}
	return ERR_OK;
}

static enum err put_test(struct sending *sending)
{
	struct call *call = sending->call;
	const struct test_input *input = call->input;
	struct letter letter = {
		.kind = LETTER_TEST,
		.expires_at = clock_now() + TEST_MINUTES * CLOCK_MINUTE,
		.to = input->to.text,
		.language = "",
		.values = { { "url", call->conf->url } },
	};

	TRY(store_outbox_put(call->db, call->mail_key, call->viewer.user_id, &letter));
	sending->id = letter.id;
	return api_once_write(call, &sending->once, letter.id);
}

static enum err test(struct db *db, void *context)
{
	struct sending *sending = context;
	struct call *call = sending->call;

	(void)db;
	TRY(check_count(call));
	TRY(put_test(sending));
	return auth_audit_record(call, &(struct audit_event){
		.action = "mail.test", .target_type = "mail", .target_id = sending->id });
}

enum err api_mail_test(struct call *call)
{
	struct sending sending = { .call = call };

	TRY(api_once_begin(call, &sending.once));
	if (sending.once.repeated) {
		return answer(call, sending.once.key.record_id);
	}
	TRY(check_mail(call));
	return send(&sending, test);
}

/* A code is bound to a sign-in under way, and a password is forgotten by its owner: who signs in
 * asks for another letter. */
static enum err find_user(struct call *call, struct credentials *credentials)
{
	struct mail mail;

	TRY(store_mail_load(call->db, call->arena, call->id, &mail));
	TRY(mail.user_id == 0 ? ERR_OK : api_user_guard(call, mail.user_id));
	credentials->by_link = mail.kind == LETTER_LINK;
	if ((mail.kind != LETTER_CREDENTIALS && !credentials->by_link) || mail.user_id == 0) {
		return reply_refuse(call->reply, PROBLEM_NOT_RESENDABLE);
	}
	credentials->user_id = mail.user_id;
	return ERR_OK;
}

static enum err resend(struct db *db, void *context)
{
	struct sending *sending = context;

	(void)db;
	TRY(api_credentials_give(sending->call, &sending->credentials));
	sending->id = sending->credentials.letter_id;
	return api_once_write(sending->call, &sending->once, sending->id);
}

/* The old letter cannot be read, so its secret cannot be sent again: there is a fresh one. */
static enum err send_fresh(struct sending *sending)
{
	struct credentials *credentials = &sending->credentials;
	char password[PASSWORD_GENERATED_MAX];
	enum err err;

	password_generate(password, secret_below);
	credentials->password = password;
	err = api_credentials_hash(sending->call, credentials);
	if (err == ERR_OK) {
		err = send(sending, resend);
	}
	secret_wipe(password, sizeof(password));
	return err;
}

enum err api_mail_resend(struct call *call)
{
	struct sending sending = { .call = call,
		.credentials = { .action = "mail.resend", .send_to_email = true } };

	TRY(api_once_begin(call, &sending.once));
	if (sending.once.repeated) {
		return answer(call, sending.once.key.record_id);
	}
	TRY(find_user(call, &sending.credentials));
	TRY(check_mail(call));
	return send_fresh(&sending);
}
