/*
 * Where the set-up card of a new installation stands: above the list of users, for whoever was made
 * on the host and may make others. Its code is fetched for them alone.
 */
import { fetched } from '../core/api.js';
import { nothing } from '../core/html.js';
import { readPref } from '../core/prefs.js';

/** With more users than this an installation is not new. */
const USERS_MAX = 10;

/** @typedef {import('../ui/list-screen.js').ListScreen<any>} Users */

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {(list: Users) => unknown} draws the card above that list
 */
export function setUpPlace(context) {
	const { user } = context.session;
	/** @type {import('./set-up.js').SetUp | null} */
	let setUp = null;
	let asked = user.creator !== null || !context.may('POST users') || !context.may('POST groups')
		|| readPref(`set-up-away-${user.id}`, false);

	/** @param {Users} list */
	async function ask(list) {
		asked = true;
		const { setUpFor } = await fetched(import('./set-up.js'));

		setUp = await setUpFor(context, () => list.draw());
		list.draw();
	}

	return (list) => {
		const isNew = list.page !== null && !list.isFiltered && list.total <= USERS_MAX;

		if (isNew && !asked) {
			ask(list).catch(() => {}); // the list itself says that the server is away
		}
		return isNew && setUp ? setUp.template(list.total) : nothing;
	};
}
