/* Saved views: each viewer's own, bounded, and nothing but an address of the page. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const VIEW = { list: 'users', name: 'Idle', query: 'idle_days=90&sort=-id&size=50' };

let stack;
let anna;
let berta;

before(async () => {
	stack = await startStack();
	stack.addUser('anna@example.com', {});
	stack.addUser('berta@example.com', {});
	anna = await stack.signedIn('anna@example.com');
	berta = await stack.signedIn('berta@example.com');
});
after(() => stack.stop());

/** What the list of them says, and the session too, whose page would not ask twice. */
async function views(client) {
	const { items } = (await client.get('profile/views')).body;

	assert.deepEqual((await client.get('session')).body.views, items);
	return items;
}

const outcome = ({ status, body }) => [status, body?.errors];

test('a view is kept for whoever saved it, and only they can delete it', async () => {
	const { status, body } = await anna.post('profile/views', VIEW);

	assert.equal(status, 201);
	assert.deepEqual(body, { id: body.id, ...VIEW });
	assert.deepEqual(await views(anna), [body]);
	assert.deepEqual(await views(berta), []);
	assert.equal((await berta.delete(`profile/views/${body.id}`)).status, 404);
	assert.deepEqual(await views(anna), [body]);
	assert.equal((await anna.delete(`profile/views/${body.id}`)).status, 204);
	assert.deepEqual(await views(anna), []);
	assert.equal((await anna.delete(`profile/views/${body.id}`)).status, 404);
});

test('a view is where its creation said, and the same request again keeps no second', async () => {
	const again = { 'Idempotency-Key': 'a view, once' };
	const first = await anna.post('profile/views', VIEW, again);
	const second = await anna.post('profile/views', VIEW, again);

	assert.deepEqual([second.status, second.body], [201, first.body]);
	assert.equal(second.headers.location, first.headers.location);
	assert.equal((await views(anna)).length, 1);
	const path = `profile/views/${first.body.id}`;

	assert.match(first.headers.location, new RegExp(`/api/v1/${path}$`));
	assert.deepEqual((await anna.get(path)).body, first.body);
	assert.equal((await berta.get(path)).status, 404);
	const ten = await Promise.all(Array.from({ length: 10 }, () => anna.post('profile/views',
		{ ...VIEW, name: 'Ten' }, { 'Idempotency-Key': 'ten at once' })));

	assert.deepEqual(new Set(ten.map(({ status }) => status)), new Set([201]));
	assert.equal(new Set(ten.map(({ body }) => body.id)).size, 1);
	for (const { id } of await views(anna)) {
		await anna.delete(`profile/views/${id}`);
	}
});

test('a name is cleaned, of 1 to 60 characters, and taken once in each list', async () => {
	const name = async (text, list = 'users') =>
		outcome(await anna.post('profile/views', { ...VIEW, list, name: text }));

	assert.deepEqual(await name('  My   view '), [201, undefined]);
	assert.deepEqual(await name('my view'), [409, { name: 'name.view_taken' }]);
	assert.deepEqual(await name('my view', 'clients'), [201, undefined]);
	assert.deepEqual(await name('😀'.repeat(60)), [201, undefined]);
	assert.deepEqual(await name('😀'.repeat(61)), [422, { name: 'name.too_long' }]);
	assert.deepEqual(await name(' '), [422, { name: 'name.required' }]);
	assert.deepEqual((await views(anna)).map((view) => `${view.list} ${view.name}`).toSorted(),
		['clients my view', 'users My view', `users ${'😀'.repeat(60)}`]);
});

test('a view is of a list that there is, and its query leads nowhere else', async () => {
	const save = async (change) =>
		outcome(await berta.post('profile/views', { ...VIEW, ...change }));

	assert.deepEqual(await save({ name: 'a', query: 'q'.repeat(1000) }), [201, undefined]);
	assert.deepEqual(await save({ name: 'b', query: 'name=%C3%A4+%26&sort=-id' }),
		[201, undefined]);
	assert.deepEqual(await save({ query: 'q'.repeat(1001) }), [422, { query: 'query.too_long' }]);
	assert.deepEqual(await save({ list: 'settings' }), [422, { list: 'list.unknown' }]);
	for (const query of ['a=b c', 'a=b#c', 'a=//evil.example', 'a=?', 'a=%', 'a=%0', 'a=ä',
		'a="', 'a=<b>']) {
		assert.deepEqual(await save({ query }), [422, { query: 'query.format' }], query);
	}
});

test('fifty are kept, and the views of a user go with the user', async () => {
	const client = await stack.signedIn('berta@example.com');

	stack.sql(`INSERT INTO saved_view (user_id, list, name, query) SELECT u.id, v.list, v.name, ''
		FROM user u JOIN (SELECT 'mail' AS list, 'view' AS name ${Array.from({ length: 46 },
		(_, i) => `UNION ALL SELECT 'mail', 'view ${i}'`).join(' ')}) v
		WHERE u.email = 'berta@example.com'`);
	assert.equal((await views(client)).length, 49);
	const several = await Promise.all(['a', 'b', 'c', 'd'].map((name) =>
		client.post('profile/views', { ...VIEW, name: `last ${name}` })));

	assert.deepEqual(several.map(({ status }) => status).sort(), [201, 422, 422, 422]);
	assert.deepEqual(outcome(await client.post('profile/views', { ...VIEW, name: 'one more' })),
		[422, { name: 'name.too_many_views' }]);
	assert.equal((await views(client)).length, 50);
	const id = stack.sql("SELECT id FROM user WHERE email = 'berta@example.com'")[0][0];

	stack.sql(`DELETE FROM user WHERE id = ${id}`);
	assert.equal(stack.sql(`SELECT COUNT(*) FROM saved_view WHERE user_id = ${id}`)[0][0], '0');
});
