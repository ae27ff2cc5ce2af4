/* Three nodes of Galera on this machine, and two hosts of one installation on the first two. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Session } from '../fault/parts.mjs';
import { sqlAt, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

export const LONG = Boolean(process.env.LONG);

/** Why the tests are skipped here; false where they can run. */
export const MISSING = !existsSync('/usr/lib/galera/libgalera_smm.so') &&
	'galera-4 is not installed; see fcgi/dist/needs cluster';

const NODES = [1, 2, 3];
const CONFLICTS = ['wsrep_local_cert_failures', 'wsrep_local_bf_aborts'];

/* What is read then is all that was committed anywhere before. */
const CAUSAL = 'SET SESSION wsrep_sync_wait = 15; ';

class Cluster {
	hosts = [];

	constructor() {
		this.data = mkdtempSync(join(tmpdir(), 'backoffice-cluster.'));
	}

	async start(settings) {
		this.child = spawn(join(import.meta.dirname, 'nodes'),
			{ env: { ...process.env, DATA: this.data }, stdio: ['ignore', 'pipe', 'pipe'] });
		this.output = '';
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream.on('data', (text) => (this.output += text));
		}
		this.exited = once(this.child, 'exit');
		process.once('exit', () => this.child.kill());
		await until(() => this.child.exitCode !== null || this.output.includes('Stop with'), 120);
		assert.equal(this.child.exitCode, null, this.output);
		for (const number of [1, 2]) {
			this.hosts.push(await this.#startHost(number, settings));
		}
	}

	/** Where a node is over TCP. */
	address(number) {
		const [, host, port] = this.output.match(/ at (\S+):(\d+) to /);

		return `${host}:${Number(port) + number - 1}`;
	}

	/* The second host has the keys and the accounts of the first, and a chain of its own. */
	#startHost(number, settings) {
		const data = join(this.data, `host${number}`);

		mkdirSync(data);
		for (const part of number === 1 ? [] : ['keys', 'secrets']) {
			cpSync(join(this.data, 'host1', part), join(data, part), { recursive: true });
		}
		return startStack({ data, env: { DB_SERVER: 'given', DB_SOCKET: this.#socket(number) },
			settings: `${settings}[site]\nnode = host${number}\n` });
	}

	#socket(number) {
		return join(this.data, `run/node${number}.sock`);
	}

	/** Rows of a statement, as arrays of text: all that was committed at any node before. */
	sql(statement, number = 3) {
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

	/** A command to node 1 that it takes even when it takes no statement. */
	command(statement) {
		return sqlAt(this.#socket(1), statement);
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

	async stop() {
		for (const host of this.hosts) {
			await host.stop();
		}
		this.child.kill();
		await this.exited;
		if (!process.env.KEEP) {
			rmSync(this.data, { recursive: true, force: true });
		}
	}
}

/** @param {string} [settings] are added to the settings of both hosts */
export async function startCluster(settings = '') {
	const cluster = new Cluster();

	try {
		await cluster.start(settings);
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
