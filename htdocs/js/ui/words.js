/* Values of records in words, the same in lists, forms and details. */
import { html } from '../core/html.js';
import { listed, t } from '../core/i18n.js';

/** @typedef {import('../records.js').GroupName} GroupName */

/** @param {import('../records.js').Status} status */
export function statusBadge(status) {
	return html`<span class="badge badge-${status}">${t(`status.${status}`)}</span>`;
}

/** @param {boolean} on */
export function yesNo(on) {
	return t(on ? 'value.yes' : 'value.no');
}

/** @param {GroupName[]} groups */
export function groupNames(groups) {
	return listed(groups.map((group) => group.name));
}

/**
 * People without a name go by another word for them.
 * @param {{name: string, email?: string} | null} person
 */
export function personName(person) {
	return person ? person.name || person.email || '' : '–';
}

/** @param {{creator: {id: number, name: string, email: string} | null}} record */
export function creatorLink({ creator }) {
	return creator
		? html`<a href="./?p=user&id=${creator.id}">${personName(creator)}</a>`
		: personName(creator);
}
