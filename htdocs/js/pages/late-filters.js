/*
 * Columns and filters that weigh next to nothing in the first load of a list: between two days; by
 * a person and by a right, for which more is fetched when they are drawn first.
 */
import { asProblem } from '../ui/explain.js';
import { fetched } from '../core/api.js';
import { late } from '../lib/late.js';
import { nothing } from '../core/html.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/data-table.js').Filter} Filter */

/** @template Part @param {Promise<Part>} part */
const orNot = (part) => part.catch((error) => void asProblem(error));
const picker = late(() => orNot(fetched(import('../ui/record-picker.js'))));
const rights = late(() => orNot(fetched(import('./rights-column.js'))));

/**
 * @param {Context} context of somebody who sees users
 * @param {{name: string, label: string}} filter
 * @returns {Filter}
 */
export function lateUserFilter(context, { name, label }) {
	return { name, label, kind: {
		control: (...all) => picker(all[3].redraw)?.pickerFilter(...all) ?? nothing,
		picker: { context, kinds: ['user'], title: label, others: [['', t('table.any')]] } } };
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

/**
 * What users may do by their groups, for whoever may see those.
 * @param {Context} context
 * @returns {import('../ui/data-table.js').Column<import('../records.js').UserWhole>[]}
 */
export function rightsColumn(context) {
	const label = t('group.rights');
	/** @type {ReturnType<typeof rights>} what the filter, which is drawn first, has asked for */
	let words;

	return !context.may('GET groups') ? [] : [{ name: 'rights', label, wide: true, hidden: true,
		filters: [{ name: 'permission', label, kind: {
			control: (...all) => {
				words = rights(all[3].redraw);
				return words?.rightsFilter(...all) ?? nothing;
			},
			picker: { context, kinds: [], title: label, others: [] } } }],
		cell: ({ groups }) => words?.rightsInShort(context, words.grantedBy(context, groups)) }];
}
