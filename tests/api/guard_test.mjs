/* Who acts by rights waits for those who change rights, and for nobody else; and a change waits for
 * the acts that are under way. So no act is committed by rights that were taken away before. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Session } from '../fault/parts.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const GROUPS = { 'Managers': 2, 'Support': 3 };
const ANY = { 'If-Match': '*' };

let stack;
let admin;
let count = 0;

before(async () => {
	stack = await startStack({ settings: '[session]\nproof = 60\n' });
	admin = await stack.signedIn();
});
after(() => stack.stop());

const epoch = () => stack.sql('SELECT epoch FROM authz_epoch WHERE id = 1')[0][0];
const newUser = () => ({ email: `g${count += 1}@example.com`, link: true,
	groups: [GROUPS.Support] });
const create = (client = admin) => client.post('users', newUser());

async function made() {
	const { status, body } = await create();

	assert.equal(status, 201);
	return `users/${body.id}`;
}

const USES = {
	'a create': () => create(),
	'a create of an administrator': () => admin.post('users', { ...newUser(), groups: [1] }),
	'an import': () => admin.send('POST', 'users/import', { headers: {
		'Content-Type': 'text/csv' }, body: `email,groups\ni${count += 1}@example.com,Support` }),
	'another name': (path) => admin.patch(path, { name: 'Another' }),
	'another language': (path) => admin.patch(path, { language: 'de' }),
	'new credentials': (path) => admin.post(`${path}/credentials`, { link: true }),
	'the end of a delay': (path) => admin.post(`${path}/unlock`),
	'the end of sessions': (path) => admin.delete(`${path}/sessions`),
};
const CHANGES = {
	'other groups': (path) => admin.patch(path, { groups: [GROUPS.Managers] }),
	'another status': (path) => admin.patch(path, { status: 'disabled' }),
	'a mask': (path) => admin.patch(path, { mask_data: true }),
	'networks': (path) => admin.patch(path, { ip_allow_list: ['10.0.0.0/8'] }),
	'an end': (path) => admin.delete(path, ANY),
	'a change of many': (path) => admin.post('users/bulk',
		{ ids: [Number(path.split('/')[1])], set: { mask_data: true } }),
	'a new group': () => admin.post('groups', { name: `New ${count += 1}`, permissions: [] }),
	'another name of a group': () => admin.patch('groups/4', { name: `Named ${count += 1}` }, ANY),
};

for (const [acts, moves] of [[USES, false], [CHANGES, true]]) {
	for (const [name, act] of Object.entries(acts)) {
		test(`${name} ${moves ? 'ends' : 'leaves'} what others remember of rights`, async () => {
			const path = await made();
			const earlier = epoch();
			const { status, text } = await act(path);

			assert.ok(status < 300, text);
			assert.equal(epoch() !== earlier, moves);
		});
	}
}

/* Guard rows of the program's connections, also of those that it may open next. */
const OWN_ROWS = `SELECT 2 + id % 32 FROM information_schema.processlist
	WHERE user = 'backoffice_web'
	UNION SELECT 2 + (CONNECTION_ID() + seq) % 32 FROM (WITH RECURSIVE s AS
		(SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM s WHERE seq < 16) SELECT seq FROM s) next`;

test('two acts by rights do not wait for each other', async (t) => {
	const others = new Session(t, stack);
	const own = stack.sql(OWN_ROWS).flat().map(Number);
	const held = Array.from({ length: 32 }, (_, i) => i + 2).filter((id) => !own.includes(id));

	assert.ok(held.length > 0);
	await others.run(`SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
		START TRANSACTION; UPDATE authz_epoch SET uses = uses + 1 WHERE id IN (${held})`);
	const answer = await create();

	await others.run('ROLLBACK');
	assert.equal(answer.status, 201, answer.text);
});

/* Resolves when so many wait for a lock. */
function wait(session) {
	return until(async () => (await session.run(
		"SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"))[0][1] !== '0');
}

/** What is answered to act() when the statements are written before it, and committed while it
 * waits for them. */
async function whileHeld(t, statements, act) {
	const [holder, watcher] = [new Session(t, stack), new Session(t, stack)];

	await holder.run(`START TRANSACTION; ${statements}`);
	const answer = act();

	await wait(watcher);
	await holder.run('COMMIT');
	return answer;
}

for (const [name, act] of Object.entries({ 'a create': create,
	'an import': (client) => client.send('POST', 'users/import', { headers: {
		'Content-Type': 'text/csv' }, body: `email,groups\ni${count += 1}@example.com,Support` }),
	'an edit': (client, path) => client.patch(path, { name: 'Another' }, ANY),
	'an end of sessions': (client, path) => client.delete(`${path}/sessions`) })) {
	test(`${name} by rights that are taken away at the same moment is not made`, async (t) => {
		const client = await stack.person(`m${count += 1}@example.com`, { groups: ['Managers'] });
		const { id } = (await client.get('session')).body.user;
		const path = await made();
		const users = () => stack.sql('SELECT COUNT(*), SUM(version) FROM user');
		const earlier = users();
		const answer = await whileHeld(t, `UPDATE authz_epoch SET epoch = epoch + 1;
			DELETE FROM user_group_member WHERE user_id = ${id}`, () => act(client, path));

		assert.ok(answer.status === 403 || answer.body.rows?.[0].errors,
			`it was answered ${answer.status} ${answer.text}`);
		assert.deepEqual(users(), earlier);
	});
}

test('a change of rights waits for the acts that are under way', async (t) => {
	const path = await made();
	const { status } = await whileHeld(t, 'UPDATE authz_epoch SET uses = uses + 1 WHERE id = 33',
		() => admin.patch(path, { groups: [GROUPS.Managers] }));

	assert.equal(status, 200);
});

test('of two edits of one user at the same moment the later one is made on what the first left',
	async (t) => {
		const path = await made();
		const [, id] = path.split('/');
		const { status, body } = await whileHeld(t, `UPDATE user SET language = 'de',
			version = version + 1 WHERE id = ${id}`,
		() => admin.patch(path, { name: 'Later' }, ANY));

		assert.equal(status, 200);
		assert.deepEqual([body.name, body.language, body.version], ['Later', 'de', 3]);
	});
