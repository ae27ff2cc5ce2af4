/*
 * Which columns of a table are shown. Pure. What a reader chose is kept by name, each as shown or
 * not, so that a column that comes later begins as its table wants it.
 */

/**
 * @typedef {object} Choosable
 * @property {string} name
 * @property {boolean} [fixed] always shown: what tells the rows apart and what leads to them
 * @property {boolean} [hidden] not shown until it is chosen
 */

/**
 * @param {Choosable} column
 * @param {Record<string, unknown>} chosen names to true or false
 * @param {string[]} used columns that filter or order the rows now: those are never out of sight
 */
export function isShown({ name, fixed = false, hidden = false }, chosen, used) {
	if (fixed || used.includes(name)) {
		return true;
	}
	return Object.hasOwn(chosen, name) ? chosen[name] === true : !hidden;
}

/**
 * @template {Choosable} T
 * @param {T[]} columns
 * @param {Record<string, unknown>} chosen
 * @param {string[]} used
 */
export function shownColumns(columns, chosen, used) {
	return columns.filter((column) => isShown(column, chosen, used));
}
