/*
 * Each filter of a list leaves the rows that the table says, whichever way they are found: few are
 * collected, many are met on the way. What each is asked is compared with a question to the
 * database.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const DAY = 'INTERVAL 1 DAY';
const MANY = 2600; // more than are few

let stack;
let admin;

/** Of the users some have had letters, of which the newest counts. */
before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	const numbers = `(SELECT ROW_NUMBER() OVER () n FROM information_schema.columns a,
		information_schema.columns b LIMIT ${MANY}) numbers`;

	stack.sql(`INSERT INTO user (id, email, name, password, language, ip_allow_list, creator_id,
			created_at, last_sign_in_at)
		SELECT 1000 + n, CONCAT('u', n, '@example.org'), CONCAT('Name ', n), '',
			ELT(1 + n MOD 3, 'en', 'de', 'pt-BR'), IF(n MOD 9 = 0, '2001:db8::/32', ''),
			IF(n MOD 5 = 0, 1001, 1), TIMESTAMP('2026-01-01') + INTERVAL n HOUR,
			IF(n MOD 4 = 0, NULL, TIMESTAMP('2026-03-01') + INTERVAL n HOUR) FROM ${numbers};
		INSERT INTO user_group_member (user_id, group_id)
			SELECT id, 3 FROM user WHERE id > 1000 AND id MOD 10 <> 0;
		INSERT INTO user_group_member (user_id, group_id) VALUES (1010, 4), (1020, 1);
		INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at, expires_at,
				next_at, settled_at, smtp_code)
			SELECT UNHEX(LEFT(SHA2(id, 256), 32)), 1, id, 1, 2, created_at, created_at,
				created_at, created_at, 250 FROM user WHERE id > 1000 AND id MOD 2 = 0;
		INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at, expires_at,
				next_at, settled_at, smtp_code)
			SELECT UNHEX(LEFT(SHA2(CONCAT('again', id), 256), 32)), 4, id, 1, 3, created_at,
				created_at, created_at, created_at + ${DAY}, 550
				FROM user WHERE id > 1000 AND id MOD 100 = 0;
		INSERT INTO client (name, email, created_at) SELECT name, email, created_at FROM user
			WHERE id > 1000`);
});
after(() => stack.stop());

/** All that a question finds, page by page, whether these are full or not. */
async function found(path, query) {
	const ids = [];

	for (let cursor = ''; cursor !== null;) {
		const { status, body } = await admin.get(`${path}?size=200&${query}${cursor &&
			`&after=${encodeURIComponent(cursor)}`}`);

		assert.equal(status, 200, `${path}?${query}`);
		ids.push(...body.items.map(({ id }) => id));
		cursor = body.page.next;
	}
	return ids;
}

/* Of letters the newest with a password or a link. */
const NEWEST = `(SELECT state FROM outbox o WHERE o.user_id = user.id AND o.kind IN (1, 4)
	ORDER BY o.id DESC LIMIT 1)`;

const MAY = (permission) => `EXISTS (SELECT 1 FROM user_group_member m WHERE m.user_id = user.id
	AND (m.group_id = 1 OR m.group_id IN (SELECT group_id FROM user_group_permission
		WHERE permission = '${permission}')))`;

const CASES = [
	['users', 'user', [
		['created_since=2026-02-01T00:00:00Z', "created_at >= '2026-02-01'"],
		['created_until=2026-02-01T00:00:00Z', "created_at < '2026-02-01'"],
		['created_since=2026-02-01T05:00:00Z&created_until=2026-02-01T09:00:00Z',
			"created_at >= '2026-02-01 05:00:00' AND created_at < '2026-02-01 09:00:00'"],
		['last_sign_in_since=2026-03-20T00:00:00Z', "last_sign_in_at >= '2026-03-20'"],
		['last_sign_in_until=2026-03-20T00:00:00Z', "last_sign_in_at < '2026-03-20'"],
		['creator=1001', 'creator_id = 1001'],
		['language=pt-BR', "language = 'pt-BR'"],
		['language=%20de%20', "language = 'de'"],
		['has_ip_allow_list=true', "ip_allow_list <> ''"],
		['has_ip_allow_list=false', "ip_allow_list = ''"],
		['delivery=failed', `${NEWEST} = 3`],
		['delivery=sent', `${NEWEST} = 2`],
		['delivery=sent&language=de', `${NEWEST} = 2 AND language = 'de'`],
		['delivery=sent&created_until=2026-01-02T00:00:00Z',
			`${NEWEST} = 2 AND created_at < '2026-01-02'`],
		['permission=audit.view', MAY('audit.view')],
		['permission=clients.view', MAY('clients.view')],
		['permission=rooms.delete&delivery=sent', `${MAY('rooms.delete')} AND ${NEWEST} = 2`],
	]],
	['clients', 'client', [
		['created_since=2026-02-01T00:00:00Z', "created_at >= '2026-02-01'"],
		['created_until=2026-02-01T00:00:00Z', "created_at < '2026-02-01'"],
	]],
	['mail', 'outbox', [
		['smtp_code=550', 'smtp_code = 550'],
		['smtp_code=250&state=sent', 'smtp_code = 250 AND state = 2'],
		['created_since=2026-02-01T00:00:00Z', "created_at >= '2026-02-01'"],
		['settled_since=2026-02-01T00:00:00Z', "settled_at >= '2026-02-01'"],
		['settled_until=2026-02-01T00:00:00Z', "settled_at < '2026-02-01'"],
	]],
	['groups', 'user_group', [
		['permission=clients.view', `id = 1 OR id IN (SELECT group_id FROM user_group_permission
			WHERE permission = 'clients.view')`],
		['permission=rooms.delete', 'id = 1'],
	]],
];

for (const [path, table, questions] of CASES) {
	for (const [query, where] of questions) {
		test(`${path}?${query}`, async () => {
			const expected = stack.sql(`SELECT id FROM ${table} WHERE ${where} ORDER BY id DESC`)
				.map(([id]) => Number(id));

			assert.ok(expected.length > 0);
			assert.deepEqual(await found(path, `sort=-id&${query}`), expected);
			if (table === 'user') {
				const { page } = (await admin.get(`users?${query}`)).body;
				const byName = await found(path, `sort=name&${query}`);

				assert.deepEqual(byName.toSorted((a, b) => b - a), expected);
				assert.ok(page.total_exact ? page.total === expected.length
					: page.total <= expected.length);
			}
		});
	}
}

test('few are counted, also where no index of the list has them', async () => {
	for (const [query, total] of [['delivery=failed', 26], ['permission=rooms.delete', 2],
		['delivery=sent&created_until=2026-01-02T00:00:00Z', 11]]) {
		const { page } = (await admin.get(`users?${query}`)).body;

		assert.deepEqual([page.total, page.total_exact], [total, true], query);
	}
});

test('the export and a change of many have the same users', async () => {
	const { text } = await admin.get('users/export.csv?delivery=failed&language=de');
	const { body } = await admin.post('users/bulk', { filter: { delivery: 'failed',
		language: 'de' }, set: { mask_data: true } });

	assert.ok(body.results.length > 0);
	assert.equal(text.trim().split('\r\n').length - 1, body.results.length);
});

test('sessions are found by their device and by when they began or were used', async () => {
	const now = Date.now();
	const at = (seconds) => encodeURIComponent(new Date(now + 1000 * seconds).toISOString());
	const client = stack.client();

	stack.addUser('lynx@example.com');
	await client.send('POST', 'session', { body: { email: 'lynx@example.com',
		password: stack.known.get('lynx@example.com') }, headers: { 'User-Agent': 'Lynx/2.9' } });
	for (const [query, count] of [['user_agent=lynx/', 1], ['user_agent=fox', 0],
		[`created_since=${at(-600)}`, 2], [`created_until=${at(-600)}`, 0],
		['user_agent=LYNX&user=1001', 0], [`last_used_since=${at(-600)}`, 2],
		[`last_used_until=${at(-600)}`, 0]]) {
		assert.equal((await found('sessions', query)).length, count, query);
	}
});

test('who was told the id of a request finds what it did, also in capitals and with spaces',
	async () => {
		const { headers, status } = await admin.post('clients', { name: 'Told' });
		const id = headers.get?.('x-request-id') ?? headers['x-request-id'];
		const { items } = (await admin.get(`audit?request_id=%20${id.toUpperCase()}%20`)).body;

		assert.equal(status, 201);
		assert.deepEqual(items.map(({ action, request_id: own }) => [action, own]),
			[['client.create', id]]);
		assert.deepEqual((await admin.get(`audit?request_id=${'0'.repeat(32)}`)).body.items, []);
	});

test('what no row can be is refused, and the field is named', async () => {
	for (const [path, name, value] of [['users', 'created_since', 'yesterday'],
		['users', 'delivery', 'lost'], ['users', 'permission', 'clients.fly'],
		['users', 'has_ip_allow_list', 'yes'], ['users', 'creator', 'me'],
		['groups', 'permission', 'clients'], ['mail', 'smtp_code', '5xx'],
		['sessions', 'last_used_until', '2026-02-30'], ['clients', 'created_until', '1']]) {
		const { status, body } = await admin.get(`${path}?${name}=${value}`);

		assert.deepEqual([status, body.errors], [400, { [name]: `${name}.format` }]);
	}
});
