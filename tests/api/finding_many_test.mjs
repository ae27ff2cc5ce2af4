/*
 * Words that thousands have, among a hundred thousand users: whatever filter and whatever order
 * they go together with, the pages are those of the whole list, back and forth, and none ends in
 * 503. The pages are found in several ways (store/noun.h), each of which is met here: the names
 * that begin with Z are at the end of their order, and by turns in that of anything else. Who has
 * an app is there too, and has a word that all have: a page does not look at all of those before,
 * so that some are short, or empty, and go on.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { printed } from '../lib/contract.mjs';
import { startStack } from '../lib/stack.mjs';

const SIZE = 200;
const AT_ONCE = 16;

const NUMBERS = `WITH RECURSIVE digit AS
		(SELECT 0 AS d UNION ALL SELECT d + 1 FROM digit WHERE d < 9)
	SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
	FROM digit a, digit b, digit c, digit e, digit f`;

/* What begins with zo is found twice in a name like Zoe Zora, three times with a Zohra more. */
const USERS = `INSERT INTO user (id, email, name, password, status, two_factor, mask_data,
		created_at, last_sign_in_at)
	SELECT 1000 + n, CONCAT('u', n * 7919 MOD 100003, '@example.com'), CASE
			WHEN n MOD 30 = 7 THEN CONCAT('Zoe Zora', IF(n MOD 4 = 0, ' Zohra ', ' '), n MOD 97)
			WHEN n MOD 3 = 0 THEN CONCAT('Anna Berg ', n MOD 91) ELSE CONCAT('Person ', n) END,
		'', n MOD 11 <> 5, IF(n MOD 30 = 7 OR (n MOD 3 <> 0 AND LEFT(n, 1) > 7), 2, n MOD 2),
		n MOD 701 = 7,
		TIMESTAMP('2016-01-01') + INTERVAL (n * 31 MOD 50000) MINUTE, IF(n MOD 13 = 4, NULL,
			TIMESTAMP('2025-01-01') + INTERVAL (n * 7919 MOD 90001) SECOND)
	FROM (${NUMBERS}) numbers;
	INSERT INTO user_group_member (user_id, group_id)
	SELECT 1000 + n, IF(n MOD 97 = 7, 2, 3) FROM (${NUMBERS}) numbers`;

/* What is typed, as a condition on the name. */
const WORDS = { zo: "name LIKE 'Zo%'", anna: "name LIKE 'Anna %'", 'zor zoe': "name LIKE 'Zoe Z%'",
	'berg anna 17': "name = 'Anna Berg 17'", 'example.com': 'TRUE' };

const FILTERS = { '': 'TRUE', 'status=disabled': 'status = 0', 'mask_data=true': 'mask_data = 1',
	'never_signed_in=true': 'last_sign_in_at IS NULL', 'two_factor=totp': 'two_factor = 2',
	'two_factor=totp&status=enabled': 'two_factor = 2 AND status = 1',
	'group=2': 'id IN (SELECT user_id FROM user_group_member WHERE group_id = 2)' };

const SORTS = printed().paths['/users'].get.parameters.find(({ name }) => name === 'sort')
	.schema.enum;

let stack;
let admin;

before(async () => {
	stack = await startStack();
	stack.sql(USERS);
	stack.admin(['words']);
	stack.sql('ANALYZE TABLE user, user_word, user_group_member');
	admin = await stack.signedIn();
});
after(() => stack.stop());

async function list(query) {
	const { status, body } = await admin.get(`users?${query}`);

	assert.equal(status, 200, `${query}: ${JSON.stringify(body)}`);
	assert.equal(body.page.found_by, query.includes('q=') ? 'words' : undefined);
	return body;
}

const idsOf = ({ items }) => items.map(({ id }) => id);

/** Pages from a cursor on, one way, until they have so many rows: each with its ids and cursors.
 * One that has fewer than its size is the last, or says that it is not all. */
async function walk(query, way, rows, cursor = '') {
	const walked = [];
	let found = 0;

	for (let next = cursor; found < rows && next !== null;) {
		const body = await list(`${query}&size=${SIZE}${next}`);
		const goesOn = way === 'after' ? body.page.next : body.page.prev;

		assert.equal(body.page.partial === true, goesOn !== null && body.items.length < SIZE,
			query);
		walked.push(body);
		found += body.items.length;
		next = goesOn && `&${way}=${encodeURIComponent(goesOn)}`;
	}
	return walked;
}

/** The rows before the last of these pages, back to the first of them. */
async function walkBack(query, pages, rows = pages.slice(0, -1).flatMap(idsOf).length) {
	const { prev } = pages.at(-1).page;
	const back = prev ? await walk(query, 'before', rows, `&before=${encodeURIComponent(prev)}`)
		: [];

	assert.deepEqual(back.toReversed().flatMap(idsOf), pages.slice(0, -1).flatMap(idsOf),
		`${query}, back`);
}

/** All ids in an order, as the database has them. */
function expected(words, filter, sort) {
	const way = sort.startsWith('-') ? 'DESC' : 'ASC';

	return stack.sql(`SELECT id FROM user WHERE ${WORDS[words]} AND ${FILTERS[filter]}
		ORDER BY ${sort.replace('-', '')} ${way}, id ${way} LIMIT ${4 * SIZE}`)
		.map(([id]) => Number(id));
}

function assertTotal({ page }, all, query) {
	assert.ok(page.total_exact ? page.total === all : page.total < all || page.partial,
		`${query}: ${JSON.stringify(page)} of ${all}`);
	assert.ok(page.total >= Math.min(all, 100) || !page.total_exact, query);
}

for (const words of Object.keys(WORDS)) {
	test(`${words}: in whatever order and with what filter, the pages are those of the list`,
		async () => {
			for (const [at, filter] of Object.keys(FILTERS).entries()) {
				for (const sort of SORTS.filter((_, place) => (place + at) % 4 === 0)) {
					const query = `q=${encodeURIComponent(words)}&${filter}&sort=${sort}`;
					const all = expected(words, filter, sort);
					const forward = await walk(query, 'after', 3 * SIZE);

					assert.deepEqual(forward.flatMap(idsOf),
						all.slice(0, forward.flatMap(idsOf).length), query);
					assert.ok(forward.at(-1).page.next ? forward.flatMap(idsOf).length >= 3 * SIZE
						: forward.flatMap(idsOf).length === all.length, query);
					await walkBack(query, forward);
				}
			}
		});

	test(`${words}: in their own order nobody is missed and nobody comes twice`, async () => {
		for (const filter of Object.keys(FILTERS)) {
			const query = `q=${encodeURIComponent(words)}&${filter}`;
			const all = stack.sql(`SELECT id FROM user WHERE ${WORDS[words]}
				AND ${FILTERS[filter]} ORDER BY id`).map(([id]) => Number(id));
			const forward = await walk(query, 'after', all.length > 4000 ? 3 * SIZE : Infinity);
			const ids = forward.flatMap(idsOf);

			assertTotal(forward[0], all.length, query);
			assert.equal(new Set(ids).size, ids.length, `${query}: somebody twice`);
			await walkBack(query, forward);
			if (all.length <= 4000) {
				assert.deepEqual(ids.toSorted((a, b) => a - b), all, query);
			}
		}
	});
}

test('what is at the other end of an order is come to by short pages that go on', async () => {
	const all = stack.sql(`SELECT id FROM user WHERE two_factor = 2 ORDER BY name, id
		LIMIT ${SIZE}`).map(([id]) => Number(id));

	for (const query of ['q=example.com&two_factor=totp&sort=name', 'two_factor=totp&sort=name']) {
		const forward = await walk(query, 'after', 1);

		assert.ok(forward.length > 3, `${query}: ${forward.length}`);
		assert.deepEqual(forward.slice(0, -1).flatMap(idsOf), []);
		assert.deepEqual(idsOf(forward.at(-1)), all.slice(0, idsOf(forward.at(-1)).length));
		assert.equal(forward[0].page.total_exact, false);
		await walkBack(query, forward, Infinity);
	}
});

test('whoever finds, filters and sorts is answered, however many do so at once', async () => {
	const queries = Object.keys(WORDS).flatMap((words) => Object.keys(FILTERS).flatMap((filter) =>
		SORTS.map((sort) => `q=${encodeURIComponent(words)}&${filter}&sort=${sort}`)));
	const lane = async () => {
		for (let next; (next = queries.pop());) {
			await list(next);
		}
	};

	await Promise.all(Array.from({ length: AT_ONCE }, lane));
});

test('a change of many means all whom words and filters leave', async () => {
	const { status, body } = await admin.post('users/bulk', { dry_run: true,
		filter: { q: 'zo', status: 'disabled' }, set: { mask_data: true } });

	assert.equal(status, 200, JSON.stringify(body));
	assert.equal(body.consequences.rows, Number(stack.sql(
		`SELECT COUNT(*) FROM user WHERE ${WORDS.zo} AND status = 0`)[0][0]));
});

test('what is counted is no more than a hundred', async () => {
	const { page } = await list('q=zo&size=20');
	const { page: few } = await list('q=berg+anna+17&size=20');

	assert.deepEqual([page.total, page.total_exact], [100, false]);
	assert.deepEqual([few.total, few.total_exact], [100, false]);
	const { page: exact } = await list('q=zoe+zohra&mask_data=true&size=1');

	assert.equal(exact.total_exact, true);
});
