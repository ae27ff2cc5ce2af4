/* The chain of the audit trail: what was done to it behind the programs' back is named. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { chainAgain } from '../lib/chain.mjs';
import { startStack } from '../lib/stack.mjs';

const SNAPSHOT = ['audit', 'audit_chain', 'audit_head', 'audit_anchor'];

let stack;

before(async () => {
	stack = await startStack();
	for (const who of ['one', 'two', 'three', 'four', 'five', 'six']) {
		stack.addUser(`${who}@example.com`, { name: `Persön ${who}` });
	}
	stack.sql(SNAPSHOT.map((table) => `CREATE TABLE kept_${table} AS SELECT * FROM ${table};`)
		.join(''));
});
after(() => stack.stop());

/* Every test begins with the trail as it was written. */
beforeEach(() => stack.sql(SNAPSHOT.map((table) =>
	`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table};`).join('')));

function number(statement) {
	return Number(stack.sql(statement)[0][0]);
}

/** Id of the row in this place of the chain. */
function idOf(seq) {
	return number(`SELECT audit_id FROM audit_chain WHERE seq = ${seq}`);
}

const newest = () => number('SELECT seq FROM audit_head');
const rows = () => number('SELECT COUNT(*) FROM audit');

function verify(code) {
	return JSON.parse(stack.admin(['audit', 'verify', '--json'], { code }).stdout);
}

/** What the first fault of the only node is. */
function fault() {
	const [{ state, where, row, id }] = verify(4).nodes;

	return { state, where, row, id };
}

function withRetention(days) {
	return (text) => `${text}\n[audit]\nretention = ${days}\n`;
}

test('a trail that nobody altered is proved, row by row', () => {
	const [node] = verify(0).nodes;

	assert.equal(node.state, 'whole');
	assert.equal(node.rows, rows());
	assert.equal(node.newest, node.rows);
	assert.match(stack.admin(['audit', 'verify']).stdout, /^node \S+: \d+ rows proved/);
});

test('the links are what another program computes from the key and the rows', () => {
	const links = stack.sql('SELECT LOWER(HEX(hash)) FROM audit_chain ORDER BY seq').flat();

	assert.deepEqual(chainAgain(stack), links);
	assert.equal(verify(0).nodes[0].hash, links.at(-1));
});

const CHANGES = {
	at: 'at + INTERVAL 1 SECOND',
	actor_id: '1',
	action: "'user.view'",
	result: "'forbidden'",
	target_type: "'client'",
	target_id: '99',
	remote_address: "'192.0.2.1'",
	user_agent: "'other'",
	request_id: "'other'",
	before_json: "'{}'",
	after_json: "REPLACE(after_json, 'ö', 'o')",
};

for (const [column, value] of Object.entries(CHANGES)) {
	test(`a row whose ${column} was changed is named`, () => {
		const id = idOf(3);

		stack.sql(`SET NAMES utf8mb4; UPDATE audit SET ${column} = ${value} WHERE id = ${id}`);
		assert.deepEqual(fault(), { state: 'changed', where: 'row', row: 3, id });
	});
}

test('a row that was removed from the middle is named', () => {
	const id = idOf(4);

	stack.sql(`DELETE FROM audit WHERE id = ${id}`);
	assert.deepEqual(fault(), { state: 'removed', where: 'row', row: 4, id });
	assert.match(stack.admin(['audit', 'verify'], { code: 4 }).stderr,
		new RegExp(`row 4 of the chain \\(id ${id}\\) was removed`));
});

test('a row that was removed together with its link is missed in its place', () => {
	stack.sql(`DELETE FROM audit WHERE id = ${idOf(4)}; DELETE FROM audit_chain WHERE seq = 4`);
	assert.deepEqual(fault(), { state: 'removed', where: 'row', row: 4, id: 0 });
});

/** Takes the last row away with its link; gives its number. */
function removeLast() {
	const last = newest();

	stack.sql(`DELETE FROM audit WHERE id = ${idOf(last)};
		DELETE FROM audit_chain WHERE seq = ${last}`);
	return last;
}

test('the last row is missed when it was removed, because the head knows of it', () => {
	const last = removeLast();

	assert.deepEqual(fault(), { state: 'removed', where: 'row', row: last, id: 0 });
});

test('a head that was set back to hide that is not sealed', () => {
	const last = removeLast();

	stack.sql(`UPDATE audit_head SET seq = ${last - 1},
		hash = (SELECT hash FROM audit_chain WHERE seq = ${last - 1})`);
	assert.deepEqual(fault(), { state: 'changed', where: 'head', row: last - 1, id: 0 });
});

test('the first rows are missed when they were removed, also behind a made-up anchor', () => {
	stack.sql(`DELETE FROM audit WHERE id <= ${idOf(2)}; DELETE FROM audit_chain WHERE seq <= 2`);
	assert.deepEqual(fault(), { state: 'removed', where: 'row', row: 1, id: 0 });
	stack.sql('INSERT INTO audit_anchor SELECT node, 2, hash, first_id, seal FROM audit_head');
	assert.deepEqual(fault(), { state: 'changed', where: 'anchor', row: 2, id: 0 });
});

test('a removed head is missed', () => {
	stack.sql('DELETE FROM audit_head');
	assert.deepEqual(fault(), { state: 'removed', where: 'head', row: 0, id: 0 });
});

const INSERT = `INSERT INTO audit (at, action, result)
	VALUES (UTC_TIMESTAMP(6), 'user.create', 'ok')`;
const lastId = () => number('SELECT MAX(id) FROM audit');

test('a row that was inserted without a link is named', () => {
	stack.sql(INSERT);
	assert.equal(verify(4).inserted, lastId());
	assert.match(stack.admin(['audit', 'verify'], { code: 4 }).stderr,
		new RegExp(`the row with id ${lastId()} was inserted outside of every chain`));
});

test('rows older than every chain are counted, because nothing proves them', () => {
	stack.sql(`SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
		${INSERT.replace('(at,', '(id, at,').replace('VALUES (', 'VALUES (0, ')}`);
	assert.equal(verify(0).older, 1);
	assert.match(stack.admin(['audit', 'verify']).stdout, /^1 rows are older than every chain/m);
});

test('a row that was inserted at the end with a link is named', () => {
	stack.sql(`${INSERT}; INSERT INTO audit_chain SELECT node, seq + 1, LAST_INSERT_ID(), hash
		FROM audit_head`);
	assert.deepEqual(fault(), { state: 'inserted', where: 'row', row: newest() + 1, id: lastId() });
});

test('a row that was inserted in the middle is named, where the others made room for it', () => {
	stack.sql(`UPDATE audit_chain SET seq = seq + 1 WHERE seq >= 4 ORDER BY seq DESC; ${INSERT};
		INSERT INTO audit_chain SELECT node, 4, LAST_INSERT_ID(), hash FROM audit_head`);
	assert.deepEqual(fault(), { state: 'changed', where: 'row', row: 4, id: lastId() });
});

test('the first of two rows that changed places is named', () => {
	const [third, fifth] = [idOf(3), idOf(5)];

	stack.sql(`UPDATE audit SET id = 1000000 WHERE id = ${third};
		UPDATE audit SET id = ${third} WHERE id = ${fifth};
		UPDATE audit SET id = ${fifth} WHERE id = 1000000`);
	assert.deepEqual(fault(), { state: 'changed', where: 'row', row: 3, id: third });
});

test('the first of two links that changed places is named', () => {
	const [third, fifth] = [idOf(3), idOf(5)];

	stack.sql(`UPDATE audit_chain SET audit_id = 1000000 WHERE seq = 3;
		UPDATE audit_chain SET audit_id = ${third} WHERE seq = 5;
		UPDATE audit_chain SET audit_id = ${fifth} WHERE seq = 3`);
	assert.deepEqual(fault(), { state: 'changed', where: 'row', row: 3, id: fifth });
});

test('nothing is pruned unless the settings say after how many days', () => {
	const had = rows();

	assert.match(stack.admin(['audit', 'prune']).stdout,
		/^kept: for ever: \[audit\] retention is 0$/m);
	assert.equal(rows(), had);
});

/** Moves rows ten days into the past, as if they had been written then. */
function age(upTo) {
	stack.sql(`UPDATE audit SET at = at - INTERVAL 10 DAY WHERE id <= ${idOf(upTo)}`);
	chainAgain(stack);
}

function prune() {
	return JSON.parse(stack.admin(['audit', 'prune', '--json'],
		{ settings: withRetention(9) }).stdout);
}

test('old rows are pruned, the rest can still be proved, and the trail tells of it', () => {
	const had = rows();

	age(3);
	assert.equal(prune().removed, '3');
	assert.equal(rows(), had - 3 + 1);
	const [node] = verify(0).nodes;
	assert.deepEqual([node.pruned, node.rows], [3, had - 3 + 1]);
	assert.deepEqual(stack.sql('SELECT action FROM audit ORDER BY id DESC LIMIT 1'),
		[['audit.prune']]);
	assert.equal(prune().removed, '0');
});

test('a whole trail may be pruned and goes on from its anchor', () => {
	age(newest());
	prune();
	assert.deepEqual(rows(), 1);
	assert.equal(verify(0).nodes[0].rows, 1);
});

test('after pruning, the anchor cannot be taken away or put back', () => {
	age(4);
	prune();
	const last = newest();

	stack.sql(`DELETE FROM audit_chain WHERE seq = 5; DELETE FROM audit WHERE id = ${idOf(6)};
		UPDATE audit_anchor SET seq = 5`);
	assert.deepEqual(fault(), { state: 'changed', where: 'anchor', row: 5, id: 0 });
	stack.sql('DELETE FROM audit_anchor');
	assert.deepEqual(fault(), { state: 'removed', where: 'row', row: 1, id: 0 });
	assert.equal(newest(), last);
});

test('a trail that was altered is not pruned: it is evidence', () => {
	age(3);
	stack.sql(`UPDATE audit SET result = 'forbidden' WHERE id = ${idOf(2)}`);
	const had = rows();

	assert.match(stack.admin(['audit', 'prune'], { code: 4, settings: withRetention(9) }).stderr,
		/nothing was removed/);
	assert.equal(rows(), had);
});

test('the page has no right to change or remove what it wrote', () => {
	const privileges = stack.sql(`SELECT table_name, GROUP_CONCAT(privilege_type
		ORDER BY privilege_type) FROM information_schema.table_privileges
		WHERE grantee = "'backoffice_web'@'localhost'" AND table_name LIKE 'audit%'
		GROUP BY table_name ORDER BY table_name`);

	assert.deepEqual(privileges, [['audit', 'INSERT,SELECT'], ['audit_chain', 'INSERT'],
		['audit_head', 'INSERT,SELECT,UPDATE']]);
});

test('rows written at the same time by many programs make one chain', async () => {
	const refused = Array.from({ length: 40 }, (_, at) => stack.client().post('session',
		{ email: `nobody${at}@example.com`, password: 'wrong' }));

	stack.addUser('meanwhile@example.com');
	await Promise.all(refused);
	const [node] = verify(0).nodes;
	assert.equal(node.rows, rows());
	assert.equal(number(`SELECT COUNT(*) FROM audit a JOIN audit_chain c ON c.audit_id = a.id
		JOIN audit b ON b.at > a.at JOIN audit_chain d ON d.audit_id = b.id AND d.seq < c.seq`), 0);
});

test('each node has a chain of its own', () => {
	stack.addUser('elsewhere@example.com', { settings: (text) =>
		text.replace('[site]', '[site]\nnode = elsewhere') });
	const { nodes } = verify(0);

	assert.equal(nodes.length, 2);
	assert.equal(nodes.find(({ node }) => node === 'elsewhere').rows, 1);
});
