/*
 * What the product is measured beside, on its own database and in the same run:
 *
 *   php        a page in plain PHP that answers the same JSON: nginx, PHP-FPM, PDO
 *   nginx      the same bytes from a file: the floor of HTTP
 *   libfcgi    the same bytes from a program that knows nothing else: the floor of FastCGI
 *   statements the product's own statements by a client without HTTP: the floor of the database
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { withPort } from '../../lib/port.mjs';
import { TOP } from '../../lib/stack.mjs';
import { until } from '../../lib/until.mjs';
import { connectionSettings, get, recordStatements } from './record.mjs';

const HERE = import.meta.dirname;
const BUILT = join(TOP, 'build/release/bench');
const IS_ROOT = process.getuid() === 0;

/* As many as the machine's two cores can use; each holds a connection to the database. */
const PHP_WORKERS = 16;
const LIBFCGI_THREADS = 8; // as the product has by default

/* Emulated prepares are the faster ones: php/database.php. */
const EMULATE = true;

const ANSWERS = ['users', 'clients'];

const [, LOG_FORMAT] = readFileSync(join(TOP, 'nginx/http.conf'), 'utf8')
	.match(/^log_format backoffice ([^;]+);/m);

/** The settings of the product as its programs read them, by "section.key". */
function readSettings(file) {
	const settings = {};
	let section = '';

	for (const line of readFileSync(file, 'utf8').split('\n')) {
		const [, name, key, value] = line.match(/^\[(.*)\]|^(\w+) *= *(.*)$/) ?? [];

		section = name ?? section;
		if (key) {
			settings[`${section}.${key}`] = value;
		}
	}
	return settings;
}

const quoted = (text) => `'${String(text).replace(/['\\]/g, '\\$&')}'`;

/** What the page has to know, as PHP reads it fastest: a file that returns an array. */
function phpSettings({ socket, database, account, password, emulate }, product, node) {
	const key = (name) => readFileSync(product[name], 'utf8').trim();
	const texts = {
		database: `mysql:unix_socket=${socket};dbname=${database};charset=utf8mb4`,
		account, password, node,
		url: product['site.url'],
		origin: new URL(product['site.url']).origin,
		server_key: key('site.server_key_file'),
		mail_key: key('mail.key_file'),
		bell: product['mail.wake'] ?? '',
	};
	const numbers = {
		idle: product['session.idle'] ?? 30,
		life: product['session.life'] ?? 720,
		proof: product['session.proof'] ?? 10,
		initial_hours: product['session.initial_password_life'] ?? 72,
		memory: product['password.memory'] ?? 64,
		passes: product['password.passes'] ?? 2,
		emulate: emulate ? 'true' : 'false',
	};

	const rows = [...Object.entries(texts).map(([name, text]) => [name, quoted(text)]),
		...Object.entries(numbers)];

	return `<?php\nreturn [\n${rows.map(([name, value]) =>
		`\t'${name}' => ${value},\n`).join('')}];\n`;
}

/* opcache on and told that sources do not change, as on any server that is meant. */
const PHP_INI = `[PHP]
expose_php = Off
display_errors = Off
log_errors = On
zend.assertions = -1
realpath_cache_size = 1M
opcache.enable = 1
opcache.validate_timestamps = 0
opcache.memory_consumption = 64
`;

const fpmPool = (folder) => `[global]
error_log = ${folder}/php-fpm.log
daemonize = no
[page]
${IS_ROOT ? 'user = root' : ''}
listen = ${folder}/php.sock
listen.backlog = 1024
pm = static
pm.max_children = ${PHP_WORKERS}
pm.max_requests = 0
catch_workers_output = yes
clear_env = yes
`;

/* A host a peer, one nginx for all: as that of the product, with the same lines in its log. */
const nginxConf = (folder, ports) => `${IS_ROOT ? 'user root;' : ''}
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
worker_processes 2;
events { worker_connections 512; }
http {
	log_format backoffice ${LOG_FORMAT};
	access_log ${folder}/access.log backoffice;
	server_tokens off;
	client_body_temp_path ${folder}/nginx.body;
	fastcgi_temp_path ${folder}/nginx.fastcgi;
	proxy_temp_path ${folder}/nginx.proxy;
	scgi_temp_path ${folder}/nginx.scgi;
	uwsgi_temp_path ${folder}/nginx.uwsgi;
	fastcgi_param REQUEST_METHOD $request_method;
	fastcgi_param QUERY_STRING $query_string;
	fastcgi_param CONTENT_TYPE $content_type;
	fastcgi_param CONTENT_LENGTH $content_length;
	fastcgi_param DOCUMENT_URI $document_uri;
	fastcgi_param REMOTE_ADDR $remote_addr;
	fastcgi_param REQUEST_ID $request_id;
	fastcgi_param SCRIPT_FILENAME ${HERE}/php/index.php;
	fastcgi_param SETTINGS ${folder}/settings.php;
	server {
		listen 127.0.0.1:${ports.php};
		location / { fastcgi_pass unix:${folder}/php.sock; }
	}
	server {
		listen 127.0.0.1:${ports.libfcgi};
		location / { fastcgi_pass unix:${folder}/libfcgi.sock; }
	}
	server {
		listen 127.0.0.1:${ports.nginx};
		root ${folder};
		default_type application/json;
		location / { try_files $uri.json =404; }
	}
}
`;

function answersAt(socket) {
	return new Promise((resolve) => {
		const peer = connect(socket, () => {
			peer.destroy();
			resolve(true);
		});

		peer.on('error', () => resolve(false));
	});
}

/** Programs that live as long as the peers do. */
class Children {
	constructor(folder) {
		this.folder = folder;
		this.all = {};
	}

	async start(name, socket, program, args, env = {}) {
		const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'],
			env: { ...process.env, ...env } });
		const exited = new Promise((resolve) => child.once('exit', resolve));

		this.all[name] = { child, exited };
		process.once('exit', () => child.kill('SIGTERM'));
		await until(async () => {
			if (child.exitCode !== null) {
				throw new Error(`${name} did not start: see ${this.folder}`);
			}
			return await answersAt(socket);
		});
	}

	pid(name) {
		return this.all[name].child.pid;
	}

	async stop() {
		for (const { child, exited } of Object.values(this.all).reverse()) {
			child.kill('SIGTERM');
			await exited;
		}
	}
}

/** Three ports that are free, held until start() has its servers on them. */
function withPorts(start) {
	return withPort((php) => withPort((libfcgi) => withPort((nginx) =>
		start({ php, libfcgi, nginx }))));
}

function build() {
	const { status, stderr } = spawnSync('make', ['-s', 'peers'], { cwd: TOP, encoding: 'utf8',
		env: { ...process.env, VARIANT: 'release', MAKEFLAGS: '' } });

	if (status !== 0) {
		throw new Error(stderr);
	}
}

/* Of what it takes to prepare them nothing is measured: around is begun when all are. */
async function measureClient(server, name, args, { script = '', around }) {
	const child = spawn(join(BUILT, name), [server.socket, server.database, server.account,
		...args.map(String)],
	{ stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, DB_PASSWORD: server.password } });
	const ended = new Promise((resolve) => child.once('close', resolve));
	let printed = '';
	let measured = null;

	child.stdout.on('data', (text) => {
		printed += text;
		measured ??= around?.(() => ended) ?? ended;
	});
	child.stdin.end(script);
	const code = await ended;

	if (code !== 0) {
		throw new Error(`${name}: exit ${code}`);
	}
	await measured;
	const { requests, seconds: took, p50, p99, cpu } = JSON.parse(printed.split('\n')[1]);

	return { perSecond: requests / took, requests, p50, p99, cpu: cpu / requests };
}

const measureStatements = (server, script, { connections = 1, seconds, around }) =>
	measureClient(server, 'statements', [connections, seconds], { script, around });

/* php-fpm has its version in its name. */
function findFpm() {
	const found = readdirSync('/usr/sbin').filter((name) => name.startsWith('php-fpm')).sort();

	if (found.length === 0) {
		throw new Error('there is no php-fpm');
	}
	return join('/usr/sbin', found.at(-1));
}

/**
 * Starts the peers on the database of an installation that runs.
 * @param {{folder: string, settings: string, socket: string, database?: string, account?: string,
 *     password: string, sessions: string[], emulate?: boolean}} options
 *     folder: for files of the peers; settings: the product's settings file, which names its keys;
 *     account, password: the page's at the database; sessions: cookies (backoffice=TOKEN) of live
 *     sessions, of which the first one may see both lists
 *
 * URLs have no slash at their end: `${php.url}/users?size=50`, .../clients, .../session. pids() has
 * the oldest process of each program; its children are the others. cpu of statements() is ms a
 * request; its work is the paths that the product is asked for ("users?size=50"), and around, if it
 * is given, is called with what lasts as long as they run. run() is the same with statements that
 * are given, all of them for one request. brought() puts the rows again that an import of clients
 * has put, from the id first on: a request is a row.
 */
export async function startPeers({ folder, settings, socket, database = 'backoffice',
	account = 'backoffice_web', password, sessions, emulate = EMULATE }) {
	const server = { socket, database, account, password, folder };
	const product = readSettings(settings);
	const children = new Children(folder);
	const scripts = {}; // of statements, by the requests that ran them

	build();
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'settings.php'),
		phpSettings({ ...server, emulate }, product, product['site.node'] || hostname()));
	writeFileSync(join(folder, 'php.ini'), PHP_INI);
	writeFileSync(join(folder, 'fpm.conf'), fpmPool(folder));
	await children.start('php', join(folder, 'php.sock'), findFpm(), ['-c', `${folder}/php.ini`,
		'-y', `${folder}/fpm.conf`, '-F', ...(IS_ROOT ? ['-R'] : [])]);
	const ports = await withPorts(async (free) => {
		writeFileSync(join(folder, 'nginx.conf'), nginxConf(folder, free));
		await children.start('nginx', { port: free.nginx, host: '127.0.0.1' }, '/usr/sbin/nginx',
			['-e', `${folder}/nginx.log`, '-c', `${folder}/nginx.conf`]);
		return free;
	});
	const peer = (name, ...programs) => ({
		url: `http://127.0.0.1:${ports[name]}`,
		pids: () => ({ program: programs.map((one) => children.pid(one)),
			nginx: [children.pid('nginx')] }),
	});

	for (const name of ANSWERS) {
		const { status, bytes } = await get(`${peer('php').url}/${name}`, sessions[0]);

		if (status !== 200) {
			throw new Error(`${name} of PHP: ${status} ${bytes}`);
		}
		writeFileSync(join(folder, `${name}.json`), bytes);
	}
	await children.start('libfcgi', join(folder, 'libfcgi.sock'), join(BUILT, 'bytes'),
		[join(folder, 'libfcgi.sock'), String(LIBFCGI_THREADS), folder]);
	return {
		php: peer('php', 'php'),
		nginx: peer('nginx'),
		libfcgi: peer('libfcgi', 'libfcgi'),
		statements: async ({ work, cookie = sessions[0], ...how }) => {
			const requests = [work].flat().map((path) =>
				({ url: `${product['site.url']}api/v1/${path}`, cookie }));

			scripts[JSON.stringify(requests)] ??= await recordStatements(server, requests);
			return measureStatements(server, scripts[JSON.stringify(requests)], how);
		},
		run: ({ statements, ...how }) => measureStatements(server,
			`${connectionSettings().join('\n')}\n\n${statements.join('\n')}\n\n`, how),
		brought: ({ first, rows, around }) =>
			measureClient(server, 'brought', [first, rows], { around }),
		stop: () => children.stop(),
	};
}
