/*
 * The same door as view/table.h, to CSV (RFC 4180, UTF-8 with a byte order mark, because a
 * spreadsheet guesses the encoding otherwise). A cell that a spreadsheet would take for a formula
 * begins with an apostrophe; http/csv.h takes it off again.
 */
#ifndef VIEW_CSV_H
#define VIEW_CSV_H

#include "view/table.h"

#define VIEW_CSV_TYPE "text/csv; charset=utf-8; header=present"

/* The mark and the line of names. */
void view_csv_head(struct text *out, const struct view_field *fields);

/* One line. A VIEW_OBJECT or VIEW_PART has no cell, and its column stays empty. */
void view_csv_row(struct text *out, const struct view_field *fields, const void *record,
	const struct viewer *viewer);

#endif
