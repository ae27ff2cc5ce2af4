/*
 * The words by which the records of a noun are found (rule/words.h), each a row (word, id) of the
 * table noun->words. They are written in the transaction of the record, by those who write it, for
 * one record or for hundreds at once. There is no foreign key: a provider's view may take the place
 * of a noun's table, and then no words are kept.
 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "store/noun.h"

/* A record, as far as words come from it: what it does not have is "". */
struct words_source {
	uint64_t id;
	const char *name;
	const char *email;
	const char *phone;
};

/* Gives what of a record, a struct of the noun, words come from. */
struct words_source store_words_source(const struct noun *noun, const void *record, uint64_t id);

/* Tells whether words are kept of the noun: its table is one, and not a view. */
enum err store_words_kept(struct db *db, const struct noun *noun, bool *kept) MUST_USE;

/* Gives the words that ask looks for, its lead first; NULL when it does not, or none are kept. */
enum err store_words_asked(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query **words) MUST_USE;

/* Adds the words of records that have none yet. */
enum err store_words_insert(struct db *db, const struct noun *noun,
	const struct words_source *records, size_t count) MUST_USE;

/* Puts the words of next, the same record, in the place of those of before; writes nothing where
 * they are the same. */
enum err store_words_update(struct db *db, const struct noun *noun,
	const struct words_source *before, const struct words_source *next) MUST_USE;

enum err store_words_delete(struct db *db, const struct noun *noun, uint64_t id) MUST_USE;

/* Gives the statement that adds a word, or the one that deletes those of a record: for who wants to
 * know whether it may. */
const struct statement *store_words_change(struct db *db, const struct noun *noun, bool deletes);

/* Gives the lowest id of a record that has no words, as one has that was written by other means
 * than ours; 0 when there is none. */
enum err store_words_missing(struct db *db, struct arena *arena, const struct noun *noun,
	uint64_t *id) MUST_USE;

/* How far the words were looked through, and what came of it. */
struct words_mending {
	uint64_t next;    /* the id to go on from */
	bool done;
	uint64_t checked; /* records */
	uint64_t mended;  /* of them, those whose words were missing, wrong or left over */
};

/* Looks through the words of a thousand records from mending->next on, and puts them right, in
 * the transaction that it is called in. */
enum err store_words_mend(struct db *db, struct arena *arena, const struct noun *noun,
	struct words_mending *mending) MUST_USE;

#endif
