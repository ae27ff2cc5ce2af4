/*
 * The records that a person went to by the palette, the last one first. They go with the tab, and
 * are nobody else's: what is kept is under the number of who went there.
 */

/** @typedef {import('./records-found.js').Found} Found */

const KEPT_MAX = 5;

/** @param {number} owner */
const keyOf = (owner) => `recent:${location.pathname}:${owner}`;

/** @param {number} owner @returns {Found[]} */
export function readRecent(owner) {
	try {
		const kept = JSON.parse(sessionStorage.getItem(keyOf(owner)) ?? '[]');

		return Array.isArray(kept) ? kept : [];
	} catch {
		return [];
	}
}

/** @param {number} owner @param {Found} found */
export function remember(owner, found) {
	const others = readRecent(owner).filter(({ type, id }) =>
		type !== found.type || id !== found.id);

	try {
		sessionStorage.setItem(keyOf(owner), JSON.stringify([found, ...others].slice(0, KEPT_MAX)));
	} catch {
		// A browser that keeps nothing has nothing recent.
	}
}
