/* What sql/grants.sql gives to each account, tried out with that account. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { grantsText } from '../lib/migrations.mjs';
import { CHECK, startStack } from '../lib/stack.mjs';

/* Letters as in OPERATIONS; a table that is not listed is closed. Columns are tried below. */
const MAY = {
	web: { user: 'SIUD', user_group: 'S', user_group_permission: 'S', user_group_editable: 'SD',
		user_group_permission_editable: 'SID', audit_chain: 'I', audit_head: 'SIU',
		user_group_member: 'SID', authz_epoch: 'SU', admin_count: 'SIU', session: 'SIUD',
		sign_in_challenge: 'SIUD', password_link: 'SIUD', attempt: 'SIUD', idempotency: 'SID',
		client: 'SIUD', user_word: 'SID', client_word: 'SID', outbox: 'SI',
		outbox_payload: 'ID', audit: 'SI', schema_version: 'S', user_totp: 'SIUD',
		recovery_code: 'SID', work: 'SIUD', work_piece: 'SID', work_refused: 'SI',
		work_undo: 'SID', saved_view: 'SID', room: 'SIUD', room_group: 'SID' },
	mailer: { outbox: 'S', outbox_payload: 'S', schema_version: 'S' },
};

/* Statements that change nothing where they are allowed. */
const OPERATIONS = {
	S: (table) => `SELECT * FROM ${table} WHERE FALSE`,
	I: (table, column) => `INSERT INTO ${table} (${column}) SELECT 1 FROM DUAL WHERE FALSE`,
	U: (table, column) => `UPDATE ${table} SET ${column} = 1 WHERE FALSE`,
	D: (table) => `DELETE FROM ${table} WHERE FALSE`,
};

/* What HANDLER says of a view, which it cannot read. */
const NO_TABLE = '1347';

/* Denied: a table, a column, a database, administration, files. */
const DENIED = ['1142', '1143', '1044', '1227', '1045'];

/* Done, or the privilege was there and a column without a default was not named. */
const DONE = ['ok', '1364', '1423'];

let stack;
let tables; // [table, its first column]

before(async () => {
	stack = await startStack();
	tables = stack.sql(`SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = 'backoffice' AND ordinal_position = 1 ORDER BY table_name`);
});
after(() => stack.stop());

/** Runs statements as one of the accounts; gives for each the number of its error, or "ok". */
function attempt(account, statements) {
	const password = readFileSync(join(stack.data, 'secrets', `db_${account}`), 'utf8').trim();
	const { stderr } = spawnSync('mariadb', ['--no-defaults', '-S', stack.socket, '-u',
		`backoffice_${account}`, '--force', 'backoffice'], { encoding: 'utf8',
		input: `${statements.map((text) => text.replace(/\s+/g, ' ')).join(';\n')};\n`,
		env: { ...process.env, MYSQL_PWD: password } });
	const errors = new Map([...stderr.matchAll(/^ERROR (\d+) .* at line (\d+): /gm)]
		.map(([, number, line]) => [Number(line), number]));

	return statements.map((_, i) => errors.get(i + 1) ?? 'ok');
}

function denies(account, statements) {
	const answers = attempt(account, statements);

	for (const [i, statement] of statements.entries()) {
		assert.ok(DENIED.includes(answers[i]), `${account}: ${statement}: ${answers[i]}`);
	}
}

function allows(account, statements) {
	const answers = attempt(account, statements);

	for (const [i, statement] of statements.entries()) {
		assert.equal(answers[i], 'ok', `${account}: ${statement}`);
	}
}

for (const account of ['web', 'mailer']) {
	test(`backoffice_${account} may do with each table what was reviewed, and nothing else`, () => {
		const tries = tables.flatMap(([table, column]) => Object.entries(OPERATIONS)
			.map(([letter, statement]) => ({ table, letter, text: statement(table, column) })));
		const answers = attempt(account, tries.map(({ text }) => text));

		for (const [i, { table, letter, text }] of tries.entries()) {
			const expected = (MAY[account][table] ?? '').includes(letter) ? DONE : DENIED;

			assert.ok(expected.includes(answers[i]), `${text}: ${answers[i]}`);
		}
	});

	test(`backoffice_${account} sees by HANDLER only what SELECT shows it`, () => {
		const answers = attempt(account, tables.flatMap(([table]) =>
			[`HANDLER ${table} OPEN`, `HANDLER ${table} READ FIRST`, `HANDLER ${table} CLOSE`]));

		for (const [i, [table]] of tables.entries()) {
			const [opened, read] = answers.slice(3 * i);
			const sees = (MAY[account][table] ?? '').includes('S');

			assert.equal(read === 'ok', sees && opened !== NO_TABLE, `${table}: ${opened} ${read}`);
		}
		assert.deepEqual(stack.sql(`SELECT table_name, column_name
			FROM information_schema.column_privileges WHERE privilege_type = 'SELECT'`), []);
	});

	test(`backoffice_${account} cannot change the shape of anything`, () => {
		denies(account, tables.flatMap(([table, column]) => [
			`ALTER TABLE ${table} COMMENT = 'mine'`, `DROP TABLE ${table}`, `TRUNCATE ${table}`,
			`CREATE INDEX mine ON ${table} (${column})`, `RENAME TABLE ${table} TO mine`,
			`CREATE TRIGGER mine BEFORE DELETE ON ${table} FOR EACH ROW SET @x = 1`,
			`CREATE VIEW mine AS SELECT ${column} FROM ${table}`]));
		denies(account, ['CREATE TABLE mine (id INT)', 'DROP DATABASE backoffice',
			'ALTER DATABASE backoffice CHARACTER SET latin1', 'CREATE DATABASE mine',
			'CREATE PROCEDURE mine() SELECT 1']);
	});
}

test('backoffice_web puts and cancels letters but cannot read them or let them go again', () => {
	denies('web', ['SELECT payload FROM outbox_payload', 'SELECT lease FROM outbox_payload',
		'SELECT 1 FROM outbox_payload',
		'SELECT id FROM outbox WHERE id IN (SELECT letter_id FROM outbox_payload)',
		'UPDATE outbox_payload SET payload = NULL WHERE letter_id = 1',
		'UPDATE outbox_payload SET lease = payload', 'UPDATE outbox_payload SET letter_id = 2',
		`INSERT INTO outbox_payload (letter_id) VALUES (1)
			ON DUPLICATE KEY UPDATE lease = outbox_payload.payload`,
		'DELETE FROM outbox_payload WHERE letter_id = 1',
		'UPDATE outbox SET attempts = 0', 'UPDATE outbox SET next_at = NOW()',
		'UPDATE outbox SET expires_at = NOW()', 'DELETE FROM outbox']);
	allows('web', ['REPLACE INTO outbox_payload (letter_id) SELECT id FROM outbox WHERE FALSE']);
});

test('backoffice_web adds to the trail and cannot rewrite it', () => {
	denies('web', ["UPDATE audit SET result = 'ok'", 'DELETE FROM audit',
		"REPLACE INTO audit (id, at, action, result, user_agent) VALUES (1, NOW(), 'x', 'ok', '')",
		`INSERT INTO audit (id, at, action, result) VALUES (1, NOW(), 'x', 'ok')
			ON DUPLICATE KEY UPDATE result = 'x'`]);
});

test('backoffice_web cannot change the list of migrations', () => {
	denies('web', ['DELETE FROM schema_version',
		"INSERT INTO schema_version VALUES (9, '', '', NOW())"]);
});

test('backoffice_mailer settles letters, and changes nothing else of them', () => {
	denies('mailer', ['message_id', 'kind', 'user_id', 'priority', 'recipient', 'created_at',
		'expires_at']
		.map((column) => `UPDATE outbox SET ${column} = 0`));
	denies('mailer', ['DELETE FROM outbox', "INSERT INTO outbox (message_id) VALUES ('')",
		'DELETE FROM outbox_payload', 'INSERT INTO outbox_payload (letter_id) VALUES (1)',
		'UPDATE outbox_payload SET letter_id = 2']);
	allows('mailer', [`UPDATE outbox SET state = 0, next_at = NOW(), attempts = 0, smtp_code = 0,
		reason = '', reply = '', may_have_arrived = 0, settled_at = NULL WHERE FALSE`,
	'UPDATE outbox_payload SET payload = NULL, lease = NULL WHERE FALSE']);
});

test('backoffice_mailer knows nobody', () => {
	denies('mailer', ['user', 'client', 'session', 'audit', 'sign_in_challenge', 'user_group',
		'attempt'].map((table) => `SELECT 1 FROM ${table}`));
});

test('no account rules over accounts, other databases, files or the server', () => {
	for (const account of ['web', 'mailer', 'admin']) {
		denies(account, ['SELECT * FROM mysql.global_priv', 'SELECT * FROM mysql.user',
			"CREATE USER mine@localhost IDENTIFIED BY 'x'", 'DROP USER backoffice_admin@localhost',
			'GRANT SELECT ON backoffice.audit TO backoffice_mailer@localhost',
			`GRANT ALL ON backoffice.* TO backoffice_${account}@localhost`,
			"SELECT 'x' INTO OUTFILE '/tmp/backoffice-outfile'",
			"LOAD DATA INFILE '/etc/hosts' INTO TABLE user",
			'SET GLOBAL general_log = 1', 'CREATE DATABASE mine', 'SHUTDOWN']);
	}
});

test('the grants may be given again', () => {
	const file = grantsText();
	const given = () => ['web', 'mailer'].map((name) =>
		stack.sql(`SHOW GRANTS FOR backoffice_${name}@localhost`));
	const earlier = given();

	stack.sql(file);
	assert.deepEqual(given(), earlier);
});

test('all statements of the programs work with these grants', async () => {
	assert.match(stack.admin(CHECK).stdout, /^statements: ok$/m);
	assert.equal((await (await stack.signedIn()).get('users')).status, 200);
	for (const program of ['fcgi', 'mailer']) {
		assert.doesNotMatch(stack.log(program), /level=error/);
	}
});
