/*
 * What `make install` puts where, and that it works beside another site. The installation goes to
 * a scratch root; nginx reads copies of the installed snippets in which the absolute paths lead
 * there, and to the socket of a stack that runs the installed programs.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
	symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';

import { Client } from '../lib/client.mjs';
import { withPort } from '../lib/port.mjs';
import { until } from '../lib/until.mjs';

const TOP = join(import.meta.dirname, '../..');
const PREFIX = '/usr/local'; // what the programs are built for by default
const BUILD = process.env.PROGRAMS ?? join(TOP, 'build/release');
const ROOT = mkdtempSync(join(tmpdir(), 'backoffice-install.'));
const SHARE = join(ROOT, PREFIX, 'share/backoffice');
const UNITS = join(ROOT, PREFIX, 'lib/systemd/system');
const CONF = join(ROOT, 'etc/backoffice/backoffice.conf');

/* All but the page and the migrations, which are whatever the tree has. */
const FILES = `
etc/backoffice/backoffice.conf
etc/backoffice/backoffice.conf.example
etc/nginx/conf.d/backoffice.conf
etc/nginx/snippets/backoffice/api-headers.conf
etc/nginx/snippets/backoffice/backoffice.conf
etc/nginx/snippets/backoffice/compressed.conf
etc/nginx/snippets/backoffice/fastcgi.conf
etc/nginx/snippets/backoffice/gate-fastcgi.conf
etc/nginx/snippets/backoffice/gate.conf
etc/nginx/snippets/backoffice/gatehouse.conf
etc/nginx/snippets/backoffice/headers.conf
etc/nginx/snippets/backoffice/problems.conf
etc/nginx/snippets/backoffice/server.conf
etc/nginx/snippets/backoffice/site.conf
etc/nginx/snippets/backoffice/slash.conf
usr/local/bin/backoffice-admin
usr/local/lib/systemd/system-generators/backoffice
usr/local/lib/systemd/system/backoffice-fcgi.service
usr/local/lib/systemd/system/backoffice-fcgi.socket
usr/local/lib/systemd/system/backoffice-fcgi@.service
usr/local/lib/systemd/system/backoffice-fcgi@.socket
usr/local/lib/systemd/system/backoffice-mailer.service
usr/local/lib/systemd/system/backoffice-mailer@.service
usr/local/lib/systemd/system/backoffice-prune.service
usr/local/lib/systemd/system/backoffice-prune.timer
usr/local/lib/systemd/system/backoffice-prune@.service
usr/local/lib/systemd/system/backoffice-prune@.timer
usr/local/lib/sysusers.d/backoffice.conf
usr/local/lib/tmpfiles.d/backoffice.conf
usr/local/sbin/backoffice-fcgi
usr/local/sbin/backoffice-mailer
usr/local/share/backoffice/sql/demo.sql
usr/local/share/backoffice/sql/grants.sql
usr/local/share/backoffice/watch/alerts.yml
usr/local/share/backoffice/watch/dashboard.json
usr/local/share/bash-completion/completions/backoffice-admin
usr/local/share/man/man1/backoffice-admin.1
usr/local/share/man/man5/backoffice.conf.5
usr/local/share/man/man7/backoffice-cluster.7
usr/local/share/man/man7/backoffice-containers.7
usr/local/share/man/man7/backoffice-security.7
usr/local/share/man/man7/backoffice-servers.7
usr/local/share/man/man7/backoffice-sizing.7
usr/local/share/man/man7/backoffice-troubles.7
usr/local/share/man/man7/backoffice-upkeep.7
usr/local/share/man/man8/backoffice-fcgi.8
usr/local/share/man/man8/backoffice-mailer.8
`.trim().split('\n');

let stack;
let site; // { url, child }: another site's nginx, which includes the back office

function run(program, args, env = {}) {
	return spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
}

function install(env) {
	return run(join(TOP, 'fcgi/dist/install'), [], { DESTDIR: ROOT, PREFIX, SYSCONFDIR: '/etc',
		BUILD, ...env });
}

/** The files under a folder, as sorted paths from there. */
function filesUnder(folder) {
	return readdirSync(folder, { recursive: true })
		.filter((name) => statSync(join(folder, name)).isFile()).sort();
}

const PAGE = join(TOP, 'build/page');
const pageFiles = () => filesUnder(PAGE);
const pageText = (name) => readFileSync(join(PAGE, name), 'utf8');
const [RELEASE] = readdirSync(join(PAGE, 'v')); // the name of the only one that was made

/** A stack that runs the installed programs, which run looks for in one folder. */
async function startInstalled() {
	const programs = join(ROOT, 'programs');

	mkdirSync(programs);
	for (const path of ['sbin/backoffice-fcgi', 'sbin/backoffice-mailer', 'bin/backoffice-admin']) {
		symlinkSync(join(ROOT, PREFIX, path), join(programs, basename(path)));
	}
	process.env.PROGRAMS = programs; // stack.mjs reads it when it is loaded
	const { startStack } = await import('../lib/stack.mjs');

	return startStack();
}

/** The installed snippets, with the paths of the scratch root and the socket of the stack. */
function rewriteSnippets(folder, socket) {
	const installed = join(ROOT, 'etc/nginx/snippets/backoffice');

	cpSync(installed, folder, { recursive: true });
	cpSync(join(ROOT, 'etc/nginx/conf.d/backoffice.conf'), join(folder, 'conf.d.conf'));
	for (const name of readdirSync(folder)) {
		const text = readFileSync(join(folder, name), 'utf8')
			.replaceAll('/etc/nginx/snippets/backoffice', folder)
			.replaceAll(`${PREFIX}/share/backoffice`, SHARE)
			.replaceAll('/var/log/nginx', folder)
			.replaceAll('/run/backoffice/fcgi.sock', socket);

		writeFileSync(join(folder, name), text);
	}
}

/* A site that had its own pages, its own headers and its own PHP before the back office came. */
function siteConfiguration(folder, port) {
	const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi']
		.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');

	return `${process.getuid() === 0 ? 'user root;' : ''}
		daemon off;
		pid ${folder}/nginx.pid;
		error_log ${folder}/error.log;
		events { worker_connections 64; }
		http {
			include /etc/nginx/mime.types;
			access_log ${folder}/access.log;
			include ${folder}/snippets/conf.d.conf;
			${temporary}
			server {
				listen 127.0.0.1:${port};
				include ${folder}/snippets/site.conf;
				add_header X-Site other always;
				location / { return 200 "page of the site"; }
				location ~ \\.php$ { return 200 "php of the site"; }
			}
		}`;
}

async function startSite(port) {
	const folder = join(ROOT, 'site');

	mkdirSync(folder);
	rewriteSnippets(join(folder, 'snippets'), join(stack.data, 'run/fcgi.sock'));
	writeFileSync(join(folder, 'nginx.conf'), siteConfiguration(folder, port));
	const child = spawn('/usr/sbin/nginx',
		['-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });

	await until(() => existsSync(join(folder, 'nginx.pid')) || child.exitCode !== null);
	assert.equal(child.exitCode, null, 'nginx takes the snippet');
	return { url: `http://127.0.0.1:${port}`, child };
}

function get(path, options) {
	return fetch(site.url + path, { redirect: 'manual', ...options });
}

before(async () => {
	const done = install();

	assert.equal(done.status, 0, done.stderr);
	stack = await startInstalled();
	site = await withPort(startSite);
});
after(async () => {
	site?.child.kill();
	await stack?.stop();
	rmSync(ROOT, { recursive: true, force: true });
});

test('just these files are installed', () => {
	const migrations = readdirSync(join(TOP, 'sql/migrate'));
	const share = 'usr/local/share/backoffice';
	const expected = [...FILES, ...migrations.map((name) => `${share}/sql/migrate/${name}`),
		...pageFiles().map((name) => `${share}/htdocs/${name}`)];

	assert.deepEqual(filesUnder(ROOT).filter((name) => /^(etc|usr)\//.test(name)), expected.sort());
});

test('no mark of a template is left', () => {
	for (const name of FILES.filter((file) => !/bin\//.test(file))) {
		assert.doesNotMatch(readFileSync(join(ROOT, name), 'utf8'), /@[A-Z]+@|@\{/, name);
	}
});

test('the settings are for their owner alone', () => {
	assert.equal(statSync(CONF).mode & 0o777, 0o600);
	assert.equal(statSync(join(ROOT, 'etc/backoffice/keys')).mode & 0o777, 0o700);
});

test('installing again keeps the settings and drops files that the page no longer has', () => {
	const edited = '[site]\nname = Edited\n';

	writeFileSync(CONF, edited);
	writeFileSync(join(SHARE, 'htdocs/gone.html'), '');
	assert.equal(install().status, 0);
	assert.equal(readFileSync(CONF, 'utf8'), edited);
	assert.deepEqual(filesUnder(join(SHARE, 'htdocs')), pageFiles());
});

test('the files of the release before stay for pages that are open, older ones do not', () => {
	const releases = join(SHARE, 'htdocs/v');
	const make = (name) => cpSync(join(releases, RELEASE), join(releases, name),
		{ recursive: true });
	const last = 'b'.repeat(RELEASE.length);

	make('a'.repeat(RELEASE.length));
	make(last);
	writeFileSync(join(SHARE, 'htdocs/index.html'),
		pageText('index.html').replaceAll(RELEASE, last));
	assert.equal(install().status, 0);
	assert.deepEqual(readdirSync(releases).sort(), [RELEASE, last].sort());
	assert.equal(install().status, 0);
	assert.deepEqual(readdirSync(releases), [RELEASE]);
});

test('each place can be another one, and what was put there is taken away again, but for the '
	+ 'settings', () => {
	const root = join(ROOT, 'places');
	const places = { DESTDIR: root, BINDIR: '/usr/bin', SBINDIR: '/usr/sbin',
		UNITDIR: '/lib/systemd/system', MANDIR: '/usr/share/man', STRIP: 'strip' };

	assert.equal(install(places).status, 0);
	const put = filesUnder(root);

	for (const name of ['usr/bin/backoffice-admin', 'usr/sbin/backoffice-fcgi',
		'lib/systemd/system/backoffice-fcgi.service', 'usr/share/man/man5/backoffice.conf.5']) {
		assert.ok(put.includes(name), name);
	}
	assert.match(readFileSync(join(root, 'lib/systemd/system/backoffice-fcgi.service'), 'utf8'),
		/^ExecStart=\/usr\/sbin\/backoffice-fcgi/m);
	assert.ok(statSync(join(root, 'usr/sbin/backoffice-fcgi')).size
		< statSync(join(BUILD, 'backoffice-fcgi')).size / 2);
	writeFileSync(join(root, 'etc/backoffice/keys/server.key'), 'of the administrator');
	const done = run(join(TOP, 'fcgi/dist/install'), ['uninstall'], { PREFIX, BUILD, ...places });

	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /Settings and keys stay in \/etc\/backoffice/);
	assert.deepEqual(filesUnder(root),
		['etc/backoffice/backoffice.conf', 'etc/backoffice/keys/server.key']);
});

test('programs that were built for another prefix are refused', () => {
	const root = join(ROOT, 'elsewhere');
	const done = install({ DESTDIR: root, PREFIX: '/opt/elsewhere' });

	assert.equal(done.status, 1);
	assert.match(done.stderr, /built for another PREFIX/);
	assert.ok(!existsSync(root));
});

test('the example of the settings is one that the programs take', () => {
	const example = join(ROOT, 'etc/backoffice/backoffice.conf.example');
	const lines = readFileSync(example, 'utf8').replaceAll(/^#(\w+ =)/gm, '$1')
		.replaceAll(/^\w+_file =$/gm, '');
	const uncommented = join(ROOT, 'uncommented.conf');

	writeFileSync(uncommented, lines);
	for (const file of [example, uncommented]) {
		const { status, stderr } = run(join(ROOT, PREFIX, 'bin/backoffice-admin'),
			['-c', file, 'user', 'list']);

		assert.ok([0, 5].includes(status), stderr); // 5: there is no such database
	}
});

test('the page is served under the prefix, with its headers and none of the site', async () => {
	const answer = await get('/backoffice/sign-in.html');

	assert.equal(answer.status, 200);
	assert.equal(await answer.text(), pageText('sign-in.html'));
	assert.match(answer.headers.get('content-security-policy'), /^default-src 'none'; /);
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
	assert.equal(answer.headers.get('cache-control'), 'no-cache');
	assert.equal(answer.headers.get('x-site'), null);
});

test('the prefix itself is the page, and without its slash leads there', async () => {
	const answer = await get('/backoffice');

	assert.equal(answer.status, 301);
	assert.equal(answer.headers.get('location'), '/backoffice/');
	assert.equal(await (await get('/backoffice/')).text(), pageText('index.html'));
});

test('each file of the page is served compressed, and kept unless it is named by people',
	async () => {
		for (const name of pageFiles().filter((file) => !file.endsWith('.gz'))) {
			const answer = await get(`/backoffice/${name}`);
			const { status, headers } = answer;
			const isForGood = new RegExp(`^v/${RELEASE}/\\w+/`).test(name);

			assert.equal(status, 200, name);
			assert.equal(headers.get('content-encoding'), 'gzip', name);
			assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
			assert.equal(headers.get('x-site'), null, name);
			assert.equal(headers.get('cache-control'),
				isForGood ? 'public, max-age=31536000, immutable' : 'no-cache', name);
			assert.equal(await answer.text(), pageText(name), name);
		}
	});

test('the API answers under the prefix with its own headers', async () => {
	const answer = await get('/backoffice/api/v1/session');

	assert.equal(answer.status, 401);
	assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
	assert.equal((await answer.json()).code, 'unauthenticated');
	assert.equal(answer.headers.get('content-encoding'), null);
	assert.equal(answer.headers.get('x-site'), null);
});

test('somebody signs in beside the site, with a cookie for the prefix alone', async () => {
	const client = new Client(`${site.url}/backoffice/`);
	const { ADMIN_EMAIL, PASSWORD } = await import('../lib/stack.mjs');
	const { status, headers } = await client.post('session',
		{ email: ADMIN_EMAIL, password: PASSWORD });

	assert.equal(status, 200);
	assert.match(headers['set-cookie'].join(), /; Path=\/backoffice\/;/i);
	assert.equal((await client.get('session')).status, 200);
});

test('the site keeps its pages and its PHP, and the back office keeps its own', async () => {
	assert.equal(await (await get('/')).text(), 'page of the site');
	assert.equal(await (await get('/backoffice.php')).text(), 'php of the site');
	assert.equal((await get('/')).headers.get('x-site'), 'other');
	assert.equal((await (await get('/backoffice/api/v1/x.php')).json()).status, 404);
});

test('the socket is for a group of its own, of which nginx is the only member', () => {
	const sysusers = readFileSync(join(ROOT, PREFIX, 'lib/sysusers.d/backoffice.conf'), 'utf8');
	const socket = readFileSync(join(UNITS, 'backoffice-fcgi.socket'), 'utf8');

	assert.match(socket, /^SocketGroup=backoffice-nginx\nSocketMode=0660$/m);
	assert.deepEqual(sysusers.match(/^m .*$/gm).map((line) => line.split(/ +/)),
		[['m', 'www-data', 'backoffice-nginx']]);
});

test('health is for this host alone', async () => {
	assert.equal((await get('/backoffice/api/v1/health')).status, 200);
	assert.match(readFileSync(join(ROOT, 'etc/nginx/snippets/backoffice/backoffice.conf'), 'utf8'),
		/health\|metrics\)\$ \{\s+satisfy all;\s+allow 127\.0\.0\.0\/8;\s+allow ::1;\s+deny all;/);
});

/** Copies of the units whose programs are those of the scratch root, so that systemd finds them. */
function unitsOfRoot() {
	const folder = join(ROOT, 'units');

	mkdirSync(folder, { recursive: true });
	return readdirSync(UNITS).map((name) => {
		writeFileSync(join(folder, name), readFileSync(join(UNITS, name), 'utf8')
			.replaceAll(new RegExp(`${PREFIX}/(s?bin/)`, 'g'), `${ROOT}${PREFIX}/$1`));
		return join(folder, name);
	});
}

const missing = (program) =>
	run(program, ['--version']).error?.code === 'ENOENT' && `${program} is not here`;

test('systemd finds nothing to say about the units', { skip: missing('systemd-analyze') }, () => {
	const { status, stdout, stderr } = run('systemd-analyze',
		['verify', '--man=no', ...unitsOfRoot()]);

	assert.equal(stdout + stderr, '');
	assert.equal(status, 0);
});

test('systemd can make the users and the folder that the units need',
	{ skip: process.getuid() === 0 ? missing('systemd-sysusers') : 'only root can' }, () => {
		const root = join(ROOT, 'host');
		const lib = join(ROOT, PREFIX, 'lib');

		mkdirSync(join(root, 'etc'), { recursive: true });
		for (const tool of ['sysusers', 'tmpfiles']) {
			const { status, stderr } = run(`systemd-${tool}`, [`--root=${root}`,
				...(tool === 'tmpfiles' ? ['--create'] : []),
				join(lib, `${tool}.d/backoffice.conf`)]);

			assert.equal(status, 0, stderr);
		}
		const groups = readFileSync(join(root, 'etc/group'), 'utf8');
		const group = groups.match(/^backoffice:x:(\d+):/m)[1];
		const { mode, gid } = statSync(join(root, 'run/backoffice'));

		assert.match(readFileSync(join(root, 'etc/passwd'), 'utf8'), /^backoffice-mailer:/m);
		assert.deepEqual([mode & 0o7777, gid], [0o3771, Number(group)]);
	});

for (const [unit, most] of [['backoffice-fcgi', 0.5], ['backoffice-fcgi@', 0.5],
	['backoffice-mailer', 1.2], ['backoffice-mailer@', 1.2], ['backoffice-prune', 2]]) {
	test(`systemd rates the exposure of ${unit} at most ${most}`,
		{ skip: missing('systemd-analyze') }, () => {
			const file = unitsOfRoot().find((path) => path.endsWith(`${unit}.service`));
			const { status, stdout, stderr } = run('systemd-analyze', ['security', '--offline=true',
				`--threshold=${most * 10}`, file]);

			assert.equal(status, 0, stdout + stderr);
		});
}

test('the manual is clean and tells all settings and commands', { skip: missing('man') }, () => {
	const admin = join(ROOT, PREFIX, 'bin/backoffice-admin');
	const squeeze = (text) => text.replaceAll(/\s+/g, ' ').trim();

	for (const [page, word] of [['man1/backoffice-admin.1', 'help'],
		['man5/backoffice.conf.5', 'settings'], ['man8/backoffice-fcgi.8'],
		['man8/backoffice-mailer.8'], ['man7/backoffice-cluster.7'],
		['man7/backoffice-containers.7'], ['man7/backoffice-security.7'],
		['man7/backoffice-servers.7'], ['man7/backoffice-sizing.7'],
		['man7/backoffice-troubles.7'], ['man7/backoffice-upkeep.7']]) {
		const { stdout, stderr } = run('man', ['-l', '-Tascii', '-P', 'cat', '--warnings=w',
			join(ROOT, PREFIX, 'share/man', page)], { MANWIDTH: '120', MANROFFOPT: '-c' });

		assert.equal(stderr, '', page);
		if (word) {
			const plain = stdout.replaceAll(/.\x08/g, '');

			assert.ok(squeeze(plain).includes(squeeze(run(admin, [word]).stdout)), page);
		}
	}
});

/** The C sources of all rooms, or one of them. */
function sources(name = '') {
	return readdirSync(join(TOP, 'fcgi'), { recursive: true })
		.filter((path) => path.endsWith('.c') && path.includes(name))
		.map((path) => readFileSync(join(TOP, 'fcgi', path), 'utf8')).join('\n');
}

const INVENTORY = readFileSync(join(TOP, 'fcgi/dist/man/backoffice-security.7'), 'utf8');

test('the inventory of cryptography names each construction that is used, and no other', () => {
	const base = (word) => word.match(/^crypto_(aead_xchacha20poly1305_ietf|[a-z]+)/)[0];
	const ours = ['base/secret.c', 'base/locked.c'].map(sources);
	const used = new Set(ours.join('').match(/\bcrypto_[a-z0-9_]+(?=\()/g).map(base));
	const named = new Set(INVENTORY.match(/\bcrypto_[a-z0-9_]+/g));

	assert.deepEqual([...named].sort(), [...used].sort());
	assert.ok(!/\bcrypto_/.test(ours.reduce((all, part) => all.replace(part, ''), sources())));
});

test('the inventory of logs names each event of the programs', () => {
	const events = new Set([...sources().matchAll(/\blog_event\(\w+,\s*"(\w+)"/g)]
		.map(([, event]) => event));
	const named = new Set([...INVENTORY.matchAll(/^\.It Li (.+)$/gm)]
		.flatMap(([, words]) => words.split(' , ')));

	assert.ok(events.size > 15);
	assert.deepEqual([...events].filter((event) => !named.has(event)), []);
});

test('the bill of materials names the libraries of the programs and of the page', () => {
	const { status, stdout, stderr } = run(process.execPath, [join(TOP, 'fcgi/dist/sbom.mjs'),
		'1.0', join(BUILD, 'backoffice-fcgi')]);

	assert.equal(status, 0, stderr);
	const { components } = JSON.parse(stdout);
	const names = components.map(({ name }) => name);

	for (const name of ['libsodium23', 'libjansson4', 'libfcgi0', 'lit-html']) {
		assert.ok(names.some((one) => one.startsWith(name)), `${name}: ${names}`);
	}
	for (const { version, purl } of components) {
		assert.ok(version.length > 0 && purl.startsWith('pkg:'), purl);
	}
});

const MANUALS = readdirSync(join(TOP, 'fcgi/dist/man')).map((name) =>
	readFileSync(join(TOP, 'fcgi/dist/man', name), 'utf8')).join('\n');

/** What stands in the manuals behind a macro, up to the next one. */
const behind = (macro) => [...MANUALS.matchAll(new RegExp(
	`^\\.${macro} (.+?)(?: [.,:;]| [A-Z][a-z] .*)?$`, 'gm'))].map(([, words]) => words);

test('the commands of backoffice-admin that the manuals name are commands', () => {
	const { stdout } = run(join(ROOT, PREFIX, 'bin/backoffice-admin'), ['help']);
	const named = [...behind('Ic'), ...MANUALS.split('\n')]
		.map((line) => line.match(/^(?:sudo )?backoffice-admin ((?:[a-z][a-z2-]* ?)+)/)?.[1].trim())
		.filter(Boolean);

	assert.ok(named.length > 10);
	for (const words of named) {
		assert.ok(words.split(' ').some((word, i, all) =>
			stdout.includes(` ${all.slice(0, i + 1).join(' ')}`)), words);
	}
});

test('the buttons and menus that the manuals name are on the page', () => {
	const catalogue = JSON.parse(readFileSync(join(TOP, 'htdocs/i18n/en.json'), 'utf8'));
	const words = new Set(Object.values(catalogue).flatMap((value) =>
		typeof value === 'string' ? value : Object.values(value)));

	assert.ok(behind('Sy').length > 3);
	for (const path of behind('Sy')) {
		for (const word of path.split(' > ')) {
			assert.ok(words.has(word), `${path}: ${word}`);
		}
	}
});

test('the settings that the manuals name are settings', () => {
	const { stdout } = run(join(ROOT, PREFIX, 'bin/backoffice-admin'), ['settings']);
	const settings = new Set([...stdout.matchAll(/^#?\s*\[?([a-z_]+)\]?(?: =|$)/gm)]
		.map(([, name]) => name));

	assert.ok(settings.size > 40);
	for (const name of behind('Cm').filter((word) => word !== 'help' && word !== 'key = value')) {
		assert.ok(settings.has(name), name);
	}
});
