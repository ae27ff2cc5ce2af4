/* How a user (struct user of store/user.h) looks from outside. */
#ifndef VIEW_USER_H
#define VIEW_USER_H

#include "store/user.h"
#include "view/table.h"

extern const struct view_field view_user[];

/* {"items": [{"permission": "users.view", "groups": [...]}, ...]}: every permission with those of
 * the user's groups that grant it; each[i] is what the i-th group grants. */
void view_user_rights(struct text *out, const struct user *user, const struct rights *each);

#endif
