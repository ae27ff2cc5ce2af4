/*
 * Who may change which group. Nobody gives a group what they do not hold themselves, nor touches
 * one that holds more; Administrators stays as it is; nobody takes away their own way back. Pure:
 * each gives NULL, or the stable key of what stands in the way.
 */
#ifndef RULE_GROUP_H
#define RULE_GROUP_H

#include "rule/perm.h"

/* May somebody with these rights edit or delete the group? "group.fixed", "group.above_yours". */
const char *group_touch(struct rights mine, uint64_t id, struct rights holds);

/* May they let a group carry all this? "permissions.above_yours". */
const char *group_give(struct rights mine, struct rights asked);

/* May they give the group, which grants all this and the entry to its rooms, to a user?
 * "groups.above_yours". */
const char *group_grant(struct rights mine, struct rights grants);

/* May a change turn their own rights from these into those? "permissions.own_grow": nobody's own
 * change gives them more. "permissions.own_last": they could no longer edit groups. */
const char *group_own(struct rights before, struct rights after);

#endif
