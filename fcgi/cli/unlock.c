/* The end of delays that failed sign-ins have brought, for those whom no name of a user helps: all
 * who come from one network, or everybody. */
#include "cli/call.h"

#include "auth/tries.h"
#include "rule/network.h"
#include "store/attempt.h"

#include <string.h>

/* Says for the trail whose delays ended. */
static const char *cli_unlock_describe(struct cli *cli)
{
	struct text text = text_in(&cli->arena);

	if (cli->all) {
		return "{\"all\":true}";
	}
	text_puts(&text, "{\"network\":");
	text_put_json(&text, cli->network);
	text_putc(&text, '}');
	return text.bytes;
}

static enum err cli_unlock_body(struct db *db, void *context)
{
	struct cli *cli = context;
	struct secret_ring keys;
	enum err err;

	if (cli->all) {
		err = store_attempt_clear_all(db);
	} else {
		TRY(cli_server_keys(cli, &keys));
		err = auth_tries_unlock_network(db, &keys.key[0], cli->network);
		secret_wipe(&keys, sizeof(keys));
	}
	TRY(err);
	return cli_audit_record(cli, &(struct audit_event){ .action = "delay.end",
		.after = cli_unlock_describe(cli) });
}

enum err cli_unlock(struct cli *cli)
{
	char normal[NETWORK_TEXT_MAX];

	if (cli->all == (cli->network != NULL)) {
		return cli_fail(cli, ERR_INVALID, "say either --network ADDRESS or --all");
	}
	if (!cli->all &&
	    (strchr(cli->network, '/') != NULL || !network_normal(cli->network, normal))) {
		return cli_fail(cli, ERR_INVALID,
			"%s is no address; a network is named by any one of its addresses", cli->network);
	}
	TRY(db_transact(cli->db, cli_unlock_body, cli));
	cli_open(cli);
	cli_pair(cli, "unlocked", cli->all ? "all" : cli->network);
	cli_close(cli);
	return ERR_OK;
}
