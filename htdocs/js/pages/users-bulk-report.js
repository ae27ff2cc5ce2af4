/* What came of a change for many users: counts, the way back, and who was refused and why. */
import { explain, explainField } from '../ui/explain.js';
import { hasMessage, listed, t } from '../core/i18n.js';
import { html, nothing, render } from '../core/html.js';

/** @typedef {import('../records.js').User} User */
/** @typedef {import('../records.js').UserResult & {user: User}} Result */

/**
 * Rows are refused by the key of a field or by the code of a whole refusal.
 * @param {string} error
 */
function reasonOf(error) {
	return hasMessage(`problem.${error}`) ? t(`problem.${error}`) : explainField(error);
}

export class BulkReport {
	/**
	 * @param {string} word for what was done
	 * @param {Result[]} results
	 * @param {{error?: import('../core/api.js').Problem | null, skipped?: number,
	 *     undo?: object | null}} more error: what ended it early; skipped: not tried at all
	 */
	constructor(word, results, { error = null, skipped = 0, undo = null }) {
		this.word = word;
		this.error = error;
		this.skipped = skipped;
		this.changed = results.filter(({ changed }) => changed).map(({ user }) => user);
		this.same = results.filter(({ ok, changed }) => ok && !changed).length;
		this.refused = results.filter(({ ok }) => !ok);
		this.undo = undo;
	}

	text() {
		const counts = { same: this.same, refused: this.refused.length, skipped: this.skipped };
		const rest = Object.entries(counts).filter(([, count]) => count > 0)
			.map(([name, count]) => t(`bulk.${name}`, { count }));
		const said = this.word
			? [t('bulk.changed', { act: this.word, count: this.changed.length }), ...rest] : [];

		return [listed(said), this.error ? explain(this.error) : ''].filter(Boolean).join('. ');
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
			<table class="plain"><tbody>${report.refused.map(({ user, error }) => html`<tr>
				<th scope="row"><a href="./?p=user&id=${user.id}">${user.email}</a></th>
				<td>${reasonOf(error ?? '')}</td></tr>`)}</tbody></table>
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
 * @param {() => void} undo
 */
export function reportTemplate(report, undo) {
	return html`<span>${report.text()}</span>
		${report.undo && report.changed.length > 0 ? html`<button type="button"
			class="button small" @click=${undo}>${t('bulk.undo')}</button>` : nothing}
		${report.refused.length > 0 ? html`<button type="button" class="button small"
			@click=${() => showRefused(report)}>${t('bulk.why')}</button>` : nothing}`;
}
