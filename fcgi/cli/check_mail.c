#include "cli/check.h"

#include "mail/helo.h"
#include "mail/smtp.h"

/* What the server has against us, by how far the conversation came. */
static const char *cli_check_stage(const struct conf *conf, enum smtp_stage stage,
	struct arena *arena)
{
	switch (stage) {
	case SMTP_GREETING:
		return "it takes no mail from this host";
	case SMTP_HELLO:
		return "it takes nobody by our name ([mail] helo), or no account";
	case SMTP_STARTTLS:
		return "it cannot speak TLS now";
	case SMTP_ACCOUNT:
		return arena_printf(arena, "it refuses the account %s ([mail] smtp_user, "
			"smtp_password_file)", conf->smtp_user);
	case SMTP_SENDER:
	case SMTP_RECIPIENT:
	case SMTP_DATA:
	case SMTP_CONTENT:
		break;
	}
	return arena_printf(arena, "it takes no letters from %s ([mail] from), or wants an account "
		"([mail] smtp_user)", conf->mail_from);
}

static const char *cli_check_verdict(const struct conf *conf, enum smtp_result verdict,
	const struct smtp_reply *reply, struct arena *arena)
{
	switch (verdict) {
	case SMTP_ACCEPTED:
		return NULL;
	case SMTP_TLS:
		return arena_printf(arena, "%s offers no TLS, or a certificate that cannot be trusted "
			"([mail] smtp_ca, smtp_tls)", conf->smtp_url);
	case SMTP_UNREACHABLE:
	case SMTP_UNKNOWN:
		return arena_printf(arena, "no mail server answers at %s ([mail] smtp_url)",
			conf->smtp_url);
	case SMTP_REFUSED:
	case SMTP_SETTINGS:
	case SMTP_DEFERRED:
		break;
	}
	return arena_printf(arena, "%s: %s; its answer: %u %s", conf->smtp_url,
		cli_check_stage(conf, reply->stage, arena), reply->code, reply->text);
}

void cli_check_mail(struct check_run *check)
{
	struct cli *cli = check->cli;
	struct smtp_reply reply;
	enum smtp_result verdict;
	const char *fault;

	if (!conf_has_mail(&cli->conf)) {
		cli_pair(cli, "mail server", "none");
		return;
	}
	if (!check->mailer_read) {
		return; /* told already */
	}
	verdict = smtp_probe(&check->mailer,
		helo_choose(&cli->arena, &check->mailer, helo_host(&cli->arena)), &reply);
	fault = cli_check_verdict(&check->mailer, verdict, &reply, &cli->arena);
	cli_check_note(check, "mail server", fault);
}
