/* The field of a list that finds people by their words, and what it says of what it found. */
import { html, live, nothing } from '../core/html.js';
import { insideFilter } from '../lib/find.js';
import { t } from '../core/i18n.js';

/**
 * @typedef {object} Finding what a list knows of it
 * @property {import('../lib/table-state.js').TableState} state
 * @property {Record<string, string>} typed
 * @property {import('../lib/table-state.js').TableOffer} offer
 * @property {import('../records.js').List<any>['page'] | null} page
 * @property {(values: Record<string, string>) => void} filter
 */

/**
 * @param {Finding} list
 * @param {string} hint
 */
export function findField(list, hint) {
	const { state, typed } = list;
	const value = state.filters.q ?? '';
	const use = (/** @type {Event} */ event) =>
		list.filter({ q: /** @type {HTMLInputElement} */ (event.target).value });

	return html`<search class="find"><input class="input" type="search" id="find"
		aria-label=${t('find.label')} autocomplete="off" spellcheck="false" autocapitalize="none"
		maxlength="100" placeholder=${hint} dir="auto" @input=${use}
		.value=${live((typed.q ?? '').trim() === value ? typed.q ?? '' : value)}></search>`;
}

/** Where there are no words to look among. @param {Finding} list */
export function foundNote({ page }) {
	return page?.found_by === 'beginnings'
		? html`<p class="hint">${t('find.beginnings')}</p>` : nothing;
}

/** What is left to try where words find nobody. @param {Finding} list */
export function nobodyFound(list) {
	const typed = list.state.filters.q ?? '';
	const name = insideFilter(typed, Object.keys(list.offer.filters));
	const inside = () => list.filter({ q: '', [name]: typed });

	return html`<div class="empty"><p>${t('find.nobody')}</p>
		<button type="button" class="button" @click=${inside}>${t('find.inside')}</button></div>`;
}
