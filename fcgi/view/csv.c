#include "view/csv.h"

#include "base/clock.h"

#include <string.h>

/* What spreadsheets begin a formula with (OWASP CSV injection). */
static bool is_formula(const char *cell)
{
	return cell[0] != '\0' && strchr("=+-@\t\r", cell[0]) != NULL;
}

static void put_quoted(struct text *out, const char *cell)
{
	text_putc(out, '"');
	if (is_formula(cell)) {
		text_putc(out, '\'');
	}
	for (; *cell != '\0'; cell++) {
		if (*cell == '"') {
			text_putc(out, '"');
		}
		text_putc(out, *cell);
	}
	text_putc(out, '"');
}

static void put_cell(struct text *out, const char *cell)
{
	if (cell[strcspn(cell, ",\"\r\n")] != '\0' || cell[0] == ' ' || cell[0] == '\t') {
		put_quoted(out, cell);
		return;
	}
	if (is_formula(cell)) {
		text_putc(out, '\'');
	}
	text_puts(out, cell);
}

static void put_value(struct text *out, const struct view_field *field, const void *record)
{
	const char *at = (const char *)record + field->offset;
	char time[CLOCK_TEXT_MAX];

	switch (field->kind) {
	case VIEW_END:
	case VIEW_WORDS:
	case VIEW_OBJECT:
	case VIEW_PART:
	case VIEW_MASKED:
		break;
	case VIEW_NUMBER:
		text_putu(out, *(const uint64_t *)(const void *)at);
		break;
	case VIEW_ID:
		if (*(const uint64_t *)(const void *)at != 0) {
			text_putu(out, *(const uint64_t *)(const void *)at);
		}
		break;
	case VIEW_TEXT:
		put_cell(out, *(const char *const *)(const void *)at);
		break;
	case VIEW_FLAG:
		text_puts(out, *(const bool *)(const void *)at ? "true" : "false");
		break;
	case VIEW_WORD:
		text_puts(out, field->words[*(const int *)(const void *)at]);
		break;
	case VIEW_TIME:
		if (*(const int64_t *)(const void *)at != 0) {
			text_puts(out, clock_text(*(const int64_t *)(const void *)at, time));
		}
		break;
	}
}

void view_csv_head(struct text *out, const struct view_field *fields)
{
	text_puts(out, "\xEF\xBB\xBF");
	for (const struct view_field *field = fields; field->kind != VIEW_END; field++) {
		text_puts(out, field == fields ? "" : ",");
		text_puts(out, field->name);
	}
	text_puts(out, "\r\n");
}

void view_csv_row(struct text *out, const struct view_field *fields, const void *record,
	const struct viewer *viewer)
{
	for (const struct view_field *field = fields; field->kind != VIEW_END; field++) {
		text_puts(out, field == fields ? "" : ",");
		if (field->mask != MASK_NONE && viewer->masked) {
			put_cell(out, mask_text(field->mask));
		} else {
			put_value(out, field, record);
		}
	}
	text_puts(out, "\r\n");
}
