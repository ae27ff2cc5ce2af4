/*
 * The door that data leaves through: record + field table + viewer -> JSON. There is no way to
 * write a record without saying who is looking, and the mask is on the door: a masked field of a
 * masked viewer is a constant, whatever the record holds. Secrets have no row in any table.
 *
 * JSON is written straight into the reply's text.
 */
#ifndef VIEW_TABLE_H
#define VIEW_TABLE_H

#include "base/text.h"
#include "record/record.h"
#include "rule/mask.h"
#include "rule/perm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum view_kind {
	VIEW_END = 0,
	VIEW_NUMBER, /* uint64_t */
	VIEW_ID,     /* uint64_t; 0 is null */
	VIEW_TEXT,   /* const char * */
	VIEW_FLAG,   /* bool */
	VIEW_WORD,   /* enum (int), an index into words */
	VIEW_WORDS,  /* unsigned, a set: those of words whose bit is there */
	VIEW_TIME,   /* int64_t instant; 0 is null */
	VIEW_OBJECT, /* an object of the fields inner; at offset in the record lies what they tell of */
	VIEW_PART,   /* written by part() */
	VIEW_MASKED, /* whether the viewer sees masks: no field of the record */
	VIEW_RECORD  /* not one member but those columns of a record that are for this door; it lies at
	              * offset, and the row has no name */
};

/* What part() writes: the OpenAPI document says it, and the tests hold the answers to it. */
enum view_shape {
	SHAPE_UNSET = 0,
	SHAPE_OBJECT,         /* of the fields inner */
	SHAPE_OBJECT_OR_NULL,
	SHAPE_OBJECTS,        /* an array of them */
	SHAPE_TEXT,
	SHAPE_TEXTS,          /* an array of texts */
	SHAPE_PAIRS,          /* an object of texts under any names */
	SHAPE_JSON,           /* any object, or null */
	SHAPE_TIME
};

struct view_field {
	const char *name;
	enum view_kind kind;
	size_t offset;
	enum mask mask;           /* MASK_NONE: shown to everybody who may see the record */
	const char *const *words; /* VIEW_WORD, VIEW_WORDS, and SHAPE_TEXTS if it is not of any texts;
	                           * ended by NULL */
	void (*part)(struct text *out, const void *record);
	enum view_shape shape;    /* VIEW_PART */
	const struct view_field *inner; /* VIEW_OBJECT, and parts that are made of objects */
	bool or_null;  /* VIEW_OBJECT: null while the first of inner, a VIEW_NUMBER, is 0 */
	bool optional; /* left out where it says nothing: a part while the pointer at its offset is
	                * NULL, else only of what is written by hand */
	const struct column *columns; /* VIEW_RECORD */
	enum column_where where;      /* and its door: IN_JSON or IN_TRAIL */
};

/* A member that a table writes: one of its rows, or a column as if it were one. */
struct view_member {
	const struct view_field *field;
	struct view_field column;
	const struct view_field *row; /* of the table; NULL before the first one */
	size_t place;                 /* VIEW_RECORD: of the column in its table */
};

/* Goes on to the next member of the table fields, from a member that is zero at first; false after
 * the last. */
bool view_next(const struct view_field *fields, struct view_member *member);

/* What surrounds the items of a list. */
struct view_page {
	uint64_t size;
	const char *next; /* cursor; NULL for none */
	const char *prev;
	uint64_t total;
	bool total_exact;
	bool partial; /* not all rows were looked at that it has room for: a cursor goes on */
	const char *found_by; /* NULL, or what was compared with the words that somebody typed */
};

/* Writes record, by its table fields, as the viewer sees it: a JSON object. */
void view_record(struct text *out, const struct view_field *fields, const void *record,
	const struct viewer *viewer);

/* Writes count records, which lie record_size bytes apart, as [...]. */
void view_array(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct viewer *viewer);

/* Writes the same as {"items": [...]}. */
void view_items(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct viewer *viewer);

/* Writes the same with what surrounds them: {"items": [...], "page": {...}}. */
void view_list(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct view_page *page, const struct viewer *viewer);

/* Tells whether this viewer sees the field called name as a mask, and so may neither sort nor
 * filter by it. */
bool view_is_masked(const struct view_field *fields, const char *name, const struct viewer *viewer);

#endif
