/*
 * The fragments of a noun's statements that find by words (store/words.h). A term of what was typed
 * (rule/words.h) is a condition on one row of the table of words, the same for every term: so many
 * texts as terms there are is all that they make.
 */
#ifndef STORE_COMPOSE_WORDS_H
#define STORE_COMPOSE_WORDS_H

#include "base/text.h"
#include "store/compose.h"

/* Operands of a term: both ends of its ranges, and what is inside. */
enum { TERM_OPERANDS = 2 * WORDS_RANGES + 1 };

/* Gives the place of the filter by words; -1 when it was not given, or there are no words. */
int compose_words(const struct noun *noun, const struct shape *shape);

/* Puts that the record of which owner has the id has a word for each term from the first one on;
 * their letters are the caller's. */
void compose_put_terms(struct text *sql, const struct noun *noun, const struct shape *shape,
	unsigned first, const char *owner);

/* Puts a table w of the ids that the words find, each once. */
void compose_put_found(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape, const char *limit);

/* Puts, behind the tables of a page, that it goes on in the order of the words w: who has two of
 * them in the ranges stands at the first one. */
void compose_put_by_words(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape);

#endif
