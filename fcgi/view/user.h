/* How a user (struct user of store/user.h) looks from outside. */
#ifndef VIEW_USER_H
#define VIEW_USER_H

#include "store/user.h"
#include "view/table.h"

extern const struct view_field view_user[];

/* {"items": [{"permission": "users.view", "groups": [...]}, ...]}: every permission with those of
 * the user's groups that grant it; each[i] is what the i-th group grants. */
extern const struct view_field view_user_right[];
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

extern const struct view_field view_user_bulk[]; /* what the next one writes */

/* {"results": [{"id": 5, "ok": true, "changed": true}, {"id": 6, "ok": false, "error": "..."}]} */
void view_user_results(struct text *out, const struct user_result *results, size_t count);

/* The fields of a person within a record, {"id": 7, "name": ..., "email": ...}: of a VIEW_OBJECT
 * that is null where there is nobody. */
#define VIEW_PERSON(record, id_at, name_at, email_at) { \
	{ .name = "id", .kind = VIEW_NUMBER, .offset = offsetof(record, id_at) }, \
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(record, name_at) }, \
	{ .name = "email", .kind = VIEW_TEXT, .offset = offsetof(record, email_at) }, \
	{ .kind = VIEW_END }, \
}

/* The same, and how the newest letter with credentials fared. */
extern const struct view_field view_user_whole[];

#endif
