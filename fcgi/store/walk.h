/*
 * A page of which nobody knows how far its rows lie apart is looked for along the index of its
 * order, so far and no further: what filters leave may all be at the other end of it. A page that
 * is not full for that says where it stopped, and the next one goes on there.
 */
#ifndef STORE_WALK_H
#define STORE_WALK_H

#include "store/operands.h"
#include "store/reading.h"

/* Give how many rows are looked at: few at first, most pages are full then. Then as many as are
 * read in the time of a page where the memory of the database has none of them. */
uint64_t walk_near(const struct list_ask *ask);
uint64_t walk_far(const struct list_ask *ask);

/* Sets the end of ask to the row that the statement of this shape finds, whose first column is
 * value, if there is one. */
enum err walk_reach(struct db *db, struct arena *arena, const struct noun *noun,
	const struct shape *shape, const struct operands *operands, struct db_into value,
	struct list_ask *ask) MUST_USE;

/* Says whether the page that was read up to the end of ask stopped there, and takes the end off. */
void walk_settle(struct list_ask *ask, const struct reading *reading, struct page *page);

/* Reads the page, looking at so many rows; words is NULL or what they must have, by_found whether
 * what these find is found first. */
enum err walk_rows(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, uint64_t rows, bool by_found, struct page *page,
	struct reading *reading) MUST_USE;

/* Reads it without words, looking at few rows and then at many: if that takes too long, the short
 * page stays that few rows make. */
enum err walk_list(struct db *db, struct arena *arena, struct list_ask *ask, struct page *page,
	struct reading *reading) MUST_USE;

#endif
