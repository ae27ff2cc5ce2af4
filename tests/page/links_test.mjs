/* One-time links and forgotten passwords, by people in browsers, with mail and without. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { enterPassword, openPage, signIn, startBrowser } from '../lib/browser.mjs';
import { linkIn } from '../lib/mail.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';

const NEW = 'seven quiet herons over ice';

let browser;
let mailed;
let bare;

before(async () => {
	[browser, mailed, bare] = await Promise.all([startBrowser(), startStack(),
		startStack({ env: { SMTP: 'none' } })]);
});
after(async () => {
	await browser.close();
	await Promise.all([mailed.stop(), bare.stop()]);
});

const button = (page, name) => page.getByRole('button', { name, exact: true });
const field = (page, name) => page.getByLabel(name, { exact: true });

/** Opens Create user and chooses the link. */
async function beginLinked(page, stack, email) {
	await signIn(page, stack.url);
	await page.goto(`${stack.url}?p=user-create`);
	await field(page, 'Email').fill(email);
	await button(page, 'Generate').click();
	await field(page, 'One-time link').check();
	assert.ok(await field(page, 'Password').isDisabled());
	assert.ok(await button(page, 'Generate').isDisabled());
}

async function choose(page, password = NEW) {
	await field(page, 'New password').fill(password);
	await field(page, 'New password again').fill(password);
	await button(page, 'Save').click();
	await page.getByText('Your password has been set. Sign in with it.').first().waitFor();
}

test('without mail a link is made, handed over, and used in another browser', async () => {
	const admin = await openPage(browser);
	const user = await openPage(browser);

	await beginLinked(admin, bare, 'lena@example.com');
	await button(admin, 'Save').click();
	await admin.getByRole('heading', { name: 'Hand over lena@example.com' }).waitFor();
	const shown = await admin.locator('#given-link').innerText();

	await admin.getByRole('link', { name: 'Done' }).click();
	await admin.getByRole('row', { name: 'lena@example.com' }).waitFor();
	assert.ok(!(await admin.content()).includes(shown), 'the link stays in the page');

	await user.goto(shown);
	await user.getByRole('heading', { name: 'Choose your password' }).waitFor();
	assert.equal(user.url(), `${bare.url}sign-in.html`, 'the token stays in the address');
	assert.equal(await user.locator('[autocomplete=username]').inputValue(), 'lena@example.com');
	await choose(user);
	bare.admin(['user', 'disable-2fa', 'lena@example.com']);
	await signIn(user, bare.url, 'lena@example.com', NEW);

	const late = await openPage(browser);

	await late.goto(shown);
	await late.getByText('This link no longer works').first().waitFor();
	await field(late, 'Email').waitFor();
	assert.deepEqual([...admin.complaints, ...user.complaints, ...late.complaints], []);
});

test('a mailed link is not shown, and the list of users tells how it fares', async () => {
	const admin = await openPage(browser);
	const user = await openPage(browser);

	await beginLinked(admin, mailed, 'nils@example.com');
	await field(admin, 'Send to email').check();
	await button(admin, 'Save').click();
	const row = admin.getByRole('row', { name: 'nils@example.com' });

	await row.waitFor();
	const link = linkIn(await mailed.mailTo('nils@example.com'));

	await admin.reload();
	await row.getByText('Accepted by the mail server (250)').waitFor();
	await user.goto(link);
	await choose(user);
	mailed.admin(['user', 'disable-2fa', 'nils@example.com']);
	await signIn(user, mailed.url, 'nils@example.com', NEW);
	await admin.reload();
	await row.getByText('the user has signed in since').waitFor();
	assert.deepEqual([...admin.complaints, ...user.complaints], []);
});

test('a forgotten password is replaced by the letter, and the page says the same to strangers',
	async () => {
		const page = await openPage(browser);

		mailed.addUser('olof@example.com');
		for (const email of ['nobody@example.com', 'olof@example.com']) {
			await page.goto(`${mailed.url}sign-in.html`);
			await field(page, 'Email').fill(email);
			await button(page, 'Forgotten password?').click();
			assert.equal(await field(page, 'Email').inputValue(), email);
			await button(page, 'Send the link').click();
			await page.getByText('If there is an account with this address').first().waitFor();
		}
		const link = linkIn(await mailed.mailTo('olof@example.com'));

		await page.goto(link); // the page stands there already: only the fragment changes
		await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
		await choose(page);
		await enterPassword(page, mailed.url, 'olof@example.com', PASSWORD);
		await page.getByText('The email address or the password is wrong').first().waitFor();
		await signIn(page, mailed.url, 'olof@example.com', NEW);
		assert.deepEqual(page.complaints, []);
	});

test('without mail the page says who can help instead', async () => {
	const page = await openPage(browser);

	await page.goto(`${bare.url}sign-in.html`);
	await button(page, 'Forgotten password?').click();
	await field(page, 'Email').fill('admin@example.com');
	await button(page, 'Send the link').click();
	await page.getByText('This installation sends no email. Ask an administrator').waitFor();
	await button(page, 'Back to signing in').click();
	await field(page, 'Password').waitFor();
	assert.deepEqual(page.complaints, []);
});
