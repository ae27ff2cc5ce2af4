/*
 * Records from the rows of a table (http/csv.h), a batch at a time: each row is checked with the
 * fields of the form that makes such a record, and what is wrong is told of the row. Whoever has a
 * table goes this way: the page with a file (act/import_file.h) or a job of its pieces, and the
 * command line with a file.
 */
#ifndef ACT_IMPORT_H
#define ACT_IMPORT_H

#include "auth/call.h"
#include "http/csv.h"
#include "http/input.h"
#include "http/label.h"
#include "view/import.h"

#include <stdbool.h>
#include <stddef.h>

struct import;

/* What tells one row from another. */
struct import_keys {
	uint64_t id;       /* 0: it has none */
	const char *email; /* "" likewise */
};

/* What a noun's import is made of. check and look refuse a row with view_import_wrong(). */
struct import_spec {
	const struct field *fields;       /* the columns */
	const struct column *exported;    /* columns that an export has more are skipped */
	const char *const *skipped;       /* and these, which are of no record; ended by NULL */
	size_t input_size;                /* of the struct that the fields fill */
	bool updates;                     /* a row may be of a record that there is: what is required is
	                                   * so of a new one alone, and check says so */
	struct import_keys (*keys)(const void *input);
	/* Before the first row of a batch is checked: context is of the batch. */
	enum err (*begin)(struct import *import);
	/* What the fields cannot know of a row, and the program can. */
	enum err (*check)(struct import *import, void *input, struct import_row *row);
	/* What the database knows of the rows of the batch. */
	enum err (*look)(struct import *import);
	/* In a transaction: the good rows of the batch, of which there is one, with their rows of the
	 * trail; fills in id of each. */
	enum err (*write)(struct import *import);
};

extern const struct import_spec act_users_import;   /* user_import.c */
extern const struct import_spec act_clients_import; /* client_import.c */

/* A column of ours, and those of the file of which it is made. */
enum { IMPORT_SOURCES_MAX = 12, IMPORT_TARGETS_MAX = 24 };

struct import_target {
	struct member member;
	bool is_key; /* the id or the address by which rows are the same */
	size_t count;
	struct import_source {
		size_t place;
		struct label_column as;
	} from[IMPORT_SOURCES_MAX];
};

/* What a row has to do with those before it in the file. */
enum import_mark {
	IMPORT_FIRST = 0,
	IMPORT_APART,          /* one has the same address and another id: they are two records */
	IMPORT_REPEATS_ID,     /* one has the same id, or the same address, and this row is too many */
	IMPORT_REPEATS_EMAIL,
	IMPORT_BROKEN          /* it cannot be read, or is what is left of one that cannot */
};

struct import {
	const struct import_spec *spec;
	struct call *call;     /* its reply gets what is wrong with the table as a whole */
	/* May they still, who write: first in each transaction that does, and rights stay until it
	 * ends (auth/guard.h). */
	enum err (*guard)(struct call *call);
	struct csv_row head;
	struct import_target targets[IMPORT_TARGETS_MAX];
	size_t target_count;
	bool named[CSV_COLUMNS_MAX]; /* the column has a name */
	size_t width;          /* columns up to the last one that has */
	bool ignores;          /* columns that nobody knows, and what stands under no name */
	const char *ignored[CSV_COLUMNS_MAX]; /* their names */
	size_t ignored_count;
	bool writes;           /* the rows are being written, not only checked */
	void *context;         /* of the noun */

	/* The present batch. */
	struct import_row **rows;
	void **inputs;
	size_t batch;
};

/* Tells whether the file has the column. */
bool act_import_has(const struct import *import, const char *name);

/* import_columns.c: what the columns of the file mean. */

/* Tells whether it is a name that such files have. */
bool act_import_knows(const struct import_spec *spec, struct arena *arena, const char *name);

/* Reads import->head. Refuses with 422 and the names of the columns: unknown, csv.repeated,
 * csv.missing. */
enum err act_import_read_head(struct import *import) MUST_USE;

/* Reads the cells of a line into input, of a new record; false when nothing can be said of it but
 * what is wrong with all of it. */
bool act_import_read_cells(struct import *import, const struct csv_row *line, void *input,
	struct import_row *row);

/* Reads of them only those by which rows are the same: what spec->keys() looks at. */
bool act_import_read_keys(struct import *import, const struct csv_row *line, void *input);

/* import_marks.c: what only the whole file says of its rows: which are about the same record, and
 * which are left of one that cannot be read. */
struct import_marks {
	uint8_t *of; /* enum import_mark of each row */
	size_t count;
	bool broken; /* so was the row that was marked last */
	struct text_set *ids;
	struct text_set *emails;
};

void act_import_marks_begin(struct import_marks *marks, struct arena *arena, size_t rows);

/* Marks the next row, of this number, by what the rows before it say: one that cannot be read, or
 * is left of one; true: it is. Then, if it is none, one with these keys. */
bool act_import_mark_broken(struct import_marks *marks, size_t at, const struct import *import,
	const struct csv_row *line);
void act_import_mark(struct import_marks *marks, size_t at, const struct import_keys *keys);

/* The marks as text, and back. */
const char *act_import_marks_text(const struct import_marks *marks, struct arena *arena);
void act_import_marks_read(struct import_marks *marks, const char *text);

/* Begins a batch of at most so many rows; and where the rows are written, its transaction. */
enum err act_import_begin(struct import *import, size_t count) MUST_USE;

/* Adds a line to the batch, or says in row, whose mark is given, what is wrong with it. */
enum err act_import_add(struct import *import, const struct csv_row *line,
	struct import_row *row) MUST_USE;

/* Says of the rows of the batch what they do and, where rows are written, writes those in which
 * nothing is wrong and that say something new. */
enum err act_import_settle(struct import *import) MUST_USE;

#endif
