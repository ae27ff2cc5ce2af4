/*
 * Lists with nothing, one row and a hundred thousand: pages forward and back in each order,
 * filters, a total that stops counting, and as many statements as for one row. The list of clients
 * has its own in clients_csv_test.mjs.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, startStack } from '../lib/stack.mjs';

const MANY = 100_000;
const ONE = 777;
const NUMBERS = `WITH RECURSIVE digit AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digit
		WHERE d < 9),
	number AS (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
		FROM digit a, digit b, digit c, digit e, digit f)`;

/* Each list: how its rows are made, its orders, a filter that row ONE fits, and how many fit it. */
const LISTS = {
	users: {
		fill: `INSERT INTO user (id, email, name, password, created_at) ${NUMBERS}
			SELECT 1000 + n, CONCAT('u', n, '@example.com'), CONCAT('Name ', n MOD 1000), '',
				TIMESTAMP('2024-01-01') + INTERVAL n MINUTE FROM number WHERE `,
		sorts: ['id', 'email', 'name', 'status', 'created_at', 'last_sign_in_at'],
		filter: ['name=Name+777', 100],
	},
	sessions: {
		fill: `INSERT INTO session (token_hash, user_id, user_email, created_at, last_used_at,
				remote_address, user_agent) ${NUMBERS}
			SELECT UNHEX(SHA2(n, 256)), 1, '${ADMIN_EMAIL}', UTC_TIMESTAMP(),
				UTC_TIMESTAMP() - INTERVAL n MICROSECOND,
				CONCAT('10.0.', n MOD 100, '.1'), '' FROM number WHERE `,
		sorts: ['last_used_at', 'created_at', 'user', 'remote_address'],
		filter: ['remote_address=10.0.77.', 1000],
	},
	mail: {
		fill: `INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at,
				expires_at, next_at, settled_at, reason) ${NUMBERS}
			SELECT UNHEX(LEFT(SHA2(n, 256), 32)), 1 + n MOD 2, 1, 1, 3 + n MOD 2,
				TIMESTAMP('2024-01-01') + INTERVAL n MINUTE, TIMESTAMP('2024-01-01'),
				TIMESTAMP('2024-01-01'), TIMESTAMP('2024-01-01'), '' FROM number WHERE `,
		sorts: ['id', 'created_at', 'state'],
		filter: ['kind=code&state=expired', 10_000],
	},
	audit: {
		fill: `INSERT INTO audit (at, action, result, target_type, target_id, remote_address)
			${NUMBERS} SELECT TIMESTAMP('2024-01-01') + INTERVAL n SECOND,
				ELT(1 + n MOD 2, 'user.create', 'user.update'), 'ok', 'user', n MOD 1000,
				CONCAT('10.0.', n MOD 100, '.1') FROM number WHERE `,
		sorts: ['at'],
		filter: ['target_type=user&target_id=777', 100],
	},
};

let stack;
let admin;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

async function list(noun, query) {
	const { status, body } = await admin.get(`${noun}?${query}`);

	assert.equal(status, 200, `${noun}?${query}: ${JSON.stringify(body)}`);
	return body;
}

/** The ids of some pages in one direction. */
async function walk(noun, query, way, pages = 4, cursor = '') {
	const walked = [];

	for (let at = cursor; pages > 0 && at !== null; pages -= 1) {
		const { items, page } = await list(noun, `size=200&${query}${at}`);
		const found = page[way];

		walked.push({ ids: items.map(({ id }) => id), prev: page.prev });
		at = found && `&${way === 'next' ? 'after' : 'before'}=${encodeURIComponent(found)}`;
	}
	return walked;
}

/** What the server executes for a request, at least: others may ask at the same time. */
async function statements(noun) {
	const read = () => Number(stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'")[0][1]);
	const counts = [];

	for (let tries = 0; tries < 5; tries += 1) {
		const begun = read();

		await list(noun, 'size=50');
		counts.push(read() - begun);
	}
	return Math.min(...counts);
}

/** Four pages forward, then back from the last of them: the same rows, each once. */
async function assertWalks(noun, sort) {
	const forward = await walk(noun, `sort=${sort}`, 'next');
	const back = await walk(noun, `sort=${sort}`, 'prev', 3,
		`&before=${encodeURIComponent(forward[3].prev)}`);

	assert.equal(new Set(forward.flatMap(({ ids }) => ids)).size, 800, sort);
	assert.deepEqual(back.map(({ ids }) => ids),
		forward.slice(0, 3).reverse().map(({ ids }) => ids), sort);
}

const shown = (count) => ({ size: 50, next: null, prev: null, total: count, total_exact: true });

for (const [noun, { fill, sorts, filter: [filter, hits] }] of Object.entries(LISTS)) {
	test(`a list of ${noun} with nothing, with one row and with a hundred thousand`, async () => {
		assert.deepEqual(await list(noun, `size=50&${filter}`), { items: [], page: shown(0) });
		stack.sql(`${fill} n = ${ONE}`);
		const one = await list(noun, `size=50&${filter}`);
		const few = await statements(noun);

		assert.deepEqual([one.items.length, one.page], [1, shown(1)]);
		stack.sql(`${fill} n <= ${MANY} AND n <> ${ONE}`);
		const { page } = await list(noun, 'size=50');

		assert.deepEqual([page.total, page.total_exact], [10_000, false]);
		assert.equal(await statements(noun), few);
		for (const sort of sorts.flatMap((name) => [name, `-${name}`])) {
			await assertWalks(noun, sort);
		}
		assert.equal((await list(noun, `size=200&${filter}`)).page.total, hits);
	});
}
