/*
 * A key is exchanged in three steps, between which all programs on all hosts take the file anew:
 * the next key is made, and opens; it is used, and the old one still opens; what the old one had
 * closed is closed anew, and the old one is retired. At no moment does a program meet what it
 * cannot open.
 */
#include "cli/call.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "store/chain.h"
#include "store/outbox.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* A key on its way from one step to the next. */
struct rotation {
	struct cli *cli;
	const char *path;
	bool mail;         /* it is the mailer's; else that of the server */
	struct secret_ring keys;
};

static enum err rotation_save(struct rotation *rotation)
{
	return secret_ring_save(rotation->path, &rotation->keys) == ERR_OK ? ERR_OK
		: cli_fail(rotation->cli, ERR_UNAVAILABLE, "cannot write %s: %s", rotation->path,
			strerror(errno));
}

/* The first step: a second key that opens. */
static enum err rotation_add(struct rotation *rotation)
{
	struct secret_ring *keys = &rotation->keys;
	struct secret_key public_key;

	if (keys->count == SECRET_KEYS_MAX) {
		return cli_fail(rotation->cli, ERR_CONFLICT, "%s has %d keys already: take out the last of "
			"those that are retired", rotation->path, SECRET_KEYS_MAX);
	}
	memmove(keys->key + 2, keys->key + 1, (keys->count - 1) * sizeof(keys->key[0]));
	memmove(keys->state + 2, keys->state + 1, (keys->count - 1) * sizeof(keys->state[0]));
	secret_random(keys->key[1].bytes, sizeof(keys->key[1].bytes));
	if (rotation->mail) {
		secret_pair(&public_key, &keys->key[1]);
	}
	keys->state[1] = SECRET_NEXT;
	keys->count++;
	TRY(rotation_save(rotation));
	cli_pair(rotation->cli, "done", "1 of 3: there is a next key, which opens and is not used yet");
	return ERR_OK;
}

/* The public half follows: from now on it is what letters are sealed for. */
static enum err rotation_publish(struct rotation *rotation)
{
	struct cli *cli = rotation->cli;
	struct secret_ring half = { .opening = 1, .count = 1 };

	secret_public(&rotation->keys.key[0], &half.key[0]);
	return secret_ring_save(cli->conf.mail_key_file, &half) == ERR_OK ? ERR_OK
		: cli_fail(cli, ERR_UNAVAILABLE, "cannot write %s: %s", cli->conf.mail_key_file,
			strerror(errno));
}

/* The second step: the two change places. */
static enum err rotation_use(struct rotation *rotation)
{
	struct secret_ring *keys = &rotation->keys;
	struct secret_key old = keys->key[0];

	keys->key[0] = keys->key[1];
	keys->key[1] = old;
	keys->state[1] = SECRET_OLD;
	secret_wipe(&old, sizeof(old));
	TRY(rotation_save(rotation));
	if (rotation->mail) {
		TRY(rotation_publish(rotation));
	}
	cli_pair(rotation->cli, "done", "2 of 3: the next key is used, and the old one still opens");
	return cli_audit_record(rotation->cli, &(struct audit_event){ .action = "key.rotate",
		.after = rotation->mail ? "{\"key\":\"mail\"}" : "{\"key\":\"server\"}" });
}

/* Says how many things were closed anew, and how many no key has opened. */
static void rotation_tell(struct rotation *rotation, const char *what, uint64_t count,
	uint64_t lost)
{
	struct cli *cli = rotation->cli;

	cli_pair(cli, what, arena_printf(&cli->arena, "%" PRIu64 " closed anew, %" PRIu64
		" that no key opens", count, lost));
}

/* Letters under way are sealed for the new key. */
static enum err rotation_reseal(struct rotation *rotation)
{
	struct cli *cli = rotation->cli;
	struct secret_sealer *sealer = arena_alloc(&cli->arena, sizeof(*sealer));
	struct outbox_resealed resealed;
	struct secret_key public_key;

	secret_public(&rotation->keys.key[0], &public_key);
	secret_sealer_init(sealer, &public_key);
	TRY(store_outbox_reseal(cli->db, &rotation->keys, sealer, &resealed));
	rotation_tell(rotation, "letters", resealed.count, resealed.lost);
	return ERR_OK;
}

/* Seeds of apps are wrapped with the new key. */
static enum err rotation_rewrap(struct rotation *rotation)
{
	struct cli *cli = rotation->cli;
	struct totp_rewrapped rewrapped;
	struct call call;

	TRY(cli_open_call(cli, &call));
	TRY(auth_totp_rewrap(&call, &rewrapped));
	rotation_tell(rotation, "apps", rewrapped.count, rewrapped.lost);
	return ERR_OK;
}

/* Of the server's key the old one stays, to prove the rows of the trail that it has sealed and the
 * recovery codes of its time. Of the mailer's nothing needs it any more. */
static enum err rotation_retire(struct rotation *rotation)
{
	struct cli *cli = rotation->cli;
	struct secret_ring *keys = &rotation->keys;
	char name[SECRET_FINGERPRINT];

	secret_fingerprint(&keys->key[1], name);
	if (rotation->mail) {
		TRY(rotation_reseal(rotation));
		keys->count = keys->opening = 1;
	} else {
		TRY(rotation_rewrap(rotation));
		TRY(cli_audit_record_everywhere(cli, &(struct audit_event){ .action = CHAIN_KEY_RETIRE,
			.after = arena_printf(&cli->arena, "{\"key\":\"%s\"}", name) }));
		keys->state[1] = SECRET_RETIRED;
	}
	TRY(rotation_save(rotation));
	cli_pair(cli, "done", "3 of 3: the old key is retired");
	return ERR_OK;
}

static enum err rotation_step(struct rotation *rotation)
{
	struct cli *cli = rotation->cli;
	enum secret_state second = rotation->keys.count < 2 ? SECRET_RETIRED : rotation->keys.state[1];
	enum err err;

	cli_open(cli);
	err = second == SECRET_NEXT ? rotation_use(rotation)
		: second == SECRET_OLD ? rotation_retire(rotation) : rotation_add(rotation);
	if (err == ERR_OK) {
		cli_pair(cli, "now", arena_printf(&cli->arena, "bring %s to all hosts that share the "
			"database, and reload %s there (systemctl reload)%s", rotation->path,
			rotation->mail ? "backoffice-mailer, then backoffice-fcgi" : "backoffice-fcgi",
			second == SECRET_OLD ? "" : "; then run this again"));
	}
	cli_close(cli);
	return err;
}

enum err cli_key_rotate(struct cli *cli)
{
	struct rotation rotation = { .cli = cli, .path = cli->conf.server_key_file };
	enum err err;

	if (strcmp(cli->argument, "mail") == 0) {
		rotation.mail = true;
		rotation.path = cli->conf.mail_secret_key_file;
	} else if (strcmp(cli->argument, "server") != 0) {
		return cli_fail(cli, ERR_INVALID, "there is a key of the server and one of mail, none of "
			"%s", cli->argument);
	}
	if (secret_ring_load(rotation.path, &rotation.keys) != ERR_OK) {
		return cli_fail(cli, ERR_INVALID, "cannot read %s, or it is no key", rotation.path);
	}
	err = rotation_step(&rotation);
	secret_wipe(&rotation.keys, sizeof(rotation.keys));
	return err;
}
