/* The list as a file: the same rows in the same order, whole, and harmless in a spreadsheet. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const HEAD = ['id', 'email', 'name', 'groups', 'status', 'two_factor', 'mask_data', 'language',
	'creator', 'created_at', 'last_sign_in_at', 'ip_allow_list'];
/* Python's reader of CSV is as far from ours as can be. */
const READER = 'import csv, json, sys\nprint(json.dumps(list(csv.reader(sys.stdin))))';
const USERS = 650;

let stack;
let admin;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	stack.sql(`INSERT INTO user (id, email, name, password, status, mask_data, creator_id,
		created_at) VALUES ${Array.from({ length: USERS }, (_, i) => `(${100 + i},
		'u${i % 7}-${i}@example.org', 'Name ${i % 5}', '', ${i % 2}, ${i % 3 === 0}, 1,
		'2026-01-0${1 + i % 5} 12:00:00')`)};
		INSERT INTO user_group_member SELECT id, 2 + id % 3 FROM user WHERE id >= 100;
		INSERT INTO user_group_member SELECT id, 4 FROM user WHERE id IN (102, 103);`);
});
after(() => stack.stop());

async function rowsOf(query = '') {
	const { status, text } = await admin.get(`users/export.csv${query}`);
	const done = spawnSync('/usr/bin/python3', ['-c', READER],
		{ input: text.replace(/^\uFEFF/, ''), encoding: 'utf8' });

	assert.equal(status, 200);
	assert.ok(text.startsWith('\uFEFF'));
	return JSON.parse(done.stdout);
}

/** All items of the list, page after page. */
async function listed(query) {
	const items = [];

	for (let cursor = ''; cursor !== null;) {
		const { body } = await admin.get(`users?size=200${cursor && `&after=${cursor}`}&${query}`);

		items.push(...body.items);
		cursor = body.page.next;
	}
	return items;
}

test('the file says what it is and what to call it', async () => {
	const { headers } = await admin.get('users/export.csv');

	assert.match(headers['content-type'], /^text\/csv; charset=utf-8/);
	assert.match(headers['content-disposition'],
		/^attachment; filename="users-\d{4}-\d\d-\d\d\.csv"$/);
	assert.equal(headers['x-content-type-options'], 'nosniff');
	assert.equal(headers['cache-control'], 'no-store');
});

for (const query of ['sort=-id', 'sort=name', 'sort=-created_at&status=disabled',
	'email=U3&sort=email', 'group=3&mask_data=true', 'name=nobody+at+all']) {
	test(`?${query}: every row of the list in its order`, async () => {
		const [head, ...rows] = await rowsOf(`?${query}`);
		const items = await listed(query);

		assert.deepEqual(head, HEAD);
		assert.deepEqual(rows, items.map((user) => [String(user.id), user.email, user.name,
			user.groups.map(({ name }) => name).join('|'), user.status, user.two_factor,
			String(user.mask_data), user.language, user.creator?.email ?? '', user.created_at,
			user.last_sign_in_at ?? '', user.ip_allow_list.join(' ')]));
	});
}

test('no cell is a formula, and none breaks out of its cell', async () => {
	const names = ['=1+1', '+1', '-1', '@x', '"quoted", with comma', ' =spaced', "'=kept"];

	stack.sql(`INSERT INTO user (email, name, password, created_at) VALUES ${
		names.map((name, i) => `('f${i}@formula.example', '${name.replaceAll("'", "''")}', '',
		'2026-02-01')`)}`);
	const rows = (await rowsOf('?email=formula&sort=id')).slice(1);

	assert.deepEqual(rows.map((row) => row[2]), ["'=1+1", "'+1", "'-1", "'@x",
		'"quoted", with comma', ' =spaced', "''=kept"]);
});

test('an export is noted, by the names of its filters', async () => {
	await admin.get('users/export.csv?email=somebody&status=enabled');
	assert.deepEqual(stack.sql(`SELECT actor_id, after_json FROM audit
		WHERE action = 'users.export' ORDER BY id DESC LIMIT 1`),
	[['1', '{"filters":["email","status"]}']]);
});

test('what the list refuses the export refuses, as a problem and no file', async () => {
	for (const query of ['?nme=x', '?sort=password', '?status=gone']) {
		const { status, body, headers } = await admin.get(`users/export.csv${query}`);

		assert.deepEqual([status, body.code], [400, 'malformed']);
		assert.equal(headers['content-disposition'], undefined);
	}
});

test('HEAD gives the head alone', async () => {
	const { status, text } = await admin.send('HEAD', 'users/export.csv');

	assert.deepEqual([status, text], [200, '']);
});
