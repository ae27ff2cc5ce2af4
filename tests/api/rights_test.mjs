/* Who may create, edit and remove whom: nobody raises themselves or others above what they hold. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';

const GROUPS = { Administrators: 1, Managers: 2, Support: 3, Auditors: 4 };
const ABOVE = {
	groups: [403, 'forbidden', { groups: 'groups.above_yours' }],
	mask: [403, 'forbidden', { mask_data: 'mask_data.above_yours' }],
	user: [403, 'forbidden', { user: 'user.above_yours' }],
};
const NOT_AT_ALL = [403, 'forbidden', undefined];

/* Who acts, and on whom they may: everybody of these groups, masked or not. */
const ACTORS = {
	administrator: { groups: ['Administrators'], over: Object.keys(GROUPS) },
	'masked administrator': { groups: ['Administrators'], masked: true, over: Object.keys(GROUPS) },
	manager: { groups: ['Managers'], over: ['Managers', 'Support'] },
	'masked manager': { groups: ['Managers'], masked: true, over: ['Managers', 'Support'] },
	'manager and auditor': { groups: ['Managers', 'Auditors'],
		over: ['Managers', 'Support', 'Auditors'] },
};
const ENABLED_ADMINS = `SELECT u.id FROM user u JOIN user_group_member m ON m.user_id = u.id
	WHERE m.group_id = 1 AND u.status = 1`;

let stack;
let admin;
let almostAdmin;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	for (const [name, actor] of Object.entries(ACTORS)) {
		actor.client = await stack.person(`${name.replaceAll(' ', '.')}@example.com`, actor);
	}
	almostAdmin = await holderOfEverything();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.code, body?.errors];
const freshEmail = () => `u${count += 1}@example.com`;
const everyTarget = Object.keys(GROUPS).flatMap((group) =>
	[false, true].map((masked) => ({ group, masked })));

/** A body for POST /users. */
const newUser = (group, masked) => ({ email: freshEmail(), password: PASSWORD,
	groups: group ? [GROUPS[group]] : [], mask_data: masked });

/** Path of a new user, made by the administrator. */
async function madeUser(group, masked = false) {
	const { status, body } = await admin.post('users', newUser(group, masked));

	assert.equal(status, 201);
	return `users/${body.id}`;
}

/** A second administrator who is signed in, and the path of the record. */
async function anotherAdmin() {
	const client = await stack.person(freshEmail(), { groups: ['Administrators'] });

	return { client, path: `users/${(await client.get('session')).body.user.id}` };
}

/** Somebody who holds every permission and is no administrator. */
async function holderOfEverything() {
	const { items } = (await admin.get('permissions')).body;

	stack.sql(`INSERT INTO user_group (id, name) VALUES (50, 'Everything');
		INSERT INTO user_group_permission VALUES
			${items.map(({ name }) => `(50, '${name}')`).join(', ')};
		UPDATE authz_epoch SET epoch = epoch + 1;`);
	return stack.person(freshEmail(), { groups: ['Everything'] });
}

/** Leaves nobody but these as enabled administrators. */
async function retireOthers(...kept) {
	for (const [id] of stack.sql(ENABLED_ADMINS)) {
		if (!kept.some(({ path }) => path === `users/${id}`)) {
			assert.equal((await admin.patch(`users/${id}`, { status: 'disabled' })).status, 200);
		}
	}
}

const enabledAdmins = () => stack.sql(ENABLED_ADMINS).length;

for (const [name, actor] of Object.entries(ACTORS)) {
	test(`${name}: creates exactly whom the rights of ${name} cover`, async () => {
		for (const { group, masked } of everyTarget) {
			const answer = await actor.client.post('users', newUser(group, masked));
			const label = `${group}${masked ? ', masked' : ''}`;

			if (!actor.over.includes(group)) {
				assert.deepEqual(outcome(answer), ABOVE.groups, label);
			} else if (actor.masked && !masked) {
				assert.deepEqual(outcome(answer), ABOVE.mask, label);
			} else {
				assert.equal(answer.status, 201, label);
			}
		}
	});

	test(`${name}: edits exactly whom the rights of ${name} cover`, async () => {
		for (const { group, masked } of everyTarget) {
			const path = await madeUser(group, masked);
			const match = { 'If-Match': '"1"' };
			const answer = await actor.client.patch(path, { name: 'Edited' }, match);
			const label = `${group}${masked ? ', masked' : ''}`;

			if (actor.over.includes(group) && (masked || !actor.masked)) {
				assert.equal(answer.status, 200, label);
			} else {
				assert.deepEqual(outcome(answer), ABOVE.user, label);
				assert.equal((await admin.get(path)).body.version, 1);
			}
		}
	});
}

test('Support and Auditors create and edit nobody, and Managers delete nobody', async () => {
	const path = await madeUser('Support', true);
	const match = { 'If-Match': '"1"' };

	for (const group of ['Support', 'Auditors']) {
		const client = await stack.person(freshEmail(), { groups: [group] });

		assert.deepEqual(outcome(await client.post('users', newUser(group, true))), NOT_AT_ALL);
		assert.deepEqual(outcome(await client.patch(path, { name: 'Edited' }, match)), NOT_AT_ALL);
	}
	assert.deepEqual(outcome(await ACTORS.manager.client.delete(path, match)), NOT_AT_ALL);
	assert.equal((await admin.get(path)).body.version, 1);
});

test('an edit grants no group and no sight that its author does not hold', async () => {
	const masked = ACTORS['masked manager'].client;
	const manager = ACTORS.manager.client;
	const path = await madeUser('Support', true);

	for (const group of ['Administrators', 'Auditors']) {
		assert.deepEqual(outcome(await manager.patch(path,
			{ groups: [GROUPS.Support, GROUPS[group]] })), ABOVE.groups);
	}
	assert.deepEqual(outcome(await masked.patch(path, { mask_data: false })), ABOVE.mask);
	assert.equal((await manager.patch(path, { groups: [GROUPS.Managers] })).status, 200);
	assert.equal((await manager.patch(path, { mask_data: false })).status, 200);
	assert.deepEqual(outcome(await masked.patch(path, { mask_data: true })), ABOVE.user);
});

test('a group that its holders may not grant keeps its member out of their reach', async () => {
	const path = await madeUser('Support');

	await admin.patch(path, { groups: [GROUPS.Support, GROUPS.Auditors] });
	for (const change of [{ groups: [GROUPS.Support] }, { status: 'disabled' },
		{ two_factor: 'disabled' }, { email: freshEmail() }]) {
		assert.deepEqual(outcome(await ACTORS.manager.client.patch(path, change)), ABOVE.user);
	}
});

test('nobody changes their own status, groups, mask or second factor, or deletes themselves',
	async () => {
		const email = freshEmail();
		const { client, path } = await anotherAdmin();

		stack.sql(`UPDATE user SET two_factor = 1 WHERE id = ${path.split('/')[1]}`);
		for (const [field, value] of Object.entries({ status: 'disabled', groups: [2],
			mask_data: true, two_factor: 'disabled' })) {
			assert.deepEqual(outcome(await client.patch(path, { name: 'x', [field]: value })),
				[403, 'forbidden', { [field]: `${field}.self` }]);
		}
		assert.deepEqual(outcome(await client.delete(path)),
			[403, 'forbidden', { user: 'user.self' }]);
		const { status, body } = await client.patch(path, { email, name: 'Me', status: 'enabled',
			groups: [1], mask_data: false });

		assert.deepEqual([status, body.email, body.name], [200, email, 'Me']);
	});

test('nobody lifts their own mask, also not together with what is allowed', async () => {
	const { client } = ACTORS['masked administrator'];
	const path = `users/${(await client.get('session')).body.user.id}`;

	assert.deepEqual(outcome(await client.patch(path, { name: 'x', mask_data: false })),
		[403, 'forbidden', { mask_data: 'mask_data.self' }]);
	assert.equal((await client.get('session')).body.user.mask_data, true);
});

test('only an administrator makes administrators, whatever else somebody holds', async () => {
	const path = await madeUser('Support');

	assert.equal((await almostAdmin.post('users', newUser('Auditors', false))).status, 201);
	assert.deepEqual(outcome(await almostAdmin.post('users', newUser('Administrators', false))),
		ABOVE.groups);
	assert.deepEqual(outcome(await almostAdmin.patch(path, { groups: [GROUPS.Administrators] })),
		ABOVE.groups);
});

test('of two administrators who demote each other at the same moment exactly one succeeds',
	async () => {
		let winner = { client: admin, path: 'users/1' };
		let loser = await anotherAdmin();

		await retireOthers(winner, loser);
		for (let round = 0; round < 30; round++) {
			const pair = [winner, loser];
			const answers = await Promise.all(pair.map(({ client }, index) => client.patch(
				pair[1 - index].path, { groups: [GROUPS.Support] }, { 'If-Match': '*' })));
			const statuses = answers.map(({ status }) => status);

			assert.deepEqual(statuses.toSorted(), [200, 403]);
			assert.equal(enabledAdmins(), 1);
			winner = pair[statuses.indexOf(200)];
			loser = pair[statuses.indexOf(403)];
			assert.equal((await winner.client.patch(loser.path, { groups: [1] })).status, 200);
			assert.equal((await loser.client.post('session/proof',
				{ password: PASSWORD })).status, 204); // the one before went with the rights
		}
	});

test('nobody can disable, demote or delete the last enabled administrator', async () => {
	await retireOthers({ path: 'users/1' });
	assert.equal(enabledAdmins(), 1);
	for (const answer of [await almostAdmin.patch('users/1', { status: 'disabled' }),
		await almostAdmin.patch('users/1', { groups: [GROUPS.Support] }),
		await almostAdmin.delete('users/1')]) {
		assert.ok(['forbidden', 'last_administrator'].includes(answer.body?.code), answer.text);
	}
	assert.equal(enabledAdmins(), 1);
});

test('the count of administrators is right after all that, and has the last word', async () => {
	const { path } = await anotherAdmin();

	assert.deepEqual(stack.sql('SELECT admins FROM admin_count'), [[String(enabledAdmins())]]);
	stack.sql('UPDATE admin_count SET admins = 1');
	for (const answer of [await admin.patch(path, { status: 'disabled' }),
		await admin.patch(path, { groups: [] }), await admin.delete(path)]) {
		assert.deepEqual(outcome(answer), [409, 'last_administrator', undefined]);
	}
	assert.equal((await admin.get(path)).body.status, 'enabled');
});

/** Somebody with these permissions and no other. */
async function holderOf(...permissions) {
	const id = 100 + (count += 1);

	stack.sql(`INSERT INTO user_group (id, name) VALUES (${id}, 'Only ${id}');
		INSERT INTO user_group_permission VALUES
			${permissions.map((name) => `(${id}, '${name}')`).join(', ')};
		UPDATE authz_epoch SET epoch = epoch + 1;`);
	return stack.person(freshEmail(), { groups: [`Only ${id}`] });
}

test('a refusal tells nothing of somebody above: the guard comes before all else', async () => {
	const client = await holderOf('users.update');
	const { body: { id } } = await admin.post('users', { ...newUser('Administrators'),
		email: 'quincevictor@example.com', name: 'Victor Quince' });
	const acts = {
		'a password of their name': () => client.post(`users/${id}/credentials`,
			{ password: 'quincevictorquince 1' }),
		'another password': () => client.post(`users/${id}/credentials`, { password: PASSWORD }),
		'their version': () => client.send('PATCH', `users/${id}`,
			{ headers: { 'If-Match': '"1"' }, body: { name: 'X' } }),
		'another version': () => client.send('PATCH', `users/${id}`,
			{ headers: { 'If-Match': '"9"' }, body: { name: 'X' } }),
		'their address': () => client.send('PATCH', `users/${id}`,
			{ headers: { 'If-Match': '"1"' }, body: { email: 'quincevictor@example.com' } }),
		'their delay': () => client.post(`users/${id}/unlock`),
	};

	for (const [what, act] of Object.entries(acts)) {
		assert.deepEqual(outcome(await act()), ABOVE.user, what);
	}
});

test('whom a filter finds is told to those who may see the list', async () => {
	const client = await holderOf('users.update');
	const { status, body } = await client.post('users/bulk',
		{ filter: { email: ADMIN_EMAIL }, set: { status: 'disabled' } });

	assert.deepEqual([status, body.missing], [403, 'users.view']);
});

/* What was made with a key, what becomes of it, and what a repetition may not tell. */
const MADE = {
	users: {
		body: () => ({ email: freshEmail(), password: PASSWORD, groups: [GROUPS.Support],
			name: 'As Made' }),
		change: () => ({ email: freshEmail(), name: 'Secret', status: 'disabled' }),
		needs: ['clients.view', 'clients.update'],
	},
	groups: {
		body: () => ({ name: `As Made ${count += 1}`, permissions: [] }),
		change: () => ({ name: `Secret ${count += 1}`, permissions: ['clients.view'] }),
		needs: [],
	},
	clients: { body: () => ({ name: 'As Made', email: freshEmail(), country: 'GR' }),
		change: () => ({ name: 'Secret', email: freshEmail(), country: 'DE' }), needs: [] },
};

for (const [noun, { body, change, needs }] of Object.entries(MADE)) {
	test(`a repetition shows what has become of ${noun} to those who may view them`, async () => {
		const blind = await holderOf(`${noun}.create`, ...needs);
		const seeing = await holderOf(`${noun}.create`, `${noun}.view`, ...needs);

		for (const [client, sees] of [[blind, false], [seeing, true]]) {
			const sent = body();
			const create = () => client.post(noun, sent, { 'Idempotency-Key': 'once' });
			const first = await create();

			assert.equal(first.status, 201, first.text);
			const changed = await admin.patch(`${noun}/${first.body.id}`, change());

			assert.equal(changed.status, 200, changed.text);
			const again = await create();

			assert.deepEqual([again.status, again.headers.location],
				[201, first.headers.location]);
			assert.equal(/Secret/.test(again.text), sees, again.text);
			if (!sees) {
				assert.deepEqual({ ...again.body, created_at: 0, may: 0 },
					{ ...first.body, created_at: 0, may: 0 });
			}
		}
	});
}
