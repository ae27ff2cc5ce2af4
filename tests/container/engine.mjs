/* A container engine of the tests' own, in a network of its own: Podman, which docker-compose asks
 * as it asks Docker. Needs root. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../lib/until.mjs';

const PODMAN = join(import.meta.dirname, 'podman');

/* On other machines systemd asks, by timers: each container that can tell is asked how it is. */
const ASK = `while sleep 1; do
	for each in $("$0" ps -q --filter health=starting --filter health=healthy); do
		"$0" healthcheck run "$each"
	done
done`;

export class Engine {
	/** Starts it; folder is where compose.yaml is. */
	static async start(folder, env) {
		const engine = new Engine();

		engine.folder = folder;
		engine.own = mkdtempSync(join(tmpdir(), 'engine.'));
		engine.socket = join(engine.own, 'podman.sock');
		engine.env = { ...process.env, ...env, DOCKER_HOST: `unix://${engine.socket}` };
		engine.child = spawn('unshare', ['--net', '--mount', 'bash', '-c',
			'ip link set lo up; exec "$0" system service --time 0 "unix://$1"', PODMAN,
			engine.socket], { stdio: 'ignore' });
		process.once('exit', () => engine.child.kill());
		await until(() => existsSync(engine.socket));
		engine.asks = engine.spawn('bash', '-c', ASK, PODMAN);
		return engine;
	}

	#words(program, args) {
		return ['nsenter', ['-t', this.child.pid, '-n', '-m', `--wdns=${this.folder}`, program,
			...args]];
	}

	spawn(program, ...args) {
		return spawn(...this.#words(program, args), { stdio: 'ignore', detached: true });
	}

	/** What becomes of a program in its network. */
	try(program, args, input = '') {
		return spawnSync(...this.#words(program, args), { env: this.env, encoding: 'utf8', input });
	}

	/** What it says; it is to succeed. */
	run(program, args, input) {
		const { status, stdout, stderr } = this.try(program, args, input);

		assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}${stderr}`);
		return stdout + stderr;
	}

	/** A line of the shell, in the folder of compose.yaml. */
	line(text, input) {
		return this.run('bash', ['-ec', text], input);
	}

	podman(...args) {
		return this.run(PODMAN, args).trim();
	}

	stop() {
		process.kill(-this.asks.pid);
		this.child.kill();
		rmSync(this.own, { recursive: true, force: true });
	}
}
