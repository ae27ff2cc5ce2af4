#include "view/job.h"

static bool is_of_a_set(const struct job *job)
{
	return job->kind == JOB_USERS_BULK || job->kind == JOB_USERS_UNDO;
}

static void put_set(struct text *out, const void *record)
{
	const struct job *job = record;

	text_puts(out, is_of_a_set(job) ? job->options : "null");
}

/* Whether the options begin with what separates the cells; an earlier version wrote a comma. */
static bool tells_separator(const struct job *job)
{
	return job->options[0] != '\0' &&
		(job->options[1] == JOB_HEAD_STRICT || job->options[1] == JOB_HEAD_IGNORES);
}

static void put_head(struct text *out, const void *record)
{
	const struct job *job = record;

	text_put_json(out, is_of_a_set(job) ? "" : job->options + (tells_separator(job) ? 2 : 0));
}

static void put_separator(struct text *out, const void *record)
{
	const struct job *job = record;
	const char separator[] = { tells_separator(job) ? job->options[0] : ',', '\0' };

	text_put_json(out, is_of_a_set(job) ? "" : separator);
}

/* Each of them was written by view_job_row() after a comma. */
static void put_refused(struct text *out, const void *record)
{
	const struct job *job = record;

	text_putc(out, '[');
	text_puts(out, job->results[0] == ',' ? job->results + 1 : "");
	text_putc(out, ']');
}

#define JOB_FIELDS \
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(struct job, id) }, \
	{ .name = "kind", .kind = VIEW_WORD, .offset = offsetof(struct job, kind), \
		.words = job_kind_words }, \
	{ .name = "state", .kind = VIEW_WORD, .offset = offsetof(struct job, state), \
		.words = job_state_words }, \
	{ .name = "set", .kind = VIEW_PART, .part = put_set, .shape = SHAPE_JSON }, \
	{ .name = "head", .kind = VIEW_PART, .part = put_head, .shape = SHAPE_TEXT }, \
	{ .name = "separator", .kind = VIEW_PART, .part = put_separator, .shape = SHAPE_TEXT }, \
	{ .name = "position", .kind = VIEW_NUMBER, .offset = offsetof(struct job, position) }, \
	{ .name = "total", .kind = VIEW_NUMBER, .offset = offsetof(struct job, total) }, \
	{ .name = "done", .kind = VIEW_NUMBER, .offset = offsetof(struct job, done) }, \
	{ .name = "failed", .kind = VIEW_NUMBER, .offset = offsetof(struct job, failed) }, \
	{ .name = "undoable", .kind = VIEW_FLAG, .offset = offsetof(struct job, undoable) }, \
	{ .name = "created_at", .kind = VIEW_TIME, .offset = offsetof(struct job, created_at) }, \
	{ .name = "updated_at", .kind = VIEW_TIME, .offset = offsetof(struct job, updated_at) },

const struct view_field view_job[] = {
	JOB_FIELDS
	{ .kind = VIEW_END },
};

const struct view_field view_job_whole[] = {
	JOB_FIELDS
	{ .name = "refused", .kind = VIEW_PART, .part = put_refused, .shape = SHAPE_OBJECTS,
		.inner = view_job_rows },
	{ .kind = VIEW_END },
};

const struct view_field view_job_stepped[] = {
	{ .name = "job", .kind = VIEW_PART, .shape = SHAPE_OBJECT, .inner = view_job },
	{ .name = "rows", .kind = VIEW_PART, .shape = SHAPE_OBJECTS, .inner = view_job_rows },
	{ .kind = VIEW_END },
};

void view_job_step(struct text *out, const struct job *job, const struct import_row *rows,
	size_t count, const struct viewer *viewer)
{
	text_puts(out, "{\"job\":");
	view_record(out, view_job, job, viewer);
	text_puts(out, ",\"rows\":[");
	for (size_t i = 0; i < count; i++) {
		text_separate(out);
		view_job_row(out, &rows[i], viewer);
	}
	text_puts(out, "]}");
}
