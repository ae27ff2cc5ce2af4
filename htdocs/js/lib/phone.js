/* Numbers as they are read: +442079460018 is kept, +44 207 946 0018 is shown. */
import { SHORT_CODES } from '../contract.js';

const THREE = 3;

/**
 * The digits in threes, a last one with those before it.
 * @param {string} digits
 */
function inThrees(digits) {
	return digits.match(/\d{4}$|\d{1,3}(?!\d$)/g) ?? [];
}

/**
 * The code of the country, and the rest in groups. What is no number in E.164, like asterisks,
 * stays.
 * @param {string} number
 */
export function groupedPhone(number) {
	if (!/^\+\d{5,15}$/.test(number)) {
		return number;
	}
	const digits = number.slice(1);
	const { length = THREE } = SHORT_CODES.find((code) => digits.startsWith(code)) ?? {};

	return [`+${digits.slice(0, length)}`, ...inThrees(digits.slice(length))].join(' ');
}
