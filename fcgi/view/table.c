#include "view/table.h"

#include "base/clock.h"

#include <string.h>

/* Makes of a field that was zero, or a column's, that of this one. It is not given as a whole: of
 * each member of each record that was a tenth of what a list takes in the program. */
static void view_set_column(struct view_field *field, const struct column *column, size_t offset)
{
	static const enum view_kind kinds[] = {
		[COLUMN_NUMBER] = VIEW_NUMBER,
		[COLUMN_ID] = VIEW_ID,
		[COLUMN_TEXT] = VIEW_TEXT,
		[COLUMN_BYTES] = VIEW_TEXT,
		[COLUMN_FLAG] = VIEW_FLAG,
		[COLUMN_WORD] = VIEW_WORD,
		[COLUMN_TIME] = VIEW_TIME,
	};

	field->name = column->name;
	field->kind = kinds[column->kind];
	field->offset = offset + column->offset;
	field->mask = column->mask;
	field->words = column->words;
}

/* Stops at the first column, from the present place on, that is for the row's door. */
static bool view_stop_at_column(struct view_member *member)
{
	const struct view_field *row = member->row;
	const struct column *column = &row->columns[member->place];

	while (column->kind != COLUMN_END && (column->where & row->where) == 0) {
		column++;
	}
	if (column->kind == COLUMN_END) {
		return false;
	}
	member->place = (size_t)(column - row->columns);
	view_set_column(&member->column, column, row->offset);
	member->field = &member->column;
	return true;
}

bool view_next(const struct view_field *fields, struct view_member *member)
{
	if (member->row == NULL) {
		member->row = fields;
	} else if (member->row->kind == VIEW_RECORD) {
		member->place++;
	} else {
		member->row++;
	}
	while (member->row->kind == VIEW_RECORD) {
		if (view_stop_at_column(member)) {
			return true;
		}
		member->row++;
		member->place = 0;
	}
	member->field = member->row;
	return member->row->kind != VIEW_END;
}

static void view_put_time(struct text *out, int64_t instant)
{
	char text[CLOCK_TEXT_MAX];

	if (instant == 0) {
		text_puts(out, "null");
		return;
	}
	text_putc(out, '"');
	text_puts(out, clock_text(instant, text));
	text_putc(out, '"');
}

static void view_put_id(struct text *out, uint64_t id)
{
	if (id == 0) {
		text_puts(out, "null");
	} else {
		text_putu(out, id);
	}
}

static void view_put_words(struct text *out, const char *const *words, unsigned set)
{
	text_putc(out, '[');
	for (size_t i = 0; words[i] != NULL; i++) {
		if ((set >> i & 1) != 0) {
			text_separate(out);
			text_put_word(out, words[i]);
		}
	}
	text_putc(out, ']');
}

static void view_put_object(struct text *out, const struct view_field *field, const char *at,
	const struct viewer *viewer)
{
	const uint64_t *id = (const void *)(at + field->inner->offset);

	if (field->or_null && *id == 0) {
		text_puts(out, "null");
	} else {
		view_record(out, field->inner, at, viewer);
	}
}

static void view_put_value(struct text *out, const struct view_field *field, const void *record,
	const struct viewer *viewer)
{
	const char *at = (const char *)record + field->offset;

	switch (field->kind) {
	case VIEW_END:
	case VIEW_RECORD: /* view_next() gives its columns instead */
		break;
	case VIEW_NUMBER:
		text_putu(out, *(const uint64_t *)(const void *)at);
		break;
	case VIEW_ID:
		view_put_id(out, *(const uint64_t *)(const void *)at);
		break;
	case VIEW_TEXT:
		text_put_json(out, *(const char *const *)(const void *)at);
		break;
	case VIEW_FLAG:
		text_puts(out, *(const bool *)(const void *)at ? "true" : "false");
		break;
	case VIEW_WORD:
		text_put_word(out, field->words[*(const int *)(const void *)at]);
		break;
	case VIEW_WORDS:
		view_put_words(out, field->words, *(const unsigned *)(const void *)at);
		break;
	case VIEW_TIME:
		view_put_time(out, *(const int64_t *)(const void *)at);
		break;
	case VIEW_OBJECT:
		view_put_object(out, field, at, viewer);
		break;
	case VIEW_PART:
		field->part(out, record);
		break;
	case VIEW_MASKED:
		text_puts(out, viewer->masked ? "true" : "false");
		break;
	}
}

/* Whether an optional part has nothing to say of the record. */
static bool view_is_silent(const struct view_field *field, const void *record)
{
	return field->optional && field->kind == VIEW_PART &&
		*(const char *const *)(const void *)((const char *)record + field->offset) == NULL;
}

void view_record(struct text *out, const struct view_field *fields, const void *record,
	const struct viewer *viewer)
{
	struct view_member member = { 0 };

	text_putc(out, '{');
	while (view_next(fields, &member)) {
		if (view_is_silent(member.field, record)) {
			continue;
		}
		text_put_member(out, member.field->name);
		if (member.field->mask != MASK_NONE && viewer->masked) {
			text_put_word(out, mask_text(member.field->mask));
		} else {
			view_put_value(out, member.field, record, viewer);
		}
	}
	text_putc(out, '}');
}

static void view_put_cursor(struct text *out, const char *cursor)
{
	if (cursor == NULL) {
		text_puts(out, "null");
	} else {
		text_put_json(out, cursor);
	}
}

/* Gives the same table with columns in the place of records: what they are as members is found out
 * once for all items of an array, a tenth of what a list takes in the program. */
static const struct view_field *view_unfold(struct arena *arena, const struct view_field *fields)
{
	struct view_member member = { 0 };
	struct view_field *flat;
	size_t count = 0;

	while (view_next(fields, &member)) {
		count++;
	}
	flat = arena_array(arena, count + 1, sizeof(*flat)); /* the last one is zero: VIEW_END */
	member = (struct view_member){ 0 };
	for (size_t i = 0; view_next(fields, &member); i++) {
		flat[i] = *member.field;
	}
	return flat;
}

void view_array(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct viewer *viewer)
{
	const struct view_field *flat = count < 3 ? fields : view_unfold(out->arena, fields);

	text_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		text_separate(out);
		view_record(out, flat, (const char *)records + i * record_size, viewer);
	}
	text_putc(out, ']');
}

static void view_put_items(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct viewer *viewer)
{
	text_puts(out, "{\"items\":");
	view_array(out, fields, records, record_size, count, viewer);
}

void view_items(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct viewer *viewer)
{
	view_put_items(out, fields, records, record_size, count, viewer);
	text_putc(out, '}');
}

void view_list(struct text *out, const struct view_field *fields, const void *records,
	size_t record_size, size_t count, const struct view_page *page, const struct viewer *viewer)
{
	view_put_items(out, fields, records, record_size, count, viewer);
	text_puts(out, ",\"page\":{\"size\":");
	text_putu(out, page->size);
	text_puts(out, ",\"next\":");
	view_put_cursor(out, page->next);
	text_puts(out, ",\"prev\":");
	view_put_cursor(out, page->prev);
	text_puts(out, ",\"total\":");
	text_putu(out, page->total);
	text_puts(out, ",\"total_exact\":");
	text_puts(out, page->total_exact ? "true" : "false");
	text_puts(out, page->partial ? ",\"partial\":true" : "");
	if (page->found_by != NULL) {
		text_putf(out, ",\"found_by\":\"%s\"", page->found_by);
	}
	text_puts(out, "}}");
}

bool view_is_masked(const struct view_field *fields, const char *name, const struct viewer *viewer)
{
	struct view_member member = { 0 };

	while (view_next(fields, &member)) {
		if (strcmp(member.field->name, name) == 0) {
			return member.field->mask != MASK_NONE && viewer->masked;
		}
	}
	return false;
}
