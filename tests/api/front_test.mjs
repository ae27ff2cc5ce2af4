/* What nginx answers in the program's place: refusals like the program's own, headers too. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { SOURCES, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

let stack;
let client;

before(async () => {
	stack = await startStack({ env: SOURCES });
	client = await stack.signedIn();
	await stack.nginx((text) => text.replace('read_timeout 30s', 'read_timeout 1s'));
});
after(() => stack.stop());

/** Every refusal of the program: [status, code, title]. */
function problems() {
	const text = readFileSync(join(TOP, 'fcgi/rule/problem.def'), 'utf8');

	return [...text.matchAll(/^PROBLEM\(\w+, (\d+), \w+, "(\w+)",\s*((?:"[^"]*"\s*)+)\)/gm)]
		.map(([, status, code, title]) => [Number(status), code,
			title.trim().slice(1, -1).replaceAll(/"\s+"/g, '')]);
}

/** Every refusal of nginx's: [status, problem]. */
function ofNginx() {
	const text = readFileSync(join(TOP, 'nginx/http.conf'), 'utf8');

	return [...text.matchAll(/^\t(\d+) +'("title".*)';$/gm)]
		.map(([, status, members]) => [Number(status), JSON.parse(`{${members}}`)]);
}

/** The answer to a target as it is, unlike fetch(), which makes a good address of it. */
function ask(target, { method = 'GET', headers = {}, body } = {}) {
	return new Promise((resolve, reject) => {
		const out = request({ host: '127.0.0.1', port: stack.port, path: target, method,
			headers: { 'Sec-Fetch-Site': 'same-origin', ...headers }, agent: false }, (answer) => {
			let text = '';

			answer.on('data', (part) => (text += part));
			answer.on('end', () => resolve({ status: answer.statusCode,
				headers: answer.headers, text }));
		});

		out.on('error', reject);
		out.end(body);
	});
}

function assertProblem({ status, headers, text }, expected, code) {
	assert.deepEqual([status, headers['content-type']],
		[expected, 'application/problem+json'], text);
	const problem = JSON.parse(text);

	assert.deepEqual([problem.status, problem.code, problem.type], [expected, code, 'about:blank']);
	assert.match(problem.request_id, /^[0-9a-f]{32}$/);
	assert.deepEqual(
		['cache-control', 'x-content-type-options', 'content-security-policy', 'referrer-policy',
			'cross-origin-resource-policy', 'x-request-id'].map((name) => headers[name]),
		['no-store', 'nosniff', "default-src 'none'; frame-ancestors 'none'", 'no-referrer',
			'same-origin', problem.request_id]);
	assert.equal('retry-after' in headers, [429, 502, 503, 504].includes(expected));
}

const at = (path) => `${stack.prefix}api/v1/${path}`;

test('nginx refuses in the words of the program', () => {
	const known = problems();
	const own = { 414: 'too_large', 501: 'malformed', 502: 'unavailable', 504: 'unavailable',
		505: 'malformed' };
	const made = ofNginx();

	assert.equal(made.length, 12);
	for (const [status, { title, code, ...rest }] of made) {
		const [, word, sentence] = known.find(([number, name]) =>
			(own[status] ? name === own[status] : number === status && name === code));

		assert.deepEqual([code, title], [word, sentence]);
		assert.deepEqual(rest, { status });
	}
});

test('a body that is larger than any that nginx lets through', async () => {
	assertProblem(await ask(at('session'), { method: 'POST', body: Buffer.alloc(9 << 20, ' '),
		headers: { 'Content-Type': 'application/json' } }), 413, 'too_large');
});

test('an address that cannot be understood, of the back office and of another site', async () => {
	assertProblem(await ask(at('users/%00')), 400, 'malformed');
	const other = await ask('/another/site/%00');

	assert.deepEqual([other.status, other.headers['content-type']], [400, 'text/html']);
});

test('an address and a header that are too long', async () => {
	const long = 'x'.repeat(40_000);

	assertProblem(await ask(at(`users?search=${long}`)), 414, 'too_large');
	assertProblem(await ask(at('users'), { headers: { Cookie: long } }), 400, 'malformed');
});

/** The answer to a request as it is, which may be none that node would send. */
function exchange(text) {
	return new Promise((resolve, reject) => {
		const socket = connect(stack.port, '127.0.0.1');
		let answer = '';

		socket.on('data', (part) => (answer += part));
		socket.on('error', reject);
		socket.on('end', () => {
			const [head, body] = answer.split('\r\n\r\n');
			const [first, ...lines] = head.split('\r\n');

			resolve({ status: Number(first.split(' ')[1]), text: body,
				headers: Object.fromEntries(lines.map((line) => line.split(': '))
					.map(([name, value]) => [name.toLowerCase(), value])) });
		});
		socket.write(text);
	});
}

test('a request that nginx itself offers nobody, of the back office and of another site',
	async () => {
		for (const [status, code, method, version, header] of [
			[405, 'method_not_allowed', 'TRACE', '1.1', 'X: y'],
			[405, 'method_not_allowed', 'CONNECT', '1.1', 'X: y'],
			[501, 'malformed', 'POST', '1.1', 'Transfer-Encoding: gzip'],
			[505, 'malformed', 'GET', '3.0', 'X: y'],
			[400, 'malformed', 'POST', '1.1', 'Content-Length: x'],
		]) {
			const send = (path) => exchange(`${method} ${path} HTTP/${version}\r\nHost: x\r\n`
				+ `Connection: close\r\n${header}\r\n\r\n`);
			const other = await send('/another/site');

			assertProblem(await send(at('users')), status, code);
			assert.deepEqual([other.status, other.headers['content-type']], [status, 'text/html']);
		}
	});

test('health asked for through a proxy', async () => {
	for (const path of ['health', 'metrics']) {
		assertProblem(await ask(at(path), { headers: { 'X-Forwarded-For': '192.0.2.1' } }), 403,
			'forbidden');
	}
});

test('nobody asks for the refusals themselves', async () => {
	for (const path of [`${stack.prefix}api/problem`, `${stack.prefix}.refused`,
		`${stack.prefix}.unavailable`, '/.backoffice/400', '/.backoffice/problem']) {
		assert.equal((await ask(path)).status, 404);
	}
});

/* Each of its threads stops a moment after the signal: one may answer meanwhile. */
const isStopped = (pid) => readdirSync(`/proc/${pid}/task`).every((thread) =>
	readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').includes(') T '));

test('a program that does not answer in time, and one that is not there', async (t) => {
	const program = stack.pid('fcgi');

	t.after(() => process.kill(program, 'SIGCONT'));
	process.kill(program, 'SIGSTOP');
	await until(() => isStopped(program));
	assertProblem(await ask(at('session')), 504, 'unavailable');
	process.kill(program, 'SIGCONT');
	const socket = join(stack.data, 'run/fcgi.sock');

	await stack.nginx((text, name) => (name === 'http.conf'
		? text.replace(`unix:${socket}`, `unix:${socket}.gone`) : text));
	t.after(() => stack.nginx((text) => text.replace(`${socket}.gone`, socket)));
	assertProblem(await ask(at('session')), 502, 'unavailable');
	assertProblem(await ask(at('session'), { method: 'POST', body: '{}' }), 502, 'unavailable');
});

test('too much from one address at once, and enough for a large office', async () => {
	const sign = () => ask(at('session'), { method: 'POST', body: '{}',
		headers: { 'Content-Type': 'application/json' } });
	const answers = [];

	for (let i = 0; i < 8; i++) {
		answers.push(...await Promise.all(Array.from({ length: 50 }, sign)));
	}
	const refused = answers.filter(({ status }) => status === 429);

	assert.ok(answers.findIndex(({ status }) => status === 429) >= 50, 'fifty at once are let in');
	assert.ok(refused.length > 100, `${refused.length} of 400 are refused`);
	refused.forEach((answer) => assertProblem(answer, 429, 'too_many_requests'));
	assert.equal((await client.get('session')).status, 200, 'asking who one is, is no sign-in');
});

test('a static file says in which characters it is, and dotfiles are not there', async () => {
	const page = await ask(stack.prefix);
	const made = join(SOURCES.PAGE, 'vendor/.made');

	assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
	assert.ok(readFileSync(made) !== null);
	const { status, headers } = await ask(`${stack.prefix}vendor/.made`);

	assert.deepEqual([status, headers['x-content-type-options']], [404, 'nosniff']);
});

test('lists and the session are compressed when read, and nothing else of the API is', async () => {
	const headers = { 'Accept-Encoding': 'gzip', 'Content-Type': 'application/json',
		'Cookie': [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ') };
	const { paths } = (await client.get('openapi.json')).body;

	for (const path of Object.keys(paths).filter((name) => paths[name].get)) {
		const place = path.slice(1).replaceAll(/\{\w+\}/g, '1');
		const { body } = await client.get(place);
		const answer = await ask(at(place), { headers });

		assert.equal(answer.headers['content-encoding'],
			body?.page || path === '/session' ? 'gzip' : undefined, path);
	}
	const made = await ask(at('users'), { method: 'POST', headers,
		body: JSON.stringify({ email: 'made@example.com', groups: [3], link: true }) });

	assert.equal(made.status, 201, made.text);
	assert.ok(JSON.parse(made.text).link, 'it holds a secret, and words of the request');
});

test('a folder without its slash leads to this host, whatever name it was called by', async () => {
	const { status, headers } = await ask(`${stack.prefix}js`,
		{ headers: { Host: 'evil.example' } });

	assert.deepEqual([status, headers.location], [301, `${stack.prefix}js/`]);
});
