/* A machine to install on: a copy of a server's root, booted with a systemd of its own and without
 * a network. Needs root. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { until } from '../lib/until.mjs';

const ENVIRONMENT = ['/usr/bin/env', '-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'
	+ ':/sbin:/bin', 'HOME=/root', 'LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive'];

export class Machine {
	constructor(root) {
		this.root = root;
	}

	/** Boots a copy of the server, which is left as it is. */
	static async boot(server, root) {
		rmSync(root, { recursive: true, force: true });
		assert.equal(spawnSync('cp', ['-a', '--reflink=auto', server, root]).status, 0);
		const machine = new Machine(root);

		process.once('exit', () => machine.child.kill());
		await machine.#start();
		return machine;
	}

	/* Resolves when it has started what it starts. */
	async #start() {
		this.child = spawn('systemd-nspawn', ['--quiet', '--register=no', '--keep-unit', '-D',
			this.root, '--boot', '--private-network', '--console=pipe', '--hostname=server'],
		{ stdio: ['ignore', 'pipe', 'pipe'] });
		this.said = '';
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream.on('data', (text) => (this.said += text));
		}
		this.over = new Promise((resolve) => this.child.once('exit', resolve));
		await until(() => this.#findLeader());
		await until(() => /running|degraded/.test(this.try('systemctl is-system-running').stdout));
	}

	/** Shuts it down, and boots it anew. */
	async reboot() {
		this.child.kill();
		await this.over;
		await this.#start();
	}

	/* Its first process, once it is no more a part of what starts it. */
	#findLeader() {
		const { pid, exitCode } = this.child;
		const read = (path) => existsSync(path) && readFileSync(path, 'utf8').trim();

		assert.equal(exitCode, null, this.said);
		[this.leader] = read(`/proc/${pid}/task/${pid}/children`).split(' ');
		return this.leader && read(`/proc/${this.leader}/comm`) === 'systemd';
	}

	/** The words of a program that is to run there. */
	command(program, ...args) {
		return ['nsenter', ['-t', this.leader, '-a', '--', ...ENVIRONMENT, program, ...args]];
	}

	/** What becomes of a line of the shell. */
	try(line, input = '') {
		return spawnSync(...this.command('/bin/bash', '-c', line), { input, encoding: 'utf8',
			maxBuffer: 2 ** 26 });
	}

	/** What a line of the shell says; it is to succeed. */
	run(line, input) {
		const { status, stdout, stderr } = this.try(line, input);

		assert.equal(status, 0, `${line}\n${stdout}${stderr}`);
		return stdout;
	}

	write(path, text, mode = 0o644) {
		mkdirSync(dirname(join(this.root, path)), { recursive: true });
		writeFileSync(join(this.root, path), text, { mode });
	}

	/** A program of this host in the network of the machine. */
	spawnInNetwork(program, ...args) {
		return spawn('nsenter', ['-t', this.leader, '-n', '--', program, ...args],
			{ stdio: ['ignore', 'pipe', 'inherit'] });
	}

	async stop() {
		this.child.kill();
		await this.over;
		rmSync(this.root, { recursive: true, force: true });
	}
}
