/*
 * Records from a CSV file. All rows are checked first, with the fields of the form that creates
 * such a record, and what is wrong is reported for each row. The good ones are written, a piece of
 * the file (http/csv.h) in a transaction; a dry run stops before. Where the request would rather
 * have it later, it becomes a job (api/job.h), which keeps the pieces and is written in the same
 * way. So what a request holds in memory beside the file are the rows of a piece.
 */
#ifndef API_IMPORT_H
#define API_IMPORT_H

#include "api/call.h"
#include "api/job.h"
#include "http/body.h"
#include "http/csv.h"
#include "view/import.h"

#include <stdbool.h>
#include <stddef.h>

struct import;

/* Rows of the longest file. */
enum { IMPORT_ROWS_MAX = 100000 };

/* What a noun's import is made of. check and look refuse a row with view_import_wrong(). */
struct import_spec {
	enum job_kind kind;
	const struct field *fields;       /* the columns */
	const struct column *exported;    /* columns that an export has more are skipped; or NULL */
	size_t input_size;                /* of the struct that the fields fill */
	/* Before the first row is checked, and again first in each transaction that writes. */
	enum err (*begin)(struct import *import);
	/* What the fields cannot know of a row, and the program can. */
	enum err (*check)(struct import *import, void *input, struct import_row *row);
	/* What the database knows of the rows of the batch; NULL: nothing. */
	enum err (*look)(struct import *import);
	/* In a transaction: the good rows of the batch, of which there is one, with their rows of the
	 * trail; fills in id of each. */
	enum err (*write)(struct import *import);
};

struct import {
	const struct import_spec *spec;
	struct call *call;
	struct csv_row head;
	struct member columns[CSV_COLUMNS_MAX]; /* no row: skipped */
	size_t count;  /* rows of the file or, when they are written, of a transaction */
	bool writes;   /* the rows are being written, not only checked */
	void *context; /* of the noun */

	/* The present batch. */
	struct import_row **rows;
	void **inputs;
	size_t batch;
};

/* Tells whether the file has the column. */
bool api_import_has(const struct import *import, const char *name);

/* Reads the file as spec says: the .allow of a route that imports, with ?dry_run=. The other stages
 * of all such routes are the same (handlers.h). */
enum err api_import_allow(struct call *call, const struct import_spec *spec) MUST_USE;

/* open(), run() and refuse() of struct job_ways. */
enum err api_import_open(struct job_step *step, const struct import_spec *spec) MUST_USE;
enum err api_import_run(struct job_step *step) MUST_USE;
enum err api_import_refuse(struct job_step *step, struct import_row *row) MUST_USE;

#endif
