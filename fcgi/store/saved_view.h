/*
 * What users keep of the lists: filters and order under a name. Each user's own; nobody sees
 * another's.
 */
#ifndef STORE_SAVED_VIEW_H
#define STORE_SAVED_VIEW_H

#include "base/arena.h"
#include "base/err.h"
#include "store/db.h"

#include <stddef.h>
#include <stdint.h>

enum { SAVED_VIEWS_MAX = 50 };

struct saved_view {
	uint64_t id;
	const char *list;
	const char *name;
	const char *query; /* as in the address of the page */
};

/* Lists all of a user, by list and name, from the arena. */
enum err store_saved_view_list(struct db *db, struct arena *arena, uint64_t user_id,
	struct saved_view **views, size_t *count) MUST_USE;

/* Reads a view; ERR_NOT_FOUND when the user has no such view. */
enum err store_saved_view_load(struct db *db, struct arena *arena, uint64_t user_id, uint64_t id,
	struct saved_view *view) MUST_USE;

/* Keeps one more and gives it its id; within a transaction, so that two at once are counted one
 * after the other. ERR_CONFLICT: the name is taken in this list; ERR_TOO_MANY: the user has
 * SAVED_VIEWS_MAX. */
enum err store_saved_view_insert(struct db *db, struct arena *arena, uint64_t user_id,
	struct saved_view *view) MUST_USE;

/* Removes a view; ERR_NOT_FOUND when the user has no such view. */
enum err store_saved_view_delete(struct db *db, uint64_t id, uint64_t user_id) MUST_USE;

extern const struct statement *const saved_view_statements[]; /* ended by NULL */

#endif
