#include "rule/may.h"

#include "rule/group.h"

#include <stddef.h>

static const struct {
	enum perm perm;
	const char *own; /* why not to oneself; NULL: that too */
	bool unmasked;   /* hands out the sight of personal data */
} user_acts[] = {
	[USER_UPDATE] = { PERM_USERS_UPDATE, NULL, false },
	[USER_STATUS] = { PERM_USERS_UPDATE, "status.self", false },
	[USER_GROUPS] = { PERM_USERS_UPDATE, "groups.self", false },
	[USER_MASK_DATA] = { PERM_USERS_UPDATE, "mask_data.self", true },
	[USER_TWO_FACTOR] = { PERM_USERS_UPDATE, "two_factor.self", false },
	[USER_CREDENTIALS] = { PERM_USERS_UPDATE, "user.own_credentials", false },
	[USER_UNLOCK] = { PERM_USERS_UPDATE, NULL, false },
	[USER_SESSIONS] = { PERM_SESSIONS_DELETE, NULL, false },
	[USER_DELETE] = { PERM_USERS_DELETE, "user.self", false },
};

const char *const may_user_words[] = {
	[USER_UPDATE] = "update",
	[USER_STATUS] = "status",
	[USER_GROUPS] = "groups",
	[USER_MASK_DATA] = "mask_data",
	[USER_TWO_FACTOR] = "two_factor",
	[USER_CREDENTIALS] = "credentials",
	[USER_UNLOCK] = "unlock",
	[USER_SESSIONS] = "sessions",
	[USER_DELETE] = "delete",
	NULL,
};

const char *const may_group_words[] = {
	[GROUP_UPDATE] = "update",
	[GROUP_DELETE] = "delete",
	[GROUP_GIVE] = "give",
	NULL,
};

const char *const may_client_words[] = {
	[CLIENT_UPDATE] = "update",
	[CLIENT_DELETE] = "delete",
	NULL,
};

const char *const may_room_words[] = {
	[ROOM_UPDATE] = "update",
	[ROOM_DELETE] = "delete",
	NULL,
};

const char *const may_session_words[] = { [SESSION_DELETE] = "delete", NULL };

const char *const may_letter_words[] = {
	[MAIL_RESEND] = "resend",
	[MAIL_DELETE] = "delete",
	NULL,
};

static unsigned may_bit(int act, bool may)
{
	return may ? 1U << act : 0;
}

const char *may_user_own(enum user_act act)
{
	return user_acts[act].own;
}

unsigned may_user(const struct viewer *viewer, uint64_t id, struct rights holds)
{
	bool own = id == viewer->user_id, covered = rights_cover(viewer->rights, holds);
	unsigned may = 0;

	for (int act = USER_UPDATE; act <= USER_DELETE; act++) {
		may |= may_bit(act, covered && rights_have(viewer->rights, user_acts[act].perm) &&
			!(own && user_acts[act].own != NULL) &&
			(!user_acts[act].unmasked || rights_unmasked(viewer->rights)));
	}
	return may;
}

unsigned may_group(const struct viewer *viewer, uint64_t id, struct rights holds,
	struct rights grants)
{
	struct rights mine = viewer->rights;
	bool touched = group_touch(mine, id, holds) == NULL;
	bool sorts_users = rights_have(mine, PERM_USERS_CREATE) ||
		rights_have(mine, PERM_USERS_UPDATE);

	return may_bit(GROUP_UPDATE, touched && rights_have(mine, PERM_GROUPS_UPDATE)) |
		may_bit(GROUP_DELETE, touched && rights_have(mine, PERM_GROUPS_DELETE)) |
		may_bit(GROUP_GIVE, sorts_users && group_grant(mine, grants) == NULL);
}

unsigned may_client(const struct viewer *viewer)
{
	return may_bit(CLIENT_UPDATE, rights_have(viewer->rights, PERM_CLIENTS_UPDATE)) |
		may_bit(CLIENT_DELETE, rights_have(viewer->rights, PERM_CLIENTS_DELETE));
}

unsigned may_room(const struct viewer *viewer)
{
	return may_bit(ROOM_UPDATE, rights_have(viewer->rights, PERM_ROOMS_UPDATE)) |
		may_bit(ROOM_DELETE, rights_have(viewer->rights, PERM_ROOMS_DELETE));
}

unsigned may_session(const struct viewer *viewer, struct rights holds)
{
	return may_bit(SESSION_DELETE, rights_have(viewer->rights, PERM_SESSIONS_DELETE) &&
		rights_cover(viewer->rights, holds));
}

/* Credentials that are sent again are given anew, which takes the same as giving them. */
unsigned may_letter(const struct viewer *viewer, const struct letter_facts *letter)
{
	bool nobodys = letter->user_id == 0, own = !nobodys && letter->user_id == viewer->user_id;
	bool covered = rights_cover(viewer->rights, letter->holds);
	bool give = letter->credentials && !nobodys && !own && covered;
	bool cancel = nobodys || own || (covered && !letter->personal);

	return may_bit(MAIL_RESEND, give && rights_have(viewer->rights, PERM_MAIL_UPDATE)) |
		may_bit(MAIL_DELETE, letter->waiting && cancel &&
			rights_have(viewer->rights, PERM_MAIL_DELETE));
}
