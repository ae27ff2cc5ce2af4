/* How a user (struct user of store/user.h) looks from outside. */
#ifndef VIEW_USER_H
#define VIEW_USER_H

#include "store/user.h"
#include "view/csv.h"
#include "view/table.h"

extern const struct view_field view_user[];

/* The record without what the viewer may do with it: for the command line, and the viewer's own
 * account. */
extern const struct view_field view_user_bare[];

/* What the audit trail keeps of a user. */
extern const struct view_field view_user_trail[];

/* {"items": [{"permission": "users.view", "groups": [...]}, ...]}: every permission with those of
 * the user's groups that grant it; each[i] is what the i-th group grants. */
extern const struct view_field view_user_right[];
void view_user_rights(struct text *out, const struct user *user, const struct rights *each);

/* Writes the line of a user in a CSV file: groups by name, joined by '|'; rights:
 * the cell of form->more. */
void view_user_csv(struct text *out, const struct csv_form *form, const struct user *user,
	const char *rights, const struct viewer *viewer);

/* What became of one user of many. */
struct user_result {
	uint64_t id;
	bool changed;      /* false: it was so already, or it was refused */
	bool credentials_void; /* the change voided what they were given to come in with */
	bool fault;        /* refused for a reason that is not of this user */
	const char *error; /* stable key of the refusal; NULL for none */
};

/* What a change of many users would come to. */
struct bulk_consequences {
	uint64_t rows;           /* users that are meant */
	uint64_t changed;        /* of them: they would become something else */
	uint64_t refused;        /* the viewer may not change them so, or they are not there */
	uint64_t administrators; /* of the changed: they are, or would be, in Administrators */
	uint64_t sessions;       /* that would end */
};

extern const struct view_field view_user_bulk[]; /* what the next two write */

/* Writes {"results": [], "consequences": {"rows": 32, "changed": 30, ...}} */
void view_user_consequences(struct text *out, const struct bulk_consequences *consequences,
	const struct viewer *viewer);

/* Writes {"results": [{"id": 5, "ok": true, "changed": true}, {"id": 6, "ok": false, "error":
 * "..."}], "job": 7}: the job that can be undone, 0 for none. "credentials_void": true stands
 * where it is so. */
void view_user_results(struct text *out, const struct user_result *results, size_t count,
	uint64_t job_id);

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

/* The same as view_user, and after a change that voided the link or the password that the user was
 * given to come in with: "credentials_void": true. Then they need new ones. */
extern const struct view_field view_user_changed[];
void view_user_change(struct text *out, const struct user *user, bool credentials_void,
	const struct viewer *viewer);

/* The same as view_user, and a link to choose a password (NULL: none): for the one answer to the
 * request that made it. */
extern const struct view_field view_user_given[];
void view_user_credentials(struct text *out, const struct user *user, const char *link,
	const struct viewer *viewer);

#endif
