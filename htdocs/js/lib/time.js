/* Instants in words, absolute and relative, in the reader's locale and time zone. */

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
	['year', 31_556_952],
	['month', 2_629_746],
	['week', 604_800],
	['day', 86_400],
	['hour', 3_600],
	['minute', 60],
];

/**
 * @param {string} instant RFC 3339
 * @param {string} [locale]
 */
export function absolute(instant, locale) {
	const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

	return format.format(new Date(instant));
}

/**
 * "3 days ago", in the largest unit that fills at least one.
 * @param {string} instant RFC 3339
 * @param {number} now milliseconds
 * @param {string} [locale]
 */
export function relative(instant, now, locale) {
	const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' });
	const seconds = (Date.parse(instant) - now) / 1000;
	const [unit, length] = UNITS.find((row) => Math.abs(seconds) >= row[1]) ?? ['second', 1];

	return format.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit);
}
