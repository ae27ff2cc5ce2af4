/*
 * The chain of the audit trail. Every row of a node has a link: its number in the chain, without
 * gaps, and the keyed hash of the link before it and of all that the row holds. The head of a
 * node says where its chain ends, the anchor where it begins after pruning; both are sealed with
 * the key.
 *
 * What is proved: whoever can write to the database but does not have the server's key cannot
 * change, remove, insert or reorder rows unnoticed. Two things remain possible for them: to put an
 * older state of the whole node back, with the head of that time, and to forget a node altogether.
 * So the head is written to the log now and then, where the database has no hand in it.
 */
#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/audit.h"

#include <stdbool.h>
#include <stdint.h>

/* A head or an anchor. */
struct chain_mark {
	uint64_t seq;            /* 0: before the first link */
	struct secret_hash hash; /* of that link; zeros for 0 */
	uint64_t first_id;       /* row of link 1 */
	struct secret_hash seal;
};

/* Where the columns seq, hash, first_id and seal go. */
#define CHAIN_MARK_INTO(mark) into_number(&(mark)->seq), into_hash(&(mark)->hash), \
	into_number(&(mark)->first_id), into_hash(&(mark)->seal)

/* Gives the hash of the link that follows another one. */
struct secret_hash chain_link(const struct audit_writer *writer, const struct secret_hash *before,
	uint64_t seq, uint64_t id, int64_t at, const struct audit *audit);

/* Of what: "head" or "anchor", so that one cannot be put in the other's place. */
struct secret_hash chain_seal(const struct audit_writer *writer, const char *what,
	const struct chain_mark *mark);

/* What the row says that a key begins with, and the one that retires a key: its after names that
 * one by its fingerprint, and from there on in the chain it proves nothing more. */
#define CHAIN_KEY_BEGIN "key.begin"
#define CHAIN_KEY_RETIRE "key.retire"

/*
 * A lost key is told apart from a forged trail by what the other rows are. Where nothing at all is
 * proved, the key is another one than the trail's: CHAIN_OTHER_KEY. So it is where the first rows
 * are not proved, up to the row that says that a new key begins, which the new key has sealed.
 * Where the first rows are not proved and no such row follows, either is possible: CHAIN_UNPROVED.
 * All else was done to the trail.
 */
enum chain_fault { CHAIN_WHOLE, CHAIN_CHANGED, CHAIN_REMOVED, CHAIN_INSERTED, CHAIN_OTHER_KEY,
	CHAIN_UNPROVED };

/* What verification found in the chain of one node. */
struct chain_report {
	const char *node;
	struct chain_mark anchor;
	struct chain_mark head;
	uint64_t rows;           /* that were proved */
	uint64_t unproved;       /* at the beginning of the chain, by none of the keys */
	enum chain_fault fault;  /* the first one */
	bool anchored;           /* the anchor was proved */
	uint64_t begin_id;       /* row of the first link that is there */
	const char *what;        /* it was found in: "row", "head", "anchor" */
	uint64_t seq;            /* of the fault; 0: outside of every chain */
	uint64_t audit_id;       /* 0: not known any more */
	struct chain_mark prunable; /* the last link of the rows before the instant asked for */
};

/* Gives the newest link of a node; ERR_NOT_FOUND when it has none. */
enum err store_chain_head(struct db *db, struct arena *arena, const char *node,
	struct chain_mark *head) MUST_USE;

/* Keeps others from verifying or pruning at the same time, until the connection ends. */
enum err store_chain_lock(struct db *db, struct arena *arena) MUST_USE;

/* Gives the nodes that have a chain, one after another, beginning after "": ERR_NOT_FOUND at the
 * end. */
enum err store_chain_next_node(struct db *db, struct arena *arena, const char *after,
	const char **node) MUST_USE;

/* Walks the chain of writer->node up to its head; a fault is in the report, not an error. before
 * is for report->prunable. */
enum err store_chain_verify(const struct audit_writer *writer, int64_t before,
	struct chain_report *report) MUST_USE;

/* Gives the first row that no chain knows, 0 when all is well; and how many rows are older than the
 * oldest chain, so that nothing proves them. */
enum err store_chain_strangers(struct db *db, struct arena *arena, uint64_t *id, uint64_t *older)
	MUST_USE;

/* Removes the rows up to report->prunable and leaves an anchor. */
enum err store_chain_prune(const struct audit_writer *writer, const struct chain_report *report)
	MUST_USE;

/* Removes rows older than every chain from before this instant. */
enum err store_chain_prune_older(struct db *db, struct arena *arena, int64_t before,
	uint64_t *removed) MUST_USE;

extern const struct statement *const chain_statements[]; /* ended by NULL */

#endif
