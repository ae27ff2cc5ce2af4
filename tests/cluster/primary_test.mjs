/* A group of MySQL whose primary becomes another one, or loses the others: the hosts follow. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createUnder, newUser } from '../fault/work.mjs';
import { until } from '../lib/until.mjs';
import { NO_PRIMARY as skip, startCluster } from './cluster.mjs';

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

const become = (number) => `SELECT group_replication_set_as_primary('${
	cluster.sql('SELECT @@server_uuid', number)[0][0]}')`;

test('a host that is only read from leaves a primary that is none any more', { skip }, async () => {
	const client = await cluster.hosts[0].signedIn();

	assert.equal(cluster.primary(), 1);
	cluster.change(become(2));
	await until(async () => {
		assert.equal((await client.get('session')).status, 200);
		return cluster.used(0) === 2;
	});
	assert.equal(cluster.primary(), 2);
	assert.ok(connections(2) > 0);
});

test('another primary under load loses nothing that was acknowledged', { skip }, async (t) => {
	const client = await cluster.hosts[1].signedIn();
	const { names, statuses } = await createUnder(client, 'turned', async (made) => {
		await until(() => made.length > 10);
		cluster.change(become(3));
		const already = made.length;

		await until(() => made.length > already + 20);
	});
	const found = new Set(cluster.sql('SELECT email FROM user', 2).map(([email]) => email));

	t.diagnostic(`${names.length} users; answers: ${[...statuses].join(', ')}`);
	assert.equal(cluster.primary(), 3);
	assert.deepEqual(names.filter((name) => !found.has(newUser(name).email)), []);
});

test('a member outside its group is not used, though it takes changes', { skip }, async (t) => {
	const [host] = cluster.hosts;
	const there = "SELECT COUNT(*) FROM backoffice.client WHERE name = 'Inside'";

	t.after(() => cluster.command('START GROUP_REPLICATION'));
	cluster.command('STOP GROUP_REPLICATION; SET GLOBAL read_only = 0');
	await cluster.beginAnew(host);
	const client = await host.signedIn();

	assert.equal((await client.post('clients', { name: 'Inside' })).status, 201);
	assert.deepEqual(cluster.sql(there), [['1']]);
	assert.deepEqual(cluster.command(there), [['0']]);
	assert.match(host.log('fcgi'), /error=1123 reason=no_majority/);
});

const online = () => cluster.sql(`SELECT COUNT(*) FROM performance_schema.replication_group_members
	WHERE MEMBER_STATE = 'ONLINE'`, cluster.primary())[0][0];

test('a primary that has lost the others says so, and all go on when they are back, one by one',
	{ skip }, async (t) => {
		const client = await cluster.hosts[0].signedIn();
		const primary = cluster.primary();
		const others = [1, 2, 3].filter((number) => number !== primary)
			.map((number) => cluster.pid(number));
		const create = (name) => client.post('clients', { name });
		const goOn = (pid) => process.kill(pid, 'SIGCONT');

		t.after(() => others.forEach(goOn));
		others.forEach((pid) => process.kill(pid, 'SIGSTOP'));
		await until(async () => (await create('Lost')).status === 503);
		await until(async () => (await client.get('session')).status === 503);
		goOn(others[0]);
		await until(async () => (await create('Back')).status === 201, 120);
		assert.equal((await client.get('session')).status, 200);
		goOn(others[1]);
		await until(() => online() === '3', 120);
		assert.equal((await create('Whole')).status, 201);
	});
