/* What reads slowly has a lane of its own, and is stopped when nobody waits for it any more. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const THREADS = 16;
const AT_ONCE = 2;      // of each kind: an eighth of the threads, fcgi/bin/fcgi.c
const SEATS_OF_ONE = 8; // a quarter of those that wait
const LONG = 600;       // seconds that it takes to look at clients, unless that is stopped

const SEARCH = 'clients?name=a';
const EXPORT = 'clients/export.csv';

let stack;
let admin;
let others;
let asked = [];

before(async () => {
	stack = await startStack({ settings: `[web]\nthreads = ${THREADS}\n`
		+ '[database]\ntimeout = 60\n' });
	admin = await stack.signedIn();
	others = await Promise.all([1, 2, 3].map((i) =>
		stack.person(`other${i}@example.com`, { groups: ['Administrators'] })));
	stack.sql("INSERT INTO client (name, email, phone, created_at) VALUES ('Anna', '', '', NOW()); "
		+ 'RENAME TABLE client TO kept; '
		+ `CREATE VIEW client AS SELECT * FROM kept WHERE SLEEP(${LONG}) = 0`);
});
after(() => stack.stop());
afterEach(async () => {
	asked.forEach((one) => one.leave());
	asked = [];
	await until(() => inHand() === 0);
});

/* How many statements look at clients now. */
function running() {
	return Number(stack.sql('SELECT COUNT(*) FROM information_schema.processlist '
		+ "WHERE user = 'backoffice_web' AND state = 'User sleep'")[0][0]);
}

/* How many requests the program has not come to the end of: its side of their connections. It bound
 * its socket by a name of its own, which led to the path later. */
function inHand() {
	const path = ` ${join(stack.data, 'run/fcgi.sock')}.`;

	return readFileSync('/proc/net/unix', 'utf8').split('\n').filter((line) =>
		line.includes(path) && line.split(' ')[5] === '03').length;
}

/* Asks, and does not wait for the answer: the reader may leave before. */
function ask(client, path) {
	const aborting = new AbortController();
	const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
	const one = { status: 0, leave: () => aborting.abort() };

	one.answered = fetch(`${stack.url}api/v1/${path}`, { headers: { Cookie: cookie },
		signal: aborting.signal }).then((answer) => (one.status = answer.status), () => {});
	asked.push(one);
	return one;
}

const statuses = () => asked.map(({ status }) => status).filter(Boolean);

test('few searches run at once, and lists are answered beside them', async () => {
	for (const client of [admin, ...others]) {
		Array.from({ length: 4 }, () => ask(client, SEARCH));
	}
	await until(() => running() === AT_ONCE);
	for (let i = 0; i < 2 * THREADS; i++) {
		assert.equal((await admin.get('users')).status, 200);
		assert.equal(running(), AT_ONCE);
	}
	assert.deepEqual(statuses(), []);
});

test('few exports run at once, beside as many searches', async () => {
	Array.from({ length: AT_ONCE + 2 }, () => ask(admin, EXPORT));
	await until(() => running() === AT_ONCE);
	Array.from({ length: AT_ONCE + 2 }, () => ask(admin, SEARCH));
	await until(() => running() === 2 * AT_ONCE);
	for (const path of ['users', 'mail/preview.html?kind=credentials']) { // a file, but no list
		assert.equal((await admin.get(path)).status, 200, path);
	}
	assert.equal(running(), 2 * AT_ONCE);
});

test('who finds no seat is told at once when to come again, and others find theirs', async () => {
	Array.from({ length: AT_ONCE }, () => ask(admin, SEARCH));
	await until(() => running() === AT_ONCE);
	Array.from({ length: SEATS_OF_ONE + 3 }, () => ask(admin, SEARCH));
	await until(() => statuses().length === 3);
	const { status, body, headers } = await admin.get(SEARCH);

	assert.deepEqual([status, body.code], [503, 'unavailable']);
	assert.ok(Number(headers['retry-after']) > 0);
	Array.from({ length: SEATS_OF_ONE }, () => ask(others[0], SEARCH));
	assert.equal((await others[0].get('users')).status, 200);
	assert.deepEqual(statuses(), [503, 503, 503]);
});

test('when the reader goes away the statement ends, and the next one is served', async () => {
	const first = Array.from({ length: AT_ONCE }, () => ask(admin, SEARCH));

	await until(() => running() === AT_ONCE);
	const ids = stack.sql('SELECT id FROM information_schema.processlist '
		+ "WHERE state = 'User sleep'").flat();

	Array.from({ length: AT_ONCE }, () => ask(others[0], SEARCH));
	first.forEach(({ leave }) => leave());
	await until(() => stack.sql('SELECT id FROM information_schema.processlist '
		+ `WHERE id IN (${ids})`).length === 0); // their connections are not used again
	await until(() => running() === AT_ONCE);
	assert.match(stack.log('fcgi'), /path=\/api\/v1\/clients status=499 /);
});

test('who goes away while waiting leaves a free seat', async () => {
	Array.from({ length: AT_ONCE }, () => ask(others[0], SEARCH));
	await until(() => running() === AT_ONCE);
	for (let i = 0; i < 3; i++) {
		const mine = Array.from({ length: SEATS_OF_ONE + 1 }, () => ask(admin, SEARCH));

		await until(() => statuses().length === i + 1); // all of them have got there
		mine.forEach(({ leave }) => leave());
		await until(() => inHand() === AT_ONCE);
	}
	assert.equal(running(), AT_ONCE);
});

test('what a stopped search leaves behind disturbs none that comes after it', async () => {
	stack.sql('CREATE OR REPLACE VIEW client AS SELECT * FROM kept WHERE SLEEP(0.02) = 0');
	for (let i = 0; i < 40; i++) {
		const left = ask(others[0], SEARCH);

		setTimeout(left.leave, i);
		assert.equal((await admin.get(SEARCH)).status, 200);
	}
	assert.deepEqual(stack.log('fcgi').match(/level=error.*/g), null);
});
