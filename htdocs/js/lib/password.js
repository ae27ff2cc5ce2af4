/*
 * Generated passwords: groups of letters and digits that cannot be mistaken for each other, 100
 * random bits in all. The server makes them the same way.
 */
import { PASSWORD_GROUP, PASSWORD_GROUPS, PASSWORD_LETTERS } from '../contract.js';

/** The alphabet has 32 letters, so five bits of a byte pick one without favour. */
export function generatePassword() {
	const bytes = crypto.getRandomValues(new Uint8Array(PASSWORD_GROUPS * PASSWORD_GROUP));
	const letters = Array.from(bytes, (byte) => PASSWORD_LETTERS.charAt(byte & 31));
	const groups = [];

	for (let at = 0; at < letters.length; at += PASSWORD_GROUP) {
		groups.push(letters.slice(at, at + PASSWORD_GROUP).join(''));
	}
	return groups.join('-');
}
