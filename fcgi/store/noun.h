/*
 * A noun: what is known of one kind of record, and what store/ does with any of them. Its columns
 * (record/record.h), sorts and filters (record/list.h) are rows; the statements are composed of
 * them (store/compose.h).
 *
 * A masked viewer's statements do not name the columns that have a mask, so that a slip above this
 * room cannot leak them: such a viewer's records hold "" there.
 *
 * A list is a page and how many rows there are in all. Paging is by key: a page is asked for by the
 * sort value and id of the row before it, never by OFFSET, so the millionth row costs what the
 * first does. A page without filters walks the index of its order, and one with a single filter
 * that has an index along this order walks that, as does one with two that have an index of both
 * (list_pair); the count comes with it. Of other filters nobody knows how many rows they leave:
 * these are collected, counted and sorted at once, and if they are too many to be counted the rows
 * are looked at in their order instead. So many of them and no more (store/walk.h): where what the
 * filters leave is at the other end of the order the page says where it stopped, and the next one
 * goes on there. So are those of a filter that no index serves (list_filter.looks), without being
 * counted, unless another one or a table of few (list_few) says that they are few. ERR_TOO_SLOW
 * when a statement would take longer than [database] timeout all the same.
 *
 * What is found by words (LIST_WORDS) and has no other order stands in that of the words: who is
 * called so before those whose name goes on. A page of it reads its own rows alone, however
 * many there are. In another order the rows of rare words are collected and sorted. Those of common
 * ones are looked for along the index of the order, but not through all of it: who is called Zoe
 * is at the end of all names. If that does not fill the page they are collected, too, unless they
 * are more than a page's time allows: then it stops, as above. Whatever way a page is found, its
 * rows are in the same order, and the next one goes on in any.
 */
#ifndef STORE_NOUN_H
#define STORE_NOUN_H

#include "base/arena.h"
#include "base/err.h"
#include "record/list.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct noun {
	const char *name;             /* "client": statements are named after it */
	unsigned programs;            /* enum db_program, together: who reads it */
	unsigned writers;             /* who changes it; 0: statements are prepared on first use */
	const struct column *columns; /* the first one is the id */
	size_t size;                  /* of its struct */
	const char *table;
	const char *alias;            /* of the table in what columns and filters say: "c" */
	const char *joins;            /* that name what the record refers to; "" for none */
	const char *unmasked_joins;   /* NULL, or those that a masked viewer's statements do without */
	const char *always;           /* NULL, or a condition of every list: list_ask.always */
	const char *always_in;        /* letters of its operands */
	const char *written;          /* NULL, or the view that changes go to instead of the table */
	const char *inserted;         /* NULL, or columns that INSERT writes besides: "a, b" */
	const char *inserted_in;      /* their letters */
	const char *words;            /* NULL, or the table of the words by which it is found */
	bool may_be_view;             /* a provider's, in the place of the table: without words */
	struct list list;

	/* NULL, or takes off the filters that others of them imply; false where no row can be what they
	 * ask for together. */
	bool (*reduce)(struct list_value *values);

	/* NULL, or completes records that were read. */
	enum err (*complete)(struct db *db, struct arena *arena, bool masked, void *records,
		size_t count);
};

/* The sort value of a row; the members that the sort does not use stay zero. */
struct list_key {
	bool at; /* the page begins with this very row, if it fits: else with the one behind it */
	uint64_t id;
	const char *text;
	uint64_t number;
	int64_t time;
};

struct list_ask {
	bool masked;                     /* the viewer */
	bool indexed;                    /* set here: the noun's table has its own indexes */
	const struct list_value *values; /* one for each filter; NULL: none is given */
	const struct db_in *always;      /* the operands of noun.always */
	bool wants_total;                /* how many rows there are, unless words find them */
	bool has_total;                  /* or known, from store_count() or what was kept of that: */
	uint64_t total;
	bool more;                       /* there are more than it has counted */
	bool few;                        /* the filters leave few rows; the others, beside words */
	bool few_found;                  /* the words do */
	size_t lead;                     /* the term of them to begin with (rule/words.h) */
	bool found;                      /* in the order of the words */
	int sort;                        /* index into the sorts */
	bool descending;
	bool backward;                   /* the page before the key instead of the one after it */
	bool has_key;                    /* false: the first page */
	struct list_key key;
	bool has_end;                    /* words: a walk goes no further than to before this row */
	struct list_key end;
	bool brief;                      /* in the order of the words, with other filters: for the first
	                                  * page few rows are looked at */
	uint64_t size;                   /* of the page */
};

struct page {
	size_t count;
	bool more_after;  /* there are rows after the last one */
	bool more_before; /* there are rows before the first one */
	uint64_t total;   /* that the filters leave, as far as it is known */
	bool more;        /* there are more than that */
	const char *words[2]; /* of list_ask.found: that of the first row and of the last one */
	bool broke_off;       /* list_ask.brief: there may be more rows */
	bool stopped;         /* so many rows were looked at before it was full: the next page goes */
	struct list_key stop; /* on from here */
};

enum { PAGE_MAX = 200, LIST_FEW_MAX = 2000, LIST_FOUND_MAX = 2000, LIST_COUNT_MAX = 10000 };

/* Where ask has words, says in it how their rows are looked for, which holds for all pages: the
 * lead, which is the term with the fewest rows as far as LIST_FOUND_MAX of each tell, whether these
 * are few, and if not whether the other filters leave few, but in the order of the words. ERR_BUG
 * when a masked viewer's ask names a masked column. */
enum err store_plan(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask) MUST_USE;

/* Counts the rows that the filters of ask leave, up to limit; ask knows it from then on, and says
 * in ask->more if there are more, in ask->few if they are few, unless words find them. ERR_BUG as
 * above. */
enum err store_count(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, uint64_t limit, uint64_t *count) MUST_USE;

/* Tells whether that takes no longer than a page does. */
bool store_counts_soon(const struct noun *noun, const struct list_ask *ask);

/* Reads the page that ask wants into *records, an array of the noun's struct from arena, in the
 * wanted order; page says how many there are. ERR_BUG as above. */
enum err store_list(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, struct page *page, void **records) MUST_USE;

/* Gives the key from which the page before this one or the next one goes on: that of its first or
 * its last record, or of the row where it stopped. The text is theirs, or from the page's arena. */
struct list_key store_list_key(const struct noun *noun, const struct list_ask *ask,
	const struct page *page, const void *records, bool last);

/* Reads the record with this id, a struct of the noun; ERR_NOT_FOUND when there is none. */
enum err store_load(struct db *db, struct arena *arena, const struct noun *noun, bool masked,
	uint64_t id, void *record) MUST_USE;

/* Records that are to be added: of each all stored columns are written, and noun->inserted. */
struct new_records {
	void *records;             /* structs of the noun */
	size_t count;
	const struct db_in *extra; /* operands of noun->inserted, the same for each */
	size_t extra_count;
};

/* Adds the records, with their words, and fills in their ids. ERR_CONFLICT, ERR_READ_ONLY as
 * db_run(). */
enum err store_insert_all(struct db *db, const struct noun *noun, const struct new_records *new)
	MUST_USE;

/* Writes all but the fixed columns of next over the record with the id and version of before, and
 * moves the version on; ERR_STALE when there is none. For a masked viewer what has a mask stays. */
enum err store_update(struct db *db, const struct noun *noun, bool masked, const void *before,
	const void *next) MUST_USE;

/* Removes the record with this id and version; ERR_STALE when there is none. */
enum err store_delete(struct db *db, const struct noun *noun, const void *record) MUST_USE;

#endif
