/* What came of a job: how many rows, which ones were refused and why, and as a file. */
import { cell, refusedFile } from '../lib/refused-rows.js';
import { downloadTable, reasonsOf, refusedCount, refusedTable } from '../ui/refused-table.js';
import { html, nothing } from '../core/html.js';
import { listed, t } from '../core/i18n.js';
import { wordsOf } from './users-bulk-acts.js';

/** @typedef {import('../core/job.js').Entry} Entry */
/** @typedef {import('../records.js').Group} Group */
/** @typedef {import('../records.js').Job} Job */

/** What the messages call the rows. */
const NOUNS = { 'users_bulk': 'user', 'users_undo': 'user', 'users_import': 'user',
	'clients_import': 'client' };

/**
 * "Disable: 32 users changed", "450 clients have been imported".
 * @param {Job} job
 * @param {Group[]} groups
 */
function doneWords({ kind, set, done }, groups) {
	if (!set) {
		return t(kind === 'clients_import' ? 'job.clients_imported' : 'job.users_imported',
			{ count: done });
	}
	const act = wordsOf(set, groups);

	return t('bulk.changed', { count: done,
		act: kind === 'users_undo' ? t('bulk.undo_of', { act }) : act });
}

/**
 * "450 clients have been imported, cancelled, 12 left out".
 * @param {Entry} entry
 * @param {Group[]} groups
 * @param {string[]} more to be told in the same breath
 */
export function jobHeadline({ job }, groups, more = []) {
	const { state, position, total } = job;
	const said = [doneWords(job, groups)];

	if (state !== 'finished') {
		said.push(t(`job.state.${state}`), t('bulk.skipped', { count: total - position }));
	}
	return listed([...said, ...more]);
}

/** @param {Entry} entry */
function download({ job, refused }) {
	const reasonOf = reasonsOf(NOUNS[job.kind]);

	downloadTable(job.set
		? refusedFile('id,email', refused.map((row) =>
			({ ...row, text: `${row.id},${cell(row.name)}` })), reasonOf)
		: refusedFile(job.head, refused, reasonOf, job.separator));
}

/**
 * @param {Entry} entry
 * @param {Group[]} groups
 * @param {unknown} more buttons
 */
export function jobResult(entry, groups, more) {
	const { refused, job } = entry;

	return html`<section class="card facts" aria-labelledby="outcome">
		<h2 id="outcome">${jobHeadline(entry, groups)}</h2>
		${job.failed > 0 ? html`<p>${refusedCount(job.failed)}</p>
			${refusedTable(refused, reasonsOf(NOUNS[job.kind]),
				job.set ? t('user.email') : undefined)}` : nothing}
		<div class="form-buttons">
			${job.failed > 0 ? html`<button type="button" class="button"
				@click=${() => download(entry)}>${t('import.download')}</button>` : nothing}
			${more}
		</div>
	</section>`;
}
