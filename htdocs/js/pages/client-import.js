/* Clients > Import clients: a CSV file is checked first, then imported. */
import { explain, explainField } from '../ui/explain.js';
import { announce, byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { field, fieldId } from '../ui/field.js';
import { Form } from '../ui/form.js';
import { t } from '../core/i18n.js';
import { html, nothing, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { refusedRows } from '../lib/refused-rows.js';

/** @typedef {import('../records.js').Import} Import */
/** @typedef {import('../records.js').ImportRow} ImportRow */

const BYTES_MOST = 5 * 1024 * 1024;
const SHOWN_MOST = 200;

/** The sentences about a column, which name it. */
const OF_COLUMNS = new Map([
	['unknown', 'import.unknown_column'],
	['csv.missing', 'error.csv.missing'],
	['csv.repeated', 'error.csv.repeated'],
]);

/**
 * What is wrong with the file as a whole: the file itself, or one of its columns.
 * @param {[string, string]} error
 */
function fileSentence([name, key]) {
	const sentence = OF_COLUMNS.get(key);

	return sentence ? t(sentence, { name }) : explainField(key);
}

/** @param {string} name of a column; what is wrong with the row itself has none */
function columnName(name) {
	return name === 'row' ? '' : t(`client.${name}`);
}

/** @param {ImportRow} row */
function reasonOf({ errors }) {
	return Object.entries(errors).map(([name, key]) =>
		[columnName(name), explainField(key)].filter(Boolean).join(': ')).join(' ');
}

/** @param {Import} result */
function headline({ dry_run: dryRun, good }) {
	return t(dryRun ? 'import.checked' : 'import.imported', { count: good });
}

/** @param {ImportRow} row */
function refusedLine(row) {
	return html`<tr>
		<td data-label=${t('import.line')}>${row.line}</td>
		<td data-label=${t('import.reason')}>${reasonOf(row)}</td>
	</tr>`;
}

/** @param {ImportRow[]} refused */
function refusedTable(refused) {
	return html`<div class="scroll"><table class="table">
		<caption class="sr">${t('import.refused_title')}</caption>
		<thead><tr class="headers">
			<th scope="col">${t('import.line')}</th><th scope="col">${t('import.reason')}</th>
		</tr></thead>
		<tbody>${refused.slice(0, SHOWN_MOST).map(refusedLine)}</tbody>
	</table></div>`;
}

/** One file on its way in. */
class ClientImport {
	constructor() {
		this.keyOf = keyKeeper();
		/** @type {File | null} */
		this.file = null;
		this.content = new Blob();
		this.text = '';
		/** @type {Import | null} what the server said about this file */
		this.result = null;
		this.form = new Form({ file: '' }, () => this.draw());
	}

	show() {
		this.draw();
	}

	/** An answer that comes late must not draw over the next screen. */
	close() {
		this.draw = () => {};
	}

	/** @param {Event} event */
	choose(event) {
		const { files } = /** @type {HTMLInputElement} */ (event.target);

		this.file = files?.[0] ?? null;
		this.result = null;
		this.form.reset({ file: '' });
		this.draw();
	}

	/** @returns {Record<string, string>} */
	problems() {
		if (!this.file) {
			return { file: 'csv.none' };
		}
		return this.file.size > BYTES_MOST ? { file: 'csv.too_large' } : {};
	}

	/**
	 * The content is read now: the file may change on the disk, and what is imported is what was
	 * checked.
	 */
	async check() {
		this.result = null;
		await this.form.save(this.problems(), async () => {
			const bytes = await /** @type {File} */ (this.file).arrayBuffer();

			this.content = new Blob([bytes], { type: 'text/csv' });
			this.text = await this.content.text();
			await this.send(true);
		});
	}

	import() {
		return this.form.save({}, () => this.send(false));
	}

	/** @param {boolean} dryRun */
	async send(dryRun) {
		const key = dryRun ? '' : this.keyOf(this.text);
		const path = `clients/import?dry_run=${dryRun}`;
		const { data } = await call('POST', path, { body: this.content, key });

		this.result = data;
		announce(headline(data));
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.check();
	}

	/** The summary of a refused file; it takes the focus. */
	summary() {
		const { form } = this;

		if (!form.refused || form.saving) {
			return nothing;
		}
		return html`<div class="summary" id="summary" tabindex="-1"><div role="alert">
			<h2>${t('form.refused')}</h2>
			<ul>
				${form.problem ? html`<li>${explain(form.problem)}</li>` : nothing}
				${Object.entries(form.errors).map((error) => html`<li>${fileSentence(error)}</li>`)}
			</ul>
		</div></div>`;
	}

	chooser() {
		const { form } = this;

		return field(form, 'file', { label: t('import.file'), hint: t('import.file_hint') },
			html`<input class="input" type="file" id=${fieldId('file')} accept=".csv,text/csv"
				aria-invalid=${'file' in form.errors} aria-describedby="hint-file"
				@change=${(/** @type {Event} */ event) => this.choose(event)}>`);
	}

	/** @param {Import} result */
	importButton({ dry_run: dryRun, good }) {
		return dryRun && good > 0
			? html`<button type="button" class="button primary" aria-disabled=${this.form.saving}
				@click=${() => this.import()}>${t('import.import', { count: good })}</button>`
			: nothing;
	}

	/** @param {ImportRow[]} rows */
	download(rows) {
		const link = document.createElement('a');
		const blob = new Blob([refusedRows(this.text, rows, reasonOf)], { type: 'text/csv' });

		link.href = URL.createObjectURL(blob);
		link.download = 'refused.csv';
		link.click();
		URL.revokeObjectURL(link.href);
	}

	/** @param {Import} result */
	outcome(result) {
		const { dry_run: dryRun, refused, rows } = result;
		const wrong = rows.filter((row) => Object.keys(row.errors).length > 0);

		return html`<section class="card facts" aria-labelledby="outcome">
			<h2 id="outcome">${headline(result)}</h2>
			${refused > 0 ? html`
				<p>${t('import.refused', { count: refused })}
					${refused > SHOWN_MOST ? t('import.first', { count: SHOWN_MOST }) : nothing}</p>
				${refusedTable(wrong)}` : nothing}
			<div class="form-buttons">
				${this.importButton(result)}
				${refused > 0 ? html`<button type="button" class="button"
					@click=${() => this.download(rows)}>${t('import.download')}</button>` : nothing}
				${dryRun ? nothing : html`<a class="button" href="./?p=clients">
					${t('import.to_clients')}</a>`}
			</div>
		</section>`;
	}

	draw() {
		const { form, result } = this;
		const title = t('import.title');

		setTitle(title, { wrong: form.refused });
		render(html`
			${crumbs([['./?p=clients', t('clients.title')]], title)}
			<div class="head"><h1 tabindex="-1">${title}</h1></div>
			${this.summary()}
			<form class="card form" novalidate
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${this.chooser()}
				<div class="form-buttons">
					<button class="button ${result ? '' : 'primary'}" aria-disabled=${form.saving}
						aria-busy=${form.saving}>${t('import.check')}</button>
					<a class="button" href="./?p=clients">${t('action.cancel')}</a>
				</div>
			</form>
			${result ? this.outcome(result) : nothing}`, byId('main'));
	}
}

/** @returns {import('../core/router.js').Screen} */
export function clientImport() {
	return new ClientImport();
}
