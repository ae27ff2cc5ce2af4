/* The database hangs, goes away, dies or is busy, and comes back. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../lib/until.mjs';
import { Fcgi, LONG, Session, startFragileStack } from './parts.mjs';
import { assertUnavailable, assertWhole, createSurely, createUnder, newUser } from './work.mjs';

const TIMEOUT = 2; // [database] timeout, in seconds
const SOON = 4;    // in time-outs: nobody waits for one after another
const TRIES = 2;   // a connection may be found to be lost, and another one not to be had
const THREADS = 13; // that have a connection each

let stack;
let database;
let client;
const made = []; // names of all users that were made and must not get lost

before(async () => {
	stack = await startFragileStack();
	({ database } = stack);
	client = await stack.signedIn();
});
after(() => stack.stop());

/* Each is answered by other means: a session is read, nobody is asked, a slow thread hashes. */
const REQUESTS = {
	'a list': () => client.get('users'),
	'a new user': () => client.post('users', newUser('never')),
	'a sign-in': () => stack.client().post('session', { email: 'a@example.com', password: 'b' }),
	'the health check': () => client.get('health'),
};

/* An answer, or several, and how long it took: in time-outs, as long as one is on this machine. */
async function measured(ask) {
	const begun = Date.now();
	const timeout = once(spawn('sleep', [String(TIMEOUT)]), 'exit').then(() => Date.now() - begun);
	const answer = await ask();
	const took = Date.now() - begun;

	return { answer, timeouts: took / await timeout };
}

/* What a request met at the database, in the program's log. */
function troubleOf({ headers }) {
	return stack.log('fcgi').split('\n').filter((line) => line.includes('event=database')
		&& line.includes(`request=${headers['x-request-id']} `));
}

async function assertUnavailableInTime(name) {
	const { answer, timeouts } = await measured(REQUESTS[name]);

	assertUnavailable(answer);
	assert.ok(troubleOf(answer).length <= TRIES, `${name} tried again: ${troubleOf(answer)}`);
	assert.ok(timeouts < SOON, `${name}: ${timeouts} time-outs`);
}

function assertAllUnavailable() {
	return Promise.all(Object.keys(REQUESTS).map(assertUnavailableInTime));
}

/* Each thread may find out once that its connection is no good any more. */
async function assertBackSoon() {
	let refused = -1;

	await until(async () => {
		refused++;
		return (await client.get('health')).status === 200;
	});
	assert.ok(refused <= THREADS, `refused ${refused} times`);
	for (const path of ['users', 'session', 'users', 'session']) {
		assert.equal((await client.get(path)).status, 200);
	}
}

async function pageLoads() {
	const page = await fetch(stack.url);

	return page.status === 200 && (await page.text()).includes('<html');
}

test('while the database hangs every request is told so in time, and the page loads', async (t) => {
	database.freeze(t);
	await assertAllUnavailable();
	assert.ok(await pageLoads());
	database.thaw();
	await assertBackSoon();
});

test('requests that come all at once to a database that hangs do not wait for each other',
	async (t) => {
		database.freeze(t);
		const { answer: answers, timeouts } = await measured(() =>
			Promise.all(Array.from({ length: 8 }, () => client.get('users'))));

		answers.forEach(assertUnavailable);
		assert.ok(timeouts < SOON, `${timeouts} time-outs`);
		database.thaw();
		await assertBackSoon();
	});

test('changes that come all at once to a database that hangs do not wait in line for their refusal',
	async (t) => {
		database.freeze(t);
		const { answer: answers, timeouts } = await measured(() =>
			Promise.all(Array.from({ length: 12 }, REQUESTS['a sign-in'])));

		answers.forEach(assertUnavailable);
		assert.ok(timeouts < SOON, `${timeouts} time-outs`);
		database.thaw();
		await assertBackSoon();
	});

test('while the database is gone every request is told so in time, and the page loads; '
	+ 'when it is back so is everything', async () => {
	await database.kill();
	await assertAllUnavailable();
	assert.ok(await pageLoads());
	await database.giveBack();
	await assertBackSoon();
});

test('a start without a database ends with a line that says why, and disturbs no other process',
	async () => {
		await database.kill();
		const fcgi = new Fcgi(stack);

		assert.equal(await fcgi.exited, 1);
		assert.match(fcgi.log, /level=error event=start database=unavailable/);
		await database.giveBack();
		await assertBackSoon();
	});

/* Kills every connection of the web account, again and again. */
async function killConnections(session, names) {
	const enough = made.length + (LONG ? 2000 : 60);

	while (names.length < enough) {
		const ids = await session.run(
			"SELECT id FROM information_schema.processlist WHERE user = 'backoffice_web'");

		await session.run(ids.map(([id]) => `KILL ${id}`).join(';') || 'DO 0');
		await sleep(5);
	}
}

/* A kill may meet a statement or an idle connection; it is the former that matters. */
function lostStatements() {
	return stack.log('fcgi').match(/event=database .*statement=/g)?.length ?? 0;
}

async function assertSurvives(prefix, disturbance) {
	const already = lostStatements();
	const { names, statuses } = await createUnder(client, prefix, disturbance);

	made.push(...names);
	assert.ok(lostStatements() > already, 'nothing was disturbed');
	assert.deepEqual([...statuses].filter((status) => ![201, 503].includes(status)), []);
	assertWhole(stack, made);
}

test('users that are created while connections are killed are there once and whole', async (t) => {
	const session = new Session(t, stack);

	await assertSurvives('cut', (names) => killConnections(session, names));
});

test('users that are created while the database crashes are there once and whole', async () => {
	await assertSurvives('crash', async (names) => {
		for (let i = 0; i < (LONG ? 10 : 2); i++) {
			const enough = names.length + 5;

			await until(() => names.length >= enough);
			await database.kill();
			await database.giveBack();
		}
	});
});

test('users that are created while the database freezes are there once and whole', async (t) => {
	await assertSurvives('frost', async (names) => {
		for (let i = 0; i < (LONG ? 10 : 1); i++) {
			const enough = names.length + 5;
			const lost = lostStatements();

			await until(() => names.length >= enough);
			database.freeze(t);
			await until(() => lostStatements() > lost);
			database.thaw();
		}
	});
});

function lastRefusal() {
	return stack.log('fcgi').match(/event=database .*statement=.*$/gm).at(-1);
}

/* Resolves when a transaction waits for a lock. */
function somebodyWaits(session) {
	return until(async () => (await session.run(
		"SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"))[0][1] === '1');
}

/* Who is refused all the same has waited as long as anybody does. */
function assertWaited(answers) {
	assert.equal(answers.at(-1).status, 201);
	for (const { took } of answers.slice(0, -1)) {
		assert.ok(took >= TIMEOUT * 1000, `refused after ${took} ms`);
	}
}

test('a change that meets a lock waits for it', async (t) => {
	const [stranger, watcher] = [new Session(t, stack), new Session(t, stack)];

	await stranger.run('START TRANSACTION; SELECT id FROM authz_epoch FOR UPDATE');
	const answer = createSurely(client, 'lock');

	await somebodyWaits(watcher);
	await stranger.run('ROLLBACK');
	assertWaited(await answer);
	made.push('lock');
	assertWhole(stack, made);
});

test('a change that meets a lock for too long is told to come again, and leaves nothing',
	async (t) => {
		const stranger = new Session(t, stack);

		await stranger.run('START TRANSACTION; SELECT id FROM authz_epoch FOR UPDATE');
		assertUnavailable(await client.post('users', newUser('never')));
		assert.match(lastRefusal(), /error=1969 reason=time_limit$/, 'by the server, not cut off');
		assert.equal((await client.get('users')).status, 200, 'who reads need not wait');
		stranger.close();
		assertWhole(stack, made);
	});

/* The change holds authz_epoch and waits for the group; the stranger, who has written more and so
 * is not the victim, holds the group and asks for authz_epoch. */
async function meetDeadlock(stranger, watcher, name) {
	await stranger.run('START TRANSACTION; SELECT id FROM user_group WHERE id = 2 FOR UPDATE; '
		+ "UPDATE user SET language = 'xx' WHERE email LIKE '%@fault.example'");
	const answer = createSurely(client, name);

	await somebodyWaits(watcher);
	await stranger.run('SELECT id FROM authz_epoch FOR UPDATE');
	await stranger.run('ROLLBACK');
	made.push(name);
	return answer;
}

/* Where the stranger was too slow the change has been told to come again, and met no deadlock. */
test('a change that loses a deadlock is made all the same', async (t) => {
	const [stranger, watcher] = [new Session(t, stack), new Session(t, stack)];
	const deadlocks = async () => Number((await watcher.run(
		"SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"))[0][1]);
	const earlier = await deadlocks();
	let answers;

	for (let i = 0; await deadlocks() === earlier; i++) {
		answers = await meetDeadlock(stranger, watcher, `deadlock-${i}`);
		assertWaited(answers);
	}
	assert.deepEqual(answers.map(({ status }) => status), [201]);
	assertWhole(stack, made);
});

/* Interrupts what the web account is at, again and again, until the work is done: statements that
 * have this text. */
async function interrupt(session, work, text = '') {
	let over = false;

	work.finally(() => (over = true));
	while (!over) {
		const ids = await session.run('SELECT id FROM information_schema.processlist '
			+ `WHERE user = 'backoffice_web' AND command = 'Execute' AND info LIKE '%${text}%'`);

		await session.run(ids.map(([id]) => `KILL QUERY ${id}`).join(';') || 'DO 0');
	}
	return work;
}

/* Answers of a list, one after the other, until so many of them were refused. */
async function listsUntilRefused(count) {
	const answers = [];

	for (let refused = 0; refused < count; refused += answers.at(-1).status !== 200) {
		answers.push(await client.get('clients'));
	}
	return answers;
}

function assertTooSlow({ status, headers, body }) {
	assert.deepEqual([status, body.code], [503, 'too_slow']);
	assert.equal(headers['retry-after'], undefined, 'the same would take as long again');
}

/* Clients in a view that takes a second for each of them: to find it, or to say its name. */
const SLOW_VIEWS = {
	'while it looks': 'SELECT * FROM kept WHERE SLEEP(1) = 0',
	'while its rows are read': `SELECT id, CONCAT(name, IF(SLEEP(1), '', '')) AS name, email, phone,
		country, status, manager_id, created_at, version FROM kept`,
};

/** Nine clients, one after the other in each of these views. */
async function inSlowViews(work) {
	stack.sql("INSERT INTO client (name, email, phone, created_at) SELECT CONCAT('Client ', seq), "
		+ "'', '', UTC_TIMESTAMP(6) FROM seq_1_to_9; RENAME TABLE client TO kept");
	for (const [when, view] of Object.entries(SLOW_VIEWS)) {
		stack.sql(`CREATE OR REPLACE VIEW client AS ${view}`);
		await work(when);
	}
	stack.sql('DROP VIEW client; RENAME TABLE kept TO client');
	assert.equal((await client.get('clients')).status, 200);
}

test('a list that is interrupted is refused with 503, each with a line in the log', async (t) => {
	const session = new Session(t, stack);

	await inSlowViews(async (when) => {
		const answers = await interrupt(session, Promise.all(
			Array.from({ length: 2 }, () => listsUntilRefused(LONG ? 200 : 10))));
		const refused = answers.flat().filter(({ status }) => status !== 200);

		assert.ok(refused.some((answer) => troubleOf(answer).join().includes('error=1317 ')), when);
		for (const answer of refused) {
			const { status, body: { code } } = answer;

			assert.equal(status, 503, when);
			assert.ok(['too_slow', 'unavailable'].includes(code), `${when}: ${code}`);
			assert.match(troubleOf(answer).join('\n'), /reason=(interrupted|time_limit)/, when);
		}
	});
});

/* Asks for a list until nobody knows how many rows it has. */
async function listsUntilUncounted(query) {
	for (;;) {
		const { status, body } = await client.get(`users?${query}`);

		assert.equal(status, 200, JSON.stringify(body));
		if (!body.page.total_exact) {
			return body;
		}
	}
}

test('what two filters leave is a page also where it takes too long to collect and count it',
	async (t) => {
		const query = 'status=disabled&locked=false';

		stack.sql(`INSERT INTO user (email, name, password, status, created_at)
			SELECT CONCAT('lot', seq, '@example.com'), 'Lot', '', 0, UTC_TIMESTAMP(6)
			FROM seq_1_to_9000`);
		const { body: counted } = await client.get(`users?${query}`);
		const { items, page } = await interrupt(new Session(t, stack),
			listsUntilUncounted(query), 'OVER ()');

		assert.deepEqual([counted.page.total, counted.page.total_exact], [9000, true]);
		assert.deepEqual([page.total, page.partial], [items.length, undefined]);
		assert.deepEqual(items.map(({ id }) => id), counted.items.map(({ id }) => id));
		const next = await client.get(`users?${query}&after=${encodeURIComponent(page.next)}`);

		assert.deepEqual([next.body.items.length, next.body.page.total_exact], [50, false]);
		stack.sql("DELETE FROM user WHERE email LIKE 'lot%@example.com'");
	});

test('a list that takes longer than a statement may is told to ask for less', async () => {
	await inSlowViews(async (when) => {
		const answer = await client.get('clients');

		assertTooSlow(answer);
		assert.match(troubleOf(answer).at(-1), /statement=client_.* error=1969 reason=time_limit$/,
			when);
	});
});
