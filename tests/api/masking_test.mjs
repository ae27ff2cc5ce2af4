/* For a masked viewer the server behaves as if the database held nothing but the masks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

const MASKS = { name: '*****', email: '*****@*****', phone: '*****' };
const EMPTY = 12; // id of a client of whom nothing is known
const PERSONAL = Object.keys(MASKS);
const OPEN_SORTS = ['id', 'country', 'status', 'created_at'].flatMap((name) => [name, `-${name}`]);

/* Every way to clients' data that is open to a masked viewer. */
const PATHS = [
	'clients', 'clients/5', `clients/${EMPTY}`, 'clients?country=DE', 'clients?status=disabled',
	'clients?manager=1', 'clients?id=5', 'clients/999', 'session',
	...OPEN_SORTS.map((sort) => `clients?size=4&sort=${sort}`),
];

let stack;
let admin;
let masked;
let auditor;
let maskedPath;

/** Clients whose names, addresses and numbers are made from a word and the number of the client. */
function writeClients(word, numberOf) {
	for (let id = 1; id < EMPTY; id++) {
		const number = numberOf(id);

		stack.sql(`REPLACE INTO client
			(id, name, email, phone, country, status, manager_id, created_at)
			VALUES (${id}, '${word} ${number}', '${word}.${number}@example.org',
				'+4930123${number}', '${id % 2 ? 'DE' : 'FR'}', ${id % 3 ? 1 : 0}, 1,
				'2026-01-01 00:00:${id % 4}')`);
	}
}

const writeQuokkas = () => writeClients('quokka', (id) => id);
const writeZebras = () => writeClients('zebra', (id) => 1000 - id); // longer, and in another order

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	writeQuokkas();
	stack.sql(`INSERT INTO client (id, created_at) VALUES (${EMPTY}, '2026-01-01')`);
	masked = await stack.person('masked@example.com', { groups: ['Support'], masked: true });
	auditor = await stack.person('auditor@example.com', { groups: ['Auditors'], masked: true });
	maskedPath = `users/${(await masked.get('session')).body.user.id}`;
});
after(() => stack.stop());

const withoutId = ({ status, body }) => ({ status, ...body, request_id: '' });

/** An answer without what differs between any two: times, ids, and what cursors are sealed with. */
function comparable({ status, headers, text }) {
	return { status, headers: { ...headers, 'date': '', 'x-request-id': '' },
		text: text.replace(/"request_id":"\w+"/, '')
			.replace(/"(next|prev)":"([^"]+)"/g, (_, name, cursor) => `${name} ${cursor.length}`) };
}

async function everything(client) {
	const answers = [];

	for (const path of PATHS) {
		answers.push([path, comparable(await client.get(path))]);
	}
	return answers;
}

const pick = (record) => Object.fromEntries(PERSONAL.map((field) => [field, record[field]]));

test('a masked viewer gets the same masks for everybody on every path', async () => {
	for (const path of PATHS.filter((one) => one.startsWith('clients') && !one.endsWith('999'))) {
		const { status, body } = await masked.get(path);

		assert.equal(status, 200, path);
		for (const record of body.items ?? [body]) {
			assert.deepEqual(pick(record), MASKS, path);
			assert.equal(record.masked, true);
		}
	}
});

test('somebody who is not masked reads what is there', async () => {
	const { body } = await admin.get('clients/5');

	assert.deepEqual(pick(body),
		{ name: 'quokka 5', email: 'quokka.5@example.org', phone: '+49301235' });
	assert.equal(body.masked, false);
	assert.deepEqual(pick((await admin.get(`clients/${EMPTY}`)).body),
		{ name: '', email: '', phone: '' });
});

test('a client of whom nothing is known looks like any other', async () => {
	const [known, unknown] = [await masked.get('clients/5'), await masked.get(`clients/${EMPTY}`)];
	const same = { id: 0, country: '', status: '', manager: null, created_at: '' };

	assert.deepEqual({ ...known.body, ...same }, { ...unknown.body, ...same });
	assert.equal(known.headers.etag, unknown.headers.etag);
});

test('two databases that differ only in personal data give a masked viewer the same answers',
	async () => {
		const seen = await everything(masked);
		const clear = await everything(admin);

		writeZebras();
		assert.deepEqual(await everything(masked), seen);
		assert.notDeepEqual(await everything(admin), clear);
		stack.sql("UPDATE client SET name = '', email = '', phone = ''");
		assert.deepEqual(await everything(masked), seen);
		writeQuokkas();
	});

test('the trail does not say to a masked auditor what is known of a client', async () => {
	const seenBy = async (client, id) => {
		const { body } = await client.get(`audit?target_type=client&target_id=${id}&sort=at`);

		return body.items.map((entry) => [entry.action, entry.after.changed]);
	};
	const outcomes = [];

	for (const [record, change] of [
		[{ name: 'N', phone: '+12125550100' }, { phone: '', country: 'FR' }],
		[{ name: 'N', email: 'n@example.org' }, { phone: '', country: 'FR' }],
	]) {
		const { body: { id } } = await admin.post('clients', record);

		assert.equal((await admin.patch(`clients/${id}`, change)).status, 200);
		outcomes.push([await seenBy(auditor, id), await seenBy(admin, id)]);
	}
	assert.deepEqual(outcomes.map(([masks]) => masks), Array(2).fill(
		[['client.create', ['status']], ['client.update', ['country']]]));
	assert.deepEqual(outcomes[0][1],
		[['client.create', ['name', 'phone', 'status']], ['client.update', ['phone', 'country']]]);
});

test('HEAD tells a masked viewer no length but that of the masks', async () => {
	const head = async (client, path) => {
		const Cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
		const { status, headers } = await fetch(new URL(`api/v1/${path}`, stack.url),
			{ method: 'HEAD', headers: { Cookie } });

		return [status, Number(headers.get('content-length'))];
	};

	for (const path of ['clients', 'clients/5']) {
		for (const client of [masked, admin]) {
			const { status, text } = await client.get(path);

			assert.deepEqual(await head(client, path), [status, Buffer.byteLength(text)]);
		}
	}
});

test('a masked viewer neither sorts nor filters by what is masked', async () => {
	for (const field of PERSONAL) {
		for (const sort of [field, `-${field}`]) {
			assert.deepEqual(withoutId(await masked.get(`clients?sort=${sort}`)).errors,
				{ sort: 'field.masked' });
			assert.equal((await admin.get(`clients?sort=${sort}`)).status, 200);
		}
		const answers = await Promise.all(['quokka', 'nobody', '*****'].map((value) =>
			masked.get(`clients?${field}=${value}`)));

		assert.deepEqual(withoutId(answers[0]).errors, { [field]: 'field.masked' });
		assert.deepEqual(answers.map(({ status }) => status), [403, 403, 403]);
		assert.deepEqual(withoutId(answers[0]), withoutId(answers[1]));
		assert.deepEqual(withoutId(answers[0]), withoutId(answers[2]));
	}
});

test("a masked viewer gains nothing from somebody else's cursor", async () => {
	const { next } = (await admin.get('clients?size=4&sort=name')).body.page;

	assert.equal((await masked.get(`clients?sort=name&after=${next}`)).body.code, 'forbidden');
	assert.deepEqual((await masked.get(`clients?after=${next}`)).body.errors,
		{ after: 'cursor.unknown' });
});

test('no cursor carries personal data, whoever gets it', async () => {
	for (const field of PERSONAL) {
		const { items, page } = (await admin.get(`clients?size=4&sort=${field}`)).body;
		const forms = [page.next, ...['base64', 'base64url', 'hex'].flatMap((encoding) =>
			['utf8', 'utf16le'].map((text) => Buffer.from(page.next, encoding).toString(text)))];

		assert.ok(items[3][field]);
		assert.ok(forms.every((form) => !form.includes(items[3][field].slice(0, 6))), field);
	}
});

test('masking and unmasking hold from the very next request on', async () => {
	for (const mask of [false, true, false, true]) {
		assert.equal((await admin.patch(maskedPath, { mask_data: mask })).status, 200);
		const { body } = await masked.get('clients/5');

		assert.equal(body.name, mask ? MASKS.name : 'quokka 5');
		assert.equal((await masked.get('clients?sort=name')).status, mask ? 403 : 200);
		assert.equal((await masked.get('clients')).body.items.at(-1).name,
			mask ? MASKS.name : 'quokka 1');
	}
});

test('no log and no audit row keeps what somebody looked for', async () => {
	await admin.get('clients?name=quokka&email=quokka.5@example.org');
	await masked.get('clients?name=quokka');
	assert.ok(stack.logs().length > 0);
	assert.ok(!stack.logs().includes('quokka'));
	assert.ok(!JSON.stringify(stack.sql('SELECT * FROM audit')).includes('quokka'));
});
