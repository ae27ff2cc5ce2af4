/* Clients that stall, leave, come all at once, or send too much. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Fcgi, LONG } from './parts.mjs';
import { assertUnavailable, assertWhole, createSurely, LINE_MAX, newUser } from './work.mjs';

const BODY_MAX = 64 * 1024;
const CROWD = 100;

let stack;
let client;
const made = []; // names of all users that were made

before(async () => {
	stack = await startStack();
	client = await stack.signedIn();
});
after(() => stack.stop());

function crowd(one) {
	return Array.from({ length: CROWD }, (_, number) => one(number));
}

/* A change of which only a part of the body ever comes; resolves when that is on its way. */
function stall(t) {
	const socket = connect(stack.port, '127.0.0.1');

	t.after(() => socket.destroy());
	return new Promise((resolve) => {
		socket.write(`POST ${stack.prefix}api/v1/users HTTP/1.1\r\nHost: 127.0.0.1\r\n`
			+ 'Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n'
			+ 'Content-Length: 1000\r\n\r\n{"email": "', () => resolve(socket));
	});
}

test('clients that send half a request and stall keep nobody else waiting', async (t) => {
	const stalled = await Promise.all(crowd(() => stall(t)));

	assert.equal((await client.get('users')).status, 200);
	await createSurely(client, 'brisk');
	made.push('brisk');
	assert.ok(stalled.every((socket) => !socket.closed), 'some do not stall any more');
});

/* Sends a change and goes away so many milliseconds later, without an answer if that is early. */
async function leave(name, milliseconds) {
	const body = JSON.stringify(newUser(name));
	const headers = {
		'Sec-Fetch-Site': 'same-origin',
		'Content-Type': 'application/json',
		'Content-Length': Buffer.byteLength(body),
		'Idempotency-Key': name,
		'Cookie': [...client.jar].map((pair) => pair.join('=')).join('; '),
	};
	const out = request(new URL('api/v1/users', client.url),
		{ method: 'POST', agent: false, headers });

	out.on('error', () => {}); // we are the one who breaks it off
	await new Promise((resolve) => out.end(body, resolve));
	await sleep(milliseconds);
	out.destroy();
}

test('a client that leaves at any moment and comes again finds its user made once and whole',
	async () => {
		const names = Array.from({ length: LONG ? 300 : 40 }, (_, number) => `leaver-${number}`);

		for (const [number, name] of names.entries()) {
			await leave(name, number % 20);
			assert.equal((await createSurely(client, name)).at(-1).status, 201);
		}
		made.push(...names);
		assert.match(stack.log('access'), / 499 /, 'everybody stayed for the answer');
		assertWhole(stack, made);
	});

test('a body of 64 KiB is read, and one of a byte more is refused', async () => {
	const most = '{}'.padEnd(BODY_MAX);

	assert.equal((await client.post('users', most)).status, 422);
	const { status, body } = await client.post('users', `${most} `);

	assert.equal(status, 413);
	assert.equal(body.code, 'too_large');
});

/* Hashes so slow that the queue is full when everybody has come. */
function slowHashes(settings) {
	return settings.replace('memory = 8', 'memory = 64').replace('passes = 1', 'passes = 8')
		.replace('[web]', '[web]\nhash_queue = 8');
}

test('a storm of sign-ins is let in as far as there is room, and lists are answered meanwhile',
	async (t) => {
		const fcgi = await Fcgi.start(stack, slowHashes);

		t.after(() => fcgi.end());
		stack.addUser('storm@example.com', { settings: slowHashes });
		const answers = [];
		/* Each from an address of its own: what one of them may send is another promise. */
		const storm = crowd(async (number) => answers.push(await stack.client(
			{ from: `127.0.1.${number + 1}` }).post('session',
			{ email: 'storm@example.com', password: PASSWORD })));

		await until(() => answers.length > 0);
		assert.equal((await client.get('users')).status, 200);
		assert.ok(answers.length < CROWD, 'the list came when the storm was over');
		await Promise.all(storm);
		const refused = answers.filter(({ status }) => status !== 200);

		assert.ok(refused.length > 0 && refused.length < CROWD, `${refused.length} refused`);
		refused.forEach(assertUnavailable);
	});

/* One thread, and as many seats as anybody needs. */
function oneSlowHash(settings) {
	return settings.replace('memory = 8', 'memory = 64').replace('passes = 1', 'passes = 8')
		.replace('[web]', '[web]\nhash_threads = 1');
}

test('who waits in a line that moves is let in, however long that takes', async (t) => {
	const fcgi = await Fcgi.start(stack, oneSlowHash);
	const answers = [];

	t.after(() => fcgi.end());
	stack.addUser('line@example.com', { settings: oneSlowHash });
	await Promise.all(Array.from({ length: 24 }, async (_, number) => {
		const begun = Date.now();
		const { status } = await stack.client({ from: `127.0.2.${number + 1}` }).post('session',
			{ email: 'line@example.com', password: PASSWORD });

		answers.push({ status, took: Date.now() - begun });
	}));
	assert.deepEqual(answers.filter(({ status }) => status !== 200), []);
	assert.ok(answers.at(-1).took > LINE_MAX, `${answers.at(-1).took} ms: nobody waited long`);
});
