/* What is asked of the server while it is away is not answered by silence. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { assertAccessible } from '../lib/axe.mjs';
import { signInAt } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

const FINDING = /api\/v1\/(users|groups|clients)\?(q|name|id)=/;
const NOT_ASKED = 'Not all records could be searched. The server cannot be reached.';

let stack;
let page;

afterEach(() => (page.complaints = [])); // the browser's own word about what it did not get
withPage((world) => ({ stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }) });
beforeEach(() => open('?p=users'));

const option = (name) => page.getByRole('option', { name });
const said = (text) => page.getByRole('alert').getByText(text);
const press = (name) => page.getByRole('button', { name, exact: true }).click();
const refuse = (pattern, status) => page.route(pattern, (route) => (status
	? route.fulfill({ status, body: '' }) : route.abort()));

async function open(query) {
	await signInAt(page, stack.url, query);
	await page.locator('table[aria-busy=false]').waitFor();
}

async function search(text) {
	await page.keyboard.press('Control+k');
	await option('Audit log').waitFor();
	await page.keyboard.type(text);
}

test('the palette says that the server could not be asked, and asks again', async () => {
	await refuse(FINDING);
	await search('leilani');
	await said(NOT_ASKED).waitFor();
	assert.equal(await page.getByText(/\d results?/).count(), 0);
	await assertAccessible(page, 'a palette that could not ask');
	await page.unroute(FINDING);
	await press('Try again');
	await option(/leilani\.kealoha/).first().waitFor();
	assert.equal(await page.getByRole('alert').count(), 0);
	assert.equal(await page.evaluate(() => document.activeElement.id), 'palette-text');
});

test('until the server has answered the palette counts nothing', async () => {
	let answer;
	const gate = new Promise((resolve) => (answer = resolve));

	await page.route(FINDING, (route) => gate.then(() => route.continue()));
	await search('leilani');
	await page.getByText('Searching …').waitFor();
	assert.equal(await page.getByText(/\d results?/).count(), 0);
	answer();
	await page.getByText('1 result', { exact: true }).waitFor();
});

test('what one kind of records is refused does not hide the others', async () => {
	await refuse(/api\/v1\/clients\?q=/, 503);
	await search('leilani');
	await option(/leilani\.kealoha/).first().waitFor();
	await said('Not all records could be searched. The server cannot answer now').waitFor();
});

test('a palette that cannot be filled says so, and is filled when it is tried again', async () => {
	const script = /js\/palette-entries/;

	await refuse(script);
	await page.keyboard.press('Control+k');
	await page.keyboard.type('audit');
	await said('The server cannot be reached.').waitFor();
	assert.equal(await page.getByText(/\d results?/).count(), 0);
	await page.unroute(script);
	await press('Try again');
	await option('Audit log').waitFor();
});

test('a person who is picked by name is asked for again, too', async () => {
	await open('?p=audit');
	await refuse(FINDING, 503);
	await press('Filter by User: Any');
	await page.keyboard.type('leilani');
	await said('The server cannot answer now').waitFor();
	await page.unroute(FINDING);
	await press('Try again');
	await option(/leilani\.kealoha/).first().waitFor();
});

test('a name that could not be asked for is asked for when it is drawn again', async () => {
	const [[id]] = stack.sql("SELECT id FROM user WHERE email LIKE 'leilani%'");

	await refuse(/users\/\d+$/);
	await open(`?p=audit&actor=${id}`);
	await page.getByRole('button', { name: `Filter by User: User ${id}` }).waitFor();
	await page.unroute(/users\/\d+$/);
	await page.getByLabel('Filter by Result').selectOption('Done');
	await page.getByRole('button', { name: 'Filter by User: Leilani Kealoha' }).waitFor();
});

test('who cannot be signed out is told so and what to do, and tries again', async () => {
	const dialog = page.getByRole('dialog', { name: 'Sign out' });

	await page.context().setOffline(true);
	await page.getByRole('button', { name: /^Account/ }).click();
	await press('Sign out');
	await dialog.getByText('The server cannot be reached.').waitFor();
	await dialog.getByText('You are still signed in').waitFor();
	await assertAccessible(page, 'a sign-out that failed');
	await dialog.getByRole('button', { name: 'Close' }).click();
	await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
	await page.getByRole('button', { name: /^Account/ }).click();
	await press('Sign out');
	await dialog.waitFor();
	await page.context().setOffline(false);
	await press('Try again');
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	await page.goto(stack.url);
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('a sign-out that the server does not answer is no sign-out', async () => {
	await refuse(/api\/v1\/session$/, 503);
	await page.getByRole('button', { name: /^Account/ }).click();
	await press('Sign out');
	await page.getByRole('dialog').getByText('The server cannot answer now').waitFor();
});
