/* What goes into a statement, and where the columns of its rows go. */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "base/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DB_IDS_MAX = 200 };

/* What goes into a statement. Built with the in_*() functions; text and bytes are borrowed. */
struct db_in {
	char kind; /* as in the statement */
	bool null;
	uint64_t number;
	const void *bytes;
	size_t len;
};

static inline struct db_in in_number(uint64_t number)
{
	return (struct db_in){ .kind = 'u', .number = number };
}

struct db_in in_text(const char *text);          /* 's'; NULL is SQL NULL */
struct db_in in_bytes(const void *bytes, size_t len); /* 'b' */
struct db_in in_hash(const struct secret_hash *hash); /* 'b' */
struct db_in in_time(int64_t instant);           /* 't'; 0 is SQL NULL */
struct db_in in_id(uint64_t id);                 /* 'u'; 0 is SQL NULL */
struct db_in in_ids(const uint64_t *ids, size_t count); /* 'I'; more than DB_IDS_MAX: ERR_BUG */
struct db_in in_list(const char *const *texts, size_t count); /* 'L', of bytes; as many at most */

/* One column of a row. Text and bytes live until the arena of the rows is reset. */
struct db_out {
	bool null;
	uint64_t number;
	int64_t time;
	const char *text; /* "" when NULL; NUL-terminated, also for 'b' */
	size_t len;
};

struct db_bytes { const void *bytes; size_t len; };

/* Where the column of a row goes, built with the into_*() functions. NULL leaves 0, false or "". */
struct db_into {
	char kind; /* as in the statement, and: f flag, w word, n text or NULL, x hash, B bytes */
	void *at;
};

static inline struct db_into into_number(uint64_t *number)
{
	return (struct db_into){ 'u', number };
}

static inline struct db_into into_flag(bool *flag)
{
	return (struct db_into){ 'f', flag };
}

/* An enum, which is an int or an unsigned one. */
static inline struct db_into into_word(void *word)
{
	return (struct db_into){ 'w', word };
}

static inline struct db_into into_time(int64_t *time)
{
	return (struct db_into){ 't', time };
}

static inline struct db_into into_text(const char **text)
{
	return (struct db_into){ 's', text };
}

static inline struct db_into into_text_or_null(const char **text)
{
	return (struct db_into){ 'n', text };
}

static inline struct db_into into_bytes(struct db_bytes *bytes)
{
	return (struct db_into){ 'B', bytes };
}

/* Zeros for what has another length. */
static inline struct db_into into_hash(struct secret_hash *hash)
{
	return (struct db_into){ 'x', hash };
}

/* Puts a column where it goes; false when a column of this letter is of another kind. */
bool row_put(char letter, const struct db_out *column, const struct db_into *into);

#endif
