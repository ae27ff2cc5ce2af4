/* A long job as a person meets it: it shows how far it is, survives a reload, can be cancelled. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readFileSync } from 'node:fs';

import { signIn } from '../lib/browser.mjs';
import { PASSWORD } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let stack;
let admin;
let page;

async function prepare() {
	admin = await stack.signedIn();
}

withPage((world) => ({ stack, page } = world), { prepare });
beforeEach(async () => {
	await signIn(page, stack.url);
	await page.getByRole('row').nth(1).waitFor();
});

const button = (name) => page.getByRole('button', { name, exact: true });
const strip = () => page.getByRole('complementary', { name: 'Work under way' });
/** What a screen reader says at last. */
const said = (text) => page.locator('#announcement').getByText(text).waitFor({ state: 'attached' });
const focused = () => page.evaluate(() => document.activeElement.id);
const total = async (query) => (await admin.get(query)).body.page.total;

/** Lets so many steps through and holds the next one up; gives what lets it go. */
async function holdAfter(steps) {
	let left = steps;
	let release;
	const gate = new Promise((resolve) => (release = resolve));

	await page.route(/jobs\/\d+\/step/, async (route) => {
		left -= 1;
		if (left < 0) {
			await gate;
		}
		await route.continue().catch(() => {}); // the page it came from is gone
	});
	return release;
}

/** Chooses a file, has it checked and imports it. */
async function importFile(screen, csv, count) {
	await page.goto(`${stack.url}?p=${screen}`);
	await page.getByLabel('CSV file', { exact: true }).setInputFiles({ name: 'some.csv',
		mimeType: 'text/csv', buffer: Buffer.from(csv) });
	await button('Check').click();
	const rows = count.toLocaleString('en').replace(',', ',?');

	await page.getByRole('button', { name: new RegExp(`^Import ${rows} rows$`) }).click();
}

const usersFile = (name, count) => `email,groups\r\n${Array.from({ length: count }, (_, i) =>
	`${name}${i}@example.com,Support\r\n`).join('')}`;

test('users are imported from the list, and the refused rows come back with their reasons',
	async () => {
		await page.getByRole('link', { name: 'Import', exact: true }).click();
		await page.getByRole('heading', { name: 'Import users' }).waitFor();
		await importFile('user-import', 'email,name,groups\r\nfirst@example.com,Ada,Support\r\n'
			+ 'second@example.com,"B, b",Nobody\r\nthird@example.com,,\r\nadmin@example.com,,\r\n',
		2);
		await page.getByRole('heading', { name: '2 users have been imported' }).waitFor();
		assert.match(await page.getByRole('row').nth(1).innerText(),
			/3\s+Groups: There is no group Nobody: it may/);
		const [download] = await Promise.all([page.waitForEvent('download'),
			button('Download the refused rows').click()]);

		assert.equal(readFileSync(await download.path(), 'utf8'),
			'\uFEFFemail,name,groups,reason\r\n'
			+ 'second@example.com,"B, b",Nobody,'
			+ '"Groups: There is no group Nobody: it may have been renamed or deleted."\r\n'
			+ 'admin@example.com,,,"Email: A user with this email address exists already."\r\n');
		assert.equal(await total('users?email=first'), 1);
		assert.ok(await strip().isHidden());
		await page.getByRole('link', { name: 'To the users' }).click();
		await strip().getByText('2 users have been imported, 2 refused').waitFor();
		await strip().getByRole('button', { name: 'Dismiss' }).click();
		await strip().waitFor({ state: 'hidden' });
		await until(async () => (await admin.get('jobs')).body.items.length === 0);
	});

test('a job that a reload interrupts goes on by itself on any screen, and leads to its result',
	async () => {
		let release = await holdAfter(1);

		await importFile('user-import', usersFile('reload', 2500), 2500);
		await page.getByText(/1,?000 of 2,?500 \(40 %\)/).waitFor();
		await page.unroute(/jobs\/\d+\/step/);
		release();
		release = await holdAfter(0);
		await page.goto(`${stack.url}?p=groups`);
		await strip().getByText(/ of 2,?500 /).waitFor();
		assert.ok(await page.evaluate(() => localStorage.length + sessionStorage.length === 0
			|| !JSON.stringify({ ...localStorage, ...sessionStorage }).includes('@')));
		release();
		await strip().getByText(/2,?500 users have been imported/).waitFor();
		assert.equal(await total('users?email=reload'), 2500);
		await strip().getByRole('link', { name: 'Import of users' }).click();
		await page.getByRole('heading', { name: /2,?500 users have been imported/ }).waitFor();
		await button('Done').click();
		await page.getByRole('heading', { name: 'Users', exact: true }).waitFor();
		await until(async () => (await admin.get('jobs')).body.items.length === 0);
	});

test('an import is cancelled in the middle, and what was done stays', async () => {
	const release = await holdAfter(1);

	await importFile('client-import', `name\r\n${'Cancelled\r\n'.repeat(3000)}`, 3000);
	await page.getByText(/2,?000 of 3,?000 \(66 %\)/).waitFor();
	await button('Cancel').click();
	await page.getByRole('heading',
		{ name: /2,?000 clients have been imported, cancelled, 1,?000 left out/ }).waitFor();
	release();
	assert.equal(await total('clients?name=Cancelled'), 2000);
});

test('whoever is signed out in the middle signs in, and the job goes on', async () => {
	const release = await holdAfter(1);

	await importFile('client-import', `name\r\n${'Session\r\n'.repeat(3000)}`, 3000);
	await page.getByText(/2,?000 of 3,?000/).waitFor();
	stack.sql('DELETE FROM session WHERE id = (SELECT MAX(id) FROM (SELECT id FROM session) s)');
	release();
	const dialog = page.getByRole('dialog');

	await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await dialog.getByRole('button', { name: 'Sign in' }).click();
	await page.getByText(/3,?000 clients have been imported/).first().waitFor();
	assert.equal(await total('clients?name=Session'), 3000);
	page.complaints = page.complaints.filter((text) => !text.includes('401'));
});

const group = () => page.getByRole('group', { name: 'Selected users' });

/** Disables new users by the page; gives their ids. */
async function disabled(beginning, count) {
	const ids = [];

	for (let i = 0; i < count; i += 1) {
		const { body } = await admin.post('users', { email: `${beginning}${i}@example.com`,
			groups: [3], link: true });

		ids.push(body.id);
	}
	await page.goto(`${stack.url}?p=users&email=${beginning}`);
	await page.getByRole('row').nth(count + 1).waitFor();
	await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
	await group().getByRole('button', { name: 'Disable' }).click();
	await group().getByText(`Disable: ${count} users changed`).waitFor();
	return ids;
}

const statusesOf = async (ids) => Promise.all(ids.map(async (id) =>
	(await admin.get(`users/${id}`)).body.status));

test('a change of users is taken back from another screen and after a reload, by keyboard',
	async () => {
		const ids = await disabled('back', 3);

		assert.ok(await strip().isHidden());
		await page.getByRole('link', { name: 'Groups' }).click();
		await strip().getByText('Disable: 3 users changed').waitFor();
		await page.reload();
		await strip().getByText('Disable: 3 users changed').waitFor();
		await strip().getByRole('button', { name: 'Undo' }).focus();
		await page.keyboard.press('Enter');
		await strip().getByText('Undo of “Disable”: 3 users changed').waitFor();
		await said('Undo of “Disable”: 3 users changed');
		assert.equal(await focused(), 'job');
		assert.deepEqual(await statusesOf(ids), ['enabled', 'enabled', 'enabled']);
		await page.reload();
		await page.getByRole('heading', { name: 'Groups' }).waitFor();
		assert.equal(await strip().getByRole('button', { name: 'Undo' }).count(), 0);
	});

test('whoever was changed since stays so and is named, and the list shows what was taken back',
	async () => {
		const ids = await disabled('since', 3);

		await admin.patch(`users/${ids[1]}`, { name: 'Changed Since' });
		await page.reload();
		await strip().getByRole('button', { name: 'Undo' }).click();
		await strip().getByText('Undo of “Disable”: 2 users changed, 1 refused').waitFor();
		assert.deepEqual(await statusesOf(ids), ['enabled', 'disabled', 'enabled']);
		await until(async () => await page.locator('.badge-enabled').count() === 2);
		await strip().getByRole('link', { name: 'Undo of a change of users' }).click();
		await page.getByRole('row', { name: /since1@example\.com/ })
			.getByText('The user has been changed since.').waitFor();
		assert.ok(await page.getByRole('columnheader', { name: 'Email' }).isVisible());
		assert.equal(await strip().getByText('Undo of “Disable”: 2').count(), 0);
		await button('Done').click();
	});

test('the report beside the list offers Undo until something else is chosen, then the strip does',
	async () => {
		const ids = await disabled('beside', 2);

		await said('Disable: 2 users changed'); // the last word, when the list is loaded again
		assert.ok(await group().getByRole('button', { name: 'Undo' }).isVisible());
		await page.locator('tbody').getByRole('checkbox').first().check();
		assert.equal(await group().getByRole('button', { name: 'Undo' }).count(), 0);
		await strip().getByRole('button', { name: 'Undo' }).click();
		await strip().getByText('Undo of “Disable”: 2 users changed').waitFor();
		assert.deepEqual(await statusesOf(ids), ['enabled', 'enabled']);
		await strip().getByRole('button', { name: 'Dismiss' }).click();
	});

test('what is dismissed can no longer be taken back', async () => {
	const ids = await disabled('keep', 2);

	await page.reload();
	await strip().getByRole('button', { name: 'Dismiss' }).click();
	await strip().waitFor({ state: 'hidden' });
	assert.equal(await focused(), 'main');
	await page.reload();
	await page.getByRole('row').nth(1).waitFor();
	assert.ok(await strip().isHidden());
	assert.deepEqual(await statusesOf(ids), ['disabled', 'disabled']);
	assert.ok((await admin.get('jobs')).body.items.every(({ undoable }) => !undoable));
});

test('what another tab has put away cannot be taken back, which is said', async () => {
	const ids = await disabled('tabs', 2);
	const { body } = await admin.get('jobs');

	await page.getByRole('link', { name: 'Groups' }).click();
	await strip().getByText('Disable: 2 users changed').waitFor();
	assert.equal((await admin.delete(`jobs/${body.items[0].id}`)).status, 204);
	await strip().getByRole('button', { name: 'Undo' }).click();
	await strip().getByText('This record does not exist, or you may not see it.').waitFor();
	assert.equal(await strip().getByRole('button', { name: 'Undo' }).count(), 0);
	assert.deepEqual(await statusesOf(ids), ['disabled', 'disabled']);
	await strip().getByRole('button', { name: 'Dismiss' }).click();
	await strip().waitFor({ state: 'hidden' });
});

test('an Undo that fails says so, and can be tried again', async () => {
	const ids = await disabled('again', 2);

	await page.route(/\/undo$/, (route) => route.fulfill({ status: 503, body: '' }),
		{ times: 1 });
	await group().getByRole('button', { name: 'Undo' }).click();
	await group().getByText('The server cannot answer now').waitFor();
	await group().getByRole('button', { name: 'Undo' }).click();
	await group().getByText('Undo: 2 users changed').waitFor();
	assert.deepEqual(await statusesOf(ids), ['enabled', 'enabled']);
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});
