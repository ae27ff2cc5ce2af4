/* Users from a CSV file: the rules of Create user for each row, and what the export wrote. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const CSV = { 'Content-Type': 'text/csv' };

let stack;
let admin;
let manager;
let masked;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	manager = await stack.person('manager@example.com', { groups: ['Managers'] });
	masked = await stack.person('masked@example.com', { groups: ['Managers'], masked: true });
});
after(() => stack.stop());

function send(csv, { dryRun = false, client = admin, key } = {}) {
	return client.send('POST', `users/import?dry_run=${dryRun}`, { body: csv,
		headers: key ? { ...CSV, 'Idempotency-Key': key } : CSV });
}

const errorsOf = ({ body }) => body.rows.map(({ errors }) => errors);
const count = () => Number(stack.sql('SELECT COUNT(*) FROM user')[0][0]);
const record = async (id) => (await admin.get(`users/${id}`)).body;

test('a row becomes a user as Create user makes one, but for the password', async () => {
	const { status, body } = await send(
		'email,name,groups,status,mask_data,language,ip_allow_list\n'
		+ 'New@Example.com,  Ada   L ,support|Managers,disabled,true,en,10.0.0.1/8 10.0.0.0/8 ::1\n'
		+ 'plain@example.com,,,,,,\n');

	assert.equal(status, 200);
	assert.deepEqual([body.good, body.refused], [2, 0]);
	const user = await record(body.rows[0].id);
	const plain = await record(body.rows[1].id);

	assert.deepEqual([user.email, user.name, user.groups.map(({ id }) => id), user.status,
		user.mask_data, user.language, user.ip_allow_list, user.two_factor, user.creator.id],
	['new@example.com', 'Ada L', [2, 3], 'disabled', true, 'en', ['10.0.0.0/8', '::1'],
		'email', 1]);
	assert.deepEqual([plain.name, plain.groups, plain.status, plain.mask_data, plain.language,
		plain.ip_allow_list], ['', [], 'enabled', false, '', []]);
});

test('each imported user has a row in the trail, with what the record is', async () => {
	const { body } = await send('email,groups\ntrailed@example.com,Support\n');
	const [[actor, written]] = stack.sql(`SELECT actor_id, after_json FROM audit
		WHERE action = 'user.create' AND target_id = ${body.rows[0].id}`);

	assert.equal(actor, '1');
	assert.deepEqual(JSON.parse(written), await record(body.rows[0].id)
		.then(({ delivery, may, ...rest }) => rest));
});

test('who was imported signs in with no password, until credentials are given', async () => {
	const { body } = await send('email\nsilent@example.com\n');
	const signIn = async (password) => {
		const { status, body: { code } } = await stack.client().post('session',
			{ email: 'silent@example.com', password });

		return [status, code];
	};

	for (const password of ['', '!', 'a few unusual words 37']) {
		assert.deepEqual(await signIn(password), await stack.client().post('session',
			{ email: 'nobody@example.com', password })
			.then(({ status, body: { code } }) => [status, code]));
	}
	const given = await admin.post(`users/${body.rows[0].id}/credentials`,
		{ password: 'a few unusual words 37' });

	assert.ok(given.status < 300);
	assert.equal((await signIn('a few unusual words 37'))[0], 200);
});

test('what is wrong with a row is said by field, and a dry run says the same and does nothing',
	async () => {
		const csv = 'email,name,groups,status,mask_data,language,ip_allow_list\n'
			+ ',x,,,,,\n'
			+ 'nope,x,Nobody|Support,maybe,perhaps,x x,somewhere\n'
			+ 'admin@example.com,,,,,,\n'
			+ 'twice@example.com,,,,,,\n'
			+ 'Twice@example.com,,,,,,\n'
			+ 'wide@example.com,,,,,,,x\n';
		const users = count();
		const dry = await send(csv, { dryRun: true });

		assert.deepEqual(errorsOf(dry), [
			{ email: 'email.required' },
			{ email: 'email.format', status: 'status.unknown', mask_data: 'mask_data.format',
				language: 'language.format', groups: 'groups.unknown',
				ip_allow_list: 'ip_allow_list.format' },
			{ email: 'email.taken' },
			{},
			{ email: 'email.repeated' },
			{ row: 'csv.cells' },
		]);
		assert.equal(count(), users);
		assert.deepEqual(errorsOf(await send(csv)), errorsOf(dry));
		assert.equal(count(), users + 1);
		const other = await send('email,groups,ip_allow_list\nx@example.com,Nobody,a\n');

		assert.deepEqual(errorsOf(other),
			[{ groups: 'groups.unknown', ip_allow_list: 'ip_allow_list.format' }]);
	});

test('a refused row says which groups are unknown, and that letters before the @ are refused',
	async () => {
		const { body } = await send('email,groups\n'
			+ 'a@example.com,"Support,Salez;Nobody\n"\nb@example.com,Salez\n'
			+ `c@example.com,${Array.from({ length: 9 }, (_, i) => `X${i}`).join('|')}\n`
			+ 'jörg@example.com,Support\nанна@пример.рф,\n"Jörg <j@example.com>",\n',
		{ dryRun: true });
		const unknown = { groups: 'groups.unknown' };

		assert.deepEqual(body.rows.map(({ errors, said }) => [errors, said]), [
			[unknown, { groups: 'Salez, Nobody' }],
			[unknown, { groups: 'Salez' }],
			[unknown, { groups: 'X0, X1, X2, X3, X4' }],
			[{ email: 'email.letters' }, undefined],
			[{ email: 'email.letters' }, undefined],
			[{ email: 'email.format' }, undefined],
		]);
	});

test('the name of an encoding has no case', async () => {
	for (const encoding of ['UTF-8', 'Windows-1252', 'utf-8']) {
		const { status, body } = await admin.send('POST',
			`users/import?dry_run=true&encoding=${encoding}`, { body: 'email\n', headers: CSV });

		assert.deepEqual([status, body.encoding], [200, encoding.toLowerCase()]);
	}
});

test('nobody grants above themselves, row by row', async () => {
	const csv = 'email,groups,mask_data\nabove@example.com,Administrators,false\n'
		+ 'same@example.com,Managers,false\n';

	for (const dryRun of [true, false]) {
		assert.deepEqual(errorsOf(await send(csv, { client: manager, dryRun })),
			[{ groups: 'groups.above_yours' }, {}]);
		assert.deepEqual(errorsOf(await send('email,mask_data\nseen@example.com,false\n',
			{ client: masked, dryRun })), [{ mask_data: 'mask_data.above_yours' }]);
	}
	assert.deepEqual(errorsOf(await send('email,mask_data\nunseen@example.com,true\n',
		{ client: masked })), [{}]);
});

test('what the export wrote comes in again, as it was', async () => {
	await admin.post('users', { email: 'round@example.com', name: '=Round, "Trip"', groups: [2, 4],
		status: 'disabled', mask_data: true, password: 'a few unusual words 37' });
	const { text } = await admin.get('users/export.csv?email=round');
	const old = (await admin.get('users?email=round')).body.items[0];
	const taken = await send(text);

	assert.deepEqual(errorsOf(taken), [{ email: 'email.taken' }]);
	stack.sql("DELETE FROM user WHERE email = 'round@example.com'");
	const { body } = await send(text);
	const back = await record(body.rows[0].id);
	const kept = ({ email, name, groups, status, mask_data: mask }) =>
		({ email, name, groups, status, mask });

	assert.deepEqual(kept(back), kept(old));
	assert.equal(back.two_factor, 'email');
});

test('a column that is neither ours nor the export\'s is unknown', async () => {
	const { status, body } = await send('email,two_factor,password,Creator,Notizen für uns\n'
		+ 'x@example.com,,,,\n');

	assert.equal(status, 422);
	assert.deepEqual(body.errors, { password: 'unknown', 'Notizen für uns': 'unknown' });
});

test('the same file again makes nobody twice', async () => {
	const csv = 'email\nagain1@example.com\nagain2@example.com\n';

	assert.equal((await send(csv)).body.good, 2);
	assert.deepEqual(errorsOf(await send(csv)),
		[{ email: 'email.taken' }, { email: 'email.taken' }]);
	assert.equal((await send('email\nkeyed@example.com\n', { key: 'k' })).body.good, 1);
	assert.equal((await send('email\nkeyed@example.com\n', { key: 'k' })).status, 409);
});

test('more than a hundred thousand rows are too many', async () => {
	const { body } = await send(`email\n${'x\n'.repeat(100_001)}`, { dryRun: true });

	assert.deepEqual(body.errors, { file: 'csv.too_many_rows' });
});
