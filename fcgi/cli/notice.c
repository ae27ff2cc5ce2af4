#include "cli/notice.h"

#include "auth/notice.h"
#include "cli/call.h"

enum err cli_notice_change(struct cli *cli, const struct user *before, const struct user *next)
{
	struct call call;

	TRY(cli_open_call(cli, &call));
	TRY(cli_read_mail_key(cli, &call));
	return auth_notice_change(&call, before, next, BY_HOST);
}

enum err cli_notice_password(struct cli *cli, uint64_t user_id)
{
	struct user_secret user;
	struct call call;

	TRY(cli_open_call(cli, &call));
	TRY(cli_read_mail_key(cli, &call));
	TRY(store_user_secret_by_id(cli->db, &cli->arena, user_id, &user));
	return auth_notice(&call, &user, NOTICE_PASSWORD, BY_HOST);
}
