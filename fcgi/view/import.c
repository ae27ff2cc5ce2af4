#include "view/import.h"

#include "http/charset.h"

#include <jansson.h>
#include <string.h>

static void put_errors(struct text *out, const void *record)
{
	const struct import_row *row = record;

	text_putc(out, '{');
	text_puts(out, row->errors == NULL ? "" : row->errors);
	text_putc(out, '}');
}

static void put_said(struct text *out, const void *record)
{
	const struct import_row *row = record;

	text_putf(out, "{%s}", row->said);
}

static const char *const deed_words[] = {
	[DEED_REFUSED] = "refused",
	[DEED_NEW] = "new",
	[DEED_CHANGED] = "changed",
	[DEED_SAME] = "same",
	NULL,
};

static const struct view_field view_import_row[] = {
	{ .name = "line", .kind = VIEW_NUMBER, .offset = offsetof(struct import_row, line) },
	{ .name = "id", .kind = VIEW_ID, .offset = offsetof(struct import_row, id) },
	{ .name = "deed", .kind = VIEW_WORD, .offset = offsetof(struct import_row, deed),
		.words = deed_words },
	{ .name = "errors", .kind = VIEW_PART, .part = put_errors, .shape = SHAPE_PAIRS },
	{ .name = "said", .kind = VIEW_PART, .offset = offsetof(struct import_row, said),
		.part = put_said, .shape = SHAPE_PAIRS, .optional = true },
	{ .kind = VIEW_END },
};

const struct view_field view_imported[] = {
	{ .name = "dry_run", .kind = VIEW_FLAG },
	{ .name = "encoding", .kind = VIEW_WORD, .words = charset_words },
	{ .name = "separator", .kind = VIEW_TEXT },
	{ .name = "ignored", .kind = VIEW_PART, .shape = SHAPE_TEXTS },
	{ .name = "good", .kind = VIEW_NUMBER },
	{ .name = "new", .kind = VIEW_NUMBER },
	{ .name = "changed", .kind = VIEW_NUMBER },
	{ .name = "same", .kind = VIEW_NUMBER },
	{ .name = "refused", .kind = VIEW_NUMBER },
	{ .name = "rows", .kind = VIEW_PART, .shape = SHAPE_OBJECTS, .inner = view_import_row },
	{ .kind = VIEW_END },
};

const struct view_field view_job_rows[] = {
	{ .name = "line", .kind = VIEW_NUMBER, .offset = offsetof(struct import_row, line) },
	{ .name = "id", .kind = VIEW_ID, .offset = offsetof(struct import_row, id) },
	{ .name = "changed", .kind = VIEW_FLAG, .offset = offsetof(struct import_row, changed) },
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(struct import_row, name) },
	{ .name = "errors", .kind = VIEW_PART, .part = put_errors, .shape = SHAPE_PAIRS },
	{ .name = "said", .kind = VIEW_PART, .offset = offsetof(struct import_row, said),
		.part = put_said, .shape = SHAPE_PAIRS, .optional = true },
	{ .name = "text", .kind = VIEW_TEXT, .offset = offsetof(struct import_row, text) },
	{ .kind = VIEW_END },
};

void view_job_row(struct text *out, const struct import_row *row, const struct viewer *viewer)
{
	struct import_row shown = *row;

	shown.name = row->name == NULL ? "" : row->name;
	shown.text = row->text == NULL ? "" : row->text;
	view_record(out, view_job_rows, &shown, viewer);
}

/* Adds a pair to *pairs, which stay as they are where they have one of this name. */
static void import_add_pair(const char **pairs, struct arena *arena, const char *field,
	const char *value)
{
	struct text text = text_in(arena), name = text_in(arena);

	text_put_json(&name, field);
	text_putc(&name, ':');
	if (*pairs != NULL && strstr(*pairs, name.bytes) != NULL) {
		return;
	}
	if (*pairs != NULL) {
		text_puts(&text, *pairs);
		text_putc(&text, ',');
	}
	text_puts(&text, name.bytes);
	text_put_json(&text, value);
	*pairs = text.bytes;
}

void view_import_wrong(struct import_row *row, struct arena *arena, const char *field,
	const char *key)
{
	import_add_pair(&row->errors, arena, field, key);
}

void view_import_said(struct import_row *row, struct arena *arena, const char *field,
	const char *said)
{
	import_add_pair(&row->said, arena, field, said);
}

static json_t *import_read_pairs(struct arena *arena, const char *pairs)
{
	return json_loads(arena_printf(arena, "{%s}", pairs == NULL ? "" : pairs), 0, NULL);
}

void view_import_wrongs(struct text *out, const char *pairs, const char *said)
{
	json_t *read = import_read_pairs(out->arena, pairs), *key;
	json_t *words = import_read_pairs(out->arena, said);
	const char *field, *between = "";

	json_object_foreach(read, field, key)
	{
		const char *word = json_string_value(json_object_get(words, field));

		text_putf(out, "%s%s: %s", between, field, json_string_value(key));
		if (word != NULL) {
			text_putf(out, " (%s)", word);
		}
		between = ", ";
	}
	json_decref(words);
	json_decref(read);
}

static void put_import_number(struct text *out, const char *name, uint64_t number)
{
	text_put_member(out, name);
	text_putu(out, number);
}

struct import_counts view_import_count(const struct import_told *told)
{
	struct import_counts counts = { { 0 } };

	for (size_t i = 0; i < told->count; i++) {
		counts.of[told->rows[i].errors == NULL ? told->rows[i].deed : DEED_REFUSED]++;
	}
	return counts;
}

static void put_import_counts(struct text *out, const struct import_told *told)
{
	struct import_counts counts = view_import_count(told);

	put_import_number(out, "good", told->count - counts.of[DEED_REFUSED]);
	put_import_number(out, "new", counts.of[DEED_NEW]);
	put_import_number(out, "changed", counts.of[DEED_CHANGED]);
	put_import_number(out, "same", counts.of[DEED_SAME]);
	put_import_number(out, "refused", counts.of[DEED_REFUSED]);
}

static void put_import_file(struct text *out, const struct import_told *told)
{
	const char separator[] = { told->separator, '\0' };

	text_put_member(out, "encoding");
	text_put_word(out, told->encoding);
	text_put_member(out, "separator");
	text_put_json(out, separator);
	text_put_member(out, "ignored");
	text_putc(out, '[');
	for (size_t i = 0; i < told->ignored_count; i++) {
		text_separate(out);
		text_put_json(out, told->ignored[i]);
	}
	text_putc(out, ']');
}

void view_import(struct text *out, const struct import_told *told, const struct viewer *viewer)
{
	text_puts(out, told->dry_run ? "{\"dry_run\":true" : "{\"dry_run\":false");
	put_import_file(out, told);
	put_import_counts(out, told);
	text_put_member(out, "rows");
	text_putc(out, '[');
	for (size_t i = 0; i < told->count; i++) {
		text_separate(out);
		view_record(out, view_import_row, &told->rows[i], viewer);
	}
	text_puts(out, "]}");
}
