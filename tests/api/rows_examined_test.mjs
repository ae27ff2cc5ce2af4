/*
 * No list reads the whole table for a page. A hundred thousand skewed rows, every order in both
 * directions, every filter with rare values and common ones, alone and in pairs, on the first page
 * and far down: rows read are at most twenty times those of the page. Lists, orders and filters are
 * those of the OpenAPI document, so that a new one is walked by itself.
 *
 * Bounded are all statements of a request together, but for the one that counts: a total is counted
 * up to 10,000, on the first page alone, and has a bound of its own. The exceptions have names
 * below. What is not tried is a value of one or two rows in a hundred: up to 2,000 hits are
 * collected and sorted (store/noun.h), so that one reads as many rows as these a few times,
 * whatever the table holds.
 */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';

import { printed } from '../lib/contract.mjs';
import { logStatements, restartPrograms, statementsByRequest, statementsOf } from
	'../lib/examined.mjs';
import { loadApart, loadQueue, loadSkewed, MANY } from '../lib/skewed.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const LONG = Boolean(process.env.LONG);
const PAGE = 50;
const MAX = 20 * PAGE;

/* A count finds 10,001 rows, and where it collects them for the page as well they are written down,
 * sorted and read; with two filters it may look for them in all rows. */
const COUNT_MAX = MANY + 7 * 10_001;

/* A text that may stand anywhere in a value is in no order of an index: all of one are looked at to
 * find it, which counts it too. So are those of a common one whose hits are at the other end of the
 * order. Where a group is asked for besides, its members are looked at, each with its user. */
const ANYWHERE = ['users email', 'users name', 'groups/3/users email', 'groups/3/users name',
	'clients email', 'clients name', 'clients phone'];

/* Words have an order of their own, and in that a page reads its rows alone; so does one of rare
 * words in any order and with any filter. Of common ones some ten thousand rows are looked at, or
 * all hits: a third of the table here. Of each row MySQL counts every step of looking for its
 * words. */
const LOOKS = process.env.DB_SERVER === 'mysql' ? 10 : 3;

/* Of each filter the value that leaves a seventh of the rows, or a twentieth of the trail, and none
 * of those of another one (lib/skewed.mjs). */
const APART = {
	users: { status: 'disabled', two_factor: 'disabled', mask_data: true, never_signed_in: true,
		idle_days: 4000, group: 4, locked: true },
	clients: { country: 'UA', status: 'disabled', manager: 1029 },
	sessions: { user: 1037, remote_address: '2001:' },
	mail: { state: 'failed', kind: 'link', user: 1037 },
	audit: { actor: 1041, action: 'client.update', result: 'forbidden', target_id: 1777,
		remote_address: '2001:', since: '2024-03-10T00:00:00Z' },
};

/* Filters whose rows are looked at one by one where another one leaves rows besides: the members of
 * a group and who is locked are in other tables, few users have many sessions or letters, and of a
 * pair of the trail one index says what the other filter asks for. The fewer rows are looked at, a
 * few times. */
const APART_ROWS = { users: 3 * MANY / 7, sessions: MANY / 7, mail: MANY / 7, audit: MANY / 10 };
const LOOKED_AT = { users: ['group', 'locked'], sessions: ['user'], mail: ['user'],
	audit: Object.keys(APART.audit) };

/* What no index has is looked at along the order, a few thousand rows whatever the table holds,
 * with what is looked up for each: the groups of a user and what they may, or the letters. Of few
 * rows that another table finds as many are collected. Letters are older the less their id is:
 * those of before a day are at the other end of the order of the newest ones, and so on. */
const LOOKED = { 'users delivery': 5, 'users permission': 8, 'groups/3/users delivery': 6,
	'groups/3/users permission': 9, 'sessions user_agent': 3, 'users/1037/sessions user_agent': 3,
	'mail created_since': 2, 'mail created_until': 2, 'mail settled_since': 2,
	'mail settled_until': 2 };
const LOOKED_MAX = 5000 + 2000;

/* A group is shown with the number of its members, who are counted: their index, once. */
const MEMBERS = 170_000;
const COUNTS_MEMBERS = ['groups'];

/** So many seconds before now. */
const ago = (seconds) => new Date(Date.now() - 1000 * seconds).toISOString();

const DAY = 86_400;

/* Of the last sign-ins, which began long ago and go on. */
const LATELY = [ago(DAY / 2), ago(400 * DAY)];
const LONG_AGO = [ago(4000 * DAY), ago(200 * DAY)];

/** A rare and a common beginning and end of a time. */
const times = (name, since, end) => ({
	[`${name}_since`]: since.map((text) => new Date(text).toISOString()),
	[`${name}_until`]: end.map((text) => new Date(text).toISOString()),
});

/* A rare and a common value, where the schema of a filter does not say what there is. */
const VALUES = {
	users: { id: [1777], email: ['u777@example.com', 'u777', 'example.net'],
		q: ['zbig qui', 'anna berg'], name: ['Zbig', 'Berg'], group: [1, 3],
		idle_days: [4000, 30], ...times('created', ['2025-06-30', '2018-01-01'],
			['2016-01-05', '2024-01-01']), ...times('last_sign_in', LATELY, LONG_AGO),
		creator: [1001, 1], language: ['ar', 'en'], delivery: ['failed', 'expired'],
		permission: ['rooms.delete', 'clients.view'] },
	clients: { id: [1777], q: ['zbigniew', 'berg'], name: ['Zbig', 'Berg'],
		email: ['c777', 'example.net'], phone: ['99804', '+4930'], country: ['UA', 'DE'],
		manager: [1029, 1003], ...times('created', ['2025-06-30', '2018-01-01'],
			['2016-01-05', '2024-01-01']) },
	groups: { id: [1777], name: ['Zbig', 'ranch'], permission: ['rooms.delete', 'clients.view'] },
	sessions: { user: [1037], remote_address: ['2001:', '10.'], user_agent: ['lynx', 'fire'],
		...times('created', [ago(-3600), ago(20_000)], [ago(34_000), ago(5000)]),
		...times('last_used', [ago(-3600), ago(500)], [ago(3600), ago(100)]) },
	audit: { actor: [1041, 1043], action: ['group.delete', 'session.sign_in'],
		result: ['forbidden', 'ok'], target_type: ['group', 'user'], target_id: [1777, 1043],
		remote_address: ['2001:', '10.'],
		since: ['2024-03-10T07:30:00Z', '2024-01-15T00:00:00Z'],
		until: ['2024-01-01T03:00:00Z', '2024-03-01T00:00:00Z'],
		request_id: [createHash('sha256').update('1777').digest('hex').slice(0, 32)] },
	mail: { user: [1037, 1041], smtp_code: [550, 250], ...times('created', ['2024-03-10T07:30:00Z',
		'2024-01-15'], ['2024-01-01T03:00:00Z', '2024-03-01']), ...times('settled',
		['2024-03-10T07:30:00Z', '2024-01-15'], ['2024-01-01T03:00:00Z', '2024-03-01']) },
};

/* More than fifty rows all over the list: the page after these is far down. */
const SCATTERED = { users: 'mask_data=true', clients: 'country=UA',
	sessions: 'remote_address=2001:', audit: 'result=forbidden', mail: 'state=failed' };

/* Whose rows a list below a record shows. */
const IDS = { 'groups/{id}/users': 3, 'users/{id}/sessions': 1037 };

let stack;
let log;
const viewers = {};

before(async () => {
	stack = await startStack({ settings: '[session]\nidle = 600\n[web]\nthreads = 1\n' +
		'[database]\ntimeout = 60\n' });
	stack.addUser('masked@example.com', { groups: ['Managers'], masked: true });
	loadSkewed(stack);
	log = await logStatements(stack);
	for (const [name, email] of [['all'], ['masked', 'masked@example.com']]) {
		viewers[name] = await stack.signedIn(email, { agent: new Agent({ keepAlive: true }) });
		await viewers[name].get('users'); // what groups may is read once, and kept
		await viewers[name].get('users?name=Zbig'); // also by the thread that looks anywhere
	}
});
after(() => stack.stop());

const PLACES = ['sort', 'size', 'after', 'before'];

/* The path of this list says the group already. */
const isFilterOf = (path) => ({ name }) => !PLACES.includes(name)
	&& !(path === '/groups/{id}/users' && name === 'group');

/** What to try for a filter. */
function valuesOf(noun, { name, schema }) {
	const byType = { boolean: [true, false], integer: [1, 1043], string: ['zz', 'a'],
		'date-time': ['2024-03-10T07:30:00Z', '2024-01-15T00:00:00Z'] };

	return VALUES[noun]?.[name] ?? schema.enum ?? byType[schema.format ?? schema.type];
}

/** The lists of the document, each with its orders and its filters as they stand in a query. */
const lists = Object.entries(printed().paths)
	.filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'after'))
	.map(([path, { get }]) => {
		const noun = path.split('/').at(-1);
		const parameters = get.parameters.filter((parameter) => parameter.in === 'query');

		return { noun, path: path.slice(1).replace('{id}', IDS[path.slice(1)]),
			sorts: parameters.find(({ name }) => name === 'sort').schema.enum,
			filters: parameters.filter(isFilterOf(path)).flatMap((parameter) =>
				valuesOf(noun, parameter).map((value) => ({ name: parameter.name,
					text: `${parameter.name}=${encodeURIComponent(value)}` }))) };
	});

/** The same for a viewer who sees masks, and may neither sort nor filter by what they hide. */
function forMasked(list) {
	const { properties } = printed().components.schemas.Client;
	const sees = (name) => name !== 'q' && !properties[name.replace('-', '')]?.['x-masked'];

	return { ...list, sorts: list.sorts.filter(sees),
		filters: list.filters.filter(({ name }) => sees(name)) };
}

const isCount = ({ text }) => text.includes('COUNT(*) FROM (') || text.includes('COUNT(*) OVER ()');

const rowsOf = (statements) => statements.reduce((sum, { rows }) => sum + rows, 0);

/** Asks, and remembers what: the log is read at the end. */
class Walk {
	constructor(viewer, list) {
		Object.assign(this, { viewer, list, asked: [], begun: statSync(log).size,
			most: MAX + (COUNTS_MEMBERS.includes(list.path) ? MEMBERS : 0) });
	}

	async ask(...parts) {
		const query = parts.filter(Boolean).join('&');
		const { status, body } = await this.viewer.get(`${this.list.path}?${query}`);

		assert.equal(status, 200, `${this.list.path}?${query}: ${JSON.stringify(body)}`);
		this.asked.push({ query, names: parts.map((part) => String(part).split('=')[0]) });
		return body;
	}

	/** A place far down in each order: it holds for whatever is filtered. */
	async places() {
		const { noun, sorts } = this.list;

		this.deep = new Map();
		for (const sort of sorts) {
			const { page } = await this.ask(`sort=${sort}`, SCATTERED[noun]);

			this.deep.set(sort, page.next ? encodeURIComponent(page.next) : null);
		}
	}

	/** The first page, and where there is one a page far down, in an order. */
	async pages(sort, ...filters) {
		const deep = this.deep.get(sort);

		await this.ask(`sort=${sort}`, ...filters);
		if (deep) {
			await this.ask(`sort=${sort}`, ...filters, `after=${deep}`);
		}
	}

	async alone() {
		const { sorts, filters } = this.list;

		await this.places();
		for (const sort of sorts) {
			await this.pages(sort);
			if (this.deep.get(sort)) {
				await this.ask(`sort=${sort}`, `before=${this.deep.get(sort)}`);
			}
		}
		for (const { name, text } of filters) {
			await this.ask(text);
			await (LONG || !this.seeks([name]) ? this.pages(sorts[0], text) : null);
		}
	}

	/** Each filter in each order, and with each other one: with LONG=1 deep too and all values,
	 * else every third in turn, which is all filters, and of those that look for a text anywhere,
	 * which takes so long, a ninth. */
	async pairs() {
		const { sorts, filters } = this.list;
		let sought = 0;
		let turn = 0;
		const skips = (...names) => !LONG && ((turn += 1) % 3 !== 0
			|| (this.seeks(names) && (sought += 1) % 3 !== 0));

		for (const { name, text } of filters) {
			for (const sort of sorts.slice(1)) {
				if (!skips(name)) {
					await (LONG ? this.pages(sort, text) : this.ask(`sort=${sort}`, text));
				}
			}
			for (const other of filters.filter((filter) => filter.name > name)) {
				if (!skips(name, other.name)) {
					await this.ask(text, other.text);
				}
			}
		}
	}

	/** Whether one of these filters looks for a text anywhere. */
	seeks(names) {
		return names.some((name) => ANYWHERE.includes(`${this.list.path} ${name}`));
	}

	/** What a request may read more than others, besides its count and for it. */
	more(names, query) {
		const joins = names.includes('group') || this.list.path === 'groups/3/users';

		if (names.includes('q')) {
			const [rare] = VALUES[this.list.noun].q;
			const alone = (names.length === 1 && this.list.path === this.list.noun) ||
				query.includes(`q=${encodeURIComponent(rare)}`);

			return alone ? 0 : LOOKS * MANY;
		}
		const looked = names.reduce((sum, name) => sum +
			(LOOKED[`${this.list.path} ${name}`] ?? 0), 0) * LOOKED_MAX;

		return looked + this.moreSought(names, joins);
	}

	moreSought(names, joins) {
		return this.seeks(names) ? MANY + (joins ? MANY / 2 : 0) : 0;
	}

	/** Of each request, its statements. */
	async requests() {
		/* When these begin, those before are in the log: of the slow lane, then of all. */
		await this.viewer.get('users?name=Zbig');
		await this.viewer.get(this.list.path);
		const requests = statementsByRequest(log, this.begun).slice(0, this.asked.length);

		assert.equal(requests.length, this.asked.length);
		return requests;
	}

	/** Of two filters that no row is. */
	async assertApart() {
		const requests = await this.requests();
		const looksAt = (name) => LOOKED_AT[this.list.path]?.includes(name);
		const read = this.asked.map(({ query, names }, at) => ({ query, rows: rowsOf(requests[at]),
			most: MAX + (names.some(looksAt) ? APART_ROWS[this.list.path] : 0) }));

		assert.deepEqual(read.filter(({ rows, most }) => rows > most), []);
		return requests;
	}

	async assertBounded() {
		const requests = await this.requests();
		const faults = this.asked.map(({ query, names }, at) => ({ query, names,
			counted: rowsOf(requests[at].filter(isCount)),
			rows: rowsOf(requests[at].filter((statement) => !isCount(statement))),
			worst: requests[at].toSorted((a, b) => b.rows - a.rows)[0].text }))
			.filter(({ rows, counted, names, query }) =>
				rows > this.most + this.more(names, query)
				|| counted > COUNT_MAX + this.more(names, query));

		assert.equal(faults.length, 0, `${faults.length} of ${requests.length} requests read too ` +
			`many rows, these most:\n${faults.toSorted((a, b) => b.rows - a.rows).slice(0, 10)
				.map(({ rows, counted, query, worst }) => `${rows} rows, ${counted} to count: ` +
					`${this.list.path}?${query}\n    ${worst}`).join('\n')}`);
	}
}

test('there are lists, orders and filters to be walked', () => {
	assert.ok(lists.length >= 8, String(lists.length));
	assert.ok(lists.every(({ sorts, filters }) => sorts.length > 1 && filters.length > 1));
});

for (const list of lists) {
	test(`${list.path}: no page reads more than twenty times its rows`, async () => {
		const walk = new Walk(viewers.all, list);

		await walk.alone();
		if (list.path === list.noun) {
			await walk.pairs();
		}
		await walk.assertBounded();
	});
}

test('clients, masked: no page reads more than twenty times its rows', async () => {
	const walk = new Walk(viewers.masked, forMasked(lists.find(({ path }) => path === 'clients')));

	await walk.alone();
	await walk.pairs();
	await walk.assertBounded();
});

test('what two filters leave is found without what either leaves alone', async () => {
	loadApart(stack);
	await viewers.all.get('users').catch(() => null); // a connection that rests so long may end
	for (const [path, values] of Object.entries(APART)) {
		const list = lists.find((one) => one.path === path);
		const walk = new Walk(viewers.all, list);
		const filters = Object.entries(values).map(([name, value]) => ({ name,
			text: `${name}=${encodeURIComponent(value)}` }));

		for (const { name, text } of filters) {
			for (const other of filters.filter((filter) => filter.name > name)) {
				const { page } = await walk.ask(text, other.text);

				assert.deepEqual([page.total, page.total_exact], [0, true],
					`${text}&${other.text}`);
			}
		}
		const requests = await walk.assertApart();

		if (path === 'audit') {
			assertInIndexes(walk.asked, requests);
		}
	}
});

/** Each pair of the trail, but for one target, is found without the row itself: in one index. */
function assertInIndexes(asked, requests) {
	for (const [at, { query, names }] of asked.entries()) {
		const { text } = requests[at].find((statement) => statement.text.includes('FROM audit a'));
		const plan = stack.sql(`EXPLAIN FORMAT=TRADITIONAL ${text}`);
		const found = plan.find((row) => row[1] === 'DERIVED' && row[2] === 'a');

		assert.ok(found, `${query} ${text}: ${plan.join('\n')}`);
		assert.ok(names.includes('target_id') || /Using index(?! condition)/.test(found.at(-1)),
			`${query}: ${found}`);
	}
}

/** Of these statements, those that remove rows. */
const removed = (statements) => statements.filter(({ text }) => text.startsWith('DELETE'));

test('what is over is swept by an index, and never inside a request', async () => {
	await restartPrograms(stack);
	await until(() => removed(statementsOf(log, 'backoffice_web')).some(({ text }) =>
		text.startsWith('DELETE FROM work '))); // the last of them
	const swept = removed(statementsOf(log, 'backoffice_web'));

	assert.ok(swept.some(({ text }) => text.startsWith('DELETE FROM session ')));
	assert.deepEqual(swept.filter(({ rows }) => rows > MAX), []);
	assert.deepEqual(removed(statementsByRequest(log).flat()).filter(({ text }) =>
		text.includes('LIMIT 1000')), []);
});

test('a letter is found among those that wait without reading them', async () => {
	loadQueue(stack);
	await restartPrograms(stack);
	await until(() => stack.sql('SELECT COUNT(*) FROM outbox WHERE state IN (0, 1)')[0][0] === '0');
	const asked = statementsOf(log, 'backoffice_mailer').filter(({ text }) =>
		text.includes('FROM outbox'));

	assert.ok(asked.length > 300, String(asked.length));
	assert.deepEqual(asked.filter(({ rows }) => rows > 20), []);
});
