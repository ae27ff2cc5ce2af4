/*
 * Keyset paging: a page is asked for by the sort value and id of the row before it, never by
 * OFFSET, so the millionth row costs what the first does.
 */
#ifndef STORE_PAGE_H
#define STORE_PAGE_H

#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_ask {
	int sort;          /* the noun's enum */
	bool descending;
	bool backward;     /* the page before the key instead of the one after it */
	uint64_t size;     /* at most PAGE_MOST, but for an export */
	bool has_key;      /* false: the first page */
	uint64_t key_id;
	const char *key_text;  /* sort value of the row, where it is text */
	uint64_t key_number;   /* where it is a number */
	int64_t key_time;      /* where it is an instant */
};

enum { PAGE_MOST = 200 };

struct page {
	size_t count;
	bool more_after;   /* there are rows after the last one */
	bool more_before;  /* there are rows before the first one */
};

/* The direction that the statement must walk. */
bool store_page_descends(const struct page_ask *ask);

/* The sort value to go on from, for a column of this kind of stmt.def. */
struct db_in store_page_key(const struct page_ask *ask, char kind);

/* What LIKE ... ESCAPE '!' needs to find part anywhere; "%" alone for "", which switches it off. */
const char *store_page_pattern(struct arena *arena, const char *part);

/* The same for a text that begins with start. */
const char *store_page_start(struct arena *arena, const char *start);

/* Of found rows, which were asked for as ask->size + 1, says how many are the page and what lies
 * around it, and puts the rows of a backward page into the wanted order. */
void store_page_settle(const struct page_ask *ask, void *rows, size_t row_size, size_t found,
	struct page *page);

#endif
