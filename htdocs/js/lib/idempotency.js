/*
 * Keys that make a repeated request harmless. The same content gets the same key for as long as the
 * form lives, so a retry after a lost answer creates nothing twice; other content gets another.
 */
const BYTES = 16;

/** Not crypto.randomUUID(): that one is missing where the page came over plain http. */
function randomKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(BYTES));

	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns {(content: unknown) => string} */
export function keyKeeper() {
	let last = '';
	let key = '';

	return (content) => {
		const text = JSON.stringify(content);

		if (text !== last) {
			last = text;
			key = randomKey();
		}
		return key;
	};
}
