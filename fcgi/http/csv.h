/*
 * The only reader of CSV input (RFC 4180, UTF-8, a byte order mark is skipped, any line end).
 * libcsv's only door. An apostrophe that keeps a cell from being a formula, as view/csv.h writes
 * it, is taken off.
 */
#ifndef HTTP_CSV_H
#define HTTP_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"

#include <stddef.h>
#include <stdint.h>

/* A piece has at most so many rows, and ends with the row that makes it as long as this; one that
 * is longer by itself is refused. */
enum { CSV_COLUMNS_MAX = 64, CSV_PIECE_ROWS = 500, CSV_PIECE_BYTES = 1 << 20 };

struct csv_row {
	uint64_t line; /* where it begins in the text, from 1 */
	const char **cells;
	size_t count;
	const char *text; /* as it stands there, with its line end; not NUL-terminated */
	size_t text_len;
};

struct csv_table {
	struct csv_row *rows; /* blank lines are none */
	size_t count;
};

/* Rows that follow each other, as they stand in a file. */
struct csv_piece {
	uint64_t position; /* rows before its first one, without the line of names */
	uint64_t line;     /* on which that begins */
	const char *text;
	size_t len;
	size_t rows;
};

/* A file: its line of names, which has no cells where the file is empty, and all else in pieces. */
struct csv_file {
	struct csv_row head;
	struct csv_piece *pieces;
	size_t count;
	size_t rows; /* of all pieces */
};

/* Splits the request's body, of which only the line of names is kept as cells. Refuses another
 * content type, a body that is too large or broken, and with the field "file": csv.utf8, csv.format
 * (a stray quote, too many cells, a row without end), csv.too_many_rows (more than max_rows). */
enum err csv_split(const struct request *request, size_t max_rows, struct csv_file *file,
	struct reply *reply) MUST_USE;

/* Reads a piece, which begins on this line, into arena; the text must outlive the table. ERR_BUG
 * for what csv_split() would refuse. */
enum err csv_read(struct arena *arena, const char *text, size_t len, uint64_t line,
	struct csv_table *table) MUST_USE;

#endif
