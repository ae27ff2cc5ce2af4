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
enum { RANGES_OPERANDS = 2 * WORDS_RANGES, TERM_OPERANDS = RANGES_OPERANDS + 1 };

/* Gives the place of the filter by words; -1 when it was not given, or there are no words. */
int compose_words(const struct noun *noun, const struct shape *shape);

/* Tells whether the words are no filter like others: the rows are found by them. */
bool compose_finds_first(const struct shape *shape);

/* Puts that the record of which owner has the id has a word for each term from the first one on;
 * their letters are the caller's. */
void compose_put_terms(struct text *sql, const struct noun *noun, const struct shape *shape,
	unsigned first, const char *owner);

/* Puts a table w of the ids that the words find, each once; limit is the order and the limit of
 * those that the first term alone finds: "", " LIMIT ?". */
void compose_put_found(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape, const char *limit);

/* Puts how many words are in the ranges of a term, at most as many as is bound. */
void compose_put_word_count(struct text *sql, struct text *in, const struct noun *noun);

/* Puts the key of the word that lies so many further in their order as is bound. */
void compose_put_word_reach(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape);

/* Puts, behind the tables of a page, the conditions of one in the order of the words w. */
void compose_put_by_words(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape);

/* Puts that who has two words in the ranges stands at the first of them. */
void compose_put_first_word(struct text *sql, struct text *in, const struct noun *noun);

/* Puts its key, its end, its order and the limit, which has one operand, behind all conditions. */
void compose_put_word_order(struct text *sql, struct text *in, const struct shape *shape,
	const char *limit);

#endif
