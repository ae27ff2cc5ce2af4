/*
 * A CSV file is checked first, then imported. The import itself is a job that the server keeps:
 * this screen shows how far it is, and when the reader goes elsewhere the strip above every
 * screen does.
 */
import { announce } from '../ui/page.js';
import { beginJob, setShown, watchJobs } from '../core/job.js';
import { call } from '../core/api.js';
import { downloadTable, reasonsOf, refusedCount, refusedTable } from '../ui/refused-table.js';
import { explainField } from '../ui/explain.js';
import { checkField, choiceField, field, fieldId } from '../ui/field.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { ENCODINGS, LIMITS } from '../contract.js';
import { refusedRows, sampleFile, textsOf } from '../lib/refused-rows.js';
import { listed, t, tableSeparator } from '../core/i18n.js';
import { told } from '../ui/told.js';
import { jobBar, jobTitle } from '../ui/job-bar.js';
import { jobResult } from './job-result.js';

/** @typedef {import('../records.js').Encoding} Encoding */
/** @typedef {import('../records.js').Imported} Imported */

/**
 * What is imported.
 * @typedef {object} ImportSpec
 * @property {'users/import' | 'clients/import'} path of the API
 * @property {string} noun of the messages that name the columns
 * @property {string} hint what the file is to be like
 * @property {string} list address of the list
 * @property {string[][]} sample rows of a file, the names of its columns before them
 */

/** The sentences about a column, which name it. */
const OF_COLUMNS = new Map([
	['unknown', 'import.unknown_column'],
	['csv.missing', 'error.csv.missing'],
	['csv.repeated', 'error.csv.repeated'],
]);

/** What separates cells, by the words for it. */
const SEPARATORS = new Map([
	[',', 'import.separator_comma'],
	[';', 'import.separator_semicolon'],
	['\t', 'import.separator_tab'],
	['|', 'import.separator_bar'],
]);

/**
 * What is wrong with the file as a whole: the file itself, or one of its columns.
 * @param {[string, string]} error
 * @param {number} line 0: no certain one
 */
function fileSentence([name, key], line) {
	const sentence = OF_COLUMNS.get(key);

	if (key === 'csv.format' && line > 0) {
		return t('error.csv.format_line', { line });
	}
	return sentence ? t(sentence, { name }) : explainField(key);
}

/** Of a row that shows whether letters were read well. */
const LETTERS_MAX = 80;

/** As people write it. @param {Encoding} encoding */
const encodingName = (encoding) =>
	encoding.replace(/^utf.*|^w/, (part) => part.toUpperCase());

/** Nothing in the file says that it is in one of these. @param {Encoding} encoding */
const isGuess = (encoding) => encoding.startsWith('windows');

/** In what the file was written, as it was found out. @param {Imported} checked */
function readAs({ encoding, separator }) {
	return t(isGuess(encoding) ? 'import.read_as_guess' : 'import.read_as', {
		encoding: encodingName(encoding),
		separator: t(SEPARATORS.get(separator) ?? 'import.separator_comma'),
	});
}

/** A line of the file with letters that another encoding has otherwise. @param {string} text */
const lettersOf = (text) => /^.*[^\0-\x7f].*$/m.exec(text)?.[0].slice(0, LETTERS_MAX) ?? '';

/** @type {{file: string, leaveOut: boolean, encoding: Encoding | ''}} what is said of a file */
const NOTHING_SAID = { file: '', leaveOut: false, encoding: '' };

/**
 * One file on its way in.
 * @extends {FormScreen<{file: string, leaveOut: boolean, encoding: Encoding | ''}>}
 */
export class ImportScreen extends FormScreen {
	/** @param {ImportSpec} spec */
	constructor(spec) {
		super({ ...NOTHING_SAID });
		this.spec = spec;
		this.reasonOf = reasonsOf(spec.noun);
		this.keyOf = keyKeeper();
		/** @type {File | null} */
		this.file = null;
		this.bytes = new Blob();
		this.text = '';
		/** The file has columns that nobody knows. */
		this.strangers = false;
		/** @type {Encoding | ''} what it was found to be written in */
		this.found = '';
		/** @type {Imported | null} what the server said about this file */
		this.checked = null;
		/** @type {import('../core/job.js').Entry | null} */
		this.entry = null;
		this.unwatch = watchJobs(() => this.draw());
	}

	close() {
		super.close();
		this.unwatch();
		if (this.entry) {
			this.entry.shown = false;
		}
	}

	/** @param {Event} event */
	choose(event) {
		const { files } = /** @type {HTMLInputElement} */ (event.target);

		this.file = files?.[0] ?? null;
		this.forget();
		this.form.reset({ ...NOTHING_SAID });
		this.strangers = false;
		this.found = '';
		this.draw();
	}

	forget() {
		this.checked = null;
		if (this.entry) {
			this.entry.shown = false;
			this.entry = null;
		}
	}

	/** @returns {Record<string, string>} */
	problems() {
		if (!this.file) {
			return { file: 'csv.none' };
		}
		return this.file.size > LIMITS.import_bytes_max ? { file: 'csv.too_large' } : {};
	}

	/**
	 * The content is read now: the file may change on the disk, and what is imported is what was
	 * checked.
	 */
	async send() {
		const bytes = await /** @type {File} */ (this.file).arrayBuffer();

		this.bytes = new Blob([bytes], { type: 'text/csv' });
		const { data } = await call('POST', this.spec.path,
			{ query: { dry_run: true, ...this.query }, body: this.bytes });

		this.text = new TextDecoder(data.encoding).decode(bytes);
		this.found = this.form.values.encoding === '' ? data.encoding : this.found;
		this.checked = data;
		if (this.isOpen) {
			announce(t('import.checked', { count: data.new + data.changed }));
		}
	}

	/** What is said of the file: what of it is not wanted, and how it is to be read. */
	get query() {
		const { encoding, leaveOut } = this.form.values;

		return { ...leaveOut && { ignore_unknown: true }, ...encoding && { encoding } };
	}

	import() {
		return this.form.save({}, async () => {
			this.entry = await beginJob(this.spec.path, { body: this.bytes, query: this.query,
				key: this.keyOf([this.text, this.query]) });
			setShown(this.entry, this.isOpen);
			this.checked = null;
		});
	}

	/** @param {Event} event */
	async submit(event) {
		this.forget();
		await super.submit(event);
		this.strangers ||= Object.values(this.form.errors).includes('unknown');
		this.draw();
	}

	/**
	 * What was said of a file that is read otherwise is not true of it any more.
	 * @param {Event} event
	 */
	async readAnew(event) {
		const again = this.checked !== null || this.form.refused;

		this.forget();
		if (again) {
			await this.submit(event);
		}
	}

	/** The summary of a refused file. */
	summary() {
		const { form } = this;

		if (!form.refused || form.saving) {
			return nothing;
		}
		return html`<div class="summary" id="summary" tabindex="-1"><div role="alert">
			<h2>${t('form.refused')}</h2>
			<ul>
				${form.problem ? html`<li>${told(form.problem)}</li>` : nothing}
				${Object.entries(form.errors).map((error) =>
					html`<li>${fileSentence(error, form.line)}</li>`)}
			</ul>
		</div></div>`;
	}

	chooser() {
		const { form, spec } = this;

		return field(form, 'file', { label: t('import.file'), hint: spec.hint },
			html`<input class="input" type="file" id=${fieldId('file')}
				accept=".csv,.txt,.tsv,text/csv" aria-invalid=${'file' in form.errors}
				aria-describedby="hint-file"
				@change=${(/** @type {Event} */ event) => this.choose(event)}>`);
	}

	/** A code page is only guessed: who knows better says so. */
	encodingField() {
		const found = this.found === '' ? t('import.encoding_find')
			: t('import.encoding_found', { encoding: encodingName(this.found) });

		const readAnew = (/** @type {Event} */ event) => this.readAnew(event);

		return this.file ? html`<div @change=${readAnew}>
			${choiceField(this.form, 'encoding', { label: t('import.encoding'),
		choices: [['', found], .../** @type {[string, string][]} */ (ENCODINGS.map((encoding) =>
			[encoding, encodingName(encoding)]))] })}</div>` : nothing;
	}

	/** A file may bring more than is wanted. */
	leaveOutField() {
		return this.strangers ? checkField(this.form, 'leaveOut', { label: t('import.leave_out'),
			hint: t('import.leave_out_hint') }) : nothing;
	}

	/** What there is in the file. @param {Imported} checked */
	readTemplate(checked) {
		const { changed, ignored, same } = checked;
		const counts = changed + same === 0 ? []
			: [t('import.new', { number: checked.new }), t('import.changed', { number: changed }),
				t('import.same', { number: same })];
		const letters = isGuess(checked.encoding) ? lettersOf(this.text) : '';

		return html`
			${counts.length > 0 ? html`<p>${counts.join(' · ')}</p>` : nothing}
			<p class="muted">${readAs(checked)}
				${ignored.length > 0 ? t('import.left_out', { names: listed(ignored) }) : ''}</p>
			${letters ? html`<p>${t('import.letters', { text: letters })}</p>` : nothing}`;
	}

	/** @param {Imported} checked */
	checkedTemplate(checked) {
		const { changed, refused, rows, same } = checked;
		const good = checked.new + changed;
		const wrong = textsOf(this.text, rows).rows.filter(this.reasonOf);
		const download = () => downloadTable(
			refusedRows(this.text, rows, this.reasonOf, checked.separator));

		return html`<section class="card facts" aria-labelledby="outcome">
			<h2 id="outcome">${good === 0 && same > 0 ? t('import.nothing_new')
				: t('import.checked', { count: good })}</h2>
			${this.readTemplate(checked)}
			${refused > 0 ? html`<p>${refusedCount(refused)}</p>
				${refusedTable(wrong, this.reasonOf)}` : nothing}
			<div class="form-buttons">
				${good > 0 ? html`<button type="button" class="button primary"
					aria-disabled=${this.form.saving} @click=${() => this.import()}>
					${t('import.import', { count: good })}</button>` : nothing}
				${refused > 0 ? html`<button type="button" class="button" @click=${download}>
					${t('import.download')}</button>` : nothing}
			</div>
		</section>`;
	}

	outcome() {
		const { entry, checked } = this;

		if (entry) {
			return entry.job.state === 'running'
				? html`<section class="card facts" aria-labelledby="outcome">
					<h2 id="outcome">${jobTitle(entry)}</h2>
					<div class="with-button">${jobBar(entry)}</div>
				</section>`
				: jobResult(entry, [], html`<a class="button" href=${this.spec.list}>
					${t(`import.to_${this.spec.noun}s`)}</a>`);
		}
		return checked ? this.checkedTemplate(checked) : nothing;
	}

	content() {
		const { form, spec } = this;
		const busy = form.saving || this.entry?.job.state === 'running';

		return html`
			${this.summary()}
			<form class="card form" novalidate
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${this.chooser()}
				${this.encodingField()}
				${this.leaveOutField()}
				<div class="form-buttons">
					<button class="button ${this.checked || this.entry ? '' : 'primary'}"
						aria-disabled=${busy} aria-busy=${form.saving}>${t('import.check')}</button>
					<a class="button" href=${spec.list}>${t('action.cancel')}</a>
					<button type="button" class="button" @click=${() => downloadTable(
		sampleFile(spec.sample, tableSeparator()), `${spec.noun}s.csv`)}>
						${t('import.sample')}</button>
				</div>
			</form>
			${this.outcome()}`;
	}
}
