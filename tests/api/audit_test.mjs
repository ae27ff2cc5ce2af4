/* The trail: who did what, when, from where, before and after; and never a secret. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bare } from '../lib/client.mjs';
import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { codeIn } from '../lib/mail.mjs';

const COLUMNS = ['action', 'actor_id', 'result', 'target_type', 'target_id', 'remote_address',
	'user_agent', 'request_id', 'before_json', 'after_json'];
const AGENT = 'audit test';
const NEW_PASSWORD = 'nine lanterns under a bridge';

let stack;
let admin;
let networks = 1;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

const send = (client, method, path, body, headers) =>
	client.send(method, path, { body, headers: { 'User-Agent': AGENT, ...headers } });
const newUser = (email) => ({ email, password: PASSWORD, groups: [3], name: 'Somebody' });
const create = (email) => send(admin, 'POST', 'users', newUser(email));
const match = ({ body }) => ({ 'If-Match': `"${body.version}"` });

const wrongCode = (code) => String((Number(code) + 1) % 1e8).padStart(8, '0');
const idOf = async (client) => (await client.get('session')).body.user.id;

/** Somebody whose tries count for nobody else. */
function stranger() {
	networks += 1;
	return stack.client({ from: `127.0.0.${networks}` });
}

const rowCount = () => Number(stack.sql('SELECT COUNT(*) FROM audit')[0][0]);

/** Rows of the trail that one request left. */
function rowsOf({ headers }) {
	const values = COLUMNS.map((name) => `'${name}', ${name}`).join();

	return stack.sql(`SELECT TO_BASE64(JSON_OBJECT(${values})) FROM audit
		WHERE request_id = '${headers['x-request-id']}'`).map(([line]) => {
		const row = JSON.parse(Buffer.from(line.replaceAll('\\n', ''), 'base64').toString());

		return { ...row, before_json: JSON.parse(row.before_json),
			after_json: JSON.parse(row.after_json) };
	});
}

/** A row as it is expected, with what is the same in most. */
const row = (answer, expected) => ({ actor_id: 1, result: 'ok', target_type: '', target_id: null,
	remote_address: '127.0.0.1', user_agent: AGENT, request_id: answer.headers['x-request-id'],
	before_json: null, after_json: null, ...expected });

test('a new user is noted with the record', async () => {
	const made = await create('made@example.com');

	assert.deepEqual(rowsOf(made), [row(made, { action: 'user.create', target_type: 'user',
		target_id: made.body.id, after_json: bare(made.body) })]);
});

test('an edit is noted with the record before and after', async () => {
	const made = await create('edited@example.com');
	const edited = await send(admin, 'PATCH', `users/${made.body.id}`, { name: 'Another',
		groups: [2, 4], mask_data: true, two_factor: 'disabled', status: 'disabled' }, match(made));

	assert.equal(edited.status, 200);
	assert.deepEqual(rowsOf(edited), [row(edited, { action: 'user.update', target_type: 'user',
		target_id: made.body.id, before_json: bare(made.body), after_json: bare(edited.body) })]);
});

test('a deletion is noted with the record that is gone', async () => {
	const made = await create('deleted@example.com');
	const deleted = await send(admin, 'DELETE', `users/${made.body.id}`, undefined, match(made));

	assert.equal(deleted.status, 204);
	assert.deepEqual(rowsOf(deleted), [row(deleted, { action: 'user.delete', target_type: 'user',
		target_id: made.body.id, before_json: bare(made.body) })]);
});

test('signing in and out is noted with the address that the web server saw', async () => {
	const client = stranger();
	const claimed = { 'X-Forwarded-For': '198.51.100.7', 'Forwarded': 'for=198.51.100.7' };
	const signedIn = await send(client, 'POST', 'session',
		{ email: ADMIN_EMAIL, password: PASSWORD }, claimed);
	const signedOut = await send(client, 'DELETE', 'session');
	const self = { target_type: 'user', target_id: 1, remote_address: client.from };

	assert.deepEqual(rowsOf(signedIn), [row(signedIn, { action: 'session.sign_in', ...self })]);
	assert.deepEqual(rowsOf(signedOut), [row(signedOut, { action: 'session.sign_out', ...self })]);
});

test('a refused sign-in is noted by nobody, about the account if there is one', async () => {
	for (const [email, target] of [[ADMIN_EMAIL, { target_type: 'user', target_id: 1 }],
		['nobody@example.com', {}]]) {
		const client = stranger();
		const refused = await send(client, 'POST', 'session', { email, password: 'wrong' });

		assert.equal(refused.status, 401);
		assert.deepEqual(rowsOf(refused), [row(refused, { action: 'session.sign_in', actor_id: null,
			result: 'sign_in_failed', remote_address: client.from, ...target })]);
	}
});

test('every step of a first sign-in is noted, the wrong code too', async () => {
	const { body } = await create('stepwise@example.com');
	const client = stranger();
	const step = (path, input) => send(client, 'POST', path, input);

	await step('session', { email: 'stepwise@example.com', password: PASSWORD });
	const code = codeIn(await stack.mailTo('stepwise@example.com'));
	const wrong = await step('session/code', { code: wrongCode(code) });

	assert.deepEqual(rowsOf(wrong).map(({ action, result, target_id: id }) => [action, result, id]),
		[['session.code', 'code_wrong', body.id]]);
	await step('session/code', { code });
	const done = await step('session/password', { password: NEW_PASSWORD });

	assert.deepEqual(done.body, { state: 'signed_in' });
	assert.deepEqual(rowsOf(done).map(({ action }) => action).toSorted(),
		['session.sign_in', 'user.password_change']);
});

test('what somebody may not do is noted, whether a permission or a right is missing', async () => {
	const auditor = await stack.person('auditor@example.com', { groups: ['Auditors'] });
	const manager = await stack.person('manager@example.com', { groups: ['Managers'] });
	const [auditorId, managerId] = [await idOf(auditor), await idOf(manager)];
	const refusals = [
		[await send(auditor, 'GET', 'clients?name=secret'),
			auditorId, { method: 'GET', path: '/clients', permission: 'clients.view' }],
		[await send(auditor, 'DELETE', 'users/1'),
			auditorId, { method: 'DELETE', path: '/users/1', permission: 'users.delete' }],
		[await send(manager, 'POST', 'users', { ...newUser('x@example.com'), groups: [1] }),
			managerId, { method: 'POST', path: '/users', permission: 'users.create' }],
		[await send(manager, 'PATCH', 'users/1', { status: 'disabled' }, { 'If-Match': '*' }),
			managerId, { method: 'PATCH', path: '/users/1', permission: 'users.update' }],
	];

	for (const [answer, actor, what] of refusals) {
		assert.equal(answer.status, 403);
		assert.deepEqual(rowsOf(answer), [row(answer, { actor_id: actor, action: 'request.refused',
			result: 'forbidden', after_json: { ...what, path: `/api/v1${what.path}` } })]);
	}
});

test('what changes nothing is not noted', async () => {
	const { body: { id } } = await create('unchanged@example.com');
	const rows = rowCount();

	for (const [method, path, body, headers] of [
		['GET', 'users'], ['GET', `users/${id}`], ['GET', 'users/999'], ['GET', 'users?x=1'],
		['POST', 'users', { email: 5 }], ['POST', 'users', newUser(ADMIN_EMAIL)],
		['PATCH', `users/${id}`, { name: 'x' }], ['PATCH', `users/${id}`, { groups: [99] },
			{ 'If-Match': '"1"' }],
		['PATCH', `users/${id}`, { name: 'x' }, { 'If-Match': '"9"' }],
		['DELETE', `users/${id}`, undefined, { 'If-Match': '"9"' }],
	]) {
		await send(admin, method, path, body, headers);
	}
	assert.equal(rowCount(), rows);
});

test('a change that cannot be noted does not happen', async () => {
	const { body: { id } } = await create('unnoted@example.com');
	const tables = ['user', 'user_group_member', 'session', 'outbox', 'audit'];
	const state = () => tables.map((table) => stack.sql(`SELECT * FROM ${table}`));
	const client = stranger();
	const earlier = state();

	stack.sql(`CREATE TRIGGER no_trail BEFORE INSERT ON audit FOR EACH ROW
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no trail today'`);
	try {
		for (const answer of [
			await create('never@example.com'),
			await send(admin, 'PATCH', `users/${id}`, { name: 'x', groups: [2] },
				{ 'If-Match': '"1"' }),
			await send(admin, 'DELETE', `users/${id}`, undefined, { 'If-Match': '"1"' }),
			await send(client, 'POST', 'session', { email: ADMIN_EMAIL, password: PASSWORD }),
		]) {
			assert.equal(answer.status, 500);
		}
	} finally {
		stack.sql('DROP TRIGGER no_trail');
	}
	assert.deepEqual(state(), earlier);
	assert.equal(client.jar.size, 0);
});

test('a head that stands before the end of its chain is our error and no conflict of who asks, '
	+ 'and the log says so', async () => {
	const { body: { id } } = await create('headless@example.com');
	const client = stranger();

	stack.sql('UPDATE audit_head SET seq = seq - 3');
	try {
		for (const answer of [
			await create('never@example.com'),
			await send(admin, 'PATCH', `users/${id}`, { name: 'x' }, { 'If-Match': '"1"' }),
			await send(admin, 'POST', 'groups', { name: 'Headless', permissions: [] }),
			await send(client, 'POST', 'session', { email: ADMIN_EMAIL, password: PASSWORD }),
		]) {
			assert.equal(answer.status, 500);
			assert.equal(answer.body.code, 'internal');
		}
	} finally {
		stack.sql('UPDATE audit_head SET seq = seq + 3');
	}
	assert.equal(client.jar.size, 0);
	assert.equal(stack.log('fcgi').match(/level=error event=audit .*chain=broken/g).length, 4);
	stack.admin(['audit', 'verify']);
});

test('the program cannot change or remove what it noted', async () => {
	const grants = stack.sql('SHOW GRANTS FOR backoffice_web@localhost').flat()
		.filter((grant) => grant.includes('`audit`'));

	assert.deepEqual(grants,
		['GRANT SELECT, INSERT ON `backoffice`.`audit` TO `backoffice_web`@`localhost`']);
});

test('no row of the trail holds a password, a code, a hash or a token', async () => {
	const email = 'secretive@example.com';
	const wrongPassword = 'this is not my password';

	await send(admin, 'POST', 'users', { ...newUser(email), send_to_email: true },
		{ 'Idempotency-Key': 'a key of mine' });
	await stack.mailTo(email); // the credentials
	const client = stranger();

	await send(client, 'POST', 'session', { email, password: wrongPassword });
	await send(client, 'POST', 'session', { email, password: PASSWORD });
	const tokens = [...client.jar.values()];
	const code = codeIn(await stack.mailTo(email));

	await send(client, 'POST', 'session/code', { code });
	await send(client, 'POST', 'session/password', { password: NEW_PASSWORD });
	tokens.push(...client.jar.values(), ...admin.jar.values());

	const hashes = stack.sql(`SELECT password FROM user UNION SELECT HEX(token_hash) FROM session
		UNION SELECT HEX(key_hash) FROM idempotency`).flat();
	const trail = JSON.stringify(stack.sql('SELECT * FROM audit')).toLowerCase();

	assert.ok(tokens.length > 2 && hashes.length > 2 && trail.includes(email));
	for (const secret of [PASSWORD, NEW_PASSWORD, wrongPassword, code, 'argon2', 'a key of mine',
		...tokens, ...hashes]) {
		assert.ok(!trail.includes(secret.toLowerCase()), secret);
	}
});
