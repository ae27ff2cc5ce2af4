/* How a group (struct group of store/group.h) and the list of permissions look from outside. */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "view/table.h"

extern const struct view_field view_group[];

/* A JSON array of names: ["users.view", ...]. */
void view_rights(struct text *out, struct rights rights);

/* {"items": [{"name": "users.view", "category": "users", "action": "view"}, ...]} */
void view_permissions(struct text *out);

#endif
