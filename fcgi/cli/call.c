#include "cli/call.h"

#include "store/chain.h"

enum err cli_open_call(struct cli *cli, struct call *call)
{
	struct secret_ring *keys = arena_alloc(&cli->arena, sizeof(*keys));

	*call = (struct call){ .db = cli->db, .arena = &cli->arena, .conf = &cli->conf,
		.server_key = &keys->key[0], .server_keys = keys, .viewer = viewer_nobody(),
		.remote_address = "", .user_agent = "", .request_id = "" };
	return cli_server_keys(cli, keys);
}

enum err cli_read_mail_key(struct cli *cli, struct call *call)
{
	const char *file = cli->conf.mail_key_file;
	struct secret_key key;

	call->sealer = arena_alloc(&cli->arena, sizeof(*call->sealer));
	if (!conf_has_mail(&cli->conf)) {
		return ERR_OK;
	}
	if (secret_key_load(file, &key) != ERR_OK) {
		return cli_fail(cli, ERR_INVALID, "cannot read the key %s", file);
	}
	secret_sealer_init(call->sealer, &key);
	return ERR_OK;
}

enum err cli_audit_record(struct cli *cli, const struct audit_event *event)
{
	struct call call;

	TRY(cli_open_call(cli, &call));
	return auth_audit_record(&call, event);
}

enum err cli_audit_record_everywhere(struct cli *cli, const struct audit_event *event)
{
	const char *own = cli->conf.node, *node = "";
	enum err err;

	while ((err = store_chain_next_node(cli->db, &cli->arena, node, &node)) == ERR_OK) {
		cli->conf.node = node;
		err = cli_audit_record(cli, event);
		cli->conf.node = own;
		TRY(err);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
