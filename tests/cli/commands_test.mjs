/* The command line itself: its words, its output for people and for scripts, its exit codes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, SCHEMA, startStack, TOP } from '../lib/stack.mjs';

const PROGRAM = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-admin');
const MIGRATIONS = join(TOP, 'sql/migrate');
const COMMANDS = ['migrate', 'check', 'keys', 'settings',
	'user add <email>', 'user list', 'user enable <email>', 'user disable <email>',
	'user groups <email>', 'user disable-2fa <email>', 'user enable-2fa <email>',
	'user unlock <email>', 'user allow-anywhere <email>', 'user reset-password <email>',
	'user import <file>', 'client import <file>',
	'unlock', 'setup <url>', 'mail list', 'mail retry <id>', 'audit verify', 'audit prune',
	'backup <file>', 'restore <file>', 'key rotate <server|mail>'];

let stack;

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
});
after(() => stack.stop());

const json = (args, options) => JSON.parse(stack.admin(['--json', ...args], options).stdout);

/** What a script reads when a command fails: nothing but JSON on stderr. */
const refusal = (code, ...args) => JSON.parse(stack.admin(['--json', ...args], { code }).stderr);

test('help names every command and every exit code, and needs no settings', () => {
	for (const words of [['help'], ['--help'], ['-h']]) {
		const { status, stdout } = spawnSync(PROGRAM, words, { encoding: 'utf8' });

		assert.equal(status, 0);
		for (const command of COMMANDS) {
			assert.ok(stdout.includes(`  ${command}\n`), command);
		}
		assert.match(stdout,
			/Exit codes: 0 done, 1 fault .*, 2 wrong .*, 3 no such .*\n4 conflict, 5 not /);
	}
});

test('what is not a command is refused and points to help', () => {
	for (const words of [[], ['nonsense'], ['user'], ['user', 'nonsense'], ['user add'], ['']]) {
		const { stdout, stderr } = stack.admin(words, { code: 2 });

		assert.equal(stdout, '');
		assert.equal(stderr, 'backoffice-admin: unknown command; see backoffice-admin help\n');
	}
});

test('a command with too few or too many words says how it is used', () => {
	for (const words of [['user', 'add'], ['user', 'add', 'a@example.com', 'b@example.com']]) {
		assert.equal(stack.admin(words, { code: 2 }).stderr,
			'backoffice-admin: usage: backoffice-admin user add <email>\n');
	}
	assert.match(stack.admin(['check', 'twice'], { code: 2 }).stderr,
		/usage: backoffice-admin check/);
});

test('an option that is unknown, lacks its value or belongs to another command is refused', () => {
	const wrong = [['check', '--nonsense'], ['user', 'list', '--limit'],
		['user', 'list', '--masked'], ['user', 'add', 'a@example.com', '--limit', '3'],
		['check', '-x']];

	for (const words of wrong) {
		assert.match(stack.admin(words, { code: 2 }).stderr, /option|help/, words.join(' '));
	}
});

test('a limit is a number from 1 to 200', () => {
	for (const limit of ['0', '201', '-1', '', 'x', '5x', '99999999999999999999']) {
		assert.match(stack.admin(['user', 'list', '--limit', limit], { code: 2 }).stderr,
			/--limit must be a number from 1 to 200/, limit);
	}
});

test('errors are one JSON document on stderr when a script asks for JSON', () => {
	assert.equal(refusal(2, 'nonsense').error, 'invalid');
	assert.equal(refusal(2, 'user', 'list', '--limit', 'x').error, 'invalid');
	assert.deepEqual(refusal(3, 'user', 'enable', 'nobody@example.com'),
		{ error: 'not_found', message: 'nobody has the address nobody@example.com' });
	assert.deepEqual(refusal(4, 'user', 'add', ADMIN_EMAIL),
		{ error: 'conflict', message: `somebody has the address ${ADMIN_EMAIL} already` });
});

test('an unknown option is a JSON document on stderr too', () => {
	assert.equal(refusal(2, 'check', '--nonsense').error, 'invalid');
});

test('a database that is down is a JSON document on stderr too', () => {
	const { stderr } = stack.admin(['--json', 'user', 'list'], { code: 5,
		settings: (text) => text.replace(/^socket = .*$/m, 'socket = /nowhere/db.sock') });

	const { error, message } = JSON.parse(stderr);

	assert.equal(error, 'unavailable');
	assert.match(message, /^no database listens at the socket \/nowhere\/db\.sock/);
});

test('settings that are wrong are refused with file, line and reason', () => {
	const wrong = { 'nonsense = 1': /conf:\d+: nonsense: unknown setting in \[mail\]/,
		'[web]\nthreads = 0': /conf:\d+: threads: must be a number from 1 to 128/,
		'[session]\nidle = 1\nidle = 2': /conf:\d+: idle: stands twice/ };

	for (const [line, reason] of Object.entries(wrong)) {
		const settings = (text) => `${text.split('[password]')[0]}${line}\n`;

		assert.match(stack.admin(['check'], { code: 2, settings }).stderr, reason);
	}
	const { status, stderr } = spawnSync(PROGRAM, ['-c', '/nowhere.conf', 'check'],
		{ encoding: 'utf8' });

	assert.equal(status, 2);
	assert.match(stderr, /\/nowhere\.conf.*No such file/);
});

/** Runs a command with a settings file that may be anything. */
function withSettings(text, ...args) {
	const file = join(stack.data, 'example.conf');

	writeFileSync(file, text);
	return spawnSync(PROGRAM, ['-c', file, ...args], { encoding: 'utf8' });
}

for (const name of ['backoffice-fcgi', 'backoffice-mailer']) {
	test(`${name} says what is wrong with settings, and does nothing else`, () => {
		const look = (settings) => spawnSync(join(PROGRAM, '..', name),
			['--check', '-c', stack.settings(settings)], { encoding: 'utf8' });
		const good = look();
		const bad = look((text) => text.replace('[web]', '[web]\nthreads = 0'));

		assert.deepEqual([good.status, good.stdout + good.stderr], [0, '']);
		assert.equal(bad.status, 1);
		assert.match(bad.stderr,
			new RegExp(`^${name}: /.*conf:\\d+: threads: must be a number from 1 to 128\n$`));
	});
}

test('the example of the settings loads again, as it is and with its defaults spelled out', () => {
	const { stdout: example } = stack.admin(['settings']);
	const spelled = example.replace(/^#([a-z_]+ =)/gm, '$1').replace(/^\w+_file =$/gm, '');

	assert.ok(spelled.match(/^[a-z_]+ = /gm).length > 20);
	for (const text of [example, spelled]) {
		const { status, stderr } = withSettings(text, 'user', 'list');

		assert.notEqual(status, 2, stderr);
	}
	const broken = example.replace(/^#port = .*$/m, 'port = x');

	assert.equal(withSettings(broken, 'user', 'list').status, 2);
});

test('settings are a JSON document when a script asks for JSON', () => {
	assert.ok(json(['settings']));
});

test('users are listed newest first, for people and for scripts', () => {
	for (const name of ['Zoe', 'Ada']) {
		stack.addUser(`${name}@list.example`, { name, groups: ['Support'], masked: true });
	}
	const users = json(['user', 'list']);
	const [first] = users;
	const lines = stack.admin(['user', 'list']).stdout.trimEnd().split('\n');

	assert.deepEqual(users.map(({ email }) => email),
		['ada@list.example', 'zoe@list.example', ADMIN_EMAIL]);
	assert.deepEqual([first.name, first.status, first.two_factor, first.mask_data, first.creator],
		['Ada', 'enabled', 'disabled', true, null]);
	assert.deepEqual(lines.map((line) => line.trim().split(/ {2,}/)), users.map((user) =>
		[String(user.id), user.status, user.two_factor, user.email, user.name]));
	assert.equal(json(['user', 'list', '--limit', '1']).length, 1);
});

test('a user of the list has the names of the groups', () => {
	assert.deepEqual(json(['user', 'list']).at(-1).groups, [{ id: 1, name: 'Administrators' }]);
});

test('a migration of a current database does nothing, and says which schema it is', () => {
	assert.equal(stack.admin(['migrate', '--dir', MIGRATIONS]).stdout,
		`schema: ${SCHEMA}\n`);
	assert.deepEqual(json(['migrate', '--dir', MIGRATIONS]), { schema: String(SCHEMA) });
});

test('a migration says each file that it applied, also to scripts', () => {
	stack.sql(`CREATE DATABASE other;
		GRANT ALL ON other.* TO backoffice_admin@localhost;`);
	const settings = (text) => text.replace('[database]', '[database]\nname = other');
	const { stdout } = stack.admin(['--json', 'migrate', '--dir', MIGRATIONS], { settings });
	const applied = stack.sql('SELECT name FROM other.schema_version').flat();

	assert.equal(applied.length, SCHEMA);
	for (const name of applied) {
		assert.ok(JSON.stringify(JSON.parse(stdout)).includes(name), `${name} in ${stdout}`);
	}
});
