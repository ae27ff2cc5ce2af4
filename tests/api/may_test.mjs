/*
 * What a record says that its viewer may do with it is what the viewer may do: for people with
 * random rights, records of people, groups and others with random rights, and each act, "may" has
 * the act if and only if the act is not refused. LONG=1 tries ten times as many.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const VIEWERS = process.env.LONG ? 50 : 5;
const TARGETS = 4;

let stack;
let admin;
let catalogue;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	catalogue = (await admin.get('permissions')).body.items.map(({ name }) => name);
});
after(() => stack.stop());

let seed = 20261128;

/** A number below most: the same ones in every run. */
function below(most) {
	seed = (seed * 1103515245 + 12345) % 2147483648;
	return Math.floor(seed / 65536) % most;
}

const some = (all, share) => all.filter(() => below(100) < share);
const fresh = (what) => `${what} ${count += 1}`;

async function made(path, body) {
	const answer = await admin.post(path, body);

	assert.equal(answer.status, 201, answer.text);
	return answer.body;
}

const madeGroup = (permissions) => made('groups', { name: fresh('group'), permissions });

/** A target: each another mixture of rights and sight; one is an administrator. */
async function madeTarget(i) {
	const group = await madeGroup(some(catalogue, 15 * i));

	return made('users', { email: `target${count += 1}@example.com`, link: true,
		mask_data: i % 2 === 0, groups: i === TARGETS - 1 ? [1] : [group.id] });
}

/** Somebody signed in who sees everything and may do some of it, of most acts. */
async function madeViewer(i, others = []) {
	const views = catalogue.filter((name) => name.endsWith('.view'));
	const group = await madeGroup([...new Set([...views, ...some(catalogue, 70)])]);
	const client = await stack.person(`viewer${i}@example.com`, { groups: [group.name, ...others],
		masked: i % 2 === 1 });
	const { id } = (await client.get('session')).body.user;

	stack.sql(`UPDATE user SET two_factor = 1 WHERE id = ${id}`); // so that it can be disabled
	return { client, id };
}

/** Holds an answer to what "may" said of the act. */
function judge(what, may, act, { status, text }) {
	assert.ok(status < 300 || status === 403, `${what} ${act}: ${status} ${text}`);
	assert.equal(may.includes(act), status !== 403, `${what} ${act}: ${text}, may ${may}`);
}

async function judgeAll(what, may, acts) {
	for (const [act, run] of Object.entries(acts)) {
		judge(what, may, act, await run());
	}
	assert.deepEqual(may.filter((act) => !(act in acts)), [], `${what}: acts that nobody tried`);
}

/** What was changed of a user is put back, so that the next act finds the same rights. */
async function restored({ id, status, groups, mask_data: masked }, answer) {
	if (answer.status < 300) {
		await admin.patch(`users/${id}`, { status, groups: groups.map((group) => group.id),
			mask_data: masked });
	}
	return answer;
}

function userActs(client, user, empty, own) {
	const path = `users/${user.id}`;
	const patch = async (body) => restored(user, await client.patch(path, body));

	return {
		update: () => client.patch(path, { name: fresh('name') }),
		status: () => patch({ status: user.status === 'enabled' ? 'disabled' : 'enabled' }),
		groups: () => patch({ groups: user.groups.length === 0 ? [empty] : [] }),
		mask_data: () => patch({ mask_data: !user.mask_data }),
		two_factor: () => client.patch(path, { two_factor: 'disabled' }),
		credentials: () => client.post(`${path}/credentials`, { link: true }),
		unlock: () => client.post(`${path}/unlock`),
		...own ? {} : { sessions: () => client.delete(`${path}/sessions`, {}) },
		delete: () => client.delete(path),
		...own ? { sessions: () => client.delete(`${path}/sessions`, {}) } : {},
	};
}

/** The record, which a list must show the same. */
async function read(client, path, id) {
	const { status, body } = await client.get(`${path}/${id}`);

	assert.equal(status, 200);
	assert.deepEqual((await client.get(`${path}?id=${id}`)).body.items[0].may, body.may);
	return body;
}

test('a user: what "may" says is what is not refused, to others and to oneself', async () => {
	const empty = await madeGroup([]);

	for (let i = 0; i < VIEWERS; i++) {
		const { client, id } = await madeViewer(`u${i}`);

		for (let j = 0; j < TARGETS; j++) {
			const user = await read(client, 'users', (await madeTarget(j)).id);

			await judgeAll(`viewer ${i}, target ${j}`, user.may,
				userActs(client, user, empty.id, false));
		}
		const self = await read(client, 'users', id);

		await judgeAll(`viewer ${i} themselves`, self.may, userActs(client, self, empty.id, true));
	}
});

/** Puts somebody into the group, or makes somebody who is in it: who may do neither is refused. */
async function given(client, group) {
	const fields = () => ({ email: `given${count += 1}@example.com`, link: true, mask_data: true });
	const { id } = await made('users', fields());
	const created = await client.post('users', { ...fields(), groups: [group] });
	const answer = created.status === 403 ? await client.patch(`users/${id}`, { groups: [group] })
		: created;

	stack.sql(`DELETE FROM user_group_member WHERE group_id = ${group}`);
	return answer;
}

/** Every other group opens a room, which every other viewer enters by this one. */
const roomFor = (groups) => made('rooms', { name: fresh('room'), groups,
	address: `/room${count += 1}/` });

test('a group: what "may" says is what is not refused', async () => {
	const inside = await madeGroup([]);

	for (let i = 0; i < VIEWERS; i++) {
		const { client } = await madeViewer(`g${i}`, i % 2 === 0 ? [inside.name] : []);

		for (let j = 0; j < TARGETS; j++) {
			const { id } = await madeGroup(some(catalogue, 15 * j));

			const room = j % 2 === 0 ? await roomFor([id, inside.id]) : null;
			const group = await read(client, 'groups', id);
			const path = `groups/${group.id}`;

			await judgeAll(`viewer ${i}, group ${j}`, group.may, {
				update: () => client.patch(path, { name: fresh('renamed') }),
				give: () => given(client, group.id),
				delete: () => client.delete(path),
			});
			if (room) {
				await admin.delete(`rooms/${room.id}`);
			}
		}
		assert.deepEqual((await read(client, 'groups', 1)).may, []);
	}
});

test('a client: the same for each of them, whoever they are', async () => {
	for (let i = 0; i < VIEWERS; i++) {
		const { client } = await madeViewer(`c${i}`);
		const { id } = await made('clients', { name: 'Anna' });
		const record = await read(client, 'clients', id);

		for (const other of (await client.get('clients')).body.items) {
			assert.deepEqual(other.may, record.may);
		}
		await judgeAll(`viewer ${i}`, record.may, {
			update: () => client.patch(`clients/${record.id}`, { country: 'FR' }),
			delete: () => client.delete(`clients/${record.id}`),
		});
	}
});

test('a session: what "may" says is what is not refused', async () => {
	for (let i = 0; i < VIEWERS; i++) {
		const { client } = await madeViewer(`s${i}`);

		for (let j = 0; j < TARGETS; j++) {
			const { id } = await madeTarget(j);

			stack.sql(`INSERT INTO session (token_hash, user_id, created_at, last_used_at,
				remote_address, user_agent) VALUES (UNHEX(SHA2(UUID(), 256)), ${id},
				UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), '192.0.2.1', '')`);
			const [session] = (await client.get(`sessions?user=${id}`)).body.items;

			assert.deepEqual((await client.get(`users/${id}/sessions/${session.id}`)).body.may,
				session.may);
			await judgeAll(`viewer ${i}, session of ${j}`, session.may, {
				delete: () => client.delete(`sessions/${session.id}`, {}),
			});
		}
	}
});

test('a letter: whoever may give credentials may send them again', async () => {
	for (let i = 0; i < VIEWERS; i++) {
		const { client } = await madeViewer(`m${i}`);

		for (let j = 0; j < TARGETS; j++) {
			const { id, email } = await madeTarget(j);

			await admin.post(`users/${id}/credentials`, { link: true, send_to_email: true });
			await stack.mailTo(email);
			const [letter] = (await client.get(`mail?user=${id}&kind=link`)).body.items;

			assert.deepEqual((await client.get(`mail/${letter.id}`)).body.may, letter.may);
			judge(`viewer ${i}, letter to ${j}`, letter.may, 'resend',
				await client.post(`mail/${letter.id}/resend`));
		}
	}
});

test('a letter that is gone is not offered to be deleted', async () => {
	const { id, email } = await madeTarget(0);

	await admin.post(`users/${id}/credentials`, { link: true, send_to_email: true });
	await stack.mailTo(email);
	const [letter] = (await admin.get(`mail?user=${id}&kind=link&state=sent`)).body.items;

	assert.deepEqual(letter.may, ['resend']);
	assert.equal((await admin.delete(`mail/${letter.id}`, {})).status, 409);
});

test('what the viewer may do is no part of the trail', async () => {
	const { id } = await madeTarget(1);

	await admin.patch(`users/${id}`, { name: fresh('name') });
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM audit WHERE after_json LIKE '%"may"%'
		OR before_json LIKE '%"may"%'`), [['0']]);
});
