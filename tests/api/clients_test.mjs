/* Clients through the API: create, edit, delete, look up; and what a masked viewer cannot reach. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const ADA = { name: 'Ada Lovelace', email: 'Ada@Example.com', phone: '+44 20 7946 0018',
	country: 'GB', status: 'enabled' };
const MASKED = { name: '*****', email: '*****@*****', phone: '*****', masked: true };
const CANARIES = /lovelace|ada@example|20794600/i;

let stack;
let admin;
let masked; // may do all with clients, sees masks, may not see users
let keys = 0;

before(async () => {
	stack = await startStack();
	stack.sql(`INSERT INTO user_group (id, name) VALUES (50, 'Desk');
		INSERT INTO user_group_permission VALUES (50, 'clients.view'), (50, 'clients.create'),
			(50, 'clients.update'), (50, 'clients.delete');`);
	admin = await stack.signedIn();
	masked = await stack.person('masked@example.com', { groups: ['Desk'], masked: true });
});
after(() => stack.stop());

function newKey() {
	keys += 1;
	return { 'Idempotency-Key': `key ${keys}` };
}

async function newClient(change = {}) {
	const { body } = await admin.post('clients', { ...ADA, ...change });

	return `clients/${body.id}`;
}

function lastAudit(action) {
	const [[actor, target, was, is]] = stack.sql(`SELECT actor_id, target_id,
		COALESCE(before_json, 'null'), COALESCE(after_json, 'null') FROM audit
		WHERE action = '${action}' ORDER BY id DESC LIMIT 1`);

	return { actor, target, before: JSON.parse(was), after: JSON.parse(is) };
}

function assertHas(body, some) {
	assert.deepEqual({ ...body, ...some }, body);
}

test('a new client has an address, its values in their normal form, and a version', async () => {
	const { status, body, headers } = await admin.post('clients', { ...ADA, manager: 1 });

	assert.equal(status, 201);
	assert.ok(headers.location.endsWith(`/api/v1/clients/${body.id}`));
	assert.equal(headers.etag, '"1"');
	assert.equal(body.email, 'ada@example.com');
	assert.equal(body.phone, '+442079460018');
	assert.deepEqual(body.manager, { id: 1, name: 'Administrator' });
	assert.equal(body.masked, false);
	assert.deepEqual((await admin.get(`clients/${body.id}`)).body, body);
});

test('a name is all that a client needs, and two may share an address', async () => {
	const { status, body } = await admin.post('clients', { name: 'A' });
	const again = [await admin.post('clients', ADA), await admin.post('clients', ADA)];

	assert.equal(status, 201);
	assert.equal(body.status, 'enabled');
	assert.equal(body.manager, null);
	assert.deepEqual(again.map((answer) => answer.status), [201, 201]);
});

test('all that is wrong with a client is said at once', async () => {
	const { status, body } = await admin.post('clients', { name: '', email: 'nope', phone: '123',
		country: 'Germany', status: 'maybe' });

	assert.equal(status, 422);
	assert.deepEqual(body.errors, { name: 'name.required', email: 'email.format',
		phone: 'phone.too_short', country: 'country.format', status: 'status.unknown' });
	assert.deepEqual((await admin.post('clients', { ...ADA, manager: 999 })).body.errors,
		{ manager: 'manager.unknown' });
	assert.equal((await admin.post('clients', { ...ADA, manager: 'me' })).status, 400);
	assert.equal((await admin.post('clients', { ...ADA, id: 5 })).body.errors.id, 'unknown');
});

test('the same request with its key again creates nothing and gives the same answer', async () => {
	const key = newKey();
	const first = await admin.post('clients', ADA, key);
	const again = await admin.post('clients', ADA, key);
	const other = await admin.post('clients', { ...ADA, name: 'Somebody else' }, key);

	assert.equal(again.status, 201);
	assert.equal(again.headers.location, first.headers.location);
	assert.equal(other.status, 422);
	assert.equal(other.body.code, 'idempotency_key_reused');
});

test('ten at the same time with one key create one client', async () => {
	const key = newKey();
	const answers = await Promise.all(Array.from({ length: 10 }, () =>
		admin.post('clients', ADA, key)));

	assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
	assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
});

test('an edit changes what it names and nothing else', async () => {
	const path = await newClient({ manager: 1 });
	const { status, body, headers } = await admin.patch(path, { phone: '', manager: null });

	assert.equal(status, 200);
	assert.equal(headers.etag, '"2"');
	assert.equal(body.phone, '');
	assert.equal(body.manager, null);
	assert.equal(body.name, ADA.name);
	assert.equal(body.email, 'ada@example.com');
});

test('an edit is checked like a new client', async () => {
	const path = await newClient();
	const { status, body } = await admin.patch(path, { name: ' ', email: 'x@y', country: 'zz' });

	assert.equal(status, 422);
	assert.deepEqual(body.errors, { name: 'name.required', email: 'email.format',
		country: 'country.unknown' });
});

test('an edit or deletion over an older version changes nothing', async () => {
	const path = await newClient();
	const old = { 'If-Match': '"1"' };

	await admin.patch(path, { name: 'Theirs' });
	assert.equal((await admin.patch(path, { name: 'Mine' }, old)).status, 412);
	assert.equal((await admin.delete(path, old)).status, 412);
	assert.equal((await admin.patch(path, { name: 'Mine' }, {})).status, 428);
	assert.equal((await admin.get(path)).body.name, 'Theirs');
});

test('a deleted client is gone, and cannot be deleted twice', async () => {
	const path = await newClient();

	assert.equal((await admin.delete(path)).status, 204);
	assert.equal((await admin.get(path)).status, 404);
	assert.equal((await admin.delete(path, { 'If-Match': '*' })).status, 404);
});

test('a masked edit of a masked field is forbidden whatever the value, and writes nothing',
	async () => {
		const path = await newClient();

		for (const value of ['*****', '*****@*****', 'new@example.com', '']) {
			const { status, body } = await masked.patch(path,
				{ name: value, email: value, phone: value, country: 'FR' });

			assert.equal(status, 403);
			assert.equal(body.code, 'forbidden');
			assert.deepEqual(body.errors,
				{ name: 'field.masked', email: 'field.masked', phone: 'field.masked' });
		}
		const { body } = await admin.get(path);

		assert.deepEqual([body.name, body.email, body.country, body.version],
			[ADA.name, 'ada@example.com', 'GB', 1]);
	});

test('a masked edit of the rest keeps what is masked, and answers masked', async () => {
	const path = await newClient();
	const { status, body, text } = await masked.patch(path, { country: 'FR', status: 'disabled' });
	const real = (await admin.get(path)).body;

	assert.equal(status, 200);
	assertHas(body, { ...MASKED, country: 'FR', status: 'disabled' });
	assert.doesNotMatch(text, CANARIES);
	assert.deepEqual([real.name, real.email, real.phone, real.country],
		[ADA.name, 'ada@example.com', '+442079460018', 'FR']);
});

test('a masked viewer may create a client, but reads masks', async () => {
	const { status, body, text } = await masked.post('clients', ADA);

	assert.equal(status, 201);
	assertHas(body, MASKED);
	assert.doesNotMatch(text, CANARIES);
	assert.equal((await admin.get(`clients/${body.id}`)).body.name, ADA.name);
});

test('who may not see users cannot choose a manager, nor find out who exists', async () => {
	const path = await newClient({ manager: 1 });

	for (const manager of [1, 999, null]) {
		const { status, body } = await masked.patch(path, { manager });

		assert.equal(status, 403);
		assert.equal(body.missing, 'users.view');
	}
	assert.equal((await masked.patch(path, { country: 'FR' })).body.manager.id, 1);
});

test('the trail says who changed which fields, and holds no personal data', async () => {
	const path = await newClient();
	const id = path.split('/')[1];
	const made = lastAudit('client.create');

	assert.deepEqual([made.actor, made.target], ['1', id]);
	assert.deepEqual(made.after.changed, ['name', 'email', 'phone', 'country', 'status']);
	await admin.patch(path, { name: 'Countess', country: 'FR' });
	const edited = lastAudit('client.update');

	assert.deepEqual(edited.before, { id: Number(id), country: 'GB', status: 'enabled',
		manager: null, changed: [] });
	assert.deepEqual(edited.after, { id: Number(id), country: 'FR', status: 'enabled',
		manager: null, changed: ['name', 'country'] });
	await admin.delete(path);
	assert.equal(lastAudit('client.delete').target, id);
	assert.deepEqual(stack.sql(`SELECT id FROM audit WHERE target_type = 'client'
		AND CONCAT_WS('', before_json, after_json)
		REGEXP 'lovelace|countess|example.com|2079460018'`), []);
});

test('a look-up finds by the whole value alone, whatever its dress', async () => {
	const path = await newClient({ name: 'Lone', email: 'only.one@example.com',
		phone: '+442079460999' });
	const id = Number(path.split('/')[1]);

	for (const asked of [{ email: 'Only.One@EXAMPLE.com' }, { phone: '+44 (20) 7946-0999' }]) {
		const { status, body, text } = await masked.post('clients/lookup', asked);

		assert.equal(status, 200);
		assertHas(body, { ...MASKED, id });
		assert.doesNotMatch(text, /only\.one|0999/);
	}
	assert.equal((await admin.post('clients/lookup', { email: 'only.one@example.com' })).body.name,
		'Lone');
});

test('a look-up of a part, of nothing, of nobody or of two answers without a hit', async () => {
	const refused = async (asked) => (await admin.post('clients/lookup', asked)).status;

	await newClient({ email: 'twin@example.com' });
	await newClient({ email: 'twin@example.com' });
	assert.equal(await refused({ email: 'win@example.com' }), 404);
	assert.equal(await refused({ email: '%@example.com' }), 404);
	assert.equal(await refused({ email: 'nobody@example.com' }), 404);
	assert.equal(await refused({ email: 'twin@example.com' }), 409);
	assert.equal(await refused({ phone: '+49 1' }), 422);
	assert.equal(await refused({ phone: '' }), 422);
	assert.equal(await refused({ email: '' }), 422);
	assert.equal(await refused({}), 422);
	assert.equal(await refused({ email: 'twin@example.com', phone: '+442079460018' }), 422);
});

test('a look-up is noted with its target and without what was typed', async () => {
	const path = await newClient({ email: 'noted@example.com' });

	await admin.post('clients/lookup', { email: 'noted@example.com' });
	await admin.post('clients/lookup', { phone: '+49 30 99912345' });
	const rows = stack.sql(`SELECT result, target_id, after_json FROM audit
		WHERE action = 'clients.lookup' ORDER BY id DESC LIMIT 2`);

	assert.deepEqual(rows, [['not_found', 'NULL', '{"by":"phone"}'],
		['ok', path.split('/')[1], '{"by":"email"}']]);
});

test('the thirty-first look-up in ten minutes waits, and only for that user', async () => {
	const guesser = await stack.person('guesser@example.com', { groups: ['Desk'], masked: true });
	const look = (client) => client.post('clients/lookup', { email: 'ada@example.org' });
	const answers = [];

	for (let i = 0; i < 31; i += 1) {
		answers.push((await look(guesser)).status);
	}
	assert.deepEqual(answers, [...Array.from({ length: 30 }, () => 404), 429]);
	const { headers, body } = await look(guesser);

	assert.equal(body.code, 'too_many_requests');
	assert.ok(headers['retry-after'] > 500 && headers['retry-after'] <= 601);
	assert.equal((await look(admin)).status, 404);
	stack.sql('UPDATE attempt SET blocked_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
	assert.equal((await look(guesser)).status, 404);
	assert.equal((await look(guesser)).status, 404);
});

test('clients without a manager are a filter, and so are those with one', async () => {
	await newClient({ manager: 1 });
	await newClient({});
	const none = (await admin.get('clients?unmanaged=true&size=200')).body;
	const some = (await admin.get('clients?unmanaged=false&size=200')).body;
	const all = (await admin.get('clients?size=200')).body;

	assert.ok(none.items.length > 0 && none.items.every(({ manager }) => manager === null));
	assert.ok(some.items.length > 0 && some.items.every(({ manager }) => manager !== null));
	assert.equal(none.page.total + some.page.total, all.page.total);
	assert.equal((await admin.get('clients?unmanaged=maybe')).status, 400);
});
