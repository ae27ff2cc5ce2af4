/*
 * The images of fcgi/dist/container, built of the tarball of the release and started as
 * compose.yaml says, by the commands of backoffice-containers(7). A bare Debian is the one that
 * debootstrap makes, and its MariaDB stands for the image of that name (images): there is no
 * registry here.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { makeTarball } from '../lib/clone.mjs';
import { manualOf } from '../lib/manual.mjs';
import { until } from '../lib/until.mjs';
import { Engine } from './engine.mjs';

const TOP = join(import.meta.dirname, '../..');
const PLACE = join(TOP, 'build/container');
const FOLDER = join(PLACE, 'tree/fcgi/dist/container');
const AUTHORITY = join(PLACE, 'authority');
const URL_OF = 'http://127.0.0.1:8080/backoffice/';
const EMAIL = 'you@example.com';
const PASSWORD = 'brisk copper lantern 47 meadow';
const PASSPHRASE = 'seven quiet herons over the weir';
const WAIT = 120;

const skip = process.getuid() !== 0 && 'only root can start containers';
const todo = manualOf('container');
const done = new Set();

let engine;

/** Does what the manual says, where the first line is like that. */
function follow(pattern, input) {
	const items = todo.filter(({ name }) => pattern.test(name) && !done.has(name));

	assert.ok(items.length > 0, String(pattern));
	return items.map((item) => {
		done.add(item.name);
		return engine.line(item.text, input);
	}).join('');
}

async function makeImages() {
	const tarball = process.env.TARBALL ?? makeTarball(PLACE); // another release may be tried
	const child = spawn(join(TOP, 'tests/container/images'), [tarball],
		{ stdio: ['ignore', 'ignore', 'inherit'] });
	const [code] = await once(child, 'exit');

	assert.equal(code, 0);
}

/* A certificate of nobody's for the mail server. */
function makeAuthority() {
	mkdirSync(AUTHORITY, { recursive: true });
	const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048',
		'-nodes', '-days', '9', '-subj', '/CN=mail', '-addext', 'subjectAltName=DNS:mail',
		'-out', join(AUTHORITY, 'mail.crt'), '-keyout', join(AUTHORITY, 'mail.key')],
	{ encoding: 'utf8' });

	assert.equal(status, 0, stderr);
}

/* As the manual has it, with the place of this installation. */
function writeSettings() {
	const [{ text }] = todo.filter(({ kind }) => kind === 'env');
	const here = text.replace(/(?<=SITE_URL=).*/, URL_OF)
		.replace(/(?<=SMTP_URL=).*/, 'smtp://mail:25');

	todo.filter(({ kind }) => kind === 'env').forEach(({ name }) => done.add(name));
	writeFileSync(join(FOLDER, '.env'), `${here}BACKOFFICE_MAIL_SMTP_CA=/authority/mail.crt
BACKOFFICE_DATABASE_TIMEOUT=30\n`); // a busy machine is no fault of theirs
}

before(async () => {
	if (skip) {
		return;
	}
	mkdirSync(PLACE, { recursive: true });
	await makeImages();
	makeAuthority();
	writeSettings();
	engine = await Engine.start(FOLDER, { AUTHORITY,
		COMPOSE_FILE: `compose.yaml:${join(TOP, 'tests/container/override.yaml')}` });
	engine.try('docker-compose', ['down', '-v', '--remove-orphans']);
}, { timeout: 3_600_000 });
after(() => {
	engine?.try('docker-compose', ['down', '-v', '--remove-orphans']);
	engine?.stop();
});

const container = (service) => `backoffice_${service}_1`;

/** Asks the page as a browser that is signed in, or not yet. */
function ask(method, path, body) {
	const said = engine.run('curl', ['-sS', '-X', method, '-b', 'jar', '-c', 'jar', '-w',
		'\n%{http_code}', '-H', 'Sec-Fetch-Site: same-origin', '-H',
		'Content-Type: application/json', '-d', JSON.stringify(body ?? {}),
		`${URL_OF}api/v1/${path}`]);
	const [, text, status] = said.match(/^([^]*)\n(\d+)$/);

	return { status: Number(status), body: text ? JSON.parse(text) : undefined };
}

describe('containers', { skip }, () => {
	test('Compose takes compose.yaml, alone and as it is started here', () => {
		engine.run('docker-compose', ['-f', 'compose.yaml', 'config', '-q']);
		engine.run('docker-compose', ['config', '-q']);
	});

	test('the commands of the manual start all, and lead to the first administrator', async () => {
		follow(/First start \| install/);
		follow(/First start \| docker-compose up/);
		const [, token] = follow(/First start \| docker-compose logs/)
			.match(/sign-in\.html#set=([\w-]{43})/);

		await until(() => ask('GET', 'site').status === 200, WAIT);
		assert.equal(ask('POST', 'session/link/password', { token, password: PASSWORD }).status,
			204);
		const { status, body } = ask('POST', 'session', { email: EMAIL, password: PASSWORD });

		assert.deepEqual([status, body.state], [200, 'signed_in']);
	});

	test('a letter is queued by one container, and sent by another', async () => {
		assert.equal(ask('POST', 'mail/test', { to: 'somebody@example.com' }).status, 202);
		await until(() => engine.podman('exec', container('mail'), 'sh', '-c',
			'cat /mail/box/new/* /mail/box/cur/* 2>/dev/null || true')
			.includes('somebody@example.com'), WAIT);
	});

	for (const [service, user] of [['fcgi', 10001], ['mailer', 10001], ['web', 10002]]) {
		test(`${service} runs as ${user}, writes to no root and has no capability`, () => {
			const status = engine.podman('exec', container(service), 'cat', '/proc/1/status');

			assert.match(status, new RegExp(`^Uid:\\s${user}\\s`, 'm'));
			assert.match(status, /^CapEff:\s0+$/m);
			assert.notEqual(engine.try(join(TOP, 'tests/container/podman'), ['exec',
				container(service), 'touch', '/etc/backoffice/x']).status, 0);
		});
	}

	test('only the mailer has the key of letters', () => {
		const keys = ['fcgi', 'web'].map((service) => engine.podman('exec', container(service),
			'find', '/var/lib/backoffice', '-name', 'mail.key'));

		assert.deepEqual(keys, ['', '']);
		engine.podman('exec', container('mailer'), 'test', '-r',
			'/var/lib/backoffice/mailer/mail.key');
	});

	test('the commands of the manual operate it', () => {
		assert.match(follow(/Operating it \| docker-compose run --rm admin check/), /grants.*: ok/);
		assert.match(follow(/docker-compose run --rm admin backup/, `${PASSPHRASE}\n`),
			/^backup: /m);
		follow(/Settings \| docker-compose up/);
		follow(/Operating it \| docker-compose up/);
		follow(/Operating it \| docker-compose logs/);
		assert.equal(ask('GET', 'session').status, 200);
	});

	test('they tell how they are, and a stop ends each of them well', async () => {
		const [ping] = todo.filter(({ text }) => text.includes('--ping'));

		done.add(ping.name);
		assert.match(engine.podman('exec', container('fcgi'), ...ping.text.trim().split(' ')),
			/answered/);
		engine.podman('healthcheck', 'run', container('web'));
		engine.run('docker-compose', ['stop', 'fcgi', 'mailer']);
		const codes = ['fcgi', 'mailer'].map((service) => engine.podman('inspect', '--format',
			'{{.State.ExitCode}}', container(service)));

		assert.deepEqual(codes, ['0', '0']);
		assert.notEqual(engine.try(join(TOP, 'tests/container/podman'), ['healthcheck', 'run',
			container('web')]).status, 0);
	});

	test('nothing that the manual says was left out', () => {
		assert.deepEqual(todo.map(({ name }) => name).filter((name) => !done.has(name)), []);
	});
});
