/*
 * Databases as earlier releases have left them, with people, clients, letters and a trail in them,
 * are brought up to this one: nothing is lost, and all that is made of records is made of theirs.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { emptyDatabase, FILES, MIGRATIONS, named, NEWEST, statementsOf, versionOf }
	from '../lib/migrations.mjs';
import { startStack } from '../lib/stack.mjs';

const LONG = Boolean(process.env.LONG);
const ROWS = LONG ? 100_000 : 100; // of each table; a power of ten
const FIRST = 5; // the first schema that has people, clients, letters and a trail
const OLD = LONG ? Array.from({ length: NEWEST - FIRST }, (_, i) => FIRST + i)
	: [FIRST, 15, NEWEST - 1];

const DIGIT = `(SELECT 0 AS n ${Array.from({ length: 9 }, (_, i) => `UNION ALL SELECT ${i + 1}`)
	.join(' ')})`;
const PLACES = Array.from({ length: Math.log10(ROWS) }, (_, i) => i);
const NUMBERS = `(SELECT 1 + ${PLACES.map((i) => `${10 ** i} * d${i}.n`).join(' + ')} AS n
	FROM ${PLACES.map((i) => `${DIGIT} d${i}`).join(', ')}) numbers`;

/* What the first schema may hold, by SQL that it understands. */
const FILL = [
	`INSERT INTO user (email, name, password, status, two_factor, mask_data, language, created_at,
		last_sign_in_at) SELECT CONCAT('person', n, '@example.com'), CONCAT('Pérson Nr. ', n), '!',
		n % 2, n % 2, n % 3 = 0, 'de', '2025-01-01' + INTERVAL n SECOND,
		IF(n % 4 = 0, NULL, '2026-01-01' + INTERVAL n SECOND) FROM ${NUMBERS}`,
	'INSERT INTO user_group_member SELECT id, 2 + id % 3 FROM user',
	`INSERT INTO client (name, email, phone, country, status, manager_id, created_at)
		SELECT CONCAT('Cliënt ', n), CONCAT('client', n, '@example.org'),
		CONCAT('+4930', 100000 + n), 'DE', n % 2, (SELECT MIN(id) FROM user),
		'2025-02-01' + INTERVAL n SECOND FROM ${NUMBERS}`,
	`INSERT INTO outbox (message_id, kind, user_id, priority, state, payload, created_at,
		expires_at, next_at, reason)
		SELECT UNHEX(MD5(n)), 1 + n % 2, (SELECT MIN(id) FROM user), 1, n % 2,
		IF(n % 2, NULL, UNHEX(MD5(n))), '2025-03-01', '2025-03-02', '2025-03-01', ''
		FROM ${NUMBERS}`,
	`INSERT INTO audit (at, action, result, target_type, target_id, user_agent, after_json)
		SELECT '2025-04-01' + INTERVAL n SECOND, 'user.create', 'ok', 'user', n, 'Téster',
		CONCAT('{"n":', n, '}') FROM ${NUMBERS}`,
];

/* What must still be the same; of letters also what they say, wherever that is. */
const KEPT = {
	user: ['id', 'email', 'name', 'password', 'status', 'two_factor', 'mask_data', 'language',
		'created_at', 'last_sign_in_at'],
	user_group_member: ['user_id', 'group_id'],
	client: ['id', 'name', 'email', 'phone', 'country', 'status', 'manager_id', 'created_at'],
	outbox: ['id', 'message_id', 'kind', 'user_id', 'state', 'created_at'],
	audit: ['id', 'at', 'action', 'result', 'target_type', 'target_id', 'user_agent', 'after_json'],
};

const PAYLOADS = ['outbox_payload', ['letter_id', 'payload']];

/** Number and digest of the rows of each. */
function kept(name, letters) {
	const digest = (table, columns) => `SELECT '${table}', COUNT(*), SUM(CRC32(CONCAT_WS('|',
		${columns.map((column) => `COALESCE(HEX(${column}), 'NULL')`).join(', ')})))
		FROM ${table};`;

	return stack.sql(`USE ${name}; ${Object.entries(KEPT).map(([table, columns]) =>
		digest(table, columns)).join('')} ${digest(...letters)}`);
}

let stack;

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
});
after(() => stack.stop());

/** A database of that schema, filled when it had the first one. */
function databaseOf(version) {
	const name = emptyDatabase(stack, `released${version}`);
	const upTo = (from, to) => FILES.filter((file) => versionOf(file) >= from
		&& versionOf(file) <= to).flatMap(statementsOf);

	stack.sql([`SET NAMES utf8mb4; USE ${name}`, ...upTo(0, FIRST), ...FILL,
		...upTo(FIRST + 1, version), `INSERT INTO schema_version
			SELECT * FROM backoffice.schema_version WHERE version <= ${version}`].join(';\n'));
	return name;
}

for (const version of OLD) {
	test(`a database of schema ${version} with ${ROWS} of each comes up whole`, (t) => {
		const name = databaseOf(version);
		const earlier = kept(name, version < 16 ? ['outbox', ['id', 'payload']] : PAYLOADS);
		const begun = Date.now();

		stack.admin(['migrate', '--dir', MIGRATIONS], { settings: named(name) });
		t.diagnostic(`${Date.now() - begun} ms`);
		assert.deepEqual(kept(name, PAYLOADS).map(([, ...values]) => values),
			earlier.map(([, ...values]) => values));
		stack.admin(['user', 'enable', 'person2@example.com'], { settings: named(name) });
		const { stdout } = stack.admin(['audit', 'verify'], { settings: named(name) });

		assert.match(stdout, /^node \S+: 1 rows proved/);
		assert.equal(stdout.split('\n')[1],
			`${ROWS} rows are older than every chain: nothing proves them`);
		const [[words]] = stack.sql(`USE ${name}; SELECT COUNT(DISTINCT id) FROM client_word
			WHERE word LIKE '%client%'`);

		assert.equal(Number(words), ROWS);
		stack.sql(`DROP DATABASE ${name}`);
	});
}
