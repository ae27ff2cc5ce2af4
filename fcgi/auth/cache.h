/*
 * What a thread remembers between requests: the rights of users and the names of groups, valid for
 * one epoch of rights. The epoch is read with the session in every request, so a change of rights
 * made anywhere is seen by the very next request, without reading the rights each time.
 */
#ifndef AUTH_CACHE_H
#define AUTH_CACHE_H

#include "base/err.h"
#include "store/db.h"
#include "store/rights.h"
#include "store/room.h"

#include <stdint.h>

struct auth_cache;

/* Makes an empty cache; NULL when out of memory. */
struct auth_cache *auth_cache_open(void);
void auth_cache_close(struct auth_cache *cache);

/* Gives the rights of a user in this epoch, with texts and groups that live until the next call;
 * ERR_NOT_FOUND when there is no such user. */
enum err auth_cache_rights(struct auth_cache *cache, struct db *db, uint64_t epoch,
	uint64_t user_id, struct user_rights *rights) MUST_USE;

/* Gives what the group grants in the epoch of the last auth_cache_rights(); nothing and
 * ERR_NOT_FOUND when there is no such group. */
enum err auth_cache_group_rights(struct auth_cache *cache, struct db *db, uint64_t group_id,
	struct rights *rights) MUST_USE;

/* Gives the group's name in the epoch of the last auth_cache_rights(); "" when there is no such
 * group. It lives until the next call of either function. */
enum err auth_cache_group(struct auth_cache *cache, struct db *db, uint64_t group_id,
	const char **name) MUST_USE;

/* Gives all rooms, without their groups, in the epoch of the last auth_cache_rights(). They live
 * until its next call. */
enum err auth_cache_rooms(struct auth_cache *cache, struct db *db, const struct room **rooms,
	size_t *count) MUST_USE;

#endif
