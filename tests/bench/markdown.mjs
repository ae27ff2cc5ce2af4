/* Tables, numbers and paragraphs in Markdown. */

/** A paragraph, however its lines are broken. */
export const prose = (...parts) =>
	String.raw(...parts).replaceAll('\\`', '`').replace(/\s+/g, ' ').trim();

/** As many digits as tell something. */
export function number(value) {
	if (value === undefined || Number.isNaN(value)) {
		return '';
	}
	const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 4;

	return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** Text that is no part of the table's own marks. */
export const cell = (text) => text.replaceAll('|', '\\|').replaceAll('*', '\\*');

export function table(head, rows) {
	return [head, head.map((_, at) => at === 0 ? '---' : '--:'), ...rows].map((cells) =>
		`| ${cells.join(' | ')} |`).join('\n');
}
