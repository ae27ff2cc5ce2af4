/* No violation of WCAG 2.2 A and AA that a machine can find, on any screen, in any dress. */
import { after, before, test } from 'node:test';

import { ALL, assertAccessible } from '../lib/axe.mjs';
import { openPage, signIn, startBrowser, visit } from '../lib/browser.mjs';
import { SCREENS } from './screens.mjs';
import { startStack } from '../lib/stack.mjs';

/* Names, roles and order are the same in every dress; colours and sizes are not. */
const LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable'];

const WIDTHS = [1440, 1024, 720, 390, 320]; // 720 is what 1440 are at 200 % zoom
const EVERY = ['light', 'dark'].flatMap((colorScheme) => WIDTHS.map((width) =>
	({ colorScheme, width })));

/*
 * In what a screen is opened, and how it is dressed again while it is shown: each scheme and each
 * width comes to each screen, and with LONG=1 all of them together.
 */
const DRESSES = [
	{ colorScheme: 'light', width: 1440, rules: ALL,
		again: [{ colorScheme: 'dark', width: 1024 }] },
	{ colorScheme: 'dark', width: 390, rules: LOOKS,
		again: [{ colorScheme: 'light', width: 320 }, { colorScheme: 'dark', width: 720 }] },
].map((dress) => (process.env.LONG ? { ...dress, again: EVERY } : dress));

/* What is done on a screen is done in English; what is shown at once, in other languages too. */
const AT_ONCE = Object.entries(SCREENS).filter(([, { act }]) => !act);

let browser;
let stack;

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(), startStack({ env: { DEMO: '1' } })]);
});
after(async () => {
	await browser.close();
	await stack.stop();
});

/* axe is put into the page by the test, not by the page: the policy of the page is put aside. */
function openIn({ colorScheme, width }, locale = 'en-GB') {
	return openPage(browser, { colorScheme, locale, viewport: { width, height: 900 },
		bypassCSP: true });
}

/** The screen that is shown, as it was opened and in each other dress. */
async function assertDressed(page, name, { colorScheme, width, rules, again }) {
	await assertAccessible(page, name, rules);
	for (const other of again) {
		await page.emulateMedia({ colorScheme: other.colorScheme });
		await page.setViewportSize({ width: other.width, height: 900 });
		await assertAccessible(page, `${name}, ${other.colorScheme}, ${other.width} px`, LOOKS);
	}
	await page.emulateMedia({ colorScheme });
	await page.setViewportSize({ width, height: 900 });
}

/* A screen that is shown already goes on with what was done on it. */
function sameScreen(one, other) {
	const place = (query) => ['p', 'id'].map((name) => new URLSearchParams(query).get(name)).join();

	return place(one) === place(other);
}

for (const dress of DRESSES) {
	test(`axe finds nothing, ${dress.colorScheme}, ${dress.width} px`, async () => {
		const page = await openIn(dress);

		await signIn(page, stack.url);
		let last = { query: '', act: true };

		for (const [name, screen] of Object.entries(SCREENS)) {
			await (last.act || sameScreen(last.query, screen.query)
				? page.goto(`${stack.url}${screen.query}`) : visit(page, screen.query));
			await screen.act?.(page, stack);
			await screen.ready(page).waitFor();
			await assertDressed(page, name, dress);
			last = screen;
		}
		await page.context().close();
	});
}

for (const [index, locale] of ['de', 'ar'].entries()) {
	test(`axe finds nothing in ${locale}`, async () => {
		const dress = { ...DRESSES[index], again: process.env.LONG ? EVERY : [] };
		const page = await openIn(dress, locale);

		await signIn(page, stack.url);
		for (const [name, { query }] of AT_ONCE) {
			await page.goto(`${stack.url}${query}`);
			await page.locator('main h1').waitFor();
			await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
			await assertDressed(page, `${name}, ${locale}`, dress);
		}
		await page.context().close();
	});
}

test('axe finds nothing where a masked viewer looks a client up', async () => {
	const page = await openIn(DRESSES[0]);

	stack.addUser('masked@example.com', { groups: ['Support'], masked: true });
	await signIn(page, stack.url, 'masked@example.com');
	await page.getByLabel('Email or phone of a client').fill('nobody@example.com');
	await page.keyboard.press('Enter');
	await page.locator('#error-value').waitFor();
	await assertAccessible(page, 'a look-up');
	await page.context().close();
});
