/* What came of a change for many users: counts, the way back, and who was refused and why. */
import { html, nothing, render } from '../core/html.js';
import { explainWhole } from '../ui/explain.js';
import { reasonsOf } from '../ui/refused-table.js';
import { listed, t } from '../core/i18n.js';
import { told } from '../ui/told.js';

/** @typedef {import('../core/job.js').Entry} Entry */
/** @typedef {import('../core/job.js').JobRow} JobRow */

const reasonOf = reasonsOf('user');

export class BulkReport {
	/**
	 * @param {string} word for what was done
	 * @param {{job?: import('../records.js').Job, refused?: JobRow[], entry?: Entry | null,
	 *     error?: import('../core/api.js').Problem | null}} more error: what kept it from
	 *     beginning; entry: what can be taken back
	 */
	constructor(word, { job, refused = [], entry = null, error = null }) {
		this.word = word;
		this.job = job;
		this.error = error;
		this.refused = refused;
		this.entry = entry;
	}

	text() {
		if (!this.job) {
			return this.error ? explainWhole(this.error) : '';
		}
		const { done, failed, position, total } = this.job;
		const counts = { same: position - done - failed, refused: failed,
			skipped: total - position };
		const rest = Object.entries(counts).filter(([, count]) => count > 0)
			.map(([name, count]) => t(`bulk.${name}`, { count }));

		return listed([t('bulk.changed', { act: this.word, count: done }), ...rest]);
	}
}

/** @param {BulkReport} report */
function showRefused(report) {
	const dialog = document.createElement('dialog');

	dialog.className = 'dialog';
	dialog.setAttribute('aria-labelledby', 'refused');
	render(html`<form method="dialog" class="dialog-form">
		<h2 id="refused">${t('bulk.refused', { count: report.refused.length })}</h2>
		<div class="refused" tabindex="0" role="group" aria-labelledby="refused">
			<table class="plain"><tbody>${report.refused.map((row) => html`<tr>
				<th scope="row"><a href="./?p=user&id=${row.id}">${row.name || row.id}</a></th>
				<td>${reasonOf(row)}</td></tr>`)}</tbody></table>
		</div>
		<div class="dialog-buttons">
			<button class="button" autofocus>${t('bulk.close')}</button>
		</div>
	</form>`, dialog);
	document.body.append(dialog);
	dialog.addEventListener('close', () => dialog.remove());
	dialog.showModal();
}

/**
 * @param {BulkReport} report
 * @param {(entry: Entry) => void} undo
 */
export function reportTemplate(report, undo) {
	const { entry } = report;

	return html`<span title=${report.text()}>${report.text()}</span>
		${entry?.problem ? html`<span role="alert">${told(entry.problem)}</span>` : nothing}
		${entry?.job.undoable ? html`<button type="button" class="button small"
			@click=${() => undo(entry)}>${t('bulk.undo')}</button>` : nothing}
		${report.refused.length > 0 ? html`<button type="button" class="button small"
			@click=${() => showRefused(report)}>${t('bulk.why')}</button>` : nothing}`;
}
