/* The proxy before the hosts, set up as backoffice-cluster(7) advises. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { manualOf } from '../lib/manual.mjs';
import { withPort } from '../lib/port.mjs';
import { PREFIX } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

/** The lines of nginx in the manual that begin so. */
const recipe = (beginning) => manualOf('cluster')
	.find(({ kind, text }) => kind === 'nginx' && text.startsWith(beginning)).text;

export class Front {
	constructor(folder) {
		this.folder = folder;
		mkdirSync(folder);
	}

	get #pidFile() {
		return join(this.folder, 'nginx.pid');
	}

	/** At a port of its own; leads nowhere until it is told where. */
	async start() {
		await withPort(async (port) => {
			this.url = `http://127.0.0.1:${port}${PREFIX}`;
			this.port = port;
			this.#write('return 503;');
			this.child = spawn('nginx', ['-e', join(this.folder, 'error.log'), '-c',
				join(this.folder, 'nginx.conf')], { stdio: 'ignore',
				env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
			process.once('exit', () => this.child.kill());
			await until(() => existsSync(this.#pidFile));
		});
	}

	/** @param {string[]} hosts addresses with ports */
	async leadTo(hosts) {
		const upstream = recipe('upstream ').replaceAll(/web\d:\d+/g,
			() => hosts.shift());
		const location = recipe('location ').replaceAll('/backoffice/', PREFIX);
		const { pid } = this.child;
		const workers = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
		const old = workers();

		this.#write(location, upstream);
		this.child.kill('SIGHUP');
		await until(() => workers() !== old && !workers().includes(' '));
	}

	#write(inServer, inHttp = '') {
		const temporary = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'].map((name) =>
			`${name}_temp_path ${join(this.folder, name)};`).join('\n');

		const user = process.getuid() === 0 ? 'user root;' : '';

		writeFileSync(join(this.folder, 'nginx.conf'), `${user}
			daemon off;
			pid ${this.#pidFile};
			worker_processes 1;
			events { worker_connections 512; }
			http {
				access_log ${join(this.folder, 'access.log')};
				${temporary}
				${inHttp}
				server {
					listen 127.0.0.1:${this.port};
					${inServer}
				}
			}`);
	}

	async stop() {
		this.child.kill();
		await once(this.child, 'exit');
	}
}
