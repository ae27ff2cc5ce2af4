/*
 * The words that people and other programs use for our names and values, as they stand in tables
 * that are imported: the labels of the page in all its languages, what spreadsheets make of true
 * and false, countries by name, and the columns that address books export. All is compared without
 * case, accents, spaces and what else stands between letters: text is given as label_plain() makes
 * it.
 */
#ifndef HTTP_LABEL_H
#define HTTP_LABEL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

const char *label_plain(struct arena *arena, const char *text);

/* Tells whether the text stands for one of our values ("enabled", "totp", "true"). */
bool label_is_value(const char *text, const char *value);

/* Gives the tag of a language of the page that is called so in itself; NULL: none is. */
const char *label_language(const char *text);

/* Gives the two letters of the country that the text names, or is; NULL: it is none. */
const char *label_country(const char *text);

/* What a column of another program's table is of a column of ours. */
enum label_part {
	LABEL_WHOLE,
	LABEL_FIRST, /* of a name, which is put together in this order */
	LABEL_MIDDLE,
	LABEL_LAST
};

struct label_column {
	const char *name;     /* of ours */
	enum label_part part;
	int rank;             /* where several are of the same: the first one that is not empty counts,
	                       * beginning with the lowest; 0: our own name, or its label */
};

/* Finds what the text means as the name of a column, from *at on, which is 0 at first: it may mean
 * several, such as "name" of one and first name of another. False after the last. */
bool label_next_column(const char *text, size_t *at, struct label_column *column);

#endif
