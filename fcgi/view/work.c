#include "view/work.h"

static bool is_of_a_set(const struct work *work)
{
	return work->kind == WORK_USERS_BULK || work->kind == WORK_USERS_UNDO;
}

static void put_set(struct text *out, const void *record)
{
	const struct work *work = record;

	text_puts(out, is_of_a_set(work) ? work->options : "null");
}

static void put_head(struct text *out, const void *record)
{
	const struct work *work = record;

	text_put_json(out, is_of_a_set(work) ? "" : work->options);
}

/* Each of them was written by view_work_row() after a comma. */
static void put_refused(struct text *out, const void *record)
{
	const struct work *work = record;

	text_putc(out, '[');
	text_puts(out, work->results[0] == ',' ? work->results + 1 : "");
	text_putc(out, ']');
}

#define WORK_FIELDS \
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct work, id) }, \
	{ .name = "kind", .kind = VIEW_WORD, .offset = offsetof(struct work, kind), \
		.words = work_kind_words }, \
	{ .name = "state", .kind = VIEW_WORD, .offset = offsetof(struct work, state), \
		.words = work_state_words }, \
	{ .name = "set", .kind = VIEW_PART, .part = put_set, .shape = SHAPE_JSON }, \
	{ .name = "head", .kind = VIEW_PART, .part = put_head, .shape = SHAPE_TEXT }, \
	{ .name = "position", .kind = VIEW_NUMBER, .offset = offsetof(struct work, position) }, \
	{ .name = "total", .kind = VIEW_NUMBER, .offset = offsetof(struct work, total) }, \
	{ .name = "done", .kind = VIEW_NUMBER, .offset = offsetof(struct work, done) }, \
	{ .name = "failed", .kind = VIEW_NUMBER, .offset = offsetof(struct work, failed) }, \
	{ .name = "undoable", .kind = VIEW_FLAG, .offset = offsetof(struct work, undoable) }, \
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct work, created_at) }, \
	{ .name = "updated_at", .kind = VIEW_TIME, .offset = offsetof(struct work, updated_at) },

const struct view_field view_work[] = {
	WORK_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_work_whole[] = {
	WORK_FIELDS
	{ .name = "refused", .kind = VIEW_PART, .part = put_refused, .shape = SHAPE_OBJECTS,
		.inner = view_work_rows },
	{ .kind = VIEW_END },
};

const struct view_field view_work_stepped[] = {
	{ .name = "work", .kind = VIEW_PART, .shape = SHAPE_OBJECT, .inner = view_work },
	{ .name = "rows", .kind = VIEW_PART, .shape = SHAPE_OBJECTS, .inner = view_work_rows },
	{ .kind = VIEW_END },
};

void view_works(struct text *out, const struct work *works, size_t count,
	const struct viewer *viewer)
{
	text_puts(out, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		text_separate(out);
		view_record(out, view_work, &works[i], viewer);
	}
	text_puts(out, "]}");
}

void view_work_step(struct text *out, const struct work *work, const struct import_row *rows,
	size_t count, const struct viewer *viewer)
{
	text_puts(out, "{\"work\":");
	view_record(out, view_work, work, viewer);
	text_puts(out, ",\"rows\":[");
	for (size_t i = 0; i < count; i++) {
		text_separate(out);
		view_work_row(out, &rows[i], viewer);
	}
	text_puts(out, "]}");
}
