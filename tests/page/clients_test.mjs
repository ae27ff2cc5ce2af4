/* Clients as a person works with them: create, edit, delete, look up, export, import. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { LIMITS } from '../../htdocs/js/contract.js';
import { signIn, signInAt, visit } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { bytesIn, NAMES, tableOf } from '../lib/tables.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

const GROUPS = `INSERT INTO user_group (id, name) VALUES (50, 'Desk'), (51, 'Readers');
	INSERT INTO user_group_permission VALUES (50, 'clients.view'), (50, 'clients.create'),
		(50, 'clients.update'), (51, 'clients.view');`;

let stack;
let admin;
let page;

async function prepare() {
	stack.sql(GROUPS);
	stack.addUser('masked@example.com', { groups: ['Desk'], masked: true });
	stack.addUser('reader@example.com', { groups: ['Readers'] });
	admin = await stack.signedIn();
}

withPage((world) => ({ stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }), prepare });

const field = (label) => page.getByLabel(label, { exact: true });
const button = (name) => page.getByRole('button', { name, exact: true });

async function open(query, email) {
	await signInAt(page, stack.url, query, email);
	await page.locator('h1').waitFor();
}

async function newClient(values = {}) {
	const { body } = await admin.post('clients', { name: 'Vera Test', email: 'vera@example.com',
		phone: '+442079460018', country: 'GB', ...values });

	return body.id;
}

test('a client is created and stands in the list', async () => {
	await open('?p=clients');
	await page.getByRole('link', { name: '+Create' }).click();
	await field('Name').fill('Grace Hopper');
	await field('Email').fill('grace@example.com');
	await field('Phone').fill('+1 212 555 0137');
	await field('Country').fill('united states');
	await field('Email').focus();
	assert.equal(await field('Country').inputValue(), 'United States');
	await field('Manager').click();
	await page.keyboard.type('bergström anna');
	await page.getByRole('option', { name: /Anna Bergström/ }).waitFor();
	await page.keyboard.press('Enter');
	await button('Save').click();
	await page.getByText('has been created').waitFor();
	const row = page.getByRole('row', { name: 'Grace Hopper' });

	await row.waitFor();
	const words = (await row.innerText()).split(/\s+/);

	assert.deepEqual(words.slice(3, 8), ['grace@example.com', '+1', '212', '555', '0137']);
	assert.equal(words[8], 'US');
	assert.ok(words.includes('Bergström'));
});

test('what is wrong is said at its field, and nothing typed is lost', async () => {
	await open('?p=client-create');
	await field('Email').fill('nope');
	await button('Save').click();
	await page.locator('#summary').getByText('Enter a name').waitFor();
	await field('Name').fill('N');
	await field('Email').fill('');
	await field('Phone').fill('+34 61234567');
	await button('Save').click();
	await page.locator('#error-phone').getByText('Digits are missing').waitFor();
	assert.equal(await field('Name').inputValue(), 'N');
	await field('Phone').fill('');
	await field('Country').fill('Atlantis');
	await field('Name').fill('Jo An\u200bna');
	await button('Save').click();
	await page.locator('#error-country').getByText('Choose a country from the list').waitFor();
	await page.locator('#error-name').getByText('(U+200B) stands after “An”').waitFor();
});

test('a country is picked by its name, a number is shown in groups, and both stay as they are',
	async () => {
		const id = await newClient({ country: 'AT', phone: '+43 (0)1 5880012' });
		const bodies = [];

		page.on('request', (request) => request.method() === 'PATCH'
			&& bodies.push(request.postDataJSON()));
		await open(`?p=client&id=${id}`);
		assert.equal(await field('Country').inputValue(), 'Austria');
		assert.equal(await field('Phone').inputValue(), '+43 158 800 12');
		assert.equal(await page.locator('datalist option').count(), 249);
		await field('Name').fill('Other');
		await button('Save').click();
		await page.getByText('Saved.').waitFor();
		await field('Country').fill('cote d\'ivoire');
		await button('Save').click();
		await until(() => bodies.length === 2);
		assert.deepEqual(bodies, [{ name: 'Other' }, { country: 'CI' }]);
		await open('?p=clients');
		await page.getByLabel('Filter by Country').selectOption('Côte d’Ivoire');
		await page.getByRole('row', { name: 'Other' }).waitFor();
	});

test('unsaved text is asked about', async () => {
	await open('?p=client-create');
	await field('Name').fill('Half');
	await page.getByRole('link', { name: 'Users' }).first().click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
	assert.equal(await field('Name').inputValue(), 'Half');
});

test('an edit sends what has changed, and a later one overwrites nothing', async () => {
	const id = await newClient();
	const bodies = [];

	page.on('request', (request) => request.method() === 'PATCH'
		&& bodies.push(request.postDataJSON()));
	await open(`?p=client&id=${id}`);
	await field('Status').selectOption('Disabled');
	await button('Save').click();
	await page.getByText('Saved.').waitFor();
	assert.deepEqual(bodies, [{ status: 'disabled' }]);
	await field('Name').fill('Mine');
	await admin.patch(`clients/${id}`, { name: 'Theirs' });
	await button('Save').click();
	await page.locator('#main').getByText('Nothing was overwritten').waitFor();
	await button('Load the current version').click();
	await until(async () => await field('Name').inputValue() === 'Theirs');
});

test('a client is deleted after a question that names it', async () => {
	const id = await newClient();

	await open(`?p=client&id=${id}`);
	await button('Actions').click();
	await button('Delete client').click();
	const dialog = page.getByRole('dialog');

	assert.match(await dialog.innerText(), new RegExp(`Vera Test \\(ID ${id}\\)`));
	await dialog.getByRole('button', { name: 'Delete client' }).click();
	await page.getByText('has been deleted').waitFor();
	assert.equal((await admin.get(`clients/${id}`)).status, 404);
});

test('a masked viewer edits the rest: what is masked is closed, and is never sent', async () => {
	const id = await newClient();
	const bodies = [];

	page.on('request', (request) => request.method() === 'PATCH'
		&& bodies.push(request.postDataJSON()));
	await open(`?p=client&id=${id}`, 'masked@example.com');
	for (const [label, mask] of [['Name', '*****'], ['Email', '*****@*****'], ['Phone', '*****']]) {
		assert.ok(await field(label).isDisabled());
		assert.equal(await field(label).inputValue(), mask);
	}
	assert.equal(await field('Manager').count(), 0);
	await field('Country').fill('fr');
	await button('Save').click();
	await page.getByText('Saved.').waitFor();
	assert.deepEqual(bodies, [{ country: 'FR' }]);
	assert.equal((await admin.get(`clients/${id}`)).body.name, 'Vera Test');
	assert.doesNotMatch(await page.content(), /Vera|vera@/);
});

test('a masked viewer finds a client by the whole value, or is told of none', async () => {
	const id = await newClient({ email: 'on.the.phone@example.com' });

	await open('?p=clients', 'masked@example.com');
	await field('Email or phone of a client').fill('nobody@example.com');
	await page.keyboard.press('Enter');
	await page.locator('#error-value').getByText('No client').waitFor();
	await newClient({ phone: '+49 30 5550001' });
	await newClient({ phone: '+49 30 5550001' });
	await field('Email or phone of a client').fill('0049 (0)30/5550001');
	await page.keyboard.press('Enter');
	await page.locator('#error-value').getByText('Several clients').waitFor();
	await field('Email or phone of a client').fill('On.The.Phone@example.com');
	await button('Look up').click();
	await page.getByRole('heading', { name: 'Edit client' }).waitFor();
	assert.match(page.url(), new RegExp(`id=${id}$`));
});

test('a reader sees the record and no way to change it', async () => {
	const id = await newClient();

	await open('?p=clients', 'reader@example.com');
	await page.getByRole('row').nth(5).waitFor();
	assert.equal(await page.getByRole('link', { name: '+Create' }).count(), 0);
	assert.equal(await page.getByRole('link', { name: 'Import' }).count(), 0);
	assert.equal(await field('Email or phone of a client').count(), 0);
	await visit(page, `?p=client&id=${id}`);
	await page.getByText('vera@example.com').waitFor();
	assert.equal(await button('Save').count(), 0);
	assert.equal(await button('Actions').count(), 0);
	await visit(page, '?p=client-create');
	await page.getByText('There is no such page').waitFor();
});

test('an export comes with the separator that was chosen, also the next time', async () => {
	const saved = async (act) => {
		const [file] = await Promise.all([page.waitForEvent('download'), act()]);

		return readFileSync(await file.path(), 'utf8');
	};
	const link = () => page.getByRole('link', { name: 'Export' });

	await open('?p=clients');
	assert.match(await saved(() => link().click()), /^\uFEFFid,name,/);
	await button('Export: As …').click();
	assert.match(await saved(() => button('CSV with semicolons').click()), /^\uFEFFid;name;/);
	assert.match(await saved(() => link().click()), /^\uFEFFid;name;/);
	await open('?p=clients');
	assert.match(await saved(() => link().click()), /^\uFEFFid;name;/);
	await button('Export: As …').click();
	await saved(() => button('CSV with commas').click());
});

test('an export takes the filter and the order of the table along', async () => {
	await open('?p=clients&sort=name&country=GB');
	await page.locator('table[aria-busy=false]').waitFor();
	const coming = page.waitForEvent('download');

	await page.getByRole('link', { name: 'Export' }).click();
	const download = await coming;
	const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');

	assert.match(download.suggestedFilename(), /^clients-\d{4}-\d\d-\d\d\.csv$/);
	assert.equal(lines.length - 1, (await admin.get('clients?country=GB')).body.page.total);
	assert.ok(lines.slice(1).every((line) => line.includes(',GB,')));
});

/** Chooses a file of this content. */
function choose(csv) {
	return field('CSV file').setInputFiles({ name: 'clients.csv', mimeType: 'text/csv',
		buffer: Buffer.from(csv) });
}

test('a file is checked, then imported, and its refused rows come back with their reasons',
	async () => {
		await open('?p=clients');
		await page.getByRole('link', { name: 'Import' }).click();
		await choose('name,email\r\nImported One,one@example.com\r\n"Bad, very",nope\r\nTwo,\r\n');
		await button('Check').click();
		await page.getByRole('heading', { name: '2 rows can be imported' }).waitFor();
		assert.match(await page.getByRole('row').nth(1).innerText(), /3\s+Email: Enter an email/);
		assert.equal((await admin.get('clients?name=Imported')).body.page.total, 0);
		const coming = page.waitForEvent('download');

		await button('Download the refused rows').click();
		assert.equal(readFileSync(await (await coming).path(), 'utf8'),
			'\uFEFFname,email,reason\r\n"Bad, very",nope,'
			+ '"Email: Enter an email address like name@example.com."\r\n');
		await button('Import 2 rows').click();
		await page.getByRole('heading', { name: '2 clients have been imported' }).waitFor();
		assert.equal(await page.getByRole('button', { name: /^Import/ }).count(), 0);
		assert.equal((await admin.get('clients?name=Imported')).body.page.total, 1);
	});

test('of a refused row the whole reason is seen, and what stands in the row', async () => {
	await open('?p=client-import');
	await choose(`name,email,phone\r\n${'N'.repeat(300)},nope,1E+9\r\nOnly Bad,nope,\r\n`);
	await button('Check').click();
	await page.getByText('Only Bad,nope,').waitFor();
	const table = page.getByRole('region', { name: 'Refused rows' });

	assert.equal(await table.evaluate((one) => one.scrollWidth - one.clientWidth), 0);
});

test('a file that is none, or has other columns, is refused in words', async () => {
	await open('?p=client-import');
	await button('Check').click();
	await page.locator('#summary').getByText('Choose a file').waitFor();
	await choose('mail,phone\nx,y\n');
	await button('Check').click();
	await page.locator('#summary').getByText('The column “mail” is not known').waitFor();
	await page.locator('#summary').getByText('The column “name” is missing').waitFor();
	await choose('PK\x03\x04');
	await button('Check').click();
	await page.locator('#summary').getByText('This is a workbook').waitFor();
	await choose('\nna"me\n');
	await button('Check').click();
	await page.locator('#summary').getByText('Line 2 cannot be read').waitFor();
	const large = join(stack.data, 'large.csv');

	writeFileSync(large, Buffer.alloc(LIMITS.import_bytes_max + 1, 'x'));
	await field('CSV file').setInputFiles(large);
	await button('Check').click();
	await page.locator('#summary').getByText('too large').waitFor();
});

test('columns that nobody knows are left out by one tick; what was guessed is said', async () => {
	await admin.post('clients', { name: 'Known', email: 'known@example.com' });
	await open('?p=client-import');
	await choose(Buffer.from('name;Firma;email\nZo\xEB;X;zoe@example.com\n'
		+ 'Known;Y;known@example.com\n', 'latin1'));
	await button('Check').click();
	await page.locator('#summary').getByText('The column “Firma” is not known').waitFor();
	await field('Leave out the columns that are not known').check();
	await button('Check').click();
	await page.getByText('Read as Windows-1252, with semicolons between cells').waitFor();
	await page.getByText('Left out: Firma.').waitFor();
	await page.getByText('New: 1 · Changed: 0 · As they are already: 1').waitFor();
	await button('Import 1 row').click();
	await page.getByRole('heading', { name: '1 client has been imported' }).waitFor();
	assert.equal((await admin.get('clients?email=zoe%40example.com')).body.page.total, 1);
});

test('letters that were read wrongly come right when their encoding is chosen', async () => {
	await open('?p=client-import');
	await choose(bytesIn('windows-1251', tableOf(NAMES.ru, ';', '\r\n')));
	await button('Check').click();
	await page.getByText(/Letters as they were read: .?Èâàí Ïåòðîâ/).waitFor();
	assert.match(await field('Encoding').locator('option').first().innerText(),
		/^Found out: .?Windows-1252/);
	await field('Encoding').selectOption('Windows-1251');
	await page.getByText(new RegExp(`Letters as they were read: .?${NAMES.ru}`)).waitFor();
	await button('Import 1 row').click();
	await page.getByRole('heading', { name: '1 client has been imported' }).waitFor();
	assert.equal((await admin.get('clients?email=a%40x.example')).body.items[0].name, NAMES.ru);
});

test('the sample file can be imported', async () => {
	for (const address of ['?p=client-import', '?p=user-import']) {
		await open(address);
		const coming = page.waitForEvent('download');

		await button('Sample file').click();
		await choose(readFileSync(await (await coming).path(), 'utf8'));
		await button('Check').click();
		await page.getByRole('heading', { name: '2 rows can be imported' }).waitFor();
	}
});

test('what failed to load says so and can be tried again', async () => {
	const id = await newClient();
	let broken = true;

	await signIn(page, stack.url);
	await page.route(/api\/v1\/clients\//, (route) => broken
		? route.fulfill({ status: 503, body: '' }) : route.continue());
	await visit(page, `?p=client&id=${id}`);
	await page.getByText('cannot answer now').waitFor();
	broken = false;
	await button('Try again').click();
	await until(async () => await field('Name').inputValue() === 'Vera Test');
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});

test('a client is created by keyboard alone', async () => {
	const press = async (...keys) => {
		for (const key of keys) {
			await page.keyboard.press(key);
		}
	};

	await open('?p=clients');
	await page.getByRole('link', { name: '+Create' }).focus();
	await press('Enter');
	await until(() => page.evaluate(() => document.activeElement.textContent === 'Create client'));
	await press('Tab');
	await page.keyboard.type('Key Client');
	await press('Tab');
	await page.keyboard.type('key.client@example.com');
	await press('Enter');
	await page.getByRole('row', { name: 'key.client@example.com' }).waitFor();
});

test('a phone of 320 px scrolls in one direction only', async () => {
	await signIn(page, stack.url, 'masked@example.com');
	await page.setViewportSize({ width: 320, height: 640 });
	for (const query of ['?p=clients', '?p=client-create', '?p=client&id=3', '?p=client-import']) {
		await visit(page, query);
		await page.locator('h1').waitFor();
		const wide = await page.evaluate(() => document.documentElement.scrollWidth);

		assert.ok(wide <= 320, `${query} is ${wide} px wide`);
	}
});

test('clients of a manager are found by the name, and those of nobody too', async () => {
	const [[id]] = stack.sql("SELECT id FROM user WHERE email = 'anna.bergstrom@example.com'");
	const asked = [];

	await open('?p=clients');
	page.on('request', (request) => asked.push(request.url()));
	await page.getByRole('button', { name: 'Filter by Manager' }).click();
	await page.keyboard.type('bergst');
	await page.getByRole('option', { name: /Anna Bergström/ }).click();
	await page.waitForURL(new RegExp(`manager=${id}`));
	await page.getByRole('button', { name: 'Filter by Manager: Anna Bergström' }).click();
	await page.getByRole('option', { name: 'Nobody' }).click();
	await page.waitForURL(/unmanaged=true/);
	assert.ok(!page.url().includes('manager=1'));
	await page.locator('table[aria-busy=false]').waitFor();
	const managers = await page.locator('tbody .cell-manager').allInnerTexts();

	assert.ok(managers.length > 0 && managers.every((text) => text.trim() === '–'),
		String(managers));
	await page.getByRole('button', { name: 'Filter by Manager: Nobody' }).waitFor();
	assert.ok(asked.filter((url) => /api\/v1\/users\?/.test(url))
		.every((url) => /q=|id=/.test(url)), 'everybody was asked for');
});

test('a client leads to what was done to it', async () => {
	await open('?p=client&id=3');
	await page.locator('#main').getByRole('link', { name: 'Audit log' }).click();
	await page.waitForURL(/target_type=client&target_id=3/);
});
