/*
 * Three database servers that are one, and two hosts of one installation, each with nginx, the
 * programs and an order of its own of the nodes, all on this machine.
 *
 *   CLUSTER   galera (default), or mysql: a group of MySQL with one primary
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync,
	writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Session } from '../fault/parts.mjs';
import { DB_ADMIN, sqlAt, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Front } from './front.mjs';

export const LONG = Boolean(process.env.LONG);

const MYSQL_ROOT = process.env.MYSQL_ROOT ?? join(TOP, 'build/mysql-root');
const GROUP = process.env.CLUSTER === 'mysql';

function missing() {
	if (GROUP) {
		return !existsSync(join(MYSQL_ROOT, 'usr/lib/mysql/plugin/group_replication.so')) &&
			`${MYSQL_ROOT} has no MySQL; see fcgi/dist/run/mysql-root`;
	}
	return !existsSync('/usr/lib/galera/libgalera_smm.so') &&
		'galera-4 is not installed; see fcgi/dist/needs cluster';
}

/** Why the tests are skipped here; false where they can run. */
export const MISSING = missing();

/** The same for those whose matter is that every node takes changes. */
export const ONE_PRIMARY = MISSING || (GROUP && 'only one member of the group takes changes');

/** The same for those whose matter is the one that does. */
export const NO_PRIMARY = MISSING || (!GROUP && 'every node of Galera takes changes');

const NODES = [1, 2, 3];
const TURNS = [[1, 2, 3], [2, 3, 1]]; // the nodes of each host, in its order
const PROGRAMS = ['backoffice_web', 'backoffice_mailer', 'backoffice_admin'];
const CONFLICTS = ['wsrep_local_cert_failures', 'wsrep_local_bf_aborts'];

/** Waits for what several servers on a busy machine do in their time: a member whose first try to
 * join again fails makes the next one 5 minutes later. */
export const patiently = (question) => until(question, 900);

/* What is read then is all that was committed anywhere before. */
const CAUSAL = GROUP ? "SET SESSION group_replication_consistency = 'BEFORE'; "
	: 'SET SESSION wsrep_sync_wait = 15; ';

/* Of a group, whether it is the primary and has the majority: one that the others have lost is
 * still a primary to itself. */
const TAKES_CHANGES = GROUP ? `SELECT COUNT(*) FROM performance_schema.replication_group_members
	WHERE MEMBER_ID = @@server_uuid AND MEMBER_ROLE = 'PRIMARY' AND MEMBER_STATE = 'ONLINE' AND
		(SELECT SUM(IF(MEMBER_STATE = 'UNREACHABLE', -1, 1)) > 0
			FROM performance_schema.replication_group_members)`
	: 'SELECT NOT @@GLOBAL.read_only';

/* Programs that are started again, as by systemd. */
const KEPT = join(import.meta.dirname, 'kept');
const SERVICES = { PROGRAMS: KEPT, PATH: `${KEPT}:${process.env.PATH}`,
	REAL: resolve(process.env.PROGRAMS ?? join(TOP, 'build/release')) };

/* The process id of a service is that of the program, not of who keeps it. */
function keepServices(host) {
	const keeper = host.pid.bind(host);

	host.pid = (name) => ['nginx', 'fcgi', 'mailer'].includes(name)
		? Number(readFileSync(`/proc/${keeper(name)}/task/${keeper(name)}/children`, 'utf8')
			.split(' ')[0]) : keeper(name);
	return host;
}

class Cluster {
	hosts = [];

	constructor() {
		this.data = mkdtempSync(join(tmpdir(), 'backoffice-cluster.'));
	}

	async start({ settings, kept, front, apart }) {
		this.apart = apart;
		this.child = spawn(join(import.meta.dirname, 'nodes'), { stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, DATA: this.data, APART: apart ? '1' : '' } });
		this.output = '';
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream.on('data', (text) => (this.output += text));
		}
		this.exited = once(this.child, 'exit');
		process.once('exit', () => this.child.kill());
		await patiently(() => this.child.exitCode !== null || this.output.includes('Stop with'));
		assert.equal(this.child.exitCode, null, this.output);
		if (front) {
			this.front = new Front(join(this.data, 'front'));
			await this.front.start();
		}
		for (const number of [1, 2]) {
			this.hosts.push(await this.#startHost(number, settings, kept));
		}
		await this.front?.leadTo(this.hosts.map(({ port }) => `127.0.0.1:${port}`));
	}

	/** Where a node is over TCP. */
	address(number) {
		return this.output.match(/ at (.*); Stop/)[1].split(' ')[number - 1];
	}

	/* The second host has the keys and the accounts of the first, and a chain of its own. */
	async #startHost(number, settings, kept) {
		const data = join(this.data, `host${number}`);

		mkdirSync(data);
		for (const part of number === 1 ? [] : ['keys', 'secrets']) {
			cpSync(join(this.data, 'host1', part), join(data, part), { recursive: true });
		}
		symlinkSync(this.#mail, join(data, 'mail')); // which reaches the same people from each
		const url = this.front ? `url = ${this.front.url}\n` : '';
		const env = { ...kept && SERVICES, DB_SERVER: 'given', DB_ADMIN,
			DB_SOCKET: this.#socket(GROUP ? 1 : number) };
		const host = await startStack({ data, env,
			settings: `${settings}[site]\nnode = host${number}\n${url}` });

		return kept ? keepServices(host) : host;
	}

	/** Kills a program of a host, with what it has started, as the death of a service would. */
	killService(host, name) {
		process.kill(-this.hosts[host].pid(name), 'SIGKILL');
	}

	async killNode(number) {
		const pid = this.pid(number);

		process.kill(pid, 'SIGKILL');
		await patiently(() => !existsSync(`/proc/${pid}`));
		rmSync(join(this.data, `run/node${number}.pid`));
	}

	/** Returns when all nodes are there. */
	async startKilledNodes() {
		const all = () => this.output.match(/all nodes run again/g)?.length ?? 0;
		const earlier = all();

		this.child.kill('SIGUSR1');
		await patiently(() => all() > earlier || this.child.exitCode !== null);
		assert.equal(this.child.exitCode, null, this.output);
	}

	/** A statement of the database's administrator at a node that takes changes. */
	change(statement) {
		sqlAt(this.#socket(this.primary()), statement, 'backoffice');
	}

	/** The hosts are made with one node, as any installation; here they are told of all, over
	 * TCP. */
	async tellOfAllNodes() {
		if (this.apart) { // who comes from another network comes from an address without a name
			this.change(PROGRAMS.map((name) => `RENAME USER ${name}@localhost TO ${name}`)
				.join('; '));
		}
		for (const [i, host] of this.hosts.entries()) {
			await this.#tell(host, TURNS[i]);
		}
	}

	async #tell(host, turns) {
		const file = join(host.data, 'backoffice.conf');

		writeFileSync(file, readFileSync(file, 'utf8').replace(/^socket = .*$/m,
			`socket =\nhost = ${turns.map((node) => this.address(node)).join(', ')}`));
		await this.beginAnew(host);
	}

	/** The programs of a host read their settings, and begin with the first node there. */
	async beginAnew(host) {
		const started = () => host.log('fcgi').match(/event=start threads/g).length;
		const earlier = started();

		['fcgi', 'mailer'].forEach((name) => process.kill(host.pid(name), 'SIGHUP'));
		await patiently(() => started() > earlier);
	}

	/** The node that a host uses. */
	used(index) {
		const [left] = [...this.hosts[index].log('fcgi')
			.matchAll(/event=database .*next=(\S+) port=(\d+)/g)].reverse();

		return left ? NODES.find((number) => this.address(number) === `${left[1]}:${left[2]}`)
			: TURNS[index][0];
	}

	/** The number of a node that takes changes: the primary, of a group; null while none does. */
	primary() {
		return NODES.find((number) => {
			try {
				return sqlAt(this.#socket(number), TAKES_CHANGES)[0][0] === '1';
			} catch {
				return false;
			}
		}) ?? null;
	}

	/** The nodes but one. */
	others(number) {
		return NODES.filter((other) => other !== number);
	}

	/** Returns when each member of a group says that all are there. */
	async areThere() {
		const online = `SELECT COUNT(*) FROM performance_schema.replication_group_members
			WHERE MEMBER_STATE = 'ONLINE'`;

		await patiently(() =>
			NODES.every((number) => Number(this.command(online, number)[0][0]) === NODES.length));
	}

	get #mail() {
		const folder = join(this.data, 'mail');

		mkdirSync(folder, { recursive: true });
		return folder;
	}

	#socket(number) {
		return join(this.data, `run/node${number}.sock`);
	}

	/** Rows of a statement, as arrays of text: all that was committed at any node before. A group
	 * is asked at its primary: another member may just be out of it. */
	sql(statement, number = GROUP ? this.primary() : 3) {
		return sqlAt(this.#socket(number), CAUSAL + statement, 'backoffice');
	}

	/** Returns when each host reads what was written before. */
	settle() {
		NODES.forEach((number) => this.sql('SELECT 1 FROM user LIMIT 1', number));
	}

	/** A session of the database's administrator at a node, for as long as the test. */
	session(t, number) {
		return new Session(t, { socket: this.#socket(number) });
	}

	/** A command to a node that it takes even when it takes no statement. */
	command(statement, number = 1) {
		return sqlAt(this.#socket(number), statement);
	}

	/** What node 1 tells of itself, also then. */
	status(name) {
		return this.command(`SHOW GLOBAL STATUS LIKE '${name}'`)[0][1];
	}

	/** How often a change at one node was undone because of one at another. */
	conflicts() {
		return NODES.flatMap((number) => this.sql(`SELECT VARIABLE_VALUE
			FROM information_schema.GLOBAL_STATUS
			WHERE VARIABLE_NAME IN ('${CONFLICTS.join("', '")}')`, number))
			.reduce((sum, [value]) => sum + Number(value), 0);
	}

	/** Process id of a node. */
	pid(number) {
		return Number(readFileSync(join(this.data, `run/node${number}.pid`), 'utf8'));
	}

	/** Process id of what holds the network of a node. */
	networkOf(number) {
		return Number(readFileSync(join(this.data, `run/network${number}.child`), 'utf8'));
	}

	async stop() {
		for (const host of this.hosts) {
			await host.stop();
		}
		await this.front?.stop();
		this.child.kill();
		await this.exited;
		if (!process.env.KEEP) {
			rmSync(this.data, { recursive: true, force: true });
		}
	}
}

/**
 * @param {object} [options]
 * @param {string} [options.settings] are added to the settings of both hosts
 * @param {boolean} [options.kept] whether programs that are killed are started again
 * @param {boolean} [options.front] whether there is a proxy before the hosts: cluster.front
 * @param {boolean} [options.apart] whether each node has a network of its own: network.mjs
 */
export async function startCluster({ settings = '', ...options } = {}) {
	const cluster = new Cluster();

	try {
		await cluster.start({ settings, ...options });
	} catch (error) {
		await cluster.stop();
		throw error;
	}
	return cluster;
}

/**
 * Does the work while changes of rights come in through the session at the third node, so that
 * those at the first two lose against them; gives what the work gives.
 */
export async function disturbed(session, work) {
	const changes = 'UPDATE authz_epoch SET epoch = epoch + 1; DO SLEEP(0.002);'.repeat(10);
	let over = false;

	async function disturb() {
		while (!over) {
			await session.run(changes);
		}
	}
	const [result] = await Promise.all([work().finally(() => (over = true)), disturb()]);

	return result;
}
