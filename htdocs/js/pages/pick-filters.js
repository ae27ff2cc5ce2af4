/* Filters by a person or another record: by name, by number where names are not to be seen. */
import { kindsFor } from '../ui/records-found.js';
import { pickerFilter as control } from '../ui/record-picker.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/data-table.js').Filter} Filter */
/** @typedef {import('../ui/context.js').Context} Context */

/**
 * @param {Context} context
 * @param {{name: string, label: string}} filter
 * @param {import('../ui/data-table.js').Choice[]} [besides] to choose beside people
 * @returns {Filter}
 */
export function userFilter(context, { name, label }, besides = []) {
	if (!kindsFor(context).includes('user')) {
		return { name, label, kind: 'number', hint: t('user.id') };
	}
	const others = besides.map(([, word]) => /** @type {[string, string]} */ ([word, word]));

	return { name, label, kind: { besides, control, picker: { context, kinds: ['user'],
		title: label, others: [['', t('table.any')], ...others] } } };
}

/** @param {string | undefined} type */
function kindOf(type) {
	return type === 'client' || type === 'group' ? type : 'user';
}

/**
 * What an entry of the trail is about; whoever picks it says of which kind it is.
 * @param {Context} context
 * @param {{label: string}} filter
 * @returns {Filter}
 */
export function targetFilter(context, { label }) {
	const kinds = kindsFor(context);

	return kinds.length === 0 ? { name: 'target_id', label, kind: 'number', hint: t('user.id') }
		: { name: 'target_id', label, kind: { control,
			kindOf: ({ target_type: type }) => kindOf(type),
			more: ({ type }) => ({ target_type: type }),
			picker: { context, kinds, title: label, others: [['', t('table.any')]] } } };
}
