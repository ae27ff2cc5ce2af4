/* As many of some names as there is room for. Pure. */

const BETWEEN = 2; // a comma and a space

/**
 * One at least: what has no room at all is cut by whoever draws it.
 * @param {string[]} names
 * @param {number} room in letters
 * @returns {{shown: string[], more: number}} more: how many are left out
 */
export function someOf(names, room) {
	let used = 0;
	const from = names.findIndex((name, index) => {
		used += name.length + (index > 0 ? BETWEEN : 0);
		return index > 0 && used > room;
	});
	const count = from === -1 ? names.length : from;

	return { shown: names.slice(0, count), more: names.length - count };
}
