/* A primary that the network cuts off, alive, while the other members make another one: the hosts
 * go on there, what was acknowledged is there, and the old one comes back as one that follows. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertWhole, createUnder } from '../fault/work.mjs';
import { NO_PRIMARY, patiently, startCluster } from './cluster.mjs';
import { goApart, Network, NO_NETWORK } from './network.mjs';
import { answered, timeUntilBack } from './people.mjs';

const skip = NO_PRIMARY || NO_NETWORK;

if (!skip) {
	await goApart();
}

let cluster;
let network;

before(async () => {
	if (!skip) {
		cluster = await startCluster({ settings: '[session]\nproof = 60\n', apart: true });
		await cluster.tellOfAllNodes();
		network = new Network(cluster);
	}
});
after(() => cluster?.stop());

/* All changes that a node has, whether the others have them or not. */
const changesAt = (number) => cluster.command('SELECT @@GLOBAL.gtid_executed', number)[0][0];

/* Returns when there is one. */
const anotherPrimary = (old) => patiently(() => ![old, null].includes(cluster.primary()));

const made = []; // names of all users that were created

/* What one host has acknowledged is asked for at the other one, as long as the work goes on. */
async function whileReadingAtOther(clients, work) {
	let over = false;
	let asked = 0;
	let unknown = 0;

	async function ask() {
		for (let i = 0; !over; i++) {
			const [writer, reader] = i % 2 ? clients : clients.toReversed();
			const { body } = await answered(() => writer.post('clients', { name: 'Asked for' }));
			const { status } = await answered(() => reader.get(`clients/${body.id}`));

			asked++;
			unknown += status === 404;
		}
	}
	await Promise.all([ask(), work().finally(() => (over = true))]);
	return { asked, unknown };
}

/* Cuts the primary off under load; gives what mends the network, and what was seen. */
async function cutOffUnderLoad({ old, clients, prefix, cut }) {
	let mend, took, had;
	const { names } = await createUnder(clients[0], prefix, async (created) => {
		await patiently(() => created.length > 10);
		mend = cut(old);
		took = await Promise.all(clients.map(timeUntilBack));
		await anotherPrimary(old);
		had = changesAt(old);
		const already = created.length;

		await patiently(() => created.length > already + 20);
	});

	made.push(...names);
	assert.equal(changesAt(old), had, 'a primary that is none any more was written to');
	return { mend, took };
}

/* The member that was cut off has again what the others have, and nothing more. */
async function assertRejoins(old) {
	await cluster.areThere();
	assert.notEqual(cluster.primary(), old);
	for (const number of [1, 2, 3]) {
		assertWhole({ sql: (statement) => cluster.sql(statement, number) }, made);
	}
}

async function isLeft(t, prefix, cut) {
	const old = cluster.primary();
	const clients = await Promise.all(cluster.hosts.map((host) => host.signedIn()));
	let seen;
	const { asked, unknown } = await whileReadingAtOther(clients, async () =>
		(seen = await cutOffUnderLoad({ old, clients, prefix, cut })));
	const begun = Date.now();

	t.diagnostic(`back after ${seen.took.join(', ')} ms at each host; ${made.length} users; ` +
		`${unknown} of ${asked} unknown at the other host`);
	seen.mend();
	await assertRejoins(old);
	t.diagnostic(`a member again after ${Date.now() - begun} ms`);
	assert.equal(unknown, 0);
}

test('a primary that the others have lost, and people have not, is left: nothing is lost', { skip },
	(t) => isLeft(t, 'lost', (old) => network.cutFromOthers(t, old)));

test('a primary that nobody reaches any more is left, and nothing is lost', { skip },
	(t) => isLeft(t, 'gone', (old) => network.cutFromAll(t, old)));
