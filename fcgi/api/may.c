#include "api/may.h"

#include "auth/cache.h"
#include "auth/guard.h"
#include "rule/may.h"
#include "store/rights.h"

static enum err may_add_group(struct call *call, uint64_t group_id, struct rights *holds)
{
	struct rights grants;

	enum err err = auth_cache_group_rights(call->cache, call->db, group_id, &grants);

	*holds = rights_union(*holds, grants);
	return err == ERR_NOT_FOUND ? ERR_OK : err; /* such a group grants nothing */
}

enum err api_may_users(struct call *call, struct user *users, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct user *user = &users[i];
		struct rights holds = user->mask_data ? rights_none()
			: rights_add_unmasked(rights_none());

		for (size_t j = 0; j < user->group_count; j++) {
			TRY(may_add_group(call, user->groups[j].id, &holds));
		}
		user->may = may_user(&call->viewer, user->id, holds);
	}
	return ERR_OK;
}

/* Finds what each of the users holds; nothing of somebody who is not there. */
static enum err may_find_rights(struct call *call, const uint64_t *user_ids, size_t count,
	struct rights *holds)
{
	struct membership *memberships;
	size_t found;

	TRY(store_rights_memberships(call->db, call->arena, user_ids, count, &memberships,
		&found));
	for (size_t i = 0; i < count; i++) {
		holds[i] = rights_none();
		for (size_t j = 0; j < found; j++) {
			const struct membership *membership = &memberships[j];

			if (membership->user_id != user_ids[i]) {
				continue;
			}
			if (!membership->masked) {
				holds[i] = rights_add_unmasked(holds[i]);
			}
			TRY(may_add_group(call, membership->group_id, &holds[i]));
		}
	}
	return ERR_OK;
}

enum err api_may_sessions(struct call *call, struct session_entry *sessions, size_t count)
{
	uint64_t *ids = arena_array(call->arena, count, sizeof(*ids));
	struct rights *holds = arena_array(call->arena, count, sizeof(*holds));

	for (size_t i = 0; i < count; i++) {
		ids[i] = sessions[i].user_id;
	}
	TRY(may_find_rights(call, ids, count, holds));
	for (size_t i = 0; i < count; i++) {
		sessions[i].may = may_session(&call->viewer, holds[i]);
	}
	return ERR_OK;
}

enum err api_may_letters(struct call *call, struct mail *mails, size_t count)
{
	uint64_t *ids = arena_array(call->arena, count, sizeof(*ids));
	struct rights *holds = arena_array(call->arena, count, sizeof(*holds));

	for (size_t i = 0; i < count; i++) {
		ids[i] = mails[i].user_id;
	}
	TRY(may_find_rights(call, ids, count, holds));
	for (size_t i = 0; i < count; i++) {
		struct mail *mail = &mails[i];

		mail->may = may_letter(&call->viewer, &(struct letter_facts){
			.credentials = mail->kind == LETTER_CREDENTIALS || mail->kind == LETTER_LINK,
			.personal = letter_is_personal(mail->kind),
			.waiting = mail->state == OUTBOX_READY,
			.user_id = mail->user_id,
			.holds = holds[i],
		});
	}
	return ERR_OK;
}

/* What a group grants is asked as it is when somebody is put into it. */
enum err api_may_groups(struct call *call, struct group *groups, size_t count)
{
	struct rights grants;
	bool known;

	for (size_t i = 0; i < count; i++) {
		struct group *group = &groups[i];

		TRY(auth_guard_groups(call, &group->id, 1, &grants, &known));
		group->may = may_group(&call->viewer, group->id, group->rights, grants);
	}
	return ERR_OK;
}

void api_may_rooms(struct call *call, struct room *rooms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		rooms[i].may = may_room(&call->viewer);
	}
}

void api_may_clients(struct call *call, struct client *clients, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		clients[i].may = may_client(&call->viewer);
	}
}
