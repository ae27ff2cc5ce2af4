/*
 * The audit trail: appended in the transaction of the change it reports, never altered, and chained
 * (store/chain.h) so that whoever alters it all the same is found out.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"
#include "store/noun.h"

#include <stdbool.h>
#include <stdint.h>

struct audit {
	uint64_t actor_id;       /* 0: nobody signed in, or the command line */
	const char *action;      /* "user.create", "session.sign_in", ...: noun.verb */
	const char *result;      /* "ok", or why not: a problem code */
	const char *target_type; /* "user", "group", "client", "mail", "room", ...; "" for none */
	uint64_t target_id;      /* 0: none */
	const char *remote_address; /* "" on the command line */
	const char *user_agent;
	const char *request_id;
	const char *before;      /* JSON without secrets, NULL for none */
	const char *after;
};

/* Who writes: the node whose chain goes on, and the key that seals it; or who proves, by keys of
 * which each may have sealed a part. */
struct audit_writer {
	struct db *db;
	struct arena *arena;
	const char *node;
	const struct secret_key *key;
	const struct secret_ring *keys; /* to prove by; a writer needs none */
};

/* Appends rows in the caller's transaction, or in one of its own. Writers of a node wait for each
 * other from here to the end of the transaction: append last. */
enum err store_audit_append(const struct audit_writer *writer, const struct audit *audits,
	size_t count) MUST_USE;

/* Gives when the newest row of all nodes was written; 0: there is none. */
enum err store_audit_newest(struct db *db, struct arena *arena, int64_t *at) MUST_USE;

/* A row as it is read: with names, where those they belong to still exist. */
struct audit_entry {
	struct audit audit;
	uint64_t id;
	int64_t at;
	const char *actor_name; /* "" for none */
	const char *actor_email;
	const char *target_name; /* one of these, or "" */
	const char *user_name;
	const char *user_email;
	const char *group_name;
	const char *room_name;
	const char *client_name;
	bool masked; /* the viewer sees no personal data of clients: before and after still hold it */
};

/* Of struct audit_entry. */
extern const struct column audit_columns[];
extern const struct noun audit_noun;

enum err store_audit_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct audit_entry *entry) MUST_USE;

extern const struct statement *const audit_statements[]; /* ended by NULL */

#endif
