#include "auth/guard.h"

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

enum err auth_guard_change(const struct auth *auth, struct viewer *viewer, enum perm perm)
{
	struct user_rights rights;
	enum err err = store_rights_lock(auth->db);

	if (err == ERR_OK) {
		err = store_rights_load(auth->db, auth->arena, viewer->user_id, &rights);
	}
	if (err == ERR_NOT_FOUND || (err == ERR_OK && !(rights.enabled &&
	    network_list_has(rights.ip_allow_list, auth->request->remote_address)))) {
		return ERR_UNAUTHENTICATED;
	}
	if (err != ERR_OK) {
		return err;
	}
	viewer->rights = rights.rights;
	viewer->masked = rights.masked;
	return auth_guard(viewer, perm);
}

enum err auth_guard_target(const struct auth *auth, const struct viewer *viewer, uint64_t user_id)
{
	struct user_rights target;

	TRY(store_rights_load(auth->db, auth->arena, user_id, &target));
	return rights_cover(viewer->rights, target.rights) ? ERR_OK : ERR_FORBIDDEN;
}
