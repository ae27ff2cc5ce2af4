/* How a user (struct user of store/user.h) looks from outside. */
#ifndef VIEW_USER_H
#define VIEW_USER_H

#include "view/table.h"

extern const struct view_field view_user[];

/* {"id": 7, "name": ..., "email": ...}, null for id 0. */
void view_person(struct text *out, uint64_t id, const char *name, const char *email);

/* The same, and how the newest letter with credentials fared. */
extern const struct view_field view_user_whole[];

#endif
