/* What came of a piece of work: how many rows, which ones were refused and why, and as a file. */
import { cell, refusedFile } from '../lib/refused-rows.js';
import { downloadRefused, reasonsOf, refusedCount, refusedTable } from '../ui/refused-table.js';
import { html, nothing } from '../core/html.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../core/work.js').Entry} Entry */

/** What the messages call the rows, and the word for what was done to them. */
const KINDS = {
	'users_bulk': { noun: 'user', done: 'work.changed' },
	'users_undo': { noun: 'user', done: 'work.changed' },
	'users_import': { noun: 'user', done: 'import.users_imported' },
	'clients_import': { noun: 'client', done: 'import.imported' },
};

/**
 * "450 clients have been imported, cancelled, 12 left out".
 * @param {Entry} entry
 */
export function workHeadline({ work }) {
	const { kind, state, done, position, total } = work;
	const said = [t(KINDS[kind].done, { count: done })];

	if (state !== 'finished') {
		said.push(t(`work.state.${state}`), t('bulk.skipped', { count: total - position }));
	}
	return said.join(', ');
}

/** @param {Entry} entry */
function download({ work, refused }) {
	const reasonOf = reasonsOf(KINDS[work.kind].noun);

	downloadRefused(work.set
		? refusedFile('id,email', refused.map((row) =>
			({ ...row, text: `${row.id},${cell(row.name)}` })), reasonOf)
		: refusedFile(work.head, refused, reasonOf));
}

/**
 * @param {Entry} entry
 * @param {unknown} more buttons
 */
export function workResult(entry, more) {
	const { refused, work } = entry;

	return html`<section class="card facts" aria-labelledby="outcome">
		<h2 id="outcome">${workHeadline(entry)}</h2>
		${work.failed > 0 ? html`<p>${refusedCount(work.failed)}</p>
			${refusedTable(refused, reasonsOf(KINDS[work.kind].noun))}` : nothing}
		<div class="form-buttons">
			${work.failed > 0 ? html`<button type="button" class="button"
				@click=${() => download(entry)}>${t('import.download')}</button>` : nothing}
			${more}
		</div>
	</section>`;
}
