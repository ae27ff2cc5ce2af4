/* Who is signed in, and ending that. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bare } from '../lib/client.mjs';
import { ADMIN_EMAIL, startStack } from '../lib/stack.mjs';

let stack;
let admin;

before(async () => {
	stack = await startStack({ settings: '[session]\nidle = 30\nlife = 720\n' });
	admin = await stack.signedIn();
	for (const name of ['mia', 'noa', 'tom']) {
		stack.addUser(`${name}@example.com`, { groups: ['Support'], name });
	}
});
after(() => stack.stop());

const idOf = (email) => Number(stack.sql(`SELECT id FROM user WHERE email = '${email}'`)[0][0]);

async function items(client, query = '') {
	return (await client.get(`sessions${query}`)).body.items;
}

async function sessionOf(email) {
	return (await items(admin, `?user=${idOf(email)}`))[0];
}

async function isSignedIn(client) {
	return (await client.get('session')).status === 200;
}

test('a session says who, from where, with what, since when and when last', async () => {
	const client = stack.client({ from: '127.0.0.9' });

	await client.send('POST', 'session', { body: { email: 'mia@example.com',
		password: stack.known.get('mia@example.com') }, headers: { 'User-Agent': 'Lynx/2.9' } });
	const session = await sessionOf('mia@example.com');
	const { id, created_at: created, last_used_at: used, ...rest } = session;

	assert.ok(Number.isInteger(id));
	assert.match(created, /^\d{4}-\d\d-\d\dT.*Z$/);
	assert.equal(used, created);
	assert.deepEqual(rest, { user: { id: idOf('mia@example.com'), name: 'mia',
		email: 'mia@example.com' }, remote_address: '127.0.0.9', user_agent: 'Lynx/2.9',
	current: false, may: ['delete'] });
});

test('one\'s own session is marked, and no other', async () => {
	const own = (await items(admin)).filter(({ current }) => current);

	assert.deepEqual(own.map(({ user }) => user.email), [ADMIN_EMAIL]);
});

test('no answer holds a token or its hash', async () => {
	const { text } = await admin.get('sessions');
	const [[hash]] = stack.sql('SELECT HEX(token_hash) FROM session LIMIT 1');

	assert.ok(!text.toUpperCase().includes(hash));
	for (const token of admin.jar.values()) {
		assert.ok(!text.includes(token));
	}
});

test('the list is sorted, filtered and paged', async () => {
	await stack.signedIn('tom@example.com', { from: '127.0.1.7' });
	const emails = async (query) => (await items(admin, query)).map(({ user }) => user.email);
	const byUser = await emails('?sort=user');

	assert.deepEqual(byUser, byUser.toSorted());
	assert.deepEqual(await emails('?sort=-user'), byUser.toReversed());
	assert.deepEqual(await emails('?remote_address=127.0.1.'), ['tom@example.com']);
	assert.deepEqual(await emails(`?user=${idOf('tom@example.com')}`), ['tom@example.com']);

	const { body } = await admin.get('sessions?sort=user&size=1');
	const next = await admin.get(`sessions?sort=user&size=1&after=${body.page.next}`);
	assert.equal(body.page.total, byUser.length);
	assert.equal(next.body.items[0].user.email, byUser[1]);
	const back = await admin.get(`sessions?sort=user&size=1&before=${next.body.page.prev}`);
	assert.deepEqual(back.body.items, body.items);
});

test('a session that is over is not live, though nobody has swept it away yet', async () => {
	await stack.signedIn('noa@example.com');
	const { id } = await sessionOf('noa@example.com');

	stack.sql(`UPDATE session SET last_used_at = last_used_at - INTERVAL 31 MINUTE
		WHERE id = ${id}`);
	assert.equal(await sessionOf('noa@example.com'), undefined);
	assert.equal((await admin.delete(`sessions/${id}`, {})).status, 404);
	stack.sql(`UPDATE session SET last_used_at = UTC_TIMESTAMP(6),
		created_at = created_at - INTERVAL 721 MINUTE WHERE id = ${id}`);
	assert.equal(await sessionOf('noa@example.com'), undefined);
	stack.sql(`DELETE FROM session WHERE id = ${id}`);
});

test('a session that is ended is over at the next request, and the trail tells of it', async () => {
	const noa = await stack.signedIn('noa@example.com');
	const session = await sessionOf('noa@example.com');

	assert.ok(await isSignedIn(noa));
	assert.equal((await admin.delete(`sessions/${session.id}`, {})).status, 204);
	assert.ok(!await isSignedIn(noa));
	assert.ok(await isSignedIn(admin));
	assert.equal((await admin.delete(`sessions/${session.id}`, {})).status, 404);

	const [[action, type, target, was]] = stack.sql(`SELECT action, target_type, target_id,
		before_json FROM audit ORDER BY id DESC LIMIT 1`);
	assert.deepEqual([action, type, Number(target)],
		['session.end', 'user', idOf('noa@example.com')]);
	assert.deepEqual(JSON.parse(was), bare(session));
});

test('the sessions of one user have a path of their own', async () => {
	const tom = idOf('tom@example.com');
	const client = await stack.signedIn('tom@example.com');
	const { body } = await admin.get(`users/${tom}/sessions?sort=-created_at`);
	const [newest] = body.items;

	assert.equal(body.page.total, 2);
	assert.deepEqual((await admin.get(`users/${tom}/sessions?sort=-created_at&user=1`)).body, body);
	assert.deepEqual((await admin.get(`users/${tom}/sessions/${newest.id}`)).body, newest);
	assert.equal((await admin.get(`users/${idOf('mia@example.com')}/sessions/${newest.id}`)).status,
		404);
	assert.equal((await admin.delete(`users/${idOf('mia@example.com')}/sessions/${newest.id}`, {}))
		.status, 404);
	assert.equal((await admin.delete(`users/${tom}/sessions/${newest.id}`, {})).status, 204);
	assert.ok(!await isSignedIn(client));
	assert.equal((await admin.get('users/999999/sessions')).status, 404);
});

test('a slash that is encoded is none between the names of a path', async () => {
	const tom = await stack.signedIn('tom@example.com');
	const id = idOf('tom@example.com');

	for (const slash of ['%2F', '%2f']) {
		const { status, body } = await admin.delete(`users/${id}${slash}sessions`);

		assert.deepEqual([status, body.code], [404, 'not_found']);
	}
	assert.equal((await admin.get('sessions?remote_address=a%2Fb')).status, 200);
	assert.ok(await isSignedIn(tom));
});

test('all sessions of a user end at once, with the sign-ins under way', async () => {
	const tom = idOf('tom@example.com');
	const signIn = () => stack.signedIn('tom@example.com');
	const clients = [await signIn(), await signIn()];

	stack.sql(`INSERT INTO sign_in_challenge (token_hash, user_id, stage, created_at, expires_at)
		VALUES (REPEAT('x', 32), ${tom}, 1, UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 1 HOUR)`);
	assert.equal((await admin.delete(`users/${tom}/sessions`, {})).status, 204);
	assert.deepEqual(await Promise.all(clients.map(isSignedIn)), [false, false]);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM sign_in_challenge WHERE user_id = ${tom}`),
		[['0']]);
	assert.equal(stack.sql('SELECT action FROM audit ORDER BY id DESC LIMIT 1')[0][0],
		'session.end_all');
});

test('nobody ends the sessions of somebody who holds a right that they lack', async () => {
	const manager = await stack.person('manager@example.com', { groups: ['Managers'] });
	const own = (await items(admin)).find(({ current }) => current);

	for (const path of [`sessions/${own.id}`, `users/${own.user.id}/sessions/${own.id}`,
		`users/${own.user.id}/sessions`]) {
		const { status, body } = await manager.delete(path, {});

		assert.equal(status, 403, path);
		assert.deepEqual(body.errors, { user: 'user.above_yours' });
	}
	assert.ok(await isSignedIn(admin));
	await stack.signedIn('mia@example.com');
	const mia = await sessionOf('mia@example.com');
	assert.equal((await manager.delete(`sessions/${mia.id}`, {})).status, 204);
});

test('ending one\'s own session is signing out', async () => {
	const client = await stack.signedIn();
	const own = (await items(client)).find(({ current }) => current);

	assert.equal((await client.delete(`sessions/${own.id}`, {})).status, 204);
	assert.equal(client.jar.size, 1, 'the device stays known, the session does not');
	assert.ok(!await isSignedIn(client));
	assert.equal(stack.sql('SELECT action FROM audit ORDER BY id DESC LIMIT 1')[0][0],
		'session.sign_out');
});

test('who may only see sessions cannot end them', async () => {
	stack.sql(`INSERT INTO user_group (id, name) VALUES (50, 'Watch');
		INSERT INTO user_group_permission VALUES (50, 'sessions.view');
		UPDATE authz_epoch SET epoch = epoch + 1`);
	const watch = await stack.person('watch@example.com', { groups: ['Watch'] });
	const [{ id }] = await items(watch);
	const { status, body } = await watch.delete(`sessions/${id}`, {});

	assert.deepEqual([status, body.missing], [403, 'sessions.delete']);
});
