#include "auth/guard.h"

#include "auth/cache.h"
#include "rule/network.h"
#include "store/rights.h"

enum err auth_guard(const struct viewer *viewer, enum perm perm)
{
	if (perm == PERM_ANYONE || perm == PERM_HOST) {
		return ERR_OK;
	}
	if (viewer->user_id == 0) {
		return ERR_UNAUTHENTICATED;
	}
	if (perm == PERM_SIGNED_IN) {
		return ERR_OK;
	}
	return perm != PERM_UNSET && rights_have(viewer->rights, perm) ? ERR_OK : ERR_FORBIDDEN;
}

/* Reads the rights of the call's viewer afresh and asks for call->perm again. */
static enum err guard_again(struct call *call)
{
	struct viewer *viewer = &call->viewer;
	struct user_rights rights;
	enum err err;

	err = store_rights_load(call->db, call->arena, viewer->user_id, &rights);
	if (err == ERR_NOT_FOUND) {
		return ERR_UNAUTHENTICATED;
	}
	TRY(err);
	if (!rights.enabled || !network_list_has(rights.ip_allow_list, call->remote_address)) {
		return ERR_UNAUTHENTICATED;
	}
	call->epoch = 0; /* of which nothing is remembered */
	viewer->rights = rights.rights;
	viewer->masked = rights.masked;
	return auth_guard(viewer, call->perm);
}

enum err auth_guard_use(struct call *call)
{
	bool same;

	TRY(store_rights_use(call->db, call->epoch, &same));
	return same ? auth_guard(&call->viewer, call->perm) : guard_again(call);
}

enum err auth_guard_change(struct call *call)
{
	TRY(store_rights_lock(call->db));
	return guard_again(call);
}

enum err auth_guard_groups(const struct call *call, const uint64_t *ids, size_t count,
	struct rights *rights, bool *known)
{
	struct rights grants;
	enum err err = ERR_OK;

	if (call->epoch == 0) {
		return store_rights_of_groups(call->db, call->arena, ids, count, rights, known);
	}
	*rights = rights_none();
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		err = auth_cache_group_rights(call->cache, call->db, ids[i], &grants);
		*rights = rights_union(*rights, grants);
	}
	*known = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err auth_guard_target(const struct call *call, uint64_t user_id)
{
	struct user_rights target;

	TRY(store_rights_load(call->db, call->arena, user_id, &target));
	return rights_cover(call->viewer.rights, target.rights) ? ERR_OK : ERR_FORBIDDEN;
}
