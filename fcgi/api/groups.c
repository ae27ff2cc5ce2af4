/* Groups: the list, the record, the members, the catalogue; and what group_edit.c and
 * group_import.c share. */
#include "api/groups.h"

#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "api/users.h"
#include "auth/cache.h"
#include "rule/group.h"
#include "store/rights.h"
#include "view/group.h"

#include <string.h>

enum err api_groups_list(struct call *call)
{
	struct listing listing = { .noun = &group_noun, .fields = view_group };

	TRY(api_listing_read(call, &listing));
	TRY(api_listing_load(call, &listing));
	TRY(api_may_groups(call, listing.records, listing.page.count));
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_groups_read(struct call *call)
{
	struct group group;

	TRY(store_group_load(call->db, call->arena, call->id, &group));
	return api_group_answer(call, &group);
}

/* Whoever may see groups sees that this one exists; to see its people takes users.view too. */
enum err api_groups_members(struct call *call)
{
	const char *name;

	TRY(auth_cache_group(call->cache, call->db, call->id, &name));
	if (name[0] == '\0') {
		return ERR_NOT_FOUND;
	}
	return rights_have(call->viewer.rights, PERM_USERS_VIEW) ? api_users_in_group(call, call->id)
		: reply_forbid(call->reply, perm_name(PERM_USERS_VIEW));
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

enum err api_group_answer(struct call *call, struct group *group)
{
	TRY(api_may_groups(call, group, 1));
	reply_etag(call->reply, group->version);
	view_record(&call->reply->body, view_group, group, &call->viewer);
	return ERR_OK;
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
	struct audit_event event = { .action = "group.update", .target_type = "group",
		.before = group_json(call, before), .after = group_json(call, after) };

	if (before == NULL) {
		event.action = "group.create";
	} else if (after == NULL) {
		event.action = "group.delete";
	}
	event.target_id = before == NULL ? after->id : before->id;
	return event;
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
