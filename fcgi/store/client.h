/*
 * Clients: the people whose personal data the masks are about.
 */
#ifndef STORE_CLIENT_H
#define STORE_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/account.h"
#include "store/noun.h"

#include <stdbool.h>
#include <stdint.h>

struct client {
	uint64_t id;
	const char *name;  /* "" for a masked viewer, as email and phone */
	const char *email;
	const char *phone;
	const char *country;
	enum status status;
	uint64_t manager_id; /* 0: nobody */
	const char *manager_name;
	const char *manager_email; /* of a line of a file, where the viewer may see users */
	int64_t created_at;
	uint64_t version;
	unsigned may; /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

/* Of struct client. The manager, an object in JSON, is not IN_JSON: view/client.c has it. */
extern const struct column client_columns[];

extern const struct noun client_noun;

enum err store_client_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct client *client) MUST_USE;

/* Finds the one client with exactly this email, or exactly this phone ("" for the other one);
 * ERR_NOT_FOUND when there is none, ERR_CONFLICT when there are several. */
enum err store_client_lookup(struct db *db, struct arena *arena, const char *email,
	const char *phone, uint64_t *id) MUST_USE;

/* Waits until no other import of clients is in a transaction, and keeps others out until the end of
 * this one: what it finds then of addresses is true as long as it writes. */
enum err store_client_import_alone(struct db *db) MUST_USE;

/* Gives the clients with one of these ids, or one of these addresses: at most DB_IDS_MAX. They have
 * all that can be changed, and their versions, in the order of their ids. */
enum err store_client_with_ids(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct client **clients, size_t *found) MUST_USE;
enum err store_client_with_emails(struct db *db, struct arena *arena, const char *const *emails,
	size_t count, struct client **clients, size_t *found) MUST_USE;

/* Fills in manager_email, which no list reads. */
enum err store_client_manager_emails(struct db *db, struct arena *arena, struct client *clients,
	size_t count) MUST_USE;

/* ERR_OK when there is such a user; ERR_NOT_FOUND. */
enum err store_client_manager(struct db *db, struct arena *arena, uint64_t user_id) MUST_USE;

/* Adds clients; fills in id, created_at and version. Changes answer
 * ERR_READ_ONLY where the table is a view that takes none. */
enum err store_client_insert(struct db *db, struct client *clients, size_t count) MUST_USE;

/* Writes next over the version of before; ERR_STALE when that is gone. For a
 * masked viewer name, email and phone stay what they are. */
enum err store_client_update(struct db *db, bool masked, const struct client *before,
	const struct client *next) MUST_USE;
enum err store_client_delete(struct db *db, const struct client *client) MUST_USE;

extern const struct statement *const client_statements[]; /* ended by NULL */

#endif
