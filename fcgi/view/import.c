#include "view/import.h"

#include <string.h>

static void put_errors(struct text *out, const void *record)
{
	const struct import_row *row = record;

	text_putc(out, '{');
	text_puts(out, row->errors == NULL ? "" : row->errors);
	text_putc(out, '}');
}

static const struct view_field view_import_row[] = {
	{ .name = "line", .kind = VIEW_NUMBER, .offset = offsetof(struct import_row, line) },
	{ .name = "id", .kind = VIEW_ID, .offset = offsetof(struct import_row, id) },
	{ .name = "errors", .kind = VIEW_PART, .part = put_errors, .shape = SHAPE_PAIRS },
	{ .kind = VIEW_END },
};

const struct view_field view_imported[] = {
	{ .name = "dry_run", .kind = VIEW_FLAG },
	{ .name = "good", .kind = VIEW_NUMBER },
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

void view_import_wrong(struct import_row *row, struct arena *arena, const char *field,
	const char *key)
{
	struct text text = text_in(arena), name = text_in(arena);

	text_put_json(&name, field);
	text_putc(&name, ':');
	if (row->errors != NULL && strstr(row->errors, name.bytes) != NULL) {
		return;
	}
	if (row->errors != NULL) {
		text_puts(&text, row->errors);
		text_putc(&text, ',');
	}
	text_puts(&text, name.bytes);
	text_put_json(&text, key);
	row->errors = text.bytes;
}

void view_import(struct text *out, const struct import_row *rows, size_t count, bool dry_run,
	const struct viewer *viewer)
{
	size_t refused = 0;

	for (size_t i = 0; i < count; i++) {
		refused += rows[i].errors != NULL;
	}
	text_puts(out, dry_run ? "{\"dry_run\":true,\"good\":" : "{\"dry_run\":false,\"good\":");
	text_putu(out, count - refused);
	text_puts(out, ",\"refused\":");
	text_putu(out, refused);
	text_puts(out, ",\"rows\":[");
	for (size_t i = 0; i < count; i++) {
		text_separate(out);
		view_record(out, view_import_row, &rows[i], viewer);
	}
	text_puts(out, "]}");
}
