/* What an act changed: the members of a record that were added, removed or replaced. */

/**
 * @typedef {object} Difference
 * @property {string} name
 * @property {unknown} [before] undefined: it was not there
 * @property {unknown} [after] undefined: it is there no longer
 */

/**
 * @param {Record<string, unknown> | null} before
 * @param {Record<string, unknown> | null} after
 * @returns {Difference[]} in the order of the records
 */
export function differences(before, after) {
	const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);

	return [...names]
		.map((name) => ({ name, before: before?.[name], after: after?.[name] }))
		.filter((row) => JSON.stringify(row.before) !== JSON.stringify(row.after));
}
