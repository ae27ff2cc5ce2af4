#include "auth/password.h"

#include "rule/password.h"

#include <string.h>

static size_t password_hash_memory(const struct conf *conf)
{
	return (size_t)conf->hash_memory << 20;
}

const char *auth_password_check(const struct call *call, const char *password, const char *email,
	const char *name)
{
	const char *words[] = { email, name, call->conf->name, NULL };

	return password_check(password, words);
}

enum err auth_password_hash(const struct call *call, const char *password,
	char hash[static SECRET_PHC_MAX])
{
	return secret_password_hash(password, call->conf->hash_passes, password_hash_memory(call->conf),
		hash);
}

void auth_password_dummy(const struct conf *conf, char hash[static SECRET_PHC_MAX])
{
	secret_password_dummy(conf->hash_passes, password_hash_memory(conf), hash);
}

enum err auth_password_rehash(const struct call *call, struct user_secret *user,
	const char *password)
{
	char hash[SECRET_PHC_MAX];

	if (!secret_password_is_old(user->password, call->conf->hash_passes,
	    password_hash_memory(call->conf))) {
		return ERR_OK;
	}
	TRY(auth_password_hash(call, password, hash));
	TRY(store_user_rehash(call->db, user, hash));
	user->password = arena_copy(call->arena, hash, strlen(hash));
	return ERR_OK;
}
