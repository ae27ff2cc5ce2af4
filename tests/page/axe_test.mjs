/* No violation of WCAG 2.2 A and AA that a machine can find, on any screen, in any dress. */
import { after, before, test } from 'node:test';

import { ALL, assertAccessible } from '../lib/axe.mjs';
import { openPage, signIn, startBrowser, visit } from '../lib/browser.mjs';
import { SCREENS } from './screens.mjs';
import { startStack } from '../lib/stack.mjs';

/* Names, roles and order are the same in every dress; colours and sizes are not. */
const DRESSES = [
	{ colorScheme: 'light', width: 1440, rules: ALL },
	{ colorScheme: 'dark', width: 390, rules: ['color-contrast', 'target-size',
		'scrollable-region-focusable'] },
];

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
function openIn({ colorScheme, width }) {
	return openPage(browser, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
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
			await assertAccessible(page, name, dress.rules);
			last = screen;
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
