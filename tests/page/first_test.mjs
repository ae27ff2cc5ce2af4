/*
 * The first ten minutes of a new installation: what there is to set up, each with its state; and a
 * way on wherever there is nothing.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { openPage, signIn, startBrowser, visit } from '../lib/browser.mjs';

let browser;
let stack;

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(), startStack()]);
});
after(async () => {
	await browser.close();
	await stack.stop();
});

const card = (page) => page.getByRole('region', { name: 'Set up' });
const step = (page, name) => card(page).getByRole('listitem').filter({ hasText: name });
const heading = (page, name) => page.getByRole('heading', { name, exact: true, level: 1 });

async function isDone(page, name) {
	await step(page, name).getByText('Done:', { exact: true }).waitFor();
}

async function isOpen(page, name) {
	await step(page, name).getByText('To do:', { exact: true }).waitFor();
}

/** A page of somebody who is signed in, in a browser that knows nothing yet. */
async function open(email = ADMIN_EMAIL, on = stack) {
	const page = await openPage(browser);

	await signIn(page, on.url, email);
	return page;
}

test('the first sign-in of a new installation lands beside what there is to set up', async () => {
	const page = await open();

	for (const name of ['Your second factor', 'A test email', 'Company name', 'Your first group',
		'Your first user', 'A backup']) {
		await isOpen(page, name);
	}
	await card(page).getByText('0 of 6 done').waitFor();
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test('each step leads to where it is done, and the server tells that it is', async () => {
	const page = await open();
	const admin = await stack.signedIn();

	for (const [name, called] of [['Your second factor', 'Enable 2FA'],
		['A test email', /^Send a test/], ['Your first group', 'Create group'],
		['Your first user', 'Create user']]) {
		await step(page, name).getByRole('link').click();
		await page.getByRole('heading', { name: called, level: 1 }).waitFor();
		await page.goBack();
		await card(page).waitFor();
	}
	await admin.post('mail/test', { to: ADMIN_EMAIL });
	await stack.mailTo(ADMIN_EMAIL);
	await admin.post('groups', { name: 'Our own', permissions: ['users.view'] });
	await admin.post('users', { email: 'first@example.com', password: PASSWORD });
	await page.reload();
	for (const name of ['A test email', 'Your first group', 'Your first user']) {
		await isDone(page, name);
	}
	await step(page, 'A backup').getByRole('button', { name: 'Mark as done' }).click();
	await isDone(page, 'A backup');
	await card(page).getByText('4 of 6 done').waitFor();
	await page.context().close();
});

test('the card is put away for good in this browser, and is for nobody but who set this up',
	async () => {
		const page = await open();

		await card(page).getByRole('button', { name: 'Hide' }).click();
		await card(page).waitFor({ state: 'detached' });
		await page.reload();
		await page.getByRole('row', { name: ADMIN_EMAIL }).waitFor();
		await page.waitForLoadState('networkidle');
		assert.equal(await card(page).count(), 0);
		await page.context().close();
		stack.addUser('made@example.com', { groups: ['Administrators'] });
		stack.sql("UPDATE user SET creator_id = 1 WHERE email = 'made@example.com'");
		const other = await open('made@example.com');

		await other.getByRole('row', { name: ADMIN_EMAIL }).waitFor();
		await other.waitForLoadState('networkidle');
		assert.equal(await card(other).count(), 0);
		await other.context().close();
	});

test('where many are, nothing is new any more', async () => {
	const many = await startStack({ env: { DEMO: '1' } });
	const page = await open(ADMIN_EMAIL, many);

	await page.getByRole('row').nth(12).waitFor();
	await page.waitForLoadState('networkidle');
	assert.equal(await card(page).count(), 0);
	await page.context().close();
	await many.stop();
});

test('on every page it is said that the second factor is off, until it is not', async () => {
	const page = await open();
	const prompt = page.getByRole('banner').getByRole('link', { name: '2FA is off' });

	for (const name of ['users', 'groups', 'profile', 'nothing-here']) {
		await visit(page, `?p=${name}`);
		await prompt.waitFor();
	}
	await prompt.click();
	await heading(page, 'Enable 2FA').waitFor();
	stack.sql(`UPDATE user SET two_factor = 1 WHERE email = '${ADMIN_EMAIL}'`);
	await page.goto(`${stack.url}?p=groups`);
	await heading(page, 'Groups').waitFor();
	assert.equal(await prompt.count(), 0);
	stack.sql(`UPDATE user SET two_factor = 0 WHERE email = '${ADMIN_EMAIL}'`);
	await page.context().close();
});

test('an empty list offers what fills it', async () => {
	const page = await open();

	await visit(page, '?p=clients');
	const empty = page.locator('.empty');

	for (const [name, called] of [['+Create', 'Create client'], ['Import', 'Import clients']]) {
		await empty.getByRole('link', { name }).click();
		await heading(page, called).waitFor();
		await page.goBack();
	}
	await page.context().close();
});

test('a page that does not exist, and a record that does not, offer a list and the search',
	async () => {
		const page = await open();

		for (const [query, list] of [['nothing', 'Users'], ['user&id=99999999', 'Users'],
			['group&id=99999999', 'Groups'], ['client&id=99999999', 'Clients'],
			['letter&id=99999999', 'Mail'], ['audit-entry&id=99999999', 'Audit log'],
			['user-credentials&id=99999999', 'Users']]) {
			await visit(page, `?p=${query}`);
			const main = page.getByRole('main');

			await main.getByRole('button', { name: 'Search' }).click();
			await page.getByRole('dialog').getByRole('combobox').waitFor();
			await page.keyboard.press('Escape');
			assert.equal(await main.getByRole('button', { name: 'Try again' }).count(), 0, query);
			await main.getByRole('link', { name: `Go to ${list}` }).click();
			await heading(page, list).waitFor();
		}
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});
