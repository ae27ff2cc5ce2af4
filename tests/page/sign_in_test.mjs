/* The page to sign in at, as a person and a password manager meet it. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { openSession, signIn, visit } from '../lib/browser.mjs';
import { appCode } from '../lib/totp.mjs';
import { withPage } from '../lib/page.mjs';

let stack;
let page;

withPage((world) => ({ stack, page } = world), { start: () => startStack() });
beforeEach(() => page.goto(`${stack.url}sign-in.html`));

const field = (name) => page.getByLabel(name, { exact: true });
const button = (name) => page.getByRole('button', { name, exact: true });

/** The hidden field by which a password manager knows whose password a form is about. */
const username = (form = 'form') => page.locator(`${form} input[autocomplete=username]`);

test('the card says which site this is, and so does the title', async () => {
	await page.locator('.card').getByText('Backoffice', { exact: true }).waitFor();
	assert.equal(await page.title(), 'Sign in – Backoffice');
});

test('the password is shown when one asks', async () => {
	await field('Password').fill('seven quiet herons');
	assert.equal(await field('Password').getAttribute('type'), 'password');
	await field('Show password').check();
	assert.equal(await field('Password').getAttribute('type'), 'text');
	assert.equal(await field('Password').inputValue(), 'seven quiet herons');
});

test('Caps Lock is told of in the password, and in no other field', async () => {
	const press = (name, modifierCapsLock) => field(name).evaluate((element, on) =>
		element.dispatchEvent(new KeyboardEvent('keydown',
			{ key: 'a', bubbles: true, modifierCapsLock: on })), modifierCapsLock);
	const hint = page.getByText('Caps Lock is on.');

	await press('Email', true);
	assert.equal(await hint.count(), 0);
	await press('Password', true);
	await hint.waitFor();
	await press('Password', false);
	await hint.waitFor({ state: 'detached' });
});

test('how long to wait is counted down, and then said to be over', async () => {
	await page.clock.install();
	await page.route(/api\/v1\/session$/, (route) => route.fulfill({ status: 429,
		headers: { 'Retry-After': '65' }, contentType: 'application/json',
		body: '{"code":"too_many_requests"}' }));
	await field('Email').fill(ADMIN_EMAIL);
	await field('Password').fill(PASSWORD);
	await button('Sign in').click();
	await page.getByText('Try again in 1:05').waitFor();
	await page.clock.runFor(5_000);
	await page.getByText('Try again in 1:00').waitFor();
	await page.clock.runFor(61_000);
	await page.getByText('You can try again now.').waitFor();
	assert.equal(await page.getByText(/Try again in \d+:/).count(), 0);
});

test('whose session has ended is told so after a load of the page, and who signs out is not',
	async () => {
		const ended = page.getByText('Your session has ended');

		await signIn(page, stack.url);
		stack.sql('DELETE FROM session');
		await page.reload();
		await ended.waitFor();
		await signIn(page, stack.url);
		await page.locator('[popovertarget=account]').click();
		await page.getByRole('button', { name: 'Sign out' }).click();
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		await page.goto(`${stack.url}?p=users`);
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(await ended.count(), 0);
	});

test('each form of one\'s own password names its owner to the password manager', async () => {
	await signIn(page, stack.url);
	for (const screen of ['profile-password', 'profile-totp']) {
		await visit(page, `?p=${screen}`);
		await field('Current password').waitFor();
		assert.equal(await username().inputValue(), ADMIN_EMAIL, screen);
		assert.ok(await username().isHidden());
	}
});

test('recovery codes are downloaded and printed', async () => {
	await openSession(page, stack.url);
	await page.goto(`${stack.url}?p=profile-totp`);
	await field('Current password').fill(PASSWORD);
	await button('Continue').click();
	const secret = (await page.locator('.key').innerText()).replaceAll(' ', '');

	await field('Code').fill(appCode(secret));
	await button('Confirm').click();
	await page.locator('.codes').waitFor();
	const codes = await page.locator('.codes code').allInnerTexts();
	const [file] = await Promise.all([page.waitForEvent('download'), button('Download').click()]);
	const chunks = [];

	for await (const chunk of await file.createReadStream()) {
		chunks.push(chunk);
	}
	assert.equal(file.suggestedFilename(), 'recovery-codes.txt');
	assert.deepEqual(Buffer.concat(chunks).toString().trim().split('\n'), codes);
	await page.evaluate(() => (window.print = () => (document.title = 'printed')));
	await button('Print').click();
	assert.equal(await page.title(), 'printed');
	await page.emulateMedia({ media: 'print' });
	assert.ok(await page.locator('.codes').isVisible());
	assert.equal(await page.locator('button:visible').count(), 0);
	stack.admin(['user', 'disable-2fa', ADMIN_EMAIL]);
});
