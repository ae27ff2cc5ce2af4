/* What the program keeps for the next request it gives back when none comes for a minute. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { memoryOf } from '../bench/measure.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { buildLibrary, Fcgi } from './parts.mjs';

const SORTS = ['id', 'email', 'name', 'status', 'two_factor', 'created_at', 'last_sign_in_at']
	.flatMap((sort) => [sort, `-${sort}`]);
const FILTERS = ['', 'status=enabled', 'two_factor=email', 'group=3', 'mask_data=true',
	'locked=true', 'status=enabled&two_factor=totp'];

const MEMORY_MAX = 10; // MiB
const AT_ONCE = 16; // more than there are threads

let stack;
let fcgi;
let client;

/* For the program a minute takes six seconds, so that nobody has to sit one out. */
before(async () => {
	stack = await startStack({ env: { DEMO: '1' } });
	fcgi = await Fcgi.start(stack, undefined, { LD_PRELOAD: buildLibrary(stack, 'hurry') });
	client = await stack.signedIn();
});
after(async () => {
	await fcgi?.end();
	await stack?.stop();
});

/** How many statements the database keeps for all connections. */
const prepared = () => Number(stack.sql("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")[0][1]);

const memory = () => memoryOf([fcgi.child.pid]);

/** Asks for the list in every order, by every filter, several times at once. */
async function askForAll() {
	const asked = SORTS.flatMap((sort) => FILTERS.map((filter) => `users?sort=${sort}&${filter}`));

	for (const path of asked) {
		const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => client.get(path)));

		answers.forEach(({ status, text }) => assert.equal(status, 200, `${path}: ${text}`));
	}
}

test('statements and memory of many lists are given back after a minute', async () => {
	await askForAll();
	const [statements, most] = [prepared(), memory()];

	assert.ok(statements > SORTS.length * FILTERS.length, `${statements} statements`);
	await until(() => prepared() < statements / 4, 120);
	await until(() => memory() <= MEMORY_MAX, 120); // thread by thread
	assert.ok(most > MEMORY_MAX, `${most} MiB`);
	await askForAll();
});
