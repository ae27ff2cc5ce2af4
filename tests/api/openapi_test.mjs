/* The document of the API: sound, whole, and the measure of every answer that the tests get. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Validator } from '@seriousme/openapi-schema-validator';

import { checkAnswer, printed } from '../lib/contract.mjs';
import { PREFIX, startStack, TOP } from '../lib/stack.mjs';

const document = printed();

let stack;

before(async () => (stack = await startStack()));
after(() => stack.stop());

/** Every operation, with its path and method. */
function operations() {
	return Object.entries(document.paths).flatMap(([path, item]) =>
		Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
}

test('the document is valid OpenAPI 3.1', async () => {
	const validator = new Validator();
	const { valid, errors } = await validator.validate(structuredClone(document));

	assert.ok(valid, JSON.stringify(errors, null, 1));
	assert.equal(validator.version, '3.1');
});

test('it is served to anyone, for the prefix of the installation', async () => {
	const { status, headers, body } = await stack.client().get('openapi.json');

	assert.equal(status, 200);
	assert.equal(headers['content-type'], 'application/json');
	assert.deepEqual(body.servers, [{ url: `${PREFIX}api/v1` }]);
	assert.deepEqual({ ...body, servers: document.servers }, document);
});

test('it has every route that was reviewed, each with its permission', () => {
	const reviewed = readFileSync(join(TOP, 'tests/golden/routes.txt'), 'utf8').trim().split('\n')
		.map((line) => line.split(/\s+/).join(' '));

	assert.deepEqual(operations().map(({ path, method, operation }) =>
		`${method.toUpperCase()} /api/v1${path} ${operation['x-permission']}${
			operation['x-proof'] ? ' proof' : ''}`).toSorted(),
	reviewed.toSorted());
});

test('operations have names of their own, and say in a sentence what they do', () => {
	const names = operations().map(({ operation }) => operation.operationId);

	assert.equal(new Set(names).size, names.length);
	for (const { operation } of operations()) {
		assert.match(operation.operationId, /^[a-z_]+$/);
		assert.match(operation.summary, /^[A-Z].{5,99}$/);
		assert.equal(operation.tags.length, 1);
	}
});

test('the fields that a masked viewer does not see are marked', () => {
	const masked = Object.entries(document.components.schemas).flatMap(([name, { properties }]) =>
		Object.entries(properties).filter(([, schema]) => schema['x-masked'])
			.map(([field]) => `${name}.${field}`));

	assert.deepEqual(masked, ['Client.name', 'Client.email', 'Client.phone']);
});

test('what takes If-Match and Idempotency-Key says so', () => {
	const taking = (header) => operations().filter(({ operation }) => operation.parameters
		.some(({ $ref }) => $ref === `#/components/parameters/${header}`))
		.map(({ path, method }) => `${method} ${path}`);

	assert.deepEqual(taking('If-Match'), [
		'patch /users/{id}', 'delete /users/{id}', 'patch /groups/{id}', 'delete /groups/{id}',
		'patch /rooms/{id}', 'delete /rooms/{id}', 'patch /clients/{id}', 'delete /clients/{id}']);
	assert.deepEqual(taking('Idempotency-Key'), [
		'post /profile/views', 'post /users', 'post /users/import', 'post /users/bulk',
		'post /users/{id}/credentials', 'post /groups', 'post /groups/import', 'post /rooms',
		'post /clients', 'post /clients/import', 'post /mail/test', 'post /mail/{id}/resend',
		'post /jobs/{id}/undo']);
	assert.deepEqual(taking('Prefer'), [
		'post /users/import', 'post /users/bulk', 'post /clients/import',
		'post /jobs/{id}/undo']);
});

test('what a body may hold finds room in its column', () => {
	const kept = { 'user.phone': 16, 'client.phone': 16,
		'client.country': 2 }; // without the spaces that are typed

	for (const [path, table] of [['/users', 'user'], ['/clients', 'client'],
		['/groups', 'user_group'], ['/profile/views', 'saved_view']]) {
		const { properties } = document.paths[path].post.requestBody.content['application/json']
			.schema;
		const rooms = new Map(stack.sql(`SELECT column_name, character_maximum_length
			FROM information_schema.columns WHERE table_schema = DATABASE()
			AND table_name = '${table}' AND character_maximum_length IS NOT NULL`));
		const held = Object.entries(properties).filter(([name, schema]) =>
			schema.maxLength && rooms.has(name) && name !== 'password'); // a hash is what is kept

		assert.ok(held.length > 0, table);
		for (const [name, { maxLength }] of held) {
			assert.ok((kept[`${table}.${name}`] ?? maxLength) <= Number(rooms.get(name)),
				`${table}.${name} takes ${maxLength}, and has room for ${rooms.get(name)}`);
		}
	}
});

test('an answer that is not as documented fails the test that gets it', async () => {
	const admin = await stack.signedIn();
	const answer = await admin.get('users/1');
	const held = (change, path = '/users/1', method = 'GET') => () =>
		checkAnswer(method, path, { ...answer, ...change });
	const { email, ...less } = answer.body;

	assert.ok(email);
	assert.doesNotThrow(held({}));
	assert.throws(held({ body: { ...answer.body, secret: 'x' } }), /not as documented.*secret/s);
	assert.throws(held({ body: less }), /not as documented.*email/s);
	assert.throws(held({ body: { ...answer.body, created_at: 'soon' } }), /created_at.*date-time/s);
	assert.throws(held({ status: 201 }), /is not documented/);
	assert.throws(held({ headers: { ...answer.headers, etag: undefined } }), /header ETag/);
	assert.throws(held({ headers: { ...answer.headers, 'content-type': 'text/html' } }),
		/text\/html is not documented/);
	assert.throws(held({}, '/users/one'), /not documented at all/);
	assert.throws(held({ status: 204 }, '/users/1', 'DELETE'), /a body that is not documented/);
});
