/* Whom one change for many users means, what it would come to, and its rows as steps of work. */
#include "api/bulk.h"
#include "api/may.h"
#include "api/users.h"
#include "api/work.h"
#include "auth/session.h"
#include "http/query.h"
#include "rule/may.h"
#include "store/session.h"
#include "view/user.h"

#include <stdlib.h>

/* All that the filter leaves, in the order of their ids: a page more than most, if others have come
 * since they were counted. */
static enum err bulk_each_found(struct call *call, struct list_ask *ask, size_t most,
	bulk_take *take, void *context)
{
	struct page page = { .more_after = true };

	for (size_t taken = 0; page.more_after && taken < most; taken += page.count) {
		void *users;

		TRY(store_list(call->db, call->arena, &user_noun, ask, &page, &users));
		if (page.count > 0) {
			ask->has_key = true;
			ask->key = store_list_key(&user_noun, ask->sort,
				(const struct user *)users + page.count - 1);
			TRY(take(call, users, page.count, context));
		}
	}
	return ERR_OK;
}

/* The users that a filter of the list leaves: all of them or, if they are too many, none. */
static enum err bulk_each_filtered(struct call *call, size_t most, bulk_take *take, void *context)
{
	const struct bulk_input *input = call->input;
	struct list_ask ask = { .size = PAGE_MOST };
	struct query query;
	uint64_t count;

	if (!rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		return reply_forbid(call->reply, perm_name(PERM_USERS_VIEW)); /* the count would tell */
	}
	TRY(query_read_pairs(call->request, &user_noun.list, &input->filter, &query, call->reply));
	ask.values = query.values;
	TRY(store_count(call->db, call->arena, &user_noun, &ask, most, &count));
	if (count > most) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "filter", "filter.too_many");
	}
	return bulk_each_found(call, &ask, most, take, context);
}

static enum err bulk_each_named(struct call *call, const struct in_ids *ids, bulk_take *take,
	void *context)
{
	struct user *users = arena_array(call->arena, PAGE_MOST, sizeof(*users));

	for (size_t i = 0; i < ids->count; i += PAGE_MOST) {
		size_t count = ids->count - i < PAGE_MOST ? ids->count - i : PAGE_MOST;

		for (size_t j = 0; j < count; j++) {
			enum err err = store_user_load(call->db, call->arena, ids->ids[i + j], &users[j]);

			if (err == ERR_NOT_FOUND) {
				users[j] = (struct user){ .id = 0 };
			} else {
				TRY(err);
			}
		}
		TRY(take(call, users, count, context));
	}
	return ERR_OK;
}

enum err api_bulk_each(struct call *call, size_t most, bulk_take *take, void *context)
{
	const struct bulk_input *input = call->input;

	return input->ids.given ? bulk_each_named(call, &input->ids, take, context)
		: bulk_each_filtered(call, most, take, context);
}

/* The acts of one user that the change consists of. */
static unsigned bulk_acts_of(const struct bulk_set *set)
{
	unsigned acts = 0;

	if (set->status.given) {
		acts |= 1U << USER_STATUS;
	}
	if (set->mask_data.given) {
		acts |= 1U << USER_MASK_DATA;
	}
	if (set->add_group.given || set->remove_group.given) {
		acts |= 1U << USER_GROUPS;
	}
	return acts;
}

static bool bulk_is_administrator(const struct user *user)
{
	return user->group_count > 0 && user->groups[0].id == GROUP_ADMINISTRATORS;
}

/* What the change would come to for some users. */
static enum err bulk_foresee(struct call *call, struct user *users, size_t count, void *context)
{
	const struct bulk_set *set = &((const struct bulk_input *)call->input)->set;
	struct bulk_consequences *all = context;
	uint64_t *ended = arena_array(call->arena, count, sizeof(*ended)), sessions = 0;
	struct session_live live = auth_session_live(call->conf);
	size_t ending = 0;

	TRY(api_may_users(call, users, count));
	for (size_t i = 0; i < count; i++) {
		bool changed;
		struct user next = api_bulk_apply(call->arena, &users[i], set, &changed);
		bool refused = users[i].id == 0 || (changed && (bulk_acts_of(set) & ~users[i].may) != 0) ||
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

	TRY(api_bulk_each(call, BULK_LATER_FILTER_MOST, bulk_foresee, &all));
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

uint64_t *api_bulk_read_ids(struct arena *arena, const char *list, size_t count)
{
	uint64_t *ids = arena_array(arena, count, sizeof(*ids));
	char *end;

	for (size_t i = 0; i < count; i++, list = end) {
		ids[i] = strtoull(list, &end, 10);
	}
	return ids;
}

enum err api_bulk_run(struct work_step *step, struct bulk_row *row, bulk_change *change)
{
	struct import_row *out = api_work_row(step, step->work.position);
	enum err err;

	out->id = row->call.id;
	err = change(&row->call);
	step->call->viewer = row->call.viewer;
	out->name = row->change.before.email;
	out->changed = row->changed;
	step->is_of_a_row = row->reply.problem != PROBLEM_NONE || err == ERR_NOT_FOUND;
	return err;
}

enum err api_bulk_refuse(struct work_step *step, struct bulk_row *row, struct import_row *out)
{
	reply_error(&row->reply, ERR_NOT_FOUND); /* unless it says something else */
	view_import_wrong(out, step->call->arena, "row", reply_reason(&row->reply));
	return api_bulk_note_refusal(&row->call);
}
