/* The units that `make install` puts down, for any number of installations; the shell's words. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
	writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const TOP = join(import.meta.dirname, '../..');
const PREFIX = '/usr/local'; // what the programs are built for by default
const BUILD = process.env.PROGRAMS ?? join(TOP, 'build/release');
const ROOT = mkdtempSync(join(tmpdir(), 'backoffice-units.'));
const UNITS = join(ROOT, PREFIX, 'lib/systemd/system');

function run(program, args, env = {}) {
	return spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
}

/** The files under a folder, as sorted paths from there. */
function filesUnder(folder) {
	return readdirSync(folder, { recursive: true })
		.filter((name) => statSync(join(folder, name)).isFile()).sort();
}

before(() => {
	const { status, stderr } = run(join(TOP, 'fcgi/dist/install'), [], { DESTDIR: ROOT, PREFIX,
		SYSCONFDIR: '/etc', BUILD });

	assert.equal(status, 0, stderr);
});
after(() => rmSync(ROOT, { recursive: true }));

/** What the generator makes for settings, by the unit that it is for. */
function generated(settings) {
	const root = mkdtempSync(join(ROOT, 'generated.'));
	const generator = join(root, 'generator');

	mkdirSync(join(root, 'conf/customer'), { recursive: true });
	writeFileSync(generator, readFileSync(join(UNITS, '../system-generators/backoffice'), 'utf8')
		.replace('CONF=/etc/backoffice', `CONF=${root}/conf`), { mode: 0o755 });
	for (const [name, text] of Object.entries(settings)) {
		writeFileSync(join(root, 'conf', name), text);
	}
	const { status, stderr } = run(generator, [join(root, 'made')]);

	assert.equal(status, 0, stderr);
	return existsSync(join(root, 'made')) ? Object.fromEntries(filesUnder(join(root, 'made'))
		.map((name) => [name, readFileSync(join(root, 'made', name), 'utf8')])) : {};
}

const REACHES = '[Service]\nPrivateNetwork=no\nRestrictAddressFamilies=AF_INET AF_INET6\n';

test('a database on another host is within reach of the installation whose settings name it, and '
	+ 'nothing else is', () => {
	assert.deepEqual(generated({ 'backoffice.conf': '[mail]\nhost = x\nsocket =\n' }), {});
	assert.deepEqual(generated({ 'backoffice.conf':
		'[database]\n#socket =\nsocket = /run/db.sock\nhost = 192.0.2.3\n' }), {});
	assert.deepEqual(generated({
		'backoffice.conf': '[database]\nsocket =\nhost = 192.0.2.3\n[web]\nsocket = x\n',
		'customer/backoffice.conf': '[database]\nhost=db.example.com\nsocket=\n' }), {
		'backoffice-fcgi.service.d/database.conf': `${REACHES}IPAddressAllow=192.0.2.3\n`,
		'backoffice-fcgi@customer.service.d/database.conf': `${REACHES}IPAddressDeny=\n`,
	});
	assert.deepEqual(generated({
		'customer/backoffice.conf': '[database]\nsocket = \nhost = fd00::7\n' }), {
		'backoffice-fcgi@customer.service.d/database.conf': `${REACHES}IPAddressAllow=fd00::7\n`,
	});
	assert.deepEqual(generated({
		'backoffice.conf': '[database]\nsocket =\nhost = 192.0.2.3:3307, [fd00::7]:1, fd00::8\n',
		'customer/backoffice.conf': '[database]\nsocket =\nhost = 192.0.2.3, db2:3307\n' }), {
		'backoffice-fcgi.service.d/database.conf': `${REACHES}IPAddressAllow=192.0.2.3
IPAddressAllow=fd00::7\nIPAddressAllow=fd00::8\n`,
		'backoffice-fcgi@customer.service.d/database.conf': `${REACHES}IPAddressDeny=\n`,
	});
});

test('a second installation has settings, keys, sockets and units of its own', () => {
	const unit = (name) => readFileSync(join(UNITS, name), 'utf8');

	for (const name of ['fcgi@.service', 'fcgi@.socket', 'mailer@.service', 'prune@.service',
		'prune@.timer']) {
		const text = unit(`backoffice-${name}`).replaceAll(/\/usr\S+|\/run\/backoffice$/gm, '');

		assert.doesNotMatch(text, /(etc|run)\/backoffice\/(?!%i)/, name);
		assert.match(text, /^Description=.*\(%i\)$/m, name);
	}
	assert.match(unit('backoffice-fcgi@.service'), /^Requires=backoffice-fcgi@%i\.socket$/m);
	assert.match(unit('backoffice-fcgi.service'), /^Requires=backoffice-fcgi\.socket$/m);
});

test('the command line is completed from its own help', () => {
	const file = join(ROOT, PREFIX, 'share/bash-completion/completions/backoffice-admin');
	const complete = (...words) => run('bash', ['-c', `source '${file}'; COMP_WORDS=("$@");
		COMP_CWORD=$(($# - 1)); _backoffice_admin; echo "\${COMPREPLY[@]}"`, '_',
	'backoffice-admin', ...words]).stdout.trim().split(' ');

	assert.ok(complete('').includes('migrate'));
	assert.ok(complete('').includes('--json'));
	assert.deepEqual(complete('user', 'unl'), ['unlock']);
	assert.deepEqual(complete('-c', 'x', 'audit', 'v'), ['verify']);
	assert.deepEqual(complete('user', 'add', 'a@example.com', '--two'), ['--two-factor']);
	assert.deepEqual(complete('nonsense', 'x'), ['']);
});
