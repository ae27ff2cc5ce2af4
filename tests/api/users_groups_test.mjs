/* How many groups somebody may be in: asked in every way that adds one, and no way loses one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';

const MAX = 100;
const MANY = 205; // as only SQL, or an older version, can have made them

let stack;
let admin;
let groups; // ids
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	stack.sql(`INSERT INTO user_group (name) VALUES ${Array.from({ length: MANY + 1 },
		(_, i) => `('Group ${String(i).padStart(3, '0')}')`).join(',')}`);
	groups = stack.sql("SELECT id FROM user_group WHERE name LIKE 'Group %' ORDER BY id")
		.map(([id]) => Number(id));
});
after(() => stack.stop());

const nameOf = (id) => stack.sql(`SELECT name FROM user_group WHERE id = ${id}`)[0][0];
const groupsOf = (id) => stack.sql(`SELECT group_id FROM user_group_member
	WHERE user_id = ${id} ORDER BY group_id`).map(([group]) => Number(group));

/** Id of a new user who is in the first so many groups. */
function member(size) {
	const email = `member${count += 1}@example.com`;

	stack.addUser(email);
	const [[id]] = stack.sql(`SELECT id FROM user WHERE email = '${email}'`);

	stack.sql(`INSERT INTO user_group_member (user_id, group_id) SELECT ${id}, id FROM user_group
		WHERE name LIKE 'Group %' ORDER BY id LIMIT ${size}`);
	return Number(id);
}

const sendTable = (text, query = '', headers = {}) => admin.send('POST', `users/import${query}`,
	{ body: text, headers: { 'Content-Type': 'text/csv', ...headers } });

const reason = ({ status, body }) => [status, body.errors];
const TOO_MANY = [422, { groups: 'groups.too_many' }];
const table = () => `email,groups\nway.import@example.com,${
	groups.slice(0, MAX + 1).map(nameOf).join('|')}\n`;

/* Each tries to put somebody into one group more than the limit, and says what it was told. */
const WAYS = {
	create: async () => assert.deepEqual(reason(await admin.post('users', { password: PASSWORD,
		email: 'way.create@example.com', groups: groups.slice(0, MAX + 1) })), TOO_MANY),
	update: async (id) => assert.deepEqual(
		reason(await admin.patch(`users/${id}`, { groups: groups.slice(0, MAX + 1) })), TOO_MANY),
	bulk: async (id) => {
		const { body } = await admin.post('users/bulk', { ids: [id],
			set: { add_group: groups[MAX] } });

		assert.deepEqual(body.results, [{ id, ok: false, error: 'groups.too_many' }]);
	},
	import: async () => {
		for (const query of ['?dry_run=true', '?dry_run=false']) {
			const { body } = await sendTable(table(), query);

			assert.equal(body.rows[0].errors.groups, 'groups.too_many');
		}
	},
	job: async () => {
		const { body: { id } } = await sendTable(table(), '', { Prefer: 'respond-async' });
		const { body } = await admin.post(`jobs/${id}/step`);

		assert.equal(body.rows[0].errors.groups, 'groups.too_many');
	},
	'command line': () => {
		const { stderr } = stack.admin(['user', 'add', 'way.cli@example.com', '--password-stdin',
			...groups.slice(0, MAX + 1).flatMap((id) => ['--group', nameOf(id)])],
		{ input: `${PASSWORD}\n`, code: 2 });

		assert.match(stderr, /too many groups; at most 100/);
	},
};

for (const [way, attempt] of Object.entries(WAYS)) {
	test(`nobody gets more than ${MAX} groups by ${way}, and nothing changes`, async () => {
		const id = member(MAX);

		await attempt(id);
		assert.deepEqual(groupsOf(id), groups.slice(0, MAX));
		assert.deepEqual(stack.sql("SELECT COUNT(*) FROM user WHERE email LIKE 'way.%'"), [['0']]);
	});
}

test(`${MAX} groups are not too many in any way`, async () => {
	const id = member(0);
	const names = groups.slice(0, MAX).map(nameOf);

	assert.equal((await admin.post('users', { password: PASSWORD, email: 'most@example.com',
		groups: groups.slice(0, MAX) })).status, 201);
	assert.equal((await admin.patch(`users/${id}`, { groups: groups.slice(0, MAX) })).status, 200);
	assert.deepEqual((await sendTable(
		`email,groups\nmost.import@example.com,${names.join('|')}\n`)).body.rows[0].errors, {});
	stack.admin(['user', 'add', 'most.cli@example.com', '--password-stdin',
		...names.flatMap((name) => ['--group', name])], { input: `${PASSWORD}\n` });
	assert.deepEqual(groupsOf(id), groups.slice(0, MAX));
});

test('who is in more groups than that loses none by any change, and gets none', async () => {
	const id = member(MANY);
	const all = groups.slice(0, MANY);
	const bulk = async (set) => (await admin.post('users/bulk', { ids: [id], set }))
		.body.results[0];

	assert.deepEqual(await bulk({ add_group: groups[MANY] }), { id, ok: false,
		error: 'groups.too_many' });
	assert.deepEqual(groupsOf(id), all);
	assert.equal((await admin.patch(`users/${id}`, { name: 'Kept' })).status, 200);
	assert.equal((await bulk({ status: 'disabled' })).ok, true);
	assert.equal((await bulk({ status: 'enabled', mask_data: true })).ok, true);
	assert.deepEqual(groupsOf(id), all);
	assert.equal((await admin.get(`users/${id}`)).body.groups.length, MANY);
	assert.equal((await bulk({ remove_group: groups[0] })).ok, true);
	assert.deepEqual(groupsOf(id), all.slice(1));
	assert.equal((await bulk({ remove_group: groups[1], add_group: groups[0] })).ok, true);
	assert.deepEqual(groupsOf(id), [groups[0], ...all.slice(2)]);
});
