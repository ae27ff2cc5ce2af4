/* What `make run` promises to whoever tries the product out. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
	writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { SmtpServer } from '../lib/smtp-server.mjs';
import { ADMIN_EMAIL, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Authority } from '../mail/certificates.mjs';

const v6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === '::1');

const stacks = [];

async function start(options) {
	const stack = await startStack({ prefix: '/', first: true, ...options });

	stacks.push(stack);
	return stack;
}

after(() => Promise.all(stacks.map((stack) => stack.stop())));

/** Processes that name the folder of a stack, and are not this test. */
const processesOf = ({ data }) => spawnSync('pgrep', ['-af', data], { encoding: 'utf8' }).stdout
	.split('\n').filter((line) => line.includes(data) && !line.includes('pgrep'));

test('Ctrl-C stops every part, and a second start goes on with the data', async () => {
	const first = await start();

	await first.person('stays@example.com', { groups: ['Support'] });
	assert.ok(processesOf(first).length >= 5);
	await first.halt();
	stacks.pop();
	assert.deepEqual(processesOf(first), []);
	const second = await start({ data: first.data });
	const admin = await second.signedIn();
	const { body } = await admin.get('users?email=stays');

	assert.deepEqual(body.items.map(({ groups }) => groups[0].name), ['Support']);
	assert.ok(!second.output.includes('Sign in as'), 'credentials are printed once');
});

test('no part knows the password that the administrator was given', async () => {
	const stack = await start();
	const pids = readdirSync(join(stack.data, 'run')).filter((name) => name.endsWith('.child'))
		.map((name) => stack.pid(name.slice(0, -'.child'.length)));

	assert.ok(pids.length >= 4);
	for (const pid of pids) {
		assert.ok(!readFileSync(`/proc/${pid}/environ`, 'utf8').includes('ADMIN_PASSWORD'));
	}
});

test('make run takes the programs from where it is told', () => {
	const { stdout } = spawnSync('make', ['-pn', 'help'], { cwd: TOP, encoding: 'utf8',
		env: { ...process.env, PROGRAMS: '/elsewhere' } });

	assert.match(stdout, /^# environment\nPROGRAMS = \/elsewhere$/m);
});

test('a generated password is printed once and must be changed', async () => {
	const stack = await start({ env: { ADMIN_PASSWORD: '' } });
	const [, password] = stack.output.match(/with the password (\S+)/);
	const { status, body } = await stack.client().post('session', { email: ADMIN_EMAIL, password });

	assert.deepEqual([status, body.state], [200, 'password_change_required']);
	assert.ok(!stack.logs().includes(password));
});

test('what extra.conf says wins over what the start would say', async () => {
	const stack = await start({ settings: '[site]\nname = Mine\n[mail]\n'
		+ '  smtp_tls=required\nfrom: mine@example.org\n[web]\nthreads = 3\n' });
	const settings = readFileSync(join(stack.data, 'backoffice.conf'), 'utf8');

	for (const [key, value] of [['smtp_tls', 'required'], ['from', 'mine@example.org']]) {
		const all = [...settings.matchAll(new RegExp(`^ *${key} *[=:] *(.*)$`, 'gm'))];

		assert.deepEqual(all.map(([, given]) => given), [value]);
	}
	assert.equal((await (await stack.signedIn()).get('users')).status, 200);
});

test('a page that is asked for by another name of this host leads to the address that works, and '
	+ 'the API stays where it is', async () => {
	const [stack] = stacks.slice(-1);
	const hosts = ['localhost', ...v6 ? ['[::1]'] : []];

	for (const host of hosts) {
		const at = (path) => fetch(`http://${host}:${stack.port}${path}`, { redirect: 'manual' });

		for (const path of ['/', '/sign-in.html?next=x']) {
			const { status, headers } = await at(path);

			assert.deepEqual([status, headers.get('location')],
				[302, `http://127.0.0.1:${stack.port}${path}`]);
		}
		assert.equal((await at('/api/v1/session')).status, 401);
	}
	assert.equal((await fetch(stack.url, { redirect: 'manual' })).status, 200);
});

test('an account at the mail server is taken from the environment, kept from the parts, and used '
	+ 'under TLS alone', async () => {
	const authority = new Authority();
	const server = await new SmtpServer({ startTls: true, implicitTls: false,
		refusesAccounts: false, certificate: authority.issue('localhost') }).listen();
	const stack = await start({ settings: `[mail]\nsmtp_ca = ${authority.path}\n`,
		env: { SMTP: `smtp://localhost:${server.port}`, SMTP_USER: 'postman',
			SMTP_PASSWORD: 'seven sealed envelopes' } });

	await (await stack.signedIn()).post('mail/test', { to: ADMIN_EMAIL });
	await until(() => server.mailsTo(ADMIN_EMAIL).length > 0);
	const [mail] = server.mailsTo(ADMIN_EMAIL);

	assert.ok(mail.secure);
	assert.deepEqual(mail.account, ['postman', 'seven sealed envelopes']);
	for (const name of ['mailer', 'fcgi', 'nginx']) {
		assert.ok(!readFileSync(`/proc/${stack.pid(name)}/environ`, 'utf8').includes('sealed'));
	}
	await stack.halt();
	stacks.pop();
	await server.close();
	authority.remove();
});

test('a start that is given up shows the last line of the log', () => {
	const data = mkdtempSync(join(tmpdir(), 'backoffice-run.'));
	const programs = join(data, 'bin');

	mkdirSync(programs);
	writeFileSync(join(programs, 'nginx'), '#!/bin/sh\necho "no web today" >&2\nexit 1\n',
		{ mode: 0o755 });
	const done = spawnSync(join(TOP, 'fcgi/dist/run/run'), { encoding: 'utf8',
		env: { ...process.env, PORT: '1', DATA: data, PATH: `${programs}:${process.env.PATH}` } });

	assert.equal(done.status, 1);
	assert.match(done.stderr, /^backoffice: no web today$/m);
	assert.match(done.stderr, /nginx did not start; see \S+nginx\.log$/m);
	rmSync(data, { recursive: true });
});

test('a database that another user has made is told at once, in the words of the database', () => {
	const data = mkdtempSync(join(tmpdir(), 'backoffice-run.'));
	const programs = join(data, 'bin');

	mkdirSync(programs);
	writeFileSync(join(programs, 'mariadb'), '#!/bin/sh\n'
		+ 'echo "ERROR 1698 (28000): Access denied for user somebody" >&2\nexit 1\n',
	{ mode: 0o755 });
	const done = spawnSync(join(TOP, 'fcgi/dist/run/run'), { encoding: 'utf8',
		env: { ...process.env, PORT: '1', DATA: data, PATH: `${programs}:${process.env.PATH}` } });

	assert.equal(done.status, 1);
	assert.match(done.stderr, /Access denied for user somebody\n.*is not of /);
	rmSync(data, { recursive: true });
});

test('DEMO=1 brings clients and users of several scripts, once', async () => {
	const stack = await start({ env: { DEMO: '1' } });
	const admin = await stack.signedIn();
	const clients = (await admin.get('clients?size=200')).body;
	const names = clients.items.map(({ name }) => name).join('');

	assert.ok(clients.page.total >= 200);
	for (const script of ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Han']) {
		assert.match(names, new RegExp(`\\p{Script=${script}}`, 'u'));
	}
	assert.equal((await admin.get('users/1')).body.email, ADMIN_EMAIL);
});

test('SIGUSR1 restarts the programs alone', async () => {
	const [stack] = stacks.slice(-1);
	const parts = ['database', 'nginx', 'spool', 'fcgi', 'mailer'];
	const pids = () => parts.map((name) => stack.pid(name));
	const before = pids();

	process.kill(stack.child.pid, 'SIGUSR1');
	await until(() => stack.output.includes('the programs are restarted'));
	assert.deepEqual(pids().map((pid, i) => pid === before[i]), [true, true, true, false, false]);
	assert.equal((await stack.client().get('health')).status, 200);
});

test('compile_commands.json names every source once', () => {
	execFileSync('make', ['-s', 'compile_commands.json'], { cwd: TOP });
	const all = JSON.parse(readFileSync(join(TOP, 'compile_commands.json'), 'utf8'));
	const sources = execFileSync('find', ['fcgi', '-name', '*.c'], { cwd: TOP, encoding: 'utf8' });

	assert.deepEqual(all.map(({ file }) => file).sort(), sources.trim().split('\n').sort());
});

test('a port that is taken is told before anything is made', async () => {
	const [stack] = stacks.slice(-1);
	const data = join(stack.data, 'other');
	const done = spawnSync(join(TOP, 'fcgi/dist/run/run'), { encoding: 'utf8',
		env: { ...process.env, PORT: String(stack.port), DATA: data } });

	assert.equal(done.status, 1);
	assert.match(done.stderr, /port \d+ is taken; choose another one/);
	assert.ok(!existsSync(data));
});

test('the same data is not run twice', async () => {
	const [stack] = stacks.slice(-1);
	const done = spawnSync(join(TOP, 'fcgi/dist/run/run'), { encoding: 'utf8',
		env: { ...process.env, PORT: '1', DATA: stack.data } });

	assert.equal(done.status, 1);
	assert.match(done.stderr, /is in use by another run/);
});

test('nothing is installed or said where all is there', () => {
	assert.equal(execFileSync(join(TOP, 'fcgi/dist/needs'), ['run'], { encoding: 'utf8' }), '');
	assert.ok(readdirSync(join(TOP, 'htdocs/vendor')).includes('lit-html'));
});
