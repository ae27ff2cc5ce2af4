/*
 * One allocation fails, at any place of a request: the answer is whole and right, or says that it
 * is we who cannot (500, 503), or there is none because the program has ended (502 of nginx, and
 * its supervisor starts it again). It is never the client's fault, and never a part of an answer.
 *
 *   LONG=1   every allocation of each request, not some of them
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { buildLibrary, Fcgi, LONG } from './parts.mjs';

const EACH = LONG ? Infinity : 20; // allocations that fail, of those that a request makes
const ONE_OF_EACH = '[web]\nthreads = 1\nhash_threads = 1\n';
const FRESH = 'velvet harbour 91 quiet lantern';
const OURS = [500, 502, 503, 504];

let stack;
let library;
let countdown; // the file that says which allocation fails
let fcgi;
let client; // the id of one
let made = 0;

const sign = (email = ADMIN_EMAIL) => ({ method: 'POST', path: 'session',
	body: { email, password: PASSWORD }, fresh: true });
const read = (path, as = 'admin') => ({ method: 'GET', path, as });
const email = () => `new${made += 1}@bücher.example`;

/* What is asked: its texts go through every library that allocates. */
const CALLS = {
	'signing in': () => sign(),
	'the list of users': () => read('users?size=20&name=o'),
	'creating a user': () => ({ method: 'POST', path: 'users', as: 'admin',
		body: { email: email(), name: 'Zoe\u0301 مريم', groups: [3], password: FRESH } }),
	'editing a client': () => ({ method: 'PATCH', path: `clients/${client}`, as: 'admin',
		headers: { 'If-Match': '*' }, body: { name: 'Zoe\u0301 王', email: email() } }),
	'the trail, masked': () => read('audit?target_type=client&sort=at&size=5', 'masked'),
	'the export of the trail': () => read('audit/export.jsonl?target_type=client&sort=at'),
	'the export of clients': () => read('clients/export.csv?sort=name&id=1'),
	'an import, tried only': () => ({ method: 'POST', path: 'users/import?dry_run=true',
		as: 'admin', headers: { 'Content-Type': 'text/csv' },
		body: `email,name,groups\r\n${email()},"Zoe\u0301, O'Hara",Support\r\n` }),
};

before(async () => {
	stack = await startStack({ settings: ONE_OF_EACH });
	library = buildLibrary(stack, 'no_memory');
	countdown = join(stack.data, 'countdown');
	stack.addUser('masked@example.com', { masked: true, groups: ['Administrators'] });
	writeFileSync(countdown, Buffer.alloc(4096));
	await start();
	for (const name of ['admin', 'masked']) {
		who[name] = await stack.signedIn(`${name}@example.com`);
	}
	client = (await who.admin.post('clients', { name: 'Known', phone: '+493012345678' })).body.id;
});
after(async () => {
	await fcgi?.end();
	await stack?.stop();
});

const who = {}; // who is signed in, by name

/** The program, with the library that takes its memory. */
async function start() {
	fcgi = await Fcgi.start(stack, undefined, { LD_PRELOAD: library, NO_MEMORY: countdown });
	await until(() => fcgi.over || fcgi.log.includes('statements=ok')); // which allocates too
}

/** Lets the allocation of this number fail from now; 0: none. */
function fail(number) {
	const bytes = Buffer.alloc(4096);

	bytes.writeInt32LE(number);
	writeFileSync(countdown, bytes, { flag: 'r+' });
}

/** How many more allocations there could have been before the one that fails. */
const left = () => readFileSync(countdown).readInt32LE();

/** One request on a connection of its own; whole: false when the answer breaks off. */
function ask({ method, path, as, body, headers = {} }) {
	const raw = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
	const cookie = as && [...who[as].jar].map(([name, value]) => `${name}=${value}`).join('; ');

	return new Promise((resolve) => {
		const out = request(new URL(`api/v1/${path}`, stack.url), { method, agent: false,
			headers: { 'Sec-Fetch-Site': 'same-origin', ...(cookie && { Cookie: cookie }),
				...(raw && { 'Content-Type': 'application/json' }), ...headers } }, (answer) => {
			const parts = [];
			const end = (whole) => resolve({ status: answer.statusCode, whole,
				type: answer.headers['content-type'], text: Buffer.concat(parts).toString() });

			answer.on('data', (part) => parts.push(part)).on('error', () => end(false))
				.on('end', () => end(answer.complete));
		});

		out.on('error', (error) => resolve({ status: 0, whole: false, text: error.code }));
		out.end(raw);
	});
}

function isJson(text) {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

/* What may differ from one good answer to the next. */
const VOLATILE = new RegExp(['\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z', 'new\\d+@', '"(id|version)":\\d+',
	'"\\w{32}"', '"(next|prev)":"[^"]+"'].join('|'), 'g');
const plain = (text) => text.replaceAll(VOLATILE, '');

/** What is wrong with the answer when an allocation failed, "" when nothing is. */
function wrong(answer, good) {
	if (OURS.includes(answer.status)) {
		return '';
	}
	if (answer.status !== good.status) {
		return `the client is blamed: ${answer.status} ${answer.text}`;
	}
	if (!answer.whole) {
		return `an answer ${answer.status} that breaks off`;
	}
	if (/json$/.test(answer.type) && !isJson(answer.text)) {
		return `JSON that does not parse: ${answer.text}`;
	}
	return plain(answer.text) === plain(good.text) ? ''
		: `another answer: ${answer.text}\ninstead of ${good.text}`;
}

/** Some of the numbers from 1 to the last, or all, evenly. */
function spread(last) {
	const step = Math.max(1, last / EACH);

	return Array.from({ length: Math.floor(last / step) }, (_, at) => 1 + Math.floor(at * step));
}

async function tryOne(call, good, number) {
	fail(number);
	const answer = await ask(call());
	const unreached = left() > 0;

	fail(0);
	const alive = (await ask(read('openapi.json'))).status === 200;

	if (!alive) {
		await fcgi.exited;
		await start();
	}
	return { number, answer, alive, unreached, fault: unreached ? '' : wrong(answer, good) };
}

for (const [name, call] of Object.entries(CALLS)) {
	test(`${name}: a failed allocation is not the client's fault`, async (t) => {
		await ask(call());
		const good = await ask(call());
		const many = 1_000_000;

		assert.ok(good.status < 300, good.text);
		fail(many);
		await ask(call());
		const tries = [];

		for (const number of spread(many - left())) {
			tries.push(await tryOne(call, good, number));
		}
		fail(0);
		const faults = tries.filter(({ fault }) => fault)
			.map(({ number, fault }) => `allocation ${number}: ${fault}`);

		t.diagnostic(`${tries.filter(({ unreached }) => !unreached).length} failed allocations, ` +
			`${tries.filter(({ alive }) => !alive).length} ends of the program`);
		assert.deepEqual(faults, []);
		assert.equal((await ask(call())).status, good.status);
	});
}

test('what was changed while memory was short has its row in the trail', () => {
	assert.deepEqual(stack.sql(`SELECT u.id FROM user u WHERE u.email LIKE 'new%' AND 1 <>
		(SELECT COUNT(*) FROM audit a WHERE a.action = 'user.create' AND a.target_id = u.id)`), []);
});
