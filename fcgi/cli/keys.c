/* The key files, which are made once, and the example of the settings. */
#include "cli/steps.h"

#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Saves a key file unless it is there, and says which. */
static enum err cli_keys_save(struct cli *cli, const char *path, const struct secret_key *key,
	unsigned mode)
{
	enum err err = secret_key_save(path, key, mode);

	if (err == ERR_UNAVAILABLE) {
		return cli_fail(cli, err, "cannot write %s: %s", path, strerror(errno));
	}
	cli->changed = cli->changed || err == ERR_OK;
	cli_pair(cli, path, err == ERR_CONFLICT ? "kept" : "made");
	return ERR_OK;
}

/* Saves the pair as it is, or a new one. The public key follows from the secret one, so a lost half
 * of the pair can be made again; a secret key that is there but broken is for people to mend,
 * because letters that wait are sealed for it. */
static enum err cli_keys_save_pair(struct cli *cli)
{
	const char *path = cli->conf.mail_secret_key_file;
	struct secret_key public_key, secret_key;
	enum err err = ERR_OK;

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		secret_pair(&public_key, &secret_key);
	} else if (secret_key_load(path, &secret_key) == ERR_OK) {
		secret_public(&secret_key, &public_key);
	} else {
		err = cli_fail(cli, ERR_INVALID, "%s cannot be read or is not a key", path);
	}
	if (err == ERR_OK) {
		err = cli_keys_save(cli, path, &secret_key, 0600);
	}
	if (err == ERR_OK) {
		err = cli_keys_save(cli, cli->conf.mail_key_file, &public_key, 0644);
	}
	secret_wipe(&secret_key, sizeof(secret_key));
	return err;
}

enum err cli_keys_make(struct cli *cli)
{
	struct secret_key key;
	enum err err;

	secret_random(key.bytes, sizeof(key.bytes));
	err = cli_keys_save(cli, cli->conf.server_key_file, &key, 0640);
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
