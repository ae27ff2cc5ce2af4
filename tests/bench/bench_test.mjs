/* make bench works: each part of it measures something. How much is not asserted. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { TOP } from '../lib/stack.mjs';
import { madeStatements } from './made.mjs';
import { withEarlier } from './report.mjs';

let found;
let report;

before(() => {
	const done = spawnSync(process.execPath, [join(import.meta.dirname, 'run.mjs')],
		{ env: { ...process.env, QUICK: '1' }, encoding: 'utf8' });

	assert.equal(done.status, 0, done.stdout + done.stderr);
	found = JSON.parse(readFileSync(join(TOP, 'build/bench/quick.json'), 'utf8'));
	report = readFileSync(join(TOP, 'build/bench/quick.md'), 'utf8');
});

test('each work is done by the product and by the page in PHP, and what it costs is known', () => {
	for (const name of ['users', 'clients', 'find', 'create']) {
		const { product, php } = found.parts[name].targets;

		for (const one of [...Object.values(product), ...Object.values(php)]) {
			assert.ok(one.good > 0 && one.cpu.program + one.cpu.database > 0, name);
		}
	}
});

test('what finding, counting and creating cannot do without is measured by itself', () => {
	for (const name of ['find', 'words', 'create']) {
		assert.ok(Object.values(found.parts[name].targets.statements)
			.every(({ perSecond }) => perSecond > 0), name);
	}
	assert.ok(found.parts.floors.floors.length > 3);
	assert.ok(found.parts.floors.floors.every(({ cpu, p50 }) => cpu >= 0 && p50 > 0));
});

test('the floor of a new user has as many statements as the product needs for one', () => {
	const costs = JSON.parse(readFileSync(join(TOP, 'tests/golden/costs.json'), 'utf8'));

	assert.equal(madeStatements('00').length, costs['a user who is created'].statements);
});

test('every order and every filter is answered, the last page of an order too', () => {
	const { pages } = found.parts.every;

	assert.deepEqual(pages.filter(({ status }) => status !== 200), []);
	for (const place of ['first', 'middle', 'last', 'pair']) {
		assert.ok(pages.some((page) => page.place === place), place);
	}
});

test('letters are sent, files come in whole and go out whole', () => {
	const { create, import: brought, export: written } = found.parts;

	assert.ok(create.letters.waiting > 0 && create.letters.perSecond > 0);
	assert.ok(create.letters.sent >= create.letters.waiting + create.letters.codes.count,
		JSON.stringify(create.letters));
	assert.ok(brought.clients.rows > 0 && brought.users.rows > 0);
	assert.equal(brought.clients.floor.requests, brought.clients.rows);
	assert.deepEqual([brought.clients.refused, brought.users.refused], [0, 0]);
	assert.equal(written.clients.rows, found.rows);
});

test('the report tells of all of it, and of nothing that is only on this machine', () => {
	for (const title of ['Beside its peers', 'Lists while others', 'Letters and files', 'Memory',
		'Growth', 'Floors', 'Every order and every filter']) {
		assert.match(report, new RegExp(`^## ${title}`, 'm'));
	}
	assert.doesNotMatch(report, /NaN|undefined|Infinity/);
	assert.ok(!report.includes(TOP));
});

test('what was not measured again stays in the report, with the day of which it is', () => {
	const earlier = '# How fast\n\nWritten on 2026-01-02: a host.\n\n## Kept\n\nOld.\n\n'
		+ '## Again\n\nOld.\n';
	const once = withEarlier('# How fast\n\nWritten on 2026-01-03: a host.\n\n## Again\n\nNew.\n',
		earlier);
	const twice = withEarlier('# How fast\n\nWritten on 2026-01-04: a host.\n', once);

	assert.match(once, /## Again\n\nNew\.\n\n## Kept\n\n\*Measured on 2026-01-02\.\*\n\nOld\.\n$/);
	assert.match(twice, /## Kept\n\n\*Measured on 2026-01-02\.\*\n\nOld\./);
	assert.match(twice, /## Again\n\n\*Measured on 2026-01-03\.\*\n\nNew\./);
	assert.equal(withEarlier('# How fast\n', ''), '# How fast\n');
});

test('so does what a part of it left in memory', () => {
	const memory = (...rows) => `# How fast

Written on 2026-01-05: a host.

## Memory

| after | a |
| --- | --: |
${rows.join('\n')}
`;
	const rows = withEarlier(memory('| lists | 3 |'), memory('| lists | 1 |', '| a start | 2 |'));

	assert.deepEqual(rows.split('\n').slice(-3),
		['| lists | 3 |', '| a start, measured on 2026-01-05 | 2 |', '']);
	assert.equal(withEarlier(memory('| lists | 3 |'), rows), rows);
});
