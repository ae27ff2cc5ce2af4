/* How people are found in a list: by their words, or by what stands inside of them. Pure. */

/** @typedef {import('./table-state.js').TableState} TableState */

/**
 * In the order of the words as long as nothing else was chosen: who is called just so comes first.
 * @param {TableState} state
 * @param {string} usual the order of a list in which nobody is looked for
 * @returns {TableState}
 */
export function inOrder(state, usual) {
	if (state.filters.q) {
		return state.sort === usual ? { ...state, sort: '' } : state;
	}
	return state.sort === '' ? { ...state, sort: usual } : state;
}

/**
 * The filter that looks for what was typed inside of words: that of an address, a number or a name.
 * @param {string} typed
 * @param {string[]} names of the filters that there are
 * @returns {string}
 */
export function insideFilter(typed, names) {
	if (typed.includes('@')) {
		return 'email';
	}
	return names.includes('phone') && /\d{2}/.test(typed) && !/\p{L}/u.test(typed)
		? 'phone' : 'name';
}
