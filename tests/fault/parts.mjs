/* Parts of a running installation that can be taken away and given back. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { DB_ADMIN, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

export const LONG = Boolean(process.env.LONG);

export const FCGI = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-fcgi');

const KEEPER = join(import.meta.dirname, 'keeper');

/** A database that can be frozen, killed and given back, under a runner that does not notice. */
class Database {
	constructor(stack) {
		this.stack = stack;
		this.down = join(stack.data, 'down');
		this.number = join(stack.data, 'run/db.pid');
	}

	get pid() {
		return Number(readFileSync(this.number, 'utf8'));
	}

	/** Until thaw(), or the end of the test. */
	freeze(t) {
		t.after(() => this.thaw());
		process.kill(this.pid, 'SIGSTOP');
	}

	thaw() {
		process.kill(this.pid, 'SIGCONT');
	}

	/** Resolves when nobody listens any more. */
	async kill() {
		const { pid } = this;

		writeFileSync(this.down, '');
		process.kill(pid, 'SIGKILL');
		await until(() => !existsSync(`/proc/${pid}`));
		rmSync(this.number);
	}

	/** Resolves when the server accepts connections. */
	async giveBack() {
		rmSync(this.down);
		await until(() => existsSync(this.number));
		await until(() => this.#answers());
	}

	#answers() {
		try {
			return this.stack.sql('SELECT 1');
		} catch {
			return false;
		}
	}
}

/** A stack whose database may be taken away: stack.database. */
export async function startFragileStack(options) {
	const stack = await startStack({ ...options,
		env: { PATH: `${KEEPER}:${process.env.PATH}` } });

	stack.database = new Database(stack);
	return stack;
}

/** Compiles NAME.c of here, which is loaded before a program (LD_PRELOAD); gives its path. */
export function buildLibrary(stack, name) {
	const library = join(stack.data, `${name}.so`);
	const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-D_GNU_SOURCE', '-o',
		library, join(import.meta.dirname, `${name}.c`)], { encoding: 'utf8' });

	assert.equal(status, 0, stderr);
	return library;
}

/** One more backoffice-fcgi, which takes the socket over from the one that has it. */
export class Fcgi {
	constructor(stack, change, env = {}, program = FCGI) {
		this.log = '';
		this.child = spawn(program, ['-c', stack.settings(change)],
			{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
		this.child.stderr.on('data', (text) => (this.log += text));
		this.exited = once(this.child, 'close').then(([code]) => code);
		this.exited.then(() => (this.over = true));
	}

	static async start(stack, change, env, program) {
		const fcgi = new Fcgi(stack, change, env, program);

		await until(() => fcgi.over || fcgi.log.includes('event=start threads='));
		assert.ok(!fcgi.over, fcgi.log);
		return fcgi;
	}

	/** Resolves with the exit code; null after a signal that kills. */
	end(signal = 'SIGTERM') {
		this.child.kill(signal);
		return this.exited;
	}
}

/** A backoffice-fcgi under a supervisor that holds the socket and starts it again, like systemd. */
export class Service {
	constructor(stack) {
		this.settings = join(stack.data, 'service.conf');
		const { listen, text } = inheriting(readFileSync(stack.settings(), 'utf8'));

		writeFileSync(this.settings, text);
		this.pids = [];
		this.child = spawn(join(KEEPER, 'service'), [listen, FCGI, '-c', this.settings],
			{ stdio: ['ignore', 'pipe', 'inherit'] });
		createInterface(this.child.stdout).on('line', (pid) => this.pids.push(Number(pid)));
		this.exited = once(this.child, 'close');
	}

	static async start(stack) {
		const service = new Service(stack);

		await until(() => service.pids.length > 0);
		return service;
	}

	/** Resolves when the next process has begun; what comes in meanwhile waits. */
	async restart(signal) {
		const { length } = this.pids;

		process.kill(this.pids.at(-1), signal);
		await until(() => this.pids.length > length);
	}

	/** Other settings, which the process takes when it begins anew. */
	change(edit) {
		writeFileSync(this.settings, edit(readFileSync(this.settings, 'utf8')));
	}

	end() {
		this.child.kill();
		return this.exited;
	}
}

/* The settings of a program that inherits its socket, and where that is. */
function inheriting(settings) {
	const line = /^listen = (.*)$/m;

	return { listen: settings.match(line)[1], text: settings.replace(line, 'listen = -') };
}

/** The database's own administrator in a session that stays open, at most until the test ends. */
export class Session {
	constructor(t, stack) {
		t.after(() => this.close());
		this.output = '';
		this.count = 0;
		this.child = spawn('mariadb', ['--no-defaults', '-S', stack.socket, '-u', DB_ADMIN,
			'--batch', '--skip-column-names', '--unbuffered', '--force', 'backoffice']);
		this.child.stdout.on('data', (text) => (this.output += text));
		this.child.stderr.resume();
	}

	/** Rows of the statements, as arrays of text; an error of theirs is none of ours. */
	async run(statements) {
		const mark = `mark ${(this.count += 1)}\n`;

		this.output = '';
		this.child.stdin.write(`${statements}; SELECT '${mark.trim()}';\n`);
		await until(() => this.output.endsWith(mark), 300);
		return this.output.slice(0, -mark.length).split('\n').slice(0, -1)
			.map((line) => line.split('\t'));
	}

	close() {
		this.child.kill();
	}
}
