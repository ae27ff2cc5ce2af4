/*
 * For a viewer who sees asterisks: the record of the client on the phone, by the whole address or
 * number that the client says. The server answers with one record or none, also where it knows
 * several.
 */
import { asProblem } from '../ui/explain.js';
import { call, Problem } from '../core/api.js';
import { fieldError, fieldHint, fieldId, textInput } from '../ui/field.js';
import { Form } from '../ui/form.js';
import { html, nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';

/**
 * Whatever is wrong is wrong with the one field.
 * @param {unknown} error
 */
function problemOfField(error) {
	const problem = asProblem(error);
	const [key] = problem.status === 404 ? ['lookup.none']
		: problem.code === 'several' ? ['lookup.several'] : Object.values(problem.errors);

	return key ? new Problem(problem.status, problem.code, { errors: { value: key } }) : problem;
}

/** @param {string} value */
async function find(value) {
	const body = value.includes('@') ? { email: value } : { phone: value };

	try {
		return (await call('POST', 'clients/lookup', { body })).data;
	} catch (error) {
		throw problemOfField(error);
	}
}

export class ClientLookup {
	/** @param {() => import('../ui/screen.js').Screen} screen that it is on */
	constructor(screen) {
		this.screen = screen;
		this.form = new Form({ value: '' }, () => screen().draw());
	}

	async send() {
		const { id } = await find(this.form.values.value.trim());

		this.screen().goOn(`./?p=client&id=${id}`);
	}

	/** @param {Event} event */
	submit(event) {
		const { form } = this;

		event.preventDefault();
		return form.save(form.values.value.trim() ? {} : { value: 'lookup.one' },
			() => this.send());
	}

	template() {
		const { form } = this;
		const label = t('client.lookup');
		const hint = t('client.lookup_hint');

		return html`
			${form.problem ? notice(told(form.problem), { kind: 'problem' }) : nothing}
			<form class="card lookup" role="search" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				<label class="label" for=${fieldId('value')}>${label}</label>
				<div role="alert">${fieldError(form, 'value')}</div>
				<div class="with-button">
					${textInput(form, 'value', { label, hint })}
					<button class="button" aria-disabled=${form.saving}>
						${t('client.lookup_button')}</button>
				</div>
				${fieldHint('value', hint)}
			</form>`;
	}
}
