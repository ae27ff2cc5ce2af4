/*
 * A database that is shared: by two installations with a prefix each and an application whose
 * tables are called as ours are without one; and by one with a prefix and one without. Each is set
 * up, worked with and brought back from a backup as if it were alone.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { FILES, MIGRATIONS, textOf } from '../lib/migrations.mjs';
import { ADMIN_EMAIL, DB_ADMIN, PASSWORD, sqlAt, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(import.meta.dirname, '../../build/release');
const LOGIN = DB_ADMIN === 'root' ? 'root@' : '';
const PASSPHRASE = 'seven sealed envelopes';
const STRANGERS = ['user', 'session', 'client', 'work', 'audit'];
const NEEDS_DUMP = { skip: spawnSync('mariadb-dump', ['--version']).status === 0 ? false
	: 'mariadb-dump is not installed' };

let stack; // without a prefix, in the database backoffice
const one = { prefix: 'bo_', database: 'shop' };
const other = { prefix: 'b2_', database: 'shop' };
const beside = { prefix: 'in_', database: 'backoffice' };

/** What the settings say of mail is what those of the stack say, but for its files. */
function settingsFor(folder) {
	const own = readFileSync(join(stack.data, 'backoffice.conf'), 'utf8');
	const smtp = own.match(/^smtp_.*$/gm);

	return `[password]\nmemory = 8\npasses = 1\n[site]\nurl = ${stack.url}\n[database]\n`
		+ `socket = ${stack.socket}\n[web]\nlisten = ${folder}/fcgi.sock\n[mail]\n`
		+ `from = backoffice@example.com\nwake =\n${smtp.join('\n')}\n`;
}

function admin(place, args, { code = 0, input = '' } = {}) {
	const done = spawnSync(join(PROGRAMS, 'backoffice-admin'), ['-c', place.conf, ...args],
		{ encoding: 'utf8', input });

	assert.equal(done.status, code, `${args.join(' ')}: ${done.stdout}${done.stderr}`);
	return done;
}

/** By one command, as on any host. */
function setUp(place, more = []) {
	place.folder = join(stack.data, place.prefix);
	place.conf = join(place.folder, 'backoffice.conf');
	mkdirSync(place.folder, { recursive: true });
	if (!existsSync(place.conf)) {
		writeFileSync(place.conf, settingsFor(place.folder));
	}
	return admin(place, ['setup', stack.url, '--database',
		`mysql://${LOGIN}localhost/${place.database}`, '--prefix', place.prefix, '--dir',
		MIGRATIONS, ...more], { input: `${PASSWORD}\n` }).stdout;
}

const FIRST = ['--admin', ADMIN_EMAIL, '--password-stdin'];
const shop = (statement) => sqlAt(stack.socket, statement, 'shop');

/** All that is in tables of others: how each is made, and its rows. */
const allOf = (run, tables) => run(tables.flatMap((name) =>
	[`SHOW CREATE TABLE \`${name}\``, `SELECT * FROM \`${name}\``]).join(';\n'));

const tablesOf = ({ prefix, database }) => stack.sql(`SELECT table_name
	FROM information_schema.tables WHERE table_schema = '${database}'
	AND LEFT(table_name, ${prefix.length}) = '${prefix}'`).flat().sort();

let strangers;

before(async () => {
	stack = await startStack();
	stack.sql(['CREATE DATABASE shop CHARACTER SET utf8mb4', 'USE shop', ...STRANGERS.flatMap(
		(name) => [`CREATE TABLE ${name} (stranger INT PRIMARY KEY, words TEXT)`,
			`INSERT INTO ${name} VALUES (1, 'kept'), (2, '{user}')`])].join(';\n'));
	strangers = allOf(shop, STRANGERS);
	for (const place of [one, other, beside]) {
		place.said = setUp(place, FIRST);
	}
});
after(async () => {
	for (const { programs } of [one, other, beside]) {
		await programs?.stop();
	}
	await stack.stop();
});

/** Starts the programs of an installation, which nginx leads to from now on. */
async function serve(place) {
	const children = ['fcgi', 'mailer'].map((name) => spawn(join(PROGRAMS, `backoffice-${name}`),
		['-c', place.conf], { stdio: 'ignore' }));

	place.programs = {
		stop: async () => {
			children.forEach((child) => child.kill());
			await Promise.all(children.map((child) => child.exitCode ?? new Promise((resolve) =>
				child.once('exit', resolve))));
		},
	};
	await until(() => existsSync(join(place.folder, 'fcgi.sock'))
		|| children.some(({ exitCode }) => exitCode !== null));
	await stack.nginx((text) => text.replaceAll(/unix:[^;\s"]*fcgi\.sock/g,
		`unix:${place.folder}/fcgi.sock`));
}

test('each has its tables by its prefix, and accounts of its own, by setup alone', () => {
	const wanted = stack.sql("SELECT table_name FROM information_schema.tables WHERE "
		+ "table_schema = 'backoffice' AND LEFT(table_name, 3) <> 'in_'").flat();

	assert.ok(wanted.length > 25);
	for (const place of [one, other, beside]) {
		assert.match(place.said, /^database and accounts: made$/m);
		assert.deepEqual(tablesOf(place), wanted.map((name) => place.prefix + name).sort());
		const written = readFileSync(place.conf, 'utf8');

		assert.match(written, new RegExp(`^prefix = ${place.prefix}$`, 'm'));
		assert.match(written, new RegExp(`^user = ${place.database}_${place.prefix}web$`, 'm'));
		assert.match(setUp(place), /^changed: nothing: all was there already$/m);
	}
	assert.deepEqual(allOf(shop, STRANGERS), strangers);
});

test('without a prefix the tables of the other application are refused by name', () => {
	assert.match(admin(one, ['migrate', '--dir', MIGRATIONS]).stdout, /^schema: \d+$/m);
	stack.sql('GRANT ALL ON shop.* TO backoffice_admin@localhost');
	assert.match(stack.admin(['migrate', '--dir', MIGRATIONS], { code: 4,
		settings: (text) => text.replace('[database]', '[database]\nname = shop') }).stderr,
	/a table user already that is not ours.*or its tables a prefix \(\[database\] prefix\)/);
	assert.deepEqual(allOf(shop, STRANGERS), strangers);
});

test('a stranger is who has a table by the name that ours has with the prefix', () => {
	stack.sql('CREATE TABLE shop.b3_room (words TEXT)');
	const conf = join(stack.data, 'third.conf');

	writeFileSync(conf, readFileSync(one.conf, 'utf8').replace('prefix = bo_', 'prefix = b3_')
		.replaceAll(/(_file = )(?!\/)/g, `$1${one.folder}/`));
	assert.match(admin({ conf }, ['migrate', '--dir', MIGRATIONS], { code: 4 }).stderr,
		/has a table b3_room already that is not ours/);
	stack.sql('DROP TABLE shop.b3_room');
});

test('check finds nothing wrong, with the least grants', () => {
	for (const place of [one, other, beside]) {
		const { stdout } = spawnSync(join(PROGRAMS, 'backoffice-admin'),
			['-c', place.conf, 'check'], { encoding: 'utf8' });

		for (const part of ['database', 'schema', 'statements', 'words', 'changes',
			'grants of backoffice-fcgi', 'grants of backoffice-mailer']) {
			assert.match(stdout, new RegExp(`^${part}: ok$`, 'm'), stdout);
		}
	}
});

test('every text that a program may prepare finds our tables beside those of the others', () => {
	const { stdout } = spawnSync(join(PROGRAMS, 'backoffice-fcgi'),
		['-c', one.conf, '--statements'], { encoding: 'utf8', maxBuffer: 1 << 26 });
	const texts = [...stdout.matchAll(/^-- (\w+):.*\n([^]*?);\n\n/gm)];
	const composed = stdout.indexOf('-- Composed');
	/* Of the thousands that are composed, some: each is made of the same pieces. */
	const some = texts.filter(({ index }, i) => index < composed || i % 40 === 0)
		.filter(([, name]) => !name.startsWith('connection_'));

	assert.ok(some.length > 400);
	shop(some.map(([, , sql]) => `PREPARE one FROM '${sql.replaceAll('?...', 'NULL')
		.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`).join(';\n'));
});

test('people sign in to each, work, and see nothing of the others', async () => {
	for (const place of [one, other]) {
		await serve(place);
		const client = await stack.signedIn();
		const email = `${place.prefix}user@example.com`;
		const { body: { items: groups } } = await client.get('groups');
		const { status, body } = await client.post('users', { email, password: PASSWORD,
			status: 'enabled', groups: [groups[0].id], name: `Of ${place.prefix}`,
			send_to_email: true, mask_data: false });

		assert.equal(status, 201, JSON.stringify(body));
		const name = `Client of ${place.prefix}`;

		assert.equal((await client.post('clients', { name })).status, 201);
		assert.match((await stack.mailTo(email)).headers.subject, /\S/);
		assert.deepEqual((await client.get('users')).body.items.map((row) => row.email).sort(),
			[ADMIN_EMAIL, email].sort());
		assert.deepEqual((await client.get('clients')).body.items.map((row) => row.name), [name]);
		const { body: { items: found } } = await client.get(`users?q=${place.prefix}`);

		assert.deepEqual(found.map((row) => row.email), [email]);
	}
	for (const place of [one, other]) {
		assert.match(admin(place, ['audit', 'verify']).stdout, /^node \S+: [1-9]\d* rows proved/m);
		assert.match(admin(place, ['user', 'list']).stdout, new RegExp(place.prefix));
	}
	assert.deepEqual(stack.sql('SELECT email FROM user').flat(), [ADMIN_EMAIL]);
	assert.deepEqual(stack.sql('SELECT email FROM in_user').flat(), [ADMIN_EMAIL]);
	assert.deepEqual(allOf(shop, STRANGERS), strangers);
});

test('the environment may say the prefix', () => {
	const conf = join(one.folder, 'bare.conf');

	writeFileSync(conf, readFileSync(one.conf, 'utf8').replace('prefix = bo_\n', ''));
	const { stdout, stderr } = spawnSync(join(PROGRAMS, 'backoffice-admin'), ['-c', conf, 'user',
		'list'], { encoding: 'utf8', env: { ...process.env, BACKOFFICE_DATABASE_PREFIX: 'bo_' } });

	assert.equal(stdout, admin(one, ['user', 'list']).stdout, stderr);
});

test('a backup has our tables alone, and comes back among the others', NEEDS_DUMP, () => {
	const file = join(stack.data, 'backup');
	const input = `${PASSPHRASE}\n`;
	const users = () => admin(one, ['user', 'list']).stdout;
	const listed = users();
	const others = [...STRANGERS, ...tablesOf(other)];
	const before_ = allOf(shop, others);

	admin(one, ['backup', file], { input });
	assert.match(admin(one, ['restore', file], { input, code: 4 }).stderr, /it has bo_admin_count/);
	const made = shop(`SELECT table_type, table_name FROM information_schema.tables
		WHERE table_schema = 'shop' AND LEFT(table_name, 3) = 'bo_'`);

	shop(['SET foreign_key_checks = 0', ...made.map(([type, name]) =>
		`DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} ${name}`)].join(';\n'));
	assert.match(admin(one, ['restore', file], { input }).stdout, /^trail: \d+ rows proved$/m);
	assert.equal(users(), listed);
	assert.match(admin(one, ['audit', 'verify']).stdout, /^node \S+: [1-9]\d* rows proved/m);
	assert.deepEqual(allOf(shop, others), before_);
	assert.match(admin(other, ['restore', file], { input, code: 4 }).stderr,
		/is not empty|the tables of the backup have the prefix bo_/);
});

test('a backup of another prefix is refused before anything is changed', NEEDS_DUMP, () => {
	const input = `${PASSPHRASE}\n`;
	const conf = join(stack.data, 'fourth.conf');

	stack.sql(`CREATE DATABASE IF NOT EXISTS elsewhere;
		GRANT ALL ON elsewhere.* TO shop_bo_admin@localhost`);
	for (const [set, said] of [['prefix = b4_', 'the prefix b4_'], ['', 'none']]) {
		writeFileSync(conf, readFileSync(one.conf, 'utf8').replace('prefix = bo_', set)
			.replace('name = shop', 'name = elsewhere')
			.replaceAll(/(_file = )(?!\/)/g, `$1${one.folder}/`));
		assert.match(admin({ conf }, ['restore', join(stack.data, 'backup')], { input, code: 4 })
			.stderr, new RegExp(`backup have the prefix bo_, those of the settings ${said}: `));
		assert.deepEqual(stack.sql('SHOW TABLES FROM elsewhere'), []);
	}
});

test('the SQL for the administrator of the database names the tables as they are', () => {
	const grants = admin(one, ['sql', 'grants', '--dir', MIGRATIONS]).stdout;
	const given = () => ['web', 'mailer'].map((name) =>
		stack.sql(`SHOW GRANTS FOR shop_bo_${name}@localhost`).flat().sort());
	const had = given();

	assert.doesNotMatch(grants, /[{}]|ON user |backoffice/);
	assert.match(grants, /^USE `shop`;\n.* ON bo_user TO 'shop_bo_web'@'localhost';$/m);
	sqlAt(stack.socket, grants);
	assert.deepEqual(given(), had);
	sqlAt(stack.socket, `USE shop;${admin(one, ['sql', 'demo', '--dir', MIGRATIONS]).stdout}`);
	assert.ok(Number(shop('SELECT COUNT(*) FROM bo_client')[0][0]) > 100);
	assert.match(admin(one, ['sql', 'other'], { code: 2 }).stderr, /either grants or demo/);
});

test('a prefix that no name may begin with is refused, and what to write instead is said', () => {
	const was = readFileSync(other.conf, 'utf8');

	for (const prefix of ['BO_', '1e5', 'a-b', 'a`b', '_a', 'sixteen_and_one__']) {
		assert.match(admin(other, ['setup', stack.url, '--prefix', prefix], { code: 2 }).stderr,
			/--prefix must be at most 16 of a-z, 0-9 and _, first a letter, like bo_/);
		const { stderr } = spawnSync(join(PROGRAMS, 'backoffice-fcgi'),
			['-c', other.conf, '--check'], { encoding: 'utf8',
				env: { ...process.env, BACKOFFICE_DATABASE_PREFIX: prefix } });

		assert.match(stderr, /\[database\] prefix: must be at most 16 of a-z, 0-9 and _, first a/);
	}
	assert.equal(readFileSync(other.conf, 'utf8'), was);
});

test('what was applied with a prefix is known by the same checksum as without one', () => {
	const sums = (name) => stack.sql(`SELECT version, HEX(checksum) FROM ${name} ORDER BY version`);

	assert.equal(sums('schema_version').length, FILES.length - 1);
	assert.deepEqual(sums('shop.bo_schema_version'), sums('schema_version'));
	assert.doesNotMatch(FILES.map(textOf).join(''), /\{[a-z_]+\}/);
});
