/* Users: the list and the record. */
#include "api/users.h"

#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "auth/guard.h"
#include "store/rights.h"
#include "view/user.h"

enum err api_users_in_group(struct call *call, uint64_t group_id)
{
	struct listing listing = { .noun = &user_noun, .fields = view_user_whole };

	TRY(api_listing_read(call, &listing));
	if (group_id != 0 && !api_listing_narrow(&listing, "group", group_id)) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "group", "unknown");
	}
	TRY(api_listing_load(call, &listing));
	TRY(act_user_name_groups(call, listing.records, listing.page.count));
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
	return act_user_name_groups(call, user, 1);
}

enum err api_user_answer(struct call *call, struct user *user)
{
	TRY(api_may_users(call, user, 1));
	reply_etag(call->reply, user->version);
	view_record(&call->reply->body, view_user, user, &call->viewer);
	return ERR_OK;
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
