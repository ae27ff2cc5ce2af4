/*
 * Work on many rows that goes on over many requests. Its rows are dealt with in their order;
 * position is how many have been. Whoever wants to deal with some claims them first, in the
 * transaction in which they are dealt with, so that each is dealt with once, however many ask at
 * the same time and whatever breaks off in the middle.
 *
 * What is still to be done (input) is wiped as soon as nothing is.
 */
#ifndef STORE_WORK_H
#define STORE_WORK_H

#include "base/arena.h"
#include "base/err.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum work_kind { WORK_USERS_BULK = 1, WORK_USERS_IMPORT, WORK_CLIENTS_IMPORT,
	WORK_USERS_UNDO };
enum work_state { WORK_RUNNING, WORK_FINISHED, WORK_CANCELLED, WORK_EXPIRED };

/* As the API calls them; ended by NULL. */
extern const char *const work_kind_words[];
extern const char *const work_state_words[];

enum { WORK_UNFINISHED_MOST = 20, WORK_LIST_MOST = 50 };

struct work {
	uint64_t id;
	uint64_t user_id;
	enum work_kind kind;
	enum work_state state;
	const char *options; /* what is to be set, as JSON; of a file, its first line */
	uint64_t position;
	uint64_t total;
	uint64_t done;   /* rows that changed something */
	uint64_t failed; /* rows that were refused */
	int64_t created_at;
	int64_t updated_at;
	bool undoable;   /* it is over, and something of it can be put back */
	const char *results; /* refused rows, each JSON after a comma; NULL in a list */
};

/* Adds work: of it, its user, kind, options and total are written. */
enum err store_work_insert(struct db *db, const struct work *work, const char *input, size_t len,
	uint64_t *id) MUST_USE;
/* Adds the same for work that is done at once: it is over when it begins, and has no input. */
enum err store_work_insert_over(struct db *db, const struct work *work, uint64_t *id) MUST_USE;
enum err store_work_unfinished(struct db *db, struct arena *arena, uint64_t user_id,
	uint64_t *count) MUST_USE;

/* Lists a user's, what is running before what is over, the newest first; at most WORK_LIST_MOST. */
enum err store_work_list(struct db *db, struct arena *arena, uint64_t user_id,
	struct work **works, size_t *count) MUST_USE;
/* Reads work of the user; ERR_NOT_FOUND also for somebody else's. */
enum err store_work_load(struct db *db, struct arena *arena, uint64_t user_id, uint64_t id,
	struct work *work) MUST_USE;
/* Reads the input of work; *len is 0 when it was wiped. */
enum err store_work_input(struct db *db, struct arena *arena, const struct work *work,
	const char **input, size_t *len) MUST_USE;

/* Takes the rows from work->position to the one before to; holds the work until the transaction
 * ends. ERR_STALE, without waiting, when somebody else has or had them, or nothing is to be done
 * any more. */
enum err store_work_claim(struct db *db, struct arena *arena, const struct work *work,
	uint64_t to) MUST_USE;
/* Notes what became of claimed rows; after the last one the work is finished. */
enum err store_work_note(struct db *db, const struct work *work, uint64_t done, uint64_t failed,
	const char *results) MUST_USE;

/* What work made of a user, and which version they then had. */
struct undo {
	uint64_t user_id;
	uint64_t version;
	bool status;    /* it became the other one */
	bool mask_data; /* it became the other one */
	bool added;     /* a group was */
	bool removed;   /* a group was */
};

/* Keeps undo until it is deleted, or the work is. */
enum err store_work_undo_put(struct db *db, uint64_t work_id, const struct undo *undo) MUST_USE;
enum err store_work_undo_find(struct db *db, struct arena *arena, uint64_t work_id,
	uint64_t user_id, struct undo *undo) MUST_USE;
enum err store_work_undo_delete(struct db *db, uint64_t work_id, uint64_t user_id) MUST_USE;
/* Gives the users of whom the work keeps something, in the order of their ids. */
enum err store_work_undo_ids(struct db *db, struct arena *arena, const struct work *work,
	const uint64_t **ids, size_t *count) MUST_USE;

/* Cancels the work; does nothing when the work is over already. */
enum err store_work_cancel(struct db *db, const struct work *work) MUST_USE;
/* Removes the work; does nothing while it is running. */
enum err store_work_delete(struct db *db, const struct work *work) MUST_USE;

/* Ends what nobody has gone on with for a day, and removes what has been over for another. */
enum err store_work_sweep(struct db *db) MUST_USE;

extern const struct statement *const work_statements[]; /* ended by NULL */

#endif
