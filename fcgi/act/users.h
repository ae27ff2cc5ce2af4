/* What is the same of users whoever makes them: a form, a file, the page or the command line. */
#ifndef ACT_USERS_H
#define ACT_USERS_H

#include "auth/call.h"
#include "http/input.h"
#include "store/user.h"

/* Fills in the names of the users' groups, valid until the next request. */
enum err act_user_name_groups(struct call *call, struct user *users, size_t count) MUST_USE;

/* Networks as a record keeps them: in normal form, each once, a space between two. NULL when one of
 * them is none. */
const char *act_user_networks(struct arena *arena, const struct in_words *networks);

/* Gives the record as JSON for the audit trail. */
const char *act_user_json(struct call *call, const struct user *user);

/* Makes a user, who is in no table yet, of what was given: by the viewer, in these groups, enabled
 * and with codes by mail unless it says otherwise. */
void act_user_make(struct call *call, const struct record_input *input, const uint64_t *groups,
	size_t count, struct user *user);

/* Adds such users, in the caller's transaction; they then are as if they had been loaded. Errors as
 * of store_user_insert(). */
enum err act_users_insert(struct call *call, struct user *users, size_t count,
	const struct user_entry *entry) MUST_USE;

/* Gives the groups as a record has them, their names "". */
struct group_name *act_user_groups(struct arena *arena, const uint64_t *ids, size_t count);

/* Inside a transaction that holds a guard row: may the viewer hand out these groups, and the
 * sight of personal data when mask_data is off, to somebody who had so many groups? Refuses with
 * the field that goes too far: groups.too_many, groups.unknown (422), groups.above_yours,
 * mask_data.above_yours (403). */
enum err act_user_check_rights(struct call *call, size_t had, const uint64_t *groups, size_t count,
	bool mask_data) MUST_USE;

#endif
