/*
 * Filters that weigh next to nothing in the first load of a list: between two days, and by a
 * person, whose picker is fetched when it is drawn first.
 */
import { nothing } from '../core/html.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/data-table.js').Filter} Filter */

/** @type {typeof import('../ui/record-picker.js').pickerFilter | undefined} */
let picker;

/** @type {typeof import('../ui/record-picker.js').pickerFilter} */
function latePicker(...all) {
	const [,,, { redraw }] = all;

	if (picker) {
		return picker(...all);
	}
	import('../ui/record-picker.js').then(({ pickerFilter }) => {
		picker = pickerFilter;
		redraw();
	});
	return /** @type {any} */ (nothing);
}

/**
 * @param {import('../ui/context.js').Context} context of somebody who sees users
 * @param {{name: string, label: string}} filter
 * @returns {Filter}
 */
export function lateUserFilter(context, { name, label }) {
	return { name, label, kind: { control: latePicker, picker: { context, kinds: ['user'],
		title: label, others: [['', t('table.any')]] } } };
}

/**
 * @param {string} name of what happened then, as the API begins the names of its two filters
 * @param {string} of its word
 * @returns {Filter[]}
 */
export function dayFilters(name, of) {
	return [{ name: `${name}_since`, kind: 'since', label: t('table.since'), of },
		{ name: `${name}_until`, kind: 'until', label: t('table.until'), of }];
}
