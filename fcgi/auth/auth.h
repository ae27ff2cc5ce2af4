/*
 * What the room needs to decide who is asking: the connection, the request, the settings and keys.
 * One for each request, made by api/serve.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/secret.h"
#include "http/request.h"
#include "store/db.h"

struct auth_cache;

struct auth {
	struct db *db;
	struct arena *arena;
	const struct conf *conf;
	const struct secret_key *server_key; /* keyed hashes, wrapped cookies and cursors */
	const struct secret_key *mail_key;   /* letters are sealed for it */
	const char *dummy_password;          /* hash that is verified when there is no user */
	const struct request *request;
	struct auth_cache *cache;
};

#endif
