/*
 * Edit and delete a user. Rights are asked for again inside the transaction, after a guard row is
 * held (.guard in api/routes.c); an edit over an older version changes nothing.
 */
#include "api/handlers.h"
#include "api/may.h"
#include "api/users.h"
#include "auth/notice.h"
#include "auth/tries.h"
#include "rule/field.h"
#include "rule/may.h"
#include "rule/network.h"
#include "view/user.h"

#include <stddef.h>
#include <string.h>

struct user_update_input {
	struct record_input user;
	struct in_ids groups;
	struct in_word two_factor;
	struct in_words ip_allow_list;
};

/* An administrator switches the second factor off, for somebody who cannot get mail, or to codes by
 * mail, again or in the place of an app that was lost. An app is enrolled by its owner alone. */
static const char *const two_factor_choices[] = {
	[TWO_FACTOR_DISABLED] = "disabled",
	[TWO_FACTOR_EMAIL] = "email",
	NULL,
};

#define AT(member) offsetof(struct user_update_input, member)

const struct field api_user_update_fields[] = {
	{ .kind = FIELD_RECORD, .columns = user_columns, .where = IN_UPDATE,
		.row_size = sizeof(struct user), .offset = AT(user) },
	{ .name = "groups", .kind = FIELD_IDS, .offset = AT(groups), .max = ACCOUNT_GROUPS_MAX },
	{ .name = "two_factor", .kind = FIELD_WORD, .offset = AT(two_factor),
		.words = two_factor_choices },
	{ .name = "ip_allow_list", .kind = FIELD_WORDS, .offset = AT(ip_allow_list),
		.max = NETWORKS_MAX },
	{ .kind = FIELD_END },
};

_Static_assert(sizeof(struct user_change) <= API_STATE_SIZE, "the state of a user's change");

enum err api_user_update_check(struct call *call)
{
	const struct user_update_input *input = call->input;
	const char *networks = input->ip_allow_list.given
		? act_user_networks(call->arena, &input->ip_allow_list) : "";

	if (networks == NULL) {
		reply_field(call->reply, "ip_allow_list", "ip_allow_list.format");
	} else if (call->id == call->viewer.user_id &&
	    !network_list_has(networks, call->request->remote_address)) {
		reply_field(call->reply, "ip_allow_list", "ip_allow_list.excludes_you");
	}
	if (input->two_factor.given && input->two_factor.value == TWO_FACTOR_EMAIL &&
	    !conf_has_mail(call->conf)) {
		reply_field(call->reply, "two_factor", "two_factor.no_mail");
	}
	return api_user_check_known(call, &input->user, &input->groups, call->id);
}

/* Gives what the record is to become. */
static struct user user_apply(struct arena *arena, const struct user *before,
	const struct user_update_input *input)
{
	const char *networks = input->ip_allow_list.given
		? act_user_networks(arena, &input->ip_allow_list) : NULL;
	struct user next = *before;

	record_apply(user_columns, &input->user, &next);
	if (input->groups.given) {
		next.groups = act_user_groups(arena, input->groups.ids, input->groups.count);
		next.group_count = input->groups.count;
	}
	if (input->two_factor.given) {
		next.two_factor = (enum two_factor)input->two_factor.value;
	}
	/* The check has refused any that is none; another order is no change. */
	if (networks != NULL && !network_list_same(networks, before->ip_allow_list)) {
		next.ip_allow_list = networks;
	}
	return next;
}

static bool user_has_same_groups(const struct user *a, const struct user *b)
{
	bool same = a->group_count == b->group_count;

	for (size_t i = 0; same && i < a->group_count; i++) {
		same = a->groups[i].id == b->groups[i].id;
	}
	return same;
}

/* Nobody changes their own status, groups, mask or second factor as an administrator, or locks
 * themselves out. */
static enum err user_check_self(struct call *call, const struct user *before,
	const struct user *next)
{
	if (before->id != call->viewer.user_id) {
		return ERR_OK;
	}
	if (next->status != before->status) {
		return api_forbid_field(call, "status", may_user_own(USER_STATUS));
	}
	if (!user_has_same_groups(before, next)) {
		return api_forbid_field(call, "groups", may_user_own(USER_GROUPS));
	}
	if (next->mask_data != before->mask_data) {
		return api_forbid_field(call, "mask_data", may_user_own(USER_MASK_DATA));
	}
	if (next->two_factor != before->two_factor) {
		return api_forbid_field(call, "two_factor", may_user_own(USER_TWO_FACTOR));
	}
	if (!network_list_has(next->ip_allow_list, call->request->remote_address)) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "ip_allow_list",
			"ip_allow_list.excludes_you");
	}
	return ERR_OK;
}

enum err api_user_begin_change(struct call *call, struct user_change *change)
{
	TRY(api_user_guard(call, call->id));
	return api_user_load(call, call->id, &change->before);
}

static enum err user_check_given(struct call *call, const struct user_change *change)
{
	const struct user *next = &change->next;
	uint64_t *ids = arena_array(call->arena, next->group_count, sizeof(*ids));

	for (size_t i = 0; i < next->group_count; i++) {
		ids[i] = next->groups[i].id;
	}
	return act_user_check_rights(call, change->before.group_count, ids, next->group_count,
		next->mask_data);
}

enum err api_user_finish_change(struct call *call, struct user_change *change)
{
	struct user_outcome outcome;
	enum err err;

	TRY(user_check_self(call, &change->before, &change->next));
	TRY(user_check_given(call, change));
	err = store_user_update(call->db, &change->before, &change->next, call->viewer.session_id,
		&outcome);
	if (err == ERR_CONFLICT && outcome.last_administrator) {
		return reply_refuse(call->reply, PROBLEM_LAST_ADMINISTRATOR);
	}
	if (err == ERR_CONFLICT) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "email", "email.taken");
	}
	TRY(err == ERR_STALE ? ERR_RETRY : err); /* another edit was faster: on what it left */
	change->credentials_void = outcome.credentials_void;
	TRY(api_user_load(call, call->id, &change->next));
	TRY(auth_notice_change(call, &change->before, &change->next,
		call->id == call->viewer.user_id ? BY_OWNER : BY_ADMINISTRATOR));
	call->audit = (struct audit_event){ .action = "user.update", .target_type = "user",
		.target_id = call->id, .before = act_user_json(call, &change->before),
		.after = act_user_json(call, &change->next) };
	return ERR_OK;
}

/* Whoever names one of these means to change it: what a user may do and see, and how and from where
 * they come in; that takes a proof. A name and a language are harmless. */
enum err api_user_update_allow(struct call *call)
{
	static const size_t dangerous[] = { offsetof(struct user, email), offsetof(struct user, status),
		offsetof(struct user, mask_data) };
	const struct user_update_input *input = call->input;
	bool asks = input->groups.given || input->two_factor.given || input->ip_allow_list.given;

	for (size_t i = 0; i < sizeof(dangerous) / sizeof(dangerous[0]); i++) {
		asks |= record_has(user_columns, &input->user, dangerous[i]);
	}
	call->guard = asks ? GUARD_CHANGE : GUARD_USE;
	return asks ? api_ask_step_up(call) : ERR_OK;
}

enum err api_user_update(struct call *call)
{
	struct user_change *change = call->state;

	TRY(api_user_begin_change(call, change));
	TRY(api_if_match(call, change->before.version));
	change->credentials_void = false;
	change->next = user_apply(call->arena, &change->before, call->input);
	if (record_changed(user_columns, IN_ANY, &change->before, &change->next) == 0 &&
	    user_has_same_groups(&change->before, &change->next)) {
		return ERR_OK;
	}
	return api_user_finish_change(call, change);
}

enum err api_user_answer_changed(struct call *call)
{
	struct user_change *change = call->state;

	TRY(api_may_users(call, &change->next, 1));
	reply_etag(call->reply, change->next.version);
	view_user_change(&call->reply->body, &change->next, change->credentials_void,
		&call->viewer);
	return ERR_OK;
}

/* Rests on no version: whatever else has changed, the delay is over. */
enum err api_user_unlock(struct call *call)
{
	struct user_change *change = call->state;

	TRY(api_user_begin_change(call, change));
	TRY(auth_tries_unlock(call, call->id, change->before.email));
	TRY(api_user_load(call, call->id, &change->next));
	call->audit = (struct audit_event){ .action = "user.unlock", .target_type = "user",
		.target_id = call->id };
	return ERR_OK;
}

enum err api_user_answer_unlocked(struct call *call)
{
	struct user_change *change = call->state;

	return api_user_answer(call, &change->next);
}

enum err api_user_delete(struct call *call)
{
	struct user_change *change = call->state;
	bool last_administrator;
	enum err err;

	TRY(api_user_begin_change(call, change));
	TRY(api_if_match(call, change->before.version));
	if (call->id == call->viewer.user_id) {
		return api_forbid_field(call, "user", may_user_own(USER_DELETE));
	}
	err = store_user_delete(call->db, &change->before, &last_administrator);
	if (err == ERR_CONFLICT) {
		return reply_refuse(call->reply, PROBLEM_LAST_ADMINISTRATOR);
	}
	call->audit = (struct audit_event){ .action = "user.delete", .target_type = "user",
		.target_id = call->id, .before = act_user_json(call, &change->before) };
	return err;
}
