/*
 * A long piece of work in parts: after each the reader is told how far it is, and it stops when the
 * reader says so. What was done stays done.
 */

/**
 * @template T, R
 * @param {T[]} items
 * @param {number} size of a part
 * @param {(part: T[]) => Promise<R[]>} work
 * @param {{tell: (done: number) => void, signal: AbortSignal}} reader
 * @returns {Promise<{results: R[], error: unknown}>} error: what ended it early, null for nothing
 */
export async function inBatches(items, size, work, { tell, signal }) {
	/** @type {R[]} */
	const results = [];

	for (let at = 0; at < items.length && !signal.aborted; at += size) {
		tell(at);
		try {
			results.push(...await work(items.slice(at, at + size)));
		} catch (error) {
			return { results, error };
		}
	}
	return { results, error: null };
}
