/* The list by last sign-in, and who never signed in, has not for long, or is under a delay. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';

let stack;
let admin;

/* A third never signed in, and several did at the same moment. */
before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	const daysAgo = (days) => `NOW() - INTERVAL ${days * 24 + 1} HOUR`;

	stack.sql(`INSERT INTO user (id, email, name, password, created_at, last_sign_in_at) VALUES ${
		Array.from({ length: 90 }, (_, i) => `(${100 + i}, 'u${i}@example.org', '', '',
		${daysAgo(i)}, ${i % 3 ? daysAgo(i % 7) : 'NULL'})`)}`);
});
after(() => stack.stop());

const ids = (items) => items.map(({ id }) => id);

async function pages(query, way, from = '') {
	const found = [];

	for (let cursor = from; cursor !== null;) {
		const { status, body } = await admin.get(`users?${query}${cursor
			&& `&${way === 'next' ? 'after' : 'before'}=${cursor}`}`);

		assert.equal(status, 200);
		found.push(body);
		cursor = body.page[way];
	}
	return found;
}

for (const [mark, order] of [['', 'ASC'], ['-', 'DESC']]) {
	for (const [search, where] of [['', '1'], ['&email=u1', "email LIKE '%u1%'"]]) {
		test(`by last sign-in, ${order}${search}: every row once, forward and back`, async () => {
			const expected = stack.sql(`SELECT id FROM user WHERE ${where}
				ORDER BY last_sign_in_at ${order}, id ${order}`).map(([id]) => Number(id));
			const query = `sort=${mark}last_sign_in_at&size=4${search}`;
			const forward = await pages(query, 'next');
			const last = forward.at(-1);
			const back = await pages(query, 'prev', last.page.prev);

			assert.ok(forward.length > 2);
			assert.deepEqual(forward.flatMap(({ items }) => ids(items)), expected);
			assert.deepEqual(back.toReversed().flatMap(({ items }) => ids(items)),
				expected.slice(0, -last.items.length));
		});
	}
}

test('who never signed in, and who did', async () => {
	const never = (await admin.get('users?never_signed_in=true&size=200')).body;
	const once = (await admin.get('users?never_signed_in=false&size=200')).body;

	assert.ok(never.items.every((user) => user.last_sign_in_at === null));
	assert.ok(once.items.every((user) => user.last_sign_in_at !== null));
	assert.deepEqual([never.page.total, once.page.total], [30, 61]);
});

test('idle is who has not signed in for so many days, or never since being made', async () => {
	for (const days of [1, 3, 10, 80, 365, 18250, '999999999999999999']) {
		const { body } = await admin.get(`users?idle_days=${days}&size=200`);
		const [[expected]] = stack.sql(`SELECT COUNT(*) FROM user WHERE
			COALESCE(last_sign_in_at, created_at) < NOW() - INTERVAL LEAST(${days}, 18250) DAY`);

		assert.equal(body.page.total, Number(expected), `${days} days`);
	}
});

test('the filters of the list are those of the export and of many changes', async () => {
	const { text } = await admin.get('users/export.csv?never_signed_in=true&idle_days=80');
	const { body } = await admin.post('users/bulk', { filter: { never_signed_in: true,
		idle_days: 80 }, set: { status: 'enabled' } });

	assert.equal(text.trim().split('\r\n').length - 1, body.results.length);
	assert.ok(body.results.length > 0);
});

test('what is no such filter is refused', async () => {
	for (const [query, key] of [['idle_days=0', 'idle_days.format'],
		['idle_days=-3', 'idle_days.format'], ['locked=yes', 'locked.format'],
		['never_signed_in=1', 'never_signed_in.format']]) {
		const { status, body } = await admin.get(`users?${query}`);

		assert.deepEqual([status, Object.values(body.errors)], [400, [key]]);
	}
});

test('who is under a delay is found, and says until when', async () => {
	stack.addUser('locked@example.com');
	for (let i = 0; i < 12; i++) {
		await stack.client({ from: `127.0.0.${10 + i}` }).post('session',
			{ email: 'locked@example.com', password: `wrong ${i}` });
		stack.sql('UPDATE attempt SET blocked_until = last_at');
	}
	stack.sql('UPDATE attempt SET blocked_until = NOW() + INTERVAL 5 MINUTE WHERE user_id > 0');
	const { items } = (await admin.get('users?locked=true')).body;

	assert.deepEqual(items.map(({ email }) => email), ['locked@example.com']);
	assert.ok(Math.abs(Date.parse(items[0].locked_until) - Date.now() - 300_000) < 60_000);
	assert.equal((await admin.get('users?locked=false')).body.page.total, 91);
	stack.sql('UPDATE attempt SET blocked_until = NOW() - INTERVAL 1 SECOND');
	assert.equal((await admin.get('users?locked=true')).body.page.total, 0);
	assert.equal((await admin.get(`users/${items[0].id}`)).body.locked_until, null);
	assert.equal((await stack.client().post('session', { email: 'locked@example.com',
		password: PASSWORD })).status, 200);
});
