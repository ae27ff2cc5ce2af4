/* Who stops in the middle, or does not read, keeps nobody else waiting. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Fcgi } from './parts.mjs';

const PEERS = 10; // two more than the program has threads

let stack;
let client;

before(async () => {
	stack = await startStack();
	client = await stack.signedIn();
});
after(() => stack.stop());

/* Connections that send what they are given, and no more, until the end of the test. */
async function hold(t, to, bytes) {
	const peers = Array.from({ length: PEERS }, () => connect(to));

	t.after(() => peers.forEach((peer) => peer.destroy()));
	await Promise.all(peers.map((peer) => once(peer, 'connect')));
	peers.forEach((peer) => {
		peer.on('error', () => {});
		peer.write(bytes);
	});
}

async function assertServed() {
	const statuses = [];

	for (let i = 0; i < 5; i++) {
		statuses.push((await client.get('users?size=5')).status);
	}
	assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
}

/* A record of FastCGI: version, type, request 1, length, padding. */
const record = (type, length, content) => Buffer.concat([
	Buffer.from([1, type, 0, 1, length >> 8, length & 255, 0, 0]), Buffer.from(content)]);
const BEGIN = record(1, 8, [0, 1, 0, 0, 0, 0, 0, 0]);

for (const [what, bytes] of [
	['say nothing', Buffer.alloc(0)],
	['stop in the middle of a head', BEGIN.subarray(0, 5)],
	['stop in the middle of the parameters',
		Buffer.concat([BEGIN, record(4, 100, '\x0e\x03REQUEST_METHOD')])],
]) {
	test(`others are served while ten peers ${what}`, async (t) => {
		await hold(t, join(stack.data, 'run/fcgi.sock'), bytes);
		await assertServed();
	});
}

const HALF = (stacked) => `POST ${stacked.prefix}api/v1/session HTTP/1.1\r\nHost: x\r\n` +
	'Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n' +
	'Content-Length: 1000\r\n\r\n{"em';

test('others are served while ten browsers send half a request', async (t) => {
	await hold(t, { host: '127.0.0.1', port: stack.port }, HALF(stack));
	await assertServed();
});

test('and where nginx passes on what it has not got whole', async (t) => {
	await stack.nginx((text) => text.replace('request_buffering on', 'request_buffering off'));
	await hold(t, { host: '127.0.0.1', port: stack.port }, HALF(stack));
	await assertServed();
});

test('a log that nobody reads stops nobody, and says later what is missing', async (t) => {
	const fcgi = await Fcgi.start(stack);

	t.after(() => fcgi.end());
	fcgi.child.stderr.pause();
	for (let i = 0; i < 60; i++) {
		const answers = await Promise.all(Array.from({ length: 50 }, () => client.get('session')));

		assert.ok(answers.every(({ status }) => status === 200));
	}
	fcgi.child.stderr.resume();
	await until(async () => {
		await client.get('session');
		return /event=log dropped=\d+/.test(fcgi.log);
	}, 10);
});
