#include "store/row.h"

#include <string.h>

struct db_in in_text(const char *text)
{
	return (struct db_in){ .kind = 's', .null = text == NULL, .bytes = text,
		.len = text == NULL ? 0 : strlen(text) };
}

struct db_in in_bytes(const void *bytes, size_t len)
{
	return (struct db_in){ .kind = 'b', .null = bytes == NULL, .bytes = bytes, .len = len };
}

struct db_in in_hash(const struct secret_hash *hash)
{
	return in_bytes(hash->bytes, sizeof(hash->bytes));
}

struct db_in in_ids(const uint64_t *ids, size_t count)
{
	return (struct db_in){ .kind = 'I', .bytes = ids, .len = count };
}

struct db_in in_list(const char *const *texts, size_t count)
{
	return (struct db_in){ .kind = 'L', .bytes = texts, .len = count };
}

struct db_in in_time(int64_t instant)
{
	return (struct db_in){ .kind = 't', .null = instant == 0, .number = (uint64_t)instant };
}

struct db_in in_id(uint64_t id)
{
	return (struct db_in){ .kind = 'u', .null = id == 0, .number = id };
}

/* A hash of another length is none. */
static void row_put_hash(const struct db_out *column, struct secret_hash *hash)
{
	memset(hash, 0, sizeof(*hash));
	if (column->len == sizeof(hash->bytes)) {
		memcpy(hash->bytes, column->text, sizeof(hash->bytes));
	}
}

static void row_put_column(const struct db_out *column, const struct db_into *into)
{
	switch (into->kind) {
	case 'u':
		*(uint64_t *)into->at = column->number;
		break;
	case 'f':
		*(bool *)into->at = column->number != 0;
		break;
	case 'w':
		*(int *)into->at = (int)column->number;
		break;
	case 't':
		*(int64_t *)into->at = column->time;
		break;
	case 's':
		*(const char **)into->at = column->text;
		break;
	case 'n':
		*(const char **)into->at = column->null ? NULL : column->text;
		break;
	case 'x':
		row_put_hash(column, into->at);
		break;
	default:
		*(struct db_bytes *)into->at = (struct db_bytes){ column->text, column->len };
		break;
	}
}

/* Whether a column of this letter goes there. */
static bool row_goes_into(char letter, char kind)
{
	switch (letter) {
	case 'u':
		return kind == 'u' || kind == 'f' || kind == 'w';
	case 't':
		return kind == 't';
	default:
		return kind == 's' || kind == 'n' || kind == 'x' || kind == 'B';
	}
}

bool row_put(char letter, const struct db_out *column, const struct db_into *into)
{
	if (!row_goes_into(letter, into->kind)) {
		return false;
	}
	row_put_column(column, into);
	return true;
}
