/*
 * Generated passwords: groups of letters and digits that cannot be mistaken for each other, 100
 * random bits in all. The server makes them the same way.
 */
import { LIMITS, PASSWORD_LETTERS } from '../contract.js';

/** The alphabet has 32 letters, so five bits of a byte pick one without favour. */
export function generatePassword() {
	const { password_group: size, password_groups: count } = LIMITS;
	const bytes = crypto.getRandomValues(new Uint8Array(count * size));
	const letters = Array.from(bytes, (byte) => PASSWORD_LETTERS.charAt(byte & 31));
	const groups = [];

	for (let at = 0; at < letters.length; at += size) {
		groups.push(letters.slice(at, at + size).join(''));
	}
	return groups.join('-');
}
