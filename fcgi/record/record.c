#include "record/record.h"

#include <string.h>

static size_t column_size(enum column_kind kind)
{
	switch (kind) {
	case COLUMN_NUMBER:
	case COLUMN_ID:
		return sizeof(uint64_t);
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		return sizeof(const char *);
	case COLUMN_FLAG:
		return sizeof(bool);
	case COLUMN_WORD:
		return sizeof(int);
	case COLUMN_TIME:
		return sizeof(int64_t);
	case COLUMN_END:
		break;
	}
	return 0;
}

void record_init(const struct column *columns, void *record, size_t size)
{
	memset(record, 0, size);
	for (; columns->kind != COLUMN_END; columns++) {
		if (columns->kind == COLUMN_TEXT || columns->kind == COLUMN_BYTES) {
			*(const char **)(void *)((char *)record + columns->offset) = "";
		}
	}
}

column_set record_bit(const struct column *columns, size_t offset)
{
	for (size_t i = 0; columns[i].kind != COLUMN_END; i++) {
		if (columns[i].offset == offset) {
			return (column_set)1 << i;
		}
	}
	return 0;
}

bool record_has(const struct column *columns, const struct record_input *input, size_t offset)
{
	return (input->given & record_bit(columns, offset)) != 0;
}

void record_apply(const struct column *columns, const struct record_input *input, void *record)
{
	for (size_t i = 0; columns[i].kind != COLUMN_END; i++) {
		if ((input->given >> i & 1) != 0) {
			memcpy((char *)record + columns[i].offset,
				(const char *)input->values + columns[i].offset, column_size(columns[i].kind));
		}
	}
}

static bool column_is_same(const struct column *column, const void *a, const void *b)
{
	const char *x = (const char *)a + column->offset, *y = (const char *)b + column->offset;
	const char *text, *other;

	if (column->kind != COLUMN_TEXT && column->kind != COLUMN_BYTES) {
		return memcmp(x, y, column_size(column->kind)) == 0;
	}
	memcpy(&text, x, sizeof(text));
	memcpy(&other, y, sizeof(other));
	return text == other || strcmp(text, other) == 0;
}

column_set record_changed(const struct column *columns, unsigned where, const void *a,
	const void *b)
{
	column_set changed = 0;

	for (size_t i = 0; columns[i].kind != COLUMN_END; i++) {
		if ((columns[i].where & where) != 0 && !column_is_same(&columns[i], a, b)) {
			changed |= (column_set)1 << i;
		}
	}
	return changed;
}

const struct column *record_column(const struct column *columns, const char *name)
{
	for (; columns->kind != COLUMN_END; columns++) {
		if (strcmp(columns->name, name) == 0) {
			return columns;
		}
	}
	return NULL;
}
