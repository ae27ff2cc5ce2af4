/* What of a list of entries fits what was typed. Pure. */

/** @param {string} text without case and accents */
function plain(text) {
	return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** @param {string} text */
function wordsOf(text) {
	return plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/**
 * Entries of which some word begins with each word that was typed, in their order; all, when
 * nothing was.
 * @template {{label: string}} T
 * @param {T[]} entries
 * @param {string} text
 */
export function matching(entries, text) {
	const wanted = wordsOf(text);

	return entries.filter(({ label }) => {
		const words = wordsOf(label);

		return wanted.every((start) => words.some((word) => word.startsWith(start)));
	});
}
