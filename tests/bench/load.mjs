/*
 * The data of the measured installation: made once for a seed, a size and a schema, kept under
 * build/bench, and copied for whoever starts on it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync,
	writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { textOf } from '../lib/migrations.mjs';
import { copyPrepared } from '../lib/prepared.mjs';
import { ADMIN_EMAIL, sqlAt, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { statements } from './data.mjs';

const KEPT = join(TOP, 'build/bench');
const PROGRAMS = join(TOP, 'build/release');

/** Hashes cost what they do by default; sessions live for a week, as a load does. */
export const INSTALLATION = { prefix: '/', settings: `[password]
memory = 64
passes = 2
[session]
idle = 1440
life = 10080
proof = 60
` };

/* A server for the load alone: nothing that it writes is kept if it dies. */
const OPTIONS = ['--skip-networking', '--innodb-doublewrite=0', '--performance-schema=OFF',
	'--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=3G',
	'--innodb-log-file-size=2G', '--innodb-sort-buffer-size=64M', '--sort-buffer-size=64M',
	'--character-set-server=utf8mb4', ...(process.getuid() === 0 ? ['--user=root'] : [])];

const LANES = 4; // who wait for a hash at once: more are put off

const FAST = 'SET unique_checks = 0; SET foreign_key_checks = 0;';

/** Where the data of so many rows are kept. */
export function folderOf(rows, kinds) {
	const hash = createHash('sha256').update(JSON.stringify([rows, kinds]));
	const folder = join(TOP, 'sql/migrate');

	for (const name of readdirSync(folder).sort()) {
		hash.update(textOf(name));
	}
	for (const name of ['data.mjs', 'names.mjs']) {
		hash.update(readFileSync(join(import.meta.dirname, name)));
	}
	return join(KEPT, `${rows}-${hash.digest('hex').slice(0, 12)}`);
}

async function withServer(folder, work) {
	const socket = join(folder, 'load.sock');
	const server = spawn('/usr/sbin/mariadbd', ['--no-defaults', `--datadir=${folder}/db`,
		`--socket=${socket}`, `--pid-file=${folder}/load.pid`, ...OPTIONS], { stdio: 'ignore' });
	const ended = new Promise((resolve) => server.once('exit', resolve));

	try {
		await until(() => existsSync(`${folder}/load.pid`));
		work(socket);
	} finally {
		server.kill('SIGTERM');
		await ended;
	}
}

/* What the programs keep beside a record and no SQL can tell, as a migration adds it. */
function complete(folder, socket) {
	const conf = join(folder, 'load.conf');

	writeFileSync(conf, `[database]\nsocket = ${socket}\n[admin]\npassword_file = ${folder}`
		+ '/secrets/db_admin\n');
	execFileSync(join(PROGRAMS, 'backoffice-admin'), ['-c', conf, 'migrate', '--dir',
		join(TOP, 'sql/migrate')], { stdio: ['ignore', 'ignore', 'inherit'] });
	rmSync(conf);
}

/* Loads the rows into a folder that a first start has prepared, as fast as they go. */
async function fill(folder, rows, kinds, say) {
	await withServer(folder, (socket) => {
		const run = (name, work) => {
			const begun = Date.now();

			work();
			say(`${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
		};

		for (const [name, statement] of statements(rows, kinds)) {
			run(name, () => sqlAt(socket, FAST + statement, 'backoffice'));
		}
		run('words', () => complete(folder, socket));
	});
}

/* Loads of another schema or of other rows are of no use any more. */
function removeOthers(path) {
	const [rows] = basename(path).split('-');

	for (const name of readdirSync(KEPT)) {
		if (name.startsWith(`${rows}-`) && name !== basename(path)) {
			rmSync(join(KEPT, name), { recursive: true });
		}
	}
}

/* The staff sign in, with the password of the first administrator. */
async function signInStaff(stack) {
	stack.sql(`UPDATE user s JOIN user a ON a.email = '${ADMIN_EMAIL}' SET s.password = a.password
		WHERE s.email LIKE 'staff%@example.com'`);
	const staff = stack.sql(`SELECT email, mask_data, MIN(group_id) FROM user
		JOIN user_group_member ON user_id = id WHERE email LIKE 'staff%@example.com' GROUP BY id`);

	const signedIn = [];
	const lane = async () => {
		for (let next; (next = staff.shift());) {
			const [email, masked, group] = next;

			signedIn.push({ email, masked: masked === '1', administrator: group === '1',
				cookie: (await stack.signedIn(email)).cookie });
		}
	};

	await Promise.all(Array.from({ length: LANES }, lane));
	return signedIn;
}

/* What only the programs make: the first administrator, and the sessions of the staff. */
async function finish(folder) {
	const stack = await startStack({ data: folder, env: { SMTP: 'none' }, ...INSTALLATION });

	writeFileSync(join(folder, 'staff.json'), JSON.stringify(await signInStaff(stack), null, '\t'));
	await stack.halt();
	for (const part of ['log', 'mail', 'nginx', 'run', 'tmp']) {
		rmSync(join(folder, part), { recursive: true, force: true });
	}
}

/**
 * The folder of an installation with so many users, to be copied.
 * @param {number} rows
 * @param {{kinds?: string[], say?: (text: string) => void}} [options] kinds: those of data.mjs that
 *     are loaded
 */
export async function load(rows, { kinds, say = () => {} } = {}) {
	const path = folderOf(rows, kinds);
	const folder = `${path}.new`;

	if (!existsSync(path)) {
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		copyPrepared(folder, 'mariadb', PROGRAMS);
		await fill(folder, rows, kinds, say);
		await finish(folder);
		renameSync(folder, path);
		removeOthers(path);
	}
	return path;
}
