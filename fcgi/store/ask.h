/*
 * What somebody asks of a list (store/noun.h), as the shape of a statement and as what goes into
 * that, in the order of its text.
 */
#ifndef STORE_ASK_H
#define STORE_ASK_H

#include "store/compose.h"
#include "store/operands.h"

/* Gives the shape that has the filters of ask; words is NULL where it looks for none. */
struct shape ask_shape(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words, enum shape_form form);

/* The same of a count, without the filter by words. */
struct shape ask_shape_of_others(const struct noun *noun, const struct list_ask *ask);

/* Gives the shape of a page of which it is not decided yet how it is found. */
struct shape ask_shape_of_page(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words);

/* Says how a page is found, and by which indexes. */
void ask_set_form(const struct noun *noun, struct shape *shape, enum shape_form form);

/* Adds the filters that stand in this place. */
void ask_add_filters(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape, enum filter_place wanted);

/* Adds what the table asks in which the few rows of the filter with this index are found. */
void ask_add_few(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, size_t filter);

/* Adds what every list of the noun asks. */
void ask_add_always(struct operands *operands, const struct noun *noun,
	const struct list_ask *ask);

/* Adds a key, and before it what the walk goes along. */
void ask_add_key(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape, const struct list_key *key);

/* Adds all operands of a page. */
void ask_add_page(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query *words, const struct shape *shape);

#endif
