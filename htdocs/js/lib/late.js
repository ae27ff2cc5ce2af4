/* What is fetched when it is needed first. Pure: how it is fetched is told. */

/**
 * What is fetched once, by whoever is drawn with it first; all who were drawn without it are drawn
 * again when it has come. Where it could not be had, it is asked for with the next drawing.
 * @template Part
 * @param {() => Promise<Part | undefined>} load undefined for what cannot be had
 * @returns {(redraw: () => void) => Part | undefined}
 */
export function late(load) {
	/** @type {Part | undefined} */
	let part;
	/** @type {Set<() => void>} */
	const waiting = new Set();
	const come = async () => {
		part = await load();
		const all = part ? [...waiting] : [];

		waiting.clear();
		all.forEach((redraw) => redraw());
	};

	return (redraw) => {
		const isFirst = !part && waiting.size === 0;

		if (!part) {
			waiting.add(redraw);
		}
		if (isFirst) {
			come();
		}
		return part;
	};
}
