/*
 * The rows of a CSV file that an import has refused, as a file that can be mended and imported
 * again: the lines as they were, each with its reasons in one column more. The server says on which
 * line each row begins and skips the column.
 */
const LINE_END = /\r\n|\r|\n/;

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** @param {string} text */
function quoted(text) {
	return `"${text.replaceAll('"', '""')}"`;
}

/** @param {string} text */
export function cell(text) {
	return quoted(FORMULA.test(text) ? `'${text}` : text);
}

/**
 * A table to begin with.
 * @param {string[][]} rows
 * @param {string} separator of the cells
 */
export function sampleFile(rows, separator) {
	const plain = (/** @type {string} */ one) => /[",;\s|]|^[=+@-]/.test(one) ? cell(one) : one;

	return `\uFEFF${rows.map((cells) => `${cells.map(plain).join(separator)}\r\n`).join('')}`;
}

/** A tab at the end separates cells. @param {string} text */
const withoutEnd = (text) => text.replace(/[\r\n]+$/, '');

/** A sentence without what keeps names in it apart, which cannot be seen. @param {string} text */
const plain = (text) => text.replaceAll(/[\u2068\u2069]/g, '');

/**
 * @template {{text: string}} Row
 * @param {string} head the line of names
 * @param {Row[]} rows each with its text in the file
 * @param {(row: Row) => string} reasonOf
 * @param {string} [separator] of the cells
 */
export function refusedFile(head, rows, reasonOf, separator = ',') {
	return ['\uFEFF', withoutEnd(head), separator, 'reason\r\n', ...rows.map((row) =>
		`${withoutEnd(row.text)}${separator}${quoted(plain(reasonOf(row)))}\r\n`)].join('');
}

/**
 * The line of names, and each row with its text.
 * @template {{line: number}} Row
 * @param {string} text of the file
 * @param {Row[]} rows all of them, in their order
 */
export function textsOf(text, rows) {
	const lines = text.replace(/^\uFEFF/, '').split(LINE_END);
	const stretch = (/** @type {number} */ from, /** @type {number | undefined} */ to) =>
		lines.slice(from - 1, to === undefined ? undefined : to - 1).join('\r\n');

	return { head: stretch(1, rows[0]?.line),
		rows: rows.map((row, i) => ({ ...row, text: stretch(row.line, rows[i + 1]?.line) })) };
}

/**
 * @template {{line: number}} Row
 * @param {string} text of the file
 * @param {Row[]} rows all of them, in their order
 * @param {(row: Row) => string} reasonOf "" for a row that was not refused
 * @param {string} [separator] of the cells
 */
export function refusedRows(text, rows, reasonOf, separator) {
	const { head, rows: texts } = textsOf(text, rows);

	return refusedFile(head, texts.filter(reasonOf), reasonOf, separator);
}
