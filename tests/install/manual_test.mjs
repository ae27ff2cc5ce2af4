/*
 * What the manual pages tell to type and to paste, done as it stands in the installed pages: on an
 * installation whose programs, settings and snippets are where the pages say, in a view of the file
 * system of its own. What needs a machine of its own is done there: tests/golden/manual.txt.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync }
	from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { manualOf, readManual, readPlaces } from '../lib/manual.mjs';
import { startStack, TOP } from '../lib/stack.mjs';

const ROOT = mkdtempSync(join(tmpdir(), 'backoffice-manual.'));
const MANUAL = join(ROOT, 'usr/local/share/man');
const PASSPHRASE = 'seven quiet herons over the weir';
const EMAIL = 'you@example.com';

/* Whoever is not root may mount in a name space of their own, as far as the system lets them. */
const OWN_VIEW = ['unshare', '--mount',
	...(process.getuid() === 0 ? [] : ['--map-current-user', '--keep-caps'])];
const ENTER = `set -e
	for place in etc srv usr/local var/log; do mount --bind "$0/$place" "/$place"; done
	cd "$0"
	exec bash -ec "$1"`;

const skip = spawnSync(OWN_VIEW[0], [...OWN_VIEW.slice(1), 'mount', '--bind', ROOT, '/srv'])
	.status !== 0 && 'this machine lets nobody mount';

let stack;

/** What becomes of a line of the shell where the installation is. */
function attempt(line, { input = `${PASSPHRASE}\n`, env = {} } = {}) {
	return spawnSync(OWN_VIEW[0], [...OWN_VIEW.slice(1), 'bash', '-c', ENTER, ROOT, line],
		{ input, encoding: 'utf8', env: { ...process.env, HOME: ROOT, ...env } });
}

function run(line, options) {
	const { status, stdout, stderr } = attempt(line, options);

	assert.equal(status, 0, `${line}\n${stdout}${stderr}`);
	return stdout + stderr;
}

/* The mail server is away, so that there are letters which wait. */
async function install() {
	for (const folder of ['etc', 'srv/hr', 'srv/backup', 'usr/local', 'var/log/nginx']) {
		mkdirSync(join(ROOT, folder), { recursive: true });
	}
	spawnSync('cp', ['-a', '/etc/.', join(ROOT, 'etc')], { stdio: 'ignore' }); // what may be read
	stack = await startStack({ env: { SMTP: 'smtp://127.0.0.1:1' } });
	const { status, stderr } = spawnSync(join(TOP, 'fcgi/dist/install'), [],
		{ encoding: 'utf8', env: { ...process.env, DESTDIR: ROOT } });

	assert.equal(status, 0, stderr);
	cpSync(join(stack.data, 'backoffice.conf'), join(ROOT, 'etc/backoffice/backoffice.conf'));
	writeFileSync(join(ROOT, '.my.cnf'), `[client]\nsocket = ${stack.socket}\n`); // of its home
}

before(async () => skip || await install());
after(async () => {
	await stack?.stop();
	rmSync(ROOT, { recursive: true, force: true });
});

test('each line of the manuals that is to be typed or pasted has a suite that does it', (t) => {
	const places = readPlaces();

	assert.deepEqual(readManual().map(({ name }) => name).sort(),
		places.map(({ name }) => name).sort());
	for (const { name, reason } of places.filter(({ where }) => where === 'nobody')) {
		assert.ok(reason, name);
		t.diagnostic(`not tried: ${name}: ${reason}`);
	}
	const suites = new Set(readdirSync(join(TOP, 'tests')));

	assert.deepEqual(places.filter(({ where }) => where !== 'nobody' && !suites.has(where)), []);
});

/* What a command is to say, and what there has to be before; each is of one row. */
const LINK = /^link: http:\/\/127\.0\.0\.1:\d+\/any\/where\/sign-in\.html#set=\S+$/m;
const ROWS = [
	[/user add/, { says: /^password: \S+$/m }],
	[/user reset-password \S+ --link/, { says: LINK }],
	[/user groups .*--group Support --only/, { says: /^groups: Support$/m }],
	[/user (?:disable|enable)-2fa/, { says: /^id: \d+$/m }],
	[/user (?:unlock|allow-anywhere)/, { says: /^id: \d+$/m }],
	[/user import .*--dry-run/, { before: writeColleagues,
		says: /^new: 2\n[^]*nothing was written/m,
		after: () => assert.equal(countColleagues(), 0) }],
	[/user import/, { says: /^new: 2$/m, after: () => assert.equal(countColleagues(), 2) }],
	[/unlock --network/, { says: /^unlocked: 203\.0\.113\.7$/m }],
	[/words/, { says: /^users: \d+ looked through, 0 mended$/m }],
	[/keys$/, { says: /server\.key: kept$/m }],
	[/mail retry/, { before: nameLetter, says: /^id: \d+$/m }],
	[/audit verify/, { says: /: [1-9]\d* rows proved/ }],
	[/audit prune/, { says: /^kept: for ever/m }],
	[/restore .*--check/, { says: /^trail: [1-9]\d* rows proved$/m }],
	[/backup \/srv/, { says: /^backup: \/srv\/backup\/\d+-\d\d-\d\d$/m, after: nameBackup }],
	[/key rotate (?:server|mail)/, { says: /^done: 1 of 3: there is a next key/m }],
];

function writeColleagues() {
	writeFileSync(join(ROOT, 'srv/hr/new.csv'), 'email,name,groups,send_link\n'
		+ 'ada@example.com,Ada,Support,true\nbo@example.com,Bo,Support,true\n');
}

const countColleagues = () => stack.sql("SELECT email FROM user WHERE email IN "
	+ "('ada@example.com', 'bo@example.com')").length;

function nameLetter() {
	[[variables.id]] = stack.sql('SELECT MAX(id) FROM outbox');
}

/* It has a day in its name: today's, or the one that the page names. */
function nameBackup() {
	const folder = join(ROOT, 'srv/backup');
	const [made] = readdirSync(folder);

	renameSync(join(folder, made), join(folder, '2026-11-29'));
}

const variables = { email: EMAIL }; // what a reader puts in
const todo = manualOf('install');
const installed = ({ name }) => manualOf('install', MANUAL).find((item) => item.name === name);
const ofKind = (...kinds) => todo.filter(({ kind }) => kinds.includes(kind));
const isOfTree = ({ text }) => text.startsWith('make ');
const isOfView = ({ section }) => section.startsWith('Clients');

describe('a command of the manual does what it says', { skip }, () => {
	for (const item of ofKind('shell').filter((one) => !isOfTree(one) && !isOfView(one))) {
		test(item.name, () => {
			const { text } = installed(item);
			const [, row] = ROWS.find(([pattern]) => pattern.test(text.trim()));

			row.before?.();
			assert.match(run(text, { env: variables }), row.says);
			row.after?.();
		});
	}
});

test('a command of the manual that is run in the sources does what it says', () => {
	const items = ofKind('shell').filter(isOfTree);

	assert.deepEqual(items.map(({ text }) => text.trim()), ['make sbom']);
	const { status, stdout, stderr } = spawnSync('bash', ['-ec', items[0].text], { cwd: TOP,
		encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });

	assert.equal(status, 0, stdout + stderr);
	assert.match(stdout, /^build\/sbom\.cdx\.json$/m);
});

/* Where a text belongs, by what its page says of it. */
const FRAMES = [
	[/^(?:server|map) /, (text) => text],
	[/^set \$backoffice_gate /, (text) => inServer(`include snippets/backoffice/gatehouse.conf;
		location /stock/ { root /srv; ${text} include snippets/backoffice/gate.conf; }`)],
	[/gate\.conf/, (text) => inServer(`include snippets/backoffice/gatehouse.conf; ${text}`)],
	[/^/, inServer],
];

function inServer(text) {
	return `server { listen unix:${ROOT}/nginx.sock; ${text} }`;
}

/* All of nginx's settings around a text; maps of the pages are there for all of them. */
function nginxAround(text) {
	const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi']
		.map((name) => `${name}_temp_path ${ROOT}/${name};`).join('\n');
	const maps = todo.filter((item) => item.text.startsWith('map ') && item.text !== text)
		.map((item) => installed(item).text).join('');
	const [, frame] = FRAMES.find(([pattern]) => pattern.test(text));

	return `pid ${ROOT}/nginx.pid; events { }
		http { include conf.d/backoffice.conf;\n${temporary}\n${maps}${frame(text)}\n}\n`;
}

/** nginx says nothing but that it takes it. */
function assertNginxTakes(text) {
	writeFileSync(join(ROOT, 'etc/nginx/tried.conf'), text);
	const said = run('nginx -t -c /etc/nginx/tried.conf');

	assert.match(said, /syntax is ok/);
	assert.doesNotMatch(said, /warn|emerg|alert|error/, `${text}\n${said}`);
}

describe('nginx takes what the manual has for it', { skip }, () => {
	for (const item of ofKind('nginx')) {
		test(item.name, () => assertNginxTakes(nginxAround(installed(item).text)));
	}
	for (const item of ofKind('sockets')) {
		test(item.name, () => {
			writeFileSync(join(ROOT, 'etc/backoffice/nginx-sockets.conf'), installed(item).text);
			assertNginxTakes(nginxAround('include snippets/backoffice/site.conf;'));
		});
	}
});

describe('PHP reads who comes as the manual says', { skip }, () => {
	for (const item of ofKind('php')) {
		test(item.name, () => {
			const { status, stdout, stderr } = spawnSync('php', [], { encoding: 'utf8',
				input: `${installed(item).text}echo json_encode([$id, $name, $groups]);`,
				env: { ...process.env, HTTP_REMOTE_USER: '7', HTTP_REMOTE_NAME: '%C3%84nne 100%25',
					HTTP_REMOTE_GROUPS: 'Support,Paris%2C Lyon' } });

			assert.equal(status, 0, stderr);
			assert.deepEqual(JSON.parse(stdout), [7, 'Änne 100%', ['Support', 'Paris, Lyon']]);
		});
	}
});

describe('the programs take the settings of the manual', { skip }, () => {
	for (const item of ofKind('settings')) {
		test(item.name, () => {
			const settings = stack.settings((text) =>
				text.replace(/^\[database\]\n(?:[^[].*\n|\n)*/m, `${installed(item).text}\n`));

			run(`for name in fcgi mailer; do backoffice-$name -c ${settings} --check; done`);
		});
	}
});

describe('the database answers what the manual asks it', { skip }, () => {
	for (const item of ofKind('sql').filter((one) => !isOfView(one))) {
		test(item.name, () => {
			const rows = stack.sql(installed(item).text);

			assert.ok(rows.length > 0);
			assert.ok(rows.every((row) => Number(row.at(-1)) >= 0), String(rows));
		});
	}
});

const CUSTOMERS = `CREATE TABLE crm_customers (customer_no INT PRIMARY KEY, first_name VARCHAR(50),
	last_name VARCHAR(50), mail VARCHAR(100), tel VARCHAR(30), country_code CHAR(2), active CHAR(1),
	since DATE);
INSERT INTO crm_customers VALUES (77, 'Änne', 'Weber', 'Anne@Example.com', '+49 30 123456', 'DE',
	'y', '2020-02-29');`;

describe('a table of others takes the place of clients, as the manual says', { skip }, () => {
	test('and an upgrade leaves it alone', async () => {
		stack.sql(CUSTOMERS);
		ofKind('sql').filter(isOfView).forEach((item) => stack.sql(installed(item).text));
		ofKind('shell').filter(isOfView).forEach((item) => run(installed(item).text));
		const { body } = await (await stack.signedIn()).get('clients');

		assert.deepEqual(body.items.map(({ id, name, email, phone }) => [id, name, email, phone]),
			[[77, 'Änne Weber', 'anne@example.com', '+4930123456']]);
	});
});

test('all that is this suite\'s was tried above', () => {
	const kinds = new Set(['shell', 'nginx', 'sockets', 'php', 'settings', 'sql']);

	assert.deepEqual(todo.filter(({ kind }) => !kinds.has(kind)), []);
});
