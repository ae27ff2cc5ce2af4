/* One's own account: the password, and where one is signed in. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';

const NEW = 'nine lanterns under a bridge';

let stack;

before(async () => {
	stack = await startStack();
});
after(() => stack.stop());

const changePassword = (client, current, password) =>
	client.send('PUT', 'profile/password', { body: { current, password } });
const signIn = (client, email, password) => client.post('session', { email, password });
const lastTrail = (email) => stack.sql(`SELECT action, result FROM audit
	WHERE actor_id = (SELECT id FROM user WHERE email = '${email}') ORDER BY id DESC LIMIT 1`)[0];

test('a new password takes the place of the old one and ends the other sessions', async () => {
	const email = 'change@example.com';
	const client = await stack.person(email);
	const other = await stack.signedIn(email);

	assert.equal((await changePassword(client, PASSWORD, NEW)).status, 204);
	assert.equal((await client.get('session')).status, 200);
	assert.equal((await other.get('session')).status, 401);
	assert.equal((await signIn(stack.client(), email, PASSWORD)).status, 401);
	assert.equal((await signIn(stack.client(), email, NEW)).status, 200);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM audit WHERE action = 'user.password_change'
		AND result = 'ok'`), [['1']]);
});

test('the present password is asked for, and what is wrong is told by its field', async () => {
	const client = await stack.person('refused@example.com');
	const refusals = [
		[[`${PASSWORD}!`, NEW], { current: 'password.wrong' }],
		[[PASSWORD, 'short'], { password: 'password.too_short' }],
		[[PASSWORD, PASSWORD], { password: 'password.same' }],
		[[PASSWORD, 'refused@example.com'], { password: 'password.personal' }],
	];

	for (const [[current, password], errors] of refusals) {
		const { status, body } = await changePassword(client, current, password);

		assert.deepEqual([status, body.errors], [422, errors]);
	}
	const { status, body } = await client.send('PUT', 'profile/password', { body: {} });

	assert.deepEqual([status, body.errors], [422,
		{ current: 'current.required', password: 'password.required' }]);
	assert.equal((await signIn(stack.client(), 'refused@example.com', PASSWORD)).status, 200);
});

test('a session left open is no place to guess the password', async () => {
	const email = 'guessed@example.com';
	const client = await stack.person(email);

	for (let i = 0; i < 5; i += 1) {
		assert.equal((await changePassword(client, 'wrong', NEW)).status, 422);
	}
	const { status, body, headers } = await changePassword(client, PASSWORD, NEW);

	assert.deepEqual([status, body.code], [429, 'too_many_requests']);
	assert.ok(Number(headers['retry-after']) >= 1);
	assert.deepEqual(lastTrail(email), ['user.proof', 'password_wrong']);
	stack.sql("UPDATE attempt SET blocked_until = '2020-01-01'");
	assert.equal((await changePassword(client, PASSWORD, NEW)).status, 204);
});

test('one sees one\'s own sessions, and which of them this is', async () => {
	const email = 'sessions@example.com';
	const client = await stack.person(email);

	await stack.signedIn(email);
	const { status, body } = await client.get('profile/sessions');

	assert.equal(status, 200);
	assert.equal(body.items.length, 2);
	assert.equal(body.page.total, 2);
	assert.deepEqual(body.items.map(({ current }) => current).sort(), [false, true]);
	for (const item of body.items) {
		assert.deepEqual(Object.keys(item), ['id', 'created_at', 'last_used_at', 'remote_address',
			'user_agent', 'current']);
		assert.equal(item.remote_address, '127.0.0.1');
	}
});

test('a session that is over is not shown', async () => {
	const email = 'over@example.com';
	const client = await stack.person(email);

	await stack.signedIn(email);
	const { body } = await client.get('profile/sessions');
	const { id } = body.items.find(({ current }) => !current);

	stack.sql(`UPDATE session SET last_used_at = '2020-01-01' WHERE id = ${id}`);
	assert.equal((await client.get('profile/sessions')).body.items.length, 1);
});

test('one ends a session of one\'s own, and nobody else\'s', async () => {
	const client = await stack.person('mine@example.com');
	const other = await stack.signedIn('mine@example.com');
	const stranger = await stack.person('stranger@example.com');
	const { body } = await stranger.get('profile/sessions');
	const foreign = await client.delete(`profile/sessions/${body.items[0].id}`, {});
	const { id } = (await client.get('profile/sessions')).body.items.find((item) => !item.current);

	assert.equal(foreign.status, 404);
	assert.equal((await stranger.get('session')).status, 200);
	assert.equal((await client.delete(`profile/sessions/${id}`, {})).status, 204);
	assert.equal((await other.get('session')).status, 401);
	assert.deepEqual(lastTrail('mine@example.com'), ['session.end', 'ok']);
});

test('ending this very session is signing out', async () => {
	const client = await stack.person('this@example.com');
	const [{ id }] = (await client.get('profile/sessions')).body.items;

	assert.equal((await client.delete(`profile/sessions/${id}`, {})).status, 204);
	assert.ok(!client.jar.has('backoffice'));
	assert.equal((await client.get('session')).status, 401);
});

test('all other sessions end at once', async () => {
	const email = 'others@example.com';
	const client = await stack.person(email);
	const others = [await stack.signedIn(email), await stack.signedIn(email)];

	assert.equal((await client.delete('profile/sessions', {})).status, 204);
	assert.equal((await client.get('session')).status, 200);
	for (const other of others) {
		assert.equal((await other.get('session')).status, 401);
	}
});

test('nobody has a profile without being signed in', async () => {
	const requests = [['PUT', 'profile/password'], ['GET', 'profile/totp'],
		['POST', 'profile/totp'], ['PUT', 'profile/totp'], ['DELETE', 'profile/totp'],
		['POST', 'profile/recovery-codes'], ['GET', 'profile/sessions'],
		['DELETE', 'profile/sessions'], ['DELETE', 'profile/sessions/1']];

	for (const [method, path] of requests) {
		const { status } = await stack.client().send(method, path, { body: {} });

		assert.equal(status, 401, `${method} ${path}`);
	}
});
