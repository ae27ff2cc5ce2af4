/*
 * What the manual pages tell to type that needs a machine: a systemd, an nginx and a database that
 * are the system's. Each is read from the installed page and run as it stands there, by root, on a
 * server that is called as the pages call it.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { manualOf } from '../lib/manual.mjs';
import { until } from '../lib/until.mjs';

const NAMES = ['example.com', 'customer.example', 'db.example.com'];
const CONF = '/etc/backoffice';
const PASSPHRASE = 'seven quiet herons over the weir\n';
const DATABASE_PASSWORD = 'three brass kettles';
const AUTHORITY = '/usr/local/share/ca-certificates/here.crt';

/* nginx as the server has it, with the line that the page asks for. */
const site = (name, more = '') => `server {
	listen 443 ssl;
	server_name ${name};
	ssl_certificate ${AUTHORITY};
	ssl_certificate_key /etc/ssl/private/here.key;
	include snippets/backoffice/site.conf;
	${more}
}
`;

/** The installed package on a server that has these names, and a certificate for them. */
export function prepareForManual(machine) {
	machine.run('apt-get -y install /root/backoffice.deb');
	machine.run(`echo 127.0.0.1 ${NAMES.join(' ')} >>/etc/hosts; mkdir -p /srv/backup
		mkdir -p ${AUTHORITY.replace(/\/[^/]*$/, '')}
		openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=here -out ${AUTHORITY} \\
			-addext subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')} \\
			-keyout /etc/ssl/private/here.key
		update-ca-certificates`);
	machine.write('/etc/nginx/sites-available/manual', site('example.com')
		+ site('customer.example'));
	machine.run('ln -s ../sites-available/manual /etc/nginx/sites-enabled/manual; '
		+ 'systemctl start mariadb');
}

/* As before setup, but that the package is there and nginx serves. */
function forget(machine) {
	const accounts = ['web', 'mailer', 'admin'].flatMap((name) =>
		[`backoffice_${name}@localhost`, `'backoffice_${name}'@'%'`]);

	machine.run(`systemctl stop backoffice-fcgi.socket backoffice-fcgi backoffice-mailer
		rm -rf ${CONF}/backoffice.conf ${CONF}/keys/* ${CONF}/*.password`);
	machine.run('mariadb', `DROP DATABASE IF EXISTS backoffice; DROP DATABASE IF EXISTS mine;
		DROP USER IF EXISTS ${accounts.join(', ')};`);
	machine.isSetUp = false;
}

/* What the first start leaves, unless another command has taken it away; the program answers. */
async function setUp(machine) {
	if (!machine.isSetUp) {
		forget(machine);
		machine.run('backoffice-admin setup --url https://example.com/backoffice/ '
			+ '--admin you@example.com; systemctl start backoffice-fcgi.socket');
		machine.isSetUp = true;
	}
	await assertAnswers(machine, 'example.com');
}

/* A database elsewhere is reached by its name, with a password. */
function openDatabase(machine) {
	forget(machine);
	machine.write('/root/db.password', `${DATABASE_PASSWORD}\n`, 0o600);
	machine.run('mariadb', 'ALTER USER root@localhost IDENTIFIED VIA unix_socket '
		+ `OR mysql_native_password USING PASSWORD('${DATABASE_PASSWORD}');`);
}

/* As shared hosting gives it. */
function giveOneAccount(machine) {
	forget(machine);
	machine.write('/root/db.password', `${DATABASE_PASSWORD}\n`, 0o600);
	machine.run('mariadb', `CREATE DATABASE mine;
		CREATE OR REPLACE USER me@localhost IDENTIFIED BY '${DATABASE_PASSWORD}';
		GRANT ALL ON mine.* TO me@localhost;`);
}

/* Another host, with a backup of this one: an empty database, its accounts and settings. */
async function moveElsewhere(machine) {
	await setUp(machine);
	machine.run('backoffice-admin backup /srv/backup/2026-11-29', PASSPHRASE);
	machine.run(`systemctl stop backoffice-fcgi.socket backoffice-fcgi backoffice-mailer
		rm ${CONF}/keys/*`);
	machine.run('mariadb', 'DROP DATABASE backoffice; CREATE DATABASE backoffice;');
}

/* Empty while nobody listens there yet. */
const statusOf = (machine, url) =>
	machine.try(`curl -sS -o /dev/null -w '%{http_code}' ${url}`).stdout;

/* The mailer runs where there is a mail server to send to, and goes on trying. */
async function nameMailServer(machine) {
	await setUp(machine);
	machine.run(`sed -i 's|^.*smtp_url =.*|smtp_url = smtp://127.0.0.1:25|' ${CONF}/backoffice.conf
		sed -i 's|^.*smtp_tls =.*|smtp_tls = none|' ${CONF}/backoffice.conf
		systemctl restart backoffice-mailer`);
	machine.isSetUp = false;
}

/* What the database's own administrator is given is enough for the same command to go on. */
function runSql(machine) {
	const sql = machine.run('cat /root/for-the-administrator.sql');

	assert.match(sql, /^GRANT /m);
	machine.run('mariadb', sql);
	machine.run('backoffice-admin setup --url https://example.com/backoffice/ --print-sql | '
		+ 'mariadb && systemctl start backoffice-fcgi.socket && backoffice-admin check');
}

/* Whoever reads a number on the page has it from an answer of the program. */
function findNumber(machine) {
	const answer = machine.run('curl -sS https://example.com/backoffice/api/v1/session');

	return { number: JSON.parse(answer).request_id };
}

/* What serves from now on knows the new settings: workers that do not may answer a while longer. */
async function reloadNginx(machine) {
	const workers = () => machine.try("pgrep -fx 'nginx: worker process'").stdout.split('\n');
	const before = workers();

	machine.run('systemctl reload nginx');
	await until(() => workers().every((pid) => pid === '' || !before.includes(pid)));
}

/** The installation at this address answers, through nginx. */
async function assertAnswers(machine, host) {
	await reloadNginx(machine);
	await until(() => statusOf(machine, `https://${host}/backoffice/api/v1/session`) === '401');
}

async function assertCustomerAnswers(machine) {
	machine.write(`${CONF}/nginx-sockets.conf`,
		'customer.example/backoffice/ unix:/run/backoffice/customer.sock;\n');
	await assertAnswers(machine, 'customer.example');
}

/* An editor is asked for, on a terminal: this one writes what the page has. The file is its last
 * word: systemd from 253 on says before it at which line to begin. */
function edit(machine, text) {
	const [first, ...lines] = text.split('\n');

	machine.write('/root/edited', lines.join('\n'));
	machine.write('/root/editor', '#!/bin/bash\ncp /root/edited "${@: -1}"\n', 0o755);
	machine.run(`EDITOR=/root/editor script -qec '${first.replace(/^# /, '')}' /dev/null`);
	assert.match(machine.run('systemctl show -p IPAddressDeny backoffice-mailer'), /=.*0\.0\.0\.0/);
}

/** Asks example.com as a browser that keeps its cookies: {status, location, text}. */
function browse(machine, method, path, body) {
	const said = machine.run(`curl -sS -X ${method} -b /root/jar -c /root/jar -d @- `
		+ "-H 'Sec-Fetch-Site: same-origin' -H 'Content-Type: application/json' "
		+ `-w '\n%{http_code} %{redirect_url}' 'https://example.com${path}'`,
	body ? JSON.stringify(body) : '');
	const [, text, status, location] = said.match(/^([^]*)\n(\d+) (\S*)$/);

	return { status: Number(status), location, text };
}

/* Somebody who may enter every room, and a browser in which they are signed in. */
function signInAsAdministrator(machine) {
	const [email, password] = ['boss@example.com', 'brisk copper lantern 47 meadow'];
	const api = '/backoffice/api/v1';

	machine.run(`backoffice-admin user add ${email} --group Administrators --two-factor disabled `
		+ '--password-stdin --keep-password', `${password}\n`);
	assert.equal(browse(machine, 'POST', `${api}/session`, { email, password }).status, 200);
	assert.equal(browse(machine, 'POST', `${api}/rooms`, { name: 'phpMyAdmin',
		address: '/phpmyadmin/', groups: [] }).status, 201);
}

/* phpMyAdmin of Debian behind the gate, by the page's lines: nobody gets in but by the sign-in. */
async function enterPhpMyAdmin(machine, text) {
	machine.run('echo phpmyadmin phpmyadmin/dbconfig-install boolean false | '
		+ 'debconf-set-selections; apt-get -y --no-install-recommends install phpmyadmin; '
		+ 'systemctl start php*-fpm');
	machine.write('/etc/nginx/sites-available/manual',
		site('example.com', `include snippets/backoffice/gatehouse.conf;\n${text}`));
	await setUp(machine);
	const signedOut = browse(machine, 'GET', '/phpmyadmin/');

	assert.equal(signedOut.status, 303);
	assert.doesNotMatch(browse(machine, 'GET', '/phpmyadmin/index.php').text, /pma_/);
	assert.equal(browse(machine, 'GET', '/phpmyadmin/libraries/index.php').status, 404);
	signInAsAdministrator(machine);
	const [, back] = signedOut.location.match(/[?&]return=([^&#]*)/);
	const gate = browse(machine, 'POST', '/backoffice/api/v1/gate',
		{ return: decodeURIComponent(back) });
	const { location } = JSON.parse(gate.text);

	browse(machine, 'GET', location.replace('https://example.com', ''));
	const page = browse(machine, 'GET', '/phpmyadmin/index.php');

	assert.equal(page.status, 200);
	assert.match(page.text, /name="pma_username"/);
}

/* By what a command is: what there has to be before, where that is not what the first start leaves,
 * what it says, and what is so afterwards. One without a word for what it says ends well. */
const ROWS = [
	[/^systemd-sysusers/, { before: forget, says: /sign-in\.html#set=\S+/,
		after: (machine) => assertAnswers(machine, 'example.com') }],
	[/--database mysql:\/\/root@db/, { before: openDatabase, says: /^schema: \d+$/m }],
	[/--one-account/, { before: giveOneAccount, says: /^schema: \d+$/m }],
	[/--print-sql/, { before: forget, after: runSql }],
	[/^backoffice-admin -c \S+customer/, { says: /sign-in\.html#set=\S+/,
		after: assertCustomerAnswers }],
	[/restore \S+\n/, { before: moveElsewhere, input: PASSPHRASE, says: /^schema: \d+$/m }],
	[/--grep/, { variables: findNumber, says: /event=request .*status=401/ }],
	[/^systemctl status backoffice-mailer/, { before: nameMailServer, says: /Active: active/ }],
	[/^systemctl status/, { says: /Active: active/ }],
	[/^nginx -t/, { says: /syntax is ok/ }],
];

/** Does what the installed page says, of that name in the list (manualOf). */
export async function doAsManual(machine, name) {
	const { kind, text } = manualOf('host', join(machine.root, 'usr/share/man'))
		.find((item) => item.name === name);

	if (kind === 'unit') {
		edit(machine, text);
		return;
	}
	if (kind === 'nginx') {
		await enterPhpMyAdmin(machine, text);
		return;
	}
	const [, row = {}] = ROWS.find(([pattern]) => pattern.test(text)) ?? [];

	await (row.before ?? setUp)(machine);
	runLine(machine, text, row);
	await row.after?.(machine);
}

function runLine(machine, text, { input, says = /^/, variables = () => ({}) }) {
	const given = Object.entries(variables(machine)).map(([word, value]) => `${word}='${value}'\n`);
	const { status, stdout, stderr } = machine.try(`set -e\ncd /root\n${given.join('')}${text}`,
		input);

	assert.equal(status, 0, `${text}\n${stdout}${stderr}`);
	assert.match(stdout + stderr, says, text);
}
