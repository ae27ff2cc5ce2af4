/* Tables as people bring them: written by Excel in four languages, by LibreOffice, by address
 * books, and by our own export. What is wrong is wrong in its row. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack, TOP } from '../lib/stack.mjs';
import { bytesIn, CODE_PAGES, kept, NAMES, tableOf, TRICKY, wordsOf } from '../lib/tables.mjs';

const CSV = { 'Content-Type': 'text/csv' };

/** Rows of a piece of a file. */
const PIECE = Number(/CSV_PIECE_ROWS = (\d+)/.exec(
	readFileSync(join(TOP, 'fcgi/http/csv.h'), 'utf8'))[1]);

let stack;
let admin;
let masked;
let adder;
let inviter;

before(async () => {
	stack = await startStack();
	stack.sql(`INSERT INTO user_group (id, name) VALUES (50, 'Desk'), (51, 'A|B'), (52, 'C\\\\|D'),
		(53, 'Support, second line'), (54, 'Watch'), (55, 'Add');
		INSERT INTO user_group_permission VALUES (50, 'clients.view'), (50, 'clients.create'),
		(55, 'users.view'), (55, 'users.create'),
		(54, 'audit.view'), (54, 'clients.view');`);
	admin = await stack.signedIn();
	masked = await stack.person('masked@example.com', { groups: ['Desk'], masked: true });
	adder = await stack.person('adder@example.com', { groups: ['Desk'] });
	inviter = await stack.person('inviter@example.com', { groups: ['Add'] });
});
after(() => stack.stop());

function send(path, bytes, { query = 'dry_run=true', client = admin, headers = CSV } = {}) {
	return client.send('POST', `${path}?${query}`, { body: bytes, headers });
}

const users = (bytes, more) => send('users/import', bytes, more);
const clients = (bytes, more) => send('clients/import', bytes, more);
const real = { query: 'dry_run=false' };
const errorsOf = ({ body }) => body.rows.map(({ errors }) => errors);
const deedsOf = ({ body }) => body.rows.map(({ deed }) => deed);
const record = async (noun, id) => (await admin.get(`${noun}/${id}`)).body;
const speak = (language) => admin.send('PUT', 'profile/language', { body: { language } });
const noClients = () => stack.sql('DELETE FROM client');

for (const language of ['de', 'es', 'ru', 'ar']) {
	test(`what Excel in ${language} writes is read, in each of its ways`, async () => {
		const name = NAMES[language];

		await speak(language);
		for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', CODE_PAGES[language]]) {
			for (const [separator, end] of [[';', '\r\n'], ['\t', '\r\n'], [',', '\n'],
				[';', '\r']]) {
				const answer = await clients(bytesIn(encoding, tableOf(name, separator, end)),
					real);
				const { body: { encoding: found, separator: between, rows } } = answer;

				assert.deepEqual([found, between, deedsOf(answer)], [encoding, separator, ['new']]);
				assert.equal((await record('clients', rows[0].id)).name, name);
				noClients();
			}
		}
		await speak('en');
	});

	test(`words and labels of ${language} are known`, async () => {
		const { body } = await users(wordsOf(language), real);
		const user = await record('users', body.rows[0].id);

		assert.deepEqual([user.mask_data, user.status], [true, 'disabled']);
	});
}

test('a sep= line says what separates, and lines are counted with it', async () => {
	const { body } = await clients('sep=;\r\nname;email\r\nJo;a@x.example\r\nAda;nope\r\n');

	assert.deepEqual([body.separator, body.rows.map(({ line }) => line)], [';', [3, 4]]);
	assert.deepEqual(body.rows[1].errors, { email: 'email.format' });
});

test('a workbook is told apart', async () => {
	for (const magic of [[0x50, 0x4b, 3, 4, 20, 0, 6, 0], [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]]) {
		const { status, body } = await users(Buffer.from(magic));

		assert.deepEqual([status, body.errors], [422, { file: 'csv.workbook' }]);
	}
});

test('nothing is wrong in the whole file because one row is', async () => {
	const answer = await clients('name,email\nJo "J" Doe,a@x.example\nAda,b@x.example\n'
		+ '"open,c@x.example\nBob,d@x.example\nx,,y\n');

	assert.deepEqual(answer.body.rows.map(({ line, errors }) => [line, errors]), [
		[2, { row: 'csv.quote' }], [3, {}], [4, { row: 'csv.quote' }], [5, {}],
		[6, { row: 'csv.cells' }]]);
});

test('what is left of a row that cannot be read is no row of its own', async () => {
	const answer = await clients('name,email\n"He said "hi"\nfirst floor\n\nback door\n'
		+ 'at noon",a@x.example\nAda,b@x.example\nBob\n');

	assert.deepEqual(errorsOf(answer), [...Array(4).fill({ row: 'csv.quote' }), {}, {}]);
});

test('empty columns and rows are dropped; a cell under no name is wrong in its row', async () => {
	const answer = await users('email,name,,\na@x.example,Jo,,\n,,,\nb@x.example,Ada\n'
		+ 'c@x.example,Bob,,,,\nd@x.example,Eve,?\n');

	assert.deepEqual(errorsOf(answer), [{}, {}, {}, { row: 'csv.cells' }]);
	assert.deepEqual(errorsOf(await users('email,,name\na@x.example,,Jo\nb@x.example,?,Ada\n')),
		[{}, { row: 'csv.unnamed' }]);
});

test('cells that are missing at the end are empty, and those that are too many are wrong',
	async () => {
		const head = ['email', 'name', 'groups', 'status', 'mask_data'];
		const cells = ['@x.example', 'Jo', 'Support', 'disabled', 'yes'];
		const row = (count, i) => `short${i}${cells.slice(0, count).join(',')}`;
		const csv = `${head}\n${cells.map((_, i) => row(i + 1, i)).join('\n')}\n`;
		const { body } = await users(csv, real);
		const made = await Promise.all(body.rows.map(({ id }) => record('users', id)));

		assert.deepEqual(made.map(({ name, groups, status, mask_data: mask }) =>
			[name, groups.length, status, mask]), [['', 0, 'enabled', false],
			['Jo', 0, 'enabled', false], ['Jo', 1, 'enabled', false],
			['Jo', 1, 'disabled', false], ['Jo', 1, 'disabled', true]]);
		for (const query of ['dry_run=true', 'dry_run=true&ignore_unknown=true']) {
			assert.deepEqual(errorsOf(await clients('email,name\na@x.example\n,Jo\n'
				+ 'b@x.example,Doe, John\nc@x.example,Eve,, \n', { query })),
			[{ name: 'name.required' }, {}, { row: 'csv.cells' }, {}]);
		}
	});

test('without a second factor comes in whom one may switch it off for, and no app comes in',
	async () => {
		const csv = 'email,two_factor\noff@x.example,Disabled\nmail@x.example,EMAIL\n'
			+ 'app@x.example,totp\nempty@x.example,\nwrong@x.example,sms\n';
		const may = { two_factor: 'two_factor.may_not' };
		const wrong = { two_factor: 'two_factor.unknown' };

		for (const more of [{}, real]) {
			assert.deepEqual(errorsOf(await users(csv, { ...more, client: inviter })),
				[may, {}, {}, {}, wrong], 'somebody is let in without a second factor');
		}
		stack.sql("DELETE FROM user WHERE email LIKE '%@x.example'");
		const { body } = await users(csv, real);
		const factors = await Promise.all(body.rows.slice(0, 4).map(({ id }) =>
			record('users', id)));

		assert.deepEqual(errorsOf({ body })[4], wrong);
		assert.deepEqual(factors.map(({ two_factor: factor }) => factor),
			['disabled', 'email', 'email', 'email']);
	});

test('unknown columns are named as they are written, and left out if that is asked', async () => {
	const csv = 'name,Company,Примечание,Notes & "more"\nJo,X,Y,Z\n'
		.replace('Notes & "more"', '"Notes & ""more"""');
	const names = ['Company', 'Примечание', 'Notes & "more"'];
	const { status, body } = await clients(csv);

	assert.equal(status, 422);
	assert.deepEqual(body.errors, Object.fromEntries(names.map((name) => [name, 'unknown'])));
	const left = await clients(csv, { query: 'dry_run=true&ignore_unknown=true' });

	assert.deepEqual([left.body.good, left.body.ignored], [1, names]);
});

test('the address books of Google and of Outlook are read', async () => {
	noClients();
	const google = await clients('First Name,Middle Name,Last Name,Phonetic First Name,Photo,'
		+ 'Labels,'
		+ 'E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,'
		+ 'Address 1 - Country\n'
		+ 'Ada,King,Lovelace,,,* myContacts,* Work,ada@x.example ::: ada@y.example,,Mobile,'
		+ '+44 20 7946 0018,United Kingdom\n'
		+ ',,,,,,,only@x.example,,,,\n'
		+ 'Bob,,,,,,,,second@x.example,,,Deutschland\n',
	{ query: 'dry_run=false&ignore_unknown=true' });
	const [ada, , bob] = await Promise.all(google.body.rows.map(({ id }) => record('clients', id)));

	assert.deepEqual(errorsOf(google)[1], { name: 'name.required' });
	assert.deepEqual([ada.name, ada.email, ada.phone, ada.country],
		['Ada King Lovelace', 'ada@x.example', '+442079460018', 'GB']);
	assert.deepEqual([bob.name, bob.email, bob.country], ['Bob', 'second@x.example', 'DE']);
	const outlook = await clients('Title,First Name,Last Name,Company,Business Phone,Home Phone,'
		+ 'Mobile Phone,E-mail Address,Business Country/Region\n'
		+ ',Jo,Doe,X,+49 30 1234567,,,jo@x.example,Germany\n',
	{ query: 'dry_run=false&ignore_unknown=true' });
	const jo = await record('clients', outlook.body.rows[0].id);

	assert.deepEqual([jo.name, jo.email, jo.phone, jo.country],
		['Jo Doe', 'jo@x.example', '+49301234567', 'DE']);
	assert.deepEqual(outlook.body.ignored, ['Title', 'Company']);
	noClients();
});

test('headers of the page are known in all its languages', async () => {
	for (const head of ['E-Mail;Name;Gruppen;Status', 'Correo electrónico;Nombre;Grupos;Estado',
		'Эл. почта;Имя;Группы;Статус', 'البريد الإلكتروني;الاسم;المجموعات;الحالة',
		'EMAIL;name;GROUPS;Status', 'E-Mail;Vorname;Nachname', 'Эл. почта;Имя;Фамилия']) {
		const { status, body } = await users(`${head}\r\na@x.example;Jo;;\r\n`
			.replace(';;\r', ';'.repeat(head.split(';').length - 2) + '\r'));

		assert.deepEqual([status, body.good], [200, 1], head);
	}
});

test('the second factor is known by what the page calls it in all its languages', async () => {
	const words = ['disabled', 'email', 'totp'];

	for (const language of ['en', 'de', 'es', 'ru', 'ar']) {
		const said = JSON.parse(readFileSync(join(TOP, `htdocs/i18n/${language}.json`), 'utf8'));
		const { body } = await users(`email;${said['user.two_factor']}\n${words.map((word) =>
			`${word}.${language}@factor.example;${said[`two_factor.${word}`]}\n`).join('')}`, real);
		const factors = await Promise.all(body.rows.map(({ id }) => record('users', id)));

		assert.deepEqual(factors.map(({ two_factor: factor }) => factor),
			['disabled', 'email', 'email'], language);
	}
});

test('a number that a spreadsheet has shortened says so', async () => {
	for (const phone of ['4.91701E+11', '4,91701E+11']) {
		assert.deepEqual(errorsOf(await clients(`name;phone\nJo;${phone}\n`)),
			[{ phone: 'phone.shortened' }]);
	}
});

test('groups are found with bars in their names, and by commas', async () => {
	const { body } = await users('email;groups\n'
		+ 'g1@x.example;A\\|B|Support\n'
		+ 'g2@x.example;C\\\\\\|D\n'
		+ 'g3@x.example;Support, Managers\n'
		+ 'g4@x.example;Support, second line|Desk\n'
		+ 'g5@x.example;| Support||\n'
		+ 'g6@x.example;|\n', real);
	const of = async (row) => (await record('users', row.id)).groups.map(({ id }) => id);

	assert.deepEqual(await Promise.all(body.rows.map(of)), [[3, 51], [52], [2, 3], [50, 53],
		[3], []]);
});

test('users: an export that goes into an empty installation is the same again', async () => {
	const groups = [[], [51], [52, 51], [53, 2]];

	for (const [i, name] of TRICKY.entries()) {
		const { status, body } = await admin.post('users', { email: `round${i}@trip.example`, name,
			groups: groups[i % groups.length], status: i % 2 ? 'enabled' : 'disabled',
			mask_data: i % 3 === 0, password: 'a few unusual words 37' });

		assert.equal(status, 201);
		await admin.send('PATCH', `users/${body.id}`, { headers: { 'If-Match': '"1"' },
			body: { language: ['', 'de', 'ar'][i % 3],
				...i % 4 < 2 && { two_factor: 'disabled' },
				ip_allow_list: [[], ['10.0.0.0/8', '2001:db8::/32'], ['192.0.2.7']][i % 3] } });
	}
	const list = 'users/export.csv?email=trip.example&sort=email';
	const rows = async () => (await admin.get(list)).text;
	const old = await rows();

	stack.sql("DELETE FROM user WHERE email LIKE '%@trip.example'");
	const { body } = await users(old, real);

	assert.deepEqual([body.good, body.refused], [TRICKY.length, 0], JSON.stringify(body.rows));
	assert.deepEqual(kept(await rows()), kept(old));
});

test('clients: an export that goes into an empty installation is the same again', async () => {
	noClients();
	for (const [i, name] of TRICKY.entries()) {
		const { status } = await admin.post('clients', { name, country: ['', 'DE'][i % 2],
			email: i % 4 === 3 ? 'shared@trip.example' : i % 4 === 2 ? '' : `c${i}@trip.example`,
			phone: ['', '+442079460018'][i % 2], status: i % 3 ? 'enabled' : 'disabled',
			manager: i % 5 === 0 ? 1 : null });

		assert.equal(status, 201);
	}
	const rows = async () => (await admin.get('clients/export.csv?sort=id')).text;
	const old = await rows();
	const same = await clients(old);

	assert.deepEqual([same.body.new, same.body.changed, same.body.same], [0, 0, TRICKY.length]);
	noClients();
	const { body } = await clients(old, real);

	assert.deepEqual([body.new, body.refused], [TRICKY.length, 0], JSON.stringify(body.rows));
	assert.deepEqual(kept(await rows()), kept(old));
	noClients();
});

test('a row with the ID or the address of a client changes them, and says so before', async () => {
	noClients();
	const make = async (body) => (await admin.post('clients', body)).body;
	const ada = await make({ name: 'Ada', email: 'ada@x.example', phone: '+442079460018' });
	const bob = await make({ name: 'Bob', email: 'bob@x.example', country: 'DE' });
	const csv = `id,name,email,phone,country\n${ada.id},Ada L,,,\n,,BOB@x.example,,FR\n`
		+ ',Eve,eve@x.example,,\n';
	const dry = await clients(csv);

	assert.deepEqual([deedsOf(dry), dry.body.new, dry.body.changed, dry.body.same],
		[['changed', 'changed', 'new'], 1, 2, 0]);
	assert.deepEqual(await record('clients', ada.id), ada);
	await clients(csv, real);
	const [one, two] = [await record('clients', ada.id), await record('clients', bob.id)];

	assert.deepEqual([one.name, one.email, one.phone, one.version],
		['Ada L', 'ada@x.example', '+442079460018', 2]);
	assert.deepEqual([two.name, two.country], ['Bob', 'FR']);
	assert.deepEqual(deedsOf(await clients(csv)), ['same', 'same', 'same']);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM audit WHERE action = 'client.update'
		AND target_id IN (${ada.id}, ${bob.id})`), [['2']]);
	noClients();
});

test('who stands twice in a file, or twice in the table, is said', async () => {
	noClients();
	for (const name of ['A', 'B']) {
		await admin.post('clients', { name, email: 'two@x.example' });
	}
	const csv = 'name,email\nJo,jo@x.example\nJo,JO@x.example\nX,two@x.example\nNo,\nNo,\n';

	assert.deepEqual(errorsOf(await clients(csv)), [{}, { email: 'email.repeated' },
		{ email: 'email.several' }, {}, {}]);
	assert.deepEqual(errorsOf(await clients('id,name\n77,A\n77,B\n')),
		[{}, { id: 'id.repeated' }]);
	assert.deepEqual(errorsOf(await users('email\nz@x.example\nZ@x.example\nadmin@example.com\n')),
		[{}, { email: 'email.repeated' }, { email: 'email.taken' }]);
	noClients();
});

test('a job says the same of repeated rows as the check did, also in another piece', async () => {
	noClients();
	const rows = Array.from({ length: 1200 }, (_, i) => `N${i},n${i}@x.example`);

	rows[700] = 'again,n3@x.example';
	const csv = `name;email\n${rows.join('\n').replaceAll(',', ';')}\n`;
	const { status, body } = await clients(csv, { ...real,
		headers: { ...CSV, Prefer: 'respond-async' } });

	assert.equal(status, 202);
	assert.deepEqual([body.head, body.separator], ['name;email', ';']);
	for (let job = body; job.state === 'running';) {
		({ body: { job } } = await admin.post(`jobs/${body.id}/step`, {}));
	}
	const done = (await admin.get(`jobs/${body.id}`)).body;

	assert.deepEqual([done.done, done.failed, done.refused.map(({ line, errors }) =>
		[line, errors])], [1199, 1, [[702, { email: 'email.repeated' }]]]);
	noClients();
});

/** What a job says of the rows of a file that it refused. */
async function refusedByJob(csv) {
	const { body } = await clients(csv, { ...real, headers: { ...CSV, Prefer: 'respond-async' } });

	for (let job = body; job.state === 'running';) {
		({ body: { job } } = await admin.post(`jobs/${body.id}/step`, {}));
	}
	return (await admin.get(`jobs/${body.id}`)).body;
}

test('a row that cannot be read leaves no row behind, wherever a piece of the file ends in it',
	async () => {
		const torn = '"He said "hi"\nfirst floor\n\nback door\nat noon",a@x.example\n';
		const rows = (from, to) => Array.from({ length: to - from }, (_, i) =>
			`N${from + i},n${from + i}@x.example\n`).join('');

		for (let good = PIECE - 5; good <= PIECE + 1; good++) {
			noClients();
			const csv = `name,email\n${rows(0, good)}${torn}${rows(good, good + 9)}`;
			const dry = await clients(csv);
			const said = dry.body.rows.filter(({ errors }) => errors.row !== undefined);
			const job = await refusedByJob(csv);

			assert.deepEqual([said.length, job.done], [4, good + 9], `after ${good} rows`);
			assert.deepEqual(job.refused.map(({ line, errors }) => [line, errors]),
				said.map(({ line, errors }) => [line, errors]), `after ${good} rows`);
		}
		noClients();
	});

test('in which characters a file is written can be said, of a job too', async () => {
	const bytes = bytesIn('windows-1251', tableOf(NAMES.ru, ';', '\r\n'));
	const told = { query: 'encoding=windows-1251' };

	noClients();
	assert.equal((await clients(bytes)).body.encoding, 'windows-1252');
	assert.equal((await clients(bytes, { query: 'dry_run=true&encoding=windows-1251' }))
		.body.encoding, 'windows-1251');
	const { body } = await clients(bytes, { ...told,
		headers: { ...CSV, Prefer: 'respond-async' } });

	await admin.post(`jobs/${body.id}/step`, {});
	assert.deepEqual(stack.sql('SELECT name FROM client'), [[NAMES.ru]]);
	noClients();
	assert.equal((await clients(bytesIn('utf-8', 'name\nJo\n'), { query: 'encoding=utf-16le' }))
		.status, 422);
	const unknown = await clients(bytes, { query: 'encoding=latin1' });

	assert.deepEqual([unknown.status, unknown.body.errors], [400,
		{ encoding: 'encoding.format' }]);
});

test('of a code page the type of a file is believed, and of what is found out it is not',
	async () => {
		const cyrillic = bytesIn('windows-1251', tableOf(NAMES.ru, ';', '\r\n'));
		const as = (charset, bytes, more = {}) => clients(bytes, { ...more,
			headers: { 'Content-Type': `text/csv; header=present; charset=${charset}` } });

		for (const charset of ['windows-1251', 'Windows-1251', '"cp1251"']) {
			assert.equal((await as(charset, cyrillic)).body.encoding, 'windows-1251', charset);
		}
		assert.equal((await as('windows-1251', cyrillic,
			{ query: 'dry_run=true&encoding=windows-1256' })).body.encoding, 'windows-1256');
		for (const charset of ['utf-8', 'UTF-16']) {
			assert.equal((await as(charset, bytesIn('utf-16be', tableOf('Jo', ';', '\n'))))
				.body.encoding, 'utf-16be', charset);
		}
		assert.equal((await as('koi8-r', cyrillic)).status, 415);
	});

test('columns are known whatever stands between the letters of their names', async () => {
	for (const head of ['first_name;last-name;E Mail', 'Name*;E-mail:;Status ?', '(name);[email];',
		'First\u00a0Name;"Last\nname";EMAIL', 'Full_Name;email_address;Country/Region',
		'E-mail 1 Value;Name.;MASK-DATA;']) {
		const { status, body } = await users(`${head}\na@x.example;Jo\n`,
			{ query: 'dry_run=true&ignore_unknown=true' });

		assert.equal(status, 200, head);
		assert.deepEqual(body.ignored.filter((name) => /mail|name/i.test(name)), [], head);
	}
});

test('the ID of another installation finds nobody', async () => {
	noClients();
	const { body: ada } = await admin.post('clients', { name: 'Ada' });
	const elsewhere = `id,name,created_at\n${ada.id},Bob,2020-01-02T03:04:05Z\n`;
	const here = `id,name,created_at\n${ada.id},Bob,${ada.created_at}\n`;

	assert.deepEqual(deedsOf(await clients(elsewhere)), ['new']);
	assert.deepEqual(deedsOf(await clients(here)), ['changed']);
	noClients();
});

test('managers are found by address too', async () => {
	noClients();
	const { body } = await clients('name,manager\nA,ADMIN@example.com\nB,nobody@example.com\nC,1\n'
		+ 'D,x\n', real);

	assert.deepEqual(body.rows.map(({ errors }) => errors.manager),
		[undefined, 'manager.unknown', undefined, 'manager.format']);
	assert.equal((await record('clients', body.rows[0].id)).manager.id, 1);
	const moved = await clients('name,manager,manager_email\nE,999,admin@example.com\n', real);

	assert.equal((await record('clients', moved.body.rows[0].id)).manager.id, 1);
	const { text } = await adder.get('clients/export.csv');

	assert.doesNotMatch(text, /admin@example\.com/);
	assert.match((await admin.get('clients/export.csv')).text, /admin@example\.com/);
	noClients();
});

test('who may only add changes nobody, and who sees masks finds nobody', async () => {
	noClients();
	const { body: ada } = await admin.post('clients', { name: 'Ada', email: 'ada@x.example' });
	const csv = 'name,email\nAda L,ada@x.example\nNew,new@x.example\n';

	assert.deepEqual(errorsOf(await clients(csv, { client: adder })),
		[{ row: 'csv.may_not_update' }, {}]);
	assert.deepEqual(deedsOf(await clients(csv, { client: masked })), ['new', 'new']);
	assert.deepEqual(errorsOf(await clients(`id,name\n${ada.id},X\n999999,Y\n`,
		{ client: masked })), [{ id: 'id.masked' }, { id: 'id.masked' }]);
	noClients();
});

test('a hundred thousand rows are read in all ways, and none is lost', async () => {
	const csv = `name;email\r\n${Array.from({ length: 100_000 }, (_, i) =>
		`Jürgen ${i};n${i}@x.example\r\n`).join('')}`;

	for (const encoding of ['utf-8', 'utf-16le', 'windows-1252']) {
		const { body } = await clients(bytesIn(encoding, csv));

		assert.deepEqual([body.encoding, body.new, body.refused], [encoding, 100_000, 0]);
	}
});

test('an export has commas or semicolons, as it is asked for, and both come back', async () => {
	for (const [word, separator] of [['comma', ','], ['semicolon', ';']]) {
		for (const path of ['users', 'clients', 'audit']) {
			const { status, text } = await admin.get(`${path}/export.csv?separator=${word}`);

			assert.equal(status, 200);
			assert.match(text, new RegExp(`^\uFEFFid${separator}`));
		}
	}
	const { text } = await admin.get('users/export.csv?separator=semicolon&email=admin');
	const { body } = await users(text);

	assert.deepEqual([body.separator, errorsOf({ body })], [';', [{ email: 'email.taken' }]]);
	for (const query of ['separator=tab', 'separator=comma&separator=comma', 'rights=true']) {
		assert.equal((await admin.get(`clients/export.csv?${query}`)).status, 400, query);
	}
	assert.equal((await admin.get('users?separator=comma')).status, 400);
});

test('users can be exported with what they may do, and such a file can be imported', async () => {
	const { text } = await admin.get('users/export.csv?rights=true&email=masked');
	const [head, line] = text.split('\r\n');

	assert.match(head, /,rights$/);
	assert.match(line, /,clients\.view\|clients\.create$/);
	assert.deepEqual(errorsOf(await users(text)), [{ email: 'email.taken' }]);
});

test('the trail can be had as a table, in which clients are as masked as ever', async () => {
	const { body: ada } = await admin.post('clients', { name: 'Ada', email: 'ada@x.example' });

	const watcher = await stack.person('watcher@example.com', { groups: ['Watch'],
		masked: true });
	const find = `audit/export.csv?target_type=client&target_id=${ada.id}`;
	const { text } = await admin.get(find);
	const seen = await watcher.get(find);

	assert.match(text, /^\uFEFFid,at,actor_id,actor_email,actor_name,action,result,target_type,/);
	assert.match(text, /,admin@example\.com,.*,client\.create,ok,client,\d+,Ada,/);
	assert.doesNotMatch(seen.text, /Ada/);
	assert.match(seen.text, /client\.create/);
	assert.match(stack.sql(`SELECT after_json FROM audit WHERE action = 'audit.export'
		ORDER BY id DESC LIMIT 1`)[0][0], /target_id/);
	noClients();
});
