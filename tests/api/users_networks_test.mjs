/* Where a user may come from: at sign-in, in every request, and how not to lock oneself out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';

const INSIDE = '127.0.0.20';
const OUTSIDE = '127.0.0.90';

let stack;
let admin;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.code, body?.errors];

/** A user who may come from these networks alone, and the path of the record. */
async function bound(list, options = { groups: ['Support'] }) {
	const email = `net${count += 1}@example.com`;

	stack.addUser(email, options);
	const { items } = (await admin.get(`users?email=${email}`)).body;
	const path = `users/${items[0].id}`;

	assert.equal((await admin.patch(path, { ip_allow_list: list })).status, 200);
	return { email, path };
}

const signIn = (email, from, password = PASSWORD) =>
	stack.client({ from }).post('session', { email, password });

/** A client that is signed in from there. */
async function comingFrom(email, from) {
	const client = await stack.signedIn(email, { from });

	assert.equal((await client.get('session')).status, 200);
	return client;
}

test('networks are kept in one form, each once, and [] is anywhere', async () => {
	const { path } = await bound([]);
	const { body } = await admin.patch(path, { ip_allow_list: ['10.1.2.3/8', '2001:DB8::/32',
		'192.0.2.1/32', '10.0.0.0/8', '::ffff:192.0.2.1'] });

	assert.deepEqual(body.ip_allow_list, ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);
	assert.deepEqual((await admin.get(path)).body.ip_allow_list, body.ip_allow_list);
	assert.deepEqual((await admin.patch(path, { name: 'Kept' })).body.ip_allow_list,
		body.ip_allow_list);
	assert.deepEqual((await admin.patch(path, { ip_allow_list: [] })).body.ip_allow_list, []);
});

test('fifty networks of the longest kind fit, one more does not', async () => {
	const { path } = await bound([]);
	const long = (i) => `ffff:ffff:ffff:ffff:ffff:ffff:ff${String(i).padStart(2, '0')}:fff0/125`;
	const list = Array.from({ length: 50 }, (_, i) => long(i + 10));

	assert.deepEqual((await admin.patch(path, { ip_allow_list: list })).body.ip_allow_list, list);
	assert.deepEqual(outcome(await admin.patch(path, { ip_allow_list: [...list, long(99)] })),
		[422, 'invalid', { ip_allow_list: 'ip_allow_list.too_many' }]);
});

test('what is no network is refused and changes nothing', async () => {
	const { path } = await bound(['10.0.0.0/8']);

	for (const wrong of ['10.0.0.0/33', 'example.com', '', '10.0.0.1 10.0.0.2', '*']) {
		assert.deepEqual(outcome(await admin.patch(path, { ip_allow_list: ['10.0.0.1', wrong] })),
			[422, 'invalid', { ip_allow_list: 'ip_allow_list.format' }], wrong);
	}
	for (const wrong of ['10.0.0.0/8', [1], null, {}]) {
		assert.deepEqual(outcome(await admin.patch(path, { ip_allow_list: wrong })),
			[400, 'malformed', { ip_allow_list: 'type' }]);
	}
	assert.deepEqual((await admin.get(path)).body.ip_allow_list, ['10.0.0.0/8']);
});

test('from outside the right password is refused as a wrong one is', async () => {
	const { email } = await bound([`${INSIDE}/28`]);
	const wrong = await signIn(email, OUTSIDE, 'not the password at all');
	const outside = await signIn(email, OUTSIDE);
	const nobody = await signIn('nobody@example.com', OUTSIDE);
	const blank = ({ status, body }) => [status, { ...body, request_id: '' }];

	assert.deepEqual(blank(outside), blank(wrong));
	assert.deepEqual(blank(outside), blank(nobody));
	assert.equal(outside.status, 401);
	assert.equal((await signIn(email, INSIDE)).status, 200);
});

test('a session that is carried outside is nobody there, and goes on inside', async () => {
	const { email } = await bound([INSIDE]);
	const client = await comingFrom(email, INSIDE);

	client.from = OUTSIDE;
	assert.equal((await client.get('session')).status, 401);
	assert.equal((await client.post('users', {})).status, 401);
	client.from = INSIDE;
	assert.equal((await client.get('session')).status, 200);
});

test('a narrower list ends what is outside with the very next request', async () => {
	const { email, path } = await bound([]);
	const client = await comingFrom(email, OUTSIDE);

	await admin.patch(path, { ip_allow_list: [INSIDE] });
	assert.equal((await client.get('session')).status, 401);
	await admin.patch(path, { ip_allow_list: [INSIDE, `${OUTSIDE}/32`] });
	assert.equal((await client.get('session')).status, 200);
});

test('a sign-in that begins inside does not end outside', async () => {
	const email = 'step@example.com';
	const { body } = await admin.post('users', { email, password: PASSWORD });

	await admin.patch(`users/${body.id}`, { two_factor: 'disabled', ip_allow_list: [INSIDE] });
	const client = stack.client({ from: INSIDE });

	assert.equal((await client.post('session', { email, password: PASSWORD })).body.state,
		'password_change_required');
	client.from = OUTSIDE;
	const answer = await client.post('session/password', { password: 'another few words 9431' });

	assert.deepEqual([answer.status, answer.body.code], [401, 'sign_in_expired']);
	client.from = INSIDE;
	assert.equal((await client.post('session/password', { password: 'another few words 9431' }))
		.body.state, 'signed_in');
});

test('nobody locks themselves out', async () => {
	assert.deepEqual(outcome(await admin.patch('users/1', { ip_allow_list: ['192.0.2.0/24'] })),
		[422, 'invalid', { ip_allow_list: 'ip_allow_list.excludes_you' }]);
	assert.deepEqual((await admin.get('users/1')).body.ip_allow_list, []);
	assert.deepEqual((await admin.patch('users/1', { ip_allow_list: ['192.0.2.0/24',
		'127.0.0.1'] })).body.ip_allow_list, ['192.0.2.0/24', '127.0.0.1']);
	assert.equal((await admin.get('session')).status, 200);
	assert.equal((await admin.patch('users/1', { ip_allow_list: [] })).status, 200);
});

test('who may not edit a user may not say where the user comes from', async () => {
	const manager = await stack.person('manager@example.com', { groups: ['Managers'] });

	assert.deepEqual(outcome(await manager.patch('users/1', { ip_allow_list: [] })),
		[403, 'forbidden', { user: 'user.above_yours' }]);
});

test('the list is on record, before and after', async () => {
	const { path } = await bound(['10.0.0.0/8']);
	const id = path.split('/')[1];

	await admin.patch(path, { ip_allow_list: ['192.0.2.1'] });
	const [[former, next]] = stack.sql(`SELECT before_json, after_json FROM audit
		WHERE target_type = 'user' AND target_id = ${id} ORDER BY id DESC LIMIT 1`);

	assert.deepEqual([JSON.parse(former).ip_allow_list, JSON.parse(next).ip_allow_list],
		[['10.0.0.0/8'], ['192.0.2.1']]);
});

test('the command line lets somebody in from anywhere again', async () => {
	const { email } = await bound(['192.0.2.0/24']);

	assert.equal((await signIn(email, INSIDE)).status, 401);
	stack.admin(['user', 'allow-anywhere', email]);
	assert.equal((await signIn(email, INSIDE)).status, 200);
	assert.equal((await signIn(ADMIN_EMAIL, INSIDE)).status, 200);
});
