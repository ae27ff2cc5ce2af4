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
	const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
	const seconds = (Date.parse(instant) - now) / 1000;
	const [unit, length] = UNITS.find((row) => Math.abs(seconds) >= row[1]) ?? ['second', 1];

	return format.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit);
}

/**
 * The day of an instant in the reader's time zone, as a date field holds it; "" for no instant.
 * @param {string | number} instant RFC 3339 or milliseconds
 */
export function dayOf(instant) {
	const date = new Date(instant);
	const two = (/** @type {number} */ number) => String(number).padStart(2, '0');

	return Number.isNaN(date.getTime()) ? ''
		: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * The instant when a day begins in the reader's time zone; "" for no day.
 * @param {string} day as a date field holds it
 * @param {number} [later] so many days after it
 */
export function beginOf(day, later = 0) {
	const [year, month, date] = day.split('-').map(Number);
	const begin = new Date(year ?? NaN, (month ?? NaN) - 1, (date ?? NaN) + later);

	return Number.isNaN(begin.getTime()) ? '' : begin.toISOString();
}
