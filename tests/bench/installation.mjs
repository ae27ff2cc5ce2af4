/*
 * The product on a copy of the loaded data, started by the script that `make run` uses, with a mail
 * server that only counts, and the peers on the same database.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startStack } from '../lib/stack.mjs';
import { INSTALLATION } from './load.mjs';
import { memoryOf } from './measure.mjs';
import { Sink } from './sink.mjs';

const PEERS = join(import.meta.dirname, 'peer/peers.mjs');

/* Requests say from which address they come, as if from behind a proxy: all are from this host, and
 * the product has limits for one network. */
const FROM = 'set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;';

const ACCOUNT = 'backoffice_web';

const TABLES = ['user', 'user_word', 'user_group_member', 'client', 'client_word', 'session',
	'attempt', 'outbox', 'audit'];

export class Installation {
	/** @param {string} loaded folder of the data, which is copied to folder */
	static async start(loaded, folder) {
		const own = new Installation();

		rmSync(folder, { recursive: true, force: true });
		spawnSync('cp', ['-a', '--sparse=always', '--reflink=auto', loaded, folder]);
		own.staff = JSON.parse(readFileSync(join(folder, 'staff.json'), 'utf8'));
		own.sink = await new Sink().listen();
		own.stack = await startStack({ data: folder, ...INSTALLATION,
			env: { SMTP: own.sink.url } });
		await own.stack.nginx((text, name) => name === 'nginx.conf'
			? text.replace('server_tokens off;', `${FROM}\n\t\t\tserver_tokens off;`) : text);
		own.#freshen();
		return own;
	}

	/* As if the data had been loaded just now. */
	#freshen() {
		this.stack.sql(`SET @age = (SELECT TIMESTAMPDIFF(SECOND, MAX(last_used_at), UTC_TIMESTAMP())
				FROM session);
			UPDATE session SET created_at = created_at + INTERVAL @age SECOND,
				last_used_at = last_used_at + INTERVAL @age SECOND;
			UPDATE session SET last_used_at = UTC_TIMESTAMP(), proved_at = UTC_TIMESTAMP()
				WHERE user_email LIKE 'staff%@example.com'`);
	}

	get api() {
		return `${this.stack.url}api/v1`;
	}

	/** Of the staff, one after the other. */
	viewers({ masked = false, administrator } = {}) {
		return this.staff.filter((one) => one.masked === masked
			&& (administrator === undefined || one.administrator === administrator));
	}

	pids(...names) {
		return Object.fromEntries(names.map((name) =>
			[name, [this.stack.pid({ program: 'fcgi' }[name] ?? name)]]));
	}

	memory(...names) {
		return Object.fromEntries(Object.entries(this.pids(...names)).map(([name, pids]) =>
			[name, memoryOf(pids)]));
	}

	/** How much of the data the database may keep in memory, and that it does. */
	setPool(mebibytes) {
		this.stack.sql(`SET GLOBAL innodb_buffer_pool_size = ${mebibytes} * 1024 * 1024`);
	}

	/** Of the tables with many rows. */
	sizes() {
		return this.stack.sql(`SELECT table_name, table_rows, (data_length + index_length) / 1048576
			FROM information_schema.tables WHERE table_schema = 'backoffice' AND table_rows > 10000
			ORDER BY 3 DESC`).map(([name, rows, mib]) =>
			({ name, rows: Number(rows), mib: Number(mib) }));
	}

	/** Reads every index once. */
	warm() {
		const indexes = this.stack.sql(`SELECT table_name, index_name
			FROM information_schema.statistics WHERE table_schema = 'backoffice'
				AND seq_in_index = 1 AND table_name IN ('${TABLES.join("', '")}')`);

		for (const [table, index] of indexes) {
			this.stack.sql(`SELECT COUNT(*) FROM ${table} FORCE INDEX (\`${index}\`)`);
		}
	}

	/** Ends what the database still looks for after its readers went: a peer that gave up at its
	 * time limit leaves its statements behind, and who is asked next would pay for them. */
	endStatements() {
		this.stack.sql(`KILL QUERY USER ${ACCOUNT}`);
	}

	/** The peers, or null where there are none. */
	async startPeers() {
		if (!existsSync(PEERS)) {
			return null;
		}
		const { startPeers } = await import(PEERS);
		const { data, socket } = this.stack;

		this.peers = await startPeers({ folder: join(data, 'peers'), socket,
			settings: join(data, 'backoffice.conf'), database: 'backoffice',
			account: ACCOUNT,
			password: readFileSync(join(data, 'secrets/db_web'), 'utf8').trim(),
			sessions: this.viewers().map(({ cookie }) => cookie) });
		return this.peers;
	}

	async stop() {
		await this.peers?.stop();
		await this.stack.stop();
	}
}
