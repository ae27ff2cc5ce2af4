/* Several mailers on one queue, mailers that die, and mailers that come too late. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { DROP, SmtpServer } from '../lib/smtp-server.mjs';
import { startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Outbox } from './outbox.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const HOUR = 3600; // seconds
const LIFE = 72 * HOUR; // of a letter of credentials
const FIRST_PAUSE = 60;
const [LEASED, SENT] = [1, 2];

let server;
let stack;
let outbox;
let second; // the mailer that a test has started beside the stack's

before(async () => {
	server = await new SmtpServer().listen();
	stack = await startStack({ env: { SMTP: `smtp://127.0.0.1:${server.port}` } });
	outbox = new Outbox(stack);
});
after(async () => {
	await stack.stop();
	await server.close();
});

/* The stack's own mailer sleeps while a test makes its queue. */
const freeze = () => process.kill(stack.pid('mailer'), 'SIGSTOP');
const thaw = () => process.kill(stack.pid('mailer'), 'SIGCONT');

beforeEach(freeze);
afterEach(async () => {
	thaw();
	await end('SIGKILL');
});

/** Starts a second mailer with a bell of its own. The clock is the database's, as its connections
 * see it: it stands, so many seconds ahead, for those that begin now. */
async function startSecond(ahead = 0) {
	const settings = stack.settings((text) => text.replace('mailer.bell', 'second.bell'));

	if (ahead > 0) {
		stack.sql(`SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + ${ahead}'`);
	}
	second = spawn(join(PROGRAMS, 'backoffice-mailer'), ['-c', settings],
		{ stdio: ['ignore', 'ignore', 'pipe'] });
	second.log = '';
	second.stderr.on('data', (text) => (second.log += text));
	await until(() => second.log.includes('event=start'));
	stack.sql("SET GLOBAL init_connect = ''");
}

async function end(signal) {
	if (second?.exitCode === null && second.signalCode === null) {
		second.kill(signal);
		await once(second, 'close');
		assert.doesNotMatch(second.log, /Sanitizer|runtime error:/);
	}
}

test('two mailers send each letter once', async () => {
	const begun = server.arrived.length;
	const letters = [];

	// The first letter is answered when another is on its way: by the other mailer.
	server.plan.push({ at: 'end',
		answer: until(() => server.arrived.length >= begun + 2).then(() => '250 2.0.0 queued') });
	for (let i = 0; i < 30; i++) {
		letters.push(await outbox.putLetter());
	}
	await startSecond();
	thaw();
	for (const email of letters) {
		await outbox.become(email, { state: 'sent', attempts: 1 });
		assert.equal(server.mailsTo(email).length, 1);
	}
	assert.match(second.log, /state=sent/);
});

test('the letter of a mailer that was killed waits for the lease and goes out again', async () => {
	server.plan.push({ at: 'end', answer: new Promise(() => {}) });
	const email = await outbox.putLetter();

	await startSecond();
	await until(() => server.mailsTo(email).length === 1);
	await end('SIGKILL');
	thaw();
	await outbox.become(await outbox.putLetter(), { state: 'sent' }); // another one overtakes it
	const { state, attempts } = outbox.letter(email);

	assert.deepEqual({ state, attempts }, { state: 'leased', attempts: 1 });
	outbox.makeDue();
	await outbox.become(email, { state: 'sent', attempts: 2 });
	const [lost, repeated, ...more] = server.mailsTo(email);

	assert.match(lost.raw.toString(), /^Message-ID: /m);
	assert.deepEqual(repeated.raw, lost.raw);
	assert.deepEqual(more, []);
});

test('the letter of a mailer that was killed may have arrived, if it is refused then', async () => {
	server.plan.push({ at: 'end', answer: new Promise(() => {}) },
		{ at: 'rcpt', answer: '550 5.1.1 nobody' });
	const email = await outbox.putLetter();

	await startSecond();
	await until(() => server.mailsTo(email).length === 1);
	await end('SIGKILL');
	thaw();
	outbox.makeDue();
	const letter = await outbox.become(email, { state: 'dead', attempts: 2 });

	assert.equal(letter.mayHaveArrived, true);
});

/** How many letters are in this state. */
const count = (state) =>
	Number(stack.sql(`SELECT COUNT(*) FROM outbox WHERE state = ${state}`)[0][0]);

const MOST = 16; // letters that a mailer has claimed at a time

test('of a mailer that is killed at work no letter is lost and few arrive twice', async () => {
	const letters = [];

	stack.sql('DELETE FROM outbox WHERE state IN (0, 1)');
	for (let i = 0; i < 60; i++) {
		letters.push(await outbox.putLetter());
	}
	const begun = server.arrived.length;

	await startSecond();
	await until(() => server.arrived.length >= begun + 15);
	await end('SIGKILL');
	const unknown = letters.filter((email) => outbox.letter(email).state === 'leased');

	assert.ok(unknown.length <= MOST, `${unknown.length} were claimed`);
	stack.sql('UPDATE outbox SET next_at = UTC_TIMESTAMP(6) WHERE state = 1'); // leases over
	thaw();
	for (const email of letters) {
		const { attempts } = await outbox.become(email, { state: 'sent' });
		const times = server.mailsTo(email).length;

		assert.equal(attempts, unknown.includes(email) ? 2 : 1);
		assert.ok(times === 1 || (times === 2 && unknown.includes(email)), `${email}: ${times}`);
	}
});

test('what was claimed and cannot go yet goes back as it was, and may be made void', async () => {
	const waiting = [];
	let release;
	const answer = new Promise((resolve) => (release = () => resolve('250 2.0.0 at last')));

	for (let i = 0; i < 60; i++) {
		server.plan.push(i < 40 ? {} : { at: 'end', answer });
		waiting.push(await outbox.putLetter());
	}
	await startSecond();
	await until(() => count(LEASED) === 4 && count(SENT) > 0 &&
		waiting.filter((email) => server.mailsTo(email).length === 1).length === 44);
	const back = waiting.filter((email) => outbox.letter(email).state === 'ready');
	const voided = back[0];

	assert.equal(back.length, 16);
	assert.ok(back.every((email) => outbox.letter(email).attempts === 0));
	assert.ok(back.every((email) => !outbox.letter(email).mayHaveArrived));
	stack.admin(['user', 'reset-password', voided]);
	server.plan = [];
	release();
	for (const email of waiting.filter((other) => other !== voided)) {
		await outbox.become(email, { state: 'sent', attempts: 1 });
		assert.equal(server.mailsTo(email).length, 1);
	}
	assert.ok(!server.mailsTo(voided).some(({ raw }) => raw.includes('walnut'))); // the password
});

test('a mailer that is told to stop ends well and leaves no letter half done', async () => {
	let release;

	server.plan.push({ at: 'end', answer: new Promise((resolve) => (release = resolve)) });
	const email = await outbox.putLetter();

	await startSecond();
	await until(() => server.mailsTo(email).length === 1);
	second.kill('SIGTERM');
	release('250 2.0.0 queued');
	await once(second, 'close');
	assert.equal(second.exitCode, 0);
	assert.equal(outbox.letter(email).state, 'sent', second.log);
});

for (const [at, reason, mayHaveArrived] of [['rcpt', 'unreachable', false],
	['end', 'unknown', true]]) {
	test(`a mailer that is told to stop does not wait for a server that is silent (${at})`,
		async () => {
			server.plan.push({ at, answer: new Promise(() => {}) });
			server.reached = undefined; // by an earlier letter
			const email = await outbox.putLetter();

			await startSecond();
			await until(() => server.reached === at);
			second.kill('SIGTERM');
			await once(second, 'close');
			assert.equal(second.exitCode, 0);
			const letter = outbox.letter(email);

			assert.deepEqual([letter.state, letter.reason, letter.mayHaveArrived],
				['ready', reason, mayHaveArrived], second.log);
			outbox.makeDue();
			thaw();
			await outbox.become(email, { state: 'sent' });
		});
}

test('what has expired is never sent, and is wiped', async () => {
	const letters = [await outbox.putLetter(), await outbox.putCode()];

	await startSecond(LIFE + HOUR);
	for (const email of letters) {
		const letter = await outbox.become(email, { state: 'expired' });

		assert.equal(letter.reason, 'expired');
		assert.equal(letter.payload, '');
		assert.equal(server.mailsTo(email).length, 0);
	}
});

test('a letter that would be too late at the next try is given up and wiped', async () => {
	server.plan.push({ at: 'rcpt', answer: '451 4.3.0 later' });
	const email = await outbox.putLetter();

	await startSecond(LIFE - FIRST_PAUSE / 2);
	const letter = await outbox.become(email, { state: 'expired' });

	assert.equal(letter.reason, 'deferred');
	assert.equal(letter.code, 451);
	assert.equal(letter.payload, '');
});

test('a payload that was moved to another letter is not sent', async () => {
	const [here, there] = [await outbox.putLetter(), await outbox.putLetter()];

	stack.sql(`UPDATE outbox_payload SET payload = UNHEX('${outbox.letter(here).payload}')
		WHERE letter_id = ${outbox.letter(there).id}`);
	thaw();
	await outbox.become(here, { state: 'sent' });
	const letter = await outbox.become(there, { state: 'dead' });

	assert.equal(letter.reason, 'unreadable');
	assert.equal(letter.payload, '');
	assert.equal(server.mailsTo(here).length, 1);
	assert.equal(server.mailsTo(there).length, 0);
});

for (const [what, answer, tries] of [['is away', DROP, 5],
	['refuses our settings', '530 5.7.0 Authentication required', 2]]) {
	test(`a mail server that ${what} is left alone after ${tries} tries in a row`, async () => {
		const letters = [];

		stack.sql('DELETE FROM outbox WHERE state IN (0, 1)');
		for (let i = 0; i < 10; i++) {
			letters.push(await outbox.putLetter());
			server.plan.push({ at: 'mail', answer });
		}
		const attempts = () =>
			letters.reduce((sum, email) => sum + outbox.letter(email).attempts, 0);

		await startSecond();
		await until(() => attempts() >= tries);
		await outbox.putLetter(); // time enough for a mailer that goes on
		assert.equal(attempts(), tries);
		server.plan = [];
		await end('SIGTERM');
		assert.equal(second.exitCode, 0);
	});
}

/** Makes the database refuse what would set such a state, with an error of its own. Each try is
 * noted in a table that no rollback reaches. Nothing waits that other tests have put. */
function refuse(t, state, error) {
	stack.sql(`DELETE FROM outbox WHERE state IN (0, 1);
		CREATE TABLE tries (at DATETIME(6)) ENGINE = MyISAM;
		DELIMITER //
		CREATE TRIGGER refused BEFORE UPDATE ON outbox FOR EACH ROW IF NEW.state = ${state} THEN
			INSERT INTO tries VALUES (UTC_TIMESTAMP(6));
			SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${error}, MESSAGE_TEXT = 'not now';
		END IF//`);
	t.after(accept);
}

const accept = () => stack.sql('DROP TRIGGER IF EXISTS refused; DROP TABLE IF EXISTS tries');
const tries = () => Number(stack.sql('SELECT COUNT(*) FROM tries')[0][0]);

/** Milliseconds between the first tries; they can be longer, but never shorter, on a busy host. */
const pauses = () => stack.sql(`SELECT TIMESTAMPDIFF(MICROSECOND,
	LAG(at) OVER (ORDER BY at), at) DIV 1000 FROM tries ORDER BY at LIMIT 1, 2`).map(Number);

const LEAST_PAUSES = [250, 500];

function assertPausesGrow() {
	const measured = pauses();

	assert.ok(LEAST_PAUSES.every((least, i) => measured[i] >= least), `pauses ${measured}`);
}

/* A full table, a violated key, no more right to write, a node that is not ready: any error. */
for (const error of [1114, 1062, 1142, 1047]) {
	test(`a mailer that cannot record a result (${error}) sends nothing`, async (t) => {
		refuse(t, SENT, error);
		const [sent, next] = [await outbox.putLetter(), await outbox.putLetter()];

		await startSecond();
		await until(() => tries() >= 2);
		stack.sql('UPDATE outbox SET next_at = UTC_TIMESTAMP(6) WHERE state = 1'); // lease over
		await until(() => tries() >= 3);
		assert.equal(server.mailsTo(sent).length, 1);
		assert.equal(server.mailsTo(next).length, 0);
		assertPausesGrow();
		await until(() => second.log.includes('result=nothing_is_sent')); // it comes by a pipe
		assert.equal(second.log.match(/event=settle .*result=nothing_is_sent/g).length, 1);
		accept();
		await outbox.become(next, { state: 'sent', attempts: 1 });
		await outbox.become(sent, { state: 'sent', attempts: 1 });
		assert.equal(server.mailsTo(sent).length, 1);
	});
}

for (const [what, state] of [['record a result', SENT], ['take a letter', LEASED]]) {
	test(`a mailer that cannot ${what} asks seldom, and stops when it is told to`, async (t) => {
		refuse(t, state, 1047);
		await outbox.putLetter();
		await startSecond();
		await until(() => tries() >= 3);
		assertPausesGrow();
		second.kill('SIGTERM');
		const told = tries();

		await until(() => second.exitCode !== null);
		assert.equal(second.exitCode, 0);
		assert.ok(tries() <= told + 1);
	});
}

test('a letter and a lease of a clock that was ahead are taken at once', async () => {
	const [queued, leased, waiting] = [await outbox.putLetter(), await outbox.putLetter(),
		await outbox.putLetter()];
	const set = (email, state, ahead) => stack.sql(`UPDATE outbox SET state = ${state},
		next_at = UTC_TIMESTAMP(6) + INTERVAL ${ahead} WHERE id = ${outbox.letter(email).id}`);

	set(queued, 0, '1 YEAR');
	set(leased, 1, '1 DAY');
	set(waiting, 0, '2 HOUR');
	thaw();
	await outbox.become(queued, { state: 'sent' });
	await outbox.become(leased, { state: 'sent' });
	assert.equal(outbox.letter(waiting).state, 'ready');
});
