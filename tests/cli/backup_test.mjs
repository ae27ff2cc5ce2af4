/*
 * A backup is made while people work, and brought back to where nothing is left: everybody signs in
 * as ever, the trail is whole, and a file that is not as it was written is told from one that is.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync,
	writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { emptyDatabase as emptyNamed, grantIn } from '../lib/migrations.mjs';
import { DB_ADMIN, PASSWORD, startStack, TOP } from '../lib/stack.mjs';
import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { until } from '../lib/until.mjs';

const PROGRAM = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-admin');
const PASSPHRASE = 'seven sealed envelopes';
const APP = 'app@example.com';

/* Debian's package of the client that has no server's tools lacks it. */
const MISSING = spawnSync('mariadb-dump', ['--version']).status === 0 ? false
	: 'mariadb-dump is not installed';
const SKIP = { skip: MISSING };

let stack;
let file;   // the backup
let app;    // an authenticator app: its secret, and recovery codes
let known;  // names of clients that were acknowledged before the backup began

before(async () => {
	if (MISSING) {
		return;
	}
	stack = await startStack();
	file = join(stack.data, 'backup');
	/* The command line may no more than grants.sql says. */
	stack.sql(`REVOKE ALL ON backoffice.* FROM backoffice_admin@localhost;
		${grantIn('backoffice')}`);
	const client = await stack.person(APP);
	const { body: { secret } } = await client.post('profile/totp', { password: PASSWORD });
	const { body } = await client.send('PUT', 'profile/totp', { body: { code: appCode(secret) } });

	app = { secret, codes: body.recovery_codes };
});
after(() => stack?.stop());

const run = (words, options = {}) =>
	stack.admin(words, { input: `${PASSPHRASE}\n`, ...options });
const tables = (name) => stack.sql(`SELECT table_name FROM information_schema.tables
	WHERE table_schema = '${name}'`).flat();

/** A database that is empty and that the command line may use. */
function emptyDatabase(name) {
	stack.sql(`DROP DATABASE IF EXISTS ${name}`);
	return emptyNamed(stack, name);
}

/** Clients are created by many for as long as the work goes on; gives the names of those before
 * it and of all. */
async function whilePeopleWrite(work) {
	const admin = await stack.signedIn();
	const names = [];
	let over = false;

	async function person(number) {
		for (let i = 0; !over; i++) {
			const name = `Written ${number} ${i}`;

			assert.equal((await admin.post('clients', { name })).status, 201);
			names.push(name);
		}
	}
	const people = Promise.all([1, 2, 3].map(person));

	await until(() => names.length > 10);
	const earlier = [...names];

	await work();
	over = true;
	await people;
	return { earlier, names };
}

/** Starts the backup without waiting for it, and gives what its children let others see of them. */
async function backup() {
	const child = spawn(PROGRAM, ['-c', stack.settings(), 'backup', file]);
	const seen = new Set();
	let output = '';

	child.stderr.on('data', (text) => (output += text));
	const ended = new Promise((resolve) => child.once('close', resolve));
	let code;

	ended.then((status) => (code = status));
	child.stdin.end(`${PASSPHRASE}\n`);
	await until(() => {
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
			try {
				const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');

				if (words.startsWith('mariadb-dump')) {
					seen.add(words + readFileSync(`/proc/${pid}/environ`, 'utf8'));
				}
			} catch {
				// It has ended meanwhile.
			}
		}
		return code !== undefined;
	});
	assert.equal(code, 0, output);
	return [...seen];
}

test('a backup is made while people work, and nobody sees a password', SKIP, async (t) => {
	const password = readFileSync(join(stack.data, 'secrets/db_admin'), 'utf8').trim();
	let seen;
	const { earlier, names } = await whilePeopleWrite(async () => {
		seen = await backup();
	});

	known = earlier;
	t.diagnostic(`${earlier.length} of ${names.length} clients stood before it began`);
	assert.ok(seen.every((words) => !words.includes(password)));
	assert.equal(statSync(file).mode & 0o777, 0o600);
	assert.ok(!existsSync(`${file}.part`));
	const bytes = readFileSync(file);

	for (const plain of ['INSERT INTO', 'Written', password, readFileSync(join(stack.data,
		'keys/server.key'), 'utf8').trim(), PASSPHRASE]) {
		assert.ok(!bytes.includes(plain), plain);
	}
	assert.deepEqual(stack.sql("SELECT COUNT(*) FROM audit WHERE action = 'backup.make'"), [['1']]);
});

test('a backup takes the name of no other file, and a passphrase that is not too short',
	SKIP, () => {
		assert.match(run(['backup', file], { code: 4 }).stderr, /is there already/);
		assert.match(stack.admin(['backup', `${file}.2`], { input: 'fourteen chars\n', code: 2 })
			.stderr, /the passphrase must have at least 15 characters/);
		assert.match(stack.admin(['backup', `${file}.2`], { code: 2 }).stderr,
			/there is no passphrase/);
		assert.match(run(['backup', '/nowhere/backup'], { code: 5 }).stderr,
			/cannot write \/nowhere\/backup\.part: No such file/);
		assert.match(run(['backup', '/dev/full/x'], { code: 5 }).stderr, /Not a directory/);
		assert.ok(!existsSync(`${file}.2`) && !existsSync(`${file}.2.part`));
	});

test('a dump that fails leaves no file, and its words', SKIP, () => {
	const settings = (text) => text.replace('[database]', '[database]\nname = nowhere');

	assert.match(run(['backup', `${file}.2`], { code: 5, settings }).stderr, /nowhere/);
	assert.ok(!existsSync(`${file}.2`) && !existsSync(`${file}.2.part`));
});

/** What a restore says of a file made of the backup. */
function refusal(change, code, options = {}) {
	const broken = `${file}.broken`;

	copyFileSync(file, broken);
	change(broken);
	const { stdout, stderr } = run(['restore', broken, '--check', emptyDatabase('scratch')],
		{ code, ...options });

	assert.equal(stdout, '');
	assert.deepEqual(tables('scratch'), [], 'something was changed');
	return stderr;
}

test('a wrong passphrase, a file that was cut off, one that was changed and one that is none are '
	+ 'told from each other', SKIP, () => {
	const bytes = readFileSync(file);
	const changed = (at) => (path) => {
		const copy = Buffer.from(bytes);

		copy[at] ^= 1;
		writeFileSync(path, copy);
	};

	assert.match(refusal(() => {}, 2, { input: `${PASSPHRASE}s\n` }), /the passphrase is wrong/);
	for (const size of [60, 4000, bytes.length - 1]) {
		assert.match(refusal((path) => writeFileSync(path, bytes.subarray(0, size)), 4),
			/ends too early, after \d+ bytes: it was cut off/);
	}
	for (const at of [30, 2000, bytes.length - 5]) {
		assert.match(refusal(changed(at), 4), /was changed after it was written, before byte \d+/);
	}
	assert.match(refusal((path) => writeFileSync(path, 'CREATE TABLE'), 2), /not a backup of ours/);
	assert.match(run(['restore', '/nowhere', '--check', 'scratch'], { code: 2 }).stderr,
		/cannot read \/nowhere: No such/);
});

test('a backup is tried in a database of its own, which is empty again afterwards',
	SKIP, () => {
		const rows = stack.sql('SELECT COUNT(*) FROM audit');

		for (let i = 0; i < 2; i++) {
			const { stdout } = run(['restore', file, '--check', i ? 'scratch'
				: emptyDatabase('scratch')]);

			assert.match(stdout, /^schema: \d+\ntrail: [1-9]\d* rows proved\n$/);
			assert.deepEqual(tables('scratch'), []);
		}
		assert.deepEqual(stack.sql('SELECT COUNT(*) FROM audit'), rows);
		assert.match(run(['restore', file, '--check', 'backoffice'], { code: 2 }).stderr,
			/names the database that is in use/);
	});

test('the passphrase may stand in a file', SKIP, () => {
	const passphrase = join(stack.data, 'passphrase');

	writeFileSync(passphrase, `${PASSPHRASE}\n`);
	run(['restore', file, '--check', 'scratch', '--passphrase-file', passphrase], { input: '' });
	assert.match(run(['restore', file, '--check', 'scratch', '--passphrase-file', '/nowhere'],
		{ code: 2 }).stderr, /cannot read \/nowhere/);
});

test('what is there is not overwritten: neither a database nor a key', SKIP, () => {
	assert.match(run(['restore', file], { code: 4 }).stderr,
		/the database backoffice is not empty, it has \w+/);
	const other = join(stack.data, 'other.key');

	writeFileSync(other, `${'0'.repeat(64)}\n`);
	const settings = (text) => text.replace('[database]', '[database]\nname = scratch')
		.replace(/^server_key_file = .*$/m, `server_key_file = ${other}`);

	assert.match(run(['restore', file], { code: 4, settings }).stderr,
		/other\.key is another key than that of the backup.*move it away/);
	assert.deepEqual(tables('scratch'), []);
});

/** The database and the keys are lost, and brought back; the programs start with what is there. */
async function loseAndRestore() {
	const keys = join(stack.data, 'keys');
	const pid = stack.pid('fcgi');

	renameSync(keys, `${keys}.lost`);
	spawnSync('mkdir', [keys]);
	spawnSync('mariadb', ['--no-defaults', '-S', stack.socket, '-u', DB_ADMIN, '-e',
		`DROP DATABASE backoffice; CREATE DATABASE backoffice CHARACTER SET utf8mb4
		COLLATE utf8mb4_unicode_520_ci`]);
	const { stdout } = run(['restore', file]);

	process.kill(stack.child.pid, 'SIGUSR1');
	await until(() => existsSync(join(stack.data, 'run/fcgi.child')) && stack.pid('fcgi') !== pid);
	await until(async () => (await stack.client().get('session').catch(() => ({}))).status === 401);
	return stdout;
}

test('after a loss all is as it was at one moment of the backup', SKIP, async () => {
	const keys = ['server.key', 'mail.pub', 'mail.key'].map((name) =>
		join(stack.data, 'keys', name));
	const content = keys.map((path) => readFileSync(path, 'utf8'));
	const stdout = await loseAndRestore();

	assert.deepEqual(keys.map((path) => readFileSync(path, 'utf8')), content);
	assert.deepEqual(keys.map((path) => statSync(path).mode & 0o037 & ~0o004), [0, 0, 0]);
	assert.equal(statSync(keys[2]).mode & 0o777, 0o600);
	assert.match(stdout, /trail: \d+ rows proved/);
	const found = new Set(stack.sql('SELECT name FROM client').flat());

	assert.deepEqual(known.filter((name) => !found.has(name)), []);
	assert.deepEqual(stack.sql(`SELECT (SELECT COUNT(*) FROM client), (SELECT COUNT(*) FROM audit
		WHERE action = 'client.create' AND target_id IN (SELECT id FROM client))`)[0],
	[String(found.size), String(found.size)]);
	stack.admin(['audit', 'verify']);
	assert.deepEqual(stack.sql('SELECT action FROM audit ORDER BY id DESC LIMIT 1'),
		[['backup.restore']]);
});

test('after a restore everybody signs in with the old password and the old second factor',
	SKIP, async () => {
		assert.equal((await (await stack.signedIn()).get('users')).status, 200);
		forgetLastCode(stack);
		for (const code of [appCode(app.secret), app.codes[0]]) {
			const client = stack.client();

			const { body } = await client.post('session', { email: APP, password: PASSWORD });

			assert.equal(body.state, 'code_required');
			assert.deepEqual((await client.post('session/code', { code })).body.state, 'signed_in');
		}
		const admin = await stack.signedIn();

		assert.equal((await admin.post('users', { email: 'mailed@example.com', password: PASSWORD,
			groups: [3], send_to_email: true })).status, 201);
		await stack.mailTo('mailed@example.com'); // the mailer opens what is sealed for its key
	});

test('settings that are others are laid beside those in use', SKIP, () => {
	const { stdout } = run(['restore', file], { settings: (text) =>
		`${text.replace('[database]', '[database]\nname = scratch')}\n# other\n` });

	assert.match(stdout, /changed\.conf\.restored: restored/);
	assert.match(readFileSync(join(stack.data, 'changed.conf.restored'), 'utf8'), /^\[site\]$/m);
	rmSync(join(stack.data, 'changed.conf.restored'));
});
