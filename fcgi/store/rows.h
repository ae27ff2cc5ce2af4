/*
 * Many rows by few statements. An INSERT of one row, "... VALUES (?, ?)", is also that of many,
 * with its last part said again for each.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "base/err.h"
#include "store/db.h"

#include <stddef.h>
#include <stdint.h>

/* The INSERT of so many rows, for the connection; of is what it is made of. */
typedef const struct statement *rows_insert(struct db *db, const void *of, size_t rows);

/* Inserts rows, whose operands stand in in one row after the other, width of each. ids (NULL: they
 * are not wanted) gets the number that each was given. For a transaction: what went in before an
 * error stays until its end. Errors as of db_run(). */
enum err rows_put_by(struct db *db, rows_insert *insert, const void *of, size_t width,
	const struct db_in *in, size_t rows, uint64_t *ids) MUST_USE;

/* The same by a statement that stands in store/ as the INSERT of one row. */
enum err rows_put(struct db *db, const struct statement *insert, const struct db_in *in,
	size_t rows, uint64_t *ids) MUST_USE;

extern const struct statement *const rows_statements[]; /* ended by NULL */

#endif
