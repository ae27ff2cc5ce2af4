/* What a mail server's refusal means, by the command that it answers: the whole table. */
#include "mail/smtp_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A conversation up to a stage, the last reply being this one. */
static struct smtp_reply reply_at(enum smtp_stage stage, const char *line)
{
	static const char *const commands[] = { "EHLO vm.example\r\n", "STARTTLS\r\n",
		"AUTH PLAIN AGEAYg==\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n",
		"DATA\r\n" };
	struct smtp_reply reply = { .stage = SMTP_GREETING };

	for (int at = SMTP_GREETING; at < (int)stage; at++) {
		const char *said = at == SMTP_DATA ? "354 go on\r\n" : "250 2.0.0 good\r\n";

		smtp_reply_line(&reply, said, strlen(said));
		if (at < SMTP_DATA) {
			smtp_reply_command(&reply, commands[at], strlen(commands[at]));
		}
	}
	assert_int_equal(reply.stage, stage);
	smtp_reply_line(&reply, line, strlen(line));
	return reply;
}

static enum smtp_result verdict(enum smtp_stage stage, const char *line)
{
	struct smtp_reply reply = reply_at(stage, line);

	return smtp_reply_verdict(&reply);
}

/* Every code at every stage, without a word beside it. */
static void before_the_recipient_no_refusal_costs_a_letter(void **state)
{
	(void)state;
	for (enum smtp_stage stage = SMTP_GREETING; stage <= SMTP_SENDER; stage++) {
		for (unsigned code = 400; code < 600; code++) {
			char line[16];

			snprintf(line, sizeof(line), "%u\r\n", code);
			assert_int_equal(verdict(stage, line), code < 500 ? SMTP_DEFERRED : SMTP_SETTINGS);
		}
	}
}

static void from_the_recipient_on_only_codes_about_us_cost_none(void **state)
{
	static const unsigned ours[] = { 500, 502, 503, 504, 521, 530, 531, 532, 533, 534, 535, 536,
		537, 538, 539, 555 };

	(void)state;
	for (enum smtp_stage stage = SMTP_RECIPIENT; stage <= SMTP_CONTENT; stage++) {
		for (unsigned code = 400; code < 600; code++) {
			enum smtp_result expected = code < 500 ? SMTP_DEFERRED : SMTP_REFUSED;
			char line[16];

			for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
				expected = code == ours[i] ? SMTP_SETTINGS : expected;
			}
			snprintf(line, sizeof(line), "%u\r\n", code);
			assert_int_equal(verdict(stage, line), expected);
		}
	}
}

/* As Postfix, Exim, Exchange, qmail, Gmail and SES say it. */
static void what_is_said_beside_the_code_decides_the_rest(void **state)
{
	static const struct {
		enum smtp_stage stage;
		const char *line;
		enum smtp_result result;
	} rows[] = {
		{ SMTP_RECIPIENT, "554 5.7.1 <b@example.com>: Relay access denied", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 relay not permitted", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.7.54 SMTP; Unable to relay recipient", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.7.1 Relaying denied", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "504 5.5.2 <vm>: Helo command rejected: need FQDN", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.7.1 <vm>: Helo command rejected: no", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "553 5.7.1 <a@x.org>: Sender address rejected: not owned by user",
			SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.1.0 <a@x.org>: Sender address rejected: unknown", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.1.8 <a@x.org>: not a domain", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 Sender verify failed", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked",
			SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "530 5.7.0 Authentication required", SMTP_SETTINGS },
		{ SMTP_CONTENT, "550 5.7.60 Client is not allowed to send as this sender",
			SMTP_SETTINGS },
		{ SMTP_CONTENT, "550 5.7.26 Unauthenticated email is not accepted: DMARC",
			SMTP_SETTINGS },
		{ SMTP_CONTENT, "554 5.2.252 SendAsDenied; a@x.org not allowed to send as b@x.org",
			SMTP_SETTINGS },
		{ SMTP_CONTENT, "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException",
			SMTP_SETTINGS },
		{ SMTP_CONTENT, "550 5.7.25 The IP address of this message has no name",
			SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.7.1 No PTR record for 192.0.2.1", SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
			SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 rejected because 192.0.2.1 is in a black list at bl.example",
			SMTP_SETTINGS },
		{ SMTP_CONTENT, "554 Message rejected: Email address is not verified.", SMTP_SETTINGS },
		{ SMTP_CONTENT, "554 Access denied: User `arn' is not authorized to perform `ses:Send'",
			SMTP_SETTINGS },
		{ SMTP_RECIPIENT, "550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 5.4.1 Recipient address rejected: Access denied", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 5.1.1 <b@example.com>: Recipient address rejected", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "552 5.2.2 mailbox is full", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 no such user", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 5.1.1 no relay by that name", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 <relay@example.com>: user unknown", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 sender@example.com is nobody", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "550 a correlay of things", SMTP_REFUSED },
		{ SMTP_RECIPIENT, "501 malformed address", SMTP_REFUSED },
		{ SMTP_CONTENT, "550 5.7.1 Message rejected as spam", SMTP_REFUSED },
		{ SMTP_CONTENT, "552 5.3.4 too big", SMTP_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (verdict(rows[i].stage, rows[i].line) != rows[i].result) {
			fail_msg("%s", rows[i].line);
		}
	}
}

static void the_lines_of_a_reply_are_one_text(void **state)
{
	struct smtp_reply reply = reply_at(SMTP_RECIPIENT, "550-Verification failed for <a@x.org>\r\n");

	(void)state;
	smtp_reply_line(&reply, "550 Sender verify failed\r\n", 26);
	assert_int_equal(reply.code, 550);
	assert_string_equal(reply.text, "Verification failed for <a@x.org> Sender verify failed");
	smtp_reply_command(&reply, "RSET\r\n", 6);
	smtp_reply_line(&reply, "250 good\r\n", 10);
	assert_string_equal(reply.text, "good");
}

static void what_follows_the_end_of_a_conversation_does_not_count(void **state)
{
	struct smtp_reply reply = reply_at(SMTP_RECIPIENT, "550 5.1.1 nobody\r\n");

	(void)state;
	smtp_reply_command(&reply, "QUIT\r\n", 6);
	smtp_reply_line(&reply, "221 bye\r\n", 9);
	assert_int_equal(reply.stage, SMTP_RECIPIENT);
	assert_int_equal(reply.code, 550);
	assert_string_equal(reply.text, "5.1.1 nobody");
}

static void what_a_server_says_can_be_shown(void **state)
{
	static const struct {
		const char *line, *shown;
	} rows[] = {
		{ "550 a\tb\x1b[31m\x07 c\r\n", "a b [31m  c" },
		{ "550 <b>Müller</b>\r\n", "<b>Müller</b>" },
		{ "550 M\xfcller\r\n", "M?ller" },
		{ "550 abc\xe2\x80\xae txt\r\n", "abc??? txt" }, /* which would turn the text round */
		{ "550\r\n", "" },
	};
	char many[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smtp_reply reply = reply_at(SMTP_RECIPIENT, rows[i].line);

		smtp_reply_clean(&reply);
		assert_string_equal(reply.text, rows[i].shown);
	}
	memset(many, 'x', sizeof(many));
	memcpy(many, "550-", 4);
	many[sizeof(many) - 1] = '\0';
	struct smtp_reply reply = reply_at(SMTP_RECIPIENT, many);

	smtp_reply_line(&reply, many, sizeof(many) - 1);
	assert_int_equal(strlen(reply.text), SMTP_TEXT_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_recipient_no_refusal_costs_a_letter),
		cmocka_unit_test(from_the_recipient_on_only_codes_about_us_cost_none),
		cmocka_unit_test(what_is_said_beside_the_code_decides_the_rest),
		cmocka_unit_test(the_lines_of_a_reply_are_one_text),
		cmocka_unit_test(what_follows_the_end_of_a_conversation_does_not_count),
		cmocka_unit_test(what_a_server_says_can_be_shown),
	};

	return cmocka_run_group_tests_name("mail_smtp_reply", tests, NULL, NULL);
}
