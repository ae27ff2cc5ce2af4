/* A field above a long list of choices: what does not fit what is typed there is not shown. */
import { html, nothing } from '../core/html.js';
import { matching } from '../lib/palette.js';
import { t } from '../core/i18n.js';

/** As many are seen at a glance. */
const MANY = 8;

/** @param {HTMLElement} popup @param {string} text */
function show(popup, text) {
	const rows = /** @type {HTMLElement[]} */ ([...popup.querySelectorAll('[data-find]')])
		.map((row) => ({ row, label: row.dataset.find ?? '' }));
	const found = matching(rows, text);

	for (const one of rows) {
		one.row.hidden = !found.includes(one);
	}
	/** @type {HTMLElement} */ (popup.querySelector('.find-none')).hidden = found.length > 0;
}

/** @param {Event} event */
function typed({ currentTarget }) {
	const field = /** @type {HTMLInputElement} */ (currentTarget);

	show(/** @type {HTMLElement} */ (field.closest('[popover]')), field.value);
}

/** The arrow leads from the field into the list; Enter is not for the form beneath. */
function pressed(/** @type {KeyboardEvent} */ event) {
	const field = /** @type {HTMLElement} */ (event.currentTarget);
	const first = field.closest('[popover]')?.querySelector(
		'[data-find]:not([hidden]) :is(input, button):not(:disabled)');

	if (event.key === 'ArrowDown' || event.key === 'Enter') {
		event.preventDefault();
		/** @type {HTMLElement | null | undefined} */ (first)?.focus();
	}
}

/**
 * The popup whose rows carry what they are found by in data-find; a short list needs no field.
 * @param {number} count of the rows
 */
export function typeToFind(count) {
	return count <= MANY ? nothing : html`<div class="find-choice">
		<input class="input small" type="search" autofocus autocomplete="off" spellcheck="false"
			aria-label=${t('find.label')} placeholder=${t('find.label')} dir="auto" maxlength="100"
			@input=${typed} @keydown=${pressed}>
		<p class="hint find-none" hidden>${t('find.nothing')}</p></div>`;
}

/** Opened anew, a popup shows all. @param {Event} event */
export function showAll({ currentTarget }) {
	const popup = /** @type {HTMLElement} */ (currentTarget);
	const field = /** @type {HTMLInputElement | null} */ (
		popup.querySelector('.find-choice input'));

	if (field) {
		field.value = '';
		show(popup, '');
	}
}
