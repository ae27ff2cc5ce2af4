/* What the files about groups share. */
#ifndef API_GROUPS_H
#define API_GROUPS_H

#include "api/call.h"
#include "http/body.h"
#include "store/group.h"

#include <stdbool.h>

/* How a group is given: by Create group, by Edit group, and by each row of an import. */
struct group_input {
	struct record_input group;
	struct in_words permissions;
};

enum { GROUP_PERMISSIONS_MAX = 200 };

/* Gives the rights that the words name; false when one of them is not in the catalogue. */
bool api_group_rights(const struct in_words *words, struct rights *rights) MUST_USE;

/* Tells whether a and b have the same name and the same rights. */
bool api_group_same(const struct group *a, const struct group *b);

/* Answers with the record and its ETag. */
enum err api_group_answer(struct call *call, struct group *group) MUST_USE;

/* Gives a change as the audit trail has it; before NULL: created, after NULL: deleted. */
struct audit_event api_group_event(struct call *call, const struct group *before,
	const struct group *after);

/* In the transaction, after the change: what it did to the viewer's own rights (rule/group.h).
 * *wrong is NULL or the key; without one the viewer goes on with what they hold now. */
enum err api_group_check_own(struct call *call, const char **wrong) MUST_USE;

#endif
