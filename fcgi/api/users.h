/* What the files about users share. */
#ifndef API_USERS_H
#define API_USERS_H

#include "api/call.h"
#include "api/listing.h"
#include "http/query.h"
#include "store/user.h"

/* Fills in the names of the users' groups, valid until the next request. */
enum err api_user_name_groups(struct call *call, struct user *users, size_t count) MUST_USE;
/* Answers with the list of users as GET /users does, of one group (0: of all). */
enum err api_users_in_group(struct call *call, uint64_t group_id) MUST_USE;

/* Networks as a record keeps them: in normal form, each once, a space between two. NULL when one of
 * them is none. */
const char *api_user_networks(struct arena *arena, const struct in_words *networks);

/* May the viewer act on this user? Asked before anything of the user is read, so that a refusal
 * says nothing about them. ERR_NOT_FOUND when there is none. */
enum err api_user_guard(struct call *call, uint64_t id) MUST_USE;

/* Loads a user with the names of the groups. */
enum err api_user_load(struct call *call, uint64_t id, struct user *user) MUST_USE;

/* Answers with the record and its ETag. */
enum err api_user_answer(struct call *call, struct user *user) MUST_USE;

/* Gives the record as JSON for the audit trail. */
const char *api_user_json(struct call *call, const struct user *user);

/* A change of one user, in its transaction, which holds a guard row. Whatever wants to change
 * users goes these two steps. */
struct user_change {
	struct user before;
	struct user next; /* what the record is to become; after the second step, what it is */
	bool credentials_void; /* after it: what the user was given to come in with is void */
};

/* Begins it: asks for the right to act on the user call->id, and reads the record. */
enum err api_user_begin_change(struct call *call, struct user_change *change) MUST_USE;

/* Ends it: asks that nobody changes themselves or goes above what they hold and that an
 * administrator remains, and writes. call->audit says it. */
enum err api_user_finish_change(struct call *call, struct user_change *change) MUST_USE;

/* Adds to the reply, for the check of a form, groups that there are not, and, where it has
 * something already, an address that somebody other than id has: alone that is a conflict, which
 * the write finds. */
enum err api_user_check_known(struct call *call, const struct record_input *user,
	const struct in_ids *groups, uint64_t id) MUST_USE;

/* Makes a user, who is in no table yet, of what was given: by the viewer, in these groups, enabled
 * and with codes by mail unless it says otherwise. */
void api_user_make(struct call *call, const struct record_input *input, const uint64_t *groups,
	size_t count, struct user *user);

/* Adds such users, in the caller's transaction; they then are as if they had been loaded. Errors as
 * of store_user_insert(). */
enum err api_users_insert(struct call *call, struct user *users, size_t count,
	const struct user_entry *entry) MUST_USE;

/* Gives the groups as a record has them, their names "". */
struct group_name *api_user_groups(struct arena *arena, const uint64_t *ids, size_t count);

/* Inside a transaction that holds a guard row: may the viewer hand out these groups, and the
 * sight of personal data when mask_data is off, to somebody who had so many groups? Refuses with
 * the field that goes too far: groups.too_many, groups.unknown (422), groups.above_yours,
 * mask_data.above_yours (403). */
enum err api_user_check_rights(struct call *call, size_t had, const uint64_t *groups, size_t count,
	bool mask_data) MUST_USE;

#endif
