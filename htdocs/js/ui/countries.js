/* Countries by their names in the language of the page; kept and sent are their codes. */
import { compare, locale } from '../core/i18n.js';
import { COUNTRIES } from '../contract.js';
import { describedBy, field, fieldId } from './field.js';
import { html, live } from '../core/html.js';

/** Of names that are typed: case, accents, dots and apostrophes make no difference. */
const plain = (/** @type {string} */ text) =>
	text.normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();

/** @typedef {[code: string, name: string]} Choice */

/** @type {{locale: string, choices: Choice[]}} */
let kept = { locale: '', choices: [] };

/**
 * A code that no country has any more goes by itself.
 * @param {string} code
 */
export function countryName(code) {
	try {
		return new Intl.DisplayNames(locale(), { type: 'region' }).of(code) ?? code;
	} catch {
		return code;
	}
}

/**
 * @param {string} language
 * @param {Intl.DisplayNamesOptions['style']} [style]
 * @returns {Choice[]}
 */
function namesIn(language, style = 'long') {
	const names = new Intl.DisplayNames(language, { type: 'region', style });

	return COUNTRIES.map((code) => [code, names.of(code) ?? code]);
}

/** Code and name of all, by name. */
export function countryChoices() {
	if (kept.locale !== locale()) {
		kept = { locale: locale(),
			choices: namesIn(locale()).sort(([, a], [, b]) => compare(a, b)) };
	}
	return kept.choices;
}

/**
 * What was typed as a code: a name in the language of the page, also a short one, or in English, or
 * a code in any case. What is none is left to the server to refuse.
 * @param {string} typed
 */
export function countryCode(typed) {
	const text = typed.trim();
	const is = (/** @type {Choice} */ [, name]) => plain(name) === plain(text);

	if (COUNTRIES.includes(text.toUpperCase())) {
		return text.toUpperCase();
	}
	return text && (countryChoices().find(is) ?? namesIn(locale(), 'short').find(is)
		?? namesIn('en').find(is) ?? [text])[0];
}

/**
 * A field that offers the names that have in them what is typed. Its value is the name.
 * @param {import('./form.js').Form<any>} form
 * @param {string} name
 * @param {import('./field.js').FieldOptions} options
 */
export function countryField(form, name, options) {
	const wrong = name in form.errors;
	const typed = (/** @type {Event} */ { target }) =>
		/** @type {HTMLInputElement} */ (target).value;
	const list = `${fieldId(name, form)}-list`;

	return field(form, name, options, html`
		<input class="input" id=${fieldId(name, form)} name=${name} list=${list} dir="auto"
			autocomplete="off" spellcheck="false" ?disabled=${options.disabled}
			.value=${live(form.values[name])} aria-invalid=${wrong}
			aria-describedby=${describedBy(name, wrong, options.hint, form)}
			@input=${(/** @type {Event} */ event) => form.set(name, typed(event))}
			@change=${(/** @type {Event} */ event) =>
				form.set(name, countryName(countryCode(typed(event))))}>
		<datalist id=${list}>${countryChoices().map(([, word]) =>
			html`<option value=${word}></option>`)}</datalist>`);
}
