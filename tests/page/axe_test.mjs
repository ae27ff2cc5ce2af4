/*
 * No violation of WCAG 2.2 A and AA that a machine can find, and nothing that an eye would stumble
 * over, on any screen, in any dress.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ALL, assertAccessible, violations } from '../lib/axe.mjs';
import { blemishes } from '../lib/looks.mjs';
import { openPage, signIn, startBrowser, visit } from '../lib/browser.mjs';
import { SCREENS } from './screens.mjs';
import { spokenIn } from '../lib/spoken.mjs';
import { startStack } from '../lib/stack.mjs';

/* Names, roles and order are the same in every dress; colours and sizes are not. */
const LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable'];

const WIDTHS = [1440, 1024, 720, 390, 320]; // 720 is what 1440 are at 200 % zoom
const EVERY = ['light', 'dark'].flatMap((colorScheme) => WIDTHS.map((width) =>
	({ colorScheme, width })));

const ALL_SCREENS = Object.entries(SCREENS);
const AT_ONCE = ALL_SCREENS.filter(([, { act }]) => !act);
const FLOATING = ['the groups to choose from', 'the actions', 'the columns',
	'a change that can be taken back', 'users who have a right'];
const LISTS = ['the list of users', 'the list of clients', 'the list of emails', 'the audit log'];
const HALF = Math.ceil(ALL_SCREENS.length / 2);

/*
 * In what a screen is opened, and how it is dressed again while it is shown: each scheme and each
 * width comes to each screen.
 */
const SHORT = [
	...[ALL_SCREENS.slice(0, HALF), ALL_SCREENS.slice(HALF)].map((screens) =>
		({ locale: 'en', colorScheme: 'light', width: 1440, screens, again: [
			{ colorScheme: 'dark', width: 1024 }, { colorScheme: 'dark', width: 390 },
			{ colorScheme: 'light', width: 320 }, { colorScheme: 'dark', width: 720 }] })),
	{ locale: 'ar', colorScheme: 'dark', width: 390, again: [], screens: AT_ONCE },
	{ locale: 'es', colorScheme: 'light', width: 720, again: [], // the longest words of filters
		screens: ALL_SCREENS.filter(([name]) => LISTS.includes(name)) },
	...['de', 'ar'].map((locale) => ({ locale, colorScheme: 'light', width: 390,
		again: [{ colorScheme: 'dark', width: 320 }],
		screens: ALL_SCREENS.filter(([name]) => FLOATING.includes(name)) })),
];

/* LONG=1: all of them together; and opened where the window is narrow from the beginning. */
const LONG = [
	...['en', 'de', 'ar'].flatMap((locale) => [
		{ locale, colorScheme: 'light', width: 1440, again: EVERY },
		{ locale, colorScheme: 'dark', width: 390, again: [] },
	]),
	...['es', 'ru'].map((locale) => ({ locale, colorScheme: 'light', width: 1440,
		again: WIDTHS.map((width) => ({ colorScheme: 'dark', width })) })),
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
function openIn({ colorScheme, width, locale = 'en-GB' }) {
	return openPage(browser, { colorScheme, locale, viewport: { width, height: 900 },
		bypassCSP: true });
}

/** What both find, each with where. */
async function faults(page, where, locale, rules) {
	const seen = await blemishes(page, locale);

	return [...await violations(page, where, rules), ...seen.map((one) => `${where}: ${one}`)];
}

/** What is found on the screen that is shown, as it was opened and in each other dress. */
async function faultsDressed(page, name, { locale, colorScheme, width, again }) {
	const found = await faults(page, name, locale, ALL);

	for (const other of again) {
		await page.emulateMedia({ colorScheme: other.colorScheme });
		await page.setViewportSize({ width: other.width, height: 900 });
		found.push(...await faults(page, `${name}, ${other.colorScheme}, ${other.width} px`,
			locale, LOOKS));
	}
	await page.emulateMedia({ colorScheme });
	await page.setViewportSize({ width, height: 900 });
	return found;
}

/* A screen that is shown already goes on with what was done on it. */
function sameScreen(one, other) {
	const place = (query) => ['p', 'id'].map((name) => new URLSearchParams(query).get(name)).join();

	return place(one) === place(other);
}

for (const dress of process.env.LONG ? LONG : SHORT) {
	const { locale, colorScheme, width, screens = ALL_SCREENS } = dress;

	test(`neither axe nor an eye stumbles, ${locale}, ${colorScheme}, ${width} px, from ${
		screens[0][0]}`,
		async () => {
			const page = await openIn(dress);
			const said = spokenIn(page, locale);
			const found = [];
			let last = { query: '', act: true };

			await signIn(page, stack.url);
			for (const [name, screen] of screens) {
				await (last.act || sameScreen(last.query, screen.query)
					? page.goto(`${stack.url}${screen.query}`) : visit(page, screen.query));
				await screen.act?.(said, stack);
				await screen.ready(said).waitFor();
				found.push(...await faultsDressed(page, name, dress));
				last = screen;
			}
			await page.context().close();
			assert.deepEqual(found, []);
		});
}

test('axe finds nothing where a masked viewer looks a client up', async () => {
	const page = await openIn({ colorScheme: 'light', width: 1440 });

	stack.addUser('masked@example.com', { groups: ['Support'], masked: true });
	await signIn(page, stack.url, 'masked@example.com');
	await page.getByLabel('Email or phone of a client').fill('nobody@example.com');
	await page.keyboard.press('Enter');
	await page.locator('#error-value').waitFor();
	await assertAccessible(page, 'a look-up');
	await page.context().close();
});
