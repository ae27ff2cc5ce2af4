/*
 * Records from a CSV file. All rows are checked first, with the fields of the form that creates
 * such a record, and what is wrong is reported for each row. The good ones are written in
 * transactions of some hundreds; a dry run stops before. Where the request would rather have it
 * later, it becomes a job (api/job.h), which is written row by row in the same way.
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
enum { IMPORT_USERS_MAX = 10000, IMPORT_CLIENTS_MAX = 50000 };

/* What a noun's import is made of. begin, check and write refuse a row with view_import_wrong(). */
struct import_spec {
	enum job_kind kind;
	const struct field *fields;       /* the columns */
	const struct column *exported;    /* columns that an export has more are skipped; or NULL */
	size_t input_size;                /* of the struct that the fields fill */
	size_t max_rows;
	size_t batch;
	/* Before the first row is checked, and again first in each transaction that writes. */
	enum err (*begin)(struct import *import);
	/* What the fields cannot know of a row. */
	enum err (*check)(struct import *import, void *input, struct import_row *row);
	/* In a transaction: the record, with its row of the trail; fills in row->id. */
	enum err (*write)(struct import *import, const void *input, struct import_row *row);
};

struct import {
	const struct import_spec *spec;
	struct call *call;
	struct csv_table table;
	struct member columns[CSV_COLUMNS_MAX]; /* no row: skipped */
	size_t count;  /* rows of the file but the first line */
	bool writes;   /* the rows are being written, not only checked */
	void *context; /* of the noun */
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
