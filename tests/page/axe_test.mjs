/* No violation of WCAG 2.2 A and AA that a machine can find, on any screen, in any dress. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { appCode } from '../lib/totp.mjs';
import { openPage, signIn, startBrowser, visit } from '../lib/browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/* Names, roles and order are the same in every dress; colours and sizes are not. */
const DRESSES = [
	{ colorScheme: 'light', width: 1440, rules: ALL },
	{ colorScheme: 'dark', width: 390, rules: ['color-contrast', 'target-size',
		'scrollable-region-focusable'] },
];

/** A file for Import clients, with a good row and two that are refused. */
const REFUSED = { name: 'clients.csv', mimeType: 'text/csv',
	buffer: Buffer.from('name,email\nAda,ada@example.com\nBob,nope\n,bob@example.com\n') };

/* A file of groups to import. */
const GROUPS = JSON.stringify({ groups: [{ name: 'Support', permissions: ['clients.view'] },
	{ name: 'Front desk', permissions: ['clients.view', 'clients.update'] }] });

/** Each screen and state: where it is and what a person did there. */
const SCREENS = {
	'the list of users': { query: '?p=users', ready: (page) => page.getByRole('row').nth(3) },
	'an empty result': {
		query: '?p=users&name=nobody+is+called+this',
		ready: (page) => page.getByRole('button', { name: 'Clear filters' }),
	},
	'Create user': {
		query: '?p=user-create',
		ready: (page) => page.getByRole('button', { name: 'Save' }),
	},
	'a refused form': {
		query: '?p=user-create',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'the groups to choose from': {
		query: '?p=user-create',
		act: (page) => page.getByRole('button', { name: /Groups/ }).click(),
		ready: (page) => page.getByLabel('Auditors'),
	},
	'Edit user': {
		query: '?p=user&id=1002',
		ready: (page) => page.getByRole('button', { name: 'Actions' }),
	},
	'the actions': {
		query: '?p=user&id=1002',
		act: (page) => page.getByRole('button', { name: 'Actions' }).click(),
		ready: (page) => page.getByRole('button', { name: 'Delete user' }),
	},
	'a question': {
		query: '?p=user&id=1002',
		act: async (page) => {
			await page.getByRole('button', { name: 'Actions' }).click();
			await page.getByRole('button', { name: 'Delete user' }).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'the list of groups': {
		query: '?p=groups',
		ready: (page) => page.getByText('Auditors').first(),
	},
	'Create group': { query: '?p=group-create', ready: (page) => page.getByLabel('Users: Update') },
	'Edit group': { query: '?p=group&id=2', ready: (page) => page.getByLabel('Users: Update') },
	'a group that is fixed': {
		query: '?p=group&id=1',
		ready: (page) => page.getByText('cannot be changed'),
	},
	'the members of a group': {
		query: '?p=group&id=2&tab=users',
		ready: (page) => page.getByRole('link', { name: '@' }).first(),
	},
	'what a change of a group means': {
		query: '?p=group&id=2',
		act: async (page) => {
			await page.getByLabel('Users: Delete').check();
			await page.getByRole('button', { name: 'Save' }).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'Import groups': {
		query: '?p=groups-import',
		act: (page) => page.getByLabel('File').setInputFiles({ name: 'groups.json',
			mimeType: 'application/json', buffer: Buffer.from(GROUPS) }),
		ready: (page) => page.getByText('Will be added with a suffix'),
	},
	'the list of clients': { query: '?p=clients', ready: (page) => page.getByRole('row').nth(3) },
	'Create client': {
		query: '?p=client-create',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'Edit client': {
		query: '?p=client&id=3',
		ready: (page) => page.getByRole('button', { name: 'Actions' }),
	},
	'Import clients': {
		query: '?p=client-import',
		act: async (page) => {
			await page.getByLabel('CSV file').setInputFiles(REFUSED);
			await page.getByRole('button', { name: 'Check' }).click();
		},
		ready: (page) => page.getByRole('button', { name: /^Import/ }),
	},
	'New password': {
		query: '?p=user-credentials&id=1002',
		ready: (page) => page.getByRole('button', { name: 'Generate' }),
	},
	'the list of letters': { query: '?p=mail', ready: (page) => page.getByRole('row').nth(3) },
	'one letter': { query: '?p=letter&id=3', ready: (page) => page.getByText('for good') },
	'a letter to send again': {
		query: '?p=letter&id=3',
		act: (page) => page.getByRole('button', { name: 'Send again' }).click(),
		ready: (page) => page.getByRole('dialog'),
	},
	'a refused test letter': {
		query: '?p=mail-test',
		act: async (page) => {
			await page.getByLabel('To', { exact: true }).fill('');
			await page.getByRole('button', { name: 'Send', exact: true }).click();
		},
		ready: (page) => page.locator('#summary'),
	},
	'the list of sessions': {
		query: '?p=sessions',
		ready: (page) => page.getByText('This session'),
	},
	'the question before a session ends': {
		query: '?p=sessions',
		act: (page) => page.getByRole('button', { name: /^End the session/ }).first().click(),
		ready: (page) => page.getByRole('dialog'),
	},
	'the audit log': { query: '?p=audit', ready: (page) =>
		page.getByText('Command line').first() },
	'an entry of the audit log': { query: '?p=audit-entry&id=1', ready: (page) =>
		page.getByRole('row', { name: /Email/ }) },
	'Profile': { query: '?p=profile', ready: (page) => page.locator('tbody tr').first() },
	'Change password': {
		query: '?p=profile-password',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'the QR code of an app': {
		query: '?p=profile-totp',
		act: beginEnrolment,
		ready: (page) => page.getByRole('img', { name: /QR code/ }),
	},
	'recovery codes': {
		query: '?p=profile-totp',
		act: enrol,
		ready: (page) => page.getByText('shown only now'),
	},
	'an address that leads nowhere': {
		query: '?p=nothing',
		ready: (page) => page.getByText('does not exist for you'),
	},
	'mail that is failing': {
		query: '?p=users',
		act: (page) => failMail(page),
		ready: (page) => page.getByText('Mail is failing'),
	},
};

let browser;
let stack;

async function beginEnrolment(page) {
	await page.getByLabel('Current password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.locator('.key').waitFor();
}

/** Only the page is left as it is: the next sign-in shall not ask for a code. */
async function enrol(page) {
	await beginEnrolment(page);
	const secret = (await page.locator('.key').innerText()).replaceAll(' ', '');

	await page.getByLabel('Code', { exact: true }).fill(appCode(secret));
	await page.getByRole('button', { name: 'Confirm' }).click();
	await page.locator('.codes').waitFor();
	stack.admin(['user', 'disable-2fa', ADMIN_EMAIL]);
}

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(), startStack({ env: { DEMO: '1' } })]);
});
after(async () => {
	await browser.close();
	await stack.stop();
});

/** The page as it is when the server says that mail is failing; from here on it stays so. */
async function failMail(page) {
	await page.route(/api\/v1\/session$/, async (route) => {
		const answer = await route.fetch();
		const session = await answer.json();

		session.features.mail_failing = true;
		await route.fulfill({ response: answer, json: session });
	});
	await page.reload();
}

async function assertNoViolation(page, name, rules = ALL) {
	if (!await page.evaluate(() => 'axe' in window)) {
		await page.evaluate(AXE);
	}
	const { violations } = await page.evaluate((runOnly) => window.axe.run({ runOnly }), rules);

	assert.deepEqual(violations.map(({ id, nodes }) =>
		`${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`), []);
}

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

		await page.goto(`${stack.url}sign-in.html`);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.locator('#summary').waitFor();
		await assertNoViolation(page, 'sign in', dress.rules);
		await signIn(page, stack.url);
		let last = '';

		for (const [name, { query, act, ready }] of Object.entries(SCREENS)) {
			await (last === '' || SCREENS[last].act || sameScreen(SCREENS[last].query, query)
				? page.goto(`${stack.url}${query}`) : visit(page, query));
			await act?.(page);
			await ready(page).waitFor();
			await assertNoViolation(page, name, dress.rules);
			last = name;
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
	await assertNoViolation(page, 'a look-up');
	await page.context().close();
});
