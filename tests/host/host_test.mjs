/*
 * The package on a bare server that serves a site of PHP already: from the file to the first
 * administrator who is signed in, restarts and an upgrade under load, and the way out again.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { makeClone } from '../lib/clone.mjs';
import { manualOf } from '../lib/manual.mjs';
import { until } from '../lib/until.mjs';
import { Machine } from './machine.mjs';
import { doAsManual, prepareForManual } from './manual.mjs';

const TOP = join(import.meta.dirname, '../..');
const SUITES = (process.env.SUITES ?? 'bookworm trixie').split(/[ ,]+/);
const VERSION = readFileSync(join(TOP, 'CHANGELOG.md'), 'utf8').match(/^## (\d\S*)/m)[1];
const skip = process.getuid() !== 0 && 'only root can boot another machine';

const EMAIL = 'first@site.example';
const PASSWORD = 'brisk copper lantern 47 meadow';
const PREFIX = '/backoffice/';

/* The site that was there before: PHP that asks a database of its own. */
const SITE = `server {
	listen 80;
	server_name site.example;
	root /var/www/site;
	index index.php;
	location / { try_files $uri $uri/ /index.php?$args; }
	location ~ \\.php$ {
		include snippets/fastcgi-php.conf;
		fastcgi_pass unix:/run/php/php-fpm.sock;
	}
	location ~* \\.(?:js|css)$ { expires 1h; }
}
`;
const PAGE = `<?php
$db = new PDO('mysql:unix_socket=/run/mysqld/mysqld.sock;dbname=site', 'site', 'its own secret');
echo 'site ', $db->query('SELECT word FROM word')->fetchColumn(), ' ', $_SERVER['REQUEST_URI'];
`;

/* All that a person types who has the file. */
const COMMANDS = [
	'apt-get -y install /root/backoffice.deb',
	`backoffice-admin setup --url http://site.example${PREFIX} --admin ${EMAIL} --password-stdin`,
	`sed -i '/server_name site.example/a include snippets/backoffice/site.conf;' `
		+ '/etc/nginx/sites-enabled/site',
	'systemctl start backoffice-fcgi.socket backoffice-mailer backoffice-prune.timer',
	'nginx -t && systemctl reload nginx',
];

/** The tarball of the tree as it is, of which the packages are made. */
function makeTarball() {
	const clone = join(TOP, 'build/host/clone');

	rmSync(clone, { recursive: true, force: true });
	makeClone(clone);
	const { status, stdout, stderr } = spawnSync(join(clone, 'fcgi/dist/dist'), [VERSION],
		{ cwd: clone, encoding: 'utf8' });

	assert.equal(status, 0, stderr);
	return stdout.trim();
}

const made = new Set();

/** Resolves when its roots and packages are there. */
async function makeRoots(suite) {
	if (made.has(suite)) {
		return;
	}
	made.add(suite);
	const tarball = makeTarball();
	const child = spawn(join(TOP, 'tests/host/roots'), [suite, tarball],
		{ stdio: ['ignore', 'ignore', 'inherit'] });
	const [code] = await once(child, 'exit');

	assert.equal(code, 0);
}

/* What grows by itself, or is the databases' and the packages' own. */
const OF_OTHERS = '/var/lib/\\(apt\\|dpkg\\|mysql\\|nginx\\|php\\|systemd\\|ucf\\)/.*';

/** All files, users and groups of a server. */
function inventory(machine) {
	return machine.run('find /etc /opt /root /run/backoffice /srv /usr /var/lib /var/www '
		+ `-regex '${OF_OTHERS}' -prune -o -name '*.pyc' -prune -o -print 2>/dev/null | `
		+ "grep -vE '/ld.so.cache$|/etc/[a-z]*-$|__pycache__'; "
		+ 'cut -d: -f1 /etc/passwd; cut -d: -f1,4 /etc/group').split('\n').sort();
}

/* What was asked of the machine while work() was done; wrk counts what failed. */
async function underLoad(machine, work) {
	const paths = [`${PREFIX}api/v1/site`, PREFIX, '/'];
	const children = paths.map((path) => machine.spawnInNetwork('wrk', '-c4', '-t1', '-d600s',
		'-H', 'Host: site.example', `http://127.0.0.1${path}`));
	const said = children.map(async (child) => {
		let text = '';

		child.stdout.on('data', (more) => (text += more));
		await once(child, 'close');
		return text;
	});

	await work();
	children.forEach((child) => child.kill('SIGINT'));
	return Promise.all(said);
}

function assertNoneFailed(t, reports) {
	for (const report of reports) {
		assert.match(report, /(\d+) requests in/);
		assert.doesNotMatch(report, /Non-2xx|Socket errors/, report);
		t.diagnostic(report.match(/\d+ requests in \S+/)[0].trim());
	}
}

for (const suite of SUITES) {
	describe(suite, { skip }, () => {
		const folder = join(TOP, 'build/host', suite);
		const packages = join(folder, 'packages');
		let machine;
		let bare; // what was there before

		const curl = (path) => machine.run(`curl -sS http://site.example${path}`);
		const signIn = () => machine.run("curl -sS -H 'Sec-Fetch-Site: same-origin' "
			+ "-H 'Content-Type: application/json' -d @- "
			+ `http://site.example${PREFIX}api/v1/session`,
		JSON.stringify({ email: EMAIL, password: PASSWORD }));
		const assertSiteIsThere = () => {
			assert.equal(curl('/some/page?x=1'), 'site untouched /some/page?x=1');
			assert.equal(curl('/index.php'), 'site untouched /index.php');
		};

		before(async () => {
			await makeRoots(suite);
			machine = await Machine.boot(join(folder, 'server'), join(folder, 'machine'));
			machine.write('/etc/nginx/sites-available/site', SITE);
			machine.write('/var/www/site/index.php', PAGE);
			machine.run('ln -sf ../sites-available/site /etc/nginx/sites-enabled/site; '
				+ 'rm -f /etc/nginx/sites-enabled/default; systemctl reload nginx; '
				+ 'systemctl start mariadb php*-fpm');
			machine.run('mariadb', 'CREATE DATABASE site; CREATE TABLE site.word (word TEXT); '
				+ "INSERT INTO site.word VALUES ('untouched'); CREATE USER site@localhost "
				+ "IDENTIFIED BY 'its own secret'; GRANT ALL ON site.* TO site@localhost;");
			await until(() => curl('/').startsWith('site')); // nginx reloads in its own time
			bare = inventory(machine);
			assertSiteIsThere();
		});
		after(() => machine?.stop());

		test('the same sources make the same package, wherever and by whomever it is built', () => {
			const [one, two] = ['one', 'two'].map((name) =>
				readFileSync(join(packages, `${name}.deb`)));

			assert.ok(one.equals(two));
		});

		test('lintian finds nothing to say about the package', () => {
			const { stdout, stderr } = spawnSync('chroot', [join(folder, 'build'), 'lintian', '-I',
				'--fail-on=error,warning,info', '--allow-root',
				...readdirSync(join(folder, 'build/one/build')).filter((name) =>
					name.startsWith('backoffice_')).map((name) => `/one/build/${name}`)],
			{ encoding: 'utf8' });

			assert.equal(stdout + stderr, '');
		});

		test('five commands lead from the file to an administrator who signs in', async (t) => {
			const begun = Date.now();

			assert.equal(COMMANDS.length, 5);
			const said = COMMANDS.map((line) => {
				const { status, stdout, stderr } = machine.try(line, `${PASSWORD}\n`);

				assert.equal(status, 0, `${line}\n${stdout}${stderr}`);
				return stdout + stderr;
			});

			assert.doesNotMatch(said.at(-1), /warn|emerg/);
			await until(() => signIn().includes('"state":"signed_in"'));
			t.diagnostic(`${(Date.now() - begun) / 1000} s`);
		});

		test('restarts and an upgrade under load fail no request', async (t) => {
			const restart = () => machine.run('systemctl restart backoffice-fcgi.service');
			const reports = await underLoad(machine, async () => {
				for (let i = 0; i < 3; i++) {
					restart();
					curl(`${PREFIX}api/v1/site`);
				}
				machine.run('systemctl reload backoffice-fcgi.service');
				machine.run('apt-get -y install /root/next.deb');
				await until(() => curl(PREFIX).includes('ffffffffffffffff'));
			});

			assertNoneFailed(t, reports);
		});

		test('the site that was there is untouched', assertSiteIsThere);

		test('a purge leaves the database and its keys, and nothing else', () => {
			machine.run("sed -i '/snippets.backoffice/d' /etc/nginx/sites-enabled/site; "
				+ 'nginx -t && systemctl reload nginx');
			machine.run('apt-get -y purge backoffice && apt-get -y --purge autoremove');
			const now = inventory(machine);

			assert.deepEqual(now.filter((line) => !bare.includes(line)), ['/etc/backoffice',
				'/etc/backoffice/keys', '/etc/backoffice/keys/mail.key',
				'/etc/backoffice/keys/mail.pub', '/etc/backoffice/keys/server.key']);
			assert.deepEqual(bare.filter((line) => !now.includes(line)), []);
			assertSiteIsThere();
			machine.run('nginx -t');
		});
	});

	describe(`the manual on ${suite}`, { skip }, () => {
		const folder = join(TOP, 'build/host', suite);
		let machine;

		before(async () => {
			await makeRoots(suite);
			machine = await Machine.boot(join(folder, 'server'), join(folder, 'reader'));
			prepareForManual(machine);
		});
		after(() => machine?.stop());

		for (const { name } of manualOf('host')) {
			test(name, () => doAsManual(machine, name));
		}
	});
}
