/*
 * Create, edit and delete a group. Every change of a group is a change of rights: it begins with
 * the guard row, which moves the epoch on, so that the members' very next requests see it, and so
 * that everybody forgets the old name.
 */
#include "api/groups.h"
#include "api/handlers.h"
#include "api/once.h"
#include "auth/guard.h"
#include "rule/field.h"
#include "rule/group.h"

#include <stddef.h>

const struct field api_group_create_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct group_input, name),
		.required = true, .max = FIELD_GROUP_MAX },
	{ .name = "permissions", .kind = FIELD_WORDS,
		.offset = offsetof(struct group_input, permissions), .max = GROUP_PERMISSIONS_MOST,
		.words = perm_names },
	{ .kind = FIELD_END },
};

const struct field api_group_update_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct group_input, name),
		.min = 1, .max = FIELD_GROUP_MAX },
	{ .name = "permissions", .kind = FIELD_WORDS,
		.offset = offsetof(struct group_input, permissions), .max = GROUP_PERMISSIONS_MOST,
		.words = perm_names },
	{ .kind = FIELD_END },
};

struct change {
	struct call *call;
	struct once once;
	struct rights asked; /* what the body names */
	struct group before;
	struct group next;
};

enum err api_group_check(struct call *call)
{
	const struct group_input *input = call->input;
	struct rights asked;
	uint64_t holder;
	enum err err;

	if (!api_group_rights(&input->permissions, &asked)) {
		reply_field(call->reply, "permissions", "permissions.unknown");
	}
	if (!input->name.given || !reply_has_fields(call->reply)) {
		return ERR_OK; /* a name that is taken is a conflict, which the write finds */
	}
	err = store_group_find(call->db, call->arena, input->name.text, &holder);
	if (err == ERR_OK && holder != call->id) {
		reply_field(call->reply, "name", "name.taken");
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err read_rights(struct change *change)
{
	const struct group_input *input = change->call->input;

	return api_group_rights(&input->permissions, &change->asked) ? ERR_OK
		: api_check_fields(change->call);
}

static enum err check_given(struct change *change)
{
	const char *wrong = group_give(change->call->viewer.rights, change->next.rights);

	return wrong == NULL ? ERR_OK : api_forbid_field(change->call, "permissions", wrong);
}

static enum err name_taken(struct call *call, enum err err)
{
	return err == ERR_CONFLICT
		? reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "name", "name.taken") : err;
}

static enum err create(struct db *db, void *context)
{
	struct change *change = context;
	struct call *call = change->call;
	const struct group_input *input = call->input;
	uint64_t id = 0;

	change->next = (struct group){ .name = input->name.text, .rights = change->asked };
	TRY(auth_guard_change(call));
	TRY(check_given(change));
	TRY(name_taken(call, store_group_insert(db, &change->next, &id)));
	TRY(store_group_load(db, call->arena, id, &change->next));
	TRY(api_once_write(call, &change->once, id));
	return api_group_trail(call, NULL, &change->next);
}

static enum err answer_created(struct call *call, struct group *group)
{
	reply_created(call->reply, call->request, "groups", group->id);
	api_group_answer(call, group);
	return ERR_OK;
}

static enum err answer_repetition(struct change *change)
{
	struct call *call = change->call;
	const struct group_input *input = call->input;

	TRY(read_rights(change));
	TRY(store_group_load(call->db, call->arena, change->once.key.record_id, &change->next));
	if (!rights_have(call->viewer.rights, PERM_GROUPS_VIEW)) {
		change->next = (struct group){ .id = change->next.id, .name = input->name.text,
			.rights = change->asked, .version = 1 }; /* as it was made */
	}
	return answer_created(call, &change->next);
}

enum err api_group_create(struct call *call)
{
	struct change change = { .call = call };
	enum err err = api_once_begin(call, &change.once);

	if (err == ERR_OK && change.once.repeated) {
		return answer_repetition(&change);
	}
	if (err == ERR_OK) {
		err = read_rights(&change);
	}
	if (err == ERR_OK) {
		err = db_transact(call->db, create, &change);
	}
	if (err == ERR_CONFLICT) {
		err = api_once_lost(call, &change.once);
	}
	if (err != ERR_OK) {
		return err;
	}
	return change.once.repeated ? answer_repetition(&change) : answer_created(call, &change.next);
}

/* First half of an edit or a removal: the guard row, the viewer's rights, the record, the right to
 * touch it, the version. */
static enum err begin_change(struct change *change)
{
	struct call *call = change->call;
	const char *wrong;

	TRY(auth_guard_change(call));
	TRY(store_group_load(call->db, call->arena, call->id, &change->before));
	wrong = group_touch(call->viewer.rights, change->before.id, change->before.rights);
	if (wrong != NULL) {
		return api_forbid_field(call, "group", wrong);
	}
	return api_if_match(call, change->before.version);
}

static enum err check_own(struct change *change)
{
	const char *wrong;
	enum err err = api_group_check_own(change->call, &wrong);

	return wrong == NULL ? err : api_forbid_field(change->call, "permissions", wrong);
}

static enum err update(struct db *db, void *context)
{
	struct change *change = context;
	struct call *call = change->call;
	const struct group_input *input = call->input;

	TRY(begin_change(change));
	change->next = change->before;
	if (input->name.given) {
		change->next.name = input->name.text;
	}
	if (input->permissions.given) {
		change->next.rights = change->asked;
	}
	if (api_group_same(&change->before, &change->next)) {
		return ERR_OK;
	}
	TRY(check_given(change));
	TRY(name_taken(call, store_group_update(db, &change->before, &change->next)));
	TRY(check_own(change));
	TRY(store_group_load(db, call->arena, call->id, &change->next));
	return api_group_trail(call, &change->before, &change->next);
}

enum err api_group_update(struct call *call)
{
	struct change change = { .call = call };

	TRY(read_rights(&change));
	TRY(db_transact(call->db, update, &change));
	api_group_answer(call, &change.next);
	return ERR_OK;
}

static enum err delete(struct db *db, void *context)
{
	struct change *change = context;

	TRY(begin_change(change));
	if (change->before.member_count > 0) {
		return reply_refuse_used(change->call->reply, change->before.member_count);
	}
	TRY(store_group_delete(db, &change->before));
	return api_group_trail(change->call, &change->before, NULL);
}

enum err api_group_delete(struct call *call)
{
	struct change change = { .call = call };

	TRY(db_transact(call->db, delete, &change));
	call->reply->status = 204;
	return ERR_OK;
}
