/* Users: the list and the record. */
#include "api/users.h"

#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "auth/cache.h"
#include "auth/guard.h"
#include "base/clock.h"
#include "store/mail.h"
#include "store/rights.h"
#include "view/user.h"

enum { FILTER_ID, FILTER_EMAIL, FILTER_NAME, FILTER_STATUS, FILTER_TWO_FACTOR, FILTER_GROUP,
	FILTER_MASK_DATA, FILTER_NEVER_SIGNED_IN, FILTER_IDLE_DAYS, FILTER_LOCKED };

enum { IDLE_DAYS_MOST = 18250 };

const struct query_spec api_user_query = {
	.sorts = (const char *const[]){
		[USER_SORT_ID] = "id",
		[USER_SORT_EMAIL] = "email",
		[USER_SORT_NAME] = "name",
		[USER_SORT_STATUS] = "status",
		[USER_SORT_TWO_FACTOR] = "two_factor",
		[USER_SORT_CREATED_AT] = "created_at",
		[USER_SORT_LAST_SIGN_IN_AT] = "last_sign_in_at",
		NULL,
	},
	.descending = true,
	.filters = (const struct query_filter[]){
		[FILTER_ID] = { .name = "id", .kind = QUERY_ID },
		[FILTER_EMAIL] = { .name = "email", .kind = QUERY_TEXT },
		[FILTER_NAME] = { .name = "name", .kind = QUERY_TEXT },
		[FILTER_STATUS] = { .name = "status", .kind = QUERY_WORD, .words = status_words },
		[FILTER_TWO_FACTOR] = { .name = "two_factor", .kind = QUERY_WORD,
			.words = two_factor_words },
		[FILTER_GROUP] = { .name = "group", .kind = QUERY_ID },
		[FILTER_MASK_DATA] = { .name = "mask_data", .kind = QUERY_FLAG },
		[FILTER_NEVER_SIGNED_IN] = { .name = "never_signed_in", .kind = QUERY_FLAG },
		[FILTER_IDLE_DAYS] = { .name = "idle_days", .kind = QUERY_ID },
		[FILTER_LOCKED] = { .name = "locked", .kind = QUERY_FLAG },
		{ .kind = QUERY_END },
	},
};

/* A filter over a small number: -1 for any. */
static int choice(const struct query_value *value)
{
	return value->given ? (int)value->number : -1;
}

/* 0 when nobody asked. Before everybody is far enough back for any number of days. */
static int64_t days_ago(const struct query_value *value)
{
	uint64_t days = value->number < IDLE_DAYS_MOST ? value->number : IDLE_DAYS_MOST;

	return value->given ? clock_now() - (int64_t)days * 24 * CLOCK_HOUR : 0;
}

struct user_filter api_user_filter(struct arena *arena, const struct query_value *values)
{
	return (struct user_filter){
		.id = values[FILTER_ID].number,
		.email = text_lower(arena, values[FILTER_EMAIL].text),
		.name = values[FILTER_NAME].text,
		.status = choice(&values[FILTER_STATUS]),
		.two_factor = choice(&values[FILTER_TWO_FACTOR]),
		.group_id = values[FILTER_GROUP].number,
		.mask_data = choice(&values[FILTER_MASK_DATA]),
		.never_signed_in = choice(&values[FILTER_NEVER_SIGNED_IN]),
		.idle_since = days_ago(&values[FILTER_IDLE_DAYS]),
		.locked = choice(&values[FILTER_LOCKED]),
	};
}

struct listing_key api_user_key(const struct user *user, enum user_sort sort)
{
	struct listing_key key = { .id = user->id };

	switch (sort) {
	case USER_SORT_ID:
		key.number = user->id;
		break;
	case USER_SORT_EMAIL:
		key.text = user->email;
		break;
	case USER_SORT_NAME:
		key.text = user->name;
		break;
	case USER_SORT_STATUS:
		key.number = user->status;
		break;
	case USER_SORT_TWO_FACTOR:
		key.number = user->two_factor;
		break;
	case USER_SORT_CREATED_AT:
		key.time = user->created_at;
		break;
	case USER_SORT_LAST_SIGN_IN_AT:
		key.time = user->last_sign_in_at;
		break;
	}
	return key;
}

enum err api_user_name_groups(struct call *call, struct user *users, size_t count)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; err == ERR_OK && j < users[i].group_count; j++) {
			struct group_name *group = &users[i].groups[j];

			err = auth_cache_group(call->cache, call->db, group->id, &group->name);
		}
	}
	return err;
}

/* How the newest letter with credentials fared, for each user of a page. */
static enum err load_deliveries(struct call *call, struct user *users, size_t count)
{
	uint64_t *ids = arena_array(call->arena, count + 1, sizeof(*ids));
	struct mail *mails = arena_array(call->arena, count + 1, sizeof(*mails));

	for (size_t i = 0; i < count; i++) {
		ids[i] = users[i].id;
	}
	TRY(store_mail_deliveries(call->db, call->arena, ids, count, mails));
	for (size_t i = 0; i < count; i++) {
		users[i].delivery = mails[i].id == 0 ? NULL : &mails[i];
	}
	return ERR_OK;
}

enum err api_users_in_group(struct call *call, uint64_t group_id)
{
	struct listing listing = { .noun = LISTING_USERS, .spec = &api_user_query,
		.fields = view_user_whole };
	struct user_filter filter;
	struct user *users;
	struct page page;
	uint64_t count;

	TRY(api_listing_read(call, &listing));
	filter = api_user_filter(call->arena, listing.query.values);
	if (group_id != 0) {
		if (filter.group_id != 0) {
			return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "group", "unknown");
		}
		filter.group_id = group_id;
	}
	TRY(store_user_count(call->db, call->arena, &filter, LISTING_COUNT_MOST, &count));
	filter.hits_are_rare = count <= LISTING_COUNT_MOST;
	TRY(store_user_list(call->db, call->arena, &filter, &listing.ask, &page, &users));
	TRY(api_user_name_groups(call, users, page.count));
	TRY(load_deliveries(call, users, page.count));
	TRY(api_may_users(call, users, page.count));
	enum user_sort sort = (enum user_sort)listing.ask.sort;
	struct listing_key first = api_user_key(&users[0], sort);
	struct listing_key last = api_user_key(&users[page.count == 0 ? 0 : page.count - 1], sort);
	api_listing_answer(call, &listing, &page, users, sizeof(*users), &first, &last, count);
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
	TRY(load_deliveries(call, &user, 1));
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

static enum err user_check_groups(struct call *call, const struct in_ids *groups)
{
	struct rights granted;
	bool known = true;

	TRY(groups->count == 0 ? ERR_OK : store_rights_of_groups(call->db, call->arena,
		groups->ids, groups->count, &granted, &known));
	if (!known) {
		reply_field(call->reply, "groups", "groups.unknown");
	}
	return ERR_OK;
}

enum err api_user_check_known(struct call *call, const struct in_text *email,
	const struct in_ids *groups, uint64_t id)
{
	uint64_t holder;
	enum err err = user_check_groups(call, groups);

	if (err != ERR_OK || !email->given || !reply_has_fields(call->reply)) {
		return err;
	}
	err = store_user_find(call->db, call->arena, email->text, &holder);
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
	TRY(store_rights_of_groups(call->db, call->arena, groups, count, &granted, &known));
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
