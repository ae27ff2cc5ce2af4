/*
 * The rows of a CSV file that an import has refused, as a file that can be mended and imported
 * again: the lines as they were, each with its reasons in one column more. The server says on which
 * line each row begins and skips the column.
 */
const LINE_END = /\r\n|\r|\n/;

/** @param {string} text */
function quoted(text) {
	return `"${text.replaceAll('"', '""')}"`;
}

/**
 * @template {{line: number}} Row
 * @param {string} text of the file
 * @param {Row[]} rows all of them, in their order
 * @param {(row: Row) => string} reasonOf "" for a row that was not refused
 */
export function refusedRows(text, rows, reasonOf) {
	const lines = text.replace(/^\uFEFF/, '').split(LINE_END);
	const stretch = (/** @type {number} */ from, /** @type {number | undefined} */ to) =>
		lines.slice(from - 1, to === undefined ? undefined : to - 1).join('\r\n').trimEnd();
	const refused = rows.map((row, i) => ({ row, next: rows[i + 1]?.line }))
		.filter(({ row }) => reasonOf(row));

	return ['\uFEFF', stretch(1, rows[0]?.line), ',reason\r\n',
		...refused.map(({ row, next }) =>
			`${stretch(row.line, next)},${quoted(reasonOf(row))}\r\n`)].join('');
}
