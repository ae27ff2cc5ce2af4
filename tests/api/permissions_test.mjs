/* Every route against every permission, from the program's own table. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { startStack, TOP } from '../lib/stack.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const OPEN = ['anyone', 'signed_in', 'host'];

const table = execFileSync(join(PROGRAMS, 'backoffice-fcgi'), ['--routes'], { encoding: 'utf8' });
const routes = table.trimEnd().split('\n').map((line) => line.split(/ +/))
	.map(([method, path, permission]) => ({ method, path, permission }));
const permissions = readFileSync(join(TOP, 'tests/golden/permissions.txt'), 'utf8')
	.trimEnd().split('\n');

let stack;
let people; // one client a permission

/** A person whose only group has one permission and nothing else. */
async function personWith(permission, number) {
	const id = 100 + number;

	stack.sql(`INSERT INTO user_group (id, name) VALUES (${id}, 'only ${permission}');
		INSERT INTO user_group_permission VALUES (${id}, '${permission}');
		UPDATE authz_epoch SET epoch = epoch + 1;`);
	return stack.person(`p${id}@example.com`, { groups: [`only ${permission}`] });
}

before(async () => {
	stack = await startStack();
	people = new Map();
	for (const [number, permission] of permissions.entries()) {
		people.set(permission, await personWith(permission, number));
	}
});
after(() => stack.stop());

/** A request that reaches the guard and changes nothing: the record does not exist. */
function knock(client, { method, path }) {
	const target = path.replace('/api/v1/', '').replaceAll(/\{s?id\}/g, '999999999');

	return client.send(method, target, ['GET', 'DELETE'].includes(method)
		? { headers: { 'If-Match': '"1"' } } : { body: {}, headers: { 'If-Match': '"1"' } });
}

test('the reviewed list of routes is the list that the program serves', () => {
	assert.equal(table, readFileSync(join(TOP, 'tests/golden/routes.txt'), 'utf8'));
});

test('the reviewed list of permissions is the catalogue that the API shows', async () => {
	const admin = await stack.signedIn();
	const { body } = await admin.get('permissions');

	assert.deepEqual(body.items.map(({ name }) => name), permissions);
});

test('an administrator holds every permission of the catalogue', async () => {
	const admin = await stack.signedIn();

	assert.deepEqual((await admin.get('session')).body.permissions.toSorted(),
		permissions.toSorted());
});

test('routes that need no permission are the ones that were reviewed', () => {
	const open = routes.filter(({ permission }) => OPEN.includes(permission))
		.map(({ method, path, permission }) => `${method} ${path} ${permission}`);

	assert.deepEqual(open, [
		'POST /api/v1/session anyone',
		'GET /api/v1/session signed_in',
		'DELETE /api/v1/session signed_in',
		'POST /api/v1/session/code anyone',
		'POST /api/v1/session/code/resend anyone',
		'POST /api/v1/session/password anyone',
		'POST /api/v1/session/totp anyone',
		'PUT /api/v1/session/totp anyone',
		'POST /api/v1/session/link anyone',
		'POST /api/v1/session/link/password anyone',
		'POST /api/v1/session/forgotten anyone',
		'GET /api/v1/session/proof signed_in',
		'POST /api/v1/session/proof signed_in',
		'PUT /api/v1/profile/password signed_in',
		'PUT /api/v1/profile/language signed_in',
		'GET /api/v1/profile/totp signed_in',
		'POST /api/v1/profile/totp signed_in',
		'PUT /api/v1/profile/totp signed_in',
		'DELETE /api/v1/profile/totp signed_in',
		'POST /api/v1/profile/recovery-codes signed_in',
		'GET /api/v1/profile/sessions signed_in',
		'DELETE /api/v1/profile/sessions signed_in',
		'DELETE /api/v1/profile/sessions/{id} signed_in',
		'GET /api/v1/profile/views signed_in',
		'POST /api/v1/profile/views signed_in',
		'GET /api/v1/profile/views/{id} signed_in',
		'DELETE /api/v1/profile/views/{id} signed_in',
		'GET /api/v1/gate signed_in',
		'POST /api/v1/gate signed_in',
		'GET /api/v1/gate/refused anyone',
		'GET /api/v1/jobs signed_in',
		'GET /api/v1/jobs/{id} signed_in',
		'DELETE /api/v1/jobs/{id} signed_in',
		'POST /api/v1/jobs/{id}/step signed_in',
		'POST /api/v1/jobs/{id}/undo signed_in',
		'GET /api/v1/site anyone',
		'GET /api/v1/health host',
		'GET /api/v1/metrics host',
		'GET /api/v1/openapi.json anyone',
	]);
});

for (const route of routes.filter(({ permission }) => !OPEN.includes(permission))) {
	const name = `${route.method} ${route.path}`;

	test(`${name} refuses somebody who is not signed in`, async () => {
		const { status, body } = await knock(stack.client(), route);

		assert.equal(status, 401);
		assert.equal(body.code, 'unauthenticated');
	});

	test(`${name} refuses every permission but ${route.permission}`, async () => {
		for (const [permission, client] of people) {
			if (permission !== route.permission) {
				const { status, body } = await knock(client, route);

				assert.equal(status, 403, permission);
				assert.equal(body.code, 'forbidden');
				assert.equal(body.missing, route.permission);
			}
		}
	});

	test(`${name} lets ${route.permission} in`, async () => {
		const { status } = await knock(people.get(route.permission), route);

		assert.ok(![401, 403].includes(status), `answered ${status}`);
	});
}
