/* Creating, editing and deleting users: what is answered, what is stored, and what is not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, PREFIX, startStack } from '../lib/stack.mjs';
import { passwordIn } from '../lib/mail.mjs';
import { surely } from '../lib/surely.mjs';
import { until } from '../lib/until.mjs';

const SUPPORT = 3;
const MANAGERS = 2;
const DISABLED = { status: 'disabled' };
const TABLES = ['user', 'user_group_member', 'outbox', 'audit', 'idempotency'];

let stack;
let admin;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

const userNamed = (name) => ({ email: `${name}@example.com`, password: PASSWORD,
	groups: [SUPPORT], name, send_to_email: true });
const create = (body, key) => admin.post('users', body, key && { 'Idempotency-Key': key });
const outcome = ({ status, body }) => [status, body.code, body.errors];

/** A user as a change answers it: without how a letter fares, which changes by itself. */
async function recordAt(path) {
	const { body } = await admin.get(path);

	assert.ok('delivery' in body);
	delete body.delivery;
	return body;
}

/** Rows of every table that a creation writes to. */
function rowCounts() {
	return stack.sql(TABLES.map((table) => `SELECT COUNT(*) FROM ${table}`).join(' UNION ALL '))
		.map(([count]) => Number(count));
}

async function rowsWrittenBy(action) {
	const earlier = rowCounts();

	await action();
	return rowCounts().map((count, index) => count - earlier[index]);
}

/** Somebody of Support who is signed in, and the path of the record. */
async function colleague(name, options = { groups: ['Support'] }) {
	const client = await stack.person(`${name}@example.com`, options);
	const { body } = await client.get('session');

	return { client, path: `users/${body.user.id}` };
}

test('creating a user answers with the record, where it is, and its version', async () => {
	const { status, headers, body } = await create({ ...userNamed('anna'), status: 'enabled' });

	assert.equal(status, 201);
	assert.equal(headers.location, `${PREFIX}api/v1/users/${body.id}`);
	assert.equal(headers.etag, `"${body.version}"`);
	assert.deepEqual({ ...body, id: 0, created_at: '', creator: body.creator.email }, {
		id: 0, email: 'anna@example.com', name: 'anna', status: 'enabled', two_factor: 'email',
		groups: [{ id: SUPPORT, name: 'Support' }], mask_data: false, language: '',
		creator: ADMIN_EMAIL, created_at: '', last_sign_in_at: null, locked_until: null,
		ip_allow_list: [], version: 1, may: ['update', 'status', 'groups', 'mask_data',
			'two_factor', 'credentials', 'unlock', 'sessions', 'delete'],
	});
	assert.match(body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
	assert.deepEqual(await recordAt(`users/${body.id}`), body);
});

test('no answer about a user holds a secret', async () => {
	const made = await create(userNamed('bert'));
	const [[hash]] = stack.sql(`SELECT password FROM user WHERE id = ${made.body.id}`);

	for (const { text } of [made, await admin.get(`users/${made.body.id}`),
		await admin.get('users?size=200')]) {
		assert.ok(text.includes('bert@example.com'));
		assert.ok(!text.includes(PASSWORD) && !text.includes(hash) && !/argon2/i.test(text));
	}
});

test('user, membership, letter, audit row and repetition key are written together', async () => {
	const password = PASSWORD.replaceAll(' ', '-');

	assert.deepEqual(await rowsWrittenBy(() => create({ ...userNamed('cleo'), password,
		groups: [SUPPORT, MANAGERS] }, 'cleo')), [1, 2, 1, 1, 1]);
	assert.equal(passwordIn(await stack.mailTo('cleo@example.com')), password);
});

test('what is refused leaves no trace', async () => {
	const refusals = [
		[{ groups: [SUPPORT, 999] }, 422, 'invalid', { groups: 'groups.unknown' }],
		[{ email: ADMIN_EMAIL }, 409, 'duplicate', { email: 'email.taken' }],
		[{ password: 'too short', name: 'a\u202eb' }, 422, 'invalid',
			{ password: 'password.too_short', name: 'name.characters' }],
		[{ password: 'abcabcabcabcabcabc' }, 422, 'invalid', { password: 'password.repeated' }],
	];

	for (const [change, ...expected] of refusals) {
		assert.deepEqual(await rowsWrittenBy(async () => assert.deepEqual(
			outcome(await create({ ...userNamed('david'), ...change }, 'david')), expected)),
		[0, 0, 0, 0, 0]);
	}
});

test('when the letter cannot be written nothing of the user exists, and a repetition works',
	async () => {
		stack.sql(`CREATE TRIGGER no_letters BEFORE INSERT ON outbox FOR EACH ROW
			SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no letters today'`);
		try {
			assert.deepEqual(await rowsWrittenBy(async () => {
				const { status, text } = await create(userNamed('emil'), 'emil');

				assert.ok(status >= 500, `answered ${status}`);
				assert.ok(!text.includes('no letters today'));
			}), [0, 0, 0, 0, 0]);
		} finally {
			stack.sql('DROP TRIGGER no_letters');
		}
		assert.deepEqual(await rowsWrittenBy(() => create(userNamed('emil'), 'emil')),
			[1, 1, 1, 1, 1]);
	});

/** A connection of the program's that stands in the middle of a transaction, see the trigger. */
function sleepingConnection() {
	return until(() => stack.sql(
		"SELECT id FROM information_schema.processlist WHERE state = 'User sleep'")[0]);
}

test('a connection that dies within the creation leaves all of the user or nothing', async () => {
	const earlier = rowCounts();
	const written = () => rowCounts().map((count, index) => count - earlier[index]);

	stack.sql(`CREATE TRIGGER slow_trail BEFORE INSERT ON audit FOR EACH ROW
		SET NEW.result = IF(SLEEP(60) = 0, NEW.result, NEW.result)`);
	const answered = create(userNamed('frida'), 'frida');

	try {
		stack.sql(`KILL ${await sleepingConnection()}`);
	} finally {
		stack.sql('DROP TRIGGER slow_trail');
	}
	const { status } = await answered;

	assert.ok([201, 503].includes(status), `answered ${status}`);
	assert.deepEqual(written(), Array(5).fill(status === 201 ? 1 : 0));
	assert.equal((await create(userNamed('frida'), 'frida')).status, 201);
	assert.deepEqual(written(), Array(5).fill(1));
});

test('a repeated request gets the same answer and makes no second user', async () => {
	const first = await create(userNamed('gerd'), 'gerd');

	assert.deepEqual(await rowsWrittenBy(async () => {
		const again = await create(userNamed('gerd'), 'gerd');

		assert.deepEqual([again.status, again.text, again.headers.location, again.headers.etag],
			[first.status, first.text, first.headers.location, first.headers.etag]);
	}), [0, 0, 0, 0, 0]);
});

test('ten of the same request at once make one user, and all get its record', async () => {
	assert.deepEqual(await rowsWrittenBy(async () => {
		const answers = await Promise.all(Array.from({ length: 10 },
			() => surely(() => create(userNamed('hanna'), 'hanna'))));

		assert.deepEqual(answers.map(({ status }) => status), Array(10).fill(201));
		assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
	}), [1, 1, 1, 1, 1]);
});

test('a key is for one request of one person', async () => {
	await create(userNamed('ida'), 'shared');
	assert.deepEqual(outcome(await create({ ...userNamed('ida'), name: 'Ida' }, 'shared')),
		[422, 'idempotency_key_reused', undefined]);

	const other = await stack.person('second.admin@example.com', { groups: ['Administrators'] });
	const made = await other.post('users', userNamed('jan'), { 'Idempotency-Key': 'shared' });

	assert.equal(made.status, 201);
	assert.deepEqual(outcome(await create(userNamed('jan'), 'k'.repeat(256))),
		[400, 'malformed', { 'Idempotency-Key': 'idempotency_key.too_long' }]);
	assert.deepEqual(outcome(await create(userNamed('jan'), '""')),
		[400, 'malformed', { 'Idempotency-Key': 'idempotency_key.required' }]);
});

test('an email address is kept in one spelling and taken in all of them', async () => {
	const { body } = await create({ ...userNamed('x'), email: ' Karl.Huber@BÜCHER.Example ' });

	assert.equal(body.email, 'karl.huber@xn--bcher-kva.example');
	for (const email of ['karl.huber@bücher.example', 'KARL.HUBER@XN--BCHER-KVA.EXAMPLE',
		'karl.huber@bu\u0308cher.example', 'karl.huber@bücher。example']) {
		assert.deepEqual(outcome(await create({ ...userNamed('x'), email })),
			[409, 'duplicate', { email: 'email.taken' }], email);
		assert.deepEqual(outcome(await admin.patch('users/1', { email })),
			[409, 'duplicate', { email: 'email.taken' }], email);
	}
});

test('addresses that only look alike are different people', async () => {
	await create({ ...userNamed('x'), email: 'lea@example.org' });
	for (const email of ['lea@example.org.example', 'lea+a@example.org', 'lea@éxample.org']) {
		assert.equal((await create({ ...userNamed('x'), email })).status, 201, email);
	}
});

test('an edit changes what it names and keeps the rest', async () => {
	const { body: made } = await create({ ...userNamed('mia'), mask_data: true });
	const path = `users/${made.id}`;
	const { status, headers, body } = await admin.patch(path, { name: 'Mia Maier' });

	assert.equal(status, 200);
	assert.deepEqual(body, { ...made, name: 'Mia Maier', version: made.version + 1 });
	assert.equal(headers.etag, `"${body.version}"`);
	assert.deepEqual(await recordAt(path), body);

	const changed = await admin.patch(path, { email: 'mia.maier@example.com', status: 'disabled',
		groups: [MANAGERS, SUPPORT, MANAGERS], mask_data: false, two_factor: 'disabled' });

	assert.deepEqual(changed.body, { ...body, email: 'mia.maier@example.com', status: 'disabled',
		groups: [{ id: MANAGERS, name: 'Managers' }, { id: SUPPORT, name: 'Support' }],
		mask_data: false, two_factor: 'disabled', version: body.version + 1,
		credentials_void: true });
	assert.deepEqual((await admin.patch(path, { groups: [] })).body.groups, []);
});

test('a second factor that was disabled is enabled again, and a code is asked for', async () => {
	const { body: { id, email } } = await create(userNamed('again'));

	await admin.patch(`users/${id}`, { two_factor: 'disabled' });
	const enabled = await admin.patch(`users/${id}`, { two_factor: 'email' });

	assert.deepEqual([enabled.status, enabled.body.two_factor], [200, 'email']);
	assert.deepEqual((await stack.client().post('session', { email, password: PASSWORD })).body,
		{ state: 'code_required', method: 'email' });
	assert.deepEqual(stack.sql(`SELECT JSON_VALUE(before_json, '$.two_factor'),
		JSON_VALUE(after_json, '$.two_factor') FROM audit WHERE target_type = 'user'
		AND target_id = ${id} AND action = 'user.update' ORDER BY id`),
	[['email', 'disabled'], ['disabled', 'email']]);
});

test('nobody changes their own second factor as an administrator', async () => {
	const { body } = await admin.get('session');

	assert.deepEqual(outcome(await admin.patch(`users/${body.user.id}`, { two_factor: 'email' })),
		[403, 'forbidden', { two_factor: 'two_factor.self' }]);
});

test('a refused edit changes nothing, not even what would be allowed', async () => {
	const { body: made } = await create(userNamed('nora'));
	const path = `users/${made.id}`;

	assert.deepEqual(outcome(await admin.patch(path, { name: 'Other', groups: [999] })),
		[422, 'invalid', { groups: 'groups.unknown' }]);
	assert.deepEqual(outcome(await admin.patch(path, { name: 'Other', email: ADMIN_EMAIL })),
		[409, 'duplicate', { email: 'email.taken' }]);
	assert.deepEqual(await recordAt(path), made);
});

test('an edit names the version that it changes', async () => {
	const { body: made } = await create(userNamed('olaf'));
	const path = `users/${made.id}`;
	const edit = (etag) => admin.patch(path, { name: 'Olaf' }, etag ? { 'If-Match': etag } : {});

	assert.deepEqual(outcome(await edit()), [428, 'precondition_required', undefined]);
	for (const etag of ['"2"', 'W/"2"', 'w/"1"', 'W/', 'W/1', '1', '""', '"1']) {
		assert.deepEqual(outcome(await edit(etag)), [412, 'stale', undefined], etag);
	}
	assert.deepEqual(await recordAt(path), made);
	assert.equal((await edit('"1"')).status, 200);
	assert.deepEqual(outcome(await edit('"1"')), [412, 'stale', undefined]);
	assert.equal((await edit('*')).status, 200);
});

test('a weak tag, which a proxy that compresses makes of ours, is the same version', async () => {
	const { body } = await create(userNamed('oda'));
	const edit = (name, etag) => admin.patch(`users/${body.id}`, { name }, { 'If-Match': etag });

	assert.equal((await edit('Oda', 'W/"1"')).body.version, 2);
	assert.deepEqual(outcome(await edit('Ada', 'W/"1"')), [412, 'stale', undefined]);
	assert.equal((await edit('Ada', '"7", W/"2"')).body.version, 3);
	assert.equal((await admin.delete(`users/${body.id}`, { 'If-Match': 'W/"3"' })).status, 204);
});

test('If-Match may list several versions, as RFC 9110 13.1.1 has it', async () => {
	const { body } = await create(userNamed('otto'));
	const path = `users/${body.id}`;

	assert.equal((await admin.patch(path, { name: 'O' }, { 'If-Match': '"7", "1"' })).status, 200);
	assert.equal((await admin.patch(path, { name: 'P' }, { 'If-Match': '"7", "1"' })).status, 412);
});

test('of two edits of one version at the same moment one wins', async () => {
	const { body } = await create(userNamed('paul'));
	const answers = await Promise.all(['A', 'B', 'C', 'D'].map((name) =>
		admin.patch(`users/${body.id}`, { name }, { 'If-Match': '"1"' })));

	assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 412, 412, 412]);
	assert.deepEqual(await recordAt(`users/${body.id}`),
		answers.find(({ status }) => status === 200).body);
});

test('a deleted user is gone, and whom the user made remains', async () => {
	const { client, path } = await colleague('quinn', { groups: ['Administrators'] });
	const made = (await client.post('users', userNamed('rosa'))).body;

	assert.deepEqual(outcome(await admin.delete(path, {})),
		[428, 'precondition_required', undefined]);
	assert.deepEqual(outcome(await admin.delete(path, { 'If-Match': '"99"' })),
		[412, 'stale', undefined]);
	const { status, text } = await admin.delete(path);

	assert.deepEqual([status, text], [204, '']);
	assert.equal((await admin.get(path)).status, 404);
	assert.equal((await admin.delete(path, { 'If-Match': '*' })).status, 404);
	assert.equal((await client.get('session')).status, 401);
	assert.equal((await client.post('session', { email: 'quinn@example.com', password: PASSWORD }))
		.status, 401);
	assert.equal((await admin.get(`users/${made.id}`)).body.creator, null);
});

test('the very next request of a disabled user is refused, and enabling brings no session back',
	async () => {
		const { client, path } = await colleague('sven');

		assert.equal((await client.get('clients')).status, 200);
		assert.equal((await admin.patch(path, DISABLED)).status, 200);
		assert.equal((await client.get('clients')).status, 401);
		await assert.rejects(stack.signedIn('sven@example.com'));
		assert.equal((await admin.patch(path, { status: 'enabled' })).status, 200);
		assert.equal((await client.get('clients')).status, 401);
		await stack.signedIn('sven@example.com');
	});

test('a change of groups holds from the very next request on', async () => {
	const { client, path } = await colleague('tina');

	for (const [groups, status] of [[[MANAGERS], 200], [[SUPPORT], 403], [[SUPPORT, MANAGERS], 200],
		[[], 403]]) {
		assert.equal((await admin.patch(path, { groups })).status, 200);
		assert.equal((await client.get('users')).status, status);
	}
	assert.deepEqual((await client.get('session')).body.permissions, []);
});

test('the credentials are sent when that is asked for, and only then', async () => {
	const silent = { ...userNamed('uwe'), send_to_email: false };

	assert.deepEqual(await rowsWrittenBy(() => create(silent)), [1, 1, 0, 1, 0]);
});

test('without a mail server a letter is refused and everything else works', async () => {
	const alone = await startStack({ env: { SMTP: 'none' } });

	try {
		const client = await alone.signedIn();

		assert.equal((await client.get('session')).body.features.mail, false);
		assert.deepEqual(outcome(await client.post('users', userNamed('vera'))),
			[422, 'invalid', { send_to_email: 'send_to_email.no_mail' }]);
		assert.deepEqual(alone.sql("SELECT id FROM user WHERE name = 'vera'"), []);
		const { body: imported } = await client.send('POST', 'users/import', { headers:
			{ 'Content-Type': 'text/csv' }, body: 'email,send_link\nlena@example.com,true\n' });

		assert.deepEqual(imported.rows[0].errors, { send_link: 'send_to_email.no_mail' });
		const { status, body } = await client.post('users',
			{ ...userNamed('vera'), send_to_email: false });
		const edited = await client.patch(`users/${body.id}`, { two_factor: 'disabled' });

		assert.equal(status, 201);
		assert.equal(edited.body.two_factor, 'disabled');
		assert.deepEqual(outcome(await client.patch(`users/${body.id}`, { two_factor: 'email' })),
			[422, 'invalid', { two_factor: 'two_factor.no_mail' }]);
		assert.deepEqual((await alone.client().post('session',
			{ email: 'vera@example.com', password: PASSWORD })).body,
		{ state: 'password_change_required' });
	} finally {
		await alone.stop();
	}
});
