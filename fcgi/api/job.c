#include "api/job.h"

#include "api/handlers.h"
#include "auth/guard.h"
#include "view/job.h"

#include <string.h>
#include <strings.h>

static const struct job_ways *const ways[] = {
	[JOB_USERS_BULK] = &api_job_users_bulk,
	[JOB_USERS_IMPORT] = &api_job_users_import,
	[JOB_CLIENTS_IMPORT] = &api_job_clients_import,
	[JOB_USERS_UNDO] = &api_job_users_undo,
};

bool api_job_is_wanted(const struct call *call)
{
	static const char word[] = "respond-async";
	const char *prefer = call->request->prefer;
	size_t len = sizeof(word) - 1;

	return prefer != NULL && strncasecmp(prefer, word, len) == 0 &&
		(prefer[len] == '\0' || strchr(",; ", prefer[len]) != NULL);
}

enum err api_job_create(struct call *call, struct job *job, const char *input, size_t len)
{
	uint64_t unfinished;

	TRY(store_job_unfinished(call->db, call->arena, call->viewer.user_id, &unfinished));
	if (unfinished >= JOB_UNFINISHED_MAX) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "job", "job.too_many");
	}
	job->user_id = call->viewer.user_id;
	return store_job_insert(call->db, job, input, len, &call->record_id);
}

enum err api_job_answer_created(struct call *call)
{
	struct job job;

	TRY(store_job_load(call->db, call->arena, call->viewer.user_id, call->record_id, &job));
	reply_created(call->reply, call->request, "jobs", job.id);
	call->reply->status = 202;
	view_record(&call->reply->body, view_job, &job, &call->viewer);
	return ERR_OK;
}

enum err api_jobs(struct call *call)
{
	struct job *jobs;
	size_t count;

	TRY(store_job_list(call->db, call->arena, call->viewer.user_id, &jobs, &count));
	view_items(&call->reply->body, view_job, jobs, sizeof(*jobs), count, &call->viewer);
	return ERR_OK;
}

static enum err job_load(struct call *call, struct job *job)
{
	return store_job_load(call->db, call->arena, call->viewer.user_id, call->id, job);
}

enum err api_job_read(struct call *call)
{
	struct job job;

	TRY(job_load(call, &job));
	TRY(store_job_refused(call->db, call->arena, &job));
	view_record(&call->reply->body, view_job_whole, &job, &call->viewer);
	return ERR_OK;
}

/* Ends it while it is running, and takes it away when it is over. */
enum err api_job_end(struct call *call)
{
	struct job job;

	TRY(job_load(call, &job));
	return job.state == JOB_RUNNING ? store_job_cancel(call->db, &job)
		: store_job_delete(call->db, &job);
}

struct import_row *api_job_row(struct job_step *step, size_t at)
{
	return &step->rows[at - step->start];
}

/* Notes in the job's own row what became of the present batch. */
static enum err job_step_note(struct job_step *step)
{
	struct text refused = text_in(step->call->arena);
	uint64_t done = 0, failed = 0;

	text_puts(&refused, "");
	for (size_t i = step->job.position; i < step->to; i++) {
		const struct import_row *row = api_job_row(step, i);

		done += row->errors == NULL && row->changed;
		if (row->errors != NULL) {
			failed++;
			text_putc(&refused, ',');
			view_job_row(&refused, row, &step->call->viewer);
		}
	}
	return store_job_note(step->call->db, &step->job, done, failed, refused.bytes);
}

static enum err job_step_claim(struct job_step *step)
{
	struct call *call = step->call;
	enum err err = store_job_claim(call->db, call->arena, &step->job, step->to);

	step->claimed = err == ERR_OK;
	return err;
}

static enum err job_step_run(struct call *call)
{
	struct job_step *step = call->state;

	step->is_of_a_row = false;
	TRY(job_step_claim(step));
	for (size_t i = step->job.position; i < step->to; i++) {
		*api_job_row(step, i) = (struct import_row){ .line = i + 1 };
	}
	TRY(ways[step->job.kind]->run(step));
	return job_step_note(step);
}

/* Notes the refusal of one row, in place of job_step_run(), which could not deal with it. */
static enum err job_step_refuse(struct call *call)
{
	struct job_step *step = call->state;
	struct import_row *row = api_job_row(step, step->job.position);

	row->errors = NULL;
	row->said = NULL;
	row->changed = false;
	TRY(job_step_claim(step));
	TRY(ways[step->job.kind]->refuse(step, row));
	return job_step_note(step);
}

static size_t job_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Deals with the rows up to the end of the step, or with fewer when another request is at it. A
 * batch with a row that cannot be dealt with is tried again row by row. */
static enum err job_step_deal(struct job_step *step)
{
	size_t max = ways[step->job.kind]->batch, end = step->end, alone_until = 0;

	while (step->job.position < end) {
		size_t at = step->job.position;
		size_t batch = at < alone_until ? 1 : job_least(max, end - at);
		enum err err;

		step->to = at + batch;
		err = api_transact(step->call, job_step_run);
		if (err != ERR_OK && step->is_of_a_row && batch > 1) {
			alone_until = step->to;
			continue;
		}
		if (err != ERR_OK && step->is_of_a_row) {
			err = api_transact(step->call, job_step_refuse);
		}
		if (err == ERR_STALE && !step->claimed) {
			return ERR_OK;
		}
		TRY(err);
		step->job.position = step->to;
	}
	return ERR_OK;
}

static enum err job_step_begin(struct job_step *step)
{
	const struct job_ways *way = ways[step->job.kind];
	size_t last = job_least(step->job.total, step->job.position + way->rows), from;

	step->start = step->job.position;
	step->rows = arena_array(step->call->arena, way->rows, sizeof(*step->rows));
	do {
		from = step->job.position;
		step->end = last;
		TRY(way->open(step));
		TRY(job_step_deal(step));
	} while (step->job.position > from && step->job.position == step->end &&
		step->job.position < last);
	return ERR_OK;
}

enum err api_job_input(struct job_step *step, const char **input)
{
	size_t len;

	TRY(store_job_input(step->call->db, step->call->arena, &step->job, input, &len));
	if (len == 0) {
		*input = NULL;
		step->end = step->job.position;
	}
	return ERR_OK;
}

/* By the rights of the moment: those before the first row, and those in each batch. */
enum err api_job_step(struct call *call)
{
	struct job_step *step = arena_alloc(call->arena, sizeof(*step));
	size_t count;
	enum err err;

	step->call = call;
	call->state = step;
	TRY(job_load(call, &step->job));
	if (step->job.state == JOB_RUNNING) {
		call->perm = ways[step->job.kind]->perm;
		err = auth_guard(&call->viewer, call->perm);
		if (err == ERR_OK) {
			err = job_step_begin(step);
		}
		TRY(err == ERR_FORBIDDEN && call->reply->problem == PROBLEM_NONE
			? reply_forbid(call->reply, perm_name(call->perm)) : err);
	}
	count = step->rows == NULL ? 0 : step->job.position - step->start;
	TRY(job_load(call, &step->job));
	view_job_step(&call->reply->body, &step->job, step->rows, count, &call->viewer);
	return ERR_OK;
}
