/*
 * Generated passwords: four groups of five letters and digits that cannot be mistaken for each
 * other, 100 random bits in all. The server makes them the same way.
 */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 5;

/** The alphabet has 32 letters, so five bits of a byte pick one without favour. */
export function generatePassword() {
	const bytes = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP));
	const letters = Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31));
	const groups = [];

	for (let at = 0; at < letters.length; at += GROUP) {
		groups.push(letters.slice(at, at + GROUP).join(''));
	}
	return groups.join('-');
}
