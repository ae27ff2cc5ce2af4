#include "rule/group.h"

const char *group_touch(struct rights mine, uint64_t id, struct rights holds)
{
	if (id == GROUP_ADMINISTRATORS) {
		return "group.fixed";
	}
	return rights_cover(mine, holds) ? NULL : "group.above_yours";
}

const char *group_give(struct rights mine, struct rights asked)
{
	return rights_cover(mine, asked) ? NULL : "permissions.above_yours";
}

const char *group_grant(struct rights mine, struct rights grants)
{
	return rights_cover(mine, grants) ? NULL : "groups.above_yours";
}

const char *group_own(struct rights before, struct rights after)
{
	if (!rights_cover(before, after)) {
		return "permissions.own_grow";
	}
	return rights_have(before, PERM_GROUPS_UPDATE) && !rights_have(after, PERM_GROUPS_UPDATE)
		? "permissions.own_last" : NULL;
}
