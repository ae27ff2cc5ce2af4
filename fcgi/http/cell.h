/*
 * The one place that makes a value of a cell of a table: as the field has it (http/input.h), and as
 * spreadsheets and people write it, in any of the page's languages: TRUE and WAHR, "Enabled", a
 * country by its name, spaces around.
 */
#ifndef HTTP_CELL_H
#define HTTP_CELL_H

#include "http/input.h"

/* Reads a member from a cell into input, where a cell of nothing but white space is as if it were
 * not there. NULL, or the key of what is wrong ("phone.format"); a long number that a spreadsheet
 * has shortened, as 4.9E+11, is "phone.shortened". For what is one value. */
const char *cell_read(struct arena *arena, const struct member *member, const char *cell,
	void *input);

#endif
