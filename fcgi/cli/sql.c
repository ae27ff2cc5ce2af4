/* The files of SQL that people run by hand, with the names that the settings have. */
#include "cli/steps.h"

#include "store/accounts.h"
#include "store/prefix.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 256 * 1024 };

struct accounts cli_accounts(const struct conf *conf)
{
	return (struct accounts){ .database = conf->db_name, .prefix = conf->db_prefix,
		.host = "localhost", .web = conf->web.user, .mailer = conf->mailer.user,
		.admin = conf->admin.user };
}

enum err cli_sql_read(struct cli *cli, const char *name, const char **text)
{
	const char *path = arena_printf(&cli->arena, "%s/../%s.sql", cli->dir, name);
	FILE *file = fopen(path, "re");
	char *all;
	size_t len;

	if (file == NULL) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s: %s", path, strerror(errno));
	}
	all = arena_alloc(&cli->arena, FILE_MAX + 1);
	len = fread(all, 1, FILE_MAX, file);
	fclose(file);
	all[len] = '\0';
	*text = all;
	return len < FILE_MAX ? ERR_OK : cli_fail(cli, ERR_INVALID, "%s is too large", path);
}

/* For the accounts as they are, if the database lets us ask; else as setup makes them here. */
static enum err sql_grants(struct cli *cli, const char **sql)
{
	struct accounts accounts = cli_accounts(&cli->conf);

	if (store_accounts_own_host(cli->db, &cli->arena, &accounts.host) != ERR_OK &&
	    cli->conf.db_socket[0] == '\0') {
		return cli_fail(cli, ERR_UNAVAILABLE, "the database does not say from which host it sees "
			"the accounts come: mend the connection first (backoffice-admin check)");
	}
	*sql = store_accounts_grants(&cli->arena, &accounts, *sql, DB_WEB | DB_MAILER | DB_ADMIN);
	return ERR_OK;
}

enum err cli_sql(struct cli *cli)
{
	bool grants = strcmp(cli->argument, "grants") == 0;
	const char *sql;

	if (!grants && strcmp(cli->argument, "demo") != 0) {
		return cli_fail(cli, ERR_INVALID, "sql is either grants or demo");
	}
	TRY(cli_sql_read(cli, cli->argument, &sql));
	if (grants) {
		TRY(sql_grants(cli, &sql));
	} else {
		sql = prefix_put(&cli->arena, cli->conf.db_prefix, sql);
	}
	if (!cli->json) {
		text_puts(&cli->out, sql);
		return ERR_OK;
	}
	cli_open(cli);
	cli_pair(cli, "sql", sql);
	cli_close(cli);
	return ERR_OK;
}
