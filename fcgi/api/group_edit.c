/*
 * Create, edit and delete a group. Every change of a group is a change of rights: its row in
 * api/routes.c says GUARD_CHANGE, so that it begins with moving the epoch on: the members' very
 * next requests see it, and everybody forgets the old name.
 */
#include "api/groups.h"
#include "api/handlers.h"
#include "rule/field.h"
#include "rule/group.h"

#include <stddef.h>

#define GROUP_FIELDS(door) { \
	{ .kind = FIELD_RECORD, .columns = group_columns, .where = (door), \
		.row_size = sizeof(struct group), .offset = offsetof(struct group_input, group) }, \
	{ .name = "permissions", .kind = FIELD_WORDS, \
		.offset = offsetof(struct group_input, permissions), .max = GROUP_PERMISSIONS_MAX, \
		.words = perm_names }, \
	{ .kind = FIELD_END }, \
}

const struct field api_group_create_fields[] = GROUP_FIELDS(IN_CREATE);
const struct field api_group_update_fields[] = GROUP_FIELDS(IN_UPDATE);

struct group_change {
	struct group before;
	struct group next;
};

_Static_assert(sizeof(struct group_change) <= API_STATE_SIZE, "the state of a group's change");

enum err api_group_check(struct call *call)
{
	const struct group_input *input = call->input;
	const char *name = ((const struct group *)input->group.values)->name;
	struct rights asked;
	uint64_t holder;
	enum err err;

	if (!api_group_rights(&input->permissions, &asked)) {
		reply_field(call->reply, "permissions", "permissions.unknown");
	}
	if (name[0] == '\0' || !reply_has_fields(call->reply)) {
		return ERR_OK; /* a name that is taken is a conflict, which the write finds */
	}
	err = store_group_find(call->db, call->arena, name, &holder);
	if (err == ERR_OK && holder != call->id) {
		reply_field(call->reply, "name", "name.taken");
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Makes *group, new, of what the body names. */
static enum err group_from_input(struct call *call, struct group *group)
{
	const struct group_input *input = call->input;

	record_init(group_columns, group, sizeof(*group));
	record_apply(group_columns, &input->group, group);
	group->version = 1;
	return api_group_rights(&input->permissions, &group->rights) ? ERR_OK
		: ERR_BUG; /* the check has refused it */
}

static enum err group_check_given(struct call *call, struct rights given)
{
	const char *wrong = group_give(call->viewer.rights, given);

	return wrong == NULL ? ERR_OK : api_forbid_field(call, "permissions", wrong);
}

static enum err group_refuse_taken_name(struct call *call, enum err err)
{
	return err == ERR_CONFLICT
		? reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "name", "name.taken") : err;
}

enum err api_group_create(struct call *call)
{
	struct group_change *change = call->state;
	struct group *group = &change->next;

	TRY(group_from_input(call, group));
	TRY(group_check_given(call, group->rights));
	TRY(group_refuse_taken_name(call, store_group_insert(call->db, group, &call->record_id)));
	TRY(store_group_load(call->db, call->arena, call->record_id, group));
	call->audit = api_group_event(call, NULL, group);
	return ERR_OK;
}

/* Of a repetition too: to who may not see what became of the group since, as it was made. */
enum err api_group_answer_created(struct call *call)
{
	struct group_change *change = call->state;
	struct group *group = &change->next;

	if (call->repeated) {
		TRY(store_group_load(call->db, call->arena, call->record_id, group));
		if (!rights_have(call->viewer.rights, PERM_GROUPS_VIEW)) {
			TRY(group_from_input(call, group));
			group->id = call->record_id;
		}
	}
	return api_group_answer(call, group);
}

/* Begins an edit or a removal: loads *before, asks for the right to touch it and its version. */
static enum err group_begin_change(struct call *call, struct group *before)
{
	const char *wrong;

	TRY(store_group_load(call->db, call->arena, call->id, before));
	wrong = group_touch(call->viewer.rights, before->id, before->rights);
	return wrong == NULL ? api_if_match(call, before->version)
		: api_forbid_field(call, "group", wrong);
}

enum err api_group_update(struct call *call)
{
	const struct group_input *input = call->input;
	struct group_change *change = call->state;
	const char *wrong;
	struct group asked;

	TRY(group_begin_change(call, &change->before));
	TRY(group_from_input(call, &asked));
	change->next = change->before;
	record_apply(group_columns, &input->group, &change->next);
	change->next.rights = input->permissions.given ? asked.rights : change->before.rights;
	if (api_group_same(&change->before, &change->next)) {
		return ERR_OK;
	}
	TRY(group_check_given(call, change->next.rights));
	TRY(group_refuse_taken_name(call,
		store_group_update(call->db, &change->before, &change->next)));
	TRY(api_group_check_own(call, &wrong));
	if (wrong != NULL) {
		return api_forbid_field(call, "permissions", wrong);
	}
	TRY(store_group_load(call->db, call->arena, call->id, &change->next));
	call->audit = api_group_event(call, &change->before, &change->next);
	return ERR_OK;
}

enum err api_group_answer_changed(struct call *call)
{
	struct group_change *change = call->state;

	return api_group_answer(call, &change->next);
}

enum err api_group_delete(struct call *call)
{
	struct group before;

	TRY(group_begin_change(call, &before));
	if (before.member_count > 0) {
		return reply_refuse_used(call->reply, before.member_count);
	}
	TRY(store_group_delete(call->db, &before));
	call->audit = api_group_event(call, &before, NULL);
	return ERR_OK;
}
