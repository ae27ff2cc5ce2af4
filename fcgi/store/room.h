/*
 * Rooms: other pages of this host, and the groups that may enter each. Entering is a right
 * (struct rights): every change belongs in a transaction that began with store_rights_lock().
 */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include "base/arena.h"
#include "base/err.h"
#include "store/db.h"
#include "store/group.h"
#include "store/noun.h"

#include <stddef.h>
#include <stdint.h>

struct room {
	uint64_t id;
	const char *name;
	const char *address; /* as check_room_address (rule/room.h) gives it */
	uint64_t bit;        /* of struct rights: a power of two, no other room's */
	struct group_name *groups; /* that enter it, besides Administrators; by their ids */
	size_t group_count;
	uint64_t version;
	unsigned may; /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

extern const struct column room_columns[];
extern const struct noun room_noun;

/* Loads a room with its groups, whose names stay "". */
enum err store_room_load(struct db *db, struct arena *arena, uint64_t id, struct room *room)
	MUST_USE;

/* Gives all rooms without their groups, by address: of those that lie within each other the inner
 * one comes later. */
enum err store_room_all(struct db *db, struct arena *arena, struct room **rooms, size_t *count)
	MUST_USE;

/* Adds a room: its id and bit are given to it. ERR_CONFLICT when the name or the address is taken
 * or a group is gone, ERR_TOO_MANY when there are ROOMS_MAX. */
enum err store_room_insert(struct db *db, struct arena *arena, struct room *room) MUST_USE;

/* Writes name, address and groups of next over before and moves the version on. ERR_CONFLICT as
 * above, ERR_STALE when the version of before is not the stored one. */
enum err store_room_update(struct db *db, const struct room *before, const struct room *next)
	MUST_USE;

/* Removes the room; ERR_STALE as above. */
enum err store_room_delete(struct db *db, const struct room *room) MUST_USE;

extern const struct statement *const room_statements[]; /* ended by NULL */

#endif
