/*
 * One of very many, picked by name: a button that says who is chosen, and the palette to choose
 * somebody else, which asks the server as one types.
 */
import { describedBy, field, fieldId } from './field.js';
import { findRecords, kindsFor, nameOf } from './records-found.js';
import { html, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { openPalette } from './palette.js';
import { t } from '../core/i18n.js';

/** @typedef {import('./records-found.js').Kind} Kind */
/** @typedef {import('./records-found.js').Found} Found */
/** @typedef {import('./context.js').Context} Context */

/** @param {Found} found */
export function labelOf({ name, beside }) {
	return [name, beside].filter(Boolean).join(' · ');
}

/** @param {Kind} type */
export function kindWord(type) {
	return t(`palette.${type}`);
}

/**
 * Finds as one types.
 * @param {Kind[]} kinds
 * @param {(found: Found) => import('./palette.js').Entry} entryOf
 */
export function finder(kinds, entryOf) {
	return async (/** @type {string} */ text, /** @type {AbortSignal} */ signal) => {
		const { rows, more, problem } = await findRecords(kinds, text, signal);

		return { entries: rows.map(entryOf), more, problem };
	};
}

/**
 * @typedef {object} Picker
 * @property {Context} context
 * @property {Kind[]} kinds of which one is picked
 * @property {string} title what is picked
 * @property {[value: string, word: string][]} others to choose besides, the first for none
 */

/**
 * @param {Picker} picker
 * @param {(value: string, found?: Found) => void} choose
 */
export function pick({ context, kinds, title, others }, choose) {
	const seen = kindsFor(context).filter((kind) => kinds.includes(kind));

	openPalette({
		title,
		label: t('picker.label'),
		entries: others.map(([value, word]) => ({ label: word, kind: '',
			run: () => choose(value) })),
		find: finder(seen, (found) => ({ label: labelOf(found), kind: kindWord(found.type),
			run: () => choose(String(found.id), found) })),
	});
}

/**
 * What a value is called.
 * @param {Picker} picker
 * @param {Kind} kind
 * @param {string} value
 * @param {() => void} redraw
 */
export function pickedWord({ others }, kind, value, redraw) {
	const other = others.find(([own]) => own === value);

	return other ? other[1] : nameOf(kind, value, redraw) || `${kindWord(kind)} ${value}`;
}

/**
 * @param {import('./form.js').Form<any>} form
 * @param {string} name of a value that is a number as a text
 * @param {import('./field.js').FieldOptions & Omit<Picker, 'title'>} options
 */
export function pickerField(form, name, options) {
	const picker = { ...options, title: options.label };
	const wrong = name in form.errors;
	const [kind = 'user'] = options.kinds;
	const use = () => pick(picker, (value) => form.set(name, value));
	const word = pickedWord(picker, kind, form.values[name], () => form.redraw());

	return field(form, name, options, html`<button type="button" class="input opener"
		id=${fieldId(name, form)} ?disabled=${options.disabled} aria-haspopup="dialog"
		aria-invalid=${wrong} aria-labelledby="label-${name} ${fieldId(name, form)}"
		aria-describedby=${describedBy(name, wrong, options.hint, form)} @click=${use}>
		<bdi class="cut">${word}</bdi> ${icons.search}</button>`);
}

/**
 * The filter of a column.
 * @param {Picker} picker
 * @param {Kind} kind of the value that is chosen now
 * @param {string} value
 * @param {{redraw: () => void, choose: (value: string, found?: Found) => void}} use
 */
export function pickerFilter(picker, kind, value, { redraw, choose }) {
	const word = pickedWord(picker, kind, value, redraw);

	return html`<button type="button" class="input small opener" aria-haspopup="dialog"
		aria-label="${t('table.filter', { column: picker.title })}: ${word}"
		title=${value ? word : nothing} @click=${() => pick(picker, choose)}>
		<bdi class="cut">${word}</bdi> ${icons.search}</button>`;
}
