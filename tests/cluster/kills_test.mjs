/*
 * One part after the other is killed while people create users through a proxy before two hosts:
 * what was acknowledged is there, whole; each letter comes; who has signed in is known everywhere.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { assertWhole, createUnder } from '../fault/work.mjs';
import { LONG, MISSING, patiently, startCluster } from './cluster.mjs';
import { signedInAt, timeUntilBack, whileSigningIn } from './people.mjs';

const ROUNDS = LONG ? 5 : 1;
const made = []; // names of all users that were created

let cluster;
let front;

before(async () => {
	if (!MISSING) {
		cluster = await startCluster({ settings: '[session]\nproof = 60\n', kept: true,
			front: true });
		({ front } = cluster);
		await cluster.tellOfAllNodes();
	}
});
after(() => cluster?.stop());

/* The letters that came, as their Message-IDs by recipient. */
function letters() {
	const found = new Map();

	const folder = join(cluster.hosts[0].data, 'mail/new');

	for (const name of readdirSync(folder)) {
		const text = readFileSync(join(folder, name), 'utf8');
		const to = text.match(/^To: .*?([\w-]+@fault\.example)/m)?.[1];

		if (to) {
			found.set(to, [...found.get(to) ?? [], text.match(/^Message-ID: (.*)$/mi)[1]]);
		}
	}
	return found;
}

const waiting = (state) => Number(cluster.sql(`SELECT COUNT(*) FROM outbox WHERE kind = 1
	AND state IN (${state}) AND recipient LIKE '%@fault.example'`, cluster.primary())[0][0]);

/* All letters are sent; those of a mailer that was killed when their three minutes are over, which
 * they are sooner here. Gives how many those were. */
async function allLettersAreSent() {
	await patiently(() => waiting('0') === 0);
	await sleep(3000);
	const left = waiting('1');

	if (left > 0) {
		cluster.change(`UPDATE outbox SET next_at = UTC_TIMESTAMP(6) WHERE state = 1`);
	}
	await patiently(() => waiting('0, 1') === 0);
	return left;
}

/* Each letter came; a second time only one that was under way when its mailer, or the database to
 * which it told so, was killed, and as the same. */
function assertLettersCame(mayBeTwice) {
	const found = letters();
	const twice = [...found.values()].filter((ids) => ids.length > 1);

	assert.deepEqual(made.filter((name) => !found.has(`${name}@fault.example`)), []);
	assert.ok(twice.every((ids) => new Set(ids).size === 1));
	assert.ok(twice.length <= mayBeTwice, `${twice.length} letters came twice`);
	return twice.length;
}

let mayBeTwice = 0;

async function killUnderLoad(t, prefix, kill) {
	const client = await signedInAt(front.url);
	const others = await Promise.all(cluster.hosts.map((host) => signedInAt(host.url)));
	let took;

	const { refused, known } = await whileSigningIn(cluster, front.url, async () => {
		const { names } = await createUnder(client, prefix, async (created) => {
			await patiently(() => created.length > 10);
			await kill();
			took = await Promise.all([client, ...others].map(timeUntilBack));
			const already = created.length;

			await patiently(() => created.length > already + 10);
		});

		made.push(...names);
	});
	mayBeTwice += await allLettersAreSent();
	const twice = assertLettersCame(mayBeTwice);

	t.diagnostic(`back after ${took.join(', ')} ms through the proxy and at each host; ` +
		`${made.length} users, ${known} asked for at the hosts, ${twice} letters twice`);
	assert.equal(refused, 0);
	assertWhole({ sql: (statement) => cluster.sql(statement, cluster.primary()) }, made);
}

const spare = () => [3, 2, 1].find((number) => cluster.used(0) !== number &&
	cluster.used(1) !== number);

/* A node that was killed comes back with what it has missed, which takes a while. */
const PARTS = {
	'the nginx of a host': () => cluster.killService(0, 'nginx'),
	'the backoffice-fcgi of a host': () => cluster.killService(0, 'fcgi'),
	'one of two mailers': () => cluster.killService(0, 'mailer'),
	...LONG && { 'a node that no host uses': () => cluster.killNode(spare()) },
	'the node that a host uses': () => cluster.killNode(cluster.used(0)),
};

async function killInEachRound(t, name, kill) {
	for (let round = 0; round < ROUNDS; round++) {
		await killUnderLoad(t, `${name.replaceAll(/\W+/g, '')}${round}`, kill);
		await cluster.startKilledNodes();
	}
}

for (const [name, kill] of Object.entries(PARTS)) {
	test(`${name} is killed under load: nothing is lost, and all goes on by itself`,
		{ skip: MISSING }, (t) => killInEachRound(t, name, kill));
}
