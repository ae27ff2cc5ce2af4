/*
 * One change for many users: each in a transaction of its own, by the rules of a single edit, with
 * a result and an audit row of its own. What is refused for one holds nobody else up. It is done at
 * once, or becomes a job that goes on over many requests (api/job.h).
 */
#include "api/bulk.h"
#include "api/handlers.h"
#include "api/users.h"
#include "api/job.h"
#include "auth/guard.h"
#include "base/log.h"
#include "view/json.h"
#include "view/user.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const struct field set_fields[] = {
	{ .name = "status", .kind = FIELD_WORD, .offset = offsetof(struct bulk_set, status),
		.words = status_words },
	{ .name = "mask_data", .kind = FIELD_FLAG, .offset = offsetof(struct bulk_set, mask_data) },
	{ .name = "add_group", .kind = FIELD_ID, .offset = offsetof(struct bulk_set, add_group) },
	{ .name = "remove_group", .kind = FIELD_ID, .offset = offsetof(struct bulk_set, remove_group) },
	{ .kind = FIELD_END },
};

const struct field api_users_bulk_fields[] = {
	{ .name = "ids", .kind = FIELD_IDS, .offset = offsetof(struct bulk_input, ids),
		.max = BULK_LATER_IDS_MAX },
	{ .name = "filter", .kind = FIELD_PAIRS, .offset = offsetof(struct bulk_input, filter) },
	{ .name = "all", .kind = FIELD_FLAG, .offset = offsetof(struct bulk_input, all) },
	{ .name = "set", .kind = FIELD_PART, .offset = offsetof(struct bulk_input, set),
		.required = true, .row = set_fields },
	{ .name = "dry_run", .kind = FIELD_FLAG, .offset = offsetof(struct bulk_input, dry_run) },
	{ .kind = FIELD_END },
};

static bool bulk_has_group(const struct user *user, uint64_t id)
{
	for (size_t i = 0; i < user->group_count; i++) {
		if (user->groups[i].id == id) {
			return true;
		}
	}
	return false;
}

/* Puts the group id among those of user, which stay in the order of their ids. */
static void bulk_add_group(struct arena *arena, struct user *user, uint64_t id)
{
	size_t count = user->group_count, at = 0;
	struct group_name *groups = arena_array(arena, count + 1, sizeof(*groups));

	for (size_t i = 0; i < count; i++) {
		if (at == i && user->groups[i].id < id) {
			at++;
		}
		groups[i + (user->groups[i].id > id)] = user->groups[i];
	}
	groups[at] = (struct group_name){ .id = id, .name = "" };
	user->groups = groups;
	user->group_count = count + 1;
}

/* Takes the group id from those of user, which stay in their order. */
static void bulk_remove_group(struct arena *arena, struct user *user, uint64_t id)
{
	struct group_name *groups = arena_array(arena, user->group_count, sizeof(*groups));
	size_t kept = 0;

	for (size_t i = 0; i < user->group_count; i++) {
		if (user->groups[i].id != id) {
			groups[kept++] = user->groups[i];
		}
	}
	user->groups = groups;
	user->group_count = kept;
}

struct user api_bulk_apply(struct arena *arena, const struct user *before,
	const struct bulk_set *set, bool *changed)
{
	struct user next = *before;
	bool adds = set->add_group.id != 0 && !bulk_has_group(before, set->add_group.id);
	bool removes = set->remove_group.id != 0 && bulk_has_group(before, set->remove_group.id);

	if (set->status.given) {
		next.status = (enum status)set->status.value;
	}
	if (set->mask_data.given) {
		next.mask_data = set->mask_data.on;
	}
	if (adds) {
		bulk_add_group(arena, &next, set->add_group.id);
	}
	if (removes) {
		bulk_remove_group(arena, &next, set->remove_group.id);
	}
	*changed = adds || removes || next.status != before->status ||
		next.mask_data != before->mask_data;
	return next;
}

void api_bulk_begin_row(struct bulk_row *row, const struct call *call, uint64_t id,
	const struct bulk_set *set, uint64_t job_id)
{
	*row = (struct bulk_row){ .call = *call, .set = set, .job_id = job_id };
	reply_init(&row->reply, call->arena);
	row->call.reply = &row->reply;
	row->call.id = id;
	row->call.state = row;
}

/* Changes one row, and keeps what of the set made a difference to the user. */
static enum err bulk_change_row(struct call *call)
{
	struct bulk_row *row = call->state;
	struct user *before = &row->change.before, *after = &row->change.next;
	uint64_t added = row->set->add_group.id, removed = row->set->remove_group.id;

	TRY(auth_guard_change(call));
	TRY(api_user_begin_change(call, &row->change));
	*after = api_bulk_apply(call->arena, before, row->set, &row->changed);
	if (!row->changed) {
		return ERR_OK;
	}
	TRY(api_user_finish_change(call, &row->change));
	TRY(store_job_undo_put(call->db, row->job_id, &(struct undo){
		.user_id = before->id,
		.version = after->version,
		.status = before->status != after->status,
		.mask_data = before->mask_data != after->mask_data,
		.added = added != 0 && !bulk_has_group(before, added) && bulk_has_group(after, added),
		.removed = removed != 0 && bulk_has_group(before, removed) &&
			!bulk_has_group(after, removed),
	}));
	return api_record_change(call);
}

enum err api_bulk_note_refusal(struct call *call)
{
	if (call->reply->problem != PROBLEM_FORBIDDEN) {
		return ERR_OK;
	}
	return auth_audit_record(call, &(struct audit_event){
		.action = "user.update", .result = reply_reason(call->reply), .target_type = "user",
		.target_id = call->id });
}

static struct user_result bulk_change_one(struct call *call, struct bulk_row *row,
	bulk_change *change)
{
	enum err err = api_transact(&row->call, change);

	if (err != ERR_OK) {
		reply_error(&row->reply, err);
		err = api_bulk_note_refusal(&row->call);
	}
	if (err != ERR_OK) {
		reply_error(&row->reply, err);
	}
	call->viewer = row->call.viewer;
	return (struct user_result){ .id = row->call.id,
		.changed = row->changed && row->reply.problem == PROBLEM_NONE,
		.credentials_void = row->change.credentials_void,
		.error = row->reply.problem == PROBLEM_NONE ? NULL : reply_reason(&row->reply),
		.fault = row->reply.problem == PROBLEM_UNAVAILABLE || row->reply.problem == PROBLEM_BUG };
}

/* A fault is not of the row: those that follow would only wait for the same. */
struct user_result *api_bulk_change_all(struct call *call, const struct in_ids *ids,
	const struct bulk_set *set, uint64_t job_id, bulk_change *change)
{
	struct user_result *results = arena_array(call->arena, ids->count, sizeof(*results));

	for (size_t i = 0; i < ids->count; i++) {
		struct bulk_row row;

		if (i > 0 && results[i - 1].fault) {
			results[i] = results[i - 1];
			results[i].id = ids->ids[i];
			continue;
		}
		api_bulk_begin_row(&row, call, ids->ids[i], set, job_id);
		results[i] = bulk_change_one(call, &row, change);
	}
	return results;
}

struct bulk_request {
	bool later;
	struct in_ids ids; /* whom the request names, or all that are found */
	struct job job;
};

_Static_assert(sizeof(struct bulk_request) <= API_STATE_SIZE, "the state of a bulk change");

/* A key is for what makes a job: what is done at once can be said again, and changes nothing. */
enum err api_users_bulk_allow(struct call *call)
{
	const struct bulk_input *input = call->input;
	struct bulk_request *request = call->state;

	request->later = api_job_is_wanted(call) && !input->dry_run.on;
	if (!request->later) {
		call->idempotency_key = "";
	}
	return ERR_OK;
}

/* Refuses input that says whom in no way, in two, by an empty list or, unless many, a long one. */
static void bulk_check_whom(struct call *call, const struct bulk_input *input, bool many)
{
	int ways = input->ids.given + input->filter.given + input->all.on;

	if (ways != 1) {
		reply_field(call->reply, "ids", ways > 1 ? "ids.both" : "ids.required");
	} else if (input->ids.given && input->ids.count == 0) {
		reply_field(call->reply, "ids", "ids.required");
	} else if (input->ids.count > BULK_IDS_MAX && !many) {
		reply_field(call->reply, "ids", "ids.too_many");
	}
}

/* Writes set as the JSON that set_fields read. */
static const char *bulk_set_json(struct arena *arena, const struct bulk_set *set)
{
	struct text text = text_in(arena);

	text_putc(&text, '{');
	if (set->status.given) {
		view_json(&text, "'status':'%s'", status_words[set->status.value]);
	}
	if (set->mask_data.given) {
		text_separate(&text);
		view_json(&text, "'mask_data':%s", set->mask_data.on ? "true" : "false");
	}
	if (set->add_group.id != 0) {
		text_separate(&text);
		view_json(&text, "'add_group':%" PRIu64, set->add_group.id);
	}
	if (set->remove_group.id != 0) {
		text_separate(&text);
		view_json(&text, "'remove_group':%" PRIu64, set->remove_group.id);
	}
	text_putc(&text, '}');
	return text.bytes;
}

/* Ids of those who are found. */
struct id_list {
	uint64_t *ids; /* with room for all */
	size_t count;
};

static enum err bulk_add_ids(struct call *call, struct user *users, size_t count, void *context)
{
	struct id_list *list = context;

	(void)call;
	for (size_t i = 0; i < count; i++) {
		list->ids[list->count++] = users[i].id;
	}
	return ERR_OK;
}

static enum err bulk_find_ids(struct call *call, size_t max, struct in_ids *ids)
{
	const struct bulk_input *input = call->input;
	struct id_list list = { .count = 0 };

	*ids = input->ids;
	if (!ids->given) {
		list.ids = arena_array(call->arena, max + PAGE_MAX, sizeof(*list.ids));
		TRY(api_bulk_each(call, max, bulk_add_ids, &list));
		*ids = (struct in_ids){ .given = true, .ids = list.ids, .count = list.count };
	}
	return ERR_OK;
}

enum err api_users_bulk_check(struct call *call)
{
	const struct bulk_input *input = call->input;
	const struct bulk_set *set = &input->set;
	struct bulk_request *request = call->state;

	if (reply_has_fields(call->reply)) {
		return ERR_OK; /* whom and what are one question, which was not understood */
	}
	bulk_check_whom(call, input, request->later || input->dry_run.on);
	if (!set->status.given && !set->mask_data.given && set->add_group.id == 0 &&
	    set->remove_group.id == 0) {
		reply_field(call->reply, "set", "set.required");
	}
	if (reply_has_fields(call->reply)) {
		return ERR_OK;
	}
	if (input->filter.given && input->filter.count == 0) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "filter", "filter.empty");
	}
	if (input->dry_run.on) {
		return ERR_OK;
	}
	TRY(bulk_find_ids(call, request->later ? BULK_LATER_FILTER_MAX : BULK_FILTER_MAX,
		&request->ids));
	if (request->later && request->ids.count == 0) {
		reply_field(call->reply, "ids", "ids.required");
	}
	return ERR_OK;
}

/* What is done at once is a job too, which is over before it begins: what was before is kept with
 * it. */
enum err api_users_bulk(struct call *call)
{
	const struct bulk_input *input = call->input;
	struct bulk_request *request = call->state;
	struct text list = text_in(call->arena);

	if (input->dry_run.on) {
		return ERR_OK;
	}
	request->job = (struct job){ .kind = JOB_USERS_BULK, .total = request->ids.count,
		.user_id = call->viewer.user_id, .options = bulk_set_json(call->arena, &input->set) };
	if (!request->later) {
		return store_job_insert_over(call->db, &request->job, &request->job.id);
	}
	api_bulk_put_ids(&list, &request->ids);
	return api_job_create(call, &request->job, list.bytes, list.len);
}

static enum err bulk_answer_now(struct call *call)
{
	const struct bulk_input *input = call->input;
	const struct bulk_request *request = call->state;
	const struct in_ids *ids = &request->ids;
	const struct user_result *results = api_bulk_change_all(call, ids, &input->set,
		request->job.id, bulk_change_row);
	uint64_t done = 0, failed = 0;
	enum err err;

	for (size_t i = 0; i < ids->count; i++) {
		done += results[i].changed;
		failed += results[i].error != NULL;
	}
	err = done == 0 ? store_job_delete(call->db, &request->job)
		: store_job_note(call->db, &request->job, done, failed, "");
	if (err != ERR_OK) {
		log_event(LOG_WARNING, "job", "id=%" PRIu64 " error=%s", request->job.id,
			err_name(err)); /* the rows are changed, and are told of */
	}
	view_user_results(&call->reply->body, results, ids->count, done == 0 ? 0 : request->job.id);
	return ERR_OK;
}

enum err api_users_answer_bulk(struct call *call)
{
	const struct bulk_input *input = call->input;
	const struct bulk_request *request = call->state;

	if (input->dry_run.on) {
		return api_bulk_dry_run(call);
	}
	return request->later ? api_job_answer_created(call) : bulk_answer_now(call);
}

enum err api_bulk_read_set(struct call *call, const char *options, struct bulk_set *set)
{
	struct request request = *call->request;

	request.content_type = "application/json";
	request.body = options;
	request.body_len = strlen(options);
	return body_read(&request, set_fields, false, set, sizeof(*set), call->reply);
}

static enum err bulk_step_open(struct job_step *step)
{
	const char *ids;

	TRY(api_job_input(step, &ids));
	return ids == NULL ? ERR_OK : api_bulk_open(step, ids, step->job.id, bulk_change_row);
}

const struct job_ways api_job_users_bulk = {
	.perm = PERM_USERS_UPDATE,
	.rows = 50,
	.batch = 1,
	.open = bulk_step_open,
	.run = api_bulk_run,
	.refuse = api_bulk_refuse,
};
