/*
 * Tables of another application in the database of ours: none is ever taken for ours, by whatever
 * name. A database that another application was there first in, and one that it came into later,
 * before an upgrade that brings a table of that name.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { FILES, MIGRATIONS, named, statementsOf, textOf, versionOf } from '../lib/migrations.mjs';
import { startStack } from '../lib/stack.mjs';

let stack;
let ours; // [name, 'BASE TABLE' or 'VIEW'] of all that migrations make

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
	ours = stack.sql('SHOW FULL TABLES FROM backoffice');
	stack.sql('CREATE DATABASE shop CHARACTER SET utf8mb4');
	stack.sql('GRANT ALL ON shop.* TO backoffice_admin@localhost');
});
after(() => stack.stop());

const migrate = (code) => stack.admin(['migrate', '--dir', MIGRATIONS],
	{ code, settings: named('shop') });

const all = () => stack.sql('SHOW TABLES FROM shop').flat();
const rows = (name) => stack.sql(`SELECT * FROM shop.${name}`);

/** The shop begins anew with these. */
function shopWith(...statements) {
	stack.sql(['DROP DATABASE shop', 'CREATE DATABASE shop CHARACTER SET utf8mb4', 'USE shop',
		...statements].join(';\n'));
}

function refuses(name) {
	const there = all();
	const { stdout, stderr } = migrate(4);

	assert.equal(stdout, '');
	assert.ok(stderr.includes(`the database shop has a table ${name} already that is not ours`),
		stderr);
	assert.ok(stderr.includes('give backoffice a database of its own'));
	assert.deepEqual(all(), there, 'something was made');
}

test('a table of another application by any name of ours is named, and nothing is changed', () => {
	assert.ok(ours.length > 25);
	for (const [name] of ours) {
		shopWith(`CREATE TABLE ${name} (number INT, words TEXT)`,
			`INSERT INTO ${name} VALUES (1, 'kept')`);
		refuses(name);
		assert.deepEqual(rows(name), [['1', 'kept']]);
	}
});

test('a view of another application by any name of ours too', () => {
	for (const [name] of ours) {
		shopWith('CREATE TABLE article (number INT)',
			`CREATE VIEW ${name} AS SELECT number FROM article`);
		refuses(name);
	}
});

test('tables that are like ours are not ours where our mark is not', () => {
	shopWith('CREATE TABLE session LIKE backoffice.session');
	refuses('session');
});

/* The rows of migrations before this one, as the mark has them. */
const recorded = (version) => `INSERT INTO schema_version SELECT * FROM backoffice.schema_version
	WHERE version < ${version}`;

/** The statements of the migrations before this one. */
const statementsBefore = (version) => FILES.slice(0, version).flatMap(statementsOf);

test('an upgrade that would make a table of that name refuses it before it begins', () => {
	const made = FILES.map((file) => [versionOf(file), [...textOf(file)
		.matchAll(/^CREATE .*(?:EXISTS|VIEW) (\w+)/gm)].map(([, name]) => name)])
		.filter(([version, names]) => version > 1 && names.length > 0);

	assert.ok(made.length > 10);
	for (const [version, names] of made) {
		shopWith('SET NAMES utf8mb4', ...statementsBefore(version), recorded(version),
			`CREATE TABLE ${names.at(-1)} (id INT, words TEXT)`);
		refuses(names.at(-1));
	}
});

test('other tables do not matter, nor the case of a name where the server tells it apart', () => {
	const [[lower]] = stack.sql('SELECT @@lower_case_table_names');

	shopWith('CREATE TABLE article (id INT)',
		...lower === '0' ? ['CREATE TABLE Session (id INT)'] : []);
	migrate(0);
	assert.ok(all().includes('work_undo'));
	assert.match(migrate(0).stdout, /^schema: \d+\n$/);
});

test('what an interrupted migration has left is ours', () => {
	shopWith('SET NAMES utf8mb4', ...statementsBefore(1), statementsOf(FILES[1])[0]);
	assert.deepEqual(all(), ['schema_version', 'user']);
	migrate(0);
});
