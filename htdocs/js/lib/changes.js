/* What differs between two versions of a flat record. */

/**
 * @template {object} Values
 * @param {Values} before
 * @param {Values} after
 * @returns {Partial<Values>} the members of after that differ
 */
export function changesOf(before, after) {
	const names = /** @type {(keyof Values)[]} */ (Object.keys(after));
	const differing = names.filter((name) =>
		JSON.stringify(before[name]) !== JSON.stringify(after[name]));

	return /** @type {Partial<Values>} */ (Object.fromEntries(differing.map((name) =>
		[name, after[name]])));
}
