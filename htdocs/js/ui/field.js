/* Label, hint, error and control of one form field, tied together for every reader. */
import { html, live, nothing } from '../core/html.js';
import { explainFieldOf } from './explain.js';

/** @typedef {import('./form.js').Form<any>} Form */

/**
 * @typedef {object} FieldOptions
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [optional] said after the label
 * @property {boolean} [disabled]
 */

/** @typedef {Pick<Form, 'scope'>} Scoped */

const PAGE = { scope: '' };

/**
 * @param {string} name
 * @param {Scoped} [form]
 */
export function fieldId(name, { scope } = PAGE) {
	return `${scope}field-${name}`;
}

/**
 * The ids of what describes a control, for aria-describedby.
 * @param {string} name
 * @param {boolean} wrong
 * @param {string} [hint]
 * @param {Scoped} [form]
 */
export function describedBy(name, wrong, hint, { scope } = PAGE) {
	const ids = [wrong ? `${scope}error-${name}` : '', hint ? `${scope}hint-${name}` : ''];

	return ids.filter(Boolean).join(' ') || nothing;
}

/**
 * @param {Form} form
 * @param {string} name
 */
export function fieldError(form, name) {
	return form.errors[name]
		? html`<p class="error" id="${form.scope}error-${name}">${explainFieldOf(form, name)}</p>`
		: nothing;
}

/**
 * @param {string} name
 * @param {string} [hint]
 * @param {Scoped} [form]
 */
export function fieldHint(name, hint, { scope } = PAGE) {
	return hint ? html`<p class="hint" id="${scope}hint-${name}">${hint}</p>` : nothing;
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {FieldOptions} options
 * @param {unknown} control
 */
export function field(form, name, { label, hint, optional }, control) {
	return html`<div class="field">
		<label class="label" for=${fieldId(name, form)}>
			<span id="${form.scope}label-${name}">${label}</span>
			${optional ? html`<span class="optional">${optional}</span>` : nothing}</label>
		${fieldError(form, name)}
		${control}
		${fieldHint(name, hint, form)}
	</div>`;
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {FieldOptions & {type?: string, autocomplete?: string, inputmode?: string}} options
 */
export function textInput(form, name, options) {
	const wrong = name in form.errors;
	const set = (/** @type {Event} */ event) =>
		form.set(name, /** @type {HTMLInputElement} */ (event.target).value);

	return html`<input class="input" id=${fieldId(name, form)} name=${name}
		type=${options.type ?? 'text'} autocomplete=${options.autocomplete ?? 'off'}
		inputmode=${options.inputmode ?? nothing} dir="auto" .value=${live(form.values[name])}
		?disabled=${options.disabled} aria-invalid=${wrong}
		aria-describedby=${describedBy(name, wrong, options.hint, form)} @input=${set}
		autocapitalize="none" spellcheck="false">`;
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {Parameters<typeof textInput>[2]} options
 */
export function textField(form, name, options) {
	return field(form, name, options, textInput(form, name, options));
}

/**
 * A text of several lines.
 * @param {Form} form
 * @param {string} name
 * @param {FieldOptions} options
 */
export function linesField(form, name, options) {
	const wrong = name in form.errors;
	const set = (/** @type {Event} */ event) =>
		form.set(name, /** @type {HTMLTextAreaElement} */ (event.target).value);

	return field(form, name, options, html`<textarea class="input" rows="3"
		id=${fieldId(name, form)} .value=${live(form.values[name])}
		?disabled=${options.disabled} aria-invalid=${wrong}
		aria-describedby=${describedBy(name, wrong, options.hint, form)} @input=${set}
		autocapitalize="none" spellcheck="false"></textarea>`);
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {FieldOptions} options
 */
export function checkField(form, name, options) {
	const wrong = name in form.errors;
	const set = (/** @type {Event} */ event) =>
		form.set(name, /** @type {HTMLInputElement} */ (event.target).checked);

	return html`<div class="field check">
		${fieldError(form, name)}
		<input type="checkbox" id=${fieldId(name, form)} .checked=${live(form.values[name])}
			?disabled=${options.disabled} aria-invalid=${wrong}
			aria-describedby=${describedBy(name, wrong, options.hint, form)} @change=${set}>
		<label for=${fieldId(name, form)}>${options.label}</label>
		${fieldHint(name, options.hint, form)}
	</div>`;
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {FieldOptions & {choices: [string, string][]}} options value and word of each choice
 */
export function choiceField(form, name, options) {
	const wrong = name in form.errors;
	const set = (/** @type {Event} */ event) =>
		form.set(name, /** @type {HTMLSelectElement} */ (event.target).value);

	return field(form, name, options, html`<select class="input" id=${fieldId(name, form)}
		?disabled=${options.disabled} aria-invalid=${wrong}
		aria-describedby=${describedBy(name, wrong, options.hint, form)} @change=${set}>
		${options.choices.map(([value, word]) => html`<option value=${value}
			.selected=${live(value === form.values[name])}>${word}</option>`)}
	</select>`);
}

/**
 * Whose password a form is about, for the password manager of the browser; nobody sees it.
 * @param {string} email
 */
export function usernameField(email) {
	return html`<input type="text" hidden readonly autocomplete="username" name="username"
		.value=${email}>`;
}

/**
 * @typedef {object} Radio
 * @property {any} value
 * @property {string} label
 * @property {string} [more] heard after the label, where that alone would name two fields
 */

/**
 * A few choices, all in sight.
 * @param {Form} form
 * @param {string} name
 * @param {FieldOptions & {choices: Radio[]}} options
 */
export function radioField(form, name, options) {
	return html`<fieldset class="field radios"
		aria-describedby=${describedBy(name, false, options.hint, form)}>
		<legend class="label">${options.label}</legend>
		${options.choices.map(({ value, label, more }, at) => {
			const id = `${fieldId(name, form)}-${at}`;

			return html`<span class="radio"><input type="radio" id=${id} name=${fieldId(name, form)}
				.checked=${live(form.values[name] === value)} ?disabled=${options.disabled}
				@change=${() => form.set(name, value)}>
				<label for=${id}>${label}${more ? html`<span class="sr"> ${more}</span>`
					: nothing}</label></span>`;
		})}
		${fieldHint(name, options.hint, form)}
	</fieldset>`;
}
