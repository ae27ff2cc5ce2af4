/*
 * Pictures of every page, light and dark, wide and phone-narrow, into build/screenshots/; those
 * that the README shows are copied to tests/page/pictures/.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { openPage, signIn, startBrowser } from '../lib/browser.mjs';
import { PASSWORD, startStack, TOP } from '../lib/stack.mjs';

const OUT = join(TOP, 'build/screenshots');
const SHOWN = ['users-light-1440', 'users-dark-1440', 'user-create-light-1440', 'users-light-390'];

const save = (page) => page.getByRole('button', { name: 'Save' });
const rows = (page) => page.locator('tbody tr').nth(3);

/* A file of groups to import. */
const GROUPS = JSON.stringify({ groups: [{ name: 'Support', permissions: ['clients.view'] },
	{ name: 'Front desk', permissions: ['clients.view', 'clients.update'] }] });

/** @type {Record<string, {query: string, ready: Function, act?: Function}>} */
const SCREENS = {
	'users': { query: '?p=users', ready: rows },
	'user-create': {
		query: '?p=user-create',
		act: async (page) => {
			await page.getByLabel('Email', { exact: true }).fill('nora.lindqvist@example.com');
			await page.getByRole('button', { name: 'Generate' }).click();
			await page.getByLabel('Name', { exact: true }).fill('Nora Lindqvist');
			await page.getByLabel('Send to email').check();
			await page.getByLabel('Mask data').check();
		},
		ready: save,
	},
	'user-create-refused': {
		query: '?p=user-create',
		act: (page) => save(page).click(),
		ready: (page) => page.locator('#summary'),
	},
	'user-edit': {
		query: '?p=user&id=1002',
		act: (page) => page.getByRole('button', { name: 'Actions' }).click(),
		ready: (page) => page.getByRole('button', { name: 'Disable 2FA' }),
	},
	'user-question': {
		query: '?p=user&id=1002',
		act: async (page) => {
			await page.getByRole('button', { name: 'Actions' }).click();
			await page.getByRole('button', { name: 'Disable 2FA' }).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'groups': { query: '?p=groups', ready: rows },
	'group-edit': { query: '?p=group&id=2', ready: (page) => page.getByLabel('Users: Update') },
	'group-fixed': { query: '?p=group&id=1', ready: (page) => page.getByText('cannot be changed') },
	'group-members': {
		query: '?p=group&id=2&tab=users',
		ready: (page) => page.getByRole('link', { name: '@' }).first(),
	},
	'group-question': {
		query: '?p=group&id=2',
		act: async (page) => {
			await page.getByLabel('Users: Delete').check();
			await page.getByLabel('Clients: View').uncheck();
			await save(page).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'groups-import': {
		query: '?p=groups-import',
		act: (page) => page.getByLabel('File').setInputFiles({ name: 'groups.json',
			mimeType: 'application/json', buffer: Buffer.from(GROUPS) }),
		ready: (page) => page.getByText('Will be added with a suffix'),
	},
	'clients': { query: '?p=clients', ready: rows },
	'client-create': { query: '?p=client-create', ready: save },
	'client': { query: '?p=client&id=3', ready: save },
	'client-import': {
		query: '?p=client-import',
		act: async (page) => {
			await page.getByLabel('CSV file').setInputFiles({ name: 'clients.csv',
				mimeType: 'text/csv', buffer: Buffer.from(
					'name,email\nAda,ada@example.com\nBob,nope\n,bob@example.com\n') });
			await page.getByRole('button', { name: 'Check' }).click();
		},
		ready: (page) => page.getByRole('button', { name: 'Import 1 row' }),
	},
	'user-credentials': {
		query: '?p=user-credentials&id=1002',
		act: (page) => page.getByRole('button', { name: 'Generate' }).click(),
		ready: save,
	},
	'user-delivery': {
		query: '?p=user&id=1007',
		act: (page) => page.getByText('Credentials by mail').scrollIntoViewIfNeeded(),
		ready: save,
	},
	'mail': { query: '?p=mail', ready: rows },
	'mail-test': { query: '?p=mail-test', ready: (page) => page.getByLabel('To', { exact: true }) },
	'letter': { query: '?p=letter&id=3', ready: (page) => page.getByText('for good') },
	'sessions': { query: '?p=sessions', ready: (page) => page.getByText('This session') },
	'audit': { query: '?p=audit', ready: (page) => page.getByText('Command line').first() },
	'audit-entry': { query: '?p=audit-entry&id=1', ready: (page) =>
		page.getByRole('row', { name: /Email/ }) },
	'profile': { query: '?p=profile', ready: (page) => page.locator('tbody tr').first() },
	'profile-password': { query: '?p=profile-password', ready: save },
	'profile-totp': {
		query: '?p=profile-totp',
		act: async (page) => {
			await page.getByLabel('Current password').fill(PASSWORD);
			await page.getByRole('button', { name: 'Continue' }).click();
		},
		ready: (page) => page.getByRole('img', { name: /QR code/ }),
	},
	'nothing': { query: '?p=nothing', ready: (page) => page.getByRole('heading') },
};

const stack = await startStack({ env: { DEMO: '1' }, prefix: '/' });
const browser = await startBrowser();

stack.addUser('masked@example.com', { groups: ['Support'], masked: true, name: 'Mia Support' });
mkdirSync(OUT, { recursive: true });
for (const colorScheme of ['light', 'dark']) {
	for (const width of [1440, 390]) {
		const page = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
		const shoot = (name) => page.screenshot({
			path: join(OUT, `${name}-${colorScheme}-${width}.png`) });

		await page.goto(stack.url);
		await page.getByLabel('Email').waitFor();
		await shoot('sign-in');
		await signIn(page, stack.url);
		for (const [name, { query, act, ready }] of Object.entries(SCREENS)) {
			await page.goto(`${stack.url}${query}`);
			await act?.(page);
			await ready(page).waitFor();
			await shoot(name);
		}
		await page.context().clearCookies();
		await signIn(page, stack.url, 'masked@example.com');
		await rows(page).waitFor();
		await shoot('clients-masked');
		await page.goto(`${stack.url}?p=client&id=3`);
		await save(page).waitFor();
		await shoot('client-masked');
		await page.context().close();
	}
}
await browser.close();
await stack.stop();
mkdirSync(join(TOP, 'tests/page/pictures'), { recursive: true });
for (const name of SHOWN) {
	copyFileSync(join(OUT, `${name}.png`), join(TOP, `tests/page/pictures/${name}.png`));
}
