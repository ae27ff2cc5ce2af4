/* Tables from the command line: the very files that the API reads (tests/api/tables_test.mjs), by
 * the same rules, with the host as the one who acts. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';
import { bytesIn, CODE_PAGES, kept, NAMES, tableOf, TRICKY, wordsOf } from '../lib/tables.mjs';

let stack;
let admin;

before(async () => {
	stack = await startStack();
	stack.sql(`INSERT INTO user_group (id, name) VALUES (51, 'A|B'), (52, 'C\\\\|D');`);
	admin = await stack.signedIn();
});
after(() => stack.stop());

/** Runs the import of a file with these bytes. */
function run(noun, bytes, args = [], options = {}) {
	const file = join(stack.data, 'table.csv');

	writeFileSync(file, bytes);
	return stack.admin([...args, noun, 'import', file], options);
}

const told = (noun, bytes, args = [], options = {}) =>
	JSON.parse(run(noun, bytes, ['--json', ...args], options).stdout);
const count = (what) => Number(stack.sql(`SELECT COUNT(*) FROM ${what}`)[0][0]);
const noClients = () => stack.sql('DELETE FROM client');
const inLanguage = (language) =>
	(text) => text.replace(/^language = .*\n/m, '').replace('[site]\n',
		`[site]\nlanguage = ${language}\n`);

for (const language of ['de', 'es', 'ru', 'ar']) {
	test(`what Excel in ${language} writes is read, its code page by the site's language`, () => {
		const page = CODE_PAGES[language];

		for (const [encoding, separator, end] of [[page, ';', '\r\n'], ['utf-16le', '\t', '\r']]) {
			const body = told('client', bytesIn(encoding, tableOf(NAMES[language], separator, end)),
				[], { settings: inLanguage(language) });

			assert.deepEqual([body.encoding, body.separator, body.new, body.refused],
				[encoding, separator, 1, 0]);
			assert.deepEqual(stack.sql('SELECT name FROM client'), [[NAMES[language]]]);
			noClients();
		}
		assert.equal(told('user', wordsOf(language)).new, 1);
		assert.deepEqual(stack.sql(`SELECT mask_data, status FROM user
			WHERE email = '${language}1@x.example'`), [['1', '0']]);
	});
}

test('a code page that is found out wrongly can be named', () => {
	const bytes = bytesIn('windows-1251', tableOf(NAMES.ru, ';', '\n'));

	assert.equal(told('client', bytes, ['--dry-run']).encoding, 'windows-1252');
	assert.equal(told('client', bytes, ['--encoding', 'Windows-1251']).encoding, 'windows-1251');
	assert.deepEqual(stack.sql('SELECT name FROM client'), [[NAMES.ru]]);
	assert.match(run('client', bytes, ['--encoding', 'latin1'], { code: 2 }).stderr,
		/--encoding must be one of utf-8, .*windows-1256/);
	noClients();
});

test('people read what became of each row, by line and column, and a script the exit code', () => {
	const csv = 'name;email;phone;Company\nJo;jo@x.example;+442079460018;X\nAda;nope;12;Y\n'
		+ ';c@x.example;;\n';
	const earlier = [count('client'), count('audit')];
	const dry = run('client', csv, ['--dry-run', '--ignore-unknown'], { code: 2 });

	assert.match(dry.stdout, /^encoding: utf-8\nseparator: ;\nignored: Company\nnew: 1\n/);
	assert.match(dry.stdout, /^line 3: email: email\.format, phone: phone\.\w+$/m);
	assert.match(dry.stdout, /^line 4: name: name\.required$/m);
	assert.match(dry.stdout, /^dry run: nothing was written$/m);
	assert.match(dry.stderr, /: 2 of 3 rows were refused\n$/);
	assert.deepEqual([count('client'), count('audit')], earlier);
	run('client', csv, ['--ignore-unknown'], { code: 2 });
	const again = run('client', csv.split('\n').slice(0, 2).join('\n').replace('Jo;', 'Joan;'),
		['--ignore-unknown']);

	assert.match(again.stdout, /^new: 0\nchanged: 1\nsame: 0\nrefused: 0$/m);
	assert.deepEqual(stack.sql('SELECT name FROM client'), [['Joan']]);
	assert.deepEqual(stack.sql(`SELECT actor_id, action, remote_address FROM audit
		ORDER BY id DESC LIMIT 2`), [['NULL', 'client.update', ''], ['NULL', 'client.create', '']]);
	stack.admin(['audit', 'verify']);
	noClients();
});

test('a table that is none is refused as a whole, with what to mend in it', () => {
	for (const [bytes, reason] of [['name;Company\nJo;X\n', /Company: unknown\n$/],
		['', /file: csv\.empty\n$/], ['name\n"x', /1 of 1 rows were refused\n$/],
		['"na\nJo\n', /, line 1: file: csv\.format\n$/],
		['PK\x03\x04', /file: csv\.workbook\n$/], ['phone\n1\n', /name: csv\.missing\n$/]]) {
		assert.match(run('client', bytes, [], { code: 2 }).stderr, reason, bytes);
	}
	assert.match(stack.admin(['client', 'import', '/nowhere.csv'], { code: 2 }).stderr,
		/cannot read \/nowhere\.csv: No such file/);
	assert.equal(count('client'), 0);
});

test('what others pipe in is read from stdin', () => {
	const { stdout } = stack.admin(['--json', 'client', 'import', '-'],
		{ input: bytesIn('utf-16be', tableOf('Zoë', ';', '\n')) });

	assert.equal(JSON.parse(stdout).new, 1);
	noClients();
});

test('users get the link that a row asks for, and any group: the host may do all', () => {
	const letters = count('outbox');
	const body = told('user', 'email,groups,send_link\nboss@x.example,Administrators,yes\n'
		+ 'odd@x.example,Support|Nobodys,\n', [], { code: 2 });

	assert.deepEqual(body.rows.map(({ deed, errors }) => [deed, errors]),
		[['new', {}], ['refused', { groups: 'groups.unknown' }]]);
	assert.match(run('user', 'email,groups\nodd@x.example,Support|Nobodys\n', ['--dry-run'],
		{ code: 2 }).stdout, /^line 2: groups: groups\.unknown \(Nobodys\)$/m);
	assert.equal(count('outbox'), letters + 1);
	assert.match(stack.sql(`SELECT after_json FROM audit WHERE action = 'user.create'
		ORDER BY id DESC LIMIT 1`)[0][0], /Administrators/);
	assert.equal(stack.sql('SELECT admins FROM admin_count')[0][0], '2');
});

test('users: an export that the command line reads into an empty installation is the same again',
	async () => {
		for (const [i, name] of TRICKY.entries()) {
			const { status } = await admin.post('users', { email: `round${i}@trip.example`, name,
				groups: [[], [51], [52, 51], [2]][i % 4], status: i % 2 ? 'enabled' : 'disabled',
				mask_data: i % 3 === 0, password: 'a few unusual words 37' });

			assert.equal(status, 201);
		}
		const rows = async () =>
			(await admin.get('users/export.csv?email=trip.example&sort=email')).text;
		const nobodys = (text) => kept(text).map((line) => line
			.replace(/,admin@example\.com,[^,]*(?=,|$)/g, ',,').replace(/,1,(?=,,)/, ',,'));
		const old = await rows();

		stack.sql("DELETE FROM user WHERE email LIKE '%@trip.example'");
		assert.equal(told('user', old).new, TRICKY.length);
		assert.deepEqual(nobodys(await rows()), nobodys(old));
	});

test('clients: an export that the command line reads into an empty installation is the same again',
	async () => {
		for (const [i, name] of TRICKY.entries()) {
			await admin.post('clients', { name, country: ['', 'DE'][i % 2],
				email: i % 4 === 2 ? '' : `c${i}@trip.example`,
				phone: ['', '+442079460018'][i % 2], status: i % 3 ? 'enabled' : 'disabled',
				manager: i % 5 === 0 ? 1 : null });
		}
		const rows = async () => (await admin.get('clients/export.csv?sort=id')).text;
		const old = await rows();

		assert.equal(told('client', old, ['--dry-run']).same, TRICKY.length);
		noClients();
		assert.equal(told('client', old).new, TRICKY.length);
		assert.deepEqual(kept(await rows()), kept(old));
		noClients();
	});

test('rows of more than one piece come in whole', () => {
	const csv = `name;email\n${Array.from({ length: 1201 }, (_, i) =>
		`N${i};n${i % 1200}@x.example\n`).join('')}`;
	const body = told('client', csv, [], { code: 2 });

	assert.deepEqual([body.new, body.refused, count('client')], [1200, 1, 1200]);
	assert.deepEqual(body.rows[1200].errors, { email: 'email.repeated' });
	noClients();
});
