/*
 * The only reader of tables that come as text (RFC 4180 and what spreadsheets make of it): it finds
 * out in which characters a file is written (http/charset.h) and what stands between two cells.
 * Any line end will do; blank lines and rows of nothing but separators are none. An apostrophe that
 * keeps a cell from being a formula, as view/csv.h writes it, is taken off. What is wrong with a
 * row is told of that row. libcsv's only door.
 */
#ifndef HTTP_CSV_H
#define HTTP_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "http/charset.h"
#include "http/reply.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece has at most so many rows, and ends with the row that makes it as long as this; a line
 * that is longer by itself is refused. */
enum { CSV_COLUMNS_MAX = 256, CSV_PIECE_ROWS = 1000, CSV_PIECE_BYTES = 1 << 20,
	CSV_NAMES_BYTES = 1 << 15 };

struct csv_row {
	uint64_t line; /* where it begins in the text, from 1 */
	const char **cells;
	size_t count;
	const char *text; /* as it stands there, with its line end; not NUL-terminated */
	size_t text_len;
	const char *wrong; /* it cannot be read, and has no cells: csv.quote (a quotation mark is out of
	                    * place, or is not closed), csv.cells (too many), csv.lost (characters that
	                    * its charset does not have); NULL: nothing is */
};

struct csv_table {
	struct csv_row *rows;
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
	enum charset charset;
	char separator;
	struct csv_row head;
	struct csv_piece *pieces;
	size_t count;
	size_t rows; /* of all pieces */
};

/* What a file is asked for. */
struct csv_ask {
	size_t max_rows;
	void *context;
	/* Is it the name of a column? What stands between those that are is the separator. */
	bool (*knows)(void *context, const char *name);
	/* Asked of a file in no Unicode: the language of whom it comes from, "" for any. */
	const char *(*language)(void *context);
	bool told; /* it is in this charset, whatever it looks like */
	enum charset charset;
};

/* Finds what the content type says of the characters, and whether it is worth anything. False: it
 * names a charset that is not known. */
bool csv_charset(const struct request *request, enum charset *charset, bool *told);

/* Asks what a request must be that brings a file. Refuses another content type, and a body that is
 * compressed, too large or broken. */
enum err csv_check(const struct request *request, struct reply *reply) MUST_USE;

/* Splits a file, of which only the line of names is kept as cells; the bytes must outlive it.
 * Refuses with the field "file": csv.workbook, csv.too_many_rows (more than max_rows), csv.format
 * (the line of names cannot be read, or a line is too long: the reply says which one). */
enum err csv_split(struct arena *arena, const char *bytes, size_t len, const struct csv_ask *ask,
	struct csv_file *file, struct reply *reply) MUST_USE;

/* Reads the line of names of a file again: the first row of the text. */
enum err csv_read_names(struct arena *arena, const char *text, size_t len, char separator,
	struct csv_row *names) MUST_USE;

/* Reads a piece, which begins on this line, into arena; the text must outlive the table. */
enum err csv_read(struct arena *arena, const char *text, size_t len, char separator, uint64_t line,
	struct csv_table *table) MUST_USE;

#endif
