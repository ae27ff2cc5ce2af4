/*
 * Lists of what words find: how the rows are looked for, which store/noun.h says, and how they are
 * counted. words begin with the lead of ask.
 */
#ifndef STORE_FOUND_H
#define STORE_FOUND_H

#include "store/reading.h"

/* Counts the rows, up to limit. */
enum err found_count(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words, uint64_t limit, uint64_t *count)
	MUST_USE;

/* Reads a page. */
enum err found_list(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading) MUST_USE;

#endif
