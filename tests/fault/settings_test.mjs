/* A database server that its host has set up for others. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CHECK, PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Session } from './parts.mjs';
import { assertUnavailable } from './work.mjs';

/* What sessions begin with, each far from what the statements were written for. */
const STRANGE = {
	autocommit: 0,
	check_constraint_checks: 0,
	completion_type: "'CHAIN'",
	foreign_key_checks: 0,
	max_join_size: 1,
	max_sort_length: 8,
	old_mode: "'ZERO_DATE_TIME_CAST'",
	sql_auto_is_null: 1,
	sql_big_selects: 0,
	sql_mode: "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH'",
	sql_safe_updates: 1,
	sql_select_limit: 1,
	time_zone: "'+09:00'",
	tx_isolation: "'SERIALIZABLE'",
	tx_read_only: 1,
	unique_checks: 0,
	init_connect: "'SET NAMES latin1'",
};

let stack;
let root; // a session from before
let usual;
let administrator;

before(async () => {
	stack = await startStack();
	root = new Session({ after() {} }, stack); // for all of the file
	usual = {};
	for (const name of Object.keys(STRANGE)) {
		const [[value]] = await root.run(`SELECT @@GLOBAL.${name}`);

		usual[name] = /^\d+$/.test(value) ? value : `'${value}'`;
	}
	await set(STRANGE);
	administrator = await stack.signedIn();
});
after(async () => {
	await set(usual);
	root.close();
	await stack.stop();
});

/* For all sessions to come; those of the programs end. */
async function set(values) {
	await root.run(Object.entries(values).map(([name, value]) =>
		`SET GLOBAL ${name} = ${value}`).join(';'));
	const ids = await root.run('SELECT id FROM information_schema.processlist '
		+ "WHERE user LIKE 'backoffice%'");

	await root.run(ids.map(([id]) => `KILL ${id}`).join(';'));
}

test('people are created, listed, found, changed, signed in and deleted', async () => {
	for (const name of ['Ωmega', 'Älpha']) {
		const { status, body } = await administrator.post('users', { email: `${name.length}${
			name.charCodeAt(0)}@strange.example`, name, password: PASSWORD, groups: [2, 3],
		send_to_email: true });

		assert.equal(status, 201, JSON.stringify(body));
		assert.equal(body.name, name);
		assert.ok(Math.abs(Date.parse(body.created_at) - Date.now()) < 60_000, body.created_at);
	}
	const { body } = await administrator.get('users?sort=-created_at&email=strange.example');
	const [newest] = body.items;

	assert.equal(body.items.length, 2, 'more rows than one');
	assert.equal(newest.groups.length, 2);
	assert.equal((await administrator.patch(`users/${newest.id}`, { groups: [2] },
		{ 'If-Match': `"${newest.version}"` })).status, 200);
	assert.equal((await administrator.post('users', { email: newest.email, name: 'again',
		password: PASSWORD, groups: [2], send_to_email: false })).status, 409);
	assert.equal((await administrator.delete(`users/${newest.id}`)).status, 204);
	assert.deepEqual(await root.run(`SELECT COUNT(*) FROM user_group_member WHERE user_id = ${
		newest.id}`), [['0']], 'memberships go with their user');
});

test('what was answered is committed', async () => {
	const rows = await root.run("SELECT COUNT(*) FROM audit WHERE action LIKE 'user.%'");

	assert.ok(Number(rows[0][0]) >= 4);
	stack.admin(['audit', 'verify']);
});

test('the command line and the mailer do their work', async () => {
	stack.addUser('strange@cli.example', { groups: ['Support'] });
	stack.admin(CHECK);
	await stack.signedIn('strange@cli.example');
	await until(() => stack.mailCount() >= 2);
});

test('a server that takes no writes: who changes something is told to come again, who reads is '
	+ 'served, and the health check says so; then all is well by itself', async (t) => {
	const anybody = stack.client();

	t.after(() => root.run('SET GLOBAL read_only = 0'));
	assert.equal((await anybody.get('health')).status, 200);
	await root.run('SET GLOBAL read_only = 1');
	assertUnavailable(await anybody.get('health'));
	assertUnavailable(await administrator.post('users', { email: 'never@strange.example',
		password: PASSWORD, groups: [2], send_to_email: false }));
	assertUnavailable(await anybody.post('session', { email: 'strange@cli.example',
		password: PASSWORD }));
	assert.equal((await administrator.get('users')).status, 200);
	assert.match(stack.log('fcgi'), /level=error event=database .*error=1290 reason=read_only$/m);
	await root.run('SET GLOBAL read_only = 0');
	await stack.signedIn('strange@cli.example');
	assert.equal((await anybody.get('health')).status, 200);
});

test('the health check remembers that the database had no room for a change', async (t) => {
	const anybody = stack.client();
	const noRoom = 'CREATE TRIGGER no_room BEFORE INSERT ON user FOR EACH ROW '
		+ "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'";

	t.after(() => root.run('DROP TRIGGER IF EXISTS no_room'));
	await root.run(noRoom);
	assertUnavailable(await administrator.post('users', { email: 'never@strange.example',
		password: PASSWORD, groups: [2], send_to_email: false }));
	assertUnavailable(await anybody.get('health'));
	await root.run('DROP TRIGGER no_room');
	await until(async () => (await anybody.get('health')).status === 200);
});

test('a grant that is missing is our error, and the log has the words of the server', async () => {
	await root.run('REVOKE SELECT ON saved_view FROM backoffice_web@localhost');
	await set({}); // what is prepared stays allowed
	assert.equal((await administrator.get('profile/views')).status, 500);
	assert.match(stack.log('fcgi'), new RegExp('level=error event=database .*'
		+ 'statement=saved_view_list error=1142 reason=grants words=.*saved_view'));
	await root.run('GRANT SELECT ON saved_view TO backoffice_web@localhost');
	assert.equal((await administrator.get('profile/views')).status, 200);
});
