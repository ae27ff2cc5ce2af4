/* A change of many users can be taken back: what was is kept on the server, and whoever has changed
 * since is left as they are. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';

const ASYNC = { Prefer: 'respond-async' };

let stack;
let admin;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

async function madeUsers(number, fields = {}) {
	const ids = [];

	for (let i = 0; i < number; i++) {
		const { status, body } = await admin.post('users', { groups: [3], link: true,
			email: `undo${count += 1}@example.com`, ...fields });

		assert.equal(status, 201);
		ids.push(body.id);
	}
	return ids;
}

/** What a bulk act can change of users, as it is now. */
async function states(ids) {
	const all = [];

	for (const id of ids) {
		const { body } = await admin.get(`users/${id}`);

		all.push([body.status, body.mask_data, body.groups.map((group) => group.id).join()]);
	}
	return all;
}

async function bulk(ids, set, client = admin) {
	const { status, body } = await client.post('users/bulk', { ids, set });

	assert.equal(status, 200);
	return body;
}

const undo = (job, client = admin) => client.post(`jobs/${job}/undo`);
const jobOf = async (id) => (await admin.get(`jobs/${id}`)).body;

/** Goes on with a job until it is over. */
async function finished(id) {
	for (;;) {
		const { body } = await admin.post(`jobs/${id}/step`);

		if (body.job.state !== 'running') {
			return jobOf(id);
		}
	}
}

for (const [what, set] of Object.entries({
	'a status': { status: 'disabled' },
	'a mask': { mask_data: true },
	'a group that was added': { add_group: 4 },
	'a group that was removed': { remove_group: 3 },
	'all of it': { status: 'disabled', mask_data: true, add_group: 2, remove_group: 3 },
})) {
	test(`${what} is taken back, of those whom the change changed and of no others`, async () => {
		const ids = [...await madeUsers(2), ...await madeUsers(1, { groups: [2, 4],
			mask_data: true, status: 'disabled' }), ...await madeUsers(1, { groups: [] })];
		const earlier = await states(ids);
		const { job, results } = await bulk(ids, set);
		const changed = results.filter((row) => row.changed).map(({ id }) => id);

		assert.notDeepEqual(await states(ids), earlier);
		assert.equal((await jobOf(job)).undoable, true);
		const { status, body } = await undo(job);

		assert.equal(status, 200);
		assert.deepEqual(body, { results: changed.map((id) => ({ id, ok: true, changed: true })) });
		assert.deepEqual(await states(ids), earlier);
		assert.equal((await jobOf(job)).undoable, false);
		assert.deepEqual((await undo(job)).body, { results: [] });
	});
}

test('rows that are refused are not told as changed: alone, nothing is to be undone', async () => {
	const [one] = await madeUsers(1);
	const part = await bulk([1, one, 999999], { status: 'disabled' });
	const { done, failed, total } = await jobOf(part.job);

	assert.deepEqual({ done, failed, total }, { done: 1, failed: 2, total: 3 });
	const none = await bulk([1, 999999], { status: 'disabled' });

	assert.deepEqual(none.results.map(({ error }) => error), ['status.self', 'not_found']);
	assert.equal('job' in none, false);
});

test('what somebody has changed since is named and left', async () => {
	const [a, b, c] = await madeUsers(3);
	const { job } = await bulk([a, b, c], { status: 'disabled' });

	await admin.patch(`users/${b}`, { status: 'enabled' });
	await admin.patch(`users/${b}`, { status: 'disabled' });
	await admin.delete(`users/${c}`);
	assert.deepEqual((await undo(job)).body.results, [{ id: a, ok: true, changed: true },
		{ id: b, ok: false, error: 'undo.changed_since' },
		{ id: c, ok: false, error: 'not_found' }]);
	assert.deepEqual((await states([a, b])).map(([status]) => status), ['enabled', 'disabled']);
});

test('it is judged and noted as any change is', async () => {
	const boss = await stack.person('undo.boss@example.com', { groups: ['Managers'] });
	const self = (await boss.get('session')).body.user.id;
	const [a, b] = await madeUsers(2);
	const { job } = await bulk([a, b], { status: 'disabled' }, boss);
	const rows = (id) => stack.sql(`SELECT actor_id, action, result FROM audit
		WHERE target_id = ${id} AND action = 'user.update' ORDER BY id DESC LIMIT 1`)[0];

	stack.sql(`DELETE FROM user_group_member WHERE user_id = ${b};
		INSERT INTO user_group_member (user_id, group_id) VALUES (${b}, 1);
		UPDATE authz_epoch SET epoch = epoch + 1`);
	assert.deepEqual((await undo(job, boss)).body.results, [{ id: a, ok: true, changed: true },
		{ id: b, ok: false, error: 'user.above_yours' }]);
	assert.deepEqual(rows(a), [String(self), 'user.update', 'ok']);
	assert.deepEqual(rows(b), [String(self), 'user.update', 'user.above_yours']);
});

test('only its owner may, with a proof and with the right to change users', async () => {
	const boss = await stack.person('undo.owner@example.com', { groups: ['Managers'] });
	const { id } = (await boss.get('session')).body.user;
	const ids = await madeUsers(1);
	const { job } = await bulk(ids, { status: 'disabled' }, boss);

	assert.equal((await undo(job)).status, 404);
	stack.sql(`UPDATE session SET created_at = created_at - INTERVAL 1 HOUR,
		proved_at = NULL WHERE user_id = ${id}`);
	assert.equal((await undo(job, boss)).body.code, 'step_up_required');
	await admin.patch(`users/${id}`, { groups: [] });
	await boss.post('session/proof', { password: PASSWORD });
	const { status, body } = await undo(job, boss);

	assert.deepEqual([status, body.missing], [403, 'users.update']);
	assert.deepEqual((await states(ids))[0][0], 'disabled');
});

test('a job that is taken back as a job: it names its rows and goes on step by step', async () => {
	const ids = await madeUsers(60);
	const begun = await admin.post('users/bulk', { ids, set: { add_group: 2 } }, ASYNC);

	assert.deepEqual((await undo(begun.body.id)).body.errors, { job: 'job.running' });
	assert.equal((await finished(begun.body.id)).undoable, true);
	const { status, body } = await admin.post(`jobs/${begun.body.id}/undo`, {}, ASYNC);

	assert.deepEqual([status, body.kind, body.total], [202, 'users_undo', 60]);
	assert.deepEqual(body.set, { add_group: 2 });
	await admin.patch(`users/${ids[59]}`, { name: 'Changed since' });
	const over = await finished(body.id);

	assert.deepEqual([over.done, over.failed, over.undoable], [59, 1, false]);
	assert.deepEqual(over.refused.map(({ id, errors }) => [id, errors]),
		[[ids[59], { row: 'undo.changed_since' }]]);
	assert.deepEqual((await states([ids[0], ids[59]])).map(([, , groups]) => groups), ['3', '2,3']);
});

test('what was cancelled half way is taken back as far as it came', async () => {
	const ids = await madeUsers(60);
	const { body } = await admin.post('users/bulk', { ids, set: { mask_data: true } }, ASYNC);

	await admin.post(`jobs/${body.id}/step`);
	await admin.delete(`jobs/${body.id}`, {});
	const done = (await jobOf(body.id)).done;

	assert.ok(done > 0 && done < 60);
	assert.equal((await undo(body.id)).body.results.length, done);
	assert.ok((await states(ids)).every(([, mask]) => mask === false));
});

test('a change that changed nothing leaves no job, and another job has no undo', async () => {
	const ids = await madeUsers(1);

	assert.equal((await bulk(ids, { status: 'enabled' })).job, undefined);
	const { body } = await admin.send('POST', 'clients/import', { body: 'name\nAnna\n',
		headers: { 'Content-Type': 'text/csv', ...ASYNC } });

	await finished(body.id);
	assert.deepEqual((await undo(body.id)).body.errors, { job: 'job.no_undo' });
	assert.equal((await undo(999999)).status, 404);
});

test('it outlives a restart of the program, and not the job', async () => {
	const ids = await madeUsers(2);
	const { job } = await bulk(ids, { status: 'disabled' });
	const gone = await bulk(ids, { mask_data: true });

	await admin.delete(`jobs/${gone.job}`, {});
	assert.equal((await undo(gone.job)).status, 404);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM work_undo WHERE work_id = ${gone.job}`),
		[['0']]);
	await bulk(ids, { mask_data: false });
	stack.sql(`UPDATE user SET version = 2 WHERE id IN (${ids})`);
	await stack.halt();
	stack = await startStack({ data: stack.data });
	admin = await stack.signedIn();
	assert.ok((await admin.get('jobs')).body.items.some(({ id, undoable }) =>
		id === job && undoable));
	await undo(job);
	assert.deepEqual((await states(ids)).map(([status]) => status), ['enabled', 'enabled']);
});
