/*
 * Pictures of every page, light and dark, wide and phone-narrow, into build/screenshots/; those
 * that the README shows are copied to tests/page/pictures/.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { openPage, signIn, startBrowser } from '../lib/browser.mjs';
import { SCREENS } from './screens.mjs';
import { startStack, TOP } from '../lib/stack.mjs';

const OUT = join(TOP, 'build/screenshots');
/* What the README shows, under its own names. */
const SHOWN = {
	'the-list-of-users-light-1440': 'users-light-1440',
	'the-list-of-users-dark-1440': 'users-dark-1440',
	'create-user-filled-in-light-1440': 'user-create-light-1440',
	'the-list-of-users-light-390': 'users-light-390',
};

const nameOf = (screen) => screen.toLowerCase().replace(/[^a-z]+/g, '-');

/** Pictures of a page that is signed in, in one dress. */
function shooter(page, dress) {
	return (name) => page.screenshot({ path: join(OUT, `${nameOf(name)}-${dress}.png`) });
}

async function shootAll(page, shoot, stack) {
	await signIn(page, stack.url);
	for (const [name, { query, act, ready }] of Object.entries(SCREENS)) {
		await page.goto(`${stack.url}${query}`);
		await act?.(page, stack);
		await ready(page).waitFor();
		await shoot(name);
	}
}

async function shootMasked(page, shoot, stack) {
	await signIn(page, stack.url, 'masked@example.com');
	await page.getByRole('row').nth(5).waitFor();
	await shoot('the list of clients, masked');
	await page.goto(`${stack.url}?p=client&id=3`);
	await page.getByRole('button', { name: 'Save' }).waitFor();
	await shoot('edit client, masked');
}

async function shootArabic(page, shoot, stack) {
	await signIn(page, stack.url);
	for (const screen of ['users', 'user-create', 'group&id=2']) {
		await page.goto(`${stack.url}?p=${screen}`);
		await page.locator('main .button').first().waitFor();
		await page.waitForLoadState('networkidle');
		await shoot(`arabic ${screen}`);
	}
}

/* All in one dress, of an installation of their own: what was done for others is in none. */
async function shootDress(browser, colorScheme, width) {
	const stack = await startStack({ env: { DEMO: '1' }, prefix: '/' });

	stack.addUser('masked@example.com', { groups: ['Support'], masked: true, name: 'Mia Support' });
	for (const [shootSome, options] of [[shootAll, {}], [shootMasked, {}],
		[shootArabic, { locale: 'ar' }]]) {
		const page = await openPage(browser, { colorScheme, viewport: { width, height: 900 },
			...options });

		await shootSome(page, shooter(page, `${colorScheme}-${width}`), stack);
		await page.context().close();
	}
	await stack.stop();
}

mkdirSync(OUT, { recursive: true });
const browser = await startBrowser();

for (const colorScheme of ['light', 'dark']) {
	for (const width of [1440, 390]) {
		await shootDress(browser, colorScheme, width);
	}
}
await browser.close();
mkdirSync(join(TOP, 'tests/page/pictures'), { recursive: true });
for (const [picture, name] of Object.entries(SHOWN)) {
	copyFileSync(join(OUT, `${picture}.png`), join(TOP, `tests/page/pictures/${name}.png`));
}
