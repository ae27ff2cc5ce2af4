/*
 * What other tables say of the users of a page: their groups, until when they are locked, how the
 * newest letter with a password or a link fared, and who created them. It comes in one statement,
 * each row with the number of its part: a join or a subquery would be asked for each user.
 */
#ifndef STORE_USER_BESIDE_H
#define STORE_USER_BESIDE_H

#include "store/user.h"

/* Completes records, which are users (struct noun); the names of the groups stay "". */
enum err store_user_complete(struct db *db, struct arena *arena, bool masked, void *records,
	size_t count) MUST_USE;

extern const struct statement *const user_beside_statements[]; /* ended by NULL */

#endif
