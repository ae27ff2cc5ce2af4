/* What goes into a composed statement, in the order of its text. */
#ifndef STORE_OPERANDS_H
#define STORE_OPERANDS_H

#include "base/arena.h"
#include "record/list.h"
#include "rule/words.h"
#include "store/row.h"

#include <stddef.h>
#include <stdint.h>

/* A text as columns of this kind are compared. */
struct db_in in_text_kind(enum column_kind kind, const char *text);

/* Gives the string with every % _ and ! preceded by !, for LIKE ... ESCAPE '!'. */
const char *operand_like(struct arena *arena, const char *string);

/* The value of a column of a record. */
struct db_in in_column(const struct column *column, const void *record);

/* What a filter's condition is compared with. */
struct db_in in_filter(struct arena *arena, const struct list_filter *filter,
	const struct list_value *value);

/* More than any list has of filters and words, with those of its key, or a record of columns. */
enum { OPERANDS_MAX = 128 };

struct operands {
	struct db_in in[OPERANDS_MAX];
	size_t count;
};

void operands_add(struct operands *operands, struct db_in in);

/* Add the operands of one term of words, or of all from the first on. */
void operands_add_term(struct operands *operands, struct arena *arena,
	const struct words_term *term);
void operands_add_terms(struct operands *operands, struct arena *arena,
	const struct words_query *words, size_t first);

/* Adds the ranges of a term, whatever it has inside. */
void operands_add_ranges(struct operands *operands, const struct words_term *term);

/* Adds the key of a page in the order of the words. */
void operands_add_word(struct operands *operands, const char *word, uint64_t id);

/* Adds what a name, an address and a number begin with, where there are no words. */
enum { BEGINNINGS = 3 };
void operands_add_beginnings(struct operands *operands, struct arena *arena, const char *typed);

#endif
