/* Requests that nobody should send: each is refused with the right words, and changes nothing. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { PASSWORD, startStack } from '../lib/stack.mjs';

const KIB = 1024;
const GOOD = { email: 'new@example.com', password: PASSWORD, groups: [3] };
const bytes = (...middle) =>
	Buffer.concat([Buffer.from('{"name":"'), Buffer.from(middle), Buffer.from('"}')]);

/* No JSON object at all, or not one that can be taken for one. */
const NOT_READABLE = {
	'an array': [],
	'a number': '1',
	'null': 'null',
	'half an object': '{"name": "a"',
	'two objects': '{}{}',
	'a byte order mark': '\ufeff{}',
	'a comment': '{"name": "a" /* b */}',
	'NaN': '{"mask_data": NaN}',
	'a member that is there twice': '{"name": "a", "name": "b"}',
	'a member that is there twice, once escaped': '{"name": "a", "n\\u0061me": "b"}',
	'bytes that are no UTF-8': bytes(0xff, 0xfe),
	'an overlong form of a slash': bytes(0xc0, 0xaf),
	'half a surrogate pair': '{"name": "\\ud800"}',
	'a NUL in a value': '{"name": "a\\u0000b"}',
	'a NUL in a name': '{"na\\u0000me": "b"}',
	'a raw line end in a value': '{"name": "a\nb"}',
	'17 levels': `{"name": ${'['.repeat(17)}${']'.repeat(17)}}`,
	'20,000 levels': '['.repeat(20_000),
	'white space': '   ',
};

/* Of the wrong shape: 400 with the members that are wrong. */
const WRONG_SHAPE = [
	[{ name: 5 }, { name: 'type' }],
	[{ name: null }, { name: 'type' }],
	[{ email: ['a@example.com'] }, { email: 'type' }],
	[{ mask_data: 'true' }, { mask_data: 'type' }],
	[{ mask_data: 1 }, { mask_data: 'type' }],
	[{ status: true }, { status: 'type' }],
	[{ groups: 3 }, { groups: 'type' }],
	[{ groups: ['3'] }, { groups: 'type' }],
	[{ groups: [{ id: 3 }] }, { groups: 'type' }],
	[{ groups: [0] }, { groups: 'type' }],
	[{ groups: [3.5] }, { groups: 'type' }],
	[{ id: 7 }, { id: 'unknown' }],
	[{ version: 1, creator_id: 1 }, { version: 'unknown', creator_id: 'unknown' }],
	[{ Name: 'a' }, { Name: 'unknown' }],
	[{ 'a"b\n': 1 }, { '?': 'unknown' }],
	[{ name: {}, nme: 'a', email: 'no address' },
		{ name: 'type', nme: 'unknown', email: 'email.format' }],
];

/* Of the right shape, with a value that cannot be: 422 with all of them at once. */
const WRONG_VALUE = [
	[{ name: 'a\u202eb' }, { name: 'name.characters' }],
	[{ name: 'a\u2066b' }, { name: 'name.characters' }],
	[{ name: 'a\u0007b' }, { name: 'name.characters' }],
	[{ name: 'a\r\nb' }, { name: 'name.characters' }],
	[{ name: 'a\u200bb' }, { name: 'name.characters' }],
	[{ name: 'a\u2028b' }, { name: 'name.characters' }],
	[{ name: 'x'.repeat(201) }, { name: 'name.too_long' }],
	[{ name: '😀'.repeat(201) }, { name: 'name.too_long' }],
	[{ email: 'a@example.com\r\nBcc: b@example.com' }, { email: 'email.characters' }],
	[{ email: 'a\n@example.com' }, { email: 'email.characters' }],
	[{ email: 'a@exam\u202eple.com' }, { email: 'email.characters' }],
	[{ email: '' }, { email: 'email.required' }],
	[{ email: 'a' }, { email: 'email.format' }],
	[{ email: 'a@b' }, { email: 'email.format' }],
	[{ email: 'a b@example.com' }, { email: 'email.format' }],
	[{ email: '"a b"@example.com' }, { email: 'email.format' }],
	[{ email: 'a@b@example.com' }, { email: 'email.format' }],
	[{ email: 'a..b@example.com' }, { email: 'email.format' }],
	[{ email: 'a@-b.example' }, { email: 'email.format' }],
	[{ email: 'a@127.0.0.1' }, { email: 'email.format' }],
	[{ email: 'a@[127.0.0.1]' }, { email: 'email.format' }],
	[{ email: 'A <a@example.com>' }, { email: 'email.format' }],
	[{ email: 'a@example.com,b@example.com' }, { email: 'email.format' }],
	[{ email: `${'a'.repeat(65)}@example.com` }, { email: 'email.too_long' }],
	[{ email: `a@${'b'.repeat(60)}.${'c.'.repeat(100)}example` }, { email: 'email.too_long' }],
	[{ email: 'a'.repeat(2000) }, { email: 'email.too_long' }],
	[{ status: 'Enabled' }, { status: 'status.unknown' }],
	[{ status: '' }, { status: 'status.unknown' }],
	[{ groups: Array.from({ length: 101 }, (_, i) => i + 1) }, { groups: 'groups.too_many' }],
	[{ name: 'a\u202eb', email: 'a', status: 'on' },
		{ name: 'name.characters', email: 'email.format', status: 'status.unknown' }],
];

const WRONG_NEW = [
	[{ password: undefined }, { password: 'password.required' }],
	[{ password: '' }, { password: 'password.required' }],
	[{ email: undefined, password: undefined },
		{ email: 'email.required', password: 'password.required' }],
	[{ password: 'x'.repeat(14) }, { password: 'password.too_short' }],
	[{ password: '😀'.repeat(14) }, { password: 'password.too_short' }],
	[{ password: 'x'.repeat(257) }, { password: 'password.too_long' }],
	[{ password: 'Password1234567' }, { password: 'password.common' }],
	[{ password: 'new@example.com' }, { password: 'password.personal' }],
];

let stack;
let admin;
let target;
let world;

/** All that such a request could have changed. */
const state = () => stack.sql(`SELECT * FROM user ORDER BY id;
	SELECT * FROM user_group_member ORDER BY user_id, group_id;
	SELECT COUNT(*) FROM outbox; SELECT COUNT(*) FROM idempotency;`);

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	const { body } = await admin.post('users', { ...GOOD, email: 'target@example.com' });

	target = `users/${body.id}`;
});
after(() => stack.stop());
beforeEach(() => (world = state()));
afterEach(() => assert.deepEqual(state(), world));

/** What every refusal has, whatever it refuses. */
function assertProblem({ status, headers, body }, expected, code, errors) {
	assert.deepEqual([status, body?.code, body?.errors], [expected, code, errors]);
	assert.equal(headers['content-type'], 'application/problem+json');
	assert.equal(headers['cache-control'], 'no-store');
	assert.equal(headers['x-content-type-options'], 'nosniff');
	assert.match(headers['x-request-id'], /^[0-9a-f]{32}$/);
	assert.deepEqual({ ...body, title: typeof body.title, errors },
		{ type: 'about:blank', title: 'string', status, code, errors,
			request_id: headers['x-request-id'], ...(body.missing && { missing: body.missing }),
			...(body.places && { places: body.places }) });
}

const create = (body, headers) => admin.send('POST', 'users', { body, headers });
const edit = (body, headers) => admin.send('PATCH', target,
	{ body, headers: { 'If-Match': '"1"', ...headers } });

for (const [name, body] of Object.entries(NOT_READABLE)) {
	test(`a body that is ${name} is malformed`, async () => {
		assertProblem(await create(body), 400, 'malformed');
		assertProblem(await edit(body), 400, 'malformed');
	});
}

for (const [change, errors] of WRONG_SHAPE) {
	test(`malformed: ${JSON.stringify(change)}`, async () => {
		assertProblem(await create({ ...GOOD, ...change }), 400, 'malformed', errors);
		assertProblem(await edit(change), 400, 'malformed', errors);
	});
}

for (const [change, errors] of WRONG_VALUE) {
	test(`invalid: ${JSON.stringify(change).slice(0, 60)}`, async () => {
		assertProblem(await create({ ...GOOD, ...change }), 422, 'invalid', errors);
		assertProblem(await edit(change), 422, 'invalid', errors);
	});
}

for (const [change, errors] of WRONG_NEW) {
	test(`invalid for a new user: ${JSON.stringify(change).slice(0, 60)}`, async () => {
		assertProblem(await create({ ...GOOD, ...change }), 422, 'invalid', errors);
	});
}

test('a new user needs an address and a password, an edit of a user has none', async () => {
	assertProblem(await create(''), 422, 'invalid',
		{ email: 'email.required', password: 'password.required' });
	assertProblem(await edit({ password: PASSWORD, send_to_email: true }), 400, 'malformed',
		{ password: 'unknown', send_to_email: 'unknown' });
});

test('an edit switches the second factor off or to codes by mail, to nothing else', async () => {
	for (const value of ['totp', 'enabled', '']) {
		assertProblem(await edit({ two_factor: value }), 422, 'invalid',
			{ two_factor: 'two_factor.unknown' });
	}
});

test('groups that do not exist are told from groups that cannot be', async () => {
	for (const groups of ['[999]', '[3, 9223372036854775807]']) {
		assertProblem(await edit(`{"groups": ${groups}}`), 422, 'invalid',
			{ groups: 'groups.unknown' });
	}
	assertProblem(await edit('{"groups": [9223372036854775808]}'), 400, 'malformed');
});

test('a body beyond 64 KiB is too large for the program', async () => {
	assertProblem(await create({ ...GOOD, password: 'x'.repeat(64 * KIB) }), 413, 'too_large');
	assertProblem(await create({ ...GOOD, password: 'x'.repeat(63 * KIB) }), 422, 'invalid',
		{ password: 'password.too_long' });
});

test('a body that is too large for the web server is refused in the same words', async () => {
	assertProblem(await create({ ...GOOD, password: 'x'.repeat(1024 * KIB) }), 413, 'too_large');
});

test('only JSON is read', async () => {
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data',
		'application/jsonp', 'application/json; charset=utf-16', '']) {
		assertProblem(await create(GOOD, { 'Content-Type': type }), 415,
			'unsupported_media_type');
	}
});

test('a body that is compressed is refused as such, not for what its bytes look like', async () => {
	for (const [path, type, text] of [['users', 'application/json', JSON.stringify(GOOD)],
		['users/import', 'text/csv', 'email\na@x.example\n']]) {
		const send = (encoding) => admin.send('POST', path, { body: gzipSync(text),
			headers: { 'Content-Type': type, 'Content-Encoding': encoding } });

		for (const encoding of ['gzip', 'GZIP', 'deflate', 'br', 'gzip, gzip']) {
			assertProblem(await send(encoding), 415, 'unsupported_media_type');
		}
	}
	assertProblem(await create({}, { 'Content-Encoding': 'identity' }), 422, 'invalid',
		{ email: 'email.required', password: 'password.required' });
});

test('the type of JSON may be written in every way that RFC 9110 8.3.1 allows', async () => {
	for (const type of ['application/json;charset=utf-8', 'Application/JSON; charset=UTF-8',
		'application/json; charset="utf-8"']) {
		assertProblem(await create({}, { 'Content-Type': type }), 422, 'invalid',
			{ email: 'email.required', password: 'password.required' });
	}
});

test('a change that does not come from the page itself is refused before anything is read',
	async () => {
		const { origin } = new URL(stack.url);

		for (const headers of [
			{ 'Sec-Fetch-Site': null },
			...['cross-site', 'same-site', 'none', 'Same-Origin', '*'].map((site) =>
				({ 'Sec-Fetch-Site': site, 'Origin': origin })),
			...['https://evil.example', `${origin}.evil.example`, `${origin}/`, 'null', '',
				origin.replace('http:', 'https:'), origin.replace(/:\d+$/, '')].map((other) =>
				({ 'Sec-Fetch-Site': null, 'Origin': other })),
		]) {
			assertProblem(await create(GOOD, headers), 403, 'cross_site');
			assertProblem(await edit({ name: 'x' }, headers), 403, 'cross_site');
			assertProblem(await admin.delete(target, { 'If-Match': '"1"', ...headers }),
				403, 'cross_site');
		}
		assertProblem(await create({}, { 'Sec-Fetch-Site': null, 'Origin': origin }),
			422, 'invalid', { email: 'email.required', password: 'password.required' });
	});

test('a method that is not offered is refused with those that are', async () => {
	for (const [method, path, allowed] of [
		['PUT', 'users', 'GET, HEAD, POST'],
		['DELETE', 'users', 'GET, HEAD, POST'],
		['POST', target, 'GET, HEAD, PATCH, DELETE'],
		['OPTIONS', target, 'GET, HEAD, PATCH, DELETE'],
		['PROPFIND', 'permissions', 'GET, HEAD'],
		['PATCH', 'permissions', 'GET, HEAD'],
	]) {
		const answer = await admin.send(method, path);

		assertProblem(answer, 405, 'method_not_allowed');
		assert.equal(answer.headers.allow, allowed, `${method} ${path}`);
	}
});

test('what is not there is not found', async () => {
	for (const path of ['', 'nothing', 'Users', 'users/', 'users/0', 'users/01', 'users/-1',
		'users/1a', 'users/+1', 'users/999999', 'users/18446744073709551616', 'users/1/nothing',
		'clients/999999', 'groups/999999', 'users;v=1']) {
		assertProblem(await admin.get(path), 404, 'not_found');
	}
});
