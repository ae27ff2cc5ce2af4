/* Lists that are wider than the window: what a row is known by stays while the rest is scrolled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage, signInAt } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

let browser;
let stack;

withPage((world) => ({ browser, stack } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }) });

/* At 1024 px; and at 720, which is what 1440 are at 200 % zoom. */
const DRESSES = [['en', 'light', 1024], ['en', 'dark', 720], ['ar', 'light', 720],
	['ar', 'dark', 1024]];

/* Columns that the reader has to choose. */
const HIDDEN = ['rights', 'mask_data', 'ip_allow_list', 'creator', 'created_at', 'language'];

/** A list with all its columns, scrolled to the end of its rows. */
async function openScrolled(locale, colorScheme, width) {
	const page = await openPage(browser, { locale, colorScheme, viewport: { width, height: 900 } });

	await page.addInitScript((names) => localStorage.setItem(
		`backoffice:${new URL('.', location.href).pathname}:columns:users`,
		JSON.stringify(Object.fromEntries(names.map((name) => [name, true])))), HIDDEN);
	await signInAt(page, stack.url, '?p=users');
	await page.locator('table[aria-busy=false]').waitFor();
	await page.locator('.cell-select input').nth(1).check();
	await page.locator('#scroll').evaluate((element) => element.scrollBy(
		document.dir === 'rtl' ? -element.scrollWidth : element.scrollWidth, 0));
	return page;
}

/** Of the first two rows and the two of the head: which cells are where they were, and seen. */
function staying() {
	const area = document.getElementById('scroll').getBoundingClientRect();
	const rtl = document.documentElement.dir === 'rtl';
	const rows = [...document.querySelectorAll('thead tr, tbody tr:nth-child(-n + 2)')];
	const from = (cell) => {
		const box = cell.getBoundingClientRect();

		return Math.round(rtl ? area.right - box.right : box.left - area.left);
	};
	const isSeen = (cell) => {
		const { left, top, width, height } = cell.getBoundingClientRect();
		const above = document.elementFromPoint(left + width / 2, top + height / 2);

		return cell.contains(above) && /^rgb\(/.test(getComputedStyle(cell).backgroundColor);
	};

	return rows.map((row) => [...row.children].filter(isSeen).map(from)
		.filter((place) => place <= 40));
}

for (const [locale, colorScheme, width] of DRESSES) {
	test(`the box and the address of a row stay, ${locale}, ${colorScheme}, ${width} px`,
		async () => {
			const page = await openScrolled(locale, colorScheme, width);

			await page.locator('tbody tr').nth(1).hover();
			assert.deepEqual(await page.evaluate(staying), [[0, 40], [0, 40], [0, 40], [0, 40]]);
			const [row, cell] = await page.locator('tbody tr:hover').evaluate((hovered) =>
				[hovered, hovered.querySelector('.cell-email')].map((element) =>
					getComputedStyle(element).backgroundColor));

			assert.equal(cell, row);
			await page.context().close();
		});
}

test('what has the focus is not under what stays', async () => {
	const page = await openScrolled('en', 'light', 720);
	const field = page.locator('.filters .input').nth(2);

	await field.focus();
	const [stays, found] = await Promise.all([page.locator('.filters .stays').nth(1), field]
		.map((one) => one.boundingBox()));

	assert.ok(found.x >= stays.x + stays.width, `${found.x} is under ${stays.x + stays.width}`);
	await page.context().close();
});

test('what an act changed is told whole where the window has room for it', async () => {
	const admin = await stack.signedIn();
	const [[id]] = stack.sql("SELECT id FROM user WHERE email LIKE 'leilani%'");
	const page = await openPage(browser);

	await admin.patch(`users/${id}`, { name: 'Leilani', status: 'enabled' }, { 'If-Match': '*' });
	await admin.patch(`users/${id}`, { status: 'disabled' }, { 'If-Match': '*' });
	await signInAt(page, stack.url, `?p=audit&action=user.update&target_type=user&target_id=${id}`);
	await page.getByRole('cell', { name: /Status: Enabled → Disabled/ }).first().waitFor();
	assert.deepEqual(await page.locator('.cell-changes').evaluateAll((cells) =>
		cells.map((cell) => cell.scrollWidth > cell.clientWidth)), [false, false]);
	await page.context().close();
});
