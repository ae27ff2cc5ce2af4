/*
 * Where the server has looked far enough for one request, a page of a list comes short, and even
 * empty (`partial`): it is filled up by asking on from where that ended, a few times.
 */
import { call } from '../core/api.js';

const MOST = 8; // times that it is asked on; then the reader says whether to

/** @typedef {import('../core/api.js').ListPath} ListPath */
/** @typedef {import('../records.js').List<any>} List */

/**
 * @param {List} first
 * @param {List} more what follows; back: what stands before
 * @param {boolean} back
 * @returns {List}
 */
function joined(first, more, back) {
	const { next, prev, size } = first.page;

	return back
		? { items: [...more.items, ...first.items], page: { ...more.page, size, next } }
		: { items: [...first.items, ...more.items], page: { ...more.page, size, prev } };
}

/**
 * @param {List} short
 * @param {ListPath} path
 * @param {Record<string, string>} query that it was asked by
 * @param {{signal: AbortSignal, grown: (list: List) => void}} options grown: what is there already
 * @returns {Promise<void>}
 */
export async function fillList(short, path, query, { signal, grown }) {
	const { after, before, ...asked } = query;
	const back = Boolean(before);
	let list = short;
	const left = () => list.page.size - list.items.length;

	for (let times = 0; times < MOST && list.page.partial && left() > 0; times++) {
		const on = back ? { before: list.page.prev ?? '' } : { after: list.page.next ?? '' };
		const { data } = await call('GET', path,
			{ query: { ...asked, ...on, size: left() }, signal });

		list = joined(list, data, back);
		grown(list);
	}
}
