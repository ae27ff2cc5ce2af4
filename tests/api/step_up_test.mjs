/* What is dangerous asks for the password or a code again when the last one was long ago. Time is
 * moved in the database, as nobody waits ten minutes here. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { PASSWORD, startStack, TOP } from '../lib/stack.mjs';

const NEW = 'nine lanterns under a bridge';
const KEPT = ['user', 'user_group', 'user_group_member', 'user_group_permission', 'client',
	'room', 'room_group', 'audit', 'idempotency'];

let stack;
let admin;
let count = 0;

before(async () => {
	stack = await startStack({ settings: '[session]\nproof = 10\n' });
	admin = await stack.signedIn();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.code];
const prove = (client, body) => client.post('session/proof', body);
const idOf = async (client) => (await client.get('session')).body.user.id;

/** As if all who are signed in had last proved who they are so many minutes ago. */
function age(minutes) {
	stack.sql(`UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL ${minutes} MINUTE`);
}

/** A new name, so that no test minds what another one has made. */
const fresh = (word) => `${word}${count += 1}`;
const newUser = () => ({ email: `${fresh('proof')}@example.com`, password: NEW, groups: [4] });

async function made(path, body) {
	const { status, body: record } = await admin.post(path, body);

	assert.equal(status, 201, JSON.stringify(record));
	return record;
}

const madeUser = () => made('users', newUser());
const madeGroup = () => made('groups', { name: fresh('group'), permissions: ['clients.view'] });
const newRoom = () => {
	const name = fresh('room');

	return { name, address: `/${name}/` };
};
const madeRoom = () => made('rooms', newRoom());
const madeClient = () =>
	made('clients', { name: fresh('Client'), email: `${fresh('c')}@example.com` });

async function madeLetter() {
	const { id } = await made('users', { ...newUser(), send_to_email: true });
	const [[letter]] = stack.sql(`SELECT id FROM outbox WHERE user_id = ${id}`);

	return { id: letter };
}

/** A change of many that can be taken back. */
async function madeJob() {
	const { id } = await madeUser();
	const { body } = await admin.post('users/bulk', { ids: [id], set: { status: 'disabled' } });

	return body;
}

const first = { 'If-Match': '"1"' };

/** A user who is signed in; gives user and session. */
async function madeSession() {
	const { email, id } = await madeUser();

	stack.sql(`INSERT INTO session (token_hash, user_id, created_at, last_used_at, remote_address,
		user_agent) VALUES (RANDOM_BYTES(32), ${id}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), '', '')`);
	const [[sid]] = stack.sql(`SELECT MAX(id) FROM session WHERE user_id = ${id}`);

	return { email, id, sid };
}

/** One more session of the administrator's. */
async function madeOwnSession() {
	await stack.signedIn();
	const { items } = (await admin.get('profile/sessions')).body;

	return { sid: items.find(({ current }) => !current).id };
}

/** Every dangerous route: what is there before, and the act upon it. */
const ACTS = {
	'DELETE /profile/sessions': { make: madeOwnSession,
		act: () => admin.delete('profile/sessions', {}) },
	'DELETE /profile/sessions/{id}': { make: madeOwnSession,
		act: ({ sid }) => admin.delete(`profile/sessions/${sid}`, {}) },
	'POST /users': { act: () => admin.post('users', newUser()) },
	'DELETE /users/{id}': { make: madeUser, act: ({ id }) => admin.delete(`users/${id}`, first) },
	'GET /users/export.csv': { act: () => admin.get('users/export.csv') },
	'POST /users/import': { act: () => admin.send('POST', 'users/import', {
		headers: { 'Content-Type': 'text/csv' }, body: `email\n${fresh('row')}@example.com\n` }) },
	'POST /users/bulk': { make: madeUser,
		act: ({ id }) => admin.post('users/bulk', { ids: [id], set: { status: 'disabled' } }) },
	'POST /users/{id}/credentials': { make: madeUser,
		act: ({ id }) => admin.post(`users/${id}/credentials`, { password: NEW }) },
	'POST /groups': { act: () => admin.post('groups', { name: fresh('group'), permissions: [] }) },
	'GET /groups/export.json': { act: () => admin.get('groups/export.json') },
	'POST /groups/import': { act: () => admin.post('groups/import',
		{ groups: [{ name: fresh('imported'), permissions: ['clients.view'] }] }) },
	'PATCH /groups/{id}': { make: madeGroup,
		act: ({ id }) => admin.patch(`groups/${id}`, { permissions: ['clients.update'] }, first) },
	'DELETE /groups/{id}': { make: madeGroup,
		act: ({ id }) => admin.delete(`groups/${id}`, first) },
	'POST /rooms': { act: () => admin.post('rooms', newRoom()) },
	'PATCH /rooms/{id}': { make: madeRoom,
		act: ({ id }) => admin.patch(`rooms/${id}`, { groups: [3] }, first) },
	'DELETE /rooms/{id}': { make: madeRoom,
		act: ({ id }) => admin.delete(`rooms/${id}`, first) },
	'GET /clients/export.csv': { act: () => admin.get('clients/export.csv') },
	'DELETE /clients/{id}': { make: madeClient,
		act: ({ id }) => admin.delete(`clients/${id}`, first) },
	'DELETE /sessions/{id}': { make: madeSession,
		act: ({ sid }) => admin.delete(`sessions/${sid}`, {}) },
	'DELETE /users/{id}/sessions': { make: madeSession,
		act: ({ id }) => admin.delete(`users/${id}/sessions`, {}) },
	'DELETE /users/{id}/sessions/{sid}': { make: madeSession,
		act: ({ id, sid }) => admin.delete(`users/${id}/sessions/${sid}`, {}) },
	'GET /audit/export.jsonl': { act: () => admin.get('audit/export.jsonl') },
	'GET /audit/export.csv': { act: () => admin.get('audit/export.csv') },
	'POST /mail/{id}/resend': { make: madeLetter,
		act: ({ id }) => admin.post(`mail/${id}/resend`) },
	'POST /jobs/{id}/undo': { make: madeJob, act: ({ job }) => admin.post(`jobs/${job}/undo`) },
};

/** What a user may do and see, and how and from where they come in. */
const FIELDS = {
	email: () => `${fresh('moved')}@example.com`,
	status: () => 'disabled',
	groups: () => [3],
	mask_data: () => true,
	two_factor: () => 'disabled',
	ip_allow_list: () => ['192.0.2.0/24'],
};

/** The mailer writes what becomes of letters at any time: that is no change by a request. */
function everything() {
	return [stack.sql(`CHECKSUM TABLE ${KEPT}`), stack.sql('SELECT COUNT(*) FROM outbox')];
}

/** The act is refused and changes nothing while the proof is old, and done after a new one. */
async function asksFirst(act) {
	age(11);
	const was = everything();

	assert.deepEqual(outcome(await act()), [403, 'step_up_required']);
	assert.deepEqual(everything(), was);
	assert.equal((await prove(admin, { password: PASSWORD })).status, 204);
	const { status, text } = await act();

	assert.ok(status >= 200 && status < 300, `${status} ${text}`);
}

test('the acts below are those that the reviewed list of routes marks', () => {
	const marked = readFileSync(join(TOP, 'tests/golden/routes.txt'), 'utf8').trimEnd().split('\n')
		.map((line) => line.split(/ +/)).filter(([,,, proof]) => proof === 'proof')
		.map(([method, path]) => `${method} ${path.replace('/api/v1', '')}`);

	assert.deepEqual(marked, ['GET /session/proof', ...Object.keys(ACTS)]);
});

for (const [name, { make = () => undefined, act }] of Object.entries(ACTS)) {
	test(`${name} asks for a proof when the last one is old`, async () => {
		const target = await make();

		await asksFirst(() => act(target));
	});
}

for (const [field, value] of Object.entries(FIELDS)) {
	test(`PATCH /users/{id} asks for a proof before it changes ${field}`, async () => {
		const { id } = await madeUser();
		const body = { [field]: value() };

		await asksFirst(() => admin.patch(`users/${id}`, body, first));
	});
}

test('a name and a language are changed, and all is read, without a new proof', async () => {
	const { id } = await madeUser();

	age(11);
	const change = await admin.patch(`users/${id}`, { name: 'Ada Lovelace', language: 'en' });

	assert.equal(change.status, 200);
	for (const path of ['users', `users/${id}`, 'groups', 'clients', 'audit', 'mail', 'session']) {
		assert.equal((await admin.get(path)).status, 200, path);
	}
	await prove(admin, { password: PASSWORD });
});

test('signing in is a proof, which is over after the minutes of the settings', async () => {
	const client = await stack.signedIn();
	const until = Date.parse((await client.get('session')).body.proof_until);

	assert.ok(Math.abs(until - Date.now() - 600_000) < 60_000);
	assert.equal((await client.get('session/proof')).status, 204);
	stack.sql(`UPDATE session SET created_at = created_at - INTERVAL 11 MINUTE
		WHERE proved_at IS NULL`);
	assert.deepEqual(outcome(await client.get('session/proof')), [403, 'step_up_required']);
	assert.equal(Date.parse((await client.get('session')).body.proof_until), until - 660_000);
	age(9);
	assert.equal((await client.get('session/proof')).status, 204);
});

test('who lacks the right hears of that, not of a proof', async () => {
	const client = await stack.person('unable@example.com', { groups: ['Support'] });

	age(11);
	assert.deepEqual(outcome(await client.post('users', newUser())), [403, 'forbidden']);
	assert.deepEqual(outcome(await prove(stack.client(), { password: PASSWORD })),
		[401, 'unauthenticated']);
});

test('a proof is of this session alone and stands in the trail', async () => {
	const email = 'proves@example.com';
	const client = await stack.person(email, { groups: ['Support'] });
	const other = await stack.signedIn(email);
	const id = await idOf(client);

	age(11);
	assert.equal((await prove(client, { password: PASSWORD })).status, 204);
	assert.equal((await client.get('session/proof')).status, 204);
	assert.equal((await other.get('session/proof')).status, 403);
	assert.deepEqual(stack.sql(`SELECT action, result FROM audit WHERE actor_id = ${id}
		ORDER BY id DESC LIMIT 1`), [['user.proof', 'ok']]);
});

/** Whoever copied the token before has nothing any more; the session itself goes on. */
async function assertNewToken(client, act) {
	const thief = stack.client();
	const { body: { items: [{ id }] } } = await client.get('profile/sessions');

	thief.jar = new Map(client.jar);
	assert.equal((await thief.get('session')).status, 200);
	const answer = await act();

	assert.ok(answer.status < 300, answer.text);
	assert.deepEqual(outcome(await thief.get('session')), [401, 'unauthenticated']);
	assert.equal((await client.get('session')).status, 200);
	assert.deepEqual((await client.get('profile/sessions')).body.items.map((own) =>
		[own.id, own.current]), [[id, true]]);
	return answer;
}

test('a proof and every change of how one comes in give the session a new token', async () => {
	const client = await stack.person('renews@example.com');
	const put = (path, body) => client.send('PUT', path, { body });

	await assertNewToken(client, () => prove(client, { password: PASSWORD }));
	await assertNewToken(client,
		() => put('profile/password', { current: PASSWORD, password: NEW }));
	const { body: { secret } } = await client.post('profile/totp', { password: NEW });

	await assertNewToken(client, () => put('profile/totp', { code: appCode(secret) }));
	forgetLastCode(stack);
	await assertNewToken(client, () => client.send('DELETE', 'profile/totp',
		{ body: { code: appCode(secret) } }));
});

test('what is refused leaves the token as it is', async () => {
	const client = await stack.person('remains@example.com');
	const tokens = [...client.jar];

	assert.equal((await prove(client, { password: 'wrong' })).status, 422);
	assert.equal((await client.send('PUT', 'profile/password',
		{ body: { current: PASSWORD, password: 'short' } })).status, 422);
	assert.deepEqual([...client.jar], tokens);
});

test('a proof is a password or a code, exactly one of them', async () => {
	for (const body of [{}, { password: PASSWORD, code: '123456' }]) {
		const { status, body: answer } = await prove(admin, body);

		assert.deepEqual([status, answer.errors], [422, { password: 'password.or_code' }]);
	}
	assert.equal((await prove(admin, { pin: '1234' })).status, 400);
});

test('wrong proofs are counted, and after some even the right one has to wait', async () => {
	const client = await stack.person('guesses@example.com');
	const id = await idOf(client);

	age(11);
	for (let i = 0; i < 5; i += 1) {
		const { status, body } = await prove(client, { password: `wrong ${i}` });

		assert.deepEqual([status, body.errors], [422, { password: 'password.wrong' }]);
	}
	stack.sql(`UPDATE attempt SET blocked_until = blocked_until + INTERVAL 1 MINUTE
		WHERE user_id = ${id}`); // the first delay is a second, which a busy host may let pass
	const { status, headers } = await prove(client, { password: PASSWORD });

	assert.equal(status, 429);
	assert.ok(Number(headers['retry-after']) > 0);
	assert.equal((await client.get('session/proof')).status, 403);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM audit WHERE actor_id = ${id}
		AND action = 'user.proof' AND result = 'password_wrong'`), [['5']]);
});

test('a right proof forgets the wrong ones before it', async () => {
	const client = await stack.person('mistypes@example.com');

	for (let round = 0; round < 2; round += 1) {
		for (let i = 0; i < 4; i += 1) {
			assert.equal((await prove(client, { password: 'wrong' })).status, 422);
		}
		assert.equal((await prove(client, { password: PASSWORD })).status, 204);
	}
});

test('whoever has an app may prove it by its code or a recovery code, each once', async () => {
	const client = await stack.person('app@example.com');
	const { body: { secret } } = await client.post('profile/totp', { password: PASSWORD });

	assert.deepEqual((await client.get('session')).body.proof_by, ['password']);
	const { body } = await client.send('PUT', 'profile/totp', { body: { code: appCode(secret) } });

	forgetLastCode(stack);
	assert.deepEqual((await client.get('session')).body.proof_by, ['password', 'code']);
	for (const code of [appCode(secret), body.recovery_codes[0]]) {
		age(11);
		assert.equal((await prove(client, { code })).status, 204);
		assert.equal((await client.get('session/proof')).status, 204);
		assert.deepEqual((await prove(client, { code })).body.errors, { code: 'code.wrong' });
	}
	assert.equal((await prove(client, { password: PASSWORD })).status, 204);
});

test('a code proves nothing where no app is in use', async () => {
	const client = await stack.person('appless@example.com');
	const { body: { secret } } = await client.post('profile/totp', { password: PASSWORD });

	age(11);
	assert.deepEqual((await prove(client, { code: appCode(secret) })).body.errors,
		{ code: 'code.wrong' });
	assert.equal((await client.get('session/proof')).status, 403);
});
