/*
 * The state of a table (filters, sort, page size, place) and its two written forms: the address of
 * the page and the query of the API. Pure; what an address claims is believed only if the table
 * offers it.
 */
import { LIMITS } from '../contract.js';

export const SIZES = [25, LIMITS.page_size, 100, LIMITS.page_size_max];

/**
 * @typedef {object} TableState
 * @property {Record<string, string>} filters only those that are set
 * @property {string} sort name of a column, with "-" in front when descending; "" is the order in
 *     which the server finds by words
 * @property {number} size
 * @property {string} after cursor, "" for none
 * @property {string} before
 */

/**
 * What a table offers.
 * @typedef {object} TableOffer
 * @property {Record<string, string[] | null>} filters name to its choices; null for free text
 * @property {string[]} sorts
 * @property {string} sort the default
 */

/**
 * @param {URLSearchParams} params
 * @param {TableOffer} offer
 */
function readFilters(params, offer) {
	/** @type {Record<string, string>} */
	const filters = {};

	for (const [name, choices] of Object.entries(offer.filters)) {
		const value = params.get(name) ?? '';

		if (value && (choices === null || choices.includes(value))) {
			filters[name] = value;
		}
	}
	return filters;
}

/**
 * @param {URLSearchParams} params of the address
 * @param {TableOffer} offer
 * @param {number} size where the address names none
 * @returns {TableState}
 */
export function readState(params, offer, size = LIMITS.page_size) {
	const sort = params.get('sort') ?? '';
	const asked = Number(params.get('size') ?? size);
	const after = params.get('after') ?? '';

	const filters = readFilters(params, offer);
	const usual = filters.q ? '' : offer.sort;

	return {
		filters,
		sort: offer.sorts.includes(sort.replace(/^-/, '')) ? sort : usual,
		size: SIZES.includes(asked) ? asked : LIMITS.page_size,
		after,
		before: after ? '' : params.get('before') ?? '',
	};
}

/**
 * @param {TableState} state
 * @returns {URLSearchParams} for the API
 */
export function toQuery({ filters, sort, size, after, before }) {
	const query = new URLSearchParams(allRows({ filters, sort }));

	query.set('size', String(size));
	if (after) {
		query.set('after', after);
	}
	if (before) {
		query.set('before', before);
	}
	return query;
}

/**
 * The query of all rows that the table shows page by page, in the same order.
 * @param {Pick<TableState, 'filters' | 'sort'>} state
 * @returns {Record<string, string>}
 */
export function allRows({ filters, sort }) {
	return sort ? { ...filters, sort } : { ...filters };
}

/**
 * @param {string} name of the page
 * @param {TableState} state
 */
export function toAddress(name, state) {
	return `./?p=${name}&${toQuery(state)}`;
}

/**
 * Each change but a step to the next page begins at the first page again.
 * @param {TableState} state
 * @param {Partial<TableState>} change
 * @returns {TableState}
 */
export function changed(state, change) {
	return { ...state, after: '', before: '', ...change };
}

/**
 * @param {TableState} state
 * @param {string} name
 * @param {string} value "" for any
 */
export function withFilter(state, name, value) {
	const filters = { ...state.filters };

	delete filters[name];
	if (value) {
		filters[name] = value;
	}
	return changed(state, { filters });
}

/**
 * @param {TableState} state
 * @param {Record<string, string>} values names of filters to values, "" for any
 */
export function withFilters(state, values) {
	return Object.entries(values).reduce((now, [name, value]) => withFilter(now, name, value),
		state);
}

/**
 * Whether two states show the same rows in the same order; how many at once does not matter.
 * @param {TableState} one
 * @param {TableState} other
 */
export function sameRows(one, other) {
	const rows = ({ filters = {}, sort = '' }) =>
		JSON.stringify([sort, ...Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)]);

	return rows(one) === rows(other);
}

/**
 * The same column again turns the order round.
 * @param {TableState} state
 * @param {string} name
 */
export function withSort(state, name) {
	return changed(state, { sort: state.sort === name ? `-${name}` : name });
}

/**
 * @param {TableState} state
 * @param {string} name
 * @returns {'ascending' | 'descending' | 'none'}
 */
export function sortOf(state, name) {
	if (state.sort === name) {
		return 'ascending';
	}
	return state.sort === `-${name}` ? 'descending' : 'none';
}
