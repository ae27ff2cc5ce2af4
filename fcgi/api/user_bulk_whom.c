/* Whom one change for many users means, what it would come to, and its rows as steps of a job. */
#include "api/bulk.h"
#include "api/may.h"
#include "api/users.h"
#include "api/job.h"
#include "auth/session.h"
#include "http/query.h"
#include "rule/may.h"
#include "store/session.h"
#include "view/user.h"

#include <stdlib.h>

/* All that the filter leaves, in the order of their ids: a page more than most, if others have come
 * since they were counted. */
static enum err bulk_each_found(struct call *call, struct list_ask *ask, size_t max,
	bulk_take *take, void *context)
{
	struct page page = { .more_after = true };

	for (size_t taken = 0; page.more_after && taken < max; taken += page.count) {
		void *users;

		TRY(store_list(call->db, call->arena, &user_noun, ask, &page, &users));
		if (page.more_after) {
			ask->key = store_list_key(&user_noun, ask, &page, users, true);
			ask->has_key = true;
		}
		TRY(page.count == 0 ? ERR_OK : take(call, users, page.count, context));
	}
	return ERR_OK;
}

/* Hands out the users that the body's filter leaves: all or, if there are more than most, none. */
static enum err bulk_each_filtered(struct call *call, size_t max, bulk_take *take, void *context)
{
	const struct bulk_input *input = call->input;
	struct list_ask ask = { .size = PAGE_MAX };
	struct query query;
	uint64_t count;

	if (!rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		return reply_forbid(call->reply, perm_name(PERM_USERS_VIEW)); /* the count would tell */
	}
	TRY(query_read_pairs(call->request, &user_noun.list, &input->filter, &query, call->reply));
	TRY(api_listing_seek_letters(call, &user_noun, query.values));
	ask.values = query.values;
	TRY(store_plan(call->db, call->arena, &user_noun, &ask));
	TRY(store_count(call->db, call->arena, &user_noun, &ask, max, &count));
	if (ask.more || count > max) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "filter", "filter.too_many");
	}
	return bulk_each_found(call, &ask, max, take, context);
}

static enum err bulk_each_named(struct call *call, const struct in_ids *ids, bulk_take *take,
	void *context)
{
	const struct user nobody = { .id = 0 };
	struct user *users = arena_array(call->arena, PAGE_MAX, sizeof(*users));

	for (size_t i = 0; i < ids->count; i += PAGE_MAX) {
		size_t count = ids->count - i < PAGE_MAX ? ids->count - i : PAGE_MAX;

		for (size_t j = 0; j < count; j++) {
			enum err err = store_user_load(call->db, call->arena, ids->ids[i + j], &users[j]);

			if (err == ERR_NOT_FOUND) {
				users[j] = nobody;
			} else {
				TRY(err);
			}
		}
		TRY(take(call, users, count, context));
	}
	return ERR_OK;
}

enum err api_bulk_each(struct call *call, size_t max, bulk_take *take, void *context)
{
	const struct bulk_input *input = call->input;

	return input->ids.given ? bulk_each_named(call, &input->ids, take, context)
		: bulk_each_filtered(call, max, take, context);
}

static bool bulk_is_administrator(const struct user *user)
{
	return user->group_count > 0 && user->groups[0].id == GROUP_ADMINISTRATORS;
}

/* Adds up what the change would come to for some users. */
static enum err bulk_foresee(struct call *call, struct user *users, size_t count, void *context)
{
	const struct bulk_set *set = &((const struct bulk_input *)call->input)->set;
	struct bulk_consequences *all = context;
	uint64_t *ended = arena_array(call->arena, count, sizeof(*ended)), sessions = 0;
	struct session_live live = auth_session_live(call->conf);
	unsigned acts = (set->status.given ? 1U << USER_STATUS : 0) |
		(set->mask_data.given ? 1U << USER_MASK_DATA : 0) |
		(set->add_group.given || set->remove_group.given ? 1U << USER_GROUPS : 0);
	size_t ending = 0;

	TRY(api_may_users(call, users, count));
	for (size_t i = 0; i < count; i++) {
		bool changed;
		struct user next = api_bulk_apply(call->arena, &users[i], set, &changed);
		bool refused = users[i].id == 0 || (changed && (acts & ~users[i].may) != 0) ||
			account_groups(users[i].group_count, next.group_count) != NULL;

		all->rows++;
		all->refused += refused;
		if (refused || !changed) {
			continue;
		}
		all->changed++;
		all->administrators += bulk_is_administrator(&users[i]) || bulk_is_administrator(&next);
		if (next.status == STATUS_DISABLED && users[i].status != STATUS_DISABLED) {
			ended[ending++] = users[i].id;
		}
	}
	if (ending > 0) {
		TRY(store_session_count_of(call->db, call->arena, &live, ended, ending, &sessions));
	}
	all->sessions += sessions;
	return ERR_OK;
}

enum err api_bulk_dry_run(struct call *call)
{
	struct bulk_consequences all = { 0 };

	TRY(api_bulk_each(call, BULK_LATER_FILTER_MAX, bulk_foresee, &all));
	view_user_consequences(&call->reply->body, &all, &call->viewer);
	return ERR_OK;
}

void api_bulk_put_ids(struct text *list, const struct in_ids *ids)
{
	for (size_t i = 0; i < ids->count; i++) {
		text_putu(list, ids->ids[i]);
		text_putc(list, ' ');
	}
}

/* What a step of a job goes by. */
struct bulk_step {
	uint64_t *ids;
	struct bulk_set set;
	uint64_t job_id;
	bulk_change *change;
	struct bulk_row row; /* the one that is under way */
};

enum err api_bulk_open(struct job_step *step, const char *ids, uint64_t job_id,
	bulk_change *change)
{
	struct arena *arena = step->call->arena;
	struct bulk_step *state = arena_alloc(arena, sizeof(*state));

	state->ids = arena_array(arena, step->job.total, sizeof(*state->ids));
	for (size_t i = 0; i < step->job.total; i++) {
		char *end;

		state->ids[i] = strtoull(ids, &end, 10);
		ids = end;
	}
	state->job_id = job_id;
	state->change = change;
	step->context = state;
	return api_bulk_read_set(step->call, step->job.options, &state->set);
}

enum err api_bulk_run(struct job_step *step)
{
	struct bulk_step *state = step->context;
	struct bulk_row *row = &state->row;
	struct import_row *out = api_job_row(step, step->job.position);
	enum err err;

	api_bulk_begin_row(row, step->call, state->ids[step->job.position], &state->set,
		state->job_id);
	out->id = row->call.id;
	err = state->change(&row->call);
	step->call->viewer = row->call.viewer;
	out->name = row->change.before.email;
	out->changed = row->changed;
	step->is_of_a_row = row->reply.problem != PROBLEM_NONE || err == ERR_NOT_FOUND;
	return err;
}

enum err api_bulk_refuse(struct job_step *step, struct import_row *out)
{
	struct bulk_row *row = &((struct bulk_step *)step->context)->row;

	reply_error(&row->reply, ERR_NOT_FOUND); /* unless it says something else */
	view_import_wrong(out, step->call->arena, "row", reply_reason(&row->reply));
	return api_bulk_note_refusal(&row->call);
}
