/*
 * Every order and every filter of every list, one request at a time, beside the plain first page:
 * the first page, one in the middle and the last one, and filters alone and in pairs. What there is
 * is read from the OpenAPI document, so that a new one is measured by itself.
 */
import { printed } from '../lib/contract.mjs';
import { Asker, median } from './measure.mjs';

const LISTS = ['users', 'clients', 'sessions', 'mail', 'audit'];
const PAGE = 50;
const PAIR_TIMES = 3;
const SECOND = 1000;

/* A rare and a common value, where the document does not say what there is. */
const VALUES = {
	users: { id: [7777], email: ['anna.', 'example.net'], name: ['brzęcz', 'anna'], group: [1, 3],
		idle_days: [1000, 30], q: ['nowak anna', 'anna'], language: ['de'],
		delivery: ['failed', 'sent'], permission: ['rooms.delete', 'clients.view'] },
	clients: { id: [7777], name: ['brzęcz', 'anna'], email: ['anna.', 'example.net'],
		phone: ['1112233', '+49'], country: ['EG', 'DE'], manager: [1, 70],
		q: ['gmbh weber', 'anna'] },
	sessions: { user: [77], remote_address: ['2001:', '10.'], user_agent: ['Firefox'] },
	audit: { actor: [1, 7777], action: ['user.update', 'session.sign_in'],
		result: ['forbidden', 'ok'], target_type: ['client', 'user'], target_id: [7777],
		remote_address: ['2001:', '10.'], since: ['2025-12-01T00:00:00Z', '2017-01-01T00:00:00Z'],
		until: ['2016-01-02T00:00:00Z', '2025-01-01T00:00:00Z'],
		request_id: ['0123456789abcdef0123456789abcdef'] },
	mail: { user: [7777], smtp_code: [550, 250] },
};

/* Some hundred pages all over the list lead to its middle and to its end. */
const SCATTERED = { users: 'mask_data=true', clients: 'country=MT',
	sessions: 'remote_address=2001:', audit: 'result=forbidden', mail: 'state=failed' };

/* What looks for a text inside of another: it is tried alone. */
const INSIDE = new Set(['email', 'name', 'phone', 'q', 'words']);
const PLACES = new Set(['sort', 'size', 'after', 'before']);

function valuesOf(list, { name, schema }) {
	const byType = { boolean: [true, false], integer: [7777],
		string: /_(since|until)$/.test(name) ? ['2025-01-01T00:00:00Z'] : ['anna'] };

	return VALUES[list]?.[name] ?? schema.enum ?? byType[schema.type] ?? [];
}

/** Orders and filters of each list. */
function readLists() {
	const { paths } = printed();

	return LISTS.map((list) => {
		const parameters = paths[`/${list}`].get.parameters.filter((one) => one.in === 'query');

		return { list, sorts: parameters.find(({ name }) => name === 'sort').schema.enum,
			filters: parameters.filter(({ name }) => !PLACES.has(name)).flatMap((parameter) =>
				valuesOf(list, parameter).map((value) => ({ name: parameter.name,
					text: `${parameter.name}=${encodeURIComponent(value)}` }))) };
	});
}

class Walk {
	constructor(asker, list, { times, step }) {
		Object.assign(this, { asker, list, times, step, noted: [] });
	}

	ask(...parts) {
		return this.asker.get(`${this.list}?${[`size=${PAGE}`, ...parts].join('&')}`);
	}

	/** Asks a page so many times, or for a second, in turns with the plain first one, and notes the
	 * middle of how long each took, and the longest. */
	async page(what, place, ...parts) {
		const plain = [];
		const took = [];
		let status = 200;
		const end = performance.now() + SECOND;

		while (took.length < this.times && status === 200 && performance.now() < end) {
			plain.push((await this.ask()).ms);
			const answer = await this.ask(...parts);

			status = answer.status;
			took.push(answer.ms);
		}
		this.noted.push({ list: this.list, what, place, status, p50: median(took),
			most: Math.max(...took), plain: median(plain) });
	}

	/* Cursors in the middle and at the end of an order: where the scattered rows lead. */
	async places(sort) {
		const found = [];

		for (let next = ''; next !== null;) {
			const { status, body } = await this.asker.get(`${this.list}?sort=${sort}`
				+ `&size=${this.step}&${SCATTERED[this.list]}`
				+ (next && `&after=${encodeURIComponent(next)}`));

			next = status === 200 ? body.page.next : null;
			found.push(next);
		}
		const known = found.filter(Boolean);

		return { middle: known[Math.floor(known.length / 2)], last: known.at(-1) };
	}

	async order(sort) {
		await this.page(`sort ${sort}`, 'first', `sort=${sort}`);
		for (const [place, cursor] of Object.entries(await this.places(sort))) {
			if (cursor) {
				await this.page(`sort ${sort}`, place, `sort=${sort}`,
					`after=${encodeURIComponent(cursor)}`);
			}
		}
	}

	/** Fewer times, for there are many. */
	async pairs(filters) {
		const quick = filters.filter(({ name }) => !INSIDE.has(name));

		this.times = Math.min(this.times, PAIR_TIMES);
		for (const one of quick) {
			for (const other of quick.filter(({ name }) => name > one.name)) {
				await this.page(`${one.text} ${other.text}`, 'pair', one.text, other.text);
			}
		}
	}
}

/**
 * @param {{api: string, cookie: string, times: number, step: number, pairs?: boolean}} options
 *     times: that each page is asked for; step: rows from one place to the next on the way to the
 *     end
 * @returns {Promise<object[]>} of each page: list, what, place, status, and in ms p50, most and
 *     plain, the p50 of the plain first page
 */
export async function walkLists({ api, cookie, times, step, pairs = false }) {
	const noted = [];

	for (const { list, sorts, filters } of readLists()) {
		const walk = new Walk(new Asker(api, cookie), list, { times, step });

		await walk.ask(); // the first one finds nothing in memory
		for (const sort of sorts) {
			await walk.order(sort);
		}
		for (const { text } of filters) {
			await walk.page(text, 'first', text);
		}
		if (pairs) {
			await walk.pairs(filters);
		}
		noted.push(...walk.noted);
	}
	return noted;
}
