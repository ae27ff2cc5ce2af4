/* Migrations on empty databases of their own, by the very account and grants of the product. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
	cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { emptyDatabase as emptyNamed, fileOf, FILES, MIGRATIONS, named, NEWEST, statementsOf,
	textOf, versionOf } from '../lib/migrations.mjs';
import { startStack, TOP } from '../lib/stack.mjs';

const PROGRAM = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-admin');

let stack;
let clean; // what a run from empty without interruption makes
let made = 0;

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
	clean = shape(migrated());
});
after(() => stack.stop());

const emptyDatabase = () => emptyNamed(stack, `scratch${made += 1}`);

const migrate = (name, { dir = MIGRATIONS, code = 0 } = {}) =>
	stack.admin(['migrate', '--dir', dir], { code, settings: named(name) });

function migrated() {
	const name = emptyDatabase();

	migrate(name);
	return name;
}

const versions = (name) => stack.sql(`SELECT version FROM ${name}.schema_version ORDER BY version`)
	.map(([version]) => Number(version));

/* Here another account runs the statements that the product's account runs elsewhere. */
const withoutDefiner = (text) => text.replace(/DEFINER=\S+ /, '');

/** All that migrations make: each table as the server would write it, and the first rows. */
function shape(name) {
	const tables = stack.sql(`SHOW TABLES FROM ${name}`).flat();
	const rows = ['SELECT id, name, version FROM user_group ORDER BY id',
		'SELECT * FROM user_group_permission ORDER BY group_id, permission',
		'SELECT * FROM authz_epoch', 'SELECT * FROM admin_count',
		'SELECT version, name, HEX(checksum) FROM schema_version ORDER BY version'];

	return stack.sql([`USE ${name}`, ...tables.map((table) => `SHOW CREATE TABLE ${table}`),
		...rows].join(';\n')).map((row) => row.map(withoutDefiner));
}

/** A copy of the migrations that a test may change. */
function copyOfMigrations(name) {
	const dir = join(stack.data, name);

	cpSync(MIGRATIONS, dir, { recursive: true });
	return dir;
}

test('a run from empty applies every file once, in order, and a second run does nothing', () => {
	const name = emptyDatabase();

	assert.equal(migrate(name).stdout, [...FILES.slice(1).map((file) => `applied: ${file}\n`),
		`schema: ${NEWEST}\n`].join(''));
	const first = shape(name);

	assert.equal(migrate(name).stdout, `schema: ${NEWEST}\n`);
	assert.deepEqual(shape(name), first);
	assert.deepEqual(first, clean);
	assert.deepEqual(versions(name), FILES.slice(1).map(versionOf));
});

test('the database of the product has the same tables', () => {
	assert.deepEqual(stack.sql('SHOW TABLES FROM backoffice'),
		stack.sql('SHOW TABLES FROM scratch1'));
});

/** A database as it is when the power fails after so many statements of a file. */
function interrupted(file, count) {
	const name = emptyDatabase();
	const earlier = FILES.slice(0, FILES.indexOf(file));
	const record = earlier.length === 0 ? [] : [`INSERT INTO schema_version
		SELECT * FROM scratch1.schema_version WHERE version < ${versionOf(file)}`];

	stack.sql([`SET NAMES utf8mb4 COLLATE utf8mb4_general_ci; USE ${name}`,
		...earlier.flatMap(statementsOf), ...record, ...statementsOf(file).slice(0, count)]
		.join(';\n'));
	return name;
}

for (const file of FILES) {
	const count = statementsOf(file).length;

	test(`${file} may be interrupted after each of its ${count} statements`, () => {
		assert.ok(count > 0);
		for (let done = 0; done <= count; done += 1) {
			const name = interrupted(file, done);

			migrate(name);
			assert.deepEqual(shape(name), clean, `after ${done} statements`);
		}
	});
}

test('an interrupted run keeps what people have changed meanwhile in finished migrations', () => {
	const name = interrupted(fileOf(3), 1);

	stack.sql(`USE ${name}; UPDATE user_group SET name = 'Helpers' WHERE id = 3;
		DELETE FROM user_group_permission WHERE group_id = 3`);
	migrate(name);
	assert.deepEqual(stack.sql(`USE ${name}; SELECT name FROM user_group WHERE id = 3;
		SELECT COUNT(*) FROM user_group_permission WHERE group_id = 3`), [['Helpers'], ['0']]);
});

/** Starts a run without waiting for it; resolves with its exit code and its output. */
function start(settings) {
	const child = spawn(PROGRAM, ['-c', settings, 'migrate', '--dir', MIGRATIONS]);
	let output = '';

	child.stdout.on('data', (text) => (output += text));
	child.stderr.on('data', (text) => (output += text));
	return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

test('of several runs at the same moment one does the job and all succeed', async () => {
	const name = emptyDatabase();
	const settings = stack.settings(named(name));
	const ends = await Promise.all([1, 2, 3, 4].map(() => start(settings)));
	const lines = ends.flatMap(({ output }) => output.match(/^applied: .*$/gm) ?? []);

	assert.deepEqual(ends.map(({ code }) => code), [0, 0, 0, 0], JSON.stringify(ends));
	assert.deepEqual(lines, FILES.slice(1).map((file) => `applied: ${file}`));
	assert.deepEqual(shape(name), clean);
});

test('a file that was changed after it was applied is refused', () => {
	const dir = copyOfMigrations('changed');
	const file = join(dir, fileOf(3));
	const name = migrated();

	writeFileSync(file, `${readFileSync(file, 'utf8')}-- one more line\n`);
	assert.match(migrate(name, { dir, code: 4 }).stderr,
		/0003_\w+\.sql is not the file that was applied/);
	assert.deepEqual(shape(name), clean);
});

test('a database with a newer schema is refused, and left as it is', () => {
	const name = migrated();

	stack.sql(`USE ${name};
		INSERT INTO schema_version VALUES (${NEWEST + 1}, 'later', '', NOW(), NULL)`);
	const earlier = shape(name);

	assert.match(migrate(name, { code: 4 }).stderr,
		new RegExp(`has schema ${NEWEST + 1}, .* these are of ${NEWEST}: install the release`));
	assert.deepEqual(shape(name), earlier);
});

test('a file that fails is named and not recorded, and runs again when it is mended', () => {
	const dir = copyOfMigrations('broken');
	const file = join(dir, fileOf(3));
	const good = readFileSync(file, 'utf8');
	const name = emptyDatabase();

	writeFileSync(file, `${good}\nSELECT * FROM a_table_that_is_not_there;\n`);
	assert.match(migrate(name, { dir, code: 1 }).stderr, /0003_\w+\.sql failed; mend the cause/);
	assert.deepEqual(versions(name), [1, 2]);
	writeFileSync(file, good);
	migrate(name, { dir });
	assert.deepEqual(shape(name), clean);
});

test('a folder that is missing or has no migrations is refused', () => {
	const empty = join(stack.data, 'empty');
	const name = emptyDatabase();

	mkdirSync(empty);
	assert.match(migrate(name, { dir: '/nowhere', code: 2 }).stderr,
		/cannot read \/nowhere: No such/);
	assert.match(migrate(name, { dir: empty, code: 2 }).stderr, /no migrations in/);
	assert.deepEqual(stack.sql(`SHOW TABLES FROM ${name}`), []);
});

/** A folder that is not as it must be is refused before anything is done. */
function refusesFolder(dir) {
	const name = emptyDatabase();
	const { stdout, stderr } = migrate(name, { dir, code: 2 });

	assert.equal(stdout, '', stderr);
	assert.deepEqual(stack.sql(`SHOW TABLES FROM ${name}`), []);
}

test('a folder with a gap is refused', () => {
	for (const version of [0, 1, 3, NEWEST]) {
		const dir = copyOfMigrations(`gap${version}`);

		rmSync(join(dir, fileOf(version)));
		refusesFolder(dir);
	}
});

test('a folder with a number twice is refused', () => {
	const dir = copyOfMigrations('twice');

	writeFileSync(join(dir, '0003_again.sql'), 'SELECT 1;\n');
	refusesFolder(dir);
});

test('a folder with a file that this program is too old for is refused', () => {
	const dir = copyOfMigrations('newer');

	writeFileSync(join(dir, `000${NEWEST + 1}_newer.sql`), 'SELECT 1;\n');
	refusesFolder(dir);
});

test('a file whose name is wrong is refused and not passed over', () => {
	for (const wrong of ['3_clients.sql', '0003-clients.sql', '00003_clients.sql', '0003_.sql']) {
		const dir = copyOfMigrations(wrong);

		renameSync(join(dir, fileOf(3)), join(dir, wrong));
		refusesFolder(dir);
	}
});

/* Every migration since programs know ranges of schemas says what it is to those before it: one
 * that says nothing would stop them all. */
test('every migration expands, or contracts what earlier programs do without', () => {
	const BEFORE_RANGES = 26;
	const silent = FILES.filter((file) => versionOf(file) > BEFORE_RANGES
		&& !/^-- (expand|contract from \d{4})$/m.test(textOf(file)));

	assert.deepEqual(silent, [], 'see README, "A migration"');
});

/** Applies the newest file, with this line in place of what it says of itself, to a database that
 * lacks only that. */
function newestWith(name, line, code = 0) {
	const dir = copyOfMigrations('kind');

	writeFileSync(join(dir, fileOf(NEWEST)),
		`${textOf(fileOf(NEWEST)).replace(/^-- (expand|contract from .*)$/m, '--')}${line}\n`);
	return migrate(name, { dir, code }).stderr;
}

test('the database keeps which programs still run on a migration', () => {
	const kinds = { '-- expand': '0', '-- contract from 0003': '3',
		'-- expand it': String(NEWEST) };

	for (const [line, from] of Object.entries(kinds)) {
		const name = interrupted(fileOf(NEWEST), 0);

		newestWith(name, line);
		assert.deepEqual(stack.sql(`SELECT runs_from FROM ${name}.schema_version
			WHERE version = ${NEWEST}`), [[from]], line);
	}
});

test('what contracts names an earlier schema', () => {
	const name = interrupted(fileOf(NEWEST), 0);

	for (const wrong of ['0000', 'x', String(NEWEST), '99999999999999999999']) {
		assert.match(newestWith(name, `-- contract from ${wrong}`, 2),
			/\d{4}_\w+\.sql: "-- contract from" must name an earlier schema/);
	}
});

test('the table of versions gets its column where an earlier release has made it', () => {
	const name = interrupted(fileOf(NEWEST), 0);

	stack.sql(`ALTER TABLE ${name}.schema_version DROP COLUMN runs_from`);
	migrate(name);
	assert.deepEqual(shape(name), clean);
});
