/*
 * Users: load, list, insert, change, delete. A change of rights (status, groups, mask) belongs in a
 * transaction that began with store_rights_lock(); these functions keep the count of
 * administrators.
 */
#ifndef STORE_USER_H
#define STORE_USER_H

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/account.h"
#include "store/db.h"
#include "store/group.h"
#include "store/noun.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mail;

struct user {
	uint64_t id;
	const char *email;
	const char *name;
	enum status status;
	enum two_factor two_factor;
	bool mask_data;
	const char *language; /* "" for none chosen */
	uint64_t creator_id; /* 0: nobody */
	const char *creator_name;
	const char *creator_email;
	int64_t created_at;
	int64_t last_sign_in_at; /* 0: never */
	uint64_t version;
	const char *ip_allow_list; /* networks in normal form, a space between two; "" anywhere */
	int64_t locked_until;      /* sign-ins are refused until then; 0: they are not */
	struct group_name *groups; /* in the order of their ids */
	size_t group_count;
	const char *group_names;   /* of a line of a file: "Auditors|Support"; elsewhere NULL or "" */
	const struct mail *delivery; /* the newest letter with a password or a link, what a delivery
	                              * shows of it; NULL: there is none */
	unsigned may; /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

/* Of struct user. What JSON says with more than a value (creator, groups, ip_allow_list) is not
 * IN_JSON: view/user.c has it. */
extern const struct column user_columns[];

/* In place of a hash: no password fits, until one is chosen by a link. */
#define USER_NO_PASSWORD "!"

/* What somebody who is made comes in with. */
struct user_entry {
	const char *password; /* PHC hash, or USER_NO_PASSWORD */
	bool must_change;
	int64_t expires_at; /* 0: never */
};

/* What sign-in needs to know; the only place where the hash leaves the store. */
struct user_secret {
	uint64_t id;
	const char *email;
	const char *name;
	const char *password;
	bool password_must_change;
	int64_t password_expires_at;
	enum status status;
	enum two_factor two_factor;
	const char *ip_allow_list;
	const char *language; /* "" for none chosen */
	int64_t last_sign_in_at; /* 0: never */
	uint64_t version;
};

extern const struct noun user_noun;

enum err store_user_load(struct db *db, struct arena *arena, uint64_t id, struct user *user)
	MUST_USE;
/* Finds the user of an address; ERR_NOT_FOUND when nobody has the (normalised) address. */
enum err store_user_find(struct db *db, struct arena *arena, const char *email, uint64_t *id)
	MUST_USE;
enum err store_user_secret(struct db *db, struct arena *arena, const char *email,
	struct user_secret *secret) MUST_USE;
enum err store_user_secret_by_id(struct db *db, struct arena *arena, uint64_t id,
	struct user_secret *secret) MUST_USE;

/* Adds users, who come in by the same entry: of each, what its columns store and the groups; fills
 * in id, created_at and version. ERR_CONFLICT when an address is taken or a group
 * does not exist. */
enum err store_user_insert(struct db *db, struct user *users, size_t count,
	const struct user_entry *entry) MUST_USE;
/* Fills in the names of the creator. */
enum err store_user_creator(struct db *db, struct arena *arena, struct user *user) MUST_USE;
/* Gives those of at most DB_IDS_MAX addresses that somebody has. */
enum err store_user_taken(struct db *db, struct arena *arena, const char *const *emails,
	size_t count, const char ***taken, size_t *found) MUST_USE;

/* What came of a change. */
struct user_outcome {
	bool last_administrator; /* none would remain: it was refused */
	bool credentials_void;   /* the way in that the user was given is no longer good */
};

/* Writes email, name, status, two_factor, mask_data, language, ip_allow_list and groups of next
 * over before, which was loaded in the same transaction; moves the version on. An app that is no
 * longer the second factor takes its secrets along, an address that is left its counters and the
 * password that was mailed to it, a disabled status the sessions. All but a new name or language
 * voids what is under way (store/pending.h, also of except). ERR_STALE when the version of before
 * is not the stored one, ERR_CONFLICT when the address is taken or no administrator would
 * remain. */
enum err store_user_update(struct db *db, const struct user *before, const struct user *next,
	uint64_t except, struct user_outcome *outcome) MUST_USE;

/* Removes the user, like store_user_update(). What is under way goes too, the letters to the user
 * included. */
enum err store_user_delete(struct db *db, const struct user *user, bool *last_administrator)
	MUST_USE;

/* Holds the user's row until the transaction ends; ERR_NOT_FOUND. */
enum err store_user_lock(struct db *db, struct arena *arena, uint64_t id) MUST_USE;

/* The same for somebody who was loaded before the transaction began; ERR_STALE when they were
 * changed or removed since then: what was checked with the old record is not true any more. */
enum err store_user_hold(struct db *db, struct arena *arena, const struct user_secret *user)
	MUST_USE;

/* must_change and expires_at as in struct user_new. Moves the version on, voids what is under way
 * and ends the user's sessions, but the session except (0: none). */
enum err store_user_set_password(struct db *db, uint64_t id, const char *password,
	bool must_change, int64_t expires_at, uint64_t except) MUST_USE;
/* Writes the same password under new hashing parameters, unless it was changed meanwhile: no new
 * version. */
enum err store_user_rehash(struct db *db, const struct user_secret *user, const char *password)
	MUST_USE;
/* Moves the version on and voids what is under way; except as above. */
enum err store_user_set_two_factor(struct db *db, uint64_t id, enum two_factor two_factor,
	uint64_t except) MUST_USE;
/* Moves the version on. */
enum err store_user_set_language(struct db *db, uint64_t id, const char *language) MUST_USE;
enum err store_user_signed_in(struct db *db, uint64_t id, int64_t at) MUST_USE;

extern const struct statement *const user_statements[]; /* ended by NULL */

extern const struct statement *const user_secret_statements[]; /* ended by NULL */

#endif
