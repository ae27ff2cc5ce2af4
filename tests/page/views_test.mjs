/* What readers keep of the lists, and the ways to get about: columns, views, rows, the palette. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';

import { assertAccessible } from '../lib/axe.mjs';
import { openPage, signIn, startBrowser } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

let browser;
let stack;
let page;

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(), startStack({ env: { DEMO: '1' } })]);
	page = await openPage(browser);
	await signIn(page, stack.url);
});
after(async () => {
	await browser.close();
	await stack.stop();
});
beforeEach(async () => {
	await page.setViewportSize({ width: 1440, height: 900 });
	await goto('?p=users');
});
afterEach(() => assert.deepEqual(page.complaints, []));

const button = (name) => page.getByRole('button', { name, exact: true });
const headers = () => page.locator('.headers th').allInnerTexts();
const has = async (label) => (await headers()).some((text) => text.trim() === label);
const offered = () => page.locator('#palette-list').getByRole('option');
const rows = () => page.locator('tbody tr:not(.skeleton)');

async function settled() {
	await page.locator('table[aria-busy=false]').waitFor();
}

async function goto(query) {
	await page.goto(`${stack.url}${query}`);
	await settled();
}

test('a table fits; its columns and the height of its rows are chosen and remembered', async () => {
	const wide = await page.locator('#scroll').evaluate((element) =>
		element.scrollWidth - element.clientWidth);

	assert.equal(wide, 0);
	assert.equal(await has('Creator'), false);
	await button('Columns').click();
	await page.getByLabel('Creator').check();
	await page.getByLabel('IP whitelist').check();
	await page.getByLabel('Name', { exact: true }).uncheck();
	assert.equal(await page.getByRole('dialog').getByLabel('ID').count(), 0);
	const tall = (await rows().first().boundingBox()).height;

	await page.getByLabel('Compact').check();
	await assertAccessible(page, 'the columns');
	await page.reload();
	await settled();
	const labels = (await headers()).map((text) => text.trim());

	assert.ok(labels.includes('Creator') && labels.includes('IP whitelist'));
	assert.ok(!labels.includes('Name'));
	assert.ok((await rows().first().boundingBox()).height < tall);
	await button('Columns').click();
	await page.getByLabel('Comfortable').check();
	await page.getByLabel('Name', { exact: true }).check();
});

test('a column that filters or orders is never out of sight', async () => {
	await goto('?p=users&mask_data=true');
	assert.ok(await has('Mask data'));
	await button('Columns').click();
	assert.ok(await page.getByLabel('Mask data', { exact: true }).isDisabled());
	await page.keyboard.press('Escape');
	await button('Clear filters').click();
	await until(async () => !await has('Mask data'));
	assert.equal(await button('Clear filters').count(), 0);
});

test('users are found by when they were last here and by a delay', async () => {
	const count = async (query) => (await (await page.request.get(
		`${stack.url}api/v1/users?${query}`)).json()).page.total;
	const byHand = async (filter, choice, query) => {
		await page.getByLabel(`Filter by ${filter}`).selectOption(choice);
		await page.waitForURL(new RegExp(query));
		await settled();
		assert.equal(await rows().count(), await count(`${query}&size=200`), query);
	};

	await byHand('Last sign-in', 'Never', 'never_signed_in=true');
	await byHand('Last sign-in', 'Idle for 90 days', 'idle_days=90');
	assert.doesNotMatch(page.url(), /never_signed_in/);
	await page.getByLabel('Filter by Last sign-in').selectOption('Any');
	await byHand('Status', 'Disabled', 'status=disabled');
	await byHand('Status', 'Locked', 'locked=true');
	assert.doesNotMatch(page.url(), /status=/);
	assert.equal(await rows().getByText('Locked').count(), await rows().count());
	assert.ok(await rows().count() > 0);
});

test('a space typed in a filter stays for the word after it', async () => {
	await page.getByLabel('Filter by Name').pressSequentially('Leilani ', { delay: 10 });
	await page.waitForURL(/name=Leilani&/);
	await settled();
	await page.getByLabel('Filter by Name').pressSequentially('K');
	await page.waitForURL(/name=Leilani\+K&/);
});

test('a phone shows rows first and folds the filters away, open where one is set', async () => {
	await page.setViewportSize({ width: 320, height: 640 });
	await goto('?p=users');
	const fold = button('Filters and order');

	assert.equal(await fold.getAttribute('aria-expanded'), 'false');
	assert.equal(await page.getByLabel('Filter by Email').isVisible(), false);
	assert.ok((await rows().first().boundingBox()).y < 400);
	await fold.click();
	assert.ok(await page.getByLabel('Filter by Email').isVisible());
	await goto('?p=users&email=example');
	assert.ok(await page.getByLabel('Filter by Email').isVisible());
	const { wide, small } = await page.evaluate(() => ({
		wide: document.documentElement.scrollWidth,
		small: [...document.querySelectorAll('main button, main input, main select')]
			.map((element) => [element.outerHTML, element.getBoundingClientRect()])
			.filter(([, box]) => box.width > 0 && (box.height < 24 || box.width < 24))
			.map(([html]) => html),
	}));

	assert.ok(wide <= 320, `${wide} px wide`);
	assert.deepEqual(small, []);
});

test('a view is saved under a name, leads to its rows as a link, and can be deleted', async () => {
	await goto('?p=users&status=disabled&sort=name');
	await button('Save view').click();
	await button('Save').click();
	await page.locator('#summary').getByText('Enter a name').waitFor();
	await page.getByRole('dialog').getByLabel('Name').fill('Out of use');
	await button('Save').click();
	const link = page.getByRole('link', { name: 'Out of use' });

	await link.waitFor();
	assert.equal(await link.getAttribute('aria-current'), 'page');
	await assertAccessible(page, 'saved views');
	await goto('?p=users');
	await link.waitFor();
	assert.equal(await link.getAttribute('aria-current'), null);
	await link.click();
	await page.waitForURL(/p=users&status=disabled&sort=name/);
	await until(async () => await link.getAttribute('aria-current') === 'page');
	await goto('?p=groups');
	assert.equal(await link.count(), 0);
	await goto('?p=users');
	await button('Delete the view Out of use').click();
	await button('Delete view').click();
	await link.waitFor({ state: 'detached' });
	await page.reload();
	await settled();
	assert.equal(await link.count(), 0);
});

test('Ctrl+K goes to a screen, finds a person, and gives the focus back', async () => {
	const field = page.getByRole('combobox', { name: 'Screen, action, name or email' });
	const option = (name) => page.getByRole('option', { name });

	await page.getByLabel('Filter by Email').focus();
	await page.keyboard.press('Control+k');
	await option('Audit log').waitFor();
	await assertAccessible(page, 'the palette');
	await page.keyboard.press('Escape');
	await field.waitFor({ state: 'detached' });
	assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), 'Filter by Email');
	await button('Go to or find (Ctrl+K)').click();
	await field.fill('leilani');
	await option(/Leilani Kealoha · leilani/).waitFor();
	assert.equal(await offered().count(), 1);
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
	await page.keyboard.press('Control+k');
	await field.fill('create');
	await page.keyboard.press('ArrowDown'); // which counts also before the entries are there
	await page.locator('[role=option][aria-selected=true]', { hasText: 'Create group' }).waitFor();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Create group' }).waitFor();
});

test('the palette finds groups, and says that there are more than it shows', async () => {
	await page.keyboard.press('Control+k');
	await page.keyboard.type('audito');
	await page.getByRole('option', { name: /Auditors.*Group/ }).waitFor();
	await page.keyboard.press('Control+a');
	await page.keyboard.type('example');
	await page.getByText(/^The first \d+: type more to find others$/).waitFor();
	await page.keyboard.press('Escape');
});

test('the palette remembers who was gone to, and acts on whom it finds', async () => {
	const option = (name) => page.getByRole('option', { name });

	await page.keyboard.press('Control+k');
	await page.keyboard.type('leilani');
	await option(/leilani\.kealoha/).first().waitFor();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
	await page.keyboard.press('Control+k');
	await option(/^Leilani Kealoha.*Recent/).waitFor();
	await page.keyboard.press('ArrowRight');
	assert.deepEqual((await offered().allInnerTexts()).map((text) => text.trim()), ['Edit',
		'Enable', 'New password', 'Sessions', 'What they did', 'What was done to them']);
	await assertAccessible(page, 'what the palette can do with a user');
	await page.keyboard.press('Escape');
	await option('Audit log').waitFor();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.type('enab');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog', { name: 'Enable 1 person?' })
		.getByRole('button', { name: 'Enable', exact: true }).click();
	await page.getByRole('complementary').getByText(/Enable: 1 user changed/).waitFor();
	await page.getByRole('button', { name: 'Undo' }).click();
	await until(() => stack.sql("SELECT 1 FROM user WHERE email LIKE 'leilani%' AND status = 0")
		.length === 1);
	stack.sql('DELETE FROM work');
});

test('in the palette the answer to what was typed last is the one that is shown', async () => {
	const early = /users\?q=le&/;
	let release;
	const gate = new Promise((resolve) => (release = resolve));

	await page.route(early, async (route) => {
		await gate;
		await route.continue().catch(() => {}); // the page has given the request up
	});
	await page.keyboard.press('Control+k');
	await Promise.all([page.waitForRequest(early), page.keyboard.type('le')]);
	await page.keyboard.press('Control+a');
	await page.keyboard.type('wang');
	await page.getByRole('option', { name: /wang\.xiaoming/ }).waitFor();
	release();
	await page.unrouteAll({ behavior: 'wait' });
	await page.evaluate(() => fetch('api/v1/session')); // whose answer comes after a late one
	assert.ok((await offered().allInnerTexts()).every((text) => /wang/i.test(text)));
	await page.keyboard.press('Escape');
});

test('the palette opens with Cmd+K, finds a client, offers what a viewer may', async () => {
	await page.keyboard.press('Meta+k');
	await page.keyboard.type('Sunniva');
	await page.getByRole('option', { name: /Sunniva.*Client/ }).first().waitFor();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Edit client' }).waitFor();
	stack.addUser('auditor@example.com', { groups: ['Auditors'] });
	const auditor = await openPage(browser);

	await signIn(auditor, stack.url, 'auditor@example.com');
	await auditor.keyboard.press('Meta+k');
	const entries = auditor.locator('#palette-list').getByRole('option');

	await entries.filter({ hasText: 'Audit log' }).waitFor();
	assert.equal(await entries.filter({ hasText: /Create/ }).count(), 0);
	await auditor.keyboard.type('sign out');
	await auditor.keyboard.press('Enter');
	await auditor.getByRole('button', { name: 'Sign in' }).waitFor();
	await auditor.context().close();
});
