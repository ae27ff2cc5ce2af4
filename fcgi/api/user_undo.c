/*
 * Takes back one change of many users, row by row, by the rules of a single edit. What was is kept
 * with the job, on the server, for as long as the job is: a day after its end. A user who has
 * changed since, in whatever way, is named and left as they are: that was somebody's decision.
 */
#include "api/bulk.h"
#include "api/handlers.h"
#include "auth/guard.h"
#include "store/job.h"

#include <stdlib.h>

/* Makes the set that takes back what set made of one user, which undo has kept. */
static struct bulk_set undo_set(const struct bulk_set *set, const struct undo *undo)
{
	return (struct bulk_set){
		.status = { .given = undo->status, .value = set->status.value == STATUS_DISABLED
			? STATUS_ENABLED : STATUS_DISABLED },
		.mask_data = { .given = undo->mask_data, .on = !set->mask_data.on },
		.add_group = { .given = undo->removed, .id = undo->removed ? set->remove_group.id : 0 },
		.remove_group = { .given = undo->added, .id = undo->added ? set->add_group.id : 0 },
	};
}

/* Puts one user back; whoever was put back before stays so. */
static enum err undo_row(struct call *call)
{
	struct bulk_row *row = call->state;
	struct user_change *change = &row->change;
	struct bulk_set set;
	struct undo undo;
	enum err err;

	row->changed = false;
	TRY(auth_guard_change(call));
	TRY(api_user_begin_change(call, change));
	err = store_job_undo_find(call->db, call->arena, row->job_id, call->id, &undo);
	if (err == ERR_NOT_FOUND) {
		return ERR_OK;
	}
	TRY(err);
	if (change->before.version != undo.version) {
		return reply_refuse_field(call->reply, PROBLEM_STALE, "user", "undo.changed_since");
	}
	set = undo_set(row->set, &undo);
	change->next = api_bulk_apply(call->arena, &change->before, &set, &row->changed);
	TRY(api_user_finish_change(call, change));
	TRY(store_job_undo_delete(call->db, row->job_id, call->id));
	return api_record_change(call);
}

struct undo_request {
	bool later;
	struct job job;  /* of the change */
	struct in_ids ids; /* the rows that can be put back */
};

_Static_assert(sizeof(struct undo_request) <= API_STATE_SIZE, "the state of taking a change back");

/* The job is one's own, and takes no permission; the change that it takes back does. */
enum err api_job_undo_allow(struct call *call)
{
	struct undo_request *request = call->state;

	request->later = api_job_is_wanted(call);
	call->perm = PERM_USERS_UPDATE;
	return rights_have(call->viewer.rights, call->perm) ? ERR_OK
		: reply_forbid(call->reply, perm_name(call->perm));
}

enum err api_job_undo_check(struct call *call)
{
	struct undo_request *request = call->state;
	struct in_ids *ids = &request->ids;

	TRY(store_job_load(call->db, call->arena, call->viewer.user_id, call->id, &request->job));
	if (request->job.kind != JOB_USERS_BULK) {
		reply_field(call->reply, "job", "job.no_undo");
	} else if (request->job.state == JOB_RUNNING) {
		reply_field(call->reply, "job", "job.running");
	}
	if (reply_has_fields(call->reply)) {
		return ERR_OK;
	}
	TRY(store_job_undo_ids(call->db, call->arena, &request->job, &ids->ids, &ids->count));
	if (!request->later && ids->count > BULK_FILTER_MAX) {
		reply_field(call->reply, "ids", "ids.too_many");
	} else if (request->later && ids->count == 0) {
		reply_field(call->reply, "job", "job.no_undo");
	}
	return ERR_OK;
}

/* The number of the job that is undone stands before the ids. What is undone at once is undone
 * row by row, while it is answered. */
enum err api_job_undo(struct call *call)
{
	const struct undo_request *request = call->state;
	struct job undo = { .kind = JOB_USERS_UNDO, .total = request->ids.count,
		.options = request->job.options };
	struct text list = text_in(call->arena);

	if (!request->later) {
		return ERR_OK;
	}
	text_putu(&list, request->job.id);
	text_putc(&list, ' ');
	api_bulk_put_ids(&list, &request->ids);
	return api_job_create(call, &undo, list.bytes, list.len);
}

enum err api_job_answer_undone(struct call *call)
{
	const struct undo_request *request = call->state;
	struct bulk_set set;

	if (request->later) {
		return api_job_answer_created(call);
	}
	TRY(api_bulk_read_set(call, request->job.options, &set));
	view_user_results(&call->reply->body, api_bulk_change_all(call, &request->ids, &set,
		request->job.id, undo_row), request->ids.count, 0);
	return ERR_OK;
}

static enum err undo_step_open(struct job_step *step)
{
	const char *input;
	uint64_t job_id;
	char *ids;

	TRY(api_job_input(step, &input));
	if (input == NULL) {
		return ERR_OK;
	}
	job_id = strtoull(input, &ids, 10);
	return api_bulk_open(step, ids, job_id, undo_row);
}

const struct job_ways api_job_users_undo = {
	.perm = PERM_USERS_UPDATE,
	.rows = 50,
	.batch = 1,
	.open = undo_step_open,
	.run = api_bulk_run,
	.refuse = api_bulk_refuse,
};
