/*
 * What a form takes as it was typed, a filter and a look-up find by the same typed text: numbers,
 * addresses, countries and names, in all the dresses that people paste them in.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack, TOP } from '../lib/stack.mjs';

const BOM = '\ufeff';

/* Field by field: what is typed, and what is kept. */
const PHONES = [
	['+49 (0)30 1234567', '+49301234567'], ['+49 30/12345-67', '+49301234567'],
	['0049 30 1234567', '+49301234567'], ['030 1234567', '+49301234567'],
	['(030) 1234567', '+49301234567'], ['tel:+49-30-1234567', '+49301234567'],
	['+49\u00a030\u2009123\u202f4567', '+49301234567'],
	['+49\u201330\u20111234567', '+49301234567'],
	['\u202a+49 30 1234567\u202c', '+49301234567'], ['٠٠٤٩٣٠١٢٣٤٥٦٧', '+49301234567'],
	['＋４９（０）３０１２３４５６７', '+49301234567'], ['+39 06 698 12345', '+390669812345'],
	['+39 (0)6 698 12345', '+390669812345'], ['+36 (06) 20 123 4567', '+36201234567'],
	['06 12 34 56 78', '+33612345678', 'FR'], ['8 (495) 123-45-67', '+74951234567', 'RU'],
	['(212) 555-0123', '+12125550123', 'US'], ['612 345 678', '+34612345678', 'es'],
	['06 20 123 4567', '+36201234567', 'HU'], ['+225 07 07 12 34 56', '+2250707123456'],
];
const EMAILS = [
	[' Jo.Typed@Example.COM ', 'jo.typed@example.com'],
	['jo@bücher.example', 'jo@xn--bcher-kva.example'],
	['JO@BÜCHER.Example', 'jo@xn--bcher-kva.example'],
	['jo@bu\u0308cher.example', 'jo@xn--bcher-kva.example'],
	['jo@пример.рф', 'jo@xn--e1afmkfd.xn--p1ai'], ['jo@ｅｘａｍｐｌｅ。com', 'jo@example.com'],
	[`${BOM}jo@straße.example\u200b`, 'jo@xn--strae-oqa.example'],
	['jo+100%_a@example.com\u00a0', 'jo+100%_a@example.com'],
];
const NAMES = [
	['❤️ Heart', '❤️ Heart'], ['☎️', '☎️'], ['1️⃣ First', '1️⃣ First'],
	['🏴󠁧󠁢󠁥󠁮󠁧󠁿 Pub', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 Pub'],
	['👩🏽‍💻 Ada', '👩🏽‍💻 Ada'], ['🇩🇪 Shop', '🇩🇪 Shop'], ['\u200fعلي\u200f', 'علي'],
	['می‌خواهم', 'می‌خواهم'], ['  Jo \u00a0 Soft\u00ad ', 'Jo Soft'], ['Zoe\u0308 T', 'Zoë T'],
	['葛\u{e0100}飾', '葛\u{e0100}飾'], ['50%_off! \\', '50%_off! \\'],
	['я'.repeat(200), 'я'.repeat(200)],
];

let stack;
let admin;
let at = 0;

before(async () => {
	stack = await startStack({ settings: '[site]\ncountry = DE\n' });
	admin = await stack.signedIn();
});
after(() => stack.stop());

const query = (values) => new URLSearchParams(values).toString();

async function foundBy(path, name, typed) {
	const { status, body } = await admin.get(`${path}?${query({ [name]: typed, size: '200' })}`);

	assert.equal(status, 200, `${path} ${name} "${typed}" ${JSON.stringify(body)}`);
	return body.items.map(({ id }) => id);
}

/** Creates a record by the form with one value as it is typed; the filter finds it by that. */
async function findsAsTyped(path, fields, [name, typed, kept]) {
	const { status, body } = await admin.post(path, { ...fields, [name]: typed });

	assert.equal(status, 201, `${name} "${typed}" ${JSON.stringify(body)}`);
	assert.equal(body[name], kept);
	assert.ok((await foundBy(path, name, typed)).includes(body.id), `${path} ${name} "${typed}"`);
	return body;
}

test('a number is kept once and found as it was typed, whole and by its last digits', async () => {
	for (const [typed, kept, country = ''] of PHONES) {
		const { id } = await findsAsTyped('clients', { name: 'N', country },
			['phone', typed, kept]);

		for (const part of [kept.slice(-4), kept.slice(-7),
			`${kept.slice(-4, -2)} ${kept.slice(-2)}`,
			kept.slice(0, 6)]) {
			assert.ok((await foundBy('clients', 'phone', part)).includes(id), `${typed} ${part}`);
		}
		assert.ok((await foundBy('clients', 'q', typed)).includes(id), `q ${typed}`);
	}
});

test('an address is kept once and found as it was typed, and by its domain', async () => {
	for (const [typed, kept] of EMAILS) {
		const client = await findsAsTyped('clients', { name: 'N' }, ['email', typed, kept]);
		const [, domain] = typed.trim().split('@');

		assert.ok((await foundBy('clients', 'email', domain)).includes(client.id), domain);
		for (const sought of [typed, domain]) {
			assert.ok((await foundBy('clients', 'q', sought)).includes(client.id), `q ${sought}`);
		}
		stack.sql(`DELETE FROM user WHERE email = '${kept}'`);
		await findsAsTyped('users', { password: PASSWORD }, ['email', typed, kept]);
		stack.sql(`DELETE FROM user WHERE email = '${kept}'`);
	}
	for (const part of ['bücher', 'BÜCHER.ex', 'büch']) {
		assert.equal((await foundBy('clients', 'q', part)).length, 3, part);
	}
	for (const part of ['bücher', 'büch', 'BÜCH', 'jo@bü', '@bücher.ex', 'bücher。ex']) {
		assert.equal((await foundBy('clients', 'email', part)).length, 3, part);
	}
	assert.equal((await foundBy('clients', 'email', 'прим')).length, 1);
});

test('who is found by a part of a domain is exported and changed by it', async () => {
	stack.addUser('ann@büchlein.example');
	stack.addUser('buechlein@example.com', { name: 'Büchlein' });
	const filter = { email: 'büchl' };
	const { text } = await admin.get(`users/export.csv?${query(filter)}`);
	const { body } = await admin.post('users/bulk', { filter,
		set: { status: 'disabled' } });

	assert.equal(text.trim().split('\r\n').length, 2, text);
	assert.match(text, /ann@xn--bchlein/);
	assert.equal(body.results.length, 1);
	assert.match(stack.sql(`SELECT after_json FROM audit WHERE action = 'users.export'
		ORDER BY id DESC LIMIT 1`)[0][0], /"filters":\["email"\]/);
	assert.equal((await admin.get(`users?${query({ ...filter, status: 'disabled' })}`))
		.body.items.length, 1);
});

test('of a domain with letters beyond ASCII each label and each part of one is found', async () => {
	const { body } = await admin.post('clients', { name: 'Parts',
		email: 'jo@nah.haus-österlich.example' });

	for (const part of ['österlich', 'ÖSTERL', 'haus', 'nah.haus-ö']) {
		assert.deepEqual(await foundBy('clients', 'email', part), [body.id], part);
		assert.deepEqual(await foundBy('clients', 'q', part), [body.id], part);
	}
	assert.deepEqual(await foundBy('clients', 'email', 'haus-ö'), [body.id]);
});

test('what came along unseen is in nobody\'s way where a person is looked for', async () => {
	const { body } = await admin.post('clients', { name: 'Unseen Person' });

	for (const typed of ['un\u200bseen', '\u202aPerson\u202c', 'unseen\u00ad \u2060per']) {
		assert.ok((await foundBy('clients', 'q', typed)).includes(body.id), typed);
	}
	assert.equal((await admin.get(`clients?${query({ q: 'a\nb' })}`)).status, 400);
});

test('a name keeps its emoji, loses what came along, and is found as it was typed', async () => {
	for (const [typed, kept] of NAMES) {
		await findsAsTyped('clients', {}, ['name', typed, kept]);
		await findsAsTyped('users', { email: `typed${++at}@example.com`, password: PASSWORD },
			['name', typed, kept]);
	}
});

test('a country is found in any case, and is one of ISO 3166-1', async () => {
	for (const typed of ['gb', 'Gb', ' GB ', 'de']) {
		await findsAsTyped('clients', { name: 'N' },
			['country', typed, typed.trim().toUpperCase()]);
	}
	for (const country of ['ZZ', 'QQ', 'XK', 'UK', 'Germany']) {
		assert.equal((await admin.post('clients', { name: 'N', country })).status, 422, country);
	}
});

test('a look-up takes what the form takes', async () => {
	stack.sql('DELETE FROM client');
	const { body } = await admin.post('clients', { name: 'Lone', phone: '030 7654321',
		email: 'lone@bücher.example' });

	for (const asked of [{ phone: '+49 (0)30 7654321' }, { phone: '0049-30-7654321' },
		{ phone: '030/7654321' }, { phone: 'tel:+49307654321' }, { email: ' LONE@Bücher.example ' },
		{ email: 'lone@xn--bcher-kva.example' }]) {
		const answer = await admin.post('clients/lookup', asked);

		assert.deepEqual([answer.status, answer.body.id], [200, body.id], JSON.stringify(asked));
	}
});

test('a look-up of what two clients share says that there are several, and no more', async () => {
	for (const name of ['One', 'Two']) {
		await admin.post('clients', { name, phone: '030 1111111' });
	}
	const { status, body, text } = await admin.post('clients/lookup', { phone: '+49301111111' });

	assert.deepEqual([status, body.code], [409, 'several']);
	assert.doesNotMatch(text, /One|Two|1111/);
});

test('a number that cannot be is refused with the reason, in a form and in a file', async () => {
	const wrong = [['+49 30 1234567 ext. 5', 'extension'], ['1234567', 'national'],
		['+34 61234567', 'too_short'], ['+34 6123456789', 'too_long'], ['+999 123456', 'country'],
		['+39 6 698 12345', 'zero'], ['call me', 'format'], ['06 1234', 'too_short', 'FR']];

	for (const [phone, key, country = ''] of wrong) {
		const { body } = await admin.post('clients', { name: 'N', phone, country });

		assert.deepEqual(body.errors, { phone: `phone.${key}` }, phone);
	}
	const file = ['name,phone,country', ...wrong.map(([phone,, country = '']) =>
		`N,${phone},${country}`), 'N,06 12 34 56 78,FR', 'N,030 7654329,'].join('\n');
	const { body } = await admin.send('POST', 'clients/import', { body: file,
		headers: { 'Content-Type': 'text/csv' } });

	assert.deepEqual(body.rows.map(({ errors }) => errors.phone),
		[...wrong.map(([, key]) => `phone.${key}`), undefined, undefined]);
	const kept = await Promise.all(body.rows.slice(-2).map(({ id }) => admin.get(`clients/${id}`)));

	assert.deepEqual(kept.map((answer) => answer.body.phone), ['+33612345678', '+49307654329']);
});

test('the numbers and countries of the demo are such as a form takes', async () => {
	const rows = [...readFileSync(join(TOP, 'sql/demo.sql'), 'utf8')
		.matchAll(/'(\+\d+)', '([A-Z]*)'/g)]
		.map(([, phone, country]) => `N,${phone},${country}`);
	const { body } = await admin.send('POST', 'clients/import?dry_run=true', {
		body: ['name,phone,country', ...rows].join('\n'),
		headers: { 'Content-Type': 'text/csv' } });

	assert.ok(rows.length > 200);
	assert.deepEqual(body.rows.filter(({ errors }) => Object.keys(errors).length > 0), []);
});

test('an edit reads a number by the country that the client has, or gets with it', async () => {
	const { body } = await admin.post('clients', { name: 'N', country: 'FR' });
	const edit = async (fields) => (await admin.patch(`clients/${body.id}`, fields)).body;

	assert.equal((await edit({ phone: '06 12 34 56 78' })).phone, '+33612345678');
	assert.equal((await edit({ phone: '020 7946 0018', country: 'GB' })).phone, '+442079460018');
	assert.equal((await edit({ phone: '030 7654321', country: '' })).phone, '+49307654321');
	assert.deepEqual((await edit({ phone: '06 12', country: 'FR' })).errors,
		{ phone: 'phone.too_short' });
});

test('a number from before these rules stays, and is in nobody\'s way', async () => {
	stack.sql(`INSERT INTO client (id, name, email, phone, country, created_at)
		VALUES (900001, 'Old', '', '+490301234567', 'XK', NOW())`);
	const path = 'clients/900001';
	const { body } = await admin.get(path);

	assert.deepEqual([body.phone, body.country], ['+490301234567', 'XK']);
	assert.equal((await admin.patch(path, { name: 'Still old' })).body.phone, '+490301234567');
	assert.equal((await admin.patch(path, { country: 'DE' })).body.phone, '+490301234567');
	assert.equal((await admin.patch(path, { phone: '+490301234567' })).body.phone, '+49301234567');
});

test('a character that cannot be seen is named with its place', async () => {
	const { status, body } = await admin.post('clients', { name: 'Jo An\u200bna',
		email: 'an\u00adna@example.com' });

	assert.equal(status, 422);
	assert.deepEqual(body.errors, { name: 'name.characters', email: 'email.characters' });
	assert.deepEqual(body.places, { name: { character: 'U+200B', after: 'An' },
		email: { character: 'U+00AD', after: 'an' } });
	assert.equal((await admin.post('groups', { name: 'A\u202eB', permissions: [] })).body.places
		.name.character, 'U+202E');
});

test('whoever signs in is known with what was pasted around the address', async () => {
	stack.addUser('pasted@example.com', { groups: ['Support'] });
	for (const email of [' pasted@example.com', 'Pasted@Example.com\u00a0\n',
		`${BOM}pasted@example.com\u200e`]) {
		const { status } = await stack.client().post('session', { email, password: PASSWORD });

		assert.equal(status, 200, email);
	}
});

test('a network is taken with what was pasted around it', async () => {
	const { body } = await admin.post('users', { email: 'net@example.com', password: PASSWORD });
	const edit = await admin.patch(`users/${body.id}`,
		{ ip_allow_list: [' 192.0.2.0/24 ', '2001:db8::1\u200e'] });

	assert.deepEqual(edit.body.ip_allow_list, ['192.0.2.0/24', '2001:db8::1']);
});

test('a group of the longest name can be imported beside itself, and again', async () => {
	const names = ['x'.repeat(100), `${'y'.repeat(97)}❤️`.padEnd(100, 'y'), 'short'];
	const groups = names.map((name) => ({ name, permissions: [] }));
	const saved = async () => {
		const { status, body } = await admin.post('groups/import', { groups });

		assert.equal(status, 200, JSON.stringify(body));
		return body.items.map((row) => row.saved_as);
	};

	assert.deepEqual(await saved(), names);
	assert.deepEqual(await saved(),
		[`${'x'.repeat(96)} (1)`, `${'y'.repeat(96)} (1)`, 'short (1)']);
	assert.deepEqual((await saved())[0], `${'x'.repeat(96)} (2)`);
});
