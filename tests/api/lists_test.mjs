/* Lists: pages in every order, sizes, totals, filters, searches, and what is no list at all. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const CLIENTS = 300;
const NAMES = ['Anna', 'anna', 'Änna', 'ANNA', '', 'Zoë', '李雷', 'Иван', '😀 Smith', 'zoe'];
const COUNTRIES = ['DE', 'FR', ''];

/* Names with what means something to SQL, to LIKE, to its escape, or to JSON. */
const AWKWARD = ['100% cotton', '1000 cotton', 'under_score', 'underXscore', "O'Hara", 'say "hi"',
	'back\\slash', 'backslash', 'bang!bang', 'bang bang', 'semi;colon -- drop', 'Straße ÄRGER'];

const SORTS = {
	clients: ['id', 'name', 'email', 'phone', 'country', 'status', 'created_at'],
	users: ['id', 'name', 'email', 'status', 'two_factor', 'created_at'],
	groups: ['id', 'name'],
};
const TABLE = { clients: 'client', users: 'user', groups: 'user_group' };
const SIZE = { clients: 70, users: 30, groups: 3 };

let stack;
let admin;

const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Rows of which many are equal in every column that can be sorted by. */
function insertClients() {
	const rows = Array.from({ length: CLIENTS }, (_, i) => `(${i + 1}, ${quoted(NAMES[i % 10])},
		'${i % 4 ? `c${i % 50}@example.org` : ''}', '${i % 3 ? `+4930${i % 20}` : ''}',
		'${COUNTRIES[i % 3]}', ${i % 2}, ${i % 5 ? 1 : 'NULL'}, '2026-01-0${1 + i % 5}')`);

	stack.sql(`SET NAMES utf8mb4; INSERT INTO client
		(id, name, email, phone, country, status, manager_id, created_at) VALUES ${rows.join()}`);
}

function insertUsers() {
	const rows = Array.from({ length: 100 }, (_, i) => `(${quoted(NAMES[i % 10])}, '', ${i % 2},
		${i % 3}, 'u${i}@example.org', '2026-01-0${1 + i % 5}')`);

	stack.sql(`SET NAMES utf8mb4; INSERT INTO user
		(name, password, status, two_factor, email, created_at) VALUES ${rows.join()};
		INSERT INTO user_group_member (user_id, group_id)
			SELECT id, 2 + id % 2 FROM user WHERE password = '';
		INSERT INTO user_group (name) VALUES ('Émigrés'), ('zeta'), ('Alpha');`);
}

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	insertClients();
	insertUsers();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body.code, body.errors];
const ids = ({ items }) => items.map(({ id }) => id);
const search = async (path) => (await admin.get(`${path}&size=200`)).body;

/** The pages that follow one another, forward (next) or back (prev), from a cursor on. */
async function* pages(path, way = 'next', from = '') {
	for (let cursor = from; cursor !== null;) {
		const { status, body } = await admin.get(
			cursor === '' ? path : `${path}&${way === 'next' ? 'after' : 'before'}=${cursor}`);

		assert.equal(status, 200);
		yield body;
		cursor = body.page[way];
	}
}

async function allPages(...from) {
	const found = [];

	for await (const page of pages(...from)) {
		found.push(page);
	}
	return found;
}

/** Ids in the order in which the database has them. */
const ordered = (list, column, order) => stack.sql(`SELECT id FROM ${TABLE[list]}
	ORDER BY ${column} ${order}, id ${order}`).map(([id]) => Number(id));

async function assertWalks(list, column, mark, order) {
	const expected = ordered(list, column, order);
	const path = `${list}?size=${SIZE[list]}&sort=${mark}${column}`;
	const forward = await allPages(path);
	const last = forward.at(-1);
	const back = await allPages(path, 'prev', last.page.prev);

	assert.ok(forward.length > 1);
	assert.deepEqual(forward.flatMap(ids), expected);
	assert.equal(forward[0].page.prev, null);
	assert.deepEqual(back.toReversed().flatMap(ids), expected.slice(0, -last.items.length));
}

for (const [list, columns] of Object.entries(SORTS)) {
	for (const column of columns) {
		test(`${list} by ${column}: every row once, forward and back, up and down`, async () => {
			await assertWalks(list, column, '', 'ASC');
			await assertWalks(list, column, '-', 'DESC');
		});
	}
}

test('a list without a sort has the newest first', async () => {
	for (const list of ['clients', 'users']) {
		assert.deepEqual(ids((await admin.get(`${list}?size=20`)).body),
			ordered(list, 'id', 'DESC').slice(0, 20));
	}
});

test('a row that goes away between two pages hides no other row', async () => {
	const expected = ordered('clients', 'id', 'ASC');
	const seen = [];

	for await (const { items } of pages('clients?size=40&sort=name')) {
		seen.push(...items.map(({ id }) => id));
		stack.sql(`DELETE FROM client WHERE id = ${seen.at(-1)}`); // the one the cursor points at
	}
	assert.deepEqual(seen.toSorted((a, b) => a - b), expected);
	assert.ok(ordered('clients', 'id', 'ASC').length < expected.length);
});

test('the size of a page is 50 unless asked for, and 200 at most', async () => {
	assert.equal((await admin.get('clients')).body.items.length, 50);
	for (const size of [1, 199, 200]) {
		const { body } = await admin.get(`clients?size=${size}`);

		assert.deepEqual([body.items.length, body.page.size], [size, size]);
	}
	for (const size of ['0', '201', '-1', '1.5', '1e2', 'many', '', '99999999999999999999']) {
		assert.deepEqual(outcome(await admin.get(`clients?size=${size}`)),
			[400, 'malformed', { size: 'size.range' }], size);
	}
});

test('filters narrow together, and the total counts what is left', async () => {
	const all = (await allPages('clients?size=200')).flatMap(({ items }) => items);
	const cases = [
		['country=DE', ({ country }) => country === 'DE'],
		['status=disabled', ({ status }) => status === 'disabled'],
		['country=FR&status=enabled&manager=1', ({ country, status, manager }) =>
			country === 'FR' && status === 'enabled' && manager?.id === 1],
		['name=zo&country=FR', ({ name, country }) => /zo[eë]/i.test(name) && country === 'FR'],
		['name=ANNA&email=C1&status=disabled', ({ name, email, status }) =>
			/[aä]nna/i.test(name) && email.includes('c1') && status === 'disabled'],
		['phone=%2B49301', ({ phone }) => phone.includes('+49301')],
		['phone=%2B49+(30)+1', ({ phone }) => phone.includes('+49301')],
		['id=7&country=DE', ({ id, country }) => id === 7 && country === 'DE'],
		['name=nobody+at+all', () => false],
	];

	assert.equal(all.length, CLIENTS - Math.ceil(CLIENTS / 40));
	for (const [query, holds] of cases) {
		const { items, page } = await search(`clients?${query}`);

		assert.deepEqual(items, all.filter(holds), query);
		assert.deepEqual(page, { size: 200, next: null, prev: null, total: items.length,
			total_exact: true }, query);
	}
});

test('users are filtered by every field that the contract names', async () => {
	const all = (await search('users?')).items;
	const cases = {
		'email=U1': ({ email }) => email.includes('u1'),
		'name=zo': ({ name }) => /zo[eë]/i.test(name),
		'status=disabled&two_factor=totp': ({ status, two_factor: factor }) =>
			status === 'disabled' && factor === 'totp',
		'group=3&two_factor=email': ({ groups, two_factor: factor }) =>
			groups.some(({ id }) => id === 3) && factor === 'email',
		'mask_data=false&group=1': ({ id }) => id === 1,
		'mask_data=true': () => false,
		'id=5': ({ id }) => id === 5,
	};

	assert.equal(all.length, 101);
	for (const [query, holds] of Object.entries(cases)) {
		const { items, page } = await search(`users?${query}`);

		assert.deepEqual(items, all.filter(holds), query);
		assert.equal(page.total, items.length);
	}
});

test('pages of a search go through the search alone', async () => {
	const expected = (await search('clients?name=a&sort=email')).items;
	const found = await allPages('clients?name=a&sort=email&size=9');

	assert.ok(found.length > 3);
	assert.deepEqual(found.flatMap(({ items }) => items), expected);
	assert.ok(found.every(({ page }) => page.total === expected.length));
});

test('a search takes every character for itself', async () => {
	stack.sql(`SET NAMES utf8mb4; INSERT INTO client (name, created_at)
		VALUES ${AWKWARD.map((name) => `(${quoted(name)}, '2026-02-01')`).join()}`);
	for (const [text, ...names] of [
		['0% c', '100% cotton'], ['%', '100% cotton'], ['r_s', 'under_score'], ['_', 'under_score'],
		["'", "O'Hara"], ['"', 'say "hi"'], ['\\', 'back\\slash'], ['k\\s', 'back\\slash'],
		['!', 'bang!bang'], [';c', 'semi;colon -- drop'], ['-- d', 'semi;colon -- drop'],
		["' OR '1'='1"], ['\\%'], ['%%'], ['__'], ['!!'],
		['COTTON', '100% cotton', '1000 cotton'], ['ärger', 'Straße ÄRGER'], ["o'hara", "O'Hara"],
	]) {
		for (const sort of ['name', '-created_at']) {
			const { items } = await search(`clients?sort=${sort}&name=${encodeURIComponent(text)}`);

			assert.deepEqual(items.map(({ name }) => name).toSorted(), names.toSorted(), text);
		}
	}
});

test('an unknown, repeated or broken parameter is refused', async () => {
	for (const [query, errors] of [
		['nme=x', { nme: 'unknown' }], ['offset=3', { offset: 'unknown' }],
		['Sort=name', { Sort: 'unknown' }], ['password=x', { password: 'unknown' }],
		['sort=password', { sort: 'sort.unknown' }], ['sort=--name', { sort: 'sort.unknown' }],
		['sort=name,id', { sort: 'sort.unknown' }], ['name=a&name=b', { name: 'repeated' }],
		['status=Enabled', { status: 'status.format' }], ['id=0', { id: 'id.format' }],
		['id=1+OR+1', { id: 'id.format' }], ['group=Support', { group: 'group.format' }],
		['mask_data=1', { mask_data: 'mask_data.format' }],
		['name=a%E2%80%AEb', { name: 'name.format' }],
		[`name=${'x'.repeat(255)}`, { name: 'name.format' }],
		['name=%ff', { name: 'name.format' }], ['name=%00', { name: 'name.format' }],
		['name=%zz', { name: 'name.format' }],
	]) {
		assert.deepEqual(outcome(await admin.get(`users?${query}`)),
			[400, 'malformed', errors], query);
	}
});

test('a cursor serves the list and the order that it was made for, and no other', async () => {
	const { next } = (await admin.get('clients?size=5&sort=name')).body.page;
	const broken = `${next.slice(0, 20)}${next[20] === 'A' ? 'B' : 'A'}${next.slice(21)}`;

	assert.equal((await admin.get(`clients?sort=name&after=${next}`)).status, 200);
	for (const path of [`clients?sort=-name&after=${next}`, `clients?sort=email&after=${next}`,
		`clients?after=${next}`, `users?sort=name&after=${next}`, `groups?sort=name&after=${next}`,
		`clients?sort=name&after=${broken}`, `clients?sort=name&after=${next.slice(0, -1)}`,
		`clients?sort=name&after=${next}A`, 'clients?after=1',
		`clients?after=${'A'.repeat(3000)}`]) {
		assert.deepEqual(outcome(await admin.get(path)),
			[400, 'malformed', { after: 'cursor.unknown' }], path);
	}
	assert.deepEqual(outcome(await admin.get(`clients?sort=name&before=${broken}`)),
		[400, 'malformed', { before: 'cursor.unknown' }]);
	assert.deepEqual(outcome(await admin.get(`clients?sort=name&after=${next}&before=${next}`)),
		[400, 'malformed', { before: 'cursor.both' }]);
});

test('beyond ten thousand rows the total says that it is no count', async () => {
	const insert = (count) => stack.sql(`INSERT INTO client (name, created_at)
		VALUES ${Array(count).fill("('Bulk', '2026-03-01')").join()}`);
	const total = async (query = '') => {
		const { page } = (await admin.get(`clients?size=1${query}`)).body;

		return [page.total, page.total_exact];
	};
	const [count] = await total();

	insert(10_000 - count);
	assert.deepEqual(await total(), [10_000, true]);
	insert(count + 1);
	assert.deepEqual(await total(), [10_000, false]);
	assert.deepEqual(await total('&name=BULK'), [10_000, false]);
	assert.deepEqual(ids((await admin.get('clients?name=bulk&sort=-id&size=50')).body),
		ordered('clients', 'id', 'DESC').slice(0, 50));
});
