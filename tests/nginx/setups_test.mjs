/*
 * One include and it is right: every kind of answer in every set-up that providers have. Each
 * request carries an address in its query, which no log may hold.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { CLIENT, HSTS, SETUPS, startSites } from './sites.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const PRIVATE = 'anna.secret%40example.com';
const WORDS_MAX = 2000; // milliseconds until a page knows that there is no service

const [RELEASE] = readdirSync(join(TOP, 'build/page/v'));
const scriptOf = () => readdirSync(join(TOP, 'build/page/v', RELEASE, 'js'))
	.find((name) => name.endsWith('.js'));

const MANY = Buffer.alloc(2 << 20, ' ');
const SIGN_IN = JSON.stringify({ email: ADMIN_EMAIL, password: PASSWORD });
const JSON_HEADERS = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' };

/* The headers of each kind of answer; null: it has none of that name. */
const OF_PAGES = { 'content-security-policy': /^default-src 'none'; script-src 'self';/,
	'x-content-type-options': /^nosniff$/, 'referrer-policy': /^no-referrer$/,
	'cross-origin-opener-policy': /^same-origin$/, 'cross-origin-resource-policy': /^same-origin$/,
	'permissions-policy': /^camera=\(\)/, 'x-site': null, 'expires': null };
const OF_FILES = { 'cache-control': /^public, max-age=31536000, immutable$/,
	'x-content-type-options': /^nosniff$/, 'cross-origin-resource-policy': /^same-origin$/,
	'vary': /^Accept-Encoding$/, 'x-site': null, 'expires': null,
	'strict-transport-security': null };
const OF_API = { 'content-security-policy': /^default-src 'none'; frame-ancestors 'none'$/,
	'x-content-type-options': /^nosniff$/, 'referrer-policy': /^no-referrer$/,
	'cross-origin-resource-policy': /^same-origin$/, 'cache-control': /^no-store$/,
	'content-type': /^application\/problem\+json/, 'x-request-id': /^[0-9a-f]{32}$/,
	'x-site': null, 'expires': null };
const HTML = { ...OF_PAGES, 'content-type': /^text\/html; charset=utf-8$/ };
const FOR_GOOD = { 'strict-transport-security': RegExp(`^${HSTS}$`) };
const NOT_FOR_GOOD = { 'strict-transport-security': null };

const inAllLanguages = (text) => ['en', 'de', 'es', 'ru', 'ar'].every((language) =>
	text.includes(`<p lang="${language}"`));

/*
 * The table: what is asked for below the prefix, and the status, headers and body that come.
 * bare: the prefix without its slash stands before it.
 */
const ANSWERS = {
	'the page': { path: '', status: 200, headers: { ...HTML, 'cache-control': /^no-cache$/,
		'vary': /^Accept-Encoding$/ }, body: (text) => text.includes('<title>Backoffice') },
	'the page of the sign-in': { path: 'sign-in.html', status: 200, headers: HTML },
	'a script': { path: `v/${RELEASE}/js/${scriptOf()}`, status: 200, headers: OF_FILES },
	'a script, compressed': { path: `v/${RELEASE}/js/${scriptOf()}`, status: 200,
		send: { headers: { 'Accept-Encoding': 'gzip' } },
		headers: { ...OF_FILES, 'content-encoding': /^gzip$/ } },
	'a script, through an old proxy': { path: `v/${RELEASE}/js/${scriptOf()}`, status: 200,
		send: { headers: { 'Accept-Encoding': 'gzip', 'Via': '1.0 cache' } },
		headers: { ...OF_FILES, 'content-encoding': /^gzip$/ } },
	'a refusal of the program': { path: 'api/v1/users', status: 401, headers: OF_API,
		body: (text) => JSON.parse(text).code === 'unauthenticated' },
	'what the API has not': { path: 'api/v1/x.php', status: 404, headers: OF_API },
	'no page': { path: 'no/such/page', status: 404, headers: HTML, body: inAllLanguages },
	'no page, as a question': { path: 'no%3Fsuch', status: 404, headers: HTML,
		body: inAllLanguages },
	'no page that PHP or the site would take': { path: 'no.php', status: 404, headers: HTML },
	'no script': { path: 'no.js', status: 404, headers: HTML },
	'no script of a release': { path: `v/${RELEASE}/js/no.js`, status: 404, headers: HTML },
	'a hidden file': { path: '.git', status: 404, headers: HTML },
	'a folder': { path: 'v/', status: 403, headers: HTML, body: inAllLanguages },
	'a folder without its slash': { path: 'v', status: 301, headers: OF_PAGES, leads: 'v/' },
	'the prefix without its slash': { path: '', bare: true, status: 301, headers: OF_PAGES,
		leads: '' },
	'a page that is sent something': { path: '', send: { method: 'POST', body: 'x' }, status: 405,
		headers: HTML },
	'a page that is sent a lot': { path: '', send: { method: 'POST', body: MANY }, status: 413,
		headers: HTML, body: inAllLanguages },
	'a part of a page that it has not': { path: '', send: { headers: { Range: 'bytes=9999999-' } },
		status: 200, headers: HTML },
	'a body that is too large': { path: 'api/v1/session', status: 413, headers: OF_API,
		send: { method: 'POST', headers: JSON_HEADERS, body: MANY } },
	'an address that means nothing': { path: 'api/v1/users/%00', status: 400, headers: OF_API,
		http1: true, direct: true }, // in HTTP/2 nginx does not know yet what was asked for
	'an address that is too long': { path: `api/v1/users/${'x'.repeat(40_000)}`, status: 414,
		headers: OF_API, http1: true, direct: true },
	'health, for others': { path: 'api/v1/health', status: 403, headers: OF_API,
		send: { headers: { 'X-Forwarded-For': '192.0.2.1' } } },
	'the page while the program is down': { path: '', send: { down: true }, status: 200,
		headers: HTML },
	'a question while the program is down': { path: 'api/v1/session', send: { down: true },
		status: 502, headers: { ...OF_API, 'retry-after': /^1$/ },
		body: (text) => JSON.parse(text).code === 'unavailable' },
};

/* Each would lead out of the folder of the page, to what stands beside it: the folder itself. */
const WAYS_OUT = ['../page/index.html', '..%2fpage/index.html', '%2e%2e/page/index.html', '..',
	'/../page/index.html', '/..%2f..%2fpage/index.html', '/v/..%2f../../page/index.html'];

let stack;
let sites;

before(async () => {
	stack = await startStack({ prefix: '/backoffice/' });
	sites = await startSites(stack, Object.keys(SETUPS), PROGRAMS);
});
after(async () => {
	sites?.stop();
	await stack?.stop();
});

const withPrivate = (path) => `${path}${path.includes('?') ? '&' : '?'}email=${PRIVATE}`;

function assertHeaders(found, wanted, what) {
	for (const [name, pattern] of Object.entries(wanted)) {
		if (pattern === null) {
			assert.equal(found[name], undefined, `${what}: ${name}`);
		} else {
			assert.match(String(found[name] ?? '(none)'), pattern, `${what}: ${name}`);
		}
	}
}

async function assertAnswer(title, what) {
	const { path, bare, status, headers, body, leads, send } = ANSWERS[what];
	const setup = SETUPS[title];
	const target = withPrivate(bare ? setup.prefix.slice(0, -1) : setup.prefix + path);
	const begun = Date.now();
	const answer = await sites.ask(title, target, send);

	assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 300)}`);
	assertHeaders(answer.headers, { ...(setup.tls ? FOR_GOOD : NOT_FOR_GOOD), ...headers }, what);
	assert.equal(answer.headers.location, leads === undefined ? undefined
		: withPrivate(setup.prefix + leads));
	assert.ok(!body || body(answer.text), `${what}: ${answer.text.slice(0, 300)}`);
	assert.ok(!send?.down || Date.now() - begun < WORDS_MAX, `${what}: too late`);
}

const mayAsk = (setup, { bare, http1, direct }) => !(bare && setup.prefix === '/') &&
	!(http1 && setup.tls) && !(direct && setup.proxy);

test('nginx has nothing to say about any of the set-ups', () => {
	assert.equal(sites.opinion, '');
});

for (const [title, setup] of Object.entries(SETUPS)) {
	test(`${title}: each answer has its headers, its words and its place`, async () => {
		for (const what of Object.keys(ANSWERS)) {
			if (mayAsk(setup, ANSWERS[what])) {
				await assertAnswer(title, what);
			}
		}
	});

	test(`${title}: nothing beside the page's folder can be had`, async () => {
		for (const way of WAYS_OUT) {
			const { status, text } = await sites.ask(title, setup.prefix.slice(0, -1) + way);

			assert.ok(status >= 400 || text.endsWith('of the site'), `${way} leads out: ${status}`);
		}
	});

	test(`${title}: somebody signs in, as one from their own address`, async () => {
		const { status, headers, text } = await sites.ask(title, `${setup.prefix}api/v1/session`,
			{ method: 'POST', headers: JSON_HEADERS, body: SIGN_IN });

		assert.equal(status, 200, text);
		assert.match(headers['set-cookie'].join(), RegExp(`; Path=${setup.prefix};`, 'i'));
		const [[address]] = stack.sql(
			'SELECT remote_address FROM session ORDER BY id DESC LIMIT 1');

		assert.equal(address, setup.tls ? '127.0.0.1' : CLIENT);
	});
}

test('the site beside it keeps its pages and its PHP', async () => {
	for (const [title, { beside, php }] of Object.entries(SETUPS)) {
		if (beside) {
			assert.equal((await sites.ask(title, '/')).text,
				php ? 'php of the site' : 'page of the site', title);
		}
	}
});

test('the second one on a host is asked where it listens, and the first one where it does',
	async () => {
		const asked = () => sites.second.log.match(/event=request/g)?.length ?? 0;
		const earlier = asked();

		await sites.ask('two on one host', '/backoffice/api/v1/users');
		assert.equal(asked(), earlier);
		await sites.ask('two on one host', '/second/api/v1/users');
		await until(() => asked() === earlier + 1);
	});

test('what somebody looked for is in no log, and each request is in one', async () => {
	const lines = sites.log();

	assert.ok(lines.length > 200, `${lines.length} lines`);
	for (const line of [...lines, ...sites.log(true)]) {
		assert.doesNotMatch(line, /secret/, line);
	}
	assert.ok(lines.some((line) => line.startsWith(CLIENT)));
});

/* What systemd does: the socket is there, and the program is started again and again. */
const KEEPER = `
import socket, subprocess, sys, time
held = socket.socket(socket.AF_UNIX)
held.bind(sys.argv[1])
held.listen(511)
while True:
    subprocess.run(sys.argv[2:], stdin=held)
    time.sleep(1)
`;

test('while the program cannot start, whoever asks is told so and does not wait', async (t) => {
	const socket = join(sites.folder, 'nobody.sock');
	const settings = stack.settings((text) =>
		text.replace(/^socket = .*$/m, 'socket = /nowhere.sock'));
	const keeper = spawn('/usr/bin/python3', ['-c', KEEPER, socket,
		join(PROGRAMS, 'backoffice-fcgi'), '-c', settings], { detached: true, stdio: 'ignore' });

	t.after(() => process.kill(-keeper.pid));
	await until(() => existsSync(socket));
	for (let i = 0; i < 4; i++) {
		const { status, headers, text } = await sites.ask('one include',
			'/backoffice/api/v1/session', { down: true });

		assert.equal(status, 503, text);
		assertHeaders(headers, { ...OF_API, 'retry-after': /^\d+$/ }, text);
	}
});
