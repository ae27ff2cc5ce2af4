/* How a group (struct group of store/group.h), its file and the catalogue of permissions look from
 * outside. */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "store/group.h"
#include "view/table.h"

extern const struct view_field view_group[];
extern const struct view_field view_group_bare[]; /* without what may be done: for the trail */

/* A group as what belongs to it names it: {"id": 7, "name": ...}; and an array of them. */
extern const struct view_field view_group_name[];
void view_put_group(struct text *out, const struct group_name *group);
void view_group_names(struct text *out, const struct group_name *groups, size_t count);

extern const struct view_field view_group_file[]; /* what the next one writes */

/* A group as a document that another installation can take: {"groups": [{"name": ...,
 * "permissions": [...]}, ...]}, a line each. */
void view_group_export(struct text *out, const struct group *groups, size_t count,
	const struct viewer *viewer);

/* What an import did with one group of its document. */
enum group_import_result { GROUP_CREATED, GROUP_RENAMED, GROUP_REPLACED, GROUP_UNCHANGED };

struct group_import {
	const char *name;     /* in the document */
	enum group_import_result result;
	uint64_t id;          /* of the group here */
	const char *saved_as; /* its name here */
	const char **ignored; /* permissions of earlier versions that its row in the document names */
	size_t ignored_count;
};

extern const struct view_field view_group_imported[];

/* Writes {"items": [{"name": ..., "result": "created", "id": 7, "saved_as": ...}, ...]} */
void view_group_imports(struct text *out, const struct group_import *rows, size_t count,
	const struct viewer *viewer);

/* Writes a JSON array of names: ["users.view", ...]. */
void view_rights(struct text *out, struct rights rights);

extern const struct view_field view_permission[];

/* Writes {"items": [{"name": "users.view", "category": "users", "action": "view"}, ...]} */
void view_permissions(struct text *out);

#endif
