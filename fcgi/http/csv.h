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

enum { CSV_COLUMNS_MAX = 64 };

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

/* Reads the request's body into its arena. Refuses another content type, a body that is too large
 * or broken, and with the field "file": csv.utf8, csv.format (a stray quote, too many cells),
 * csv.too_many_rows (more than max_rows). */
enum err csv_read(const struct request *request, size_t max_rows, struct csv_table *table,
	struct reply *reply) MUST_USE;

/* The same from a text that csv_read() took before; it must outlive the table. ERR_BUG for any
 * other. */
enum err csv_read_again(struct arena *arena, const char *text, size_t len,
	struct csv_table *table) MUST_USE;

#endif
