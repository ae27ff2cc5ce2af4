/*
 * One act on its way through the program, and all that anybody on the way may ask: what the process
 * holds, who acts and from where, and what the stages of a request (api/routes.h) leave each other.
 * api/serve makes one for each request; the command line makes one for itself, whose viewer is
 * nobody and whose addresses are empty. The structs of http/ and api/ are only pointed to: this
 * room does not know what is in them.
 */
#ifndef AUTH_CALL_H
#define AUTH_CALL_H

#include "auth/audit.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/secret.h"
#include "rule/perm.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct auth_cache;
struct api_route;
struct gate;
struct idempotency;
struct query;
struct reply;
struct request;

/* What the transaction of an act begins with (auth/guard.h). */
enum guard {
	GUARD_NONE,
	GUARD_USE,   /* it is done by rights that may be taken away meanwhile */
	GUARD_CHANGE /* it changes who may do what */
};

struct call {
	/* What the process and the thread hold. */
	struct db *db;
	struct arena *arena; /* of the request */
	const struct conf *conf;
	const struct secret_key *server_key; /* keyed hashes, wrapped cookies and cursors */
	const struct secret_ring *server_keys; /* that one first, and others that open or prove */
	struct secret_sealer *sealer;        /* of letters, for the mailer */
	const char *dummy_password;          /* hash that is verified when there is no user */
	struct auth_cache *cache;

	/* Who acts, by which permission, from where. */
	struct viewer viewer;
	uint64_t epoch;             /* of rights, in which the viewer's were read; 0: in a later one */
	enum perm perm;             /* what the route asks for */
	const char *remote_address; /* "" on the host itself, as the two that follow */
	const char *user_agent;
	const char *request_id;
	const char *const *session_tokens; /* that the browser has, up to a NULL */
	const char *const *sign_in_tokens;
	const char *const *device_tokens;
	const char *const *room_tokens;

	/* What is asked for. */
	const struct request *request;
	struct reply *reply;
	const struct api_route *route; /* NULL: none fits */
	struct gate *gate;             /* who stands there, where the route is one (auth/gate.h) */
	uint64_t id;                   /* the number in the path, 0 without one */
	uint64_t sub_id;               /* the second one */
	const void *input;             /* the struct that the route's field table filled */
	struct query *query;           /* what the query string says; NULL where it is not read */

	/* What a stage leaves to those that follow; each says in api/routes.h what it fills in. */
	enum guard guard;              /* what the change begins with: the route's, or less */
	void *state;                   /* the noun's own, zeroed: API_STATE_SIZE bytes */
	const char *password;          /* to be hashed before the change; NULL: none */
	char password_hash[SECRET_PHC_MAX];
	const char *idempotency_key;   /* where the route honours one; "" without one */
	struct idempotency *idempotency; /* the key's row, once there is a key */
	uint64_t record_id;            /* what the change has made */
	bool repeated;                 /* an earlier request with this key has made it */
	struct audit_event audit;      /* what the change is written down as */
};

#endif
