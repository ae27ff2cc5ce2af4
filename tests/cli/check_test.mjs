/* What check finds wrong, one thing at a time, with its remedy; and the key files. */
import assert from 'node:assert/strict';
import {
	chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { SCHEMA, startStack } from '../lib/stack.mjs';

const ALL = ['settings', 'server key', 'mail key', "mailer's secret key", 'database', 'schema',
	'statements', 'words', 'clock'];

let stack;

before(async () => {
	stack = await startStack();
});
after(() => stack.stop());

/** Findings of a check that must fail: what is wrong with its remedy, and nothing that is right. */
function findings(settings) {
	const { stdout } = stack.admin(['--json', 'check'], { code: 5, settings });

	return Object.fromEntries(Object.entries(JSON.parse(stdout)).filter(([, found]) =>
		found.startsWith('failed: ')));
}

const elsewhere = (key, path) => (text) =>
	text.replace(new RegExp(`^${key} = .*$`, 'm'), `${key} = ${path}`);

/** A copy of a key that a test may spoil. */
function copyOf(name) {
	const path = join(stack.data, `copy.${name}`);

	writeFileSync(path, readFileSync(join(stack.data, 'keys', name)), { mode: 0o600 });
	return path;
}

/** Settings with all keys in another folder. */
function keysIn(folder) {
	const path = join(stack.data, folder);

	mkdirSync(path);
	return { path, settings: (text) => text.replaceAll(`${stack.data}/keys/`, `${path}/`) };
}

test('nothing is wrong with an installation that runs', () => {
	const { stdout } = stack.admin(['check']);
	const found = JSON.parse(stack.admin(['--json', 'check']).stdout);

	assert.deepEqual(Object.keys(found), [...ALL, 'mail server']);
	assert.ok(ALL.every((what) => found[what] === 'ok'));
	assert.match(found['mail server'], /^smtp:\/\/127\.0\.0\.1:\d+$/);
	assert.equal(stdout, Object.entries(found).map(([what, how]) => `${what}: ${how}\n`).join(''));
});

test('what is wrong is said to people in the same words, and once more at the end', () => {
	const { stdout, stderr } = stack.admin(['check'],
		{ code: 5, settings: elsewhere('server_key_file', '/nowhere.key') });

	assert.match(stdout, /^server key: failed: run backoffice-admin keys$/m);
	assert.equal(stderr, 'backoffice-admin: something is not as it must be\n');
});

test('a key that is missing is found', () => {
	const keys = { server_key_file: 'server key', key_file: 'mail key',
		secret_key_file: "mailer's secret key" };

	for (const [setting, what] of Object.entries(keys)) {
		const found = findings(elsewhere(setting, '/nowhere.key'));

		assert.deepEqual(Object.keys(found), [what]);
		assert.match(found[what], /run backoffice-admin keys/);
	}
});

test('a key that is not whole is found', () => {
	const keys = { server_key_file: ['server.key', 'server key'],
		key_file: ['mail.pub', 'mail key'],
		secret_key_file: ['mail.key', "mailer's secret key"] };

	for (const [setting, [name, what]] of Object.entries(keys)) {
		const path = copyOf(name);

		writeFileSync(path, readFileSync(path).subarray(0, 20));
		assert.deepEqual(Object.keys(findings(elsewhere(setting, path))), [what]);
	}
});

test('a public key of another pair is found', () => {
	const { path, settings } = keysIn('others');

	stack.admin(['keys'], { settings });
	assert.match(findings(elsewhere('key_file', join(path, 'mail.pub')))['mail key'], /^failed: /);
});

test('a secret key of the mailer that others may read is found', () => {
	const path = copyOf('mail.key');

	for (const mode of [0o604, 0o640, 0o660]) {
		chmodSync(path, mode);
		const found = findings(elsewhere('secret_key_file', path));

		assert.deepEqual(Object.keys(found), ["mailer's secret key"]);
		assert.match(found["mailer's secret key"], /mode 0600/);
	}
});

test('a server key that everybody may read is found', () => {
	const path = copyOf('server.key');

	chmodSync(path, 0o644);
	assert.deepEqual(Object.keys(findings(elsewhere('server_key_file', path))), ['server key']);
});

test('a database that is down is found', () => {
	const found = findings(elsewhere('socket', '/nowhere/db.sock'));

	assert.match(found.database, /see \[database\] and \[admin\] of the settings/);
	assert.ok(!('server key' in found) && !('mail key' in found));
});

test('a database that hangs is given up, by any command', () => {
	const database = stack.pid('database');

	process.kill(database, 'SIGSTOP');
	try {
		assert.ok('database' in findings());
		stack.admin(['user', 'list'], { code: 5 });
	} finally {
		process.kill(database, 'SIGCONT');
	}
});

test('a wrong password of the database is found', () => {
	const path = join(stack.data, 'wrong-password');

	writeFileSync(path, 'wrong\n');
	assert.ok('database' in findings((text) =>
		text.replace(/(\[admin\]\npassword_file = ).*/, `$1${path}`)));
});

test('a schema that is behind is found', () => {
	stack.sql(`CREATE TABLE aside AS SELECT * FROM schema_version WHERE version = ${SCHEMA};`
		+ `DELETE FROM schema_version WHERE version = ${SCHEMA}`);
	try {
		assert.match(findings().schema, /run backoffice-admin migrate/);
	} finally {
		stack.sql('INSERT INTO schema_version SELECT * FROM aside; DROP TABLE aside');
	}
});

test('a database without any schema is found', () => {
	stack.sql('CREATE DATABASE bare; GRANT ALL ON bare.* TO backoffice_admin@localhost');
	const found = findings((text) => text.replace('[database]', '[database]\nname = bare'));

	assert.match(found.schema, /run backoffice-admin migrate/);
	assert.ok(!('database' in found));
});

test('a grant that the command line lacks is found', () => {
	const account = 'backoffice.* TO backoffice_admin@localhost';

	stack.sql(`REVOKE INSERT ON ${account.replace('TO', 'FROM')}`);
	try {
		const found = findings();

		assert.deepEqual(Object.keys(found), ['statements']);
		assert.match(found.statements, /sql\/grants\.sql/);
	} finally {
		stack.sql(`GRANT INSERT ON ${account}`);
	}
	assert.equal(stack.admin(['check']).status, 0);
});

test('missing keys are made, the secret ones for their owner, and kept from then on', () => {
	const { path, settings } = keysIn('fresh');
	const modes = () => Object.fromEntries(['server.key', 'mail.key', 'mail.pub'].map((name) =>
		[name, (statSync(join(path, name)).mode & 0o777).toString(8)]));
	const first = JSON.parse(stack.admin(['--json', 'keys'], { settings }).stdout);
	const made = readFileSync(join(path, 'server.key'));

	assert.deepEqual(first, { [`${path}/server.key`]: 'made', [`${path}/mail.key`]: 'made',
		[`${path}/mail.pub`]: 'made' });
	assert.deepEqual(modes(), { 'server.key': '640', 'mail.key': '600', 'mail.pub': '644' });
	assert.match(stack.admin(['keys'], { settings }).stdout, /^(?:\S+: kept\n){3}$/);
	assert.deepEqual(readFileSync(join(path, 'server.key')), made);
	assert.equal(stack.admin(['check'], { settings }).status, 0);
});

test('a lost public key is made again from the secret one', () => {
	const { path, settings } = keysIn('half');

	stack.admin(['keys'], { settings });
	const lost = readFileSync(join(path, 'mail.pub'));

	rmSync(join(path, 'mail.pub'));
	assert.match(stack.admin(['keys'], { settings }).stdout,
		/mail\.key: kept\n.*mail\.pub: made\n/);
	assert.deepEqual(readFileSync(join(path, 'mail.pub')), lost);
});

test('a secret key that is not whole gets no public key of another pair', () => {
	const { path, settings } = keysIn('broken');

	stack.admin(['keys'], { settings });
	rmSync(join(path, 'mail.pub'));
	writeFileSync(join(path, 'mail.key'), 'broken');
	assert.match(stack.admin(['keys'], { code: 2, settings }).stderr, /mail\.key/);
	assert.ok(!existsSync(join(path, 'mail.pub')));
});

test('keys that cannot be written are refused with the file and the reason', () => {
	const { stderr } = stack.admin(['keys'],
		{ code: 5, settings: elsewhere('server_key_file', '/nowhere/server.key') });

	assert.match(stderr, /cannot write \/nowhere\/server\.key: No such file or directory/);
});
