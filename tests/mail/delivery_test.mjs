/* What becomes of a letter, by what the mail server says to it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { DROP, SmtpServer } from '../lib/smtp-server.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { LETTER_PASSWORD, Outbox } from './outbox.mjs';

const CONNECTIONS = 4; // at a time, unless the settings say otherwise
const LOOK = 5000; // milliseconds after which a mailer that nobody wakes looks for letters

let server;
let stack;
let outbox;

before(async () => {
	server = await new SmtpServer().listen();
	stack = await startStack({ env: { SMTP: `smtp://127.0.0.1:${server.port}` } });
	outbox = new Outbox(stack);
});
after(async () => {
	await stack.stop();
	await server.close();
});

function messageIds(email) {
	return server.mailsTo(email).map(({ raw }) => raw.toString().match(/^Message-ID: .*$/m)[0]);
}

test('an accepted letter is recorded as sent and its payload is wiped', async () => {
	const email = await outbox.putLetter();
	const letter = await outbox.become(email, { state: 'sent' });

	assert.equal(letter.code, 250);
	assert.equal(letter.reason, 'accepted');
	assert.equal(letter.reply, '2.0.0 queued');
	assert.equal(letter.to, email);
	assert.equal(letter.attempts, 1);
	assert.equal(letter.payload, '');
	assert.equal(server.mailsTo(email).length, 1);
});

test('a letter that is put off is tried after growing pauses and goes out then', async () => {
	const answers = ['mail', 'rcpt', 'data', 'end']
		.map((at) => ({ at, answer: '451 4.3.0 later' }));
	const pauses = [];

	server.plan.push(...answers);
	const email = await outbox.putLetter();

	for (const attempts of answers.keys()) {
		const letter = await outbox.become(email, { state: 'ready', attempts: attempts + 1 });

		assert.equal(letter.code, 451);
		assert.equal(letter.reason, 'deferred');
		assert.notEqual(letter.payload, '');
		pauses.push(letter.pause);
		outbox.makeDue();
	}
	await outbox.become(email, { state: 'sent', attempts: answers.length + 1 });
	assert.ok(pauses.every((pause, i) => i === 0 || pause > pauses[i - 1]), `pauses ${pauses}`);
	assert.equal(server.mailsTo(email).filter(({ accepted }) => accepted).length, 1);
});

for (const at of ['rcpt', 'data', 'end']) {
	test(`a letter that is refused for good at ${at} is dead and never sent again`, async () => {
		server.plan.push({ at, answer: '550 5.7.1 no' });
		const email = await outbox.putLetter();
		const letter = await outbox.become(email, { state: 'dead' });

		assert.equal(letter.code, 550);
		assert.equal(letter.reason, 'refused');
		assert.equal(letter.payload, '');
		outbox.makeDue();
		await outbox.become(await outbox.putLetter(), { state: 'sent' }); // it has looked again
		assert.equal(outbox.letter(email).attempts, 1);
		assert.ok(server.mailsTo(email).every(({ accepted }) => !accepted));
	});
}

/* What servers have against us and not against the letter; the unit test has the whole table. */
const AGAINST_US = {
	mail: ['530 5.7.0 Authentication required', '501 5.1.7 bad sender', '550 5.7.1 no',
		'553 5.7.1 <a@example.com>: Sender address rejected'],
	rcpt: ['554 5.7.1 <b@example.com>: Relay access denied', '550 relay not permitted',
		'504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname',
		'550-Verification failed for <a@example.com>\r\n550 Sender verify failed'],
	data: ['503 5.5.1 Error: need RCPT command'],
	end: ['550 5.7.60 Client does not have permissions to send as this sender'],
};

for (const [at, answers] of Object.entries(AGAINST_US)) {
	for (const answer of answers) {
		test(`"${answer.split('\r')[0]}" at ${at} costs no letter`, async () => {
			server.plan.push({ at, answer });
			const email = await outbox.putLetter();
			const letter = await outbox.become(email, { state: 'ready', attempts: 1 });

			assert.equal(letter.reason, 'settings');
			assert.equal(letter.code, Number(answer.slice(0, 3)));
			assert.equal(letter.reply,
				answer.split('\r\n').map((line) => line.slice(4)).join(' '));
			outbox.makeDue();
			await outbox.become(email, { state: 'sent', attempts: 2 });
		});
	}
}

test('the mailer presents itself by a whole name', async () => {
	await outbox.become(await outbox.putLetter(), { state: 'sent' });
	const names = [...server.heard.plain.matchAll(/^(?:EHLO|HELO) (.*)\r$/gm)]
		.map(([, name]) => name);

	assert.ok(names.length > 0);
	assert.ok(names.every((name) => /^(?:[\w-]+\.)+[\w-]*[a-z][\w-]*$|^\[127\.0\.0\.1\]$/i
		.test(name)), String(names));
});

for (const at of ['mail', 'rcpt', 'data']) {
	test(`a letter whose connection breaks at ${at} is tried again`, async () => {
		server.plan.push({ at, answer: DROP });
		const email = await outbox.putLetter();

		await outbox.become(email, { state: 'ready', attempts: 1 });
		assert.equal(server.mailsTo(email).length, 0);
		outbox.makeDue();
		await outbox.become(email, { state: 'sent', attempts: 2 });
		assert.equal(server.mailsTo(email).length, 1);
	});
}

test('a letter that is lost after the final dot is sent again as the same message', async () => {
	server.plan.push({ at: 'end', answer: DROP });
	const email = await outbox.putLetter();
	const { reason } = await outbox.become(email, { state: 'ready', attempts: 1 });

	assert.equal(reason, 'unknown');
	outbox.makeDue();
	await outbox.become(email, { state: 'sent', attempts: 2 });
	const [first, second] = server.mailsTo(email);

	assert.deepEqual(second.raw, first.raw);
	assert.equal(new Set(messageIds(email)).size, 1);
	assert.equal(outbox.letter(email).mayHaveArrived, true);
});

test('a letter that was lost after the final dot and refused then may have arrived', async () => {
	server.plan.push({ at: 'end', answer: DROP }, { at: 'rcpt', answer: '451 later' },
		{ at: 'rcpt', answer: '550 5.1.1 nobody' });
	const email = await outbox.putLetter();

	for (const attempts of [1, 2]) {
		const { mayHaveArrived } = await outbox.become(email, { state: 'ready', attempts });

		assert.equal(mayHaveArrived, true);
		outbox.makeDue();
	}
	const letter = await outbox.become(email, { state: 'dead', attempts: 3 });

	assert.deepEqual([letter.reason, letter.mayHaveArrived], ['refused', true]);
	const shown = (await outbox.client.get(`mail/${letter.id}`)).body;

	assert.deepEqual([shown.to, shown.reply, shown.may_have_arrived],
		[email, '5.1.1 nobody', true]);
});

test('while the mail server is down the page works, and the mail goes out later', async () => {
	await server.close();
	const email = await outbox.putLetter(); // throws unless it is answered with 201
	const letter = await outbox.become(email, { state: 'ready', attempts: 1 });

	assert.equal(letter.reason, 'unreachable');
	await server.listen(server.port);
	outbox.makeDue();
	await outbox.become(email, { state: 'sent', attempts: 2 });
});

for (const [point, refusal] of [['greeting', '554 5.3.2 no service here'],
	['hello', '550 5.7.1 we do not know you']]) {
	test(`a server that turns everybody away by its ${point} costs no letter`, async () => {
		const usual = server[point];

		server.hangUp();
		server[point] = refusal;
		const email = await outbox.putLetter();
		const { reason, reply } = await outbox.become(email, { state: 'ready', attempts: 1 })
			.finally(() => (server[point] = usual));

		assert.deepEqual([reason, reply], ['settings', refusal.slice(4)]);
		outbox.makeDue();
		await outbox.become(email, { state: 'sent', attempts: 2 });
	});
}

/** Makes the server hold this many letters at their end; gives what lets them go. */
async function hold(count) {
	const begun = server.arrived.length;
	let release;
	const answer = new Promise((resolve) => (release = () => resolve('250 2.0.0 at last')));

	await outbox.become(await outbox.putLetter(), { state: 'sent' }); // one works: so may many
	for (let i = 0; i < count; i++) {
		server.plan.push({ at: 'end', answer });
		await outbox.putLetter();
	}
	await until(() => server.arrived.length === begun + 1 + count);
	return release;
}

test('as many letters go at a time as the settings allow, and no more', async () => {
	const release = await hold(CONNECTIONS);
	const begun = server.arrived.length;
	const waiting = [await outbox.putLetter(), await outbox.putLetter()];

	assert.equal(server.sockets.size, CONNECTIONS);
	assert.equal(server.arrived.length, begun);
	release();
	for (const email of waiting) {
		await outbox.become(email, { state: 'sent', attempts: 1 });
	}
	assert.ok(server.sockets.size <= CONNECTIONS); // they are kept
});

test('a sign-in code overtakes fifty letters that wait', async () => {
	const release = await hold(CONNECTIONS);
	const begun = server.arrived.length;
	const waiting = [];

	for (let i = 0; i < 50; i++) {
		waiting.push(await outbox.putLetter());
	}
	const coded = await outbox.putCode();

	release();
	await until(() => server.arrived.length === begun + 51);
	const order = server.arrived.slice(begun).flatMap(({ to }) => to);

	assert.ok(order.indexOf(coded) < CONNECTIONS, String(order));
	assert.deepEqual(order.filter((email) => email !== coded).sort(), waiting.sort());
});

test('a code passes letters that a slow server holds up', async () => {
	const waiting = [];

	server.pace = 200;
	for (let i = 0; i < 40; i++) {
		waiting.push(await outbox.putLetter());
	}
	const coded = await outbox.putCode();
	const begun = server.arrived.length;

	await until(() => server.mailsTo(coded).length === 1);
	const passed = server.arrived.findIndex(({ to }) => to.includes(coded)) - begun;

	server.pace = 0;
	assert.ok(passed <= 2 * CONNECTIONS, `${passed} letters went before the code`);
	for (const email of waiting) {
		await outbox.become(email, { state: 'sent', attempts: 1 });
	}
});

test('a server that takes fewer connections costs no letter and no try', async () => {
	const letters = [];

	server.hangUp();
	server.most = 2;
	server.pace = 300; // longer than it takes to put the next one
	for (let i = 0; i < 12; i++) {
		letters.push(await outbox.putLetter());
	}
	await until(() => server.turnedAway > 0);
	server.pace = 0;
	for (const email of letters) {
		await outbox.become(email, { state: 'sent', attempts: 1 });
		assert.equal(server.mailsTo(email).length, 1);
	}
	server.most = Infinity;
});

test('the mailer is woken by a letter instead of looking for it', async () => {
	const letters = 7;
	const begun = Date.now();

	// Each is put when the one before it is gone: a mailer that only looks sleeps each time.
	for (let i = 0; i < letters; i++) {
		await outbox.become(await outbox.putLetter(), { state: 'sent' });
	}
	assert.ok(Date.now() - begun < LOOK * letters / 2, `${letters} in ${Date.now() - begun} ms`);
});

test('an address with a line break is refused and never reaches the wire', async () => {
	const client = await stack.signedIn();

	for (const lineBreak of ['\r\n', '\r', '\n']) {
		const email = `a@b.example${lineBreak}RCPT TO:<x@y.example>`;
		const { status, body } = await client.post('users',
			{ email, password: LETTER_PASSWORD, send_to_email: true });

		assert.equal(status, 422);
		assert.deepEqual(body.errors, { email: 'email.characters' });
	}
	await outbox.become(await outbox.putLetter(), { state: 'sent' }); // nothing waits before it
	assert.ok(!server.heard.plain.includes('x@y.example'));
});
