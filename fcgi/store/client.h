/*
 * Clients: the people whose personal data the masks are about. There are two families of
 * statements: those for a masked viewer do not select name, email and phone at all, and neither
 * sort nor filter by them, so a slip above this room cannot leak them.
 */
#ifndef STORE_CLIENT_H
#define STORE_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/account.h"
#include "store/db.h"
#include "store/page.h"

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
	int64_t created_at;
	uint64_t version;
	unsigned may; /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

/* Of struct client. The manager, an object in JSON, is not IN_JSON: view/client.c has it. */
extern const struct column client_columns[];

enum client_sort { CLIENT_SORT_ID, CLIENT_SORT_NAME, CLIENT_SORT_EMAIL, CLIENT_SORT_PHONE,
	CLIENT_SORT_COUNTRY, CLIENT_SORT_STATUS, CLIENT_SORT_CREATED_AT };

struct client_filter {
	uint64_t id;
	const char *name;    /* "" any; these three must be "" for a masked viewer */
	const char *email;
	const char *phone;
	const char *country; /* "" any */
	int status;          /* -1 any */
	uint64_t manager_id; /* 0 any */
	bool hits_are_rare;  /* a text filter has few hits (see store_client_count): plan for that */
};

/* masked: the viewer's; ERR_BUG when a masked viewer's ask names a masked column. */
enum err store_client_list(struct db *db, struct arena *arena, bool masked,
	const struct client_filter *filter, const struct page_ask *ask, struct page *page,
	struct client **clients) MUST_USE;
enum err store_client_count(struct db *db, struct arena *arena, bool masked,
	const struct client_filter *filter, uint64_t limit, uint64_t *count) MUST_USE;
enum err store_client_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct client *client) MUST_USE;

/* The one client with exactly this email, or exactly this phone ("" for the other one);
 * ERR_NOT_FOUND when there is none, or more than one. */
enum err store_client_lookup(struct db *db, struct arena *arena, const char *email,
	const char *phone, uint64_t *id) MUST_USE;

/* ERR_OK when there is such a user; ERR_NOT_FOUND. */
enum err store_client_manager(struct db *db, struct arena *arena, uint64_t user_id) MUST_USE;

/* Changes answer ERR_READ_ONLY where the table is a view that takes none. */
enum err store_client_insert(struct db *db, const struct client *client, uint64_t *id) MUST_USE;

/* Writes next over the version of before; ERR_STALE when that is gone. For a
 * masked viewer name, email and phone stay what they are. */
enum err store_client_update(struct db *db, bool masked, const struct client *before,
	const struct client *next) MUST_USE;
enum err store_client_delete(struct db *db, const struct client *client) MUST_USE;

extern const struct statement *const client_statements[]; /* ended by NULL */

#endif
