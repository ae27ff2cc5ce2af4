/* Why may this user do that? Each permission with the groups that grant it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

let stack;
let admin;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

/** Id of a new user of these groups. */
async function madeUser(groups) {
	const { status, body } = await admin.post('users', { email: `g${groups.join('-')}@example.com`,
		password: 'some unusual words 37', groups });

	assert.equal(status, 201);
	return body.id;
}

const rightsOf = async (id) => (await admin.get(`users/${id}/rights`)).body.items;

/** Permission to names of groups, of those that somebody grants. */
const granted = (items) => Object.fromEntries(items.filter(({ groups }) => groups.length > 0)
	.map(({ permission, groups }) => [permission, groups.map(({ name }) => name)]));

test('every permission of the catalogue is there, in its order, with who grants it', async () => {
	const { items } = (await admin.get('permissions')).body;
	const rights = await rightsOf(await madeUser([2, 3, 4]));

	assert.deepEqual(rights.map(({ permission }) => permission), items.map(({ name }) => name));
	assert.deepEqual(rights[0], { permission: 'users.view',
		groups: [{ id: 2, name: 'Managers' }, { id: 4, name: 'Auditors' }] });
	assert.deepEqual(granted(rights)['clients.update'], ['Managers', 'Support']);
	assert.deepEqual(granted(rights)['audit.view'], ['Auditors']);
	assert.equal(granted(rights)['users.delete'], undefined);
});

test('Administrators grants everything, a user without groups has nothing', async () => {
	const all = await rightsOf(1);

	assert.ok(all.every(({ groups }) => groups.map(({ id }) => id).join() === '1'));
	assert.deepEqual(granted(await rightsOf(await madeUser([]))), {});
});

test('what the answer says is what the guard does', async () => {
	stack.addUser('auditor@example.com', { groups: ['Auditors'] });
	const auditor = await stack.signedIn('auditor@example.com');
	const { user, permissions } = (await auditor.get('session')).body;
	const { status, body } = await auditor.get(`users/${user.id}/rights`);

	assert.equal(status, 200);
	assert.deepEqual(Object.keys(granted(body.items)).toSorted(), permissions.toSorted());
});

test('nobody has no rights', async () => {
	assert.equal((await admin.get('users/999999/rights')).status, 404);
});
