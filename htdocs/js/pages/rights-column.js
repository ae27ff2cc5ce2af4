/*
 * Rights in a list, in the words that the Rights of a group have: what groups grant, in a line, and
 * a filter for one right.
 */
import { actionName, categoryName, permissionMeaning, permissionName } from '../ui/words.js';
import { html, live, nothing } from '../core/html.js';
import { listed, t } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */

/**
 * All that there are, in their order: Administrators has them, and stands before other groups.
 * @param {Context} context
 */
function catalogueOf({ groups }) {
	return [...new Set(groups.flatMap(({ permissions }) => permissions))];
}

/**
 * @param {Context} context
 * @param {{id: number}[]} groups that grant them
 */
export function grantedBy(context, groups) {
	return context.groups.filter(({ id }) => groups.some((one) => one.id === id))
		.flatMap(({ permissions }) => permissions);
}

/**
 * Category by category: "Users: View, Update · Clients: View".
 * @param {Context} context
 * @param {string[]} permissions
 */
export function rightsInShort(context, permissions) {
	const all = catalogueOf(context);
	const granted = all.filter((name) => permissions.includes(name));
	/** @type {Map<string, string[]>} */
	const actions = new Map();

	if (granted.length === all.length) {
		return t('rights.everything');
	}
	for (const [category = '', action = ''] of granted.map((name) => name.split('.'))) {
		actions.set(category, [...actions.get(category) ?? [], actionName(action)]);
	}
	return [...actions].map(([category, words]) => t('rights.box', { row: categoryName(category),
		column: listed(words) })).join(' · ');
}

/**
 * The filter of a column, as ui/record-picker has them.
 * @param {import('../ui/record-picker.js').Picker} picker
 * @param {unknown} _kind
 * @param {string} value
 * @param {{choose: (value: string) => void}} use
 */
export function rightsFilter({ context, title }, _kind, value, { choose }) {
	const use = (/** @type {Event} */ event) =>
		choose(/** @type {HTMLSelectElement} */ (event.target).value);
	const option = (/** @type {string} */ name) => html`<option value=${name}
		title=${permissionMeaning(name)} .selected=${live(name === value)}>
		${permissionName(name)}</option>`;

	return html`<select class="input small" aria-label=${t('table.filter', { column: title })}
		title=${value ? permissionMeaning(value) : nothing} @change=${use}>
		<option value="" .selected=${live(value === '')}>${t('table.any')}</option>
		${catalogueOf(context).map(option)}
	</select>`;
}
