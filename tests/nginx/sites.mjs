/*
 * Sites of a provider in one real nginx, each with the back office in it in another way, beside a
 * stack whose program and page they share. Each has an address of its own, 127.0.0.11 and on, and
 * is there a second time under the name of one whose program is down.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:http';
import { join } from 'node:path';

import { withPort } from '../lib/port.mjs';
import { until } from '../lib/until.mjs';

const NGINX = process.env.NGINX_PROGRAM ?? '/usr/sbin/nginx'; // of another release, say
const USER_OF_ALL = process.getuid() === 0 ? 'user root;' : '';
export const HSTS = 'max-age=31536000';
export const CLIENT = '127.0.0.9'; // who asks, by way of a proxy too
const DOWN = 'down';

/* What a site of PHP has, by whatever manual it was made. */
const php = (folder) => `
	root ${folder}/site;
	index index.php index.html;
	location / { try_files $uri $uri/ /index.php?$query_string; }
	location ~* \\.(?:js|css|html|json)$ { expires 30d; add_header X-Site other; }
	location ~ /\\. { deny all; }
	location ~ \\.php$ {
		include /etc/nginx/fastcgi_params;
		fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
		fastcgi_pass unix:${folder}/php.sock;
	}`;

const at = (folder, prefix, caret = '^~') => `
	include ${folder}/server.conf;
	location ${caret} ${prefix} { include ${folder}/backoffice.conf; }
	${prefix === '/' ? '' : `location = ${prefix.slice(0, -1)} { include ${folder}/slash.conf; }`}`;

/*
 * The table: a prefix and what stands in server { }. tls and proxy say how it is reached; beside: a
 * site is there too; folder is that of the snippets.
 */
export const SETUPS = {
	'one include': { prefix: '/backoffice/', beside: true,
		server: (folder) => `include ${folder}/site.conf;
			location / { return 200 "page of the site"; }` },
	'at /': { prefix: '/', server: (folder) => at(folder, '/') },
	'at /a/b/': { prefix: '/a/b/', beside: true, server: (folder) =>
		`${at(folder, '/a/b/')} location / { return 200 "page of the site"; }` },
	'with a forgotten slash': { prefix: '/backoffice/', beside: true,
		server: (folder) => `include ${folder}/server.conf;
			location /backoffice { include ${folder}/backoffice.conf; }
			location / { return 200 "page of the site"; }` },
	'two on one host': { prefix: '/second/', beside: true, second: true,
		server: (folder) => `include ${folder}/site.conf;
			location ^~ /second/ { include ${folder}/backoffice.conf; }
			location = /second { include ${folder}/slash.conf; }
			location / { return 200 "page of the site"; }` },
	'TLS and http2': { prefix: '/backoffice/', tls: true, server: (folder) =>
		`set $backoffice_hsts "${HSTS}"; include ${folder}/site.conf;` },
	'behind a proxy': { prefix: '/backoffice/', proxy: true, server: (folder) =>
		`set_real_ip_from 127.0.0.0/8; real_ip_header X-Forwarded-For;
			include ${folder}/site.conf;` },
	'beside PHP': { prefix: '/backoffice/', beside: true, php: true, server: (folder) =>
		`${php(folder)} include ${folder}/site.conf;` },
	'beside PHP without ^~': { prefix: '/backoffice/', beside: true, php: true, server: (folder) =>
		`${php(folder)} ${at(folder, '/backoffice/', '')}` },
	'in a site of many settings': { prefix: '/backoffice/', beside: true, server: (folder) => `
		add_header X-Site other always;
		expires 30d;
		autoindex on;
		ssi on;
		gzip on; gzip_types *;
		client_max_body_size 100m;
		recursive_error_pages on;
		fastcgi_intercept_errors on;
		error_page 401 403 404 500 502 503 /error.html;
		location = /error.html { return 200 "error of the site"; }
		include ${folder}/site.conf;
		location / { return 200 "page of the site"; }` },
};

/* "on" where nginx has the directive, which it calls for then. */
function listenTls(address) {
	const [, minor, patch] = spawnSync(NGINX, ['-v'], { encoding: 'utf8' }).stderr
		.match(/nginx\/1\.(\d+)\.(\d+)/).map(Number);

	return minor > 25 || (minor === 25 && patch > 0)
		? `listen ${address} ssl; http2 on;` : `listen ${address} ssl http2;`;
}

function serverOf(folder, { tls, proxy, server }, address, name) {
	const listen = tls ? `${listenTls(address)}
		ssl_certificate ${folder}/tls.crt; ssl_certificate_key ${folder}/tls.key;` : '';
	const inner = proxy ? address.replace('127.0.0', '127.0.1') : address;
	const own = `server {
		${listen || `listen ${inner};`}
		server_name ${name};
		${server(folder)}
	}`;

	return proxy ? `${own} server {
		listen ${address};
		server_name ${name};
		access_log off;
		client_max_body_size 100m;
		location / {
			proxy_pass http://${inner};
			proxy_set_header Host $host;
			proxy_set_header X-Forwarded-For $remote_addr;
		}
	}` : own;
}

function configuration(folder, sites) {
	const paths = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi']
		.map((name) => `${name}_temp_path ${folder}/temp-${name};`).join(' ');

	return `${USER_OF_ALL}
		daemon off;
		pid ${folder}/sites.pid;
		error_log ${folder}/sites-error.log;
		events { worker_connections 256; }
		http {
			include /etc/nginx/mime.types;
			access_log ${folder}/site.log;
			${paths}
			include ${folder}/http.conf;
			${sites.flatMap(({ setup, address, name, down }) => [
		serverOf(folder, setup, address, name), serverOf(folder, setup, address, down)]).join('\n')}
		}`;
}

/* Who is down has a socket that nobody listens at; the second program has one of its own. */
function sockets(folder, sites, second) {
	return sites.flatMap(({ setup: { prefix, second: isSecond }, name, down }) => [
		`${down}${prefix} unix:${folder}/nobody.sock;`,
		...(isSecond ? [`${name}${prefix} unix:${second};`] : [])]).join('\n');
}

function makeCertificate(folder) {
	const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
		'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
		'-keyout', `${folder}/tls.key`, '-out', `${folder}/tls.crt`], { encoding: 'utf8' });

	assert.equal(status, 0, stderr);
}

async function startPhp(folder) {
	const fpm = readdirSync('/usr/sbin').filter((name) => name.startsWith('php-fpm')).sort().at(-1);

	mkdirSync(`${folder}/site`);
	writeFileSync(`${folder}/site/index.php`, '<?php echo "php of the site";');
	writeFileSync(`${folder}/php.conf`, `[global]
		error_log = ${folder}/php.log
		daemonize = no
		[page]
		${process.getuid() === 0 ? 'user = root' : ''}
		listen = ${folder}/php.sock
		pm = static
		pm.max_children = 1`.replaceAll(/^\t+/gm, ''));
	const child = spawn(`/usr/sbin/${fpm}`, ['-F', '-R', '-n', '-y', `${folder}/php.conf`],
		{ stdio: ['ignore', 'ignore', 'pipe'] });

	await until(() => existsSync(`${folder}/php.sock`) || child.exitCode !== null);
	return child;
}

async function startSecond(programs, settings, listen) {
	const child = spawn(join(programs, 'backoffice-fcgi'), ['-c', settings],
		{ stdio: ['ignore', 'ignore', 'pipe'] });
	const second = { child, log: '' };

	child.stderr.on('data', (text) => (second.log += text));
	await until(() => existsSync(listen) || child.exitCode !== null);
	return second;
}

/* What nginx says of the configuration: nothing, if all is well. It makes the file with its number
 * also when it is only asked. */
function opinionOf(folder, file) {
	const { stderr } = spawnSync(NGINX, ['-t', '-q', '-e', join(folder, 'sites-error.log'), '-c',
		file], { encoding: 'utf8' });

	rmSync(join(folder, 'sites.pid'), { force: true });
	return stderr;
}

class Sites {
	constructor(stack, names, port) {
		this.folder = join(stack.data, 'nginx');
		this.port = port;
		this.all = names.map((title, i) => ({ title, setup: SETUPS[title], name: `site${i}`,
			down: `${DOWN}${i}`, address: `127.0.0.${11 + i}:${port}` }));
	}

	async start(stack, programs) {
		const { folder } = this;
		const listen = join(stack.data, 'run/second.sock');
		const settings = stack.settings((text) => text.replace(/^listen = .*$/m,
			`listen = ${listen}`));
		const file = join(folder, 'sites.conf');

		makeCertificate(folder);
		writeFileSync(join(folder, 'nginx-sockets.conf'), sockets(folder, this.all, listen));
		writeFileSync(file, configuration(folder, this.all));
		this.opinion = opinionOf(folder, file);
		this.php = await startPhp(folder);
		this.second = await startSecond(programs, settings, listen);
		this.nginx = spawn(NGINX, ['-e', join(folder, 'sites-error.log'), '-c', file],
			{ stdio: 'inherit' });
		await until(() => existsSync(join(folder, 'sites.pid')) || this.nginx.exitCode !== null);
		assert.equal(this.nginx.exitCode, null, this.opinion);
	}

	/** Lines of the log of the back office, or of the sites'. */
	log(ofSite) {
		return readFileSync(ofSite ? join(this.folder, 'site.log')
			: join(this.folder, '../log/access.log'), 'utf8').split('\n').slice(0, -1);
	}

	stop() {
		for (const child of [this.nginx, this.php, this.second?.child]) {
			child?.kill();
		}
	}

	/**
	 * The answer of a site to a target as it is written. down: of the one whose program is down.
	 * @returns {Promise<{status: number, headers: object, text: string}>}
	 */
	ask(title, target, { method = 'GET', headers = {}, body, down } = {}) {
		const { setup, name, down: other, address } = this.all.find((site) => site.title === title);
		const host = down ? other : name;

		return setup.tls ? askHttp2(address, { ':authority': host, ':method': method,
			':path': target, ...(body ? { 'content-length': body.length } : {}), ...headers }, body)
			: askHttp(address, { path: target, method, headers: { Host: host, ...headers } }, body);
	}
}

function askHttp(address, options, body) {
	const [host, port] = address.split(':');

	return new Promise((resolve, reject) => {
		const out = request({ host, port, localAddress: CLIENT, agent: false, ...options },
			(answer) => {
				const parts = [];

				answer.on('data', (part) => parts.push(part));
				answer.on('end', () => resolve({ status: answer.statusCode,
					headers: answer.headers, text: Buffer.concat(parts).toString() }));
			});

		out.on('error', reject);
		out.end(body);
	});
}

function askHttp2(address, headers, body) {
	return new Promise((resolve, reject) => {
		const session = connectHttp2(`https://${address}`, { rejectUnauthorized: false });
		const stream = session.request(headers);
		const parts = [];
		let answer;

		session.on('error', reject);
		stream.on('response', (lines) => (answer = lines));
		stream.on('data', (part) => parts.push(part));
		stream.on('error', (error) => answer || reject(error)); // refused before all of it was sent
		stream.on('close', () => {
			session.close();
			resolve({ status: answer[':status'], headers: answer,
				text: Buffer.concat(parts).toString() });
		});
		stream.end(body);
	});
}

/** The sites of these set-ups beside a stack. */
export async function startSites(stack, names, programs) {
	const sites = await withPort(async (port) => {
		const made = new Sites(stack, names, port);

		await made.start(stack, programs);
		return made;
	});

	return sites;
}
