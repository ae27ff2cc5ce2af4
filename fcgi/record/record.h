/*
 * A record is one table: a row for each column of a noun says all that is known of it, once. What
 * the rows are used for lies elsewhere: store/ makes statements of them, http/input reads by
 * them, view/ writes JSON, CSV and the trail by them, and the OpenAPI document and the page's types
 * state their limits. The tables stand in store/, beside the struct of their noun (store/client.h).
 *
 * A table is plain data, ended by a row without a kind. The order of its rows is the order of the
 * members of the JSON, of the columns of the CSV and of the SELECT list.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "rule/field.h"
#include "rule/mask.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_kind {
	COLUMN_END = 0,
	COLUMN_NUMBER, /* uint64_t */
	COLUMN_ID,     /* uint64_t; 0 is NULL, and null in JSON */
	COLUMN_TEXT,   /* const char *, never NULL; NULL of the database is "" */
	COLUMN_BYTES,  /* the same, of ASCII alone and compared byte by byte: addresses of mail */
	COLUMN_FLAG,   /* bool */
	COLUMN_WORD,   /* enum (int), an index into words */
	COLUMN_TIME    /* int64_t instant; 0 is NULL, and null in JSON */
};

/* Where a column appears. */
enum column_where {
	IN_CREATE = 1 << 0,  /* a member of the body that creates a record */
	IN_UPDATE = 1 << 1,  /* of the body that changes one */
	IN_IMPORT = 1 << 2,  /* a column of the CSV that is read */
	IN_JSON = 1 << 3,    /* a member of the record as it is answered */
	IN_CSV = 1 << 4,     /* a column of the CSV that is written */
	IN_TRAIL = 1 << 5,   /* its value is kept in the trail */
	IN_CHANGED = 1 << 6, /* the trail names it if it changed: all that it keeps of personal data */
	REQUIRED = 1 << 7,   /* on create and import; never "" */
	IS_FIXED = 1 << 8,   /* INSERT writes it, UPDATE does not */
	IN_ANY = (1 << 9) - 1
};

struct column {
	const char *name;         /* in JSON, CSV, query strings, error keys and the trail */
	enum column_kind kind;
	size_t offset;            /* in the noun's struct */
	const char *sql;          /* how a SELECT says it, e.g. "c.email"; NULL: filled in otherwise */
	const char *stored;       /* the column that INSERT and UPDATE write; NULL: they do not */
	const char *const *words; /* COLUMN_WORD: ended by NULL */
	size_t max;               /* COLUMN_TEXT, COLUMN_BYTES: characters; 0: as check has it */
	const struct check *check; /* of the input; NULL: any text of one line */
	enum mask mask;           /* what a masked viewer sees in its place: not even selected */
	unsigned where;           /* column_where, together */
};

/* A set of columns of a table, by their places in it. */
typedef uint64_t column_set;

/* The members of a record that came as input: what values holds is a struct of the noun. */
struct record_input {
	void *values;
	column_set given;
};

/* Makes record, a struct of the noun of this size, one of which nothing is known: every text of its
 * columns is "", all else is zero. */
void record_init(const struct column *columns, void *record, size_t size);

/* Gives the set of the one column that lies at offset. */
column_set record_bit(const struct column *columns, size_t offset);

/* Tells whether a member was given in input: offset is where it lies in the noun's struct. */
bool record_has(const struct column *columns, const struct record_input *input, size_t offset);

/* Writes the given members of input over those of record, a struct of the same noun. */
void record_apply(const struct column *columns, const struct record_input *input, void *record);

/* Gives the columns with one of the flags where in which the records a and b differ. */
column_set record_changed(const struct column *columns, unsigned where, const void *a,
	const void *b);

/* Gives the column of this name, or NULL. */
const struct column *record_column(const struct column *columns, const char *name);

#endif
