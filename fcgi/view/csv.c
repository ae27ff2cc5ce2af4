#include "view/csv.h"

#include "base/clock.h"

#include <string.h>

/* What spreadsheets begin a formula with (OWASP CSV injection) gets an apostrophe before it; and so
 * does what looks as if it had got one, so that the reader can take one off. */
static bool view_csv_needs_shield(const char *cell)
{
	cell += strspn(cell, "'");
	return *cell != '\0' && strchr("=+-@\t\r", *cell) != NULL;
}

/* Writes a cell, in quotes where it needs them. */
static void view_csv_put_cell(struct text *out, const char *cell)
{
	bool quoted = cell[strcspn(cell, ",;\"\r\n")] != '\0' || cell[0] == ' ' || cell[0] == '\t';

	text_puts(out, quoted ? "\"" : "");
	if (view_csv_needs_shield(cell)) {
		text_putc(out, '\'');
	}
	if (!quoted) {
		text_puts(out, cell);
		return;
	}
	for (; *cell != '\0'; cell++) {
		if (*cell == '"') {
			text_putc(out, '"');
		}
		text_putc(out, *cell);
	}
	text_putc(out, '"');
}

static void view_csv_put_value(struct text *out, const struct column *column, const void *record)
{
	const char *at = (const char *)record + column->offset;
	char time[CLOCK_TEXT_MAX];

	switch (column->kind) {
	case COLUMN_END:
		break;
	case COLUMN_NUMBER:
		text_putu(out, *(const uint64_t *)(const void *)at);
		break;
	case COLUMN_ID:
		if (*(const uint64_t *)(const void *)at != 0) {
			text_putu(out, *(const uint64_t *)(const void *)at);
		}
		break;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		view_csv_put_cell(out, *(const char *const *)(const void *)at);
		break;
	case COLUMN_FLAG:
		text_puts(out, *(const bool *)(const void *)at ? "true" : "false");
		break;
	case COLUMN_WORD:
		text_puts(out, column->words[*(const int *)(const void *)at]);
		break;
	case COLUMN_TIME:
		if (*(const int64_t *)(const void *)at != 0) {
			text_puts(out, clock_text(*(const int64_t *)(const void *)at, time));
		}
		break;
	}
}

void view_csv_head(struct text *out, const struct csv_form *form, const struct column *columns)
{
	const char separator[] = { form->separator, '\0' };
	const char *between = "\xEF\xBB\xBF";

	for (const struct column *column = columns; column->kind != COLUMN_END; column++) {
		if ((column->where & IN_CSV) != 0) {
			text_puts(out, between);
			text_puts(out, column->name);
			between = separator;
		}
	}
	if (form->more != NULL) {
		text_putc(out, form->separator);
		text_puts(out, form->more);
	}
	text_puts(out, "\r\n");
}

void view_csv_row(struct text *out, const struct csv_form *form, const struct column *columns,
	const void *record, const char *more, const struct viewer *viewer)
{
	bool first = true;

	for (const struct column *column = columns; column->kind != COLUMN_END; column++) {
		if ((column->where & IN_CSV) == 0) {
			continue;
		}
		if (!first) {
			text_putc(out, form->separator);
		}
		first = false;
		if (column->mask != MASK_NONE && viewer->masked) {
			view_csv_put_cell(out, mask_text(column->mask));
		} else {
			view_csv_put_value(out, column, record);
		}
	}
	if (form->more != NULL) {
		text_putc(out, form->separator);
		view_csv_put_cell(out, more);
	}
	text_puts(out, "\r\n");
}
