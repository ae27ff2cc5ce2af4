/*
 * The recipes of backoffice-servers(7), read from the installed page and done as they stand there,
 * in a copy of this machine (inside): another web server, another supervisor, and the same answers
 * as nginx gives.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync }
	from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Client } from '../lib/client.mjs';
import { manualOf, runCommands, writeFiles } from '../lib/manual.mjs';
import { ADMIN_EMAIL, PASSWORD, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const MANUAL = '/usr/local/share/man';
const CONF = '/etc/backoffice';
const SOCKET = '/run/backoffice/fcgi.sock';
const PREFIX = '/backoffice/';
const APACHE = `http://127.0.0.1${PREFIX}`;
const CADDY = `http://127.0.0.1:8000${PREFIX}`;
const PROGRAM = '/usr/local/sbin/backoffice-fcgi';

const [RELEASE] = readdirSync(join(TOP, 'build/page/v'));
const SCRIPT = `v/${RELEASE}/js/${readdirSync(join(TOP, 'build/page/v', RELEASE, 'js'))
	.find((name) => name.endsWith('.js'))}`;

/* Headers by which a browser is kept safe and caches are told what to keep. */
const HEADERS = ['content-security-policy', 'x-content-type-options', 'referrer-policy',
	'cross-origin-opener-policy', 'cross-origin-resource-policy', 'permissions-policy',
	'cache-control'];

const ASKED = ['', 'sign-in.html', SCRIPT, 'api/v1/session', 'api/v1/users', 'api/v1/x.php',
	'api/v1/health'];

const WAYS_OUT = ['../sql/grants.sql', '..%2fsql/grants.sql', '/../sql/grants.sql',
	'/..%2f..%2fsql/grants.sql', '/%2e%2e/sql/grants.sql'];

let stack;
let nginx; // where the stack's own serves
const children = [];
const tried = new Set();

/** What the section of the installed page says, in its order. */
function recipe(section) {
	const items = manualOf('servers', MANUAL).filter((item) => item.section === section);

	items.forEach(({ name }) => tried.add(name));
	return items;
}

function run(command, ...args) {
	const done = spawnSync(command, args, { encoding: 'utf8' });

	assert.equal(done.status, 0, `${command} ${args.join(' ')}: ${done.stdout}${done.stderr}`);
	return done.stdout;
}

function start(command, ...args) {
	const child = spawn(command, args, { stdio: 'ignore' });

	children.push(child);
	return child;
}

/* The settings of a provider, with the database, the keys and the passwords of the stack. */
function settle() {
	const { data } = stack;

	for (const folder of [data, join(data, 'run')]) {
		chmodSync(folder, 0o711); // to the socket of the database
	}
	cpSync(join(data, 'keys'), join(CONF, 'keys'), { recursive: true });
	for (const name of ['web', 'mailer']) {
		cpSync(join(data, 'secrets', `db_${name}`), join(CONF, `${name}.password`));
	}
	const smtp = readFileSync(join(data, 'backoffice.conf'), 'utf8').match(/^smtp_url = .*$/m);

	writeFileSync(join(CONF, 'backoffice.conf'), `[site]\nurl = http://127.0.0.1${PREFIX}
[database]\nsocket = ${stack.socket}
[web]\npassword_file = web.password
[mailer]\npassword_file = mailer.password
[mail]\nfrom = backoffice@example.com\n${smtp[0]}\nsmtp_tls = none
[password]\nmemory = 8\npasses = 1\n`);
}

before(async () => {
	run(join(TOP, 'fcgi/dist/install'));
	stack = await startStack({ prefix: PREFIX });
	nginx = stack.url;
	settle();
	runCommands(recipe('Without systemd'));
});
after(async () => {
	children.forEach((child) => child.kill('SIGKILL'));
	await stack?.stop();
});

const get = (url, options) => fetch(url, { redirect: 'manual', ...options });

async function isServed(url) {
	const answer = await get(`${url}api/v1/session`).catch(() => null);

	return answer?.status === 401;
}

/* Without the characters, and a script by one of its two names. */
const typeOf = ({ headers }) => headers.get('content-type')?.replace(/; ?charset=.*/i, '')
	.replace('application/javascript', 'text/javascript');

async function assertSame(url, path) {
	const [own, other] = await Promise.all([get(nginx + path), get(url + path)]);

	assert.equal(other.status, own.status, path);
	assert.equal(typeOf(other), typeOf(own), path);
	for (const name of HEADERS.filter((each) => own.headers.has(each))) { // it may say more
		assert.equal(other.headers.get(name), own.headers.get(name), `${path}: ${name}`);
	}
	if (!path.startsWith('api/')) {
		assert.equal(await other.text(), await own.text(), path);
	}
}

async function assertSignsIn(url) {
	const client = new Client(url);
	const { status, headers } = await client.post('session', { email: ADMIN_EMAIL,
		password: PASSWORD });

	assert.equal(status, 200);
	assert.match(headers['set-cookie'].join(), /; Path=\/backoffice\/;/i);
	assert.equal((await client.get('users')).status, 200);
	assert.equal((await client.post('clients', { name: 'Äpfel & Söhne' })).status, 201);
	assert.match((await client.get('clients?q=%C3%84pfel')).text, /Äpfel & Söhne/);
	return client;
}

async function assertServes(url) {
	for (const path of ASKED) {
		await assertSame(url, path);
	}
	const client = await assertSignsIn(url);
	const table = `name\n${'Somebody\n'.repeat(200_000)}`; // more than any other request may have
	const imported = await client.send('POST', 'clients/import?dry_run=true', { body: table,
		headers: { 'Content-Type': 'text/csv' } });

	assert.notEqual(imported.status, 413, imported.text);
	const slashless = await get(url.slice(0, -1));

	assert.equal(slashless.status, 301);
	assert.equal(new URL(slashless.headers.get('location'), url).pathname, PREFIX);
	for (const way of WAYS_OUT) {
		const answer = run('curl', '-s', '--path-as-is', url.slice(0, -1) + way);

		assert.doesNotMatch(answer, /GRANT/, way);
	}
	const passedOn = await get(`${url}api/v1/health`,
		{ headers: { 'X-Forwarded-For': '192.0.2.1' } });

	assert.equal(passedOn.status, 403);
}

test('spawn-fcgi hands over a socket that nginx alone may connect to', async () => {
	const [{ text }] = recipe('spawn-fcgi');

	start('bash', '-c', `exec ${text}`);
	await until(() => existsSync(SOCKET));
	assert.equal(run('stat', '-c', '%a %U %G', SOCKET), '660 backoffice backoffice-nginx\n');
});

test('Apache serves it beside its own site', async () => {
	const blocks = recipe('Apache');

	writeFiles(blocks);
	runCommands(blocks);
	await until(() => isServed(APACHE));
	await assertServes(APACHE);
	assert.equal((await get('http://127.0.0.1/')).status, 200);
	const secret = 'anna.secret';

	await get(`${APACHE}api/v1/users?email=${secret}`);
	assert.doesNotMatch(readFileSync('/var/log/apache2/backoffice.log', 'utf8'), /secret/);
});

test('Caddy serves it beside its own site', async () => {
	writeFiles(recipe('Caddy'),
		(text) => `:8000 {\nrespond "page of the site"\n${text}}\n`);
	start('caddy', 'run', '--config', '/etc/caddy/Caddyfile');
	await until(() => isServed(CADDY));
	await assertServes(CADDY);
	assert.equal(await (await get('http://127.0.0.1:8000/')).text(), 'page of the site');
});

const programs = () => spawnSync('pgrep', ['-f', `^${PROGRAM}`], { encoding: 'utf8' }).stdout
	.split('\n').filter(Boolean).map(Number);

/* A supervisor has started it: it comes back when it is killed, and the mailer runs too. */
async function assertSupervised() {
	await until(() => isServed(APACHE));
	const [pid] = programs();

	process.kill(pid, 'SIGKILL');
	await until(() => programs().some((other) => other !== pid));
	await until(() => isServed(APACHE));
	await until(() => spawnSync('pgrep', ['-u', 'backoffice-mailer']).status === 0);
}

async function endPrograms() {
	children.splice(0).forEach((child) => child.kill('SIGTERM'));
	spawnSync('pkill', ['-f', `^${PROGRAM}`]);
	await until(() => programs().length === 0);
}

test('runit keeps both programs running', async () => {
	await endPrograms();
	const blocks = recipe('runit');

	mkdirSync('/etc/service', { recursive: true });
	writeFiles(blocks);
	runCommands(blocks);
	start('runsvdir', '-P', '/etc/service');
	await assertSupervised();
	run('sv', 'down', '/etc/service/backoffice-fcgi', '/etc/service/backoffice-mailer');
});

test('OpenRC keeps both programs running', async () => {
	await endPrograms();
	const blocks = recipe('OpenRC');

	mkdirSync('/run/openrc', { recursive: true });
	writeFileSync('/run/openrc/softlevel', ''); // what its init would have made
	writeFiles(blocks);
	runCommands(blocks);
	await assertSupervised();
	run('rc-service', 'backoffice-fcgi', 'stop');
	run('rc-service', 'backoffice-mailer', 'stop');
});

test('nothing that the manual says for these servers was left out', () => {
	assert.deepEqual(manualOf('servers', MANUAL).map(({ name }) => name)
		.filter((name) => !tried.has(name)), []);
});
