/* The key files, which are made once, and the example of the settings. */
#include "cli/steps.h"

#include "base/log.h"
#include "base/secret.h"
#include "cli/call.h"
#include "store/chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Saves a key file unless it is there, and says which; *made is whether it was not. */
static enum err cli_keys_save(struct cli *cli, const char *path, const struct secret_key *key,
	unsigned mode, bool *made)
{
	enum err err = secret_key_save(path, key, mode);

	if (err == ERR_UNAVAILABLE) {
		return cli_fail(cli, err, "cannot write %s: %s", path, strerror(errno));
	}
	cli->changed = cli->changed || err == ERR_OK;
	*made = err == ERR_OK;
	cli_pair(cli, path, err == ERR_CONFLICT ? "kept" : "made");
	return ERR_OK;
}

/* Where there is a trail already, its key was lost: that a new one begins is told in it, so that
 * nobody takes the rows before for forged. At a first start there is no database yet. */
static enum err cli_keys_tell(struct cli *cli)
{
	const char *node;
	enum err err;

	if (cli->db == NULL) {
		return ERR_OK;
	}
	log_level_set(LOG_NOTHING);
	err = store_chain_next_node(cli->db, &cli->arena, "", &node);
	log_level_set(cli->json ? LOG_NOTHING : LOG_INFO);
	return err != ERR_OK ? ERR_OK
		: cli_audit_record_everywhere(cli, &(struct audit_event){ .action = CHAIN_KEY_BEGIN });
}

/* Saves the pair as it is, or a new one. The public key follows from the secret one, so a lost half
 * of the pair can be made again; a secret key that is there but broken is for people to mend,
 * because letters that wait are sealed for it. */
static enum err cli_keys_save_pair(struct cli *cli)
{
	const char *path = cli->conf.mail_secret_key_file;
	struct secret_key public_key, secret_key;
	enum err err = ERR_OK;
	bool made;

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		secret_pair(&public_key, &secret_key);
	} else if (secret_key_load(path, &secret_key) == ERR_OK) {
		secret_public(&secret_key, &public_key);
	} else {
		err = cli_fail(cli, ERR_INVALID, "%s cannot be read or is not a key", path);
	}
	if (err == ERR_OK) {
		err = cli_keys_save(cli, path, &secret_key, 0600, &made);
	}
	if (err == ERR_OK) {
		err = cli_keys_save(cli, cli->conf.mail_key_file, &public_key, 0644, &made);
	}
	secret_wipe(&secret_key, sizeof(secret_key));
	return err;
}

enum err cli_keys_make(struct cli *cli)
{
	struct secret_key key;
	bool made = false;
	enum err err;

	secret_random(key.bytes, sizeof(key.bytes));
	err = cli_keys_save(cli, cli->conf.server_key_file, &key, 0640, &made);
	if (err == ERR_OK && made) {
		err = cli_keys_tell(cli);
	}
	if (err == ERR_OK) {
		err = cli_keys_save_pair(cli);
	}
	secret_wipe(&key, sizeof(key));
	return err;
}

enum err cli_keys(struct cli *cli)
{
	enum err err;

	cli_open(cli);
	err = cli_keys_make(cli);
	cli_close(cli);
	return err;
}

enum err cli_settings(struct cli *cli)
{
	char *example = NULL;
	size_t size;
	FILE *file = cli->json ? open_memstream(&example, &size) : stdout;

	if (file == NULL) {
		return ERR_UNAVAILABLE;
	}
	conf_example(file);
	if (cli->json) {
		fclose(file);
		cli_open(cli);
		cli_pair(cli, "settings", example);
		cli_close(cli);
		free(example);
	}
	return ERR_OK;
}
