/* What the files about users share. */
#ifndef API_USERS_H
#define API_USERS_H

#include "act/users.h"
#include "api/call.h"
#include "api/listing.h"
#include "http/query.h"
#include "store/user.h"

/* Answers with the list of users as GET /users does, of one group (0: of all). */
enum err api_users_in_group(struct call *call, uint64_t group_id) MUST_USE;

/* May the viewer act on this user? Asked before anything of the user is read, so that a refusal
 * says nothing about them. ERR_NOT_FOUND when there is none. */
enum err api_user_guard(struct call *call, uint64_t id) MUST_USE;

/* Loads a user with the names of the groups. */
enum err api_user_load(struct call *call, uint64_t id, struct user *user) MUST_USE;

/* Answers with the record and its ETag. */
enum err api_user_answer(struct call *call, struct user *user) MUST_USE;

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

#endif
