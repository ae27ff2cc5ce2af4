/*
 * What a list costs: how many statements it asks, and when it counts. Its rows are counted on the
 * first page; the cursors carry the total, and that there are more than anybody counts is known for
 * some seconds. What is small is counted each time.
 */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';

import { logStatements, statementsByRequest } from '../lib/examined.mjs';
import { startStack } from '../lib/stack.mjs';

let stack;
let log;
let admin;

const NUMBERS = `WITH RECURSIVE digit AS
		(SELECT 0 AS d UNION ALL SELECT d + 1 FROM digit WHERE d < 9)
	SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
	FROM digit a, digit b, digit c, digit e`;

before(async () => {
	stack = await startStack({ settings: '[web]\nthreads = 1\n' });
	stack.sql(`INSERT INTO user (email, name, password, creator_id, status, created_at)
		SELECT CONCAT('u', n, '@example.com'), CONCAT('Person ', n), '!', 1, n MOD 3 <> 0,
			UTC_TIMESTAMP() FROM (${NUMBERS}) numbers WHERE n <= 500;
		INSERT INTO client (name, country, created_at)
		SELECT CONCAT('Client ', n), IF(n MOD 3 = 0, 'DE', 'FR'), UTC_TIMESTAMP()
		FROM (${NUMBERS}) numbers;
		INSERT INTO client (name, country, created_at) SELECT 'One more', 'DE', UTC_TIMESTAMP()
		FROM (${NUMBERS}) numbers WHERE n <= 300`);
	log = await logStatements(stack);
	admin = await stack.signedIn(undefined, { agent: new Agent({ keepAlive: true }) });
	await admin.get('users?group=1'); // what groups may is read once, and kept
});
after(() => stack.stop());

/** The answers to these paths, each with the statements that it took. */
async function ask(...paths) {
	const begun = statSync(log).size;
	const answers = [];

	for (const path of paths) {
		answers.push((await admin.get(path)).body);
	}
	await admin.get('permissions'); // when it begins, those before are in the log
	const requests = statementsByRequest(log, begun);

	return answers.map((body, at) => ({ ...body, texts: requests[at].map(({ text }) => text) }));
}

const counts = ({ texts }) => texts.some((text) => text.includes('COUNT(*)'));
const totalOf = ({ page }) => [page.total, page.total_exact];

test('a page of any list takes three statements, that of its session included', async () => {
	const paths = ['users', 'users?status=enabled', 'users?group=1', 'users?sort=email',
		'users?idle_days=1&sort=name', 'users?size=200', 'clients', 'clients?country=DE',
		'clients?country=DE&status=enabled', 'sessions', 'sessions?user=1', 'mail',
		'mail?state=sent', 'audit', 'audit?actor=1&result=ok', 'groups'];

	for (const { texts, page } of await ask(...paths)) {
		assert.ok(page.size > 0);
		assert.ok(texts.length <= 3, texts.join('\n'));
	}
});

test('no page after the first one is counted, nor any page for its neighbour', async () => {
	for (const path of ['users?size=5', 'users?size=5&status=enabled',
		'clients?size=5&sort=name&country=FR', 'clients?size=5&country=FR&status=enabled']) {
		const [first] = await ask(path);
		const [second] = await ask(`${path}&after=${first.page.next}`);
		const [again] = await ask(`${path}&before=${second.page.prev}`);

		assert.ok(counts(first), path);
		assert.deepEqual([second, again].map(counts), [false, false], path);
		assert.deepEqual([second, again].map(totalOf), [totalOf(first), totalOf(first)], path);
	}
});

test('what is more than anybody counts is counted once', async () => {
	const [first, second] = await ask('clients?size=6', 'clients?size=7');

	assert.deepEqual([first, second].map(totalOf), [[10_000, false], [10_000, false]]);
	assert.equal(counts(second), false);
});

test('what is few is counted anew: a total tells of who was made and who is gone', async () => {
	const [first] = await ask('users?status=enabled');
	const email = 'one.more@example.com';

	assert.equal((await admin.post('users', { email, groups: [2], link: true })).status, 201);
	const [more] = await ask('users?status=enabled');

	assert.deepEqual(totalOf(more), [first.page.total + 1, true]);
	stack.sql(`DELETE FROM user WHERE email = '${email}'`);
	assert.deepEqual(totalOf((await ask('users?status=enabled'))[0]), totalOf(first));
});

test('a cursor brings its total to the filters that it was counted for alone', async () => {
	const [all] = await ask('users?size=5');
	const [enabled, same] = await ask(`users?size=5&status=enabled&after=${all.page.next}`,
		`users?size=5&after=${all.page.next}`);

	assert.equal(totalOf(same)[0], totalOf(all)[0]);
	assert.equal(totalOf(enabled)[0], Number(stack.sql(
		'SELECT COUNT(*) FROM user WHERE status = 1')[0][0]));
	assert.deepEqual([counts(enabled), counts(same)], [true, false]);
});

test('of an action and a target that never go together nothing is asked', async () => {
	const [never, ever, alone] = await ask('audit?action=user.create&target_type=client',
		'audit?action=user.create&target_type=user', 'audit?action=user.create');

	assert.deepEqual([never.items, totalOf(never)], [[], [0, true]]);
	assert.equal(never.texts.some((text) => text.includes('FROM audit')), false);
	assert.deepEqual(ever.texts.slice(1), alone.texts.slice(1));
});

test('the pages of a list are the same along whatever index its rows are found', async () => {
	for (const query of ['status=enabled', 'status=disabled&two_factor=email', 'group=2',
		'never_signed_in=true', 'never_signed_in=true&status=enabled', 'mask_data=false',
		'mask_data=false&status=enabled', 'mask_data=false&never_signed_in=true']) {
		for (const sort of ['id', '-id', 'email']) {
			const all = (await admin.get(`users?${query}&sort=${sort}&size=200`)).body;
			const ids = [];
			let next = '';

			do {
				const { body } = await admin.get(`users?${query}&sort=${sort}&size=7${next}`);

				ids.push(...body.items.map(({ id }) => id));
				next = body.page.next && ids.length < 70 ? `&after=${body.page.next}` : null;
			} while (next);
			assert.deepEqual(ids, all.items.slice(0, ids.length).map(({ id }) => id),
				`${query} ${sort}`);
		}
	}
});
