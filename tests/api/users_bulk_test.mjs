/* One change for many users: the rules of a single edit for each, and what is refused for one holds
 * nobody else up. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';

let stack;
let admin;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.code, body?.errors];
const bulk = async (client, body) => client.post('users/bulk', body);

/** Ids of new users with an address of this beginning. */
async function madeUsers(number, beginning = 'bulk', groups = [3]) {
	const ids = [];

	for (let i = 0; i < number; i++) {
		const { status, body } = await admin.post('users', { groups, password: PASSWORD,
			email: `${beginning}${count += 1}@example.com` });

		assert.equal(status, 201);
		ids.push(body.id);
	}
	return ids;
}

const record = async (id) => (await admin.get(`users/${id}`)).body;
const groupsOf = async (id) => (await record(id)).groups.map((group) => group.id);
const done = (ids, changed = true) => ids.map((id) => ({ id, ok: true, changed }));

const audited = (id) => stack.sql(`SELECT action, result, before_json IS NOT NULL FROM audit
	WHERE target_type = 'user' AND target_id = ${id} AND action = 'user.update'`);

test('a status for many: each becomes so, each has its audit row, sessions end', async () => {
	const ids = await madeUsers(3);
	const client = await stack.person('loses@example.com', { groups: ['Support'] });
	const { id } = (await client.get('session')).body.user;
	const { status, body } = await bulk(admin, { ids: [...ids, id], set: { status: 'disabled' } });

	assert.equal(status, 200);
	assert.deepEqual(body.results, done([...ids, id]));
	for (const one of ids) {
		assert.equal((await record(one)).status, 'disabled');
		assert.deepEqual(audited(one), [['user.update', 'ok', '1']]);
	}
	assert.equal((await client.get('session')).status, 401);
});

test('what is so already is left as it is: no new version, no audit row', async () => {
	const ids = await madeUsers(2);

	assert.deepEqual((await bulk(admin, { ids, set: { status: 'enabled', add_group: 3,
		remove_group: 4 } })).body.results, done(ids, false));
	assert.equal((await record(ids[0])).version, 1);
	assert.deepEqual(audited(ids[0]), []);
});

test('groups are added and removed, also together, and the others stay', async () => {
	const [a] = await madeUsers(1, 'one', [2, 4]);
	const [b] = await madeUsers(1, 'two', []);

	await bulk(admin, { ids: [a, b], set: { add_group: 3 } });
	assert.deepEqual([await groupsOf(a), await groupsOf(b)], [[2, 3, 4], [3]]);
	await bulk(admin, { ids: [a, b], set: { remove_group: 2, add_group: 1 } });
	assert.deepEqual([await groupsOf(a), await groupsOf(b)], [[1, 3, 4], [1, 3]]);
	await bulk(admin, { ids: [a, b], set: { remove_group: 1, mask_data: true } });
	assert.deepEqual([await groupsOf(a), (await record(a)).mask_data], [[3, 4], true]);
});

test('each row is judged as a single edit would be', async () => {
	const manager = await stack.person('boss@example.com', { groups: ['Managers'] });
	const self = (await manager.get('session')).body.user.id;
	const [support] = await madeUsers(1);
	const [auditor] = await madeUsers(1, 'auditor', [4]);
	const ids = [1, self, support, auditor, 999999];

	assert.deepEqual((await bulk(manager, { ids, set: { status: 'disabled' } })).body.results, [
		{ id: 1, ok: false, error: 'user.above_yours' },
		{ id: self, ok: false, error: 'status.self' },
		{ id: support, ok: true, changed: true },
		{ id: auditor, ok: false, error: 'user.above_yours' },
		{ id: 999999, ok: false, error: 'not_found' },
	].toSorted((a, b) => a.id - b.id));
	assert.equal((await record(auditor)).status, 'enabled');
	assert.deepEqual(audited(auditor), [['user.update', 'user.above_yours', '0']]);
	assert.deepEqual((await bulk(manager, { ids: [support], set: { add_group: 1 } })).body.results,
		[{ id: support, ok: false, error: 'groups.above_yours' }]);
	assert.deepEqual((await bulk(manager, { ids: [support], set: { add_group: 77 } })).body.results,
		[{ id: support, ok: false, error: 'groups.unknown' }]);
});

test('the last administrator remains, whatever the others become', async () => {
	const [other] = await madeUsers(1, 'admin', [1]);
	const owner = await stack.person('owner@example.com', { groups: ['Administrators'] });
	const self = (await owner.get('session')).body.user.id;
	const { body } = await bulk(owner, { ids: [1, other, self], set: { remove_group: 1 } });

	assert.deepEqual(body.results, [{ id: 1, ok: true, changed: true },
		{ id: other, ok: true, changed: true }, { id: self, ok: false, error: 'groups.self' }]);
	assert.deepEqual(stack.sql('SELECT admins FROM admin_count'), [['1']]);
	await bulk(owner, { ids: [1], set: { add_group: 1 } });
	await admin.post('session/proof', { password: PASSWORD }); // the change took the old proof away
});

test('a filter of the list takes all that it matches, and the words of the list', async () => {
	const ids = await madeUsers(4, 'match');
	const [other] = await madeUsers(1, 'else');

	assert.deepEqual((await bulk(admin, { filter: { email: 'MATCH', group: 3, status: 'enabled',
		mask_data: false }, set: { mask_data: true } })).body.results, done(ids));
	assert.equal((await record(other)).mask_data, false);
	assert.deepEqual((await bulk(admin, { filter: { email: 'nobody at all' },
		set: { mask_data: true } })).body, { results: [] });
});

test('a filter that matches too many changes none of them', async () => {
	stack.sql(`INSERT INTO user (email, name, password, created_at) VALUES ${
		Array.from({ length: 1001 }, (_, i) => `('crowd${i}@example.org', '', '', NOW())`)}`);
	assert.deepEqual(outcome(await bulk(admin, { filter: { email: 'crowd' },
		set: { status: 'disabled' } })), [422, 'invalid', { filter: 'filter.too_many' }]);
	assert.deepEqual(
		stack.sql("SELECT COUNT(*) FROM user WHERE email LIKE 'crowd%' AND status = 0"),
		[['0']]);
	stack.sql("DELETE FROM user WHERE email = 'crowd1000@example.org'");
	const all = await bulk(admin, { filter: { email: 'crowd' }, set: { status: 'disabled' } });

	assert.equal(all.body.results.filter(({ changed }) => changed).length, 1000);
});

test('what is no such request is refused as a whole', async () => {
	const set = { status: 'enabled' };

	for (const [body, status, errors] of [
		[{ set }, 422, { ids: 'ids.required' }],
		[{ ids: [1], filter: {}, set }, 422, { ids: 'ids.both' }],
		[{ ids: [], set }, 422, { ids: 'ids.required' }],
		[{ ids: [], set, dry_run: true }, 422, { ids: 'ids.required' }],
		[{ ids: [1] }, 422, { set: 'set.required' }],
		[{ ids: [1], set: {} }, 422, { set: 'set.required' }],
		[{ ids: [1], set: { add_group: null } }, 422, { set: 'set.required' }],
		[{ ids: Array.from({ length: 201 }, (_, i) => i + 1), set }, 422, { ids: 'ids.too_many' }],
		[{ ids: [1], set: { email: 'x' } }, 400, { 'set.email': 'unknown', set: 'set.required' }],
		[{ ids: [1], set: { status: 'gone' } }, 422, { 'set.status': 'status.unknown' }],
		[{ ids: [1], set: [] }, 400, { set: 'type' }],
		[{ ids: 'all', set }, 400, { ids: 'type' }],
		[{ filter: { sort: 'id' }, set }, 400, { sort: 'unknown' }],
		[{ filter: { nme: 'x' }, set }, 400, { nme: 'unknown' }],
		[{ filter: { status: 'gone' }, set }, 400, { status: 'status.format' }],
		[{ filter: { group: [3] }, set }, 400, { filter: 'type' }],
		[{ filter: {}, set }, 400, { filter: 'filter.empty' }],
		[{ filter: { email: '' }, set }, 400, { email: 'filter.empty' }],
		[{ filter: { email: 'a', name: ' ' }, set }, 400, { name: 'filter.empty' }],
		[{ filter: { email: 'a' }, all: true, set }, 422, { ids: 'ids.both' }],
		[{ all: false, set }, 422, { ids: 'ids.required' }],
		[{ filter: {}, set, dry_run: true }, 400, { filter: 'filter.empty' }],
	]) {
		const answer = await bulk(admin, body);

		assert.equal(answer.status, status, JSON.stringify(body));
		for (const [field, key] of Object.entries(answer.body.errors)) {
			assert.equal(errors[field], key, JSON.stringify(body));
		}
	}
});

test('everybody is changed only where that is said', async () => {
	const [one] = await madeUsers(1);

	stack.sql("DELETE FROM user WHERE email LIKE 'crowd%'");
	for (const filter of [{}, { email: '' }]) {
		assert.equal((await bulk(admin, { filter, set: { mask_data: true } })).status, 400);
	}
	assert.equal((await record(one)).mask_data, false);
	const { status, body } = await bulk(admin, { all: true, set: { mask_data: true } });

	assert.equal(status, 200);
	assert.equal(body.results.length, Number(stack.sql('SELECT COUNT(*) FROM user')[0][0]));
	assert.equal((await record(one)).mask_data, true);
});

const consequences = async (client, body) => {
	const answer = await bulk(client, { ...body, dry_run: true });

	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(answer.body.results, []);
	return answer.body.consequences;
};

test('a dry run says what a change would come to, and changes nothing', async () => {
	const ids = await madeUsers(2, 'dry');
	const [chief] = await madeUsers(1, 'dry', [1]);
	const [disabled] = await madeUsers(1, 'dry', []);
	const person = await stack.person('dry.live@example.com', { groups: ['Support'] });
	const self = (await person.get('session')).body.user.id;
	const named = [...ids, chief, disabled, self, 999999];
	const users = () => stack.sql('SELECT * FROM user ORDER BY id').join();
	const earlier = users();
	const trail = () => stack.sql("SELECT COUNT(*) FROM audit WHERE action = 'user.update'").join();

	await admin.patch(`users/${disabled}`, { status: 'disabled' });
	const rows = trail();

	assert.deepEqual(await consequences(admin, { ids: named, set: { status: 'disabled' } }),
		{ rows: 6, changed: 4, refused: 1, administrators: 1, sessions: 1 });
	assert.deepEqual(await consequences(admin, { filter: { email: 'dry' },
		set: { status: 'disabled' } }),
	{ rows: 5, changed: 4, refused: 0, administrators: 1, sessions: 1 });
	assert.deepEqual(await consequences(admin, { ids: [...ids, chief], set: { add_group: 1 } }),
		{ rows: 3, changed: 2, refused: 0, administrators: 2, sessions: 0 });
	assert.deepEqual(await consequences(admin, { ids: [1], set: { status: 'disabled' } }),
		{ rows: 1, changed: 0, refused: 1, administrators: 0, sessions: 0 });
	assert.equal(trail(), rows);
	await admin.patch(`users/${disabled}`, { status: 'enabled' });
	stack.sql(`UPDATE user SET version = 1 WHERE id = ${disabled}`);
	assert.equal(users(), earlier);
});

test('a dry run takes as many as a job does, and needs no Prefer for it', async () => {
	stack.sql(`INSERT INTO user (email, name, password, created_at) VALUES ${
		Array.from({ length: 1001 }, (_, i) => `('horde${i}@example.org', '', '', NOW())`)}`);
	const found = await consequences(admin, { filter: { email: 'horde' }, set: { add_group: 3 } });
	const ids = stack.sql("SELECT id FROM user WHERE email LIKE 'horde%'").flat().map(Number);

	assert.deepEqual([found.rows, found.changed], [1001, 1001]);
	assert.deepEqual(await consequences(admin, { ids, set: { add_group: 3 } }), found);
});

test('a dry run by somebody who may less says what is refused them', async () => {
	const manager = await stack.person('dry.boss@example.com', { groups: ['Managers'] });
	const [support] = await madeUsers(1, 'foreseen');
	const [auditor] = await madeUsers(1, 'foreseen', [4]);
	const body = { ids: [1, support, auditor], set: { mask_data: true } };

	assert.deepEqual(await consequences(manager, body),
		{ rows: 3, changed: 1, refused: 2, administrators: 0, sessions: 0 });
	assert.deepEqual((await bulk(manager, body)).body.results.map(({ ok }) => ok),
		[false, true, false]);
});
