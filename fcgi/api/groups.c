/* Groups: the list, the record, the members, the catalogue; and what group_edit.c and
 * group_import.c share. */
#include "api/groups.h"

#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "api/users.h"
#include "auth/guard.h"
#include "rule/group.h"
#include "store/rights.h"
#include "view/group.h"

#include <string.h>

enum { FILTER_ID, FILTER_NAME };

const struct query_spec api_group_query = {
	.sorts = (const char *const[]){ "id", "name", NULL },
	.filters = (const struct query_filter[]){
		[FILTER_ID] = { .name = "id", .kind = QUERY_ID },
		[FILTER_NAME] = { .name = "name", .kind = QUERY_TEXT },
		{ .kind = QUERY_END },
	},
};

static struct listing_key key_of(const struct group *group)
{
	return (struct listing_key){ .id = group->id, .text = group->name, .number = group->id };
}

enum err api_groups_list(struct call *call)
{
	struct listing listing = { .noun = LISTING_GROUPS, .spec = &api_group_query,
		.fields = view_group };
	struct group_filter filter;
	struct group *groups;
	struct page page;
	uint64_t count;

	TRY(api_listing_read(call, &listing));
	filter = (struct group_filter){
		.id = listing.query.values[FILTER_ID].number,
		.name = listing.query.values[FILTER_NAME].text,
	};
	TRY(store_group_list(call->db, call->arena, &filter, &listing.ask, &page, &groups));
	TRY(store_group_count(call->db, call->arena, &filter, LISTING_COUNT_MOST, &count));
	api_may_groups(call, groups, page.count);
	struct listing_key first = key_of(&groups[0]);
	struct listing_key last = key_of(&groups[page.count == 0 ? 0 : page.count - 1]);
	api_listing_answer(call, &listing, &page, groups, sizeof(*groups), &first, &last, count);
	return ERR_OK;
}

enum err api_groups_read(struct call *call)
{
	struct group group;

	TRY(store_group_load(call->db, call->arena, call->id, &group));
	api_group_answer(call, &group);
	return ERR_OK;
}

/* Whoever may see groups sees that this one exists; to see its people takes users.view too. */
enum err api_groups_members(struct call *call)
{
	struct group group;
	enum err err = store_group_load(call->db, call->arena, call->id, &group);

	if (err != ERR_OK) {
		return err;
	}
	err = auth_guard(&call->viewer, PERM_USERS_VIEW);
	if (err == ERR_FORBIDDEN) {
		return reply_forbid(call->reply, perm_name(PERM_USERS_VIEW));
	}
	return err == ERR_OK ? api_users_in_group(call, group.id) : err;
}

enum err api_permissions_list(struct call *call)
{
	view_permissions(&call->reply->body);
	return ERR_OK;
}

bool api_group_rights(const struct in_words *words, struct rights *rights)
{
	*rights = rights_none();
	for (size_t i = 0; i < words->count; i++) {
		enum perm perm = perm_find(words->words[i]);

		if (perm == PERM_UNSET) {
			return false;
		}
		*rights = rights_add(*rights, perm);
	}
	return true;
}

bool api_group_same(const struct group *a, const struct group *b)
{
	return strcmp(a->name, b->name) == 0 && rights_cover(a->rights, b->rights) &&
		rights_cover(b->rights, a->rights);
}

void api_group_answer(struct call *call, struct group *group)
{
	api_may_groups(call, group, 1);
	reply_etag(call->reply, group->version);
	view_record(&call->reply->body, view_group, group, &call->viewer);
}

static const char *group_json(struct call *call, const struct group *group)
{
	struct text text = text_in(call->arena);

	if (group == NULL) {
		return NULL;
	}
	view_record(&text, view_group_bare, group, &call->viewer);
	return text.bytes;
}

struct audit_event api_group_event(struct call *call, const struct group *before,
	const struct group *after)
{
	const char *changed = after == NULL ? "group.delete" : "group.update";

	return (struct audit_event){
		.action = before == NULL ? "group.create" : changed,
		.target_type = "group",
		.target_id = before == NULL ? after->id : before->id,
		.before = group_json(call, before),
		.after = group_json(call, after),
	};
}

enum err api_group_check_own(struct call *call, const char **wrong)
{
	struct user_rights now;

	*wrong = NULL;
	TRY(store_rights_load(call->db, call->arena, call->viewer.user_id, &now));
	*wrong = group_own(call->viewer.rights, now.rights);
	if (*wrong == NULL) {
		call->viewer.rights = now.rights;
	}
	return ERR_OK;
}
