/*
 * The same door as view/table.h, to CSV (RFC 4180, UTF-8 with a byte order mark, because a
 * spreadsheet guesses the encoding otherwise). A cell that a spreadsheet would take for a formula
 * begins with an apostrophe; http/csv.h takes it off again.
 */
#ifndef VIEW_CSV_H
#define VIEW_CSV_H

#include "view/table.h"

#define VIEW_CSV_TYPE "text/csv; charset=utf-8; header=present"

/* How a file is written. */
struct csv_form {
	char separator;
	const char *more; /* the name of a last column that is none of the record's; NULL: none is */
};

/* Writes the mark and the line of names: of the columns that are IN_CSV. */
void view_csv_head(struct text *out, const struct csv_form *form, const struct column *columns);

/* Writes the line of a record, in which a masked viewer sees masks; more: the cell of
 * form->more. */
void view_csv_row(struct text *out, const struct csv_form *form, const struct column *columns,
	const void *record, const char *more, const struct viewer *viewer);

#endif
