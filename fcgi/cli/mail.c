/* The letters, for the person who runs the host: what became of them, and one more try. */
#include "cli/call.h"

#include "base/clock.h"
#include "base/wake.h"
#include "store/mail.h"
#include "view/mail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum err cli_mail_list(struct cli *cli)
{
	const struct list_ask ask = { .descending = true, .size = cli->limit };
	const struct viewer host = { .masked = false };
	const struct mail *mails;
	char at[CLOCK_TEXT_MAX];
	struct page page;
	void *records;

	TRY(store_list(cli->db, &cli->arena, &mail_noun, &ask, &page, &records));
	mails = records;
	text_puts(&cli->out, cli->json ? "[" : "");
	for (const struct mail *mail = mails; mail < mails + page.count; mail++) {
		if (cli->json) {
			text_separate(&cli->out);
			view_record(&cli->out, view_mail_bare, mail, &host);
			continue;
		}
		text_putf(&cli->out, "%6" PRIu64 "  %s  %-11s  %-9s  %2" PRIu64 "  %3" PRIu64
			"  %-11s  %s%s%s%s\n", mail->id, clock_text(mail->created_at, at),
			letter_kind_words[mail->kind], outbox_state_words[mail->state], mail->attempts,
			mail->smtp_code, mail->reason, mail->to[0] == '\0' ? mail->user_email : mail->to,
			mail->may_have_arrived ? "  (may have arrived)" : "",
			mail->reply[0] == '\0' ? "" : "  ", mail->reply);
	}
	text_puts(&cli->out, cli->json ? "]\n" : "");
	return ERR_OK;
}

/* Says why a letter cannot be tried again. */
static const char *cli_mail_why_not(const struct mail *mail)
{
	switch (mail->state) {
	case OUTBOX_READY:
		return "it is too late for it to be of use";
	case OUTBOX_LEASED:
		return "it is being sent";
	case OUTBOX_SENT:
		return "it has been sent";
	case OUTBOX_DEAD:
	case OUTBOX_EXPIRED:
	case OUTBOX_CANCELLED:
		break;
	}
	return "what it said was wiped when it was given up; give the user new credentials";
}

static enum err cli_mail_retry_body(struct db *db, void *context)
{
	struct cli *cli = context;
	struct mail mail;
	uint64_t id;
	char *end;
	enum err err;

	errno = 0;
	id = strtoull(cli->argument, &end, 10);
	if (errno != 0 || *end != '\0' || cli->argument[0] < '0' || cli->argument[0] > '9') {
		return cli_fail(cli, ERR_INVALID, "%s is not the number of a letter", cli->argument);
	}
	err = store_mail_load(db, &cli->arena, id, &mail);
	if (err == ERR_NOT_FOUND) {
		return cli_fail(cli, err, "there is no letter %" PRIu64, id);
	}
	TRY(err);
	err = store_mail_retry(db, id);
	if (err == ERR_CONFLICT) {
		return cli_fail(
			cli, err, "letter %" PRIu64 " cannot be sent: %s", id, cli_mail_why_not(&mail));
	}
	TRY(err);
	return cli_audit_record(cli, &(struct audit_event){ .action = "mail.retry",
		.target_type = "mail", .target_id = id });
}

enum err cli_mail_retry(struct cli *cli)
{
	TRY(db_transact(cli->db, cli_mail_retry_body, cli));
	wake_ring(cli->conf.mail_wake);
	cli_open(cli);
	cli_pair(cli, "id", cli->argument);
	cli_close(cli);
	return ERR_OK;
}
