/*
 * An edit that changes nothing writes nothing: no version, no row of the trail, the same ETag. All
 * PATCH of the OpenAPI document are walked, with the record's own values and with none.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { printed } from '../lib/contract.mjs';
import { startStack } from '../lib/stack.mjs';

const MADE = {
	'/users/{id}': ['users', { email: 'anna@example.com', name: 'Anna', link: true,
		groups: [2, 3] }],
	'/groups/{id}': ['groups', { name: 'Desk', permissions: ['users.view', 'clients.view'] }],
	'/clients/{id}': ['clients', { name: 'Zoë', email: 'zoe@example.com', phone: '+49301234567',
		country: 'DE', manager: 1 }],
	'/rooms/{id}': ['rooms', { name: 'Stock', address: '/stock/', groups: [3] }],
};

const patches = Object.entries(printed().paths).filter(([, { patch }]) => patch)
	.map(([path, { patch }]) => ({ path,
		schema: patch.requestBody.content['application/json'].schema.properties }));

let stack;
let admin;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

const rowCount = () => stack.sql('SELECT COUNT(*) FROM audit')[0][0];

/** The record's own values, as an edit names them. */
function ownValues(record, schema) {
	const named = Object.entries(record).filter(([name]) => name in schema);
	const idOf = (value) => value?.id ?? value;

	return Object.fromEntries(named.map(([name, value]) =>
		[name, Array.isArray(value) ? value.map(idOf) : idOf(value)]));
}

test('all that can be edited is tried here', () => {
	assert.deepEqual(patches.map(({ path }) => path).toSorted(), Object.keys(MADE).toSorted());
});

for (const { path: pattern, schema } of patches) {
	test(`${pattern}: an edit without a change leaves the record, its version and the trail`,
		async () => {
			const [collection, fields] = MADE[pattern];
			const { body: { id } } = await admin.post(collection, fields);
			const path = `${collection}/${id}`;
			const first = await admin.get(path);
			const own = ownValues(first.body, schema);
			const rows = rowCount();

			assert.deepEqual(Object.keys(own).toSorted(), Object.keys(schema).toSorted());
			for (const body of [{}, own,
				...Object.entries(own).map(([name, value]) => ({ [name]: value }))]) {
				const { status, headers, body: now } = await admin.patch(path, body);

				assert.equal(status, 200, JSON.stringify(body));
				assert.equal(headers.etag, first.headers.etag, JSON.stringify(body));
				assert.equal(now.version, first.body.version);
			}
			assert.deepEqual((await admin.get(path)).body, first.body);
			assert.equal(rowCount(), rows);
		});

	test(`${pattern}: an edit without a body is none, and one of an older version is refused`,
		async () => {
			const [collection] = MADE[pattern];
			const [{ id }] = (await admin.get(`${collection}?size=1&sort=-id`)).body.items;
			const path = `${collection}/${id}`;

			assert.equal((await admin.patch(path, undefined)).status, 400);
			assert.equal((await admin.patch(path, '')).status, 400);
			assert.equal((await admin.patch(path, {}, { 'If-Match': '"77"' })).status, 412);
			assert.equal((await admin.patch(path, {}, {})).status, 428);
		});
}

/* What is written otherwise: [collection, what is made, an edit of it, the same in other words]. */
const OTHERWISE = [
	['users', { email: 'order@example.com', groups: [2, 3], link: true },
		{ ip_allow_list: ['10.0.0.1', '192.0.2.0/24', '2001:db8::/32'] }, [
			{ email: ' ORDER@Example.com' }, { groups: [3, 2] }, { groups: [3, 2, 3] },
			{ ip_allow_list: ['2001:db8::/32', '192.0.2.0/24', '10.0.0.1'] },
			{ ip_allow_list: ['::ffff:10.0.0.1', '2001:DB8:0::/32', '192.0.2.77/24',
				'10.0.0.1/32'] },
		]],
	['groups', { name: 'Order', permissions: [] },
		{ permissions: ['users.view', 'clients.view'] }, [
			{ name: ' Order ' }, { permissions: ['clients.view', 'users.view', 'clients.view'] },
		]],
	['clients', { name: 'Zoë', email: 'zo@example.com' }, { phone: '+49301234567' }, [
		{ name: 'Zoe\u0308 ' }, { email: 'ZO@example.com' }, { phone: '+49 (30) 123-45.67' },
	]],
];

for (const [collection, fields, edit, others] of OTHERWISE) {
	test(`${collection}: the same in another order or notation is no change`, async () => {
		const { body: { id } } = await admin.post(collection, fields);
		const path = `${collection}/${id}`;
		const first = await admin.patch(path, edit);
		const rows = rowCount();

		assert.equal(first.body.version, 2);
		for (const body of others) {
			const { status, headers } = await admin.patch(path, body);

			assert.deepEqual([status, headers.etag], [200, first.headers.etag],
				JSON.stringify(body));
		}
		assert.equal(rowCount(), rows);
	});
}

test('the language that one has already is no change either', async () => {
	const choose = (language) => admin.send('PUT', 'profile/language', { body: { language } });

	await choose('de');
	const rows = rowCount();
	const { version } = (await admin.get('session')).body.user;

	assert.equal((await choose('de')).status, 204);
	assert.equal((await admin.get('session')).body.user.version, version);
	assert.equal(rowCount(), rows);
});
