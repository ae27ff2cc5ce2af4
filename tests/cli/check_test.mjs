/* What check finds wrong, one thing at a time, with its remedy; and the key files. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
	chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { grantsText } from '../lib/migrations.mjs';
import { withPort } from '../lib/port.mjs';
import { SmtpServer } from '../lib/smtp-server.mjs';
import { CHECK, SCHEMA, startStack, TOP } from '../lib/stack.mjs';
import { Authority } from '../mail/certificates.mjs';

const ALL = ['settings', 'settings of backoffice-fcgi', 'settings of backoffice-mailer', 'language',
	'url', 'accent', 'server key', 'mail key', "mailer's secret key", 'database', 'schema',
	'statements', 'words', 'changes', 'space', 'database of backoffice-fcgi',
	'grants of backoffice-fcgi', 'database of backoffice-mailer', 'grants of backoffice-mailer',
	'clock', 'socket', 'mail server'];

/* What an installation has been seen to break by: each is told in words of its own. */
const BROKEN = ['the grants of backoffice-fcgi are revoked', 'the grants were never given',
	'the password of backoffice-fcgi is wrong', 'the password of backoffice-mailer is wrong',
	'the file of a password is not there', 'a view is not there',
	'the database is on another host and the unit has no network',
	'nobody listens at the socket', 'nginx may not connect to the socket',
	'the mail server refuses', 'the host of the mail server is unknown',
	'the url is that of trying it out', 'there is no such language',
	"the mailer's secret key is broken, also without mail", 'the database is down',
	'the socket of the database is another one', 'the host of the database is unknown',
	'the password of the command line is wrong', 'there is no such database',
	'the schema is newer', 'the schema is older', 'a key is missing',
	'a key may be read by others', 'a key of the settings is misspelled',
	'a number of the settings is none', 'a line of the settings is garbage',
	'a section of the settings is misspelled', 'settings do not go together'];

const told = new Set();
const tells = (what) => told.add(what);

let stack;

before(async () => {
	stack = await startStack();
	await stack.signedIn(); // when it answers it has looked at its grants
});
after(() => stack.stop());

/** Findings of a check that must fail: what is wrong with its remedy, and nothing that is right. */
function findings(settings, options = []) {
	const { stdout } = stack.admin(['--json', ...CHECK, ...options], { code: 5, settings });

	return Object.fromEntries(Object.entries(JSON.parse(stdout)).filter(([, found]) =>
		found.startsWith('failed: ')));
}

const elsewhere = (key, path) => (text) =>
	text.replace(new RegExp(`^${key} = .*$`, 'm'), `${key} = ${path}`);

/** A copy of a key that a test may spoil. */
function copyOf(name) {
	const path = join(stack.data, `copy.${name}`);

	writeFileSync(path, readFileSync(join(stack.data, 'keys', name)), { mode: 0o600 });
	return path;
}

/** Settings with all keys in another folder. */
function keysIn(folder) {
	const path = join(stack.data, folder);

	mkdirSync(path);
	return { path, settings: (text) => text.replaceAll(`${stack.data}/keys/`, `${path}/`) };
}

test('nothing is wrong with an installation that runs', () => {
	const { stdout } = stack.admin(CHECK);
	const found = JSON.parse(stack.admin(['--json', ...CHECK]).stdout);

	assert.deepEqual(Object.keys(found), ALL);
	assert.ok(ALL.every((what) => found[what] === 'ok'));
	assert.equal(stdout, Object.entries(found).map(([what, how]) => `${what}: ${how}\n`).join(''));
});

test('a home of numbers that is no country is named', () => {
	const country = (code) => (text) => text.replace('[site]', `[site]\ncountry = ${code}`);

	assert.deepEqual(findings(country('ZZ')),
		{ settings: 'failed: there is no such country: choose one of ISO 3166-1 '
			+ '([site] country)' });
	stack.admin(CHECK, { settings: country('de') });
});

test('what is wrong is said to people in the same words, and once more at the end', () => {
	const { stdout, stderr } = stack.admin(CHECK,
		{ code: 5, settings: elsewhere('server_key_file', '/nowhere.key') });

	assert.match(stdout, /^server key: failed: run backoffice-admin keys$/m);
	assert.equal(stderr, 'backoffice-admin: something is not as it must be\n');
});

test('a key that is missing is found', () => {
	const keys = { server_key_file: 'server key', key_file: 'mail key',
		secret_key_file: "mailer's secret key" };

	for (const [setting, what] of Object.entries(keys)) {
		const found = findings(elsewhere(setting, '/nowhere.key'));

		assert.deepEqual(Object.keys(found), [what]);
		assert.match(found[what], /run backoffice-admin keys/);
	}
	tells('a key is missing');
});

test('a key that is not whole is found', () => {
	const keys = { server_key_file: ['server.key', 'server key'],
		key_file: ['mail.pub', 'mail key'],
		secret_key_file: ['mail.key', "mailer's secret key"] };

	for (const [setting, [name, what]] of Object.entries(keys)) {
		const path = copyOf(name);

		writeFileSync(path, readFileSync(path).subarray(0, 20));
		assert.deepEqual(Object.keys(findings(elsewhere(setting, path))), [what]);
	}
});

test('a public key of another pair is found', () => {
	const { path, settings } = keysIn('others');

	stack.admin(['keys'], { settings });
	assert.match(findings(elsewhere('key_file', join(path, 'mail.pub')))['mail key'], /^failed: /);
});

test('a secret key of the mailer that others may read is found', () => {
	const path = copyOf('mail.key');

	for (const mode of [0o604, 0o640, 0o660]) {
		chmodSync(path, mode);
		const found = findings(elsewhere('secret_key_file', path));

		assert.deepEqual(Object.keys(found), ["mailer's secret key"]);
		assert.match(found["mailer's secret key"], /mode 0600/);
	}
});

test('a server key that everybody may read is found', () => {
	const path = copyOf('server.key');

	chmodSync(path, 0o644);
	assert.deepEqual(Object.keys(findings(elsewhere('server_key_file', path))), ['server key']);
	tells('a key may be read by others');
});

/** Settings in which the file of a password is another one. */
const passwordOf = (section, path) => (text) =>
	text.replace(new RegExp(`(\\[${section}\\]\npassword_file = ).*`), `$1${path}`);

function wrongPassword() {
	const path = join(stack.data, 'wrong-password');

	writeFileSync(path, 'wrong\n');
	return path;
}

/* Each a way to set it up wrongly: what the settings are then, what is found, in which words. Where
 * nothing stands, nothing else is found. */
const WRONG = [
	['the socket of the database is another one', () => elsewhere('socket', '/nowhere/db.sock'),
		'database', /no database listens at the socket \/nowhere\/db\.sock.*\[database\] socket/],
	['nothing listens at the port of the database',
		() => elsewhere('socket', '\nhost = 127.0.0.1\nport = 1'),
		'database', /no database answers at 127\.0\.0\.1, port 1.*\[database\] host, port/],
	['the host of the database is unknown', () => elsewhere('socket', '\nhost = nobody.invalid'),
		'database', /nobody knows the host nobody\.invalid \(\[database\] host\)/],
	['there is no such database', () => (text) => text.replace('[database]',
		'[database]\nname = other_one'),
	'database', /there is no database other_one \(\[database\] name\)/,
	['database of backoffice-fcgi', 'database of backoffice-mailer']],
	['the password of the command line is wrong', () => passwordOf('admin', wrongPassword()),
		'database', /refuses the account backoffice_admin: .*\[admin\] password_file/],
	['the password of backoffice-fcgi is wrong', () => passwordOf('web', wrongPassword()),
		'database of backoffice-fcgi', /the account backoffice_web: .*\[web\] password_file/],
	['the password of backoffice-mailer is wrong', () => passwordOf('mailer', wrongPassword()),
		'database of backoffice-mailer', /account backoffice_mailer: .*\[mailer\] password_file/],
	['the file of a password is not there', () => passwordOf('web', '/nowhere/password'),
		'settings of backoffice-fcgi', /password_file: cannot read \/nowhere\/password: No such/],
	['there is no such language', () => (text) => text.replace('[site]', '[site]\nlanguage = fr'),
		'language', /there is no fr, letters are written in en/],
	['the url is that of trying it out', () => (text) => elsewhere('listen', '-')(text),
		'url', /only this host knows that address: .*\[site\] url/, ['socket']],
	['the accent cannot be read', () => (text) => text.replace('[site]',
		'[site]\naccent = #ffcc00'),
		'accent', /#ffcc00 has a contrast of 1\.38:1 .*, and the least is 4\.5:1 .*\[site\]/],
	['nobody listens at the socket', () => elsewhere('listen', '/nowhere/fcgi.sock'),
		'socket', /nobody listens at \/nowhere\/fcgi\.sock: start backoffice-fcgi/],
	['the mail server is not there', () => elsewhere('smtp_url', 'smtp://127.0.0.1:1'),
		'mail server', /no mail server answers at smtp:\/\/127\.0\.0\.1:1 \(\[mail\] smtp_url/],
	['the host of the mail server is unknown',
		() => (text) => elsewhere('smtp_tls', 'required')(elsewhere('smtp_url',
			'smtp://nobody.invalid')(text)),
		'mail server', /no mail server answers at smtp:\/\/nobody\.invalid/],
	['the mail server speaks no TLS', () => elsewhere('smtp_tls', 'required'),
		'mail server', /offers no TLS, or a certificate that cannot be trusted/],
	["the mailer's secret key is broken, also without mail", () => {
		const path = copyOf('mail.key');

		writeFileSync(path, 'short');
		return (text) => elsewhere('smtp_url', '')(elsewhere('secret_key_file', path)(text));
	}, "mailer's secret key", /unreadable or not a key/],
];

for (const [what, settings, where, words, besides = []] of WRONG) {
	test(`it is found that ${what}`, () => {
		const found = findings(settings());

		assert.deepEqual(Object.keys(found).sort(), [where, ...besides].sort());
		assert.match(found[where], words);
		tells(what);
	});
}

test('backoffice-fcgi does not start with an accent that cannot be read', () => {
	const program = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-fcgi');
	const file = stack.settings((text) => text.replace('[site]', '[site]\naccent = #777777'));
	const { status, stderr } = spawnSync(program, ['-c', file], { encoding: 'utf8',
		timeout: 10_000 });

	assert.equal(status, 1);
	assert.match(stderr, /\[site\] accent: #777777 has a contrast of 4\.07:1 with the light page/);
});

test('other commands say the same of a database that they cannot use', () => {
	const { stderr } = stack.admin(['user', 'list'], { code: 5,
		settings: passwordOf('admin', wrongPassword()) });

	assert.match(stderr, /the database refuses the account backoffice_admin: /);
});

test('a database that hangs is given up, by any command', () => {
	const database = stack.pid('database');

	process.kill(database, 'SIGSTOP');
	try {
		assert.match(findings().database, /the database does not answer within 2 seconds/);
		tells('the database is down');
		stack.admin(['user', 'list'], { code: 5 });
	} finally {
		process.kill(database, 'SIGCONT');
	}
});

test('a program that does not answer behind its socket is found, and what a database on another '
	+ 'host needs', () => {
	const fcgi = stack.pid('fcgi');
	const settings = (text) => elsewhere('listen', '-')(
		elsewhere('socket', '\nhost = 127.0.0.1\nport = 1')(text));
	const socket = ['--socket', join(stack.data, 'run/fcgi.sock')];

	process.kill(fcgi, 'SIGSTOP');
	try {
		assert.match(findings().socket, /takes connections, but backoffice-fcgi does not answer/);
		assert.match(findings(settings, socket).socket,
			/on another host the unit reaches it after systemctl daemon-reload/);
		tells('the database is on another host and the unit has no network');
	} finally {
		process.kill(fcgi, 'SIGCONT');
	}
	assert.ok(!('socket' in findings(settings, socket)));
});

test('a socket that the user of nginx may not connect to is found',
	{ skip: process.getuid() !== 0 && 'only root can be somebody else' }, () => {
		const found = findings(undefined, ['--nginx-user', 'nobody']);

		assert.deepEqual(Object.keys(found), ['socket']);
		assert.match(found.socket, /^failed: nobody, as whom nginx runs, may not connect to /);
		tells('nginx may not connect to the socket');
	});

test('a mail server is asked as for a letter, and is sent none', async () => {
	const server = await new SmtpServer({ startTls: false, implicitTls: false }).listen();
	const settings = (text) => elsewhere('smtp_url', `smtp://127.0.0.1:${server.port}`)(text);
	const ask = (change = (text) => text) => {
		// Not waited for in this process, which is the server.
		const child = spawn(join(process.env.PROGRAMS ?? join(TOP, 'build/release'),
			'backoffice-admin'),
		['-c', stack.settings((text) => change(settings(text))), '--json', 'check']);
		let said = '';

		child.stdout.on('data', (text) => (said += text));
		return new Promise((resolve) => child.once('close',
			() => resolve(JSON.parse(said)['mail server'])));
	};

	assert.equal(await ask(), 'ok');
	assert.match(server.heard.plain,
		/^EHLO \S+\r\nMAIL FROM:<backoffice@example\.com>\r\nQUIT\r\n$/);
	server.plan.push({ at: 'mail', answer: '550 5.7.1 not from you' });
	assert.match(await ask(),
		/takes no letters from backoffice@example\.com.*550 5\.7\.1 not from you/);
	server.refusesAccounts = true;
	assert.match(await ask((text) => text.replace('[mail]', '[mail]\nsmtp_user = postman\n'
		+ `smtp_password_file = ${wrongPassword()}`)), /refuses the account postman .*: 535 /);
	assert.doesNotMatch(server.heard.plain, /RCPT|DATA/);
	tells('the mail server refuses');
	await server.close();
});

test('the pages are looked at from outside when that is asked for', () => {
	const json = (args, options) => JSON.parse(stack.admin(['--json', ...CHECK, ...args],
		options).stdout);
	const ok = json(['--url']);

	assert.deepEqual([ok.page, ok.API, ok.origin, ok['client address'], ok.cookie],
		['ok', 'ok', 'ok', 'ok', 'ok']);
	assert.ok(!('page' in json([])));
	const at = (url) => findings(elsewhere('url', url), ['--url']);

	assert.match(at('http://127.0.0.1:1/').page, /http:\/\/127\.0\.0\.1:1\/ does not answer/);
	assert.match(at(`http://127.0.0.1:${stack.port}/`).page, /is not our page, or comes without/);
	assert.match(at(`http://localhost:${stack.port}${stack.prefix}`).page,
		/leads to http:\/\/127\.0\.0\.1:/);
	assert.match(at(`https://127.0.0.1:${stack.port}${stack.prefix}`).page, /does not answer/);
});

test('a question of check is no warning in the log of the program', () => {
	stack.admin(CHECK);
	assert.doesNotMatch(stack.log('fcgi'), /event=connection/);
});

/* A proxy that is known by its address, before the nginx of the stack. */
const proxy = (listen, extra = '') => `server { listen ${listen}; ${extra}
	location / { proxy_bind 127.0.0.3; proxy_pass http://127.0.0.1:${stack.port};
		proxy_set_header Host 127.0.0.1:${stack.port};
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }
	location /moved/ { proxy_pass ${stack.url}; proxy_set_header Host 127.0.0.1:${stack.port}; } }`;

/** Runs it with nginx's configuration changed. */
async function withNginx(change, run) {
	const path = join(stack.data, 'nginx/nginx.conf');
	const was = readFileSync(path, 'utf8');

	await stack.nginx((text, name) => (name === 'nginx.conf' ? change(text) : text));
	try {
		await run();
	} finally {
		await stack.nginx((text, name) => (name === 'nginx.conf' ? was : text));
	}
}

const inHttp = (more) => (text) => text.replace(/^server \{$/m, `${more}\nserver {`);
const seenAt = (url) => findings(elsewhere('url', url), ['--url']);

test('a proxy that hides the clients, and one that moves the path, are found', async () => {
	const far = `http://127.0.0.3:${stack.port}`;
	const own = proxy(`127.0.0.3:${stack.port}`);

	await withNginx(inHttp(own), () => {
		const found = seenAt(far + stack.prefix);

		assert.match(found['client address'],
			/everybody comes from 127\.0\.0\.3, which is a proxy: set real_ip_header/);
		assert.ok(!('cookie' in found));
		assert.match(seenAt(`${far}/moved/`).cookie,
			/its path is \/any\/where\/ where browsers see \/moved\//);
	});
	await withNginx(inHttp(`real_ip_header X-Forwarded-For; set_real_ip_from 127.0.0.3; ${own}`),
		() => assert.ok(!('client address' in seenAt(far + stack.prefix))));
	await withNginx(inHttp('real_ip_header X-Forwarded-For; set_real_ip_from 0.0.0.0/0;'),
		() => assert.match(seenAt(stack.url)['client address'],
			/whoever sends X-Forwarded-For is believed/));
});

const mountsNot = spawnSync('unshare', ['--mount', 'true']).status !== 0
	&& 'only root can change what is trusted, in a root that is a mount';

/** The findings of a check that trusts this CA, in place of those of the system. */
function trusting(authority, url) {
	const { stdout } = spawnSync('unshare', ['--mount', 'sh', '-c',
		'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"', authority.path,
		join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-admin'), '-c',
		stack.settings(elsewhere('url', url)), '--json', ...CHECK, '--url'], { encoding: 'utf8' });

	return JSON.parse(stdout);
}

test('a certificate that ends soon is found, and a cookie that is not kept to https',
	{ skip: mountsNot }, async () => {
		const authority = new Authority();
		const tls = (port, host) => `127.0.0.1:${port} ssl; ssl_certificate `
			+ `${authority.folder}/${host}.crt; `
			+ `ssl_certificate_key ${authority.folder}/${host}.key`;

		authority.issue('localhost');
		await withPort((port) => withNginx(inHttp(proxy(tls(port, 'localhost'))), () => {
			const found = trusting(authority, `https://localhost:${port}${stack.prefix}`);

			assert.equal(found.page, 'ok');
			assert.match(found.certificate, /^failed: it ends in [12] days: renew it/);
			assert.match(found.cookie, /it is not kept to https, because nginx is asked in http/);
			assert.match(found.HSTS, /^not sent/);
		}));
		authority.issue('localhost', { days: 60 });
		const snippet = (name) => `include "${stack.data}/nginx/${name}.conf";`;

		const own = (port) => inHttp(`server { listen ${tls(port, 'localhost')};
			${snippet('server')} location ^~ ${stack.prefix} { ${snippet('backoffice')} } }`);

		await withPort((port) => withNginx(own(port), () => {
			const found = trusting(authority, `https://localhost:${port}${stack.prefix}`);

			assert.deepEqual([found.page, found.certificate, found.cookie], ['ok', 'ok', 'ok']);
		}));
		authority.remove();
	});

test('a database that is only to be read is found', { skip: process.env.DB_SERVER === 'mysql'
	&& 'the account of the command line may not read its words then' }, () => {
	stack.sql('SET GLOBAL read_only = 1');
	try {
		assert.match(findings().changes, /the database is only to be read \(error 1290\): /);
	} finally {
		stack.sql('SET GLOBAL read_only = 0');
	}
});

test('a program that runs with another url is found', () => {
	const found = findings((text) => text.replace('http://127.0.0.1:', 'http://127.0.0.2:'),
		['--url']);

	assert.ok('page' in found || 'origin' in found);
});

test('a schema that is behind is found', () => {
	stack.sql(`CREATE TABLE aside AS SELECT * FROM schema_version WHERE version = ${SCHEMA};`
		+ `DELETE FROM schema_version WHERE version = ${SCHEMA}`);
	try {
		assert.match(findings().schema, /run backoffice-admin migrate/);
		tells('the schema is older');
	} finally {
		stack.sql('INSERT INTO schema_version SELECT * FROM aside; DROP TABLE aside');
	}
});

test('a database without any schema is found', () => {
	stack.sql('CREATE DATABASE bare; GRANT ALL ON bare.* TO backoffice_admin@localhost');
	const found = findings((text) => text.replace('[database]', '[database]\nname = bare'));

	assert.match(found.schema, /run backoffice-admin migrate/);
	assert.ok(!('database' in found));
});

test('a schema of a newer release is not for these programs, and nobody is told to migrate', () => {
	stack.sql(`INSERT INTO schema_version SELECT ${SCHEMA + 1}, 'later', checksum, applied_at, NULL
		FROM schema_version WHERE version = ${SCHEMA}`);
	try {
		const { schema } = findings();

		assert.match(schema, new RegExp(`has schema ${SCHEMA + 1}, on which programs of schema `
			+ `${SCHEMA + 1} or newer run, and these are of ${SCHEMA}: install the release`));
		assert.doesNotMatch(schema, /run backoffice-admin migrate/);
		tells('the schema is newer');
	} finally {
		stack.sql(`DELETE FROM schema_version WHERE version = ${SCHEMA + 1}`);
	}
});

test('a view that is not there is found', () => {
	stack.sql('RENAME TABLE user_group_editable TO aside');
	try {
		const found = findings();

		assert.match(found['grants of backoffice-fcgi'], /table or view user_group_editable/);
		tells('a view is not there');
	} finally {
		stack.sql('RENAME TABLE aside TO user_group_editable');
	}
});

/** What sql/grants.sql gives: [privilege, columns, table, account]. */
function grants() {
	const text = grantsText().replaceAll(/^--.*$/gm, '')
		.replaceAll(/\s+/g, ' ');
	const taken = new Set([...text.matchAll(/REVOKE (.*?) ON (\w+) FROM backoffice_(\w+)@/g)]
		.flatMap(([, all, table]) => all.split(', ').map((one) => `${one} ${table}`)));

	return [...text.matchAll(/GRANT ([^;]*?) ON (\w+) TO backoffice_(web|mailer)@/g)]
		.flatMap(([, all, table, account]) => [...all.matchAll(/(\w+)(?: \(([^)]*)\))?(?:, |$)/g)]
			.map(([, privilege, columns]) => [privilege, columns, table, account]))
		.filter(([privilege, , table]) => !taken.has(`${privilege} ${table}`));
}

const REMEDY = 'run what backoffice-admin sql grants prints as the database\'s administrator';

test('each grant that is missing is named, of each account', () => {
	const all = grants();

	assert.ok(all.length > 70);
	for (const [privilege, columns, table, account] of all) {
		const what = `${privilege}${columns ? ` (${columns})` : ''} ON backoffice.${table}`;
		const program = account === 'web' ? 'backoffice-fcgi' : 'backoffice-mailer';

		stack.sql(`REVOKE ${what} FROM backoffice_${account}@localhost`);
		try {
			const found = findings();

			assert.deepEqual(Object.keys(found), [`grants of ${program}`], what);
			assert.match(found[`grants of ${program}`],
				new RegExp(`\\b${privilege}( \\(\\w+\\))? on ${table}\\b.*; ${REMEDY}`));
		} finally {
			stack.sql(`GRANT ${what} TO backoffice_${account}@localhost`);
		}
	}
	tells('the grants of backoffice-fcgi are revoked');
});

test('grants that were never given are found', () => {
	const programs = { web: 'backoffice-fcgi', mailer: 'backoffice-mailer' };

	stack.sql(Object.keys(programs).map((name) =>
		`REVOKE ALL PRIVILEGES, GRANT OPTION FROM backoffice_${name}@localhost`).join(';'));
	try {
		const found = findings();

		for (const [name, program] of Object.entries(programs)) {
			assert.match(found[`database of ${program}`], new RegExp(
				`the account backoffice_${name} has no grant in it: ${REMEDY}`));
		}
		tells('the grants were never given');
	} finally {
		stack.sql(grantsText());
	}
});

test('a grant that the command line lacks is found', () => {
	const account = 'backoffice.* TO backoffice_admin@localhost';

	stack.sql(`REVOKE INSERT ON ${account.replace('TO', 'FROM')}`);
	try {
		const found = findings();

		// The views through which backoffice-fcgi writes groups act in the name of this account.
		assert.deepEqual(Object.keys(found),
			['statements', 'changes', 'grants of backoffice-fcgi']);
		assert.match(found.statements, new RegExp(`INSERT on \\w+.*${REMEDY}`));
	} finally {
		stack.sql(`GRANT INSERT ON ${account}`);
	}
	assert.equal(stack.admin(CHECK).status, 0);
});

test('missing keys are made, the secret ones for their owner, and kept from then on', () => {
	const { path, settings } = keysIn('fresh');
	const modes = () => Object.fromEntries(['server.key', 'mail.key', 'mail.pub'].map((name) =>
		[name, (statSync(join(path, name)).mode & 0o777).toString(8)]));
	const first = JSON.parse(stack.admin(['--json', 'keys'], { settings }).stdout);
	const made = readFileSync(join(path, 'server.key'));

	assert.deepEqual(first, { [`${path}/server.key`]: 'made', [`${path}/mail.key`]: 'made',
		[`${path}/mail.pub`]: 'made' });
	assert.deepEqual(modes(), { 'server.key': '640', 'mail.key': '600', 'mail.pub': '644' });
	assert.match(stack.admin(['keys'], { settings }).stdout, /^(?:\S+: kept\n){3}$/);
	assert.deepEqual(readFileSync(join(path, 'server.key')), made);
	assert.equal(stack.admin(CHECK, { settings }).status, 0);
});

test('a lost public key is made again from the secret one', () => {
	const { path, settings } = keysIn('half');

	stack.admin(['keys'], { settings });
	const lost = readFileSync(join(path, 'mail.pub'));

	rmSync(join(path, 'mail.pub'));
	assert.match(stack.admin(['keys'], { settings }).stdout,
		/mail\.key: kept\n.*mail\.pub: made\n/);
	assert.deepEqual(readFileSync(join(path, 'mail.pub')), lost);
});

test('a secret key that is not whole gets no public key of another pair', () => {
	const { path, settings } = keysIn('broken');

	stack.admin(['keys'], { settings });
	rmSync(join(path, 'mail.pub'));
	writeFileSync(join(path, 'mail.key'), 'broken');
	assert.match(stack.admin(['keys'], { code: 2, settings }).stderr, /mail\.key/);
	assert.ok(!existsSync(join(path, 'mail.pub')));
});

test('keys that cannot be written are refused with the file and the reason', () => {
	const { stderr } = stack.admin(['keys'],
		{ code: 5, settings: elsewhere('server_key_file', '/nowhere/server.key') });

	assert.match(stderr, /cannot write \/nowhere\/server\.key: No such file or directory/);
});

/* Each makes the settings such that no program reads them. */
const UNREADABLE = [
	['a key of the settings is misspelled',
		(text) => text.replace('[site]\n', '[site]\nurll = x\n'),
		/changed\.conf:\d+: urll: unknown setting in \[site\]$/m],
	['a number of the settings is none',
		(text) => text.replace('[web]\n', '[web]\nthreads = many\n'),
		/changed\.conf:\d+: threads: must be a number from 1 to 128$/m],
	['a line of the settings is garbage', (text) => text.replace('[web]\n', '[web]\ngarbage\n'),
		/changed\.conf:\d+: line: is too long, or neither \[section\] nor key = value$/m],
	['a section of the settings is misspelled', (text) => text.replace('[web]', '[wbe]'),
		/changed\.conf:\d+: \w+: unknown setting in \[wbe\]$/m],
	['settings do not go together', (text) => text.replace(/^(url = .*)\/$/m, '$1'),
		/changed\.conf:0: settings: \[site\] url: must begin with http:.* and end with \/$/m],
];

for (const [what, settings, words] of UNREADABLE) {
	test(`it is said where ${what}`, () => {
		assert.match(stack.admin(CHECK, { code: 2, settings }).stderr, words);
		tells(what);
	});
}

test('each of the ways to break an installation that were seen is named',
	{ skip: process.getuid() !== 0 && 'only root can be somebody else' }, () => {
		assert.equal(BROKEN.length, 28);
		assert.deepEqual(BROKEN.filter((what) => !told.has(what)), []);
	});

test('backoffice-fcgi --ping tells whether the program that runs answers', () => {
	const programs = process.env.PROGRAMS ?? join(TOP, 'build/release');
	const ping = (change) => spawnSync(join(programs, 'backoffice-fcgi'),
		['-c', stack.settings(change), '--ping'], { encoding: 'utf8' });
	const nobody = ping(elsewhere('listen', join(stack.data, 'run/nobody.sock')));

	assert.equal(ping().status, 0);
	assert.equal(nobody.status, 1);
	assert.match(nobody.stderr, /nobody\.sock: nobody answers/);
});
