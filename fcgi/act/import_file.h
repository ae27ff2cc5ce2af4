/*
 * A whole table, as a file brings it: all its rows are checked first, then the good ones are
 * written, a piece of the file in a transaction; a dry run stops before. What is held in memory
 * beside the file are the rows of a piece.
 */
#ifndef ACT_IMPORT_FILE_H
#define ACT_IMPORT_FILE_H

#include "act/import.h"
#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Rows of the longest file. */
enum { IMPORT_ROWS_MAX = 100000 };

struct import_file {
	struct import import;  /* spec, call, guard and ignores are given; the rest is zero */
	struct csv_file csv;
	struct import_row *rows; /* of the whole file, once it is checked */
	struct import_marks marks;
	struct arena scratch;  /* of one piece */
};

/* What whoever brings a file says of it. */
struct import_said {
	bool encoded;          /* in which characters it is written; else that is found out */
	enum charset encoding;
};

/* Finds out what the bytes are, which must outlive the file, and reads the line of names. Refuses
 * as csv_split() and act_import_read_head() do. */
enum err act_import_open(struct import_file *file, const char *bytes, size_t len,
	const struct import_said *said) MUST_USE;

/* Marks the rows, by what the whole file says of them. */
enum err act_import_mark_rows(struct import_file *file) MUST_USE;

/* Says of each row, once they are marked, what it would do. */
enum err act_import_check_rows(struct import_file *file) MUST_USE;

/* In a transaction, after the check: writes the rows of this piece. */
enum err act_import_write_piece(struct import_file *file, size_t piece) MUST_USE;

/* Says of the rows from this piece on that they were not saved. */
void act_import_give_up(struct import_file *file, size_t piece);

/* What is to be told of it (view/import.h). */
struct import_told act_import_told(const struct import_file *file, bool dry_run);

#endif
