#include "act/users.h"

#include "auth/cache.h"
#include "auth/guard.h"
#include "base/text.h"
#include "http/reply.h"
#include "rule/group.h"
#include "rule/network.h"
#include "view/user.h"

#include <string.h>

enum err act_user_name_groups(struct call *call, struct user *users, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < users[i].group_count; j++) {
			struct group_name *group = &users[i].groups[j];

			TRY(auth_cache_group(call->cache, call->db, group->id, &group->name));
		}
	}
	return ERR_OK;
}

const char *act_user_json(struct call *call, const struct user *user)
{
	struct text text = text_in(call->arena);

	view_record(&text, view_user_trail, user, &call->viewer);
	return text.bytes;
}

struct group_name *act_user_groups(struct arena *arena, const uint64_t *ids, size_t count)
{
	struct group_name *groups = arena_array(arena, count, sizeof(*groups));

	for (size_t i = 0; i < count; i++) {
		groups[i] = (struct group_name){ .id = ids[i], .name = "" };
	}
	return groups;
}

void act_user_make(struct call *call, const struct record_input *input, const uint64_t *groups,
	size_t count, struct user *user)
{
	record_init(user_columns, user, sizeof(*user));
	user->status = STATUS_ENABLED;
	user->two_factor = TWO_FACTOR_EMAIL;
	user->creator_id = call->viewer.user_id;
	user->groups = act_user_groups(call->arena, groups, count);
	user->group_count = count;
	record_apply(user_columns, input, user);
}

enum err act_users_insert(struct call *call, struct user *users, size_t count,
	const struct user_entry *entry)
{
	struct user creator = { .creator_id = call->viewer.user_id };

	TRY(store_user_insert(call->db, users, count, entry));
	TRY(store_user_creator(call->db, call->arena, &creator));
	for (size_t i = 0; i < count; i++) {
		users[i].creator_name = creator.creator_name;
		users[i].creator_email = creator.creator_email;
	}
	return act_user_name_groups(call, users, count);
}

/* Tells whether the network at, in its normal form, stands among those before it. */
static bool user_has_network_before(const struct in_words *networks, size_t at, const char *normal)
{
	char other[NETWORK_TEXT_MAX];

	for (size_t i = 0; i < at; i++) {
		if (network_normal(networks->words[i], other) && strcmp(other, normal) == 0) {
			return true;
		}
	}
	return false;
}

const char *act_user_networks(struct arena *arena, const struct in_words *networks)
{
	struct text list = text_in(arena);
	char normal[NETWORK_TEXT_MAX];

	text_puts(&list, "");
	for (size_t i = 0; i < networks->count; i++) {
		if (!network_normal(networks->words[i], normal)) {
			return NULL;
		}
		if (!user_has_network_before(networks, i, normal)) {
			text_puts(&list, list.len == 0 ? "" : " ");
			text_puts(&list, normal);
		}
	}
	return list.bytes;
}

enum err act_user_check_rights(struct call *call, size_t had, const uint64_t *groups, size_t count,
	bool mask_data)
{
	const char *wrong = account_groups(had, count);
	struct rights granted;
	bool known;

	if (wrong != NULL) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "groups", wrong);
	}
	TRY(auth_guard_groups(call, groups, count, &granted, &known));
	if (!known) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "groups", "groups.unknown");
	}
	wrong = group_grant(call->viewer.rights, granted);
	if (wrong != NULL) {
		return reply_refuse_field(call->reply, PROBLEM_FORBIDDEN, "groups", wrong);
	}
	if (!mask_data && !rights_unmasked(call->viewer.rights)) {
		return reply_refuse_field(call->reply, PROBLEM_FORBIDDEN, "mask_data",
			"mask_data.above_yours");
	}
	return ERR_OK;
}
