/* What differs between two versions of a flat record. */

/**
 * @param {Record<string, unknown>} before
 * @param {Record<string, unknown>} after
 * @returns {Record<string, unknown>} the members of after that differ
 */
export function changesOf(before, after) {
	const differs = (/** @type {string} */ name) =>
		JSON.stringify(before[name]) !== JSON.stringify(after[name]);

	return Object.fromEntries(Object.entries(after).filter(([name]) => differs(name)));
}
