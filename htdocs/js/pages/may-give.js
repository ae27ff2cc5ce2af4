/* Which groups a viewer may give to others, themselves included. */
import { ADMINISTRATORS } from '../contract.js';

/**
 * Nobody gives more than they hold; being an administrator is more than all permissions.
 * @param {import('../ui/context.js').Context} context
 * @param {import('../records.js').Group} group
 */
export function mayGive({ session, holds }, { id, permissions }) {
	return permissions.every(holds) && (id !== ADMINISTRATORS
		|| session.user.groups.some((own) => own.id === ADMINISTRATORS));
}
