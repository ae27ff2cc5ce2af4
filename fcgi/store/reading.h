/* The records of a noun as the rows of a statement bring them. */
#ifndef STORE_READING_H
#define STORE_READING_H

#include "store/compose.h"

struct reading {
	const struct noun *noun;
	bool masked;
	size_t room;
	size_t found;
	unsigned char *records; /* zeroed */
	const char **words; /* of rows in their order, behind their columns; NULL in another one */
	bool counts;        /* each row says, behind its columns, how many there are: */
	uint64_t total;
};

/* What a reader asks for decides how long a list takes: gives ERR_TOO_SLOW where the database said
 * that it takes too long, because the same would take as long again. */
enum err reading_error(const struct db *db, enum err err) MUST_USE;

/* Counts by the statement of this shape, up to one more than limit. */
enum err reading_count(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query *words, const struct shape *shape,
	uint64_t limit, uint64_t *count) MUST_USE;

/* Reads the page by the statement of this shape, and what that counts. */
enum err reading_list(struct db *db, struct arena *arena, const struct list_ask *ask,
	const struct words_query *words, const struct shape *shape, struct page *page,
	struct reading *reading) MUST_USE;

/* Reads rows as long as there is room, and ends them. */
enum err reading_take(struct db_rows *rows, struct reading *reading) MUST_USE;

/* Of rows, which were asked for as one more than a page, says how many are the page and what lies
 * around it, and puts those of a backward page into the wanted order. */
void reading_settle(const struct reading *reading, const struct list_ask *ask, struct page *page);

/* Lets the noun complete the first count of the records. */
enum err reading_complete(struct db *db, struct arena *arena, const struct reading *reading,
	size_t count) MUST_USE;

#endif
