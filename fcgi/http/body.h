/*
 * The only reader of JSON input. A handler declares its fields in a table; body_read() fills the
 * handler's input struct from the body and reports *all* that is wrong at once:
 *   400 malformed  not JSON, not an object, a duplicate, unknown or mistyped member (field key
 *                  "unknown", "type"), invalid UTF-8, more than 16 levels
 *   422 invalid    a required member is missing ("<field>.required"), too short, too long, not
 *                  one of the words, or its check says so
 * Text is refused when it holds control or invisible characters ("<field>.characters").
 * jansson's door on the way in.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "base/arena.h"
#include "base/err.h"
#include "http/reply.h"
#include "http/request.h"

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
	FIELD_ROWS     /* struct in_rows: array of objects; what is wrong within the third one's name is
	                * reported as "rows.2.name" */
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;            /* of the in_* member in the input struct */
	bool required;
	const char *unless;       /* a flag of the table that takes the field's place: while it is true
	                           * the field is not required, and refused ("<field>.surplus") */
	size_t most;              /* FIELD_TEXT, FIELD_SECRET: bytes; of arrays: elements */
	const char *const *words; /* FIELD_WORD: NULL-terminated; FIELD_WORDS: what the document says of
	                           * them, the handler checks */
	const struct field *row;  /* FIELD_ROWS, FIELD_PART: the fields of one object */
	size_t row_size;          /* and of the struct that they fill */
	/* FIELD_TEXT: a check of rule/field.h, or NULL */
	const char *(*check)(struct arena *arena, const char *in, const char **out);
};

/* Reads the body into input (zeroed first). fields NULL: the body must be empty or {}. On failure
 * the reply holds the refusal and the result is not ERR_OK. */
enum err body_read(const struct request *request, const struct field *fields, void *input,
	size_t input_size, struct reply *reply) MUST_USE;

/* One field of input from a cell of a table instead of a member; "" is as if it were not there.
 * NULL, or the key of what is wrong. For FIELD_TEXT, FIELD_WORD, FIELD_FLAG and FIELD_ID. */
const char *body_take_cell(struct arena *arena, const struct field *field, const char *cell,
	void *input);

#endif
