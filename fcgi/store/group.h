/*
 * Groups and what they grant. Group 1, Administrators, grants everything and has no rows for it.
 */
#ifndef STORE_GROUP_H
#define STORE_GROUP_H

#include "base/arena.h"
#include "base/err.h"
#include "rule/perm.h"
#include "store/db.h"
#include "store/noun.h"

#include <stddef.h>
#include <stdint.h>

struct group {
	uint64_t id;
	const char *name;
	struct rights rights; /* the permissions it grants */
	uint64_t member_count;
	uint64_t version;
	unsigned may; /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

struct group_name {
	uint64_t id;
	const char *name; /* "" until somebody fills it in */
};

/* Of struct group, but its rights. */
extern const struct column group_columns[];
extern const struct noun group_noun;

enum err store_group_load(struct db *db, struct arena *arena, uint64_t id, struct group *group)
	MUST_USE;
/* Finds a group by name, as the database compares names: case and accents do not count.
 * ERR_NOT_FOUND. */
enum err store_group_find(struct db *db, struct arena *arena, const char *name, uint64_t *id)
	MUST_USE;

/* Gives the names of all groups, by id. */
enum err store_group_names(struct db *db, struct arena *arena, struct group_name **names,
	size_t *count) MUST_USE;

/*
 * Changes belong in a transaction that began with store_rights_lock(). For Administrators the
 * database refuses them all.
 */

/* Adds a group: of it, name and rights are written. ERR_CONFLICT when the name is taken. */
enum err store_group_insert(struct db *db, const struct group *group, uint64_t *id) MUST_USE;
/* Writes name and rights of next over before and moves the version on. ERR_CONFLICT when the name
 * is taken, ERR_STALE when the version of before is not the stored one. */
enum err store_group_update(struct db *db, const struct group *before, const struct group *next)
	MUST_USE;
/* Removes the group; ERR_CONFLICT when the group has members, ERR_STALE as above. */
enum err store_group_delete(struct db *db, const struct group *group) MUST_USE;

extern const struct statement *const group_statements[]; /* ended by NULL */

#endif
