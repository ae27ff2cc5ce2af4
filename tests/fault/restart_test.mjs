/* backoffice-fcgi is replaced, stopped and killed while people work. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Fcgi, LONG, Service } from './parts.mjs';
import { assertWhole, createUnder } from './work.mjs';

const SECONDS = LONG ? 20 : 3;
const CRASHES = LONG ? 30 : 4;

let stack;
let client;
let fcgi; // the process that has the socket
const made = []; // names of all users that were made and must not get lost

before(async () => {
	stack = await startStack();
	client = await stack.signedIn();
	fcgi = await Fcgi.start(stack);
});
after(async () => {
	await fcgi.end();
	await stack.stop();
});

/* Lists and changes, as many as go; every single one must succeed the first time. */
async function assertLosesNothing(t, prefix, replace) {
	const end = Date.now() + SECONDS * 1000;
	let replaced = 0;
	let lists = 0;
	const isOver = () => Date.now() >= end && replaced > 1; // a busy machine takes longer

	async function reader() {
		while (!isOver()) {
			assert.equal((await client.get('users')).status, 200);
			lists++;
		}
	}
	async function replacer() {
		while (!isOver()) {
			const enough = lists + 20;

			await replace();
			replaced++;
			await until(() => lists >= enough || isOver());
		}
	}
	const { names, statuses } = await createUnder(client, prefix,
		() => Promise.all([reader(), reader(), replacer()]));

	made.push(...names);
	assert.deepEqual([...statuses], [201]);
	t.diagnostic(`${replaced} replacements, ${lists} lists, ${names.length} new users`);
	assertWhole(stack, made);
}

test('a process that takes the socket over from another one loses no request', async (t) => {
	await assertLosesNothing(t, 'take', async () => {
		const old = fcgi;

		fcgi = await Fcgi.start(stack);
		assert.equal(await old.end(), 0);
	});
});

test('a process that is started again on the socket of its supervisor loses no request',
	async (t) => {
		const service = await Service.start(stack);

		t.after(() => service.end());
		await assertLosesNothing(t, 'again', () => service.restart('SIGTERM'));
		fcgi = await succeed();
	});

const nameOf = async () => (await client.get('site')).body.name;

test('a process that is told to by SIGHUP takes new settings, stays the same process and loses no '
	+ 'request', async (t) => {
	const service = await Service.start(stack);
	let names = 0;

	t.after(() => service.end());
	await nameOf(); // it serves, and has a way with signals of its own
	await assertLosesNothing(t, 'anew', async () => {
		const name = `Name ${(names += 1)}`;

		service.change((text) => `${text.replace(/^name = Name.*\n/m, '')}`
			.replace('[site]\n', `[site]\nname = ${name}\n`));
		process.kill(service.pids.at(-1), 'SIGHUP');
		await until(async () => await nameOf() === name);
	});
	assert.equal(service.pids.length, 1);
	fcgi = await succeed();
});

/* Takes the place of whoever has the socket now. */
async function succeed() {
	const old = fcgi;
	const next = await Fcgi.start(stack);

	await old.end();
	return next;
}

async function assertSurvives(prefix, crash) {
	const { names, statuses } = await createUnder(client, prefix, async (done) => {
		for (let i = 0; i < CRASHES; i++) {
			const enough = done.length + 5;

			await until(() => done.length >= enough);
			await crash();
		}
	});

	made.push(...names);
	assert.deepEqual([...statuses].filter((status) => ![201, 502].includes(status)), []);
	assert.ok(statuses.has(502), 'nothing was disturbed');
	assertWhole(stack, made);
}

test('users that are created while the program is killed are there once and whole', async () => {
	await assertSurvives('kill', async () => {
		await fcgi.end('SIGKILL');
		fcgi = await Fcgi.start(stack);
	});
});

test('users that are created while a supervised program is killed are there once and whole',
	async (t) => {
		const service = await Service.start(stack);

		t.after(() => service.end());
		await assertSurvives('rise', () => service.restart('SIGKILL'));
		fcgi = await succeed();
	});

test('without the program the page loads and the API answers 502; with it all is well again',
	async () => {
		assert.equal(await fcgi.end(), 0);
		assert.equal((await fetch(stack.url)).status, 200);
		assert.equal((await client.get('users')).status, 502);
		fcgi = await Fcgi.start(stack);
		assert.equal((await client.get('users')).status, 200);
	});

test('a stop does not wait until a start has looked at all statements', async () => {
	const logs = [];

	await fcgi.end();
	for (let i = 0; i < 5; i++) {
		const stopped = await Fcgi.start(stack);

		assert.equal(await stopped.end(), 0);
		logs.push(stopped.log);
	}
	fcgi = await Fcgi.start(stack);
	assert.ok(logs.some((log) => !log.includes('statements=ok')), logs.join('\n'));
});

test('a start hashes nothing: it never has the memory of a hash', async () => {
	const MEMORY = 512; // MiB, more than all the rest takes with the sanitizers too

	await fcgi.end();
	fcgi = await Fcgi.start(stack, (text) => text.replace(/^memory = .*$/m, `memory = ${MEMORY}`));
	assert.equal((await client.get('session')).status, 200);
	const [, most] = readFileSync(`/proc/${fcgi.child.pid}/status`, 'utf8')
		.match(/^VmHWM:\s+(\d+) kB$/m);

	assert.ok(Number(most) < MEMORY * 1024, `${most} kB`);
});
