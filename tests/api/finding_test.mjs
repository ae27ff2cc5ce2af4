/*
 * People are found by their words: in any order, begun or whole, with accents and without; an
 * address by its parts, a number by its last digits. What is found follows each change at once, by
 * whatever door it came.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Random, seedOfRun } from '../lib/random.mjs';
import { CHECK, startStack } from '../lib/stack.mjs';

const CSV = { 'Content-Type': 'text/csv' };

let stack;
let admin;
let masked;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	masked = await stack.person('masked@example.com', { groups: ['Managers'], masked: true });
});
after(() => stack.stop());

const query = (typed, more = '') => `q=${encodeURIComponent(typed)}${more}`;

/** The ids of all pages. */
async function found(noun, typed, more = '', client = admin) {
	const ids = [];
	let cursor = '';

	do {
		const { status, body } = await client.get(`${noun}?${query(typed, more + cursor)}`);

		assert.equal(status, 200, `${noun} ${typed}: ${JSON.stringify(body)}`);
		assert.equal(body.page.found_by, 'words');
		ids.push(...body.items.map(({ id }) => id));
		cursor = body.page.next ? `&after=${encodeURIComponent(body.page.next)}` : '';
	} while (cursor);
	assert.equal(new Set(ids).size, ids.length, `${noun} ${typed}: somebody twice`);
	return ids;
}

async function assertFinds(noun, typed, id, more) {
	assert.ok((await found(noun, typed, more)).includes(id), `${noun}: "${typed}" misses ${id}`);
}

async function assertMisses(noun, typed, id) {
	assert.ok(!(await found(noun, typed)).includes(id), `${noun}: "${typed}" finds ${id}`);
}

/** What the table has is what the records say: the command has nothing to mend. */
function assertWhole() {
	const { stdout } = stack.admin(['words']);

	assert.match(stdout, /^users: [1-9]\d* looked through, 0 mended$/m);
	assert.match(stdout, /^clients: \d+ looked through, 0 mended$/m);
}

async function made(noun, record) {
	const { status, body } = await admin.post(noun,
		noun === 'users' ? { groups: [3], link: true, ...record } : record);

	assert.equal(status, 201, JSON.stringify(body));
	return body.id;
}

const FIRST = ['Juan', 'Jürgen', 'Łukasz', 'Işık', 'Nguyễn', 'Ελένη', 'Фёдор', 'محمد', 'Zoé', 'An'];
const LAST = ['Pérez', 'Weiß', 'Żółć', 'Yıldız', 'Ân', 'Παππά', 'Щербаков', 'الحسيني', "D'Arcy",
	'Anders'];

/** Without what has marks: as the other half types it. */
const plain = (text) => text.normalize('NFD').replaceAll(/\p{M}/gu, '');

test('each word, each beginning and each two words of a name find it', async () => {
	const random = new Random(seedOfRun());

	for (const noun of ['users', 'clients']) {
		for (let n = 0; n < 12; n++) {
			const words = [random.pick(FIRST), random.pick(LAST), ...random.some(FIRST, 15),
				...random.some(LAST, 15)];
			const id = await made(noun,
				{ name: words.join(' '), email: `${noun}${n}@find.example` });
			const parts = [...new Set(words.flatMap((word) => word.split("'")))];

			for (const [at, word] of parts.entries()) {
				const other = parts[(at + 1 + random.below(parts.length - 1)) % parts.length];

				await assertFinds(noun, [...word].slice(0, 1 + random.below(word.length)).join(''),
					id);
				await assertFinds(noun, plain(word).toUpperCase(), id);
				if (other !== word) {
					await assertFinds(noun, `${word} ${other.slice(0, 2)}`, id);
					await assertFinds(noun, `${plain(other).toLowerCase()} ${word}`, id);
				}
			}
		}
	}
	assertWhole();
});

test('addresses are found by their parts, numbers by their last digits', async () => {
	const id = await made('clients', { name: 'Anna Smith', email: 'anna.smith@post.example.com',
		phone: '+49 30 1112233' });

	for (const typed of ['anna.smith@', 'smith@post', 'post.exa', '@post.example.com',
		'example.com', '1112233', '030 1112233', '+49 30 111 22 33', '0049 (0)30 111-22-33',
		'smith 2233']) {
		await assertFinds('clients', typed, id);
	}
	await assertMisses('clients', '111223', id);
	await assertMisses('clients', 'anna jones', id);
});

test('who is called just so comes first, and pages go back and forth without a gap', async () => {
	const names = ['Quinn Ada', 'Quinn Bob', 'Quinn Quinlan', 'Quinnan Cy', 'Quinnell Di',
		'Quinnes Quinny Quint'];
	const ids = new Map();

	for (const name of names.toReversed()) {
		ids.set(await made('clients', { name }), name);
	}
	const all = await found('clients', 'quinn');

	assert.deepEqual(all.map((id) => ids.get(id)), names);
	assert.deepEqual(await found('clients', 'quinn', '&size=1'), all);
	assert.deepEqual(await found('clients', 'quinn', '&size=2'), all);
	assert.deepEqual(await found('clients', 'quinn', '&sort=-name&size=2'), all.toReversed());
	const second = (await admin.get(`clients?${query('quinn', '&size=2')}`)).body.page.next;
	const { page } = (await admin.get(
		`clients?${query('quinn', `&size=2&after=${encodeURIComponent(second)}`)}`)).body;
	const back = (await admin.get(
		`clients?${query('quinn', `&size=2&before=${encodeURIComponent(page.prev)}`)}`)).body;

	assert.deepEqual(back.items.map(({ id }) => id), all.slice(0, 2));
	assert.equal(back.page.total, names.length);
	assert.equal(page.total_exact, true);
});

test('words go together with other filters and orders, and with an export', async () => {
	const off = await made('clients', { name: 'Filter Person', status: 'disabled', country: 'DE' });
	const on = await made('clients', { name: 'Filter Person', country: 'FR' });

	assert.deepEqual(await found('clients', 'person filt', '&status=disabled'), [off]);
	assert.deepEqual(await found('clients', 'person filt', '&country=FR&sort=-id'), [on]);
	assert.deepEqual(await found('clients', 'filter', '&sort=id'), [off, on]);
	assert.deepEqual(await found('clients', 'filter'), [off, on]);
	const { text } = await admin.get(`clients/export.csv?${query('filter person')}`);

	assert.deepEqual(text.trimEnd().split('\r\n').slice(1).map((line) => parseInt(line, 10)),
		[off, on]);
	const { body } = await admin.get(`groups/3/users?${query('juan')}`);

	assert.ok(body.items.every(({ name }) => name.includes('Juan')));
});

test('old words are gone with an edit, a deletion, a change of many and what takes it back',
	async () => {
		const id = await made('users', { name: 'Before Change', email: 'before@find.example' });
		const client = await made('clients', { name: 'Before Change', phone: '+49301112234' });

		assert.equal((await admin.patch(`users/${id}`,
			{ name: 'Änderung Danach', email: 'after@find.example' })).status, 200);
		assert.equal((await admin.patch(`clients/${client}`,
			{ name: 'Änderung', phone: '+49301112235' })).status, 200);
		for (const [noun, typed, who] of [['users', 'before', id], ['users', 'before@', id],
			['clients', 'change', client], ['clients', '1112234', client]]) {
			await assertMisses(noun, typed, who);
		}
		await assertFinds('users', 'danach and', id);
		await assertFinds('users', 'after@', id);
		await assertFinds('clients', '1112235', client);
		const job = (await admin.post('users/bulk', { ids: [id], set: { mask_data: true } })).body;

		await admin.post(`jobs/${job.id}/undo`);
		await assertFinds('users', 'danach', id);
		assertWhole();
		assert.equal((await admin.delete(`users/${id}`)).status, 204);
		assert.equal((await admin.delete(`clients/${client}`)).status, 204);
		assert.deepEqual(stack.sql(`SELECT word FROM user_word WHERE id = ${id}`), []);
		assert.deepEqual(stack.sql(`SELECT word FROM client_word WHERE id = ${client}`), []);
		assertWhole();
	});

test('what is imported and what the command line makes is found', async () => {
	const clients = await admin.send('POST', 'clients/import', { headers: CSV,
		body: `name,email\r\n${Array.from({ length: 300 }, (_, n) =>
			`Imported ${n} Pérez,import${n}@find.example`).join('\r\n')}\r\n` });
	const users = await admin.send('POST', 'users/import', { headers: CSV,
		body: 'email,name,groups\r\nimported@find.example,Zoé Imported,Support\r\n' });

	assert.equal(clients.status, 200, clients.text);
	assert.equal(users.status, 200, users.text);
	stack.admin(['user', 'add', 'commanded@find.example', '--name', 'Commanded Line',
		'--group', 'Support']);
	assert.equal((await found('clients', 'perez 299 imp')).length, 1);
	assert.equal((await found('clients', 'perez imp')).length, 300);
	assert.equal((await found('users', 'imp zoe')).length, 1);
	assert.equal((await found('users', 'line command')).length, 1);
	assertWhole();
});

test('what was written by other means is found once the command was run', async () => {
	stack.sql(`INSERT INTO client (name, created_at) VALUES ('Elsewhere Written', NOW());
		INSERT INTO client_word (word, id) VALUES ('nobody', 4000000000);
		UPDATE user SET name = 'Otherwise' WHERE email = 'commanded@find.example'`);
	assert.match(stack.admin(CHECK, { code: 5 }).stdout,
		/^words: failed: run backoffice-admin words$/m);
	assert.match(stack.admin(['words']).stdout,
		/users: \d+ looked through, 1 mended\n.* 2 mended\n/);
	stack.admin(CHECK);
	assert.equal((await found('clients', 'written')).length, 1);
	assert.equal((await found('users', 'otherwise')).length, 1);
	assert.deepEqual(await found('users', 'commanded line'), []);
	assertWhole();
});

test('migrate adds the words of whoever has none, and goes on where it broke off', async () => {
	const were = stack.sql('SELECT id, HEX(word) FROM client_word ORDER BY id, word');

	stack.sql('DELETE FROM user_word; DELETE FROM client_word WHERE id > 40');
	stack.admin(['migrate', '--dir', 'sql/migrate']);
	assert.deepEqual(stack.sql('SELECT id, HEX(word) FROM client_word ORDER BY id, word'), were);
	assertWhole();
});

test('what says nothing is refused, and a masked viewer finds no client by words', async () => {
	for (const noun of ['users', 'clients']) {
		const { status, body } = await admin.get(`${noun}?${query('!!')}`);

		assert.equal(status, 400);
		assert.deepEqual(body.errors, { q: 'q.format' });
	}
	const { status, body } = await masked.get(`clients?${query('anna')}`);

	assert.equal(status, 403);
	assert.deepEqual(body.errors, { q: 'field.masked' });
	assert.ok((await found('users', 'juan', '', masked)).length > 0);
});

test('a list without words says nothing of how it was found', async () => {
	assert.ok(!('found_by' in (await admin.get('clients')).body.page));
});
