#include "cli/notice.h"

#include "auth/notice.h"

/* What it takes to put a notice to the owner of an account. */
static enum err open_mail(struct cli *cli, struct secret_key *key, struct auth *auth)
{
	*auth = (struct auth){ .db = cli->db, .arena = &cli->arena, .conf = &cli->conf,
		.mail_key = key };
	return !conf_has_mail(&cli->conf) || secret_key_load(cli->conf.mail_key_file, key) == ERR_OK
		? ERR_OK : cli_fail(cli, ERR_INVALID, "cannot read the key %s", cli->conf.mail_key_file);
}

enum err cli_notice_change(struct cli *cli, const struct user *before, const struct user *next)
{
	struct secret_key key;
	struct auth auth;

	TRY(open_mail(cli, &key, &auth));
	return auth_notice_change(&auth, before, next, BY_HOST);
}

enum err cli_notice_password(struct cli *cli, uint64_t user_id)
{
	struct user_secret user;
	struct secret_key key;
	struct auth auth;

	TRY(open_mail(cli, &key, &auth));
	TRY(store_user_secret_by_id(cli->db, &cli->arena, user_id, &user));
	return auth_notice(&auth, &user, NOTICE_PASSWORD, BY_HOST);
}
