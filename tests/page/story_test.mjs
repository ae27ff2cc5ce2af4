/* The story that the product must tell, by a person in a browser, with mail and without. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { codeIn, passwordIn } from '../lib/mail.mjs';
import { enterPassword, openPage, signIn, startBrowser } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';

const EMAIL = 'nora.lindqvist@example.com';
const CHOSEN = 'seven quiet herons over ice';

let browser;

before(async () => {
	browser = await startBrowser();
});
after(() => browser.close());

async function startStory(t, env) {
	const stack = await startStack({ env });

	t.after(() => stack.stop());
	stack.sql(`INSERT INTO client (name, email, phone, country, created_at)
		VALUES ('Ada Byron', 'ada@example.org', '+441234567', 'GB', '2026-01-02')`);
	return stack;
}

const menuNames = (page) => page.getByRole('navigation', { name: 'Main menu' })
	.getByRole('link').allInnerTexts();

/** Opens Create user from the menu and fills it, up to Save; gives the password. */
async function fillCreateUser(page, { mail }) {
	await page.getByRole('link', { name: 'Users', exact: true }).first().click();
	await page.getByRole('link', { name: '+Create' }).click();
	await page.getByRole('heading', { name: 'Create user' }).waitFor();
	await page.getByLabel('Email', { exact: true }).fill(EMAIL);
	await page.getByRole('button', { name: 'Generate' }).click();
	await page.getByRole('button', { name: /Groups/ }).click();
	await page.getByLabel('Support').check();
	await page.keyboard.press('Escape');
	await page.getByLabel('Name', { exact: true }).fill('Nora Lindqvist');
	if (mail) {
		await page.getByLabel('Send to email').check();
	}
	await page.getByLabel('Mask data').check();
	return page.getByLabel('Password', { exact: true }).inputValue();
}

async function saveNewUser(page, password, { mail }) {
	await page.getByRole('button', { name: 'Save' }).click();
	if (!mail) {
		await page.getByRole('heading', { name: `Hand over ${EMAIL}` }).waitFor();
		assert.equal(await page.locator('#given-password').innerText(), password);
		await page.getByRole('link', { name: 'Done' }).click();
	}
	await page.getByRole('row', { name: EMAIL }).waitFor();
	const html = await page.content();
	const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));

	assert.ok(!html.includes(password), 'the password stays in the page');
	assert.ok(!kept.includes(password), 'the password stays in the storage');
}

async function openEdit(page) {
	await page.getByRole('row', { name: EMAIL }).getByRole('link', { name: 'Edit' }).click();
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
}

async function save(page) {
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('Saved.').first().waitFor();
}

async function disableTwoFactor(page) {
	await openEdit(page);
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Disable 2FA' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Disable 2FA' }).click();
	await save(page);
	await page.getByRole('link', { name: 'Users', exact: true }).first().click();
	await page.getByRole('row', { name: EMAIL }).getByText('Disabled').waitFor();
}

/** Where no code could be sent, the way back stands there with the reason, and does nothing. */
async function cannotEnableTwoFactor(page) {
	const enable = page.getByRole('button', { name: /^Enable 2FA/ });

	await page.getByRole('link', { name: 'Users', exact: true }).first().click();
	await openEdit(page);
	await page.getByRole('button', { name: 'Actions' }).click();
	await enable.getByText('this installation has no mail server').waitFor();
	assert.equal(await enable.getAttribute('aria-disabled'), 'true');
	await enable.focus();
	await page.keyboard.press('Enter');
	assert.equal(await page.getByRole('dialog').count(), 0);
	await page.keyboard.press('Escape');
	await page.getByRole('link', { name: 'Users', exact: true }).first().click();
}

async function choosePassword(page) {
	await page.getByLabel('New password', { exact: true }).fill(CHOSEN);
	await page.getByLabel('New password again').fill(CHOSEN);
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('button', { name: /^Account/ }).waitFor();
}

async function seesMaskedClients(page) {
	assert.deepEqual(await menuNames(page), ['Clients']);
	await page.getByRole('link', { name: 'Clients' }).first().click();
	const row = page.getByRole('row', { name: 'GB' });

	await row.waitFor();
	assert.match(await row.innerText(), /\*{5}\s+\*{5}@\*{5}\s+\*{5}/);
	assert.ok(!(await page.content()).includes('Ada'));
}

async function seesClearClients(page) {
	await page.getByRole('link', { name: 'Clients' }).first().click();
	await page.getByRole('row', { name: 'Ada Byron' }).getByText('ada@example.org').waitFor();
}

async function disableUser(page) {
	await page.getByRole('link', { name: 'Users', exact: true }).first().click();
	await openEdit(page);
	await page.getByLabel('Status').selectOption('Disabled');
	await save(page);
}

async function isRefusedAtNextClick(page) {
	await page.getByRole('link', { name: 'Clients' }).first().click();
	await page.getByText('Your session has ended').waitFor();
}

async function signOut(page) {
	await page.getByRole('button', { name: /^Account/ }).click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

test('a new user is registered, mailed, signs in by code, is masked, and is shut out again',
	async (t) => {
		const stack = await startStory(t, {});
		const admin = await openPage(browser);
		const user = await openPage(browser);

		await signIn(admin, stack.url);
		const password = await fillCreateUser(admin, { mail: true });

		await saveNewUser(admin, password, { mail: true });
		assert.equal(passwordIn(await stack.mailTo(EMAIL)), password);

		await enterPassword(user, stack.url, EMAIL, password);
		await user.getByLabel('Code').waitFor();
		await user.getByLabel('Code').fill(codeIn(await stack.mailTo(EMAIL)));
		await user.getByRole('button', { name: 'Continue' }).click();
		await choosePassword(user);
		await seesMaskedClients(user);
		await seesClearClients(admin);

		await admin.getByRole('link', { name: 'Users', exact: true }).first().click();
		await disableTwoFactor(admin);
		await signOut(user);
		await signIn(user, stack.url, EMAIL, CHOSEN);

		await disableUser(admin);
		await isRefusedAtNextClick(user);
		assert.deepEqual([...admin.complaints, ...user.complaints], []);
	});

test('without a mail server the same story is told by hand', async (t) => {
	const stack = await startStory(t, { SMTP: 'none' });
	const admin = await openPage(browser);
	const user = await openPage(browser);

	await signIn(admin, stack.url);
	const password = await fillCreateUser(admin, { mail: false });

	assert.ok(await admin.getByLabel('Send to email').isDisabled());
	await admin.getByText('this installation has no mail server').waitFor();
	await admin.getByText(/hand it over in another way.*Disable 2FA/).waitFor();
	await saveNewUser(admin, password, { mail: false });

	await enterPassword(user, stack.url, EMAIL, password);
	await user.getByText(/Ask an administrator to disable two-factor/).waitFor();
	await disableTwoFactor(admin);
	await enterPassword(user, stack.url, EMAIL, password);
	await choosePassword(user);
	await seesMaskedClients(user);
	await seesClearClients(admin);

	await cannotEnableTwoFactor(admin);
	await disableUser(admin);
	await isRefusedAtNextClick(user);
	assert.deepEqual([...admin.complaints, ...user.complaints], []);
});
