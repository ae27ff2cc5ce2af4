/* Groups: made, changed and removed, by whom and by whom not, and carried from here to there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { bare } from '../lib/client.mjs';
import { grantsText, textOf } from '../lib/migrations.mjs';
import { startStack } from '../lib/stack.mjs';

const MANAGER_RIGHTS = ['users.view', 'groups.view', 'groups.create', 'groups.update',
	'groups.delete', 'clients.view'];

let stack;
let admin;
let manager; // holds MANAGER_RIGHTS by the group Keepers
let keepers;
let made = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	keepers = (await newGroup({ name: 'Keepers', permissions: MANAGER_RIGHTS })).id;
	manager = await stack.person('keeper@example.com', { groups: ['Keepers'], name: 'Kim Keeper' });
});
after(() => stack.stop());

async function newGroup(fields = {}) {
	made += 1;
	const { status, body } = await admin.post('groups', { name: `Group ${made}`, ...fields });

	assert.equal(status, 201, JSON.stringify(body));
	return body;
}

function epoch() {
	return Number(stack.sql('SELECT epoch FROM authz_epoch')[0][0]);
}

/** The newest row of the audit trail. */
function lastAudit() {
	const [[action, target, earlier, later]] = stack.sql(`SELECT action, target_id, before_json,
		after_json FROM audit WHERE target_type = 'group' ORDER BY id DESC LIMIT 1`);
	const parse = (text) => text === 'NULL' ? null : JSON.parse(text);

	return { action, target: Number(target), before: parse(earlier), after: parse(later) };
}

/** What the database answers to the page's own account. */
function asWeb(statement) {
	const password = readFileSync(join(stack.data, 'secrets/db_web'), 'utf8').trim();

	return spawnSync('mariadb', ['--no-defaults', '-S', stack.socket, '-u', 'backoffice_web',
		'--batch', '--skip-column-names', 'backoffice'],
	{ input: statement, encoding: 'utf8', env: { ...process.env, MYSQL_PWD: password } });
}

async function groupNamed(name) {
	const { body } = await admin.get(`groups?size=200&name=${encodeURIComponent(name)}`);

	return body.items.find((group) => group.name === name);
}

test('a group is created with its permissions and read back', async () => {
	const { status, headers, body } = await admin.post('groups', { name: '  Night   shift ',
		permissions: ['clients.view', 'clients.update'] });

	assert.equal(status, 201);
	assert.equal(headers.location, `${stack.prefix.replace(/\/$/, '')}/api/v1/groups/${body.id}`);
	assert.deepEqual(body, { id: body.id, name: 'Night shift', member_count: 0, version: 1,
		permissions: ['clients.view', 'clients.update'],
		may: ['update', 'delete', 'give'] });
	assert.deepEqual((await admin.get(`groups/${body.id}`)).body, body);
	assert.deepEqual(lastAudit(), { action: 'group.create', target: body.id, before: null,
		after: bare(body) });
});

test('what is wrong with a group is said field by field', async () => {
	const wrong = async (body) => {
		const answer = await admin.post('groups', body);

		return [answer.status, answer.body.errors];
	};

	assert.deepEqual(await wrong({}), [422, { name: 'name.required' }]);
	assert.deepEqual(await wrong({ name: ' ' }), [422, { name: 'name.required' }]);
	assert.deepEqual(await wrong({ name: 'x'.repeat(101) }), [422, { name: 'name.too_long' }]);
	assert.deepEqual(await wrong({ name: 'a\u202eb' }), [422, { name: 'name.characters' }]);
	assert.deepEqual(await wrong({ name: 'x', permissions: ['users.fly'] }),
		[422, { permissions: 'permissions.unknown' }]);
	assert.deepEqual(await wrong({ name: 'x', permissions: [1] }), [400, { permissions: 'type' }]);
	assert.deepEqual(await wrong({ name: 'x', permissions: 'users.view' }),
		[400, { permissions: 'type' }]);
	assert.deepEqual(await wrong({ name: 'x', members: [] }), [400, { members: 'unknown' }]);
});

test('names are unique, whatever their case and accents', async () => {
	await newGroup({ name: 'Évening' });
	const other = await newGroup();

	for (const name of ['Évening', 'evening', 'EVENING']) {
		const { status, body } = await admin.post('groups', { name });

		assert.equal(status, 409);
		assert.equal(body.code, 'duplicate');
		assert.deepEqual(body.errors, { name: 'name.taken' });
	}
	assert.equal((await admin.patch(`groups/${other.id}`, { name: 'evening' })).status, 409);
});

test('a repeated POST with the same key makes one group', async () => {
	const key = { 'Idempotency-Key': 'once-1' };
	const first = await admin.post('groups', { name: 'Only once' }, key);
	const again = await admin.post('groups', { name: 'Only once' }, key);

	assert.equal(again.status, 201);
	assert.deepEqual(again.body, first.body);
	assert.equal((await admin.post('groups', { name: 'Another' }, key)).body.code,
		'idempotency_key_reused');
});

test('an edit changes what it names and nothing else, and is on record', async () => {
	const group = await newGroup({ permissions: ['users.view', 'users.update'] });
	const renamed = await admin.patch(`groups/${group.id}`, { name: 'Renamed here' });

	assert.equal(renamed.status, 200);
	assert.deepEqual(renamed.body.permissions, group.permissions);
	assert.equal(renamed.body.version, 2);
	const changed = await admin.patch(`groups/${group.id}`, {
		permissions: ['users.view', 'mail.view'] });

	assert.equal(changed.headers.etag, '"3"');
	assert.equal(changed.body.name, 'Renamed here');
	assert.deepEqual(changed.body.permissions, ['users.view', 'mail.view']);
	assert.deepEqual(lastAudit(), { action: 'group.update', target: group.id,
		before: bare(renamed.body), after: bare(changed.body) });
});

test('an edit over an older version changes nothing', async () => {
	const { id } = await newGroup();

	assert.equal((await admin.patch(`groups/${id}`, { name: 'Mine' }, {})).status, 428);
	await admin.patch(`groups/${id}`, { name: 'Theirs first' });
	const stale = await admin.patch(`groups/${id}`, { name: 'Mine' }, { 'If-Match': '"1"' });

	assert.equal(stale.status, 412);
	assert.equal((await admin.get(`groups/${id}`)).body.name, 'Theirs first');
	assert.equal((await admin.delete(`groups/${id}`, { 'If-Match': '"1"' })).status, 412);
});

test('a change of rights counts for the very next request of a member', async () => {
	const group = await newGroup({ name: 'Watchers', permissions: ['users.view'] });
	const member = await stack.person('watcher@example.com', { groups: ['Watchers'] });

	assert.equal((await member.get('users')).status, 200);
	await admin.patch(`groups/${group.id}`, { permissions: ['clients.view'] });
	assert.equal((await member.get('users')).status, 403);
	assert.equal((await member.get('clients')).status, 200);
});

test('every change moves the epoch on, so that a new name is seen at once', async () => {
	const group = await newGroup({ name: 'Old name' });
	const user = await stack.person('named@example.com', { groups: ['Old name'] });

	assert.equal((await user.get('session')).body.user.groups[0].name, 'Old name');
	const earlier = epoch();

	await admin.patch(`groups/${group.id}`, { name: 'New name' });
	assert.ok(epoch() > earlier);
	for (let i = 0; i < 20; i++) { // whichever thread answers
		assert.equal((await user.get('session')).body.user.groups[0].name, 'New name');
	}
});

test('a group with members is not deleted, and the refusal says how many they are', async () => {
	const group = await newGroup({ name: 'Busy' });

	stack.addUser('busy1@example.com', { groups: ['Busy'] });
	stack.addUser('busy2@example.com', { groups: ['Busy'] });
	const { status, body } = await admin.delete(`groups/${group.id}`);

	assert.equal(status, 409);
	assert.equal(body.code, 'in_use');
	assert.equal(body.count, 2);
	assert.equal((await admin.get(`groups/${group.id}`)).body.member_count, 2);
});

test('a group without members is deleted, and that is on record', async () => {
	const group = await newGroup({ permissions: ['users.view'] });

	assert.equal((await admin.delete(`groups/${group.id}`)).status, 204);
	assert.equal((await admin.get(`groups/${group.id}`)).status, 404);
	assert.deepEqual(stack.sql(
		`SELECT * FROM user_group_permission WHERE group_id = ${group.id}`), []);
	assert.deepEqual(lastAudit(), { action: 'group.delete', target: group.id, before: bare(group),
		after: null });
});

test('Administrators is not edited, renamed or deleted, not even by an administrator', async () => {
	const unchanged = (await admin.get('groups/1')).body;

	for (const send of [() => admin.patch('groups/1', { name: 'Chiefs' }),
		() => admin.patch('groups/1', { permissions: [] }), () => admin.delete('groups/1')]) {
		const { status, body } = await send();

		assert.equal(status, 403);
		assert.deepEqual(body.errors, { group: 'group.fixed' });
	}
	assert.deepEqual((await admin.get('groups/1')).body, unchanged);
});

test('the page\'s database account cannot touch Administrators by any SQL', () => {
	const state = () => stack.sql(`SELECT id, name, version FROM user_group ORDER BY id;
		SELECT group_id, permission FROM user_group_permission WHERE group_id = 1`);
	const unchanged = state();
	const tries = [
		'DELETE FROM user_group WHERE id = 1',
		'UPDATE user_group SET name = \'x\' WHERE id = 1',
		'INSERT INTO user_group_permission VALUES (1, \'users.view\')',
		'TRUNCATE user_group_permission',
		'SET SESSION foreign_key_checks = 0; DELETE FROM user_group WHERE id = 1',
		'SET SESSION foreign_key_checks = 0; DELETE FROM user_group_editable WHERE id = 1',
		'UPDATE user_group_editable SET name = \'x\' WHERE id = 1',
		'UPDATE user_group_editable SET name = \'administrators\' WHERE name = \'Administrators\'',
		'UPDATE user_group_editable SET id = 1 WHERE id = 2',
		'INSERT INTO user_group_editable (id, name) VALUES (1, \'x\')',
		'INSERT INTO user_group_permission_editable VALUES (1, \'users.view\')',
		'CREATE OR REPLACE VIEW user_group_editable AS SELECT * FROM user_group',
		'DROP VIEW user_group_editable',
		'REPLACE INTO user_group_editable (name) VALUES (\'Administrators\')',
	];

	for (const statement of tries) {
		asWeb(statement);
		assert.deepEqual(state(), unchanged, statement);
	}
	assert.match(asWeb('DELETE FROM user_group WHERE id = 1').stderr, /denied/);
	assert.match(asWeb(tries[9]).stderr, /denied|CHECK OPTION/);
	assert.match(asWeb(tries[10]).stderr, /CHECK OPTION/);
});

test('grants may be repeated, and take back what an earlier version had granted', () => {
	stack.sql('GRANT INSERT, UPDATE, DELETE ON user_group TO backoffice_web@localhost');
	assert.equal(asWeb('UPDATE user_group SET version = version WHERE id = 1').stderr, '');
	stack.sql(grantsText());
	assert.match(asWeb('UPDATE user_group SET version = version WHERE id = 1').stderr, /denied/);
});

test('the page\'s database account can still write every other group', () => {
	const done = asWeb(`START TRANSACTION;
		INSERT INTO user_group_editable (name) VALUES ('by hand');
		UPDATE user_group_editable SET name = 'by hand 2' WHERE name = 'by hand';
		DELETE FROM user_group_editable WHERE name = 'by hand 2'; ROLLBACK`);

	assert.equal(done.stderr, '');
});

test('nobody gives a group what they do not hold', async () => {
	const refused = await manager.post('groups', { name: 'Too much',
		permissions: ['users.view', 'users.delete'] });

	assert.equal(refused.status, 403);
	assert.deepEqual(refused.body.errors, { permissions: 'permissions.above_yours' });
	const own = await manager.post('groups', { name: 'Fair', permissions: ['users.view'] });

	assert.equal(own.status, 201);
	const more = await manager.patch(`groups/${own.body.id}`, { permissions: ['mail.view'] });

	assert.deepEqual(more.body.errors, { permissions: 'permissions.above_yours' });
});

test('nobody touches a group that holds a right that they lack', async () => {
	const { id } = await newGroup({ permissions: ['users.view', 'audit.view'] });

	for (const send of [() => manager.patch(`groups/${id}`, { name: 'Taken over' }),
		() => manager.patch(`groups/${id}`, { permissions: ['users.view'] }),
		() => manager.delete(`groups/${id}`)]) {
		const { status, body } = await send();

		assert.equal(status, 403);
		assert.deepEqual(body.errors, { group: 'group.above_yours' });
	}
});

test('nobody raises themselves through their own group, nor loses their last way to edit groups',
	async () => {
		const raise = await manager.patch(`groups/${keepers}`, {
			permissions: [...MANAGER_RIGHTS, 'clients.update'] });

		assert.equal(raise.status, 403);
		const without = MANAGER_RIGHTS.filter((name) => name !== 'groups.update');
		const last = await manager.patch(`groups/${keepers}`, { permissions: without });

		assert.equal(last.status, 403);
		assert.deepEqual(last.body.errors, { permissions: 'permissions.own_last' });
		assert.deepEqual((await admin.get(`groups/${keepers}`)).body.permissions.toSorted(),
			MANAGER_RIGHTS.toSorted());
		const less = await manager.patch(`groups/${keepers}`, {
			permissions: MANAGER_RIGHTS.filter((name) => name !== 'clients.view') });

		assert.equal(less.status, 200);
		await admin.patch(`groups/${keepers}`, { permissions: MANAGER_RIGHTS });
	});

test('a group may lose the right to edit groups when its editor has it elsewhere', async () => {
	const { id } = await newGroup({ name: 'Spare', permissions: ['groups.update', 'groups.view'] });
	const person = await stack.person('spare@example.com', { groups: ['Keepers', 'Spare'] });

	const { status } = await person.patch(`groups/${id}`, { permissions: ['groups.view'] });

	assert.equal(status, 200);
});

test('the members of a group are a list like that of users', async () => {
	const { id } = await newGroup({ name: 'Crowd' });

	for (const letter of 'abcde') {
		stack.addUser(`crowd-${letter}@example.com`, { groups: ['Crowd'],
			name: `Crowd ${letter}` });
	}
	const first = (await admin.get(`groups/${id}/users?sort=name&size=3`)).body;
	const next = (await admin.get(`groups/${id}/users?sort=name&size=3&after=${
		encodeURIComponent(first.page.next)}`)).body;

	assert.deepEqual([...first.items, ...next.items].map(({ name }) => name),
		['Crowd a', 'Crowd b', 'Crowd c', 'Crowd d', 'Crowd e']);
	assert.equal(first.page.total, 5);
	assert.deepEqual(first.items[0].groups, [{ id, name: 'Crowd' }]);
	const found = (await admin.get(`groups/${id}/users?email=crowd-c`)).body;

	assert.equal(found.items.length, 1);
	assert.equal((await admin.get(`groups/${id}/users?group=1`)).status, 400);
	assert.equal((await admin.get('groups/999999/users')).status, 404);
});

test('members are shown only to those who may see groups and users', async () => {
	await newGroup({ name: 'Groups alone', permissions: ['groups.view'] });
	const person = await stack.person('alone@example.com', { groups: ['Groups alone'] });
	const { status, body } = await person.get(`groups/${keepers}/users`);

	assert.equal(status, 403);
	assert.equal(body.missing, 'users.view');
});

test('an export is a file of all groups but Administrators, in the order of names', async () => {
	const { status, headers, body } = await admin.get('groups/export.json');
	const names = body.groups.map(({ name }) => name);

	assert.equal(status, 200);
	assert.equal(headers['content-disposition'], 'attachment; filename="groups.json"');
	assert.ok(!names.includes('Administrators'));
	assert.ok(names.includes('Managers'));
	assert.deepEqual(body.groups.find(({ name }) => name === 'Support'),
		{ name: 'Support', permissions: ['clients.view', 'clients.update'] });
	assert.deepEqual(names, names.toSorted(new Intl.Collator('en').compare));
});

test('export, import and export again give the same file, also of lost groups', async () => {
	const file = (await admin.get('groups/export.json')).text;
	const support = await groupNamed('Support');

	assert.equal((await admin.delete(`groups/${support.id}`)).status, 204);
	await admin.patch(`groups/${(await groupNamed('Auditors')).id}`, { permissions: [] });
	const { status, body } = await admin.post('groups/import?replace=true', file);
	const resultOf = (name) => body.items.find((item) => item.name === name).result;

	assert.equal(status, 200);
	assert.equal(resultOf('Support'), 'created');
	assert.equal(resultOf('Auditors'), 'replaced');
	assert.equal(resultOf('Managers'), 'unchanged');
	assert.equal((await admin.get('groups/export.json')).text, file);
});

test('without replace a group whose name is taken gets a suffix', async () => {
	const file = { groups: [{ name: 'Twin', permissions: ['users.view'] }] };

	const names = [];

	for (let i = 0; i < 3; i++) {
		const { status, body } = await admin.post('groups/import?replace=false', file);

		assert.equal(status, 200);
		names.push(`${body.items[0].result} ${body.items[0].saved_as}`);
	}
	assert.deepEqual(names, ['created Twin', 'renamed Twin (1)', 'renamed Twin (2)']);
	assert.deepEqual((await groupNamed('Twin (2)')).permissions, ['users.view']);
	assert.equal((await admin.post('groups/import', file)).body.items[0].saved_as, 'Twin (3)');
});

test('an import writes an audit row for each group that it changed', async () => {
	const file = { groups: [{ name: 'Traced', permissions: [] },
		{ name: 'Managers', permissions: (await groupNamed('Managers')).permissions }] };
	const count = () => Number(stack.sql(
		'SELECT COUNT(*) FROM audit WHERE target_type = \'group\'')[0][0]);
	const earlier = count();

	await admin.post('groups/import?replace=true', file);
	assert.equal(count(), earlier + 1);
	assert.equal(lastAudit().after.name, 'Traced');
});

test('an import is done whole or not at all, and names every group in the way', async () => {
	const unchanged = (await admin.get('groups/export.json')).text;
	const { status, body } = await manager.post('groups/import?replace=true', { groups: [
		{ name: 'Fine by me', permissions: ['users.view'] },
		{ name: 'Above me', permissions: ['mail.delete'] },
		{ name: 'Auditors', permissions: ['users.view'] },
		{ name: 'administrators', permissions: ['users.view'] },
	] });

	assert.equal(status, 403);
	assert.deepEqual(body.errors, {
		'groups.1.permissions': 'permissions.above_yours',
		'groups.2.group': 'group.above_yours',
		'groups.3.group': 'group.fixed',
	});
	assert.equal((await admin.get('groups/export.json')).text, unchanged);
});

test('an import neither takes away the last way to edit groups nor replaces without that right',
	async () => {
		const own = await manager.post('groups/import?replace=true',
			{ groups: [{ name: 'Keepers', permissions: ['users.view'] }] });

		assert.equal(own.status, 403);
		assert.deepEqual(own.body.errors, { groups: 'permissions.own_last' });
		await newGroup({ name: 'Creators', permissions: ['groups.create', 'groups.view'] });
		const creator = await stack.person('creator@example.com', { groups: ['Creators'] });
		const refused = await creator.post('groups/import?replace=true', { groups: [] });

		assert.equal(refused.status, 403);
		assert.equal(refused.body.missing, 'groups.update');
		assert.equal((await creator.post('groups/import', { groups: [
			{ name: 'Creators', permissions: ['groups.view'] }] })).body.items[0].saved_as,
		'Creators (1)');
	});

test('a file of before may name permissions that are gone, and that is said', async () => {
	const former = ['audit.create', 'audit.update', 'audit.delete', 'sessions.create',
		'sessions.update'];
	const group = { name: 'Of before', permissions: ['users.view', ...former, 'audit.view'] };
	const { status, body } = await admin.post('groups/import', { groups: [group] });

	assert.equal(status, 200);
	assert.deepEqual(body.items[0].ignored, former);
	assert.deepEqual((await groupNamed('Of before')).permissions, ['users.view', 'audit.view']);
	assert.deepEqual((await admin.post('groups/import', { groups: [{ name: 'Of now',
		permissions: ['users.view'] }] })).body.items[0].ignored, []);
	for (const permission of former) {
		const refused = await admin.post('groups', { name: 'New', permissions: [permission] });

		assert.deepEqual(refused.body.errors, { permissions: 'permissions.unknown' });
	}
});

test('what groups of before hold of them is taken out, and of the rest nothing', () => {
	const [[id]] = stack.sql("SELECT id FROM user_group WHERE name = 'Of now'");
	const held = () => stack.sql(`SELECT group_id, permission FROM user_group_permission
		ORDER BY group_id, permission`).join('\n');
	const earlier = held();

	stack.sql(`INSERT INTO user_group_permission VALUES (${id}, 'audit.create'),
		(${id}, 'audit.update'), (${id}, 'audit.delete'), (${id}, 'sessions.create'),
		(${id}, 'sessions.update')`);
	stack.sql(textOf('0018_permissions_without_use.sql'));
	assert.equal(held(), earlier);
});

test('what is wrong with a document is said group by group', async () => {
	const wrong = async (body) => {
		const answer = await admin.post('groups/import', body);

		return [answer.status, answer.body.errors];
	};
	const good = { name: 'Good', permissions: [] };

	assert.deepEqual(await wrong({}), [422, { groups: 'groups.required' }]);
	assert.deepEqual(await wrong({ groups: {} }), [400, { groups: 'type' }]);
	assert.deepEqual(await wrong({ groups: [1] }), [400, { groups: 'type' }]);
	assert.deepEqual(await wrong({ groups: [good, { permissions: [] }] }),
		[422, { 'groups.1.name': 'name.required' }]);
	assert.deepEqual(await wrong({ groups: [{ name: 'x' }] }),
		[422, { 'groups.0.permissions': 'permissions.required' }]);
	assert.deepEqual(await wrong({ groups: [good, { name: 'x', permissions: ['a.b'] }] }),
		[422, { 'groups.1.permissions': 'permissions.unknown' }]);
	assert.deepEqual(await wrong({ groups: [{ ...good, id: 1 }] }),
		[400, { 'groups.0.id': 'unknown' }]);
	const longer = { name: 'y'.repeat(101), permissions: [] };

	assert.deepEqual(await wrong({ groups: [good, longer] }),
		[422, { 'groups.1.name': 'name.too_long' }]);
	assert.equal((await admin.post('groups/import?replace=perhaps', { groups: [] })).status, 400);
	assert.equal((await admin.post('groups/import?sort=name', { groups: [] })).status, 400);
});

test('an import that is sent again with its key is not done again', async () => {
	const key = { 'Idempotency-Key': 'import-1' };
	const file = { groups: [{ name: 'Imported once', permissions: [] }] };

	assert.equal((await admin.post('groups/import', file, key)).status, 200);
	const again = await admin.post('groups/import', file, key);

	assert.equal(again.status, 409);
	assert.deepEqual(again.body.errors, { groups: 'groups.imported' });
	assert.equal(await groupNamed('Imported once (1)'), undefined);
});

test('two who import the same at once both get what they asked for', async () => {
	const file = { groups: [{ name: 'Raced', permissions: [] }] };
	const answers = await Promise.all(Array.from({ length: 6 }, () =>
		admin.post('groups/import', file)));
	const names = answers.map(({ body }) => body.items[0].saved_as).sort();

	assert.deepEqual(names, ['Raced', 'Raced (1)', 'Raced (2)', 'Raced (3)', 'Raced (4)',
		'Raced (5)']);
});
