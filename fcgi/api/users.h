/* What the files about users share. */
#ifndef API_USERS_H
#define API_USERS_H

#include "api/call.h"
#include "store/user.h"

/* Answers with the list of users as GET /users does, of one group (0: of all). */
enum err api_users_in_group(struct call *call, uint64_t group_id) MUST_USE;

/* Loads a user with the names of the groups. */
enum err api_user_load(struct call *call, uint64_t id, struct user *user) MUST_USE;

/* Answers with the record and its ETag. */
void api_user_answer(struct call *call, const struct user *user);

/* The record as JSON for the audit trail. */
const char *api_user_json(struct call *call, const struct user *user);

/* Inside a transaction, after auth_guard_change(): may the viewer hand out these groups, and the
 * sight of personal data when mask_data is off? Refuses with the field that goes too far:
 * groups.unknown (422), groups.above_yours, mask_data.above_yours (403). */
enum err api_user_check_rights(struct call *call, const uint64_t *groups, size_t count,
	bool mask_data) MUST_USE;

#endif
