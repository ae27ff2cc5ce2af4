/* How a user (struct user of store/user.h) looks from outside. */
#ifndef VIEW_USER_H
#define VIEW_USER_H

#include "store/user.h"
#include "view/table.h"

extern const struct view_field view_user[];

/* {"items": [{"permission": "users.view", "groups": [...]}, ...]}: every permission with those of
 * the user's groups that grant it; each[i] is what the i-th group grants. */
void view_user_rights(struct text *out, const struct user *user, const struct rights *each);

/* The cells of a user in a CSV file, and the line of one: groups by name, joined by '|'. */
extern const struct view_field view_user_columns[];
void view_user_csv(struct text *out, const struct user *user, const struct viewer *viewer);

/* What became of one user of many. */
struct user_result {
	uint64_t id;
	bool changed;      /* false: it was so already, or it was refused */
	bool fault;        /* refused for a reason that is not of this user */
	const char *error; /* stable key of the refusal; NULL for none */
};

/* {"results": [{"id": 5, "ok": true, "changed": true}, {"id": 6, "ok": false, "error": "..."}]} */
void view_user_results(struct text *out, const struct user_result *results, size_t count);

/* {"id": 7, "name": ..., "email": ...}, null for id 0. */
void view_person(struct text *out, uint64_t id, const char *name, const char *email);

/* The same, and how the newest letter with credentials fared. */
extern const struct view_field view_user_whole[];

/* The same as view_user, and a link to choose a password (NULL: none): for the one answer to the
 * request that made it. */
void view_user_credentials(struct text *out, const struct user *user, const char *link,
	const struct viewer *viewer);

#endif
