/* The rows of a file, or of a job, that were refused: with their reasons, and as a file. */
import { explainReason } from './explain.js';
import { html, nothing } from '../core/html.js';
import { saveFile } from './save-file.js';
import { t } from '../core/i18n.js';

/**
 * @typedef {object} Row
 * @property {number} line
 * @property {Record<string, string>} errors
 * @property {Record<string, string>} [said] what in the cell is wrong, where that is not all of it
 * @property {string} [name] what it goes by
 * @property {string} [text] in its file
 */

const SHOWN_MAX = 200;
const LETTERS_MAX = 120;

/**
 * @param {string} key
 * @param {string} [said] what of the cell is wrong
 */
function reasonIn(key, said) {
	return said && key === 'groups.unknown' ? t('error.groups.unknown_said', { said })
		: explainReason(key);
}

/**
 * What gives the reasons of a row; "" for one that was not refused.
 * @param {string} noun of the messages that name the columns: "client", "user"
 * @returns {(row: Row) => string}
 */
export function reasonsOf(noun) {
	/** What is wrong with the row itself has no column. */
	const column = (/** @type {string} */ name) => name === 'row' ? '' : t(`${noun}.${name}`);

	return ({ errors, said = {} }) => Object.entries(errors).map(([name, key]) =>
		[column(name), reasonIn(key, said[name])].filter(Boolean).join(': ')).join(' ');
}

/** @param {number} count */
export function refusedCount(count) {
	const first = count > SHOWN_MAX ? t('import.first', { count: SHOWN_MAX }) : '';

	return `${t('import.refused', { count })} ${first}`.trim();
}

/** What stands there: a line number tells nobody what is to be mended. @param {Row} row */
function inShort({ text = '' }) {
	return text.length > LETTERS_MAX ? `${text.slice(0, LETTERS_MAX)}…` : text;
}

/**
 * @param {Row[]} rows
 * @param {(row: Row) => string} reasonOf
 * @param {string} [head] what the rows go by
 */
export function refusedTable(rows, reasonOf, head = t('import.line')) {
	const line = (/** @type {Row} */ row) => html`<tr>
		<td data-label=${head}>${row.name || row.line}</td>
		<td data-label=${t('import.reason')}>${reasonOf(row)}
			${row.name ? nothing : html`<br><bdi class="muted">${inShort(row)}</bdi>`}</td>
	</tr>`;

	return html`<div class="scroll" tabindex="0" role="region"
			aria-label=${t('import.refused_title')}><table class="table">
		<caption class="sr">${t('import.refused_title')}</caption>
		<thead><tr class="headers">
			<th scope="col">${head}</th><th scope="col">${t('import.reason')}</th>
		</tr></thead>
		<tbody>${rows.slice(0, SHOWN_MAX).map(line)}</tbody>
	</table></div>`;
}

/**
 * @param {string} text of a table
 * @param {string} [name] of the file
 */
export function downloadTable(text, name = 'refused.csv') {
	saveFile(text, name, 'text/csv');
}
