/*
 * The table of what a handler takes, and the values that the readers of a JSON body (http/body.h)
 * and of the cells of a table (http/cell.h) put into its input struct by it. The OpenAPI document
 * and the page's types are made of the same rows, so a limit is what they say.
 */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include "base/arena.h"
#include "record/record.h"
#include "rule/field.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A member of an object whose names are not the table's: a text, number or flag, as text. */
struct body_pair { const char *name; const char *value; };

/* What lies in an input struct at a field's offset. given: the member was there. */
struct in_text { bool given; const char *text; };            /* text is "" when not given */
struct in_flag { bool given; bool on; };
struct in_word { bool given; int value; };                   /* index into words */
struct in_id { bool given; uint64_t id; };                   /* 0: null was given */
struct in_ids { bool given; const uint64_t *ids; size_t count; }; /* sorted, without repeats */

struct in_words { bool given; const char *const *words; size_t count; }; /* as they came */
struct in_pairs { bool given; const struct body_pair *pairs; size_t count; };
struct in_rows { bool given; const void *rows; size_t count; }; /* field.row_size bytes apart */

enum field_kind {
	FIELD_END = 0, /* ends the table */
	FIELD_TEXT,    /* struct in_text: cleaned (NFC, trimmed) */
	FIELD_SECRET,  /* struct in_text: NFC, nothing trimmed, any characters but NUL */
	FIELD_FLAG,    /* struct in_flag */
	FIELD_WORD,    /* struct in_word */
	FIELD_ID,      /* struct in_id: a positive integer, or null */
	FIELD_IDS,     /* struct in_ids: array of positive integers */
	FIELD_WORDS,   /* struct in_words: array of texts */
	FIELD_PAIRS,   /* struct in_pairs: an object of texts, numbers and flags */
	FIELD_PART,    /* a struct with in_flag as its first member, and the fields of one object; what
	                * is wrong within is reported as "part.name" */
	FIELD_ROWS,    /* struct in_rows: array of objects; what is wrong within the third one's name is
	                * reported as "rows.2.name" */
	FIELD_RECORD   /* struct record_input: not one member but those columns of a record that are
	                * for this door; has no name */
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;            /* of the in_* member in the input struct */
	bool required;            /* a text is not "" then */
	const char *unless;       /* a flag of the table that takes the field's place: while it is true
	                           * the field is not required, and refused ("<field>.surplus") */
	size_t min;               /* FIELD_TEXT, FIELD_SECRET: characters (code points) */
	size_t max;               /* the same, 0: as the check has it; of arrays: elements */
	const struct check *check; /* FIELD_TEXT, FIELD_SECRET; NULL: any text */
	const char *const *words; /* FIELD_WORD: NULL-terminated; FIELD_WORDS: what the document says of
	                           * them, the handler checks */
	const struct field *row;  /* FIELD_ROWS, FIELD_PART: the fields of one object */
	size_t row_size;          /* and of the struct that they fill; FIELD_RECORD: of the noun's */
	const struct column *columns; /* FIELD_RECORD */
	enum column_where where;      /* and its door: IN_CREATE, IN_UPDATE or IN_IMPORT */
	bool masked;              /* of a column: a masked viewer, who does not see it, must not change
	                           * it */
};

/* A member that the table takes: one of its rows, or a column as if it were one. */
struct member {
	struct field field;
	const struct field *row; /* of the table; NULL before the first one */
	size_t place;            /* FIELD_RECORD: of the column in its table */
};

/* Goes on to the next member of the table fields (NULL: of none), from a member that is zero at
 * first; false after the last. */
bool input_next(const struct field *fields, struct member *member);

/* Finds the member of this name; false when there is none. */
bool input_find(const struct field *fields, const char *name, struct member *member);

/* Give the fewest characters of a text, and the most. */
size_t input_min(const struct field *field);
size_t input_max(const struct field *field);

/* Makes input, which is zero, what it is while nothing was given: texts are "", and there is a
 * record, from the arena, for what is given of it. */
void input_clear(struct arena *arena, const struct field *fields, void *input);

/* Reads a text as a field has it. NULL and the text in *out, or what is wrong with it ("required",
 * "too_short", "too_long", "characters", or what its check says); *out is given then too, unless it
 * is too long to be looked at or holds what nobody can see. */
const char *input_text(struct arena *arena, const struct field *field, const char *text,
	struct in_text *out);

/* Finds the word of a FIELD_WORD; false for any other text. */
bool input_word(const struct field *field, const char *text, struct in_word *out);

/* One value of input: of a FIELD_TEXT, FIELD_SECRET, FIELD_FLAG, FIELD_WORD or FIELD_ID. */
union in_any {
	struct in_text text;
	struct in_flag flag;
	struct in_word word;
	struct in_id id;
};

/* Puts a value, if it is given, where the member has its place in input: in the struct in_*, or in
 * the record, where the column is noted as given. */
void input_put(const struct member *member, const union in_any *value, void *input);

#endif
