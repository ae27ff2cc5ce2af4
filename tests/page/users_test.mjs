/* What else the screens of users can do: rights, bulk actions, export, columns, locks, networks. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openPage, signIn, startBrowser } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

let browser;
let stack;
let admin;
let page;

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(), startStack({ env: { DEMO: '1' } })]);
	admin = await stack.signedIn();
});
after(async () => {
	await browser.close();
	await stack.stop();
});
beforeEach(async () => {
	page = await openPage(browser);
	await signIn(page, stack.url);
	await page.getByRole('row').nth(5).waitFor();
});
afterEach(async () => {
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

const goto = (query) => page.goto(`${stack.url}${query}`);
const settled = () => page.locator('table[aria-busy=false]').waitFor();

test('Edit user tells which groups grant each permission', async () => {
	await admin.patch('users/1002', { groups: [2, 4] });
	await goto('?p=user&id=1002');
	await page.getByText('Rights', { exact: true }).click();
	const row = (name) => page.getByRole('row', { name });

	assert.match(await row('users.view').innerText(), /Managers, Auditors/);
	assert.match(await row('audit.view').innerText(), /Auditors/);
	assert.match(await row('users.delete').innerText(), /Not granted/);
});
