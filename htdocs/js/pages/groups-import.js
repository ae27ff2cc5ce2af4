/*
 * System > Users > Groups > Import groups: a file is chosen, the page shows what will become of
 * each group in it, and after Import what became of it. All are imported or none.
 */
import { byId } from '../ui/page.js';
import { call } from '../core/api.js';
import { choiceField, describedBy, field, fieldError, fieldId } from '../ui/field.js';
import { forecast, readGroups } from '../lib/groups-file.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').GroupImported} GroupImported */
/** @typedef {import('../lib/groups-file.js').GroupInFile} GroupInFile */

const NO_FILE = { groups: /** @type {GroupInFile[] | null} */ (null), replace: 'disabled' };

/**
 * @extends {FormScreen<typeof NO_FILE>}
 */
class GroupsImport extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(NO_FILE);
		this.context = context;
		this.keyOf = keyKeeper();
		/** @type {GroupImported[] | null} */
		this.results = null;
	}

	/** @param {Event} event */
	async choose(event) {
		const [file] = /** @type {HTMLInputElement} */ (event.target).files ?? [];
		const groups = file ? readGroups(await file.text()) : null;

		this.results = null;
		this.form.problem = null;
		this.form.errors = file && !groups ? { file: 'file.groups' } : {};
		this.form.set('groups', groups);
	}

	async send() {
		const { groups, replace } = this.form.values;
		const query = { replace: replace === 'enabled' };
		const { data } = await call('POST', 'groups/import', { query,
			body: { groups: groups ?? [] }, key: this.keyOf([query, groups]) });

		this.results = data.items;
		this.form.reset({ ...NO_FILE, replace });
		if (this.isOpen) {
			/** @type {HTMLInputElement} */ (byId(fieldId('file'))).value = '';
		}
		await this.context.refresh();
		showToast(t('groups.imported', { count: data.items.length }));
	}

	/** @returns {Record<string, string>} */
	problems() {
		const { errors, values } = this.form;

		return values.groups ? {} : { file: errors.file ?? 'file.required' };
	}

	fileField() {
		const { form } = this;
		const hint = t('groups.file_hint');

		return field(form, 'file', { label: t('groups.file'), hint }, html`<input type="file"
			class="input" id=${fieldId('file')} accept=".json,application/json"
			aria-invalid=${'file' in form.errors}
			aria-describedby=${describedBy('file', 'file' in form.errors, hint)}
			@change=${(/** @type {Event} */ event) => this.choose(event)}>`);
	}

	replaceField() {
		const may = this.context.may('PATCH groups/{id}');

		return choiceField(this.form, 'replace', {
			label: t('groups.replace'),
			hint: t(may ? 'groups.replace_hint' : 'groups.replace_barred'),
			choices: [['disabled', t('status.disabled')], ['enabled', t('status.enabled')]],
			disabled: !may,
		});
	}

	/**
	 * A cell of the forecast with what is wrong there; the links of the summary lead to it.
	 * @param {string} name of the field, as the server reports it
	 * @param {string} label
	 * @param {string} text
	 */
	cell(name, label, text) {
		return html`<td data-label=${label} id=${fieldId(name)} tabindex="-1">
			${text} ${fieldError(this.form, name)}</td>`;
	}

	/**
	 * @param {GroupInFile} group
	 * @param {number} at
	 */
	forecastRow(group, at) {
		const { deed, added, removed } = forecast(group, this.context.groups,
			this.form.values.replace === 'enabled');

		return html`<tr>
			${this.cell(`groups.${at}.name`, t('group.group'), group.name)}
			${this.cell(`groups.${at}.group`, t('groups.deed'), t(`groups.will.${deed}`))}
			${this.cell(`groups.${at}.permissions`, t('group.rights'),
		t('group.change_count', { added, removed }))}
		</tr>`;
	}

	/** @param {GroupImported} row */
	resultRow({ name, result, id, saved_as: savedAs, ignored }) {
		return html`<tr>
			<td data-label=${t('group.group')}><bdi>${name}</bdi></td>
			<td data-label=${t('groups.deed')}>${t(`groups.did.${result}`)} ${ignored.length > 0
		? html`<span class="muted">${t('groups.ignored', { names: ignored.join(', ') })}</span>`
		: nothing}</td>
			<td data-label=${t('groups.saved_as')}><a href="./?p=group&id=${id}">${savedAs}</a></td>
		</tr>`;
	}

	/**
	 * @param {string} title
	 * @param {string} last word over the last column
	 * @param {unknown} rows
	 */
	table(title, last, rows) {
		return html`<section class="card list import-rows">
			<h2>${title}</h2>
			<div class="scroll" tabindex="0" role="region"
				aria-label=${title}><table class="table">
				<caption class="sr">${title}</caption>
				<thead><tr class="headers">${[t('group.group'), t('groups.deed'), last]
					.map((word) => html`<th scope="col">${word}</th>`)}</tr></thead>
				<tbody>${rows}</tbody>
			</table></div>
		</section>`;
	}

	/** What is to happen, or what has. */
	rows() {
		const { groups } = this.form.values;

		if (groups) {
			return this.table(t('groups.preview'), t('group.rights'),
				groups.map((group, at) => this.forecastRow(group, at)));
		}
		return this.results
			? this.table(t('groups.results'), t('groups.saved_as'),
				this.results.map((row) => this.resultRow(row)))
			: nothing;
	}

	content() {
		return html`
			${this.summary()}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${this.fileField()}
				${this.replaceField()}
				<div class="form-buttons">
					${saveButton(this.form, t('groups.import_button'))}
					<a class="button" href="./?p=groups">${t('action.cancel')}</a>
				</div>
			</form>
			${this.rows()}`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new GroupsImport(context);
}
