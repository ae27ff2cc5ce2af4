/* The audit trail as the API shows it: filters, masks, the export. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { bare } from '../lib/client.mjs';
import { ADMIN_EMAIL, startStack, TOP } from '../lib/stack.mjs';

const PERSONAL = ['Ada Byron', 'ada@example.org', '+441234567'];

let stack;
let admin;
let masked;
let clientId;

const idOf = (email) => Number(stack.sql(`SELECT id FROM user WHERE email = '${email}'`)[0][0]);

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	masked = await stack.person('masked@example.com', { groups: ['Auditors'], masked: true });
	stack.sql(`INSERT INTO client (name, email, phone, country, created_at)
		VALUES ('Ada Byron', 'ada@example.org', '+441234567', 'GB', '2026-01-02')`);
	[[clientId]] = stack.sql('SELECT MAX(id) FROM client');
	const ada = JSON.stringify({ name: 'Ada Byron', email: 'ada@example.org', phone: '+441234567',
		country: 'GB', manager: { id: 1, name: 'Administrator' },
		contact: [{ email: 'ada@example.org' }] });
	stack.sql(`INSERT INTO audit (at, actor_id, action, result, target_type, target_id,
		remote_address, before_json, after_json) VALUES (UTC_TIMESTAMP(6), 1, 'client.update', 'ok',
		'client', ${clientId}, '192.0.2.7', '${ada}', 'broken {')`);
});
after(() => stack.stop());

async function list(query = '', client = admin) {
	const { status, body } = await client.get(`audit${query}`);

	assert.equal(status, 200, JSON.stringify(body));
	return body.items;
}

/** A user as the trail keeps it: how a letter fares, and what may be done, are no part of it. */
function recorded({ body: { delivery: _, ...record } }) {
	return bare(record);
}

test('a row says who, what, when, from where, on what, before and after', async () => {
	const email = 'nora@example.com';

	await admin.post('users', { email, password: 'fifteen wild geese', status: 'enabled',
		groups: [3], name: 'Nora', send_to_email: false, mask_data: false });
	const user = await admin.get(`users/${idOf(email)}`);
	const patched = await admin.patch(`users/${idOf(email)}`, { name: 'Nora Lindqvist' });
	const [row] = await list();

	assert.match(row.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
	assert.deepEqual(row.actor, { id: 1, name: 'Administrator', email: ADMIN_EMAIL });
	assert.deepEqual([row.action, row.result], ['user.update', 'ok']);
	assert.deepEqual(row.target, { type: 'user', id: idOf(email), name: 'Nora Lindqvist' });
	assert.equal(row.remote_address, '127.0.0.1');
	assert.equal(row.request_id, patched.headers['x-request-id']);
	assert.deepEqual(row.before, recorded(user));
	assert.deepEqual(row.after, recorded(patched));
	assert.deepEqual((await admin.get(`audit/${row.id}`)).body, row);
});

test('what nobody did while signed in has no actor', async () => {
	await stack.client().post('session', { email: 'nobody@example.com', password: 'wrong' });
	const [row] = await list();

	assert.deepEqual([row.actor, row.target, row.before, row.after], [null, null, null, null]);
	assert.deepEqual([row.action, row.result], ['session.sign_in', 'sign_in_failed']);
});

test('the newest row comes first, and pages meet without a gap', async () => {
	const all = await list('?size=200');
	const first = await admin.get('audit?size=3');
	const next = await admin.get(`audit?size=3&after=${first.body.page.next}`);
	const prev = await admin.get(`audit?size=3&before=${next.body.page.prev}`);

	assert.deepEqual([...first.body.items, ...next.body.items], all.slice(0, 6));
	assert.deepEqual(prev.body.items, first.body.items);
	assert.deepEqual(all.map(({ at }) => at), all.map(({ at }) => at).toSorted().toReversed());
	assert.equal(first.body.page.total, all.length);
	assert.deepEqual((await list('?sort=at&size=200')), all.toReversed());
});

/** A query, and what each of its rows must be. */
const FILTERS = {
	'actor=1': ({ actor }) => actor?.id === 1,
	'action=session.sign_in': ({ action }) => action === 'session.sign_in',
	'result=sign_in_failed': ({ result }) => result === 'sign_in_failed',
	'target_type=client': ({ target }) => target?.type === 'client',
	'target_type=user&target_id=1': ({ target }) => target?.type === 'user' && target.id === 1,
	'remote_address=192.0.2.': ({ remote_address: address }) => address === '192.0.2.7',
	'remote_address=127.0.0.1&result=ok': (row) =>
		row.remote_address === '127.0.0.1' && row.result === 'ok',
	'action=user.create&target_type=user': ({ action }) => action === 'user.create',
	'action=session.sign_in&target_type=user': ({ action, target }) =>
		action === 'session.sign_in' && target?.type === 'user',
};

for (const [query, fits] of Object.entries(FILTERS)) {
	test(`?${query} gives the rows that fit, and all of them`, async () => {
		const all = (await list('?size=200')).filter(fits);

		assert.ok(all.length > 0);
		assert.deepEqual(await list(`?size=200&${query}`), all);
		assert.equal((await admin.get(`audit?${query}`)).body.page.total, all.length);
	});
}

test('of each action that the page has a word for it is known what it is about', () => {
	const read = (path) => readFileSync(join(TOP, path), 'utf8');
	const named = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name).sort();

	assert.deepEqual(named(read('fcgi/rule/trail.c'), /^\t\{ "([a-z_.]+)"/gm),
		named(read('htdocs/i18n/en.json'), /"audit\.action\.([a-z_.]+)"/g));
});

test('an action that is never about such a target is found nowhere, before and after any row',
	async () => {
		const { page } = (await admin.get('audit?size=1')).body;

		for (const query of ['', `&after=${page.next}`]) {
			const { status, body } = await admin.get(
				`audit?action=user.create&target_type=client${query}`);

			assert.deepEqual([status, body.items, body.page.total, body.page.next],
				[200, [], 0, null]);
		}
		assert.deepEqual(await list('?action=session.sign_in&target_type=group'), []);
	});

test('a time span begins at since and ends before until, in any time zone', async () => {
	const all = await list('?size=200');
	const { at } = all[2];
	const zone = new Date(Date.parse(at) + 3_600_000).toISOString().replace('Z', '%2B01:00');
	const ids = (rows) => rows.map(({ id }) => id);
	const exact = stack.sql(`SELECT DATE_FORMAT(at, '%Y-%m-%dT%T.%fZ') FROM audit
		WHERE id = ${all[2].id}`)[0][0];

	assert.deepEqual(ids(await list(`?since=${exact}`)), ids(all.slice(0, 3)));
	assert.deepEqual(ids(await list(`?size=200&until=${exact}`)), ids(all.slice(3)));
	assert.deepEqual(ids(await list(`?since=${zone}`)), ids(await list(`?since=${at}`)));
	for (const wrong of ['yesterday', '2026-02-30T00:00:00Z', '2026-01-01']) {
		const { status, body } = await admin.get(`audit?since=${wrong}`);

		assert.deepEqual([status, body.errors], [400, { since: 'since.format' }], wrong);
	}
});

test('a masked viewer sees no personal data of clients in the trail', async () => {
	for (const path of ['audit?size=200', `audit?target_type=client&target_id=${clientId}`,
		'audit/export.jsonl']) {
		const { status, text } = await masked.get(path);

		assert.equal(status, 200);
		for (const secret of PERSONAL) {
			assert.ok(!text.includes(secret), `${path} tells ${secret}`);
		}
	}
	const [row] = await list('?target_type=client', masked);
	assert.deepEqual(row.target, { type: 'client', id: Number(clientId), name: '*****' });
	assert.deepEqual(row.before, { name: '*****', email: '*****@*****', phone: '*****',
		country: 'GB', manager: { id: 1, name: 'Administrator' },
		contact: [{ email: '*****@*****' }] });
	const [open] = await list('?target_type=client');
	assert.equal(open.target.name, 'Ada Byron');
	assert.equal(open.before.phone, '+441234567');
});

test('what was altered to be no JSON does not break the answer', async () => {
	const [row] = await list('?target_type=client');

	assert.equal(row.after, null);
});

test('the export has one line a row, by the same filters, and is itself recorded', async () => {
	stack.sql(`INSERT INTO audit (at, action, result, user_agent)
		SELECT UTC_TIMESTAMP(6), 'test.many', 'ok', CONCAT('"', a.id, '\n', b.id)
		FROM client c, audit a, audit b, audit d LIMIT 450`);
	const { status, headers, text } = await admin.get('audit/export.jsonl?action=test.many');
	const rows = text.trimEnd().split('\n').map((line) => JSON.parse(line));

	assert.equal(status, 200);
	assert.match(headers['content-type'], /^application\/jsonl/);
	assert.match(headers['content-disposition'], /^attachment; filename="audit\.jsonl"$/);
	assert.equal(headers['cache-control'], 'no-store');
	assert.equal(rows.length, 450);
	assert.equal(new Set(rows.map(({ id }) => id)).size, 450);
	assert.deepEqual(rows.slice(0, 200), await list('?action=test.many&size=200'));
	const [last] = await list('?action=audit.export');
	assert.deepEqual(last.after, { action: 'test.many' });
});

test('an export with nothing in it is empty, and one that asks wrongly is refused', async () => {
	const { status, text } = await admin.get('audit/export.jsonl?action=nothing.such');

	assert.deepEqual([status, text], [200, '']);
	assert.equal((await admin.get('audit/export.jsonl?colour=red')).status, 400);
	assert.equal((await masked.send('POST', 'audit/export.jsonl')).status, 405);
});

async function readToTheEnd(reader) {
	while (!(await reader.read()).done) {
		continue;
	}
}

test('an export that breaks off does not look whole, and one that cannot begin is refused',
	async () => {
		const lose = () => stack.sql('RENAME TABLE user_group TO away');
		const find = () => stack.sql('RENAME TABLE away TO user_group');

		stack.sql(`INSERT INTO audit (at, action, result) SELECT UTC_TIMESTAMP(6), 'test.long', 'ok'
			FROM audit a, audit b, audit c LIMIT 120000`);
		const { body } = await fetch(`${stack.url}api/v1/audit/export.jsonl`, { headers: {
			'Cookie': [...admin.jar].map(([name, value]) => `${name}=${value}`).join('; '),
			'Sec-Fetch-Site': 'same-origin' } });
		const reader = body.getReader();

		assert.ok((await reader.read()).value.length > 0);
		lose();
		await assert.rejects(readToTheEnd(reader));
		assert.equal((await admin.get('audit/export.jsonl')).status, 500);
		find();
		assert.equal((await admin.get('audit/export.jsonl?action=client.update')).status, 200);
	});
