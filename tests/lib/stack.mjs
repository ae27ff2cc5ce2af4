/*
 * A whole installation for one test file: database, nginx, mail server and programs, started by the
 * very script that `make run` uses, in a folder of its own that is removed at the end.
 *
 *   PROGRAMS   folder of the programs (default build/release)
 *   PAGE       folder of the page (default build/page)
 *   RUNNER     the script, where it is that of another copy of the tree
 *   DB_SERVER  mariadb (default), mysql, or given: the one at DB_SOCKET, which runs already
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { Client } from './client.mjs';
import { isNotice, parseMail } from './mail.mjs';
import { withPort } from './port.mjs';
import { copyPrepared } from './prepared.mjs';
import { portWasTaken, startError, whyNotStarted } from './start.mjs';
import { surely } from './surely.mjs';
import { until } from './until.mjs';

export const TOP = join(import.meta.dirname, '../..');
export const SOURCES = { PAGE: join(TOP, 'htdocs') }; // the page as `make dev` serves it
export const SCHEMA = readdirSync(join(TOP, 'sql/migrate')).length - 1; // 0000 is no version
export const PREFIX = '/any/where/';
export const ADMIN_EMAIL = 'admin@example.com';
export const PASSWORD = 'brisk copper lantern 47 meadow';

/* Who may do all on a private database: whoever made it, on MySQL root. */
export const DB_ADMIN = [process.env.DB_SERVER, process.env.CLUSTER].includes('mysql') ? 'root'
	: userInfo().username;

/* Our nginx runs as we do; on the machine there may be others. */
export const CHECK = ['check', '--nginx-user', userInfo().username];

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');

/* Seconds; the end of a start is its word or its exit, this is for one that hangs. */
const START_MAX = 240;
const STOP_MAX = 30;

/* Cheap hashes: what is tested here is not how long they take. */
const CHEAP = '[password]\nmemory = 8\npasses = 1\n';

/* What makes the client its administrator; whose character set would else be the locale's. */
const asAdmin = (socket) => ['--no-defaults', '--default-character-set=utf8mb4', '-S', socket,
	'-u', DB_ADMIN, '--skip-column-names'];

/** Rows of a statement at the database of this socket, as arrays of text. */
export function sqlAt(socket, statement, ...database) {
	const done = spawnSync('mariadb', [...asAdmin(socket), '--batch', ...database],
		{ input: statement, encoding: 'utf8' });

	if (done.status !== 0) {
		throw new Error(`${statement}: ${done.stderr}`);
	}
	return done.stdout.split('\n').slice(0, -1).map((line) => line.split('\t'));
}

class Stack {
	constructor(data, port, prefix) {
		this.data = data;
		this.port = port;
		this.prefix = prefix;
		this.url = `http://127.0.0.1:${port}${prefix}`;
		this.output = '';
		this.known = new Map(); // passwords by email
		this.seen = new Set(); // mails that were read
	}

	/** Resolves with null, or with the lines that say why it did not start. */
	async start(env) {
		this.child = spawn(env.RUNNER ?? join(TOP, 'fcgi/dist/run/run'), {
			env: { ...process.env, PROGRAMS, ...env, DATA: this.data, PORT: String(this.port),
				URL_PREFIX: this.prefix, ADMIN_EMAIL, OWNER: String(process.pid) },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.exited = new Promise((resolve) => this.child.once('exit', resolve));
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream.on('data', (text) => (this.output += text));
		}
		this.exited.then(() => (this.over = true));
		process.once('exit', () => this.child.kill());
		await until(() => this.over || this.#isUp(), START_MAX).catch(() => this.#giveUp());
		if (this.#isUp() && !this.over) {
			this.#hold(false);
			return null;
		}
		return whyNotStarted(this.output);
	}

	#isUp() {
		return this.output.includes('Stop with Ctrl-C');
	}

	/* Nothing may run in a folder that is removed. */
	async #giveUp() {
		this.output += `backoffice: not up after ${START_MAX} seconds\n`;
		this.child.kill('SIGINT');
		await until(() => this.over, STOP_MAX).catch(() => this.child.kill('SIGKILL'));
	}

	/** Everything that the programs have logged. */
	logs() {
		const folder = join(this.data, 'log');

		return readdirSync(folder).map((name) =>
			`--- ${name}\n${readFileSync(join(folder, name), 'utf8')}`).join('\n');
	}

	log(name) {
		return readFileSync(join(this.data, 'log', `${name}.log`), 'utf8');
	}

	/** Whether node waits for the stack: a test that failed before its end must not hang. */
	#hold(on) {
		for (const part of [this.child, this.child.stdout, this.child.stderr]) {
			part[on ? 'ref' : 'unref']();
		}
	}

	/** Stops the programs and keeps the data. */
	async halt() {
		this.#hold(true);
		this.child.kill('SIGINT');
		await this.exited;
	}

	async stop() {
		await this.halt();
		const fault = this.logs().match(/^.*(Sanitizer|runtime error:).*$/m);

		if (fault) {
			throw new Error(`${fault[0]}\n${this.logs()}`);
		}
		if (process.env.KEEP) {
			console.error(`kept: ${this.data}`);
		} else {
			rmSync(this.data, { recursive: true, force: true });
		}
	}

	/** nginx goes on with its files as change(text, name) makes them. */
	async nginx(change) {
		const folder = join(this.data, 'nginx');
		const master = this.pid('nginx');
		const workers = () => readFileSync(`/proc/${master}/task/${master}/children`, 'utf8')
			.split(' ').filter(Boolean);
		const old = new Set(workers());

		for (const name of readdirSync(folder).filter((file) => file.endsWith('.conf'))) {
			const path = join(folder, name);

			writeFileSync(path, change(readFileSync(path, 'utf8'), name));
		}
		process.kill(master, 'SIGHUP');
		await until(() => workers().length === old.size && !workers().some((pid) => old.has(pid)));
	}

	client(options) {
		return new Client(this.url, options);
	}

	/** A settings file like that of the programs, with changes; gives its path. */
	settings(change = (text) => text) {
		const path = join(this.data, 'changed.conf');

		writeFileSync(path, change(readFileSync(join(this.data, 'backoffice.conf'), 'utf8')));
		return path;
	}

	/** backoffice-admin; throws unless it exits with the expected code. */
	admin(args, { input = '', code = 0, settings } = {}) {
		const done = spawnSync(join(PROGRAMS, 'backoffice-admin'),
			['-c', this.settings(settings), ...args], { input, encoding: 'utf8' });

		if (done.status !== code) {
			throw new Error(`${args.join(' ')}: exit ${done.status}: ${done.stderr}`);
		}
		return done;
	}

	/** Rows of a statement, as arrays of text, run as the database's own administrator. */
	sql(statement) {
		return sqlAt(this.socket, statement, 'backoffice');
	}

	/** The same, in a connection that stays: what it locks is locked until its end. */
	sqlSession() {
		const child = spawn('mariadb', [...asAdmin(this.socket), '--unbuffered', 'backoffice']);
		const ended = new Promise((resolve) => child.once('exit', resolve));

		return {
			run: (statement) => new Promise((resolve, reject) => {
				child.stdout.once('data', resolve);
				child.stderr.once('data', (text) => reject(new Error(String(text))));
				child.stdin.write(`${statement}\n`);
			}),
			end: () => {
				child.stdin.end();
				return ended;
			},
		};
	}

	get socket() {
		const settings = readFileSync(join(this.data, 'backoffice.conf'), 'utf8');

		return settings.match(/^socket = (.*)$/m)[1];
	}

	/** Registers a user who signs in by password alone and need not change it. */
	addUser(email, { groups = [], masked = false, name = '', password = PASSWORD, settings } = {}) {
		this.admin(['user', 'add', email, '--two-factor', 'disabled', '--password-stdin',
			'--keep-password', '--name', name, ...groups.flatMap((group) => ['--group', group]),
			...(masked ? ['--masked'] : [])], { input: `${password}\n`, settings });
		this.known.set(email, password);
	}

	/** A client that is signed in; the administrator by default. */
	async signedIn(email = ADMIN_EMAIL, options = {}) {
		const client = this.client(options);
		const { status } = await surely(() => client.post('session', { email,
			password: this.known.get(email) ?? PASSWORD }));

		if (status !== 200) {
			throw new Error(`${email} cannot sign in: ${status}`);
		}
		return client;
	}

	/** Registers a user and signs in. */
	async person(email, options) {
		this.addUser(email, options);
		return this.signedIn(email);
	}

	/** The next mail to this address that no test has read yet: a notice to the owner of the
	 * account only where that is asked for, any other else. */
	async mailTo(email, { notice = false } = {}) {
		const folder = join(this.data, 'mail/new');
		let found;

		await until(() => {
			for (const file of readdirSync(folder).sort()) {
				const raw = this.seen.has(file) ? null : readFileSync(join(folder, file));
				const mail = raw?.includes(email) ? parseMail(raw) : null; // which takes long

				if (mail?.headers.to.includes(email) && isNotice(mail) === notice) {
					this.seen.add(file);
					found = mail;
					return true;
				}
			}
			return false;
		});
		return found;
	}

	mailCount() {
		return readdirSync(join(this.data, 'mail/new')).length;
	}

	/** Process id of a part of the stack, as the runner wrote it. */
	pid(name) {
		return Number(readFileSync(join(this.data, 'run', `${name}.child`), 'utf8'));
	}
}

/* The folder that a stack begins with. */
function newFolder(first, server) {
	const folder = mkdtempSync(join(tmpdir(), 'backoffice-test.'));

	if (!first) {
		copyPrepared(folder, server, PROGRAMS);
	}
	return folder;
}

/* Those of somebody who says what they cost stay as they are. */
const withHashes = (settings) => settings.includes('[password]') ? settings : CHEAP + settings;

/**
 * @param {{env?: object, prefix?: string, settings?: string, data?: string,
 *     port?: number, first?: boolean}} [options] settings are added to the settings file; data is a
 *     folder of an earlier stack; port is the one to try first; first: nothing is prepared, as at
 *     the first start of a newcomer
 */
export async function startStack({ env = {}, prefix = PREFIX, settings = '', data, port,
	first } = {}) {
	const folder = data ?? newFolder(first, env.DB_SERVER ?? process.env.DB_SERVER);
	const startAt = async (at) => {
		const stack = new Stack(folder, at, prefix);
		const why = await stack.start({ ADMIN_PASSWORD: PASSWORD, ...env });

		return { stack, why };
	};

	writeFileSync(join(folder, 'extra.conf'), withHashes(settings));
	let { stack, why } = port ? await startAt(port) : await withPort(startAt);

	if (port && why && portWasTaken(why)) {
		({ stack, why } = await withPort(startAt));
	}
	if (!why) {
		return stack;
	}
	throw startError(why, folder, join(TOP, 'build/log'));
}
