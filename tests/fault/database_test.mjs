/* The database hangs, goes away, dies or is busy, and comes back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../lib/until.mjs';
import { Fcgi, LONG, Session, startFragileStack } from './parts.mjs';
import { assertUnavailable, assertWhole, createSurely, createUnder, newUser } from './work.mjs';

const TIMEOUT = 2000; // [database] timeout, in milliseconds
const RETURN = 5000;  // promised: so soon all is well again once the database is
const SLACK = 2;

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

async function assertUnavailableInTime(name) {
	const begun = Date.now();

	assertUnavailable(await REQUESTS[name]());
	assert.ok(Date.now() - begun < TIMEOUT * SLACK, `${name}: ${Date.now() - begun} ms`);
}

function assertAllUnavailable() {
	return Promise.all(Object.keys(REQUESTS).map(assertUnavailableInTime));
}

async function assertBackSoon() {
	const begun = Date.now();

	await until(async () => (await client.get('health')).status === 200);
	for (const path of ['users', 'session', 'users', 'session']) {
		assert.equal((await client.get(path)).status, 200);
	}
	assert.ok(Date.now() - begun < RETURN * SLACK, `took ${Date.now() - begun} ms`);
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
		const begun = Date.now();
		const answers = await Promise.all(Array.from({ length: 8 }, () => client.get('users')));

		answers.forEach(assertUnavailable);
		assert.ok(Date.now() - begun < TIMEOUT * SLACK);
		database.thaw();
		await assertBackSoon();
	});

test('changes that come all at once to a database that hangs do not wait in line for their refusal',
	async (t) => {
		database.freeze(t);
		const begun = Date.now();
		const answers = await Promise.all(Array.from({ length: 12 }, REQUESTS['a sign-in']));

		answers.forEach(assertUnavailable);
		assert.ok(Date.now() - begun < 2 * TIMEOUT * SLACK, `took ${Date.now() - begun} ms`);
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

			await until(() => names.length >= enough, 30);
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

			await until(() => names.length >= enough, 30);
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

test('a change that meets a lock waits for it', async (t) => {
	const [stranger, watcher] = [new Session(t, stack), new Session(t, stack)];

	await stranger.run('START TRANSACTION; SELECT id FROM authz_epoch FOR UPDATE');
	const answer = createSurely(client, 'lock');

	await somebodyWaits(watcher);
	await stranger.run('ROLLBACK');
	assert.deepEqual((await answer).map(({ status }) => status), [201]);
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
test('a change that loses a deadlock is made all the same', async (t) => {
	const [stranger, watcher] = [new Session(t, stack), new Session(t, stack)];

	await stranger.run('START TRANSACTION; SELECT id FROM user_group WHERE id = 2 FOR UPDATE; '
		+ "UPDATE user SET language = 'xx' WHERE email LIKE '%@fault.example'");
	const answer = createSurely(client, 'deadlock');

	await somebodyWaits(watcher);
	await stranger.run('SELECT id FROM authz_epoch FOR UPDATE');
	await stranger.run('ROLLBACK');
	assert.deepEqual((await answer).map(({ status }) => status), [201]);
	assert.ok((await watcher.run("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"))[0][1] > 0);
	made.push('deadlock');
	assertWhole(stack, made);
});

/* Interrupts what the web account is at, again and again, until the work is done. */
async function interrupt(session, work) {
	let over = false;

	work.finally(() => (over = true));
	while (!over) {
		const ids = await session.run('SELECT id FROM information_schema.processlist '
			+ "WHERE user = 'backoffice_web' AND command = 'Execute'");

		await session.run(ids.map(([id]) => `KILL QUERY ${id}`).join(';') || 'DO 0');
	}
	return work;
}

/* Answers of a list, until so many of them were refused. */
async function listsUntilRefused(count) {
	const answers = [];

	await until(async () => {
		answers.push(await client.get('users?size=200&name=ser'));
		return answers.filter(({ status }) => status !== 200).length >= count;
	}, 60);
	return answers;
}

test('a list that is interrupted is told to come again, each with a line in the log', async (t) => {
	const session = new Session(t, stack);
	const lines = () => stack.log('fcgi').match(/error=1317 reason=interrupted/g)?.length ?? 0;

	stack.sql("INSERT INTO user (email, name, password, created_at, language) SELECT "
		+ "CONCAT('u', seq, '@many.example'), CONCAT('User ', seq), 'x', UTC_TIMESTAMP(6), 'en' "
		+ 'FROM seq_1_to_20000');
	const already = lines();
	const answers = await interrupt(session, Promise.all(
		Array.from({ length: 2 }, () => listsUntilRefused(LONG ? 200 : 10))));
	const refused = answers.flat().filter(({ status }) => status !== 200);

	refused.forEach(assertUnavailable);
	assert.ok(lines() - already >= refused.length, `${lines() - already} of ${refused.length}`);
});
