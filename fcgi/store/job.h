/*
 * A job that goes on over many requests. Its rows are dealt with in their order;
 * position is how many have been. Whoever wants to deal with some claims them first, in the
 * transaction in which they are dealt with, so that each is dealt with once, however many ask at
 * the same time and whatever breaks off in the middle.
 *
 * What is still to be done (input, pieces) is wiped as soon as nothing is.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "base/arena.h"
#include "base/err.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum job_kind { JOB_USERS_BULK = 1, JOB_USERS_IMPORT, JOB_CLIENTS_IMPORT,
	JOB_USERS_UNDO };
enum job_state { JOB_RUNNING, JOB_FINISHED, JOB_CANCELLED, JOB_EXPIRED };

/* As the API calls them; ended by NULL. */
extern const char *const job_kind_words[];
extern const char *const job_state_words[];

enum { JOB_UNFINISHED_MAX = 20, JOB_LIST_MAX = 50 };

/* Of a file: whether what nobody knows is left out. */
enum job_head { JOB_HEAD_STRICT = '!', JOB_HEAD_IGNORES = '?' };

struct job {
	uint64_t id;
	uint64_t user_id;
	enum job_kind kind;
	enum job_state state;
	const char *options; /* what is to be set, as JSON; of a file, what separates its cells, one of
	                      * enum job_head, and its first line */
	uint64_t position;
	uint64_t total;
	uint64_t done;   /* rows that changed something */
	uint64_t failed; /* rows that were refused */
	int64_t created_at;
	int64_t updated_at;
	bool undoable;   /* it is over, and something of it can be put back */
	const char *results; /* refused rows, each JSON after a comma, if somebody fills it in */
};

/* Adds work: of it, its user, kind, options and total are written. */
enum err store_job_insert(struct db *db, const struct job *job, const char *input, size_t len,
	uint64_t *id) MUST_USE;
/* Adds the same for a job that is done at once: it is over when it begins, and has no input. */
enum err store_job_insert_over(struct db *db, const struct job *job, uint64_t *id) MUST_USE;
enum err store_job_unfinished(struct db *db, struct arena *arena, uint64_t user_id,
	uint64_t *count) MUST_USE;

/* Lists a user's, what is running before what is over, the newest first; at most JOB_LIST_MAX. */
enum err store_job_list(struct db *db, struct arena *arena, uint64_t user_id,
	struct job **jobs, size_t *count) MUST_USE;
/* Reads work of the user; ERR_NOT_FOUND also for somebody else's. */
enum err store_job_load(struct db *db, struct arena *arena, uint64_t user_id, uint64_t id,
	struct job *job) MUST_USE;
/* Fills in job->results. */
enum err store_job_refused(struct db *db, struct arena *arena, struct job *job) MUST_USE;
/* Reads the input of a job; *len is 0 when it was wiped. */
enum err store_job_input(struct db *db, struct arena *arena, const struct job *job,
	const char **input, size_t *len) MUST_USE;

/* Some of the rows of a file: what an import has in the place of input. */
struct job_piece {
	uint64_t position; /* rows before its first one */
	uint64_t line;     /* of the file, on which that begins */
	const char *text;
	size_t len;
};

enum err store_job_piece_put(struct db *db, uint64_t job_id, const struct job_piece *piece)
	MUST_USE;
/* Reads the piece in which the row job->position is; ERR_NOT_FOUND when it was wiped. */
enum err store_job_piece(struct db *db, struct arena *arena, const struct job *job,
	struct job_piece *piece) MUST_USE;
/* Wipes the pieces that begin before the row to. */
enum err store_job_pieces_wipe(struct db *db, const struct job *job, uint64_t to) MUST_USE;

/* Takes the rows from job->position to the one before to; holds the job until the transaction
 * ends. ERR_STALE, without waiting, when somebody else has or had them, or nothing is to be done
 * any more. */
enum err store_job_claim(struct db *db, struct arena *arena, const struct job *job,
	uint64_t to) MUST_USE;
/* Notes what became of claimed rows; after the last one the job is finished. */
enum err store_job_note(struct db *db, const struct job *job, uint64_t done, uint64_t failed,
	const char *results) MUST_USE;

/* What a job made of a user, and which version they then had. */
struct undo {
	uint64_t user_id;
	uint64_t version;
	bool status;    /* it became the other one */
	bool mask_data; /* it became the other one */
	bool added;     /* a group was */
	bool removed;   /* a group was */
};

/* Keeps undo until it is deleted, or the job is. */
enum err store_job_undo_put(struct db *db, uint64_t job_id, const struct undo *undo) MUST_USE;
enum err store_job_undo_find(struct db *db, struct arena *arena, uint64_t job_id,
	uint64_t user_id, struct undo *undo) MUST_USE;
enum err store_job_undo_delete(struct db *db, uint64_t job_id, uint64_t user_id) MUST_USE;
/* Gives the users of whom the job keeps something, in the order of their ids. */
enum err store_job_undo_ids(struct db *db, struct arena *arena, const struct job *job,
	const uint64_t **ids, size_t *count) MUST_USE;

/* Cancels the job; does nothing when the job is over already. */
enum err store_job_cancel(struct db *db, const struct job *job) MUST_USE;
/* Removes the job; does nothing while it is running. */
enum err store_job_delete(struct db *db, const struct job *job) MUST_USE;

/* Ends some of what nobody has gone on with for a day, and removes some of what has been over for
 * another; *more becomes true when there may be more of it. What is running is not waited for. */
enum err store_job_sweep(struct db *db, struct arena *arena, bool *more) MUST_USE;

extern const struct statement *const job_statements[]; /* ended by NULL */

#endif
