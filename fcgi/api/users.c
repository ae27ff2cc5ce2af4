/* Users: the list and the record. */
#include "api/users.h"

#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "auth/cache.h"
#include "auth/guard.h"
#include "store/rights.h"
#include "view/user.h"

enum err api_user_name_groups(struct call *call, struct user *users, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < users[i].group_count; j++) {
			struct group_name *group = &users[i].groups[j];

			TRY(auth_cache_group(call->cache, call->db, group->id, &group->name));
		}
	}
	return ERR_OK;
}

enum err api_users_in_group(struct call *call, uint64_t group_id)
{
	struct listing listing = { .noun = &user_noun, .fields = view_user_whole };

	TRY(api_listing_read(call, &listing));
	if (group_id != 0 && !api_listing_narrow(&listing, "group", group_id)) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "group", "unknown");
	}
	TRY(api_listing_load(call, &listing));
	TRY(api_user_name_groups(call, listing.records, listing.page.count));
	TRY(api_may_users(call, listing.records, listing.page.count));
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_users_list(struct call *call)
{
	return api_users_in_group(call, 0);
}

enum err api_user_guard(struct call *call, uint64_t id)
{
	enum err err = auth_guard_target(call, id);

	return err == ERR_FORBIDDEN ? api_forbid_field(call, "user", "user.above_yours") : err;
}

enum err api_user_load(struct call *call, uint64_t id, struct user *user)
{
	TRY(store_user_load(call->db, call->arena, id, user));
	return api_user_name_groups(call, user, 1);
}

enum err api_user_answer(struct call *call, struct user *user)
{
	TRY(api_may_users(call, user, 1));
	reply_etag(call->reply, user->version);
	view_record(&call->reply->body, view_user, user, &call->viewer);
	return ERR_OK;
}

const char *api_user_json(struct call *call, const struct user *user)
{
	struct text text = text_in(call->arena);

	view_record(&text, view_user_trail, user, &call->viewer);
	return text.bytes;
}

enum err api_users_read(struct call *call)
{
	struct user user;

	TRY(api_user_load(call, call->id, &user));
	TRY(api_may_users(call, &user, 1));
	reply_etag(call->reply, user.version);
	view_record(&call->reply->body, view_user_whole, &user, &call->viewer);
	return ERR_OK;
}

enum err api_user_rights(struct call *call)
{
	struct user user;
	struct rights *each;
	uint64_t *ids;

	TRY(api_user_load(call, call->id, &user));
	ids = arena_array(call->arena, user.group_count, sizeof(*ids));
	each = arena_array(call->arena, user.group_count, sizeof(*each));
	for (size_t i = 0; i < user.group_count; i++) {
		ids[i] = user.groups[i].id;
	}
	TRY(store_rights_of_each(call->db, call->arena, ids, user.group_count, each));
	view_user_rights(&call->reply->body, &user, each);
	return ERR_OK;
}

struct group_name *api_user_groups(struct arena *arena, const uint64_t *ids, size_t count)
{
	struct group_name *groups = arena_array(arena, count, sizeof(*groups));

	for (size_t i = 0; i < count; i++) {
		groups[i] = (struct group_name){ .id = ids[i], .name = "" };
	}
	return groups;
}

void api_user_make(struct call *call, const struct record_input *input, const uint64_t *groups,
	size_t count, struct user *user)
{
	record_init(user_columns, user, sizeof(*user));
	user->status = STATUS_ENABLED;
	user->two_factor = TWO_FACTOR_EMAIL;
	user->creator_id = call->viewer.user_id;
	user->groups = api_user_groups(call->arena, groups, count);
	user->group_count = count;
	record_apply(user_columns, input, user);
}

enum err api_users_insert(struct call *call, struct user *users, size_t count,
	const struct user_entry *entry)
{
	struct user creator = { .creator_id = call->viewer.user_id };

	TRY(store_user_insert(call->db, users, count, entry));
	TRY(store_user_creator(call->db, call->arena, &creator));
	for (size_t i = 0; i < count; i++) {
		users[i].creator_name = creator.creator_name;
		users[i].creator_email = creator.creator_email;
	}
	return api_user_name_groups(call, users, count);
}

enum err api_user_check_known(struct call *call, const struct record_input *user,
	const struct in_ids *groups, uint64_t id)
{
	const char *email = ((const struct user *)user->values)->email;
	struct rights granted;
	bool known = true;
	uint64_t holder;
	enum err err;

	TRY(groups->count == 0 ? ERR_OK : auth_guard_groups(call, groups->ids,
		groups->count, &granted, &known));
	if (!known) {
		reply_field(call->reply, "groups", "groups.unknown");
	}
	if (email[0] == '\0' || !reply_has_fields(call->reply)) {
		return ERR_OK; /* an address that is taken is a conflict, which the write finds */
	}
	err = store_user_find(call->db, call->arena, email, &holder);
	if (err == ERR_OK && holder != id) {
		reply_field(call->reply, "email", "email.taken");
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err api_user_check_rights(struct call *call, size_t had, const uint64_t *groups, size_t count,
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
	if (!rights_cover(call->viewer.rights, granted)) {
		return api_forbid_field(call, "groups", "groups.above_yours");
	}
	if (!mask_data && !rights_unmasked(call->viewer.rights)) {
		return api_forbid_field(call, "mask_data", "mask_data.above_yours");
	}
	return ERR_OK;
}
