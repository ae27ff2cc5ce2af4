/*
 * Takes back one change of many users, row by row, by the rules of a single edit. What was is kept
 * with the work, on the server, for as long as the work is: a day after its end. A user who has
 * changed since, in whatever way, is named and left as they are: that was somebody's decision.
 */
#include "api/bulk.h"
#include "api/handlers.h"
#include "api/once.h"
#include "auth/guard.h"
#include "store/work.h"

#include <stdlib.h>

/* The set that takes back what a set made of one user. */
static struct bulk_set opposite(const struct bulk_set *set, const struct undo *undo)
{
	return (struct bulk_set){
		.status = { .given = undo->status, .value = set->status.value == STATUS_DISABLED
			? STATUS_ENABLED : STATUS_DISABLED },
		.mask_data = { .given = undo->mask_data, .on = !set->mask_data.on },
		.add_group = { .given = undo->removed, .id = undo->removed ? set->remove_group.id : 0 },
		.remove_group = { .given = undo->added, .id = undo->added ? set->add_group.id : 0 },
	};
}

static enum err undo_put_back(struct bulk_row *row, const struct undo *undo)
{
	struct user_change *change = &row->change;
	struct bulk_set set = opposite(row->set, undo);

	if (change->before.version != undo->version) {
		return reply_refuse_field(&row->reply, PROBLEM_STALE, "user", "undo.changed_since");
	}
	change->next = api_bulk_apply(row->call.arena, &change->before, &set, &row->changed);
	return api_user_finish_change(&row->call, change);
}

/* Whoever was put back before stays so. */
static enum err undo_row(struct db *db, void *context)
{
	struct bulk_row *row = context;
	struct call *call = &row->call;
	struct undo undo;
	enum err err;

	row->changed = false;
	TRY(auth_guard_change(call));
	TRY(api_user_begin_change(call, &row->change));
	err = store_work_undo_find(db, call->arena, row->work_id, call->id, &undo);
	if (err == ERR_NOT_FOUND) {
		return ERR_OK;
	}
	TRY(err);
	TRY(undo_put_back(row, &undo));
	TRY(store_work_undo_delete(db, row->work_id, call->id));
	return api_record_change(call);
}

/* The work of the change, and the rows that can be put back. */
static enum err find(struct call *call, struct work *work, struct in_ids *ids)
{
	*ids = (struct in_ids){ .given = true };
	TRY(store_work_load(call->db, call->arena, call->viewer.user_id, call->id, work));
	if (work->kind != WORK_USERS_BULK) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "work", "work.no_undo");
	}
	if (work->state == WORK_RUNNING) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "work", "work.running");
	}
	return store_work_undo_ids(call->db, call->arena, work, &ids->ids,
		&ids->count);
}

static enum err undo_now(struct call *call, const struct work *work, const struct in_ids *ids)
{
	struct bulk_set set;

	if (ids->count > BULK_FILTER_MOST) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "ids", "ids.too_many");
	}
	TRY(api_bulk_read_set(call, work->options, &set));
	view_user_results(&call->reply->body,
		api_bulk_change_all(call, ids, &set, work->id, undo_row), ids->count, 0);
	return ERR_OK;
}

/* The number of the work that is undone stands before the ids. */
static enum err undo_later(struct call *call, const struct work *work, const struct in_ids *ids,
	struct once *once)
{
	struct work undo = { .kind = WORK_USERS_UNDO, .total = ids->count, .options = work->options };
	struct text list = text_in(call->arena);

	if (ids->count == 0) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "work", "work.no_undo");
	}
	text_putu(&list, work->id);
	text_putc(&list, ' ');
	api_bulk_put_ids(&list, ids);
	return api_work_create(call, &undo, list.bytes, list.len, once);
}

enum err api_work_undo(struct call *call)
{
	struct once once;
	struct work work;
	struct in_ids ids;

	call->perm = PERM_USERS_UPDATE;
	if (!rights_have(call->viewer.rights, call->perm)) {
		return reply_forbid(call->reply, perm_name(call->perm));
	}
	TRY(api_once_begin(call, &once));
	if (once.repeated) {
		return api_work_repeat(call, &once);
	}
	TRY(find(call, &work, &ids));
	return api_work_is_wanted(call) ? undo_later(call, &work, &ids, &once)
		: undo_now(call, &work, &ids);
}

/* A step of work. */
struct undoing {
	uint64_t work_id; /* whose change is taken back */
	struct bulk_set set;
	uint64_t *ids;
	struct bulk_row row; /* the one that is under way */
};

static enum err open(struct work_step *step)
{
	struct undoing *undoing = arena_alloc(step->call->arena, sizeof(*undoing));
	char *ids;

	undoing->work_id = strtoull(step->input, &ids, 10);
	undoing->ids = api_bulk_read_ids(step->call->arena, ids, step->work.total);
	step->context = undoing;
	return api_bulk_read_set(step->call, step->work.options, &undoing->set);
}

static enum err run(struct work_step *step)
{
	struct undoing *undoing = step->context;

	api_bulk_begin_row(&undoing->row, step->call, undoing->ids[step->work.position],
		&undoing->set, undoing->work_id);
	return api_bulk_run(step, &undoing->row, undo_row);
}

static enum err refuse(struct work_step *step, struct import_row *row)
{
	struct undoing *undoing = step->context;

	return api_bulk_refuse(step, &undoing->row, row);
}

const struct work_ways api_work_users_undo = {
	.perm = PERM_USERS_UPDATE,
	.rows = 50,
	.batch = 1,
	.open = open,
	.run = run,
	.refuse = refuse,
};
