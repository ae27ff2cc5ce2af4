/*
 * The package on a bare server that serves a site of PHP already: from the file to the first
 * administrator who is signed in, restarts and an upgrade under load, and the way out again.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { makeTarball } from '../lib/clone.mjs';
import { manualOf } from '../lib/manual.mjs';
import { until } from '../lib/until.mjs';
import { Machine } from './machine.mjs';
import { doAsManual, prepareForManual } from './manual.mjs';

const TOP = join(import.meta.dirname, '../..');
const SUITES = (process.env.SUITES ?? 'bookworm trixie').split(/[ ,]+/);
const skip = process.getuid() !== 0 && 'only root can boot another machine';

const EMAIL = 'first@site.example';
const PASSWORD = 'brisk copper lantern 47 meadow';
const PREFIX = '/backoffice/';
const FIRST = { host: 'site.example', prefix: PREFIX };

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

/* Installations beside the first: one with a database of its own in the same server, and one that
 * reaches its database over the network. */
const OTHERS = {
	customer: { host: 'customer.example', prefix: '/office/', login: 'mysql://localhost/customer' },
	remote: { host: 'remote.example', prefix: '/',
		login: 'mysql://dba@127.0.0.1/remote --database-password-file /root/dba.password' },
};

const siteOf = ({ host, prefix }) => `server {
	listen 80;
	server_name ${host};
	include snippets/backoffice/server.conf;
	location ^~ ${prefix} { include snippets/backoffice/backoffice.conf; }
}
`;

const settingsOf = (name) => `/etc/backoffice/${name}/backoffice.conf`;

/* All that a person types for one. */
const commandsOf = (name, { host, prefix, login }) => [
	`backoffice-admin -c ${settingsOf(name)} setup --url http://${host}${prefix} `
		+ `--database ${login} --admin ${EMAIL} --password-stdin`,
	`echo '${host}${prefix} unix:/run/backoffice/${name}.sock;' `
		+ '>>/etc/backoffice/nginx-sockets.conf',
	`systemctl enable --now backoffice-fcgi@${name}.socket backoffice-mailer@${name}.service `
		+ `backoffice-prune@${name}.timer`,
];

const made = new Set();

/** Resolves when its roots and packages are there. */
async function makeRoots(suite) {
	if (made.has(suite)) {
		return;
	}
	made.add(suite);
	const tarball = makeTarball(join(TOP, 'build/host'));
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
	const others = Object.values(OTHERS).map(({ host, prefix }) =>
		[host, `${prefix}api/v1/site`]);
	const asked = [...[`${PREFIX}api/v1/site`, PREFIX, '/'].map((path) =>
		['site.example', path]), ...others];
	const children = asked.map(([host, path]) => machine.spawnInNetwork('wrk', '-c4', '-t1',
		'-d600s', '--timeout', '60s', '-H', `Host: ${host}`, `http://127.0.0.1${path}`));
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
		const signIn = ({ host, prefix, email = EMAIL } = FIRST) => machine.run(
			"curl -sS -H 'Sec-Fetch-Site: same-origin' -H 'Content-Type: application/json' -d @- "
			+ `-H 'Host: ${host}' http://127.0.0.1${prefix}api/v1/session`,
			JSON.stringify({ email, password: PASSWORD }));
		const isIn = (where) => signIn(where).includes('"state":"signed_in"');
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
			await until(() => isIn());
			t.diagnostic(`${(Date.now() - begun) / 1000} s`);
		});

		test('two more installations serve beside it, also after a boot, one of them with a '
			+ 'database over TCP', async () => {
			machine.write('/root/dba.password', 'a secret\n', 0o600);
			machine.run('mariadb', "CREATE USER dba@'127.0.0.1' IDENTIFIED BY 'a secret', "
				+ "dba@localhost IDENTIFIED BY 'a secret'; GRANT ALL ON *.* TO dba@'127.0.0.1', "
				+ 'dba@localhost WITH GRANT OPTION');
			for (const [name, where] of Object.entries(OTHERS)) {
				machine.write(`/etc/nginx/sites-enabled/${name}`, siteOf(where));
				commandsOf(name, where).forEach((line) => machine.run(line, `${PASSWORD}\n`));
			}
			machine.run('systemctl daemon-reload; nginx -t && systemctl reload nginx');
			for (const where of Object.values(OTHERS)) {
				await until(() => isIn(where));
			}
			await machine.reboot();
			for (const where of [FIRST, ...Object.values(OTHERS)]) {
				await until(() => isIn(where));
			}
			assert.deepEqual(['', '@customer', '@remote'].map((name) => machine.run(
				`systemctl show -P PrivateNetwork backoffice-fcgi${name}.service`).trim()),
			['yes', 'yes', 'no']);
			for (const name of Object.keys(OTHERS)) {
				machine.run(`backoffice-admin -c ${settingsOf(name)} check`);
			}
		});

		test('an installation knows none of another one\'s users', () => {
			machine.run(`backoffice-admin -c ${settingsOf('customer')} `
				+ 'user add own@customer.example --two-factor disabled --password-stdin '
				+ '--keep-password', `${PASSWORD}\n`);
			assert.ok(isIn({ ...OTHERS.customer, email: 'own@customer.example' }));
			for (const where of [FIRST, OTHERS.remote]) {
				assert.match(signIn({ ...where, email: 'own@customer.example' }),
					/"sign_in_failed"/);
			}
		});

		test('a password file that is missing is named by journal and check, and back it serves',
			async () => {
				const unit = 'backoffice-fcgi@customer.service';
				const place = '/etc/backoffice/customer/web.password';

				machine.run(`mv ${place} ${place}.away; systemctl restart ${unit}`);
				await until(() => machine.run(`journalctl -q -b -p err -o cat -u ${unit}`)
					.includes('web.password is missing or has an empty first line'));
				const { status, stdout } = machine.try(
					`backoffice-admin -c ${settingsOf('customer')} check`);

				assert.equal(status, 5);
				assert.match(stdout, new RegExp('^settings of backoffice-fcgi: failed: .*cannot '
					+ `read ${place}: No such file or directory$`, 'm'));
				assert.ok(isIn(), 'the first one goes on');
				machine.run(`mv ${place}.away ${place}`);
				await until(() => isIn(OTHERS.customer));
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
			const others = Object.keys(OTHERS);

			machine.run("sed -i '/snippets.backoffice/d' /etc/nginx/sites-enabled/site; cd "
				+ `/etc/nginx/sites-enabled && rm ${others.join(' ')} `
				+ '/etc/backoffice/nginx-sockets.conf /root/dba.password; '
				+ 'nginx -t && systemctl reload nginx');
			machine.run('systemctl disable --now backoffice-fcgi@customer.socket '
				+ 'backoffice-mailer@customer.service backoffice-prune@customer.timer');
			machine.run('apt-get -y purge backoffice && apt-get -y --purge autoremove');
			const now = inventory(machine);
			const left = ['', ...others.map((name) => `/${name}`)].flatMap((name) =>
				['', '/keys', '/keys/mail.key', '/keys/mail.pub', '/keys/server.key'].map((file) =>
					`/etc/backoffice${name}${file}`));

			assert.deepEqual(now.filter((line) => !bare.includes(line)), left.sort());
			assert.equal(machine.run("pgrep -l '^backoffice-' || true"), '');
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
