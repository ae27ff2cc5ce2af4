/*
 * What is wrong with a form is said all at once: by its shape, by the settings and by the database.
 * A value that somebody else has is a conflict (409) where it stands alone, as it always was.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';

const NOBODY = 999999;

let stack;
let admin;

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
	admin = await stack.signedIn();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.code, body?.errors];

/** @param {object[]} cases [fields of a request, what is wrong with them] */
async function refused(send, cases) {
	for (const [body, errors, status = 422, code = 'invalid'] of cases) {
		assert.deepEqual(outcome(await send(body)), [status, code, errors], JSON.stringify(body));
	}
}

test('Create user: address, password, group and mail are four at once', async () => {
	const whole = { email: ADMIN_EMAIL, password: 'short', groups: [NOBODY], send_to_email: true };
	const wrong = { email: 'email.taken', password: 'password.too_short',
		groups: 'groups.unknown', send_to_email: 'send_to_email.no_mail' };
	const { password: _, ...others } = wrong;
	const users = stack.sql('SELECT COUNT(*) FROM user').join();

	await refused((body) => admin.post('users', body), [
		[whole, wrong],
		[{ ...whole, password: PASSWORD }, others],
		[{ ...whole, name: 'a\u202eb', status: 'gone' },
			{ ...wrong, name: 'name.characters', status: 'status.unknown' }],
		[{ ...whole, password: 'aaaaaaaaaaaaaaaaaaaa' },
			{ ...wrong, password: 'password.repeated' }],
		[{ email: ADMIN_EMAIL, password: PASSWORD, groups: [3, NOBODY] },
			{ email: 'email.taken', groups: 'groups.unknown' }],
		[{ email: 'new@example.com', link: true, groups: [NOBODY] }, { groups: 'groups.unknown' }],
		[{ email: ADMIN_EMAIL, password: PASSWORD }, { email: 'email.taken' }, 409, 'duplicate'],
	]);
	assert.equal(stack.sql('SELECT COUNT(*) FROM user').join(), users);
});

test('Edit user: also one\'s own networks', async () => {
	const { body } = await admin.post('users', { email: 'anna@example.com', link: true });

	await refused((fields) => admin.patch(`users/${body.id}`, fields), [
		[{ email: ADMIN_EMAIL, name: 'a\u202eb', groups: [NOBODY], ip_allow_list: ['x'] },
			{ email: 'email.taken', name: 'name.characters', groups: 'groups.unknown',
				ip_allow_list: 'ip_allow_list.format' }],
		[{ email: ADMIN_EMAIL, groups: [NOBODY], two_factor: 'email' },
			{ email: 'email.taken', groups: 'groups.unknown', two_factor: 'two_factor.no_mail' }],
		[{ email: 'anna@example.com', groups: [NOBODY] }, { groups: 'groups.unknown' }],
		[{ email: ADMIN_EMAIL }, { email: 'email.taken' }, 409, 'duplicate'],
	]);
	await refused((fields) => admin.patch('users/1', fields), [
		[{ email: 'anna@example.com', ip_allow_list: ['192.0.2.0/24'] },
			{ email: 'email.taken', ip_allow_list: 'ip_allow_list.excludes_you' }],
	]);
});

test('New credentials', async () => {
	await refused((fields) => admin.post('users/1/credentials', fields), [
		[{ send_to_email: true }, { password: 'password.required',
			send_to_email: 'send_to_email.no_mail' }],
	]);
});

test('Create and Edit group', async () => {
	await admin.post('groups', { name: 'Taken', permissions: [] });
	const { body } = await admin.post('groups', { name: 'Mine', permissions: [] });

	for (const send of [(fields) => admin.post('groups', fields),
		(fields) => admin.patch(`groups/${body.id}`, fields)]) {
		await refused(send, [
			[{ name: 'taken', permissions: ['users.fly'] },
				{ name: 'name.taken', permissions: 'permissions.unknown' }],
			[{ name: 'x'.repeat(101), permissions: ['users.fly'] },
				{ name: 'name.too_long', permissions: 'permissions.unknown' }],
			[{ name: 'Taken', permissions: [] }, { name: 'name.taken' }, 409, 'duplicate'],
		]);
	}
	await refused((fields) => admin.patch(`groups/${body.id}`, fields),
		[[{ name: 'Mine', permissions: ['users.fly'] }, { permissions: 'permissions.unknown' }]]);
});

test('Create and Edit client', async () => {
	const { body } = await admin.post('clients', { name: 'Zoë' });
	const wrong = { name: 'Zo\u202eë', email: 'x', phone: '1', country: 'Germany', status: 'gone',
		manager: NOBODY };
	const errors = { name: 'name.characters', email: 'email.format', phone: 'phone.too_short',
		country: 'country.format', status: 'status.unknown', manager: 'manager.unknown' };

	for (const send of [(fields) => admin.post('clients', fields),
		(fields) => admin.patch(`clients/${body.id}`, fields)]) {
		await refused(send, [
			[wrong, errors],
			[{ email: 'x', manager: NOBODY, name: 'Z' },
				{ email: 'email.format', manager: 'manager.unknown' }],
			[{ manager: NOBODY, name: 'Z' }, { manager: 'manager.unknown' }],
		]);
	}
});

test('a masked editor hears first what they may not touch, and nothing of its value', async () => {
	const { body } = await admin.post('clients', { name: 'Zoë' });
	const masked = await stack.person('masked@example.com', { groups: ['Managers'], masked: true });

	await refused((fields) => masked.patch(`clients/${body.id}`, fields), [
		[{ email: 'x', manager: NOBODY }, { email: 'field.masked' }, 403, 'forbidden'],
		[{ email: 'x', status: 'gone', manager: NOBODY },
			{ status: 'status.unknown', manager: 'manager.unknown' }],
		[{ name: null, phone: 'x' }, { name: 'type' }, 400, 'malformed'],
	]);
});

test('whoever may not see users does not learn by a client which there are', async () => {
	stack.sql(`INSERT INTO user_group (id, name) VALUES (60, 'Desk');
		INSERT INTO user_group_permission VALUES (60, 'clients.view'), (60, 'clients.create')`);
	const desk = await stack.person('desk@example.com', { groups: ['Desk'] });

	await refused((fields) => desk.post('clients', fields), [
		[{ email: 'x', name: 'Z', manager: NOBODY }, { email: 'email.format' }],
	]);
});

test('one\'s own password: the present one and the new one', async () => {
	const client = await stack.person('own@example.com');

	await refused((body) => client.send('PUT', 'profile/password', { body }), [
		[{ current: 'not mine at all', password: 'short' },
			{ current: 'password.wrong', password: 'password.too_short' }],
		[{ current: PASSWORD, password: 'short' }, { password: 'password.too_short' }],
	]);
});

test('rows of imports', async () => {
	const csv = (path, body) => admin.send('POST', `${path}/import?dry_run=true`, { body,
		headers: { 'Content-Type': 'text/csv' } });
	const users = await csv('users', 'email,name,groups,status,ip_allow_list,send_link\n'
		+ `${ADMIN_EMAIL},a\u202eb,Nobody,gone,x,true\nx,,Nobody,,,\n${ADMIN_EMAIL},,Support,,,\n`);

	assert.deepEqual(users.body.rows.map(({ errors }) => errors), [
		{ email: 'email.taken', name: 'name.characters', groups: 'groups.unknown',
			status: 'status.unknown', ip_allow_list: 'ip_allow_list.format',
			send_link: 'send_to_email.no_mail' },
		{ email: 'email.format', groups: 'groups.unknown' },
		{ email: 'email.repeated' },
	]);
	const clients = await csv('clients', `name,email,manager\n,x,${NOBODY}\nZoë,,${NOBODY}\n`);

	assert.deepEqual(clients.body.rows.map(({ errors }) => errors), [
		{ name: 'name.required', email: 'email.format', manager: 'manager.unknown' },
		{ manager: 'manager.unknown' },
	]);
	await refused((groups) => admin.post('groups/import', { groups }), [
		[[{ name: '', permissions: ['users.fly'] }, { name: 'x', permissions: ['a.b'] }],
			{ 'groups.0.name': 'name.required', 'groups.0.permissions': 'permissions.unknown',
				'groups.1.permissions': 'permissions.unknown' }],
	]);
});

test('a repeated request is answered as the first, though its address is now taken', async () => {
	const body = { email: 'once@example.com', link: true };
	const headers = { 'Idempotency-Key': 'forms' };
	const first = await admin.post('users', body, headers);
	const again = await admin.post('users', body, headers);

	assert.deepEqual([first.status, again.status, again.body.id], [201, 201, first.body.id]);
});
