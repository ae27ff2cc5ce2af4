/* Letters to the owner of an account that the command line has changed, in its transaction. */
#ifndef CLI_NOTICE_H
#define CLI_NOTICE_H

#include "cli/cli.h"
#include "store/user.h"

/* What of the change is worth one: auth_notice_change(). */
enum err cli_notice_change(struct cli *cli, const struct user *before, const struct user *next)
	MUST_USE;

/* A new password, or a link in its place. */
enum err cli_notice_password(struct cli *cli, uint64_t user_id) MUST_USE;

#endif
