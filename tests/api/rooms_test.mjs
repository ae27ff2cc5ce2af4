/* Rooms: named, changed and removed, by whom and by whom not; and what entering one is worth. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bare } from '../lib/client.mjs';
import { startStack } from '../lib/stack.mjs';

let stack;
let admin;
let keeper; // may change rooms
let groups;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	groups = {};
	for (const [name, permissions] of Object.entries({
		'Keepers': ['rooms.view', 'rooms.update', 'rooms.delete', 'groups.view'],
		'Enterers': [], 'Neighbours': [],
		'Staff': ['users.view', 'users.create', 'users.update', 'groups.view', 'sessions.view',
			'rooms.view'] })) {
		groups[name] = (await admin.post('groups', { name, permissions })).body.id;
	}
	keeper = await stack.person('keeper@example.com', { groups: ['Keepers'] });
});
after(() => stack.stop());

async function newRoom(fields = {}) {
	const { status, body } = await admin.post('rooms', { name: `Room ${++count}`,
		address: `/room-${count}/`, groups: [], ...fields });

	assert.equal(status, 201, JSON.stringify(body));
	return body;
}

/** What a viewer may do with the group that the rooms are for. */
async function mayOf(client) {
	return (await client.get(`groups/${groups.Enterers}`)).body.may;
}

function lastAudit() {
	const [[action, target, earlier, later]] = stack.sql(`SELECT action, target_id,
		COALESCE(before_json, 'null'), COALESCE(after_json, 'null') FROM audit
		ORDER BY id DESC LIMIT 1`);

	return { action, target: Number(target), before: JSON.parse(earlier),
		after: JSON.parse(later) };
}

test('a room is created, listed, read, changed and deleted, and that is on record', async () => {
	const made = await newRoom({ name: ' Price  list ', address: '/prices',
		groups: [groups.Enterers] });

	assert.deepEqual(bare(made), { id: made.id, name: 'Price list', address: '/prices/',
		groups: [{ id: groups.Enterers, name: 'Enterers' }], version: 1 });
	assert.deepEqual(lastAudit(), { action: 'room.create', target: made.id, before: null,
		after: bare(made) });
	assert.deepEqual((await admin.get('rooms?name=price')).body.items, [made]);
	const changed = await admin.patch(`rooms/${made.id}`, { address: '/stock/prices/',
		groups: [groups.Neighbours] });

	assert.equal(changed.status, 200);
	assert.deepEqual(changed.body, (await admin.get(`rooms/${made.id}`)).body);
	assert.deepEqual(changed.body.groups, [{ id: groups.Neighbours, name: 'Neighbours' }]);
	assert.deepEqual(lastAudit(), { action: 'room.update', target: made.id, before: bare(made),
		after: bare(changed.body) });
	assert.equal((await admin.delete(`rooms/${made.id}`)).status, 204);
	assert.equal(lastAudit().action, 'room.delete');
	assert.equal((await admin.get(`rooms/${made.id}`)).status, 404);
	assert.deepEqual(stack.sql(`SELECT * FROM room_group WHERE room_id = ${made.id}`), []);
});

test('a change that changes nothing writes nothing, and one over an older version is refused',
	async () => {
		const { id, name } = await newRoom({ groups: [groups.Enterers] });

		await admin.patch(`rooms/${id}`, { name, groups: [groups.Enterers] });
		assert.equal((await admin.get(`rooms/${id}`)).body.version, 1);
		assert.equal((await admin.patch(`rooms/${id}`, { name: 'Mine' }, {})).status, 428);
		await admin.patch(`rooms/${id}`, { name: `${name} now` });
		assert.equal((await admin.patch(`rooms/${id}`, { name: 'Mine' },
			{ 'If-Match': '"1"' })).status, 412);
	});

test('what is wrong with a room is said of the field', async () => {
	const { name, address } = await newRoom();
	const errorsOf = async (fields) => (await admin.post('rooms',
		{ name: 'Fine', address: '/fine/', groups: [], ...fields })).body.errors;

	for (const wrong of ['fine/', 'https://example.com/', '//example.com/', '/a//b/', '/../',
		'/a/./', '/a b/', '/ä/', '/a?b', '/a#b', '/%61/', '/a;b/', '\\a\\']) {
		assert.deepEqual(await errorsOf({ address: wrong }), { address: 'address.format' }, wrong);
	}
	assert.deepEqual(await errorsOf({ name: '', address: '' }),
		{ name: 'name.required', address: 'address.required' });
	assert.deepEqual(await errorsOf({ address: `/${'a'.repeat(200)}/` }),
		{ address: 'address.too_long' });
	assert.deepEqual(await errorsOf({ groups: [99999] }), { groups: 'groups.unknown' });
	assert.deepEqual(await errorsOf({ address }), { address: 'address.taken' });
	assert.deepEqual(await errorsOf({ name: name.toUpperCase() }), { name: 'name.room_taken' });
});

test('a repeated request makes one room', async () => {
	const body = { name: 'Once', address: '/once/', groups: [groups.Enterers] };
	const first = await admin.post('rooms', body, { 'Idempotency-Key': 'room-once' });
	const again = await admin.post('rooms', body, { 'Idempotency-Key': 'room-once' });

	assert.equal(again.status, 201);
	assert.deepEqual(again.body, first.body);
});

test('a group that is deleted enters no room any more', async () => {
	const { id } = (await admin.post('groups', { name: 'Passing', permissions: [] })).body;
	const room = await newRoom({ groups: [id, groups.Enterers] });

	assert.equal((await admin.delete(`groups/${id}`)).status, 204);
	assert.deepEqual((await admin.get(`rooms/${room.id}`)).body.groups.map((group) => group.id),
		[groups.Enterers]);
});

test('rooms are seen by who may see them, and changed by who may change them', async () => {
	const { id } = await newRoom();
	const staff = await stack.person('staff@example.com', { groups: ['Staff'] });
	const nobody = await stack.person('nobody@example.com', { groups: ['Support'] });

	assert.equal((await nobody.get('rooms')).status, 403);
	assert.deepEqual((await staff.get(`rooms/${id}`)).body.may, []);
	assert.equal((await staff.patch(`rooms/${id}`, { name: 'Mine' })).body.missing, 'rooms.update');
	assert.deepEqual((await keeper.get(`rooms/${id}`)).body.may, ['update', 'delete']);
	assert.equal((await keeper.patch(`rooms/${id}`, { name: 'By a keeper' })).status, 200);
	assert.equal((await keeper.get(`gate?room=${id}`)).status, 204,
		'who could let themselves in is in');
});

test('nobody lets others into a room that they may not enter themselves', async () => {
	const room = await newRoom({ groups: [groups.Enterers] });
	const staff = await stack.person('clerk@example.com', { groups: ['Staff'] });
	const inside = await stack.person('insider@example.com', { groups: ['Staff', 'Enterers'] });
	const password = 'quiet river stone 28 lamp';
	const fields = (email, ids) => ({ email, groups: ids, password, name: '', status: 'enabled' });
	const refused = await staff.post('users', fields('puppet@example.com', [groups.Enterers]));

	assert.equal(refused.status, 403);
	assert.deepEqual(refused.body.errors, { groups: 'groups.above_yours' });
	assert.deepEqual([await mayOf(staff), await mayOf(inside)], [[], ['give']]);
	stack.addUser('member@example.com', { groups: ['Enterers'] });
	const [[member]] = stack.sql("SELECT id FROM user WHERE email = 'member@example.com'");

	for (const send of [() => staff.patch(`users/${member}`, { status: 'disabled' }),
		() => staff.post(`users/${member}/credentials`, { password })]) {
		assert.deepEqual((await send()).body.errors, { user: 'user.above_yours' });
	}
	assert.equal((await inside.post('users',
		fields('colleague@example.com', [groups.Enterers]))).status, 201);
	await newRoom({ groups: [groups.Enterers, groups.Neighbours] });
	assert.equal((await inside.post('users',
		fields('neighbour@example.com', [groups.Neighbours]))).status, 201);
	const other = await newRoom({ groups: [groups.Neighbours] });

	assert.equal((await inside.post('users',
		fields('further@example.com', [groups.Neighbours]))).status, 403);
	await admin.delete(`rooms/${other.id}`);
	assert.equal((await inside.post('users',
		fields('further@example.com', [groups.Neighbours]))).status, 201);
	assert.equal((await admin.get(`rooms/${room.id}`)).status, 200);
});

test('there are no more rooms than bits, and one that is free is given again', async () => {
	const [[have]] = stack.sql('SELECT COUNT(*) FROM room');
	const made = [];

	for (let i = Number(have); i < 64; i++) {
		made.push((await newRoom({ groups: [groups.Enterers] })).id);
	}
	const refused = await admin.post('rooms', { name: 'One more', address: '/more/', groups: [] });

	assert.equal(refused.status, 422);
	assert.deepEqual(refused.body.errors, { name: 'name.too_many_rooms' });
	const enterer = await stack.person('enterer@example.com', { groups: ['Enterers'] });

	assert.equal((await enterer.get(`gate?room=${made.at(-1)}`)).status, 204);
	await admin.delete(`rooms/${made.at(-1)}`);
	const next = await newRoom();

	assert.equal((await enterer.get(`gate?room=${next.id}`)).status, 403);
	assert.equal((await enterer.get(`gate?room=${made.at(-1)}`)).status, 403);
});
