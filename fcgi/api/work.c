#include "api/work.h"

#include "api/handlers.h"
#include "auth/guard.h"
#include "view/work.h"

#include <string.h>
#include <strings.h>

static const struct work_ways *const ways[] = {
	[WORK_USERS_BULK] = &api_work_users_bulk,
	[WORK_USERS_IMPORT] = &api_work_users_import,
	[WORK_CLIENTS_IMPORT] = &api_work_clients_import,
	[WORK_USERS_UNDO] = &api_work_users_undo,
};

bool api_work_is_wanted(const struct call *call)
{
	static const char word[] = "respond-async";
	const char *prefer = call->request->prefer;
	size_t len = sizeof(word) - 1;

	return prefer != NULL && strncasecmp(prefer, word, len) == 0 &&
		(prefer[len] == '\0' || strchr(",; ", prefer[len]) != NULL);
}

enum err api_work_create(struct call *call, struct work *work, const char *input, size_t len)
{
	uint64_t unfinished;

	TRY(store_work_unfinished(call->db, call->arena, call->viewer.user_id, &unfinished));
	if (unfinished >= WORK_UNFINISHED_MOST) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "work", "work.too_many");
	}
	work->user_id = call->viewer.user_id;
	return store_work_insert(call->db, work, input, len, &call->record_id);
}

enum err api_work_answer_created(struct call *call)
{
	struct work work;

	TRY(store_work_load(call->db, call->arena, call->viewer.user_id, call->record_id, &work));
	reply_created(call->reply, call->request, "work", work.id);
	call->reply->status = 202;
	view_record(&call->reply->body, view_work, &work, &call->viewer);
	return ERR_OK;
}

enum err api_work_list(struct call *call)
{
	struct work *works;
	size_t count;

	TRY(store_work_list(call->db, call->arena, call->viewer.user_id, &works, &count));
	view_works(&call->reply->body, works, count, &call->viewer);
	return ERR_OK;
}

static enum err work_load(struct call *call, struct work *work)
{
	return store_work_load(call->db, call->arena, call->viewer.user_id, call->id, work);
}

enum err api_work_read(struct call *call)
{
	struct work work;

	TRY(work_load(call, &work));
	view_record(&call->reply->body, view_work_whole, &work, &call->viewer);
	return ERR_OK;
}

/* Ends it while it is running, and takes it away when it is over. */
enum err api_work_end(struct call *call)
{
	struct work work;

	TRY(work_load(call, &work));
	return work.state == WORK_RUNNING ? store_work_cancel(call->db, &work)
		: store_work_delete(call->db, &work);
}

struct import_row *api_work_row(struct work_step *step, size_t at)
{
	return &step->rows[at - step->start];
}

/* Notes in the work's own row what became of the present batch. */
static enum err work_step_note(struct work_step *step)
{
	struct text refused = text_in(step->call->arena);
	uint64_t done = 0, failed = 0;

	text_puts(&refused, "");
	for (size_t i = step->work.position; i < step->to; i++) {
		const struct import_row *row = api_work_row(step, i);

		done += row->errors == NULL && row->changed;
		if (row->errors != NULL) {
			failed++;
			text_putc(&refused, ',');
			view_work_row(&refused, row, &step->call->viewer);
		}
	}
	return store_work_note(step->call->db, &step->work, done, failed, refused.bytes);
}

static enum err work_step_claim(struct work_step *step)
{
	struct call *call = step->call;
	enum err err = store_work_claim(call->db, call->arena, &step->work, step->to);

	step->claimed = err == ERR_OK;
	return err;
}

static enum err work_step_run(struct call *call)
{
	struct work_step *step = call->state;

	step->is_of_a_row = false;
	TRY(work_step_claim(step));
	for (size_t i = step->work.position; i < step->to; i++) {
		*api_work_row(step, i) = (struct import_row){ .line = i + 1 };
	}
	TRY(ways[step->work.kind]->run(step));
	return work_step_note(step);
}

/* Notes the refusal of one row, in place of work_step_run(), which could not deal with it. */
static enum err work_step_refuse(struct call *call)
{
	struct work_step *step = call->state;
	struct import_row *row = api_work_row(step, step->work.position);

	row->errors = NULL;
	row->changed = false;
	TRY(work_step_claim(step));
	TRY(ways[step->work.kind]->refuse(step, row));
	return work_step_note(step);
}

static size_t work_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Deals with the rows up to end, or with fewer when another request is at it. A batch with a row
 * that cannot be dealt with is tried again row by row. */
static enum err work_step_deal(struct work_step *step, size_t end)
{
	size_t most = ways[step->work.kind]->batch, alone_until = 0;

	while (step->work.position < end) {
		size_t at = step->work.position;
		size_t batch = at < alone_until ? 1 : work_least(most, end - at);
		enum err err;

		step->to = at + batch;
		err = api_transact(step->call, work_step_run);
		if (err != ERR_OK && step->is_of_a_row && batch > 1) {
			alone_until = step->to;
			continue;
		}
		if (err != ERR_OK && step->is_of_a_row) {
			err = api_transact(step->call, work_step_refuse);
		}
		if (err == ERR_STALE && !step->claimed) {
			return ERR_OK;
		}
		TRY(err);
		step->work.position = step->to;
	}
	return ERR_OK;
}

static enum err work_step_begin(struct work_step *step)
{
	const struct work_ways *way = ways[step->work.kind];
	struct call *call = step->call;
	size_t end = work_least(step->work.total, step->work.position + way->rows);

	TRY(store_work_input(call->db, call->arena, &step->work, &step->input, &step->input_len));
	if (step->input_len == 0) {
		return ERR_OK; /* it was finished or cancelled just now */
	}
	step->start = step->work.position;
	step->rows = arena_array(call->arena, way->rows, sizeof(*step->rows));
	TRY(way->open(step));
	return work_step_deal(step, end);
}

/* By the rights of the moment: those before the first row, and those in each batch. */
enum err api_work_step(struct call *call)
{
	struct work_step *step = arena_alloc(call->arena, sizeof(*step));
	size_t count;
	enum err err;

	step->call = call;
	call->state = step;
	TRY(work_load(call, &step->work));
	if (step->work.state == WORK_RUNNING) {
		call->perm = ways[step->work.kind]->perm;
		err = auth_guard(&call->viewer, call->perm);
		if (err == ERR_OK) {
			err = work_step_begin(step);
		}
		TRY(err == ERR_FORBIDDEN && call->reply->problem == PROBLEM_NONE
			? reply_forbid(call->reply, perm_name(call->perm)) : err);
	}
	count = step->rows == NULL ? 0 : step->work.position - step->start;
	TRY(work_load(call, &step->work));
	view_work_step(&call->reply->body, &step->work, step->rows, count, &call->viewer);
	return ERR_OK;
}
