#include "auth/cache.h"

#include "store/group.h"

#include <stdlib.h>
#include <string.h>

/* Direct-mapped: two users that share a slot take turns, which costs a read and nothing else. */
enum { SLOTS = 256, FEW_GROUPS = 8 };

struct slot {
	uint64_t user_id; /* 0: empty */
	struct user_rights rights;
	uint64_t groups[FEW_GROUPS]; /* the rights' own, if they are no more */
	struct arena arena; /* of the rights' texts, and more groups */
};

struct name {
	uint64_t group_id;
	const char *name;
	struct rights rights; /* what the group grants, once has_rights */
};

struct auth_cache {
	uint64_t epoch;
	struct slot slot[SLOTS];
	struct arena arena; /* of the names */
	struct name *names; /* in order of id; NULL until somebody asks */
	size_t count;
	bool has_rights;
	struct room *rooms; /* in order of their addresses; NULL until somebody asks */
	size_t room_count;
};

struct auth_cache *auth_cache_open(void)
{
	struct auth_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL) {
		return NULL;
	}
	arena_init(&cache->arena);
	for (size_t i = 0; i < SLOTS; i++) {
		arena_init(&cache->slot[i].arena);
	}
	return cache;
}

void auth_cache_close(struct auth_cache *cache)
{
	if (cache == NULL) {
		return;
	}
	arena_release(&cache->arena);
	for (size_t i = 0; i < SLOTS; i++) {
		arena_release(&cache->slot[i].arena);
	}
	free(cache);
}

static void cache_enter_epoch(struct auth_cache *cache, uint64_t epoch)
{
	if (cache->epoch == epoch) {
		return;
	}
	for (size_t i = 0; i < SLOTS; i++) {
		cache->slot[i].user_id = 0;
	}
	arena_reset(&cache->arena);
	cache->names = NULL;
	cache->has_rights = false;
	cache->rooms = NULL;
	cache->epoch = epoch;
}

/* Fills slot. An empty list of networks and few groups, which most users have, take no memory. */
static void cache_fill(struct slot *slot, uint64_t user_id, const struct user_rights *rights)
{
	size_t size = rights->group_count * sizeof(*rights->groups);
	uint64_t *groups = slot->groups;

	arena_reset(&slot->arena);
	if (rights->group_count > FEW_GROUPS) {
		groups = arena_alloc(&slot->arena, size);
	}
	if (size > 0) {
		memcpy(groups, rights->groups, size);
	}
	slot->user_id = user_id;
	slot->rights = *rights;
	slot->rights.groups = groups;
	slot->rights.ip_allow_list = rights->ip_allow_list[0] == '\0' ? ""
		: arena_string(&slot->arena, rights->ip_allow_list);
}

enum err auth_cache_rights(struct auth_cache *cache, struct db *db, uint64_t epoch,
	uint64_t user_id, struct user_rights *rights)
{
	struct slot *slot = &cache->slot[user_id % SLOTS];
	struct arena scratch;
	enum err err;

	cache_enter_epoch(cache, epoch);
	if (slot->user_id != user_id) {
		arena_init(&scratch);
		err = store_rights_load(db, &scratch, user_id, rights);
		if (err == ERR_OK) {
			cache_fill(slot, user_id, rights);
		}
		arena_release(&scratch);
		TRY(err);
	}
	*rights = slot->rights;
	return ERR_OK;
}

static enum err cache_load_names(struct auth_cache *cache, struct db *db)
{
	struct group_name *groups;
	struct name *names;

	TRY(store_group_names(db, &cache->arena, &groups, &cache->count));
	names = arena_array(&cache->arena, cache->count, sizeof(*names));
	for (size_t i = 0; i < cache->count; i++) {
		names[i] = (struct name){ .group_id = groups[i].id, .name = groups[i].name };
	}
	cache->names = names;
	return ERR_OK;
}

static int cache_compare(const void *key, const void *at)
{
	uint64_t id = *(const uint64_t *)key, other = ((const struct name *)at)->group_id;

	return (id > other) - (id < other);
}

static struct name *cache_find_name(const struct auth_cache *cache, uint64_t group_id)
{
	return bsearch(&group_id, cache->names, cache->count, sizeof(*cache->names), cache_compare);
}

static enum err cache_load_group_rights(struct auth_cache *cache, struct db *db)
{
	struct arena scratch;
	struct rights *each;
	uint64_t *ids;
	enum err err;

	arena_init(&scratch);
	ids = arena_array(&scratch, cache->count, sizeof(*ids));
	each = arena_array(&scratch, cache->count, sizeof(*each));
	for (size_t i = 0; i < cache->count; i++) {
		ids[i] = cache->names[i].group_id;
	}
	err = store_rights_of_each(db, &scratch, ids, cache->count, each);
	for (size_t i = 0; err == ERR_OK && i < cache->count; i++) {
		cache->names[i].rights = each[i];
	}
	cache->has_rights = err == ERR_OK;
	arena_release(&scratch);
	return err;
}

enum err auth_cache_group_rights(struct auth_cache *cache, struct db *db, uint64_t group_id,
	struct rights *rights)
{
	const struct name *name;

	*rights = rights_none();
	TRY(cache->names != NULL ? ERR_OK : cache_load_names(cache, db));
	TRY(cache->has_rights ? ERR_OK : cache_load_group_rights(cache, db));
	name = cache_find_name(cache, group_id);
	if (name == NULL) {
		return ERR_NOT_FOUND;
	}
	*rights = name->rights;
	return ERR_OK;
}

enum err auth_cache_group(struct auth_cache *cache, struct db *db, uint64_t group_id,
	const char **name)
{
	const struct name *found;

	*name = "";
	TRY(cache->names != NULL ? ERR_OK : cache_load_names(cache, db));
	found = cache_find_name(cache, group_id);
	if (found != NULL) {
		*name = found->name;
	}
	return ERR_OK;
}

enum err auth_cache_rooms(struct auth_cache *cache, struct db *db, const struct room **rooms,
	size_t *count)
{
	if (cache->rooms == NULL) {
		TRY(store_room_all(db, &cache->arena, &cache->rooms, &cache->room_count));
	}
	*rooms = cache->rooms;
	*count = cache->room_count;
	return ERR_OK;
}
