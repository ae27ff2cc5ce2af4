/* A group of MySQL whose primary becomes another one, or loses the others: the hosts follow. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createUnder, newUser } from '../fault/work.mjs';
import { NO_PRIMARY as skip, patiently, startCluster } from './cluster.mjs';

let cluster;

before(async () => {
	if (!skip) {
		cluster = await startCluster();
		await cluster.tellOfAllNodes();
	}
});
after(() => cluster?.stop());

/* Connections of the programs at a node. */
const connections = (number) => Number(cluster.sql(`SELECT COUNT(*)
	FROM performance_schema.processlist WHERE USER LIKE 'backoffice%'`, number)[0][0]);

/* A machine that is busy may let a member wait for so long that it is missed: where the primary is
 * is asked, and who is to be the next one is there. */
async function becomeAnother(t) {
	const old = cluster.primary();
	const next = cluster.others(old).at(-1);
	const [[id]] = cluster.command('SELECT @@server_uuid', next);

	await cluster.session(t, old).run(`SELECT group_replication_set_as_primary('${id}')`);
	assert.equal(cluster.primary(), next);
	return next;
}

test('a host that only reads leaves a primary that is none any more', { skip }, async (t) => {
	const client = await cluster.hosts[0].signedIn();
	const primary = await becomeAnother(t);

	await patiently(async () => {
		assert.equal((await client.get('session')).status, 200);
		return cluster.used(0) === primary;
	});
	await patiently(() => connections(primary) > 0);
});

test('another primary under load loses nothing that was acknowledged', { skip }, async (t) => {
	const client = await cluster.hosts[1].signedIn();
	const { names, statuses } = await createUnder(client, 'turned', async (made) => {
		await patiently(() => made.length > 10);
		await becomeAnother(t);
		const already = made.length;

		await patiently(() => made.length > already + 20);
	});
	const found = new Set(cluster.sql('SELECT email FROM user').map(([email]) => email));

	t.diagnostic(`${names.length} users; answers: ${[...statuses].join(', ')}`);
	assert.deepEqual(names.filter((name) => !found.has(newUser(name).email)), []);
});

test('a member outside its group is not used, though it takes changes', { skip }, async (t) => {
	const [host] = cluster.hosts;
	const there = "SELECT COUNT(*) FROM backoffice.client WHERE name = 'Inside'";

	await cluster.areThere();
	t.after(async () => {
		cluster.command('START GROUP_REPLICATION');
		await cluster.areThere();
	});
	cluster.command('STOP GROUP_REPLICATION; SET GLOBAL read_only = 0');
	await cluster.beginAnew(host);
	const client = await host.signedIn();

	assert.equal((await client.post('clients', { name: 'Inside' })).status, 201);
	assert.deepEqual(cluster.sql(there), [['1']]);
	assert.deepEqual(cluster.command(there), [['0']]);
	assert.match(host.log('fcgi'), /error=1123 reason=no_majority/);
});

test('a primary that has lost the others says so, and all go on when they are back, one by one',
	{ skip }, async (t) => {
		const client = await cluster.hosts[0].signedIn();
		const others = cluster.others(cluster.primary()).map((number) => cluster.pid(number));
		const create = (name) => client.post('clients', { name });
		const goOn = (pid) => process.kill(pid, 'SIGCONT');

		t.after(() => others.forEach(goOn));
		others.forEach((pid) => process.kill(pid, 'SIGSTOP'));
		await patiently(async () => (await create('Lost')).status === 503);
		await patiently(async () => (await client.get('session')).status === 503);
		goOn(others[0]);
		await patiently(async () => (await create('Back')).status === 201);
		assert.equal((await client.get('session')).status, 200);
		goOn(others[1]);
		await cluster.areThere();
		assert.equal((await create('Whole')).status, 201);
	});
