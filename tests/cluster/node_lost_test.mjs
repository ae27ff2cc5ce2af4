/* A node of a cluster that is there and refuses: its host says so and comes back with it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { assertUnavailable, newUser } from '../fault/work.mjs';
import { PASSWORD, TOP } from '../lib/stack.mjs';
import { ONE_PRIMARY, patiently, startCluster } from './cluster.mjs';

const MAILER = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-mailer');
const WATCHED = 7000; // milliseconds: longer than a mailer waits until it looks again
const STATEMENTS_MAX = 350; // of two mailers in that time; without a pause it is thousands

let cluster;

before(async () => {
	if (!ONE_PRIMARY) {
		cluster = await startCluster();
	}
});
after(() => cluster?.stop());

/* Each is answered by other means: a session is read, nobody is asked, a slow thread hashes. */
const requests = (client, host) => ({
	'a list': () => client.get('users'),
	'a new user': () => client.post('users', newUser('never')),
	'a sign-in': () => host.client().post('session',
		{ email: 'a@example.com', password: PASSWORD }),
	'the health check': () => client.get('health'),
});

async function assertAllUnavailable(client, host) {
	for (const [name, send] of Object.entries(requests(client, host))) {
		try {
			assertUnavailable(await send());
		} catch (error) {
			error.message = `${name}: ${error.message}`;
			throw error;
		}
	}
}

async function assertBack(client) {
	await patiently(async () => (await client.get('health')).status === 200);
	assert.equal((await client.get('users')).status, 200);
	assert.equal((await client.post('clients', { name: 'Back' })).status, 201);
}

/* Node 1 takes no statement, but of those that turn it on again. */
function refuse(t) {
	t.after(take);
	cluster.command("SET GLOBAL wsrep_reject_queries = 'ALL'");
}

function take() {
	cluster.command("SET GLOBAL wsrep_reject_queries = 'NONE'");
}

test('a host whose node refuses says so at every request, the other host works, and both do after',
	{ skip: ONE_PRIMARY }, async (t) => {
		const [first, second] = cluster.hosts;
		const client = await first.signedIn();
		const other = await second.signedIn();

		refuse(t);
		await assertAllUnavailable(client, first);
		assert.equal((await other.post('users', newUser('meanwhile'))).status, 201);
		take();
		await assertBack(client);
		await assertBack(other);
	});

test('a host whose node has lost the others says so at every request, and comes back with them',
	{ skip: ONE_PRIMARY }, async (t) => {
		const [first] = cluster.hosts;
		const client = await first.signedIn();
		const others = [2, 3].map((number) => cluster.pid(number));

		t.after(() => others.forEach((pid) => process.kill(pid, 'SIGCONT')));
		others.forEach((pid) => process.kill(pid, 'SIGSTOP'));
		await patiently(() => cluster.status('wsrep_cluster_status') === 'non-Primary');
		await assertAllUnavailable(client, first);
		others.forEach((pid) => process.kill(pid, 'SIGCONT'));
		await assertBack(client);
		assert.equal((await client.post('users', newUser('after'))).status, 201);
		cluster.settle();
	});

test('a mailer whose node refuses asks seldom, and ends when it is told to', { skip: ONE_PRIMARY },
	async (t) => {
		const mailer = spawn(MAILER, ['-c', cluster.hosts[0].settings((text) =>
			text.replace('mailer.bell', 'second.bell'))], { stdio: ['ignore', 'ignore', 'pipe'] });
		let log = '';

		t.after(() => mailer.kill('SIGKILL'));
		mailer.stderr.on('data', (text) => (log += text));
		await patiently(() => log.includes('event=start'));
		refuse(t);
		const earlier = Number(cluster.status('Questions'));

		await sleep(WATCHED);
		const statements = Number(cluster.status('Questions')) - earlier;

		t.diagnostic(`${statements} statements of two mailers in ${WATCHED} ms`);
		assert.ok(statements <= STATEMENTS_MAX, `${statements} statements`);
		mailer.kill('SIGTERM');
		await patiently(() => mailer.exitCode !== null);
		assert.equal(mailer.exitCode, 0, log);
	});
