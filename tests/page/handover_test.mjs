/*
 * What an administrator hands over by hand: shown once, to copy and to print, with what would still
 * keep the user out.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { enterPassword, openPage, signIn, signInAt, visit } from '../lib/browser.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

let bare;
let browser;
let page;

withPage((world) => ({ stack: bare, browser, page } = world), {
	start: () => startStack({ env: { SMTP: 'none' } }),
	page: { permissions: ['clipboard-read', 'clipboard-write'] },
});

const button = (name) => page.getByRole('button', { name, exact: true });
const field = (name) => page.getByLabel(name, { exact: true });
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
const given = (name) => page.locator(`#given-${name}`).innerText();
let count = 0;

/** Create user, filled in and saved; gives the address and the password. */
async function create({ link = false, status = 'Enabled', group = 'Support' } = {}) {
	const email = `handed${count += 1}@example.com`;

	await signIn(page, bare.url);
	await visit(page, '?p=user-create');
	await field('Email').fill(email);
	await button('Generate').click();
	const password = await field('Password').inputValue();

	if (link) {
		await field('One-time link').check();
	}
	await field('Status').selectOption(status);
	if (group) {
		await page.getByRole('button', { name: /Groups/ }).click();
		await page.getByLabel(group).check();
		await page.keyboard.press('Escape');
	}
	await button('Save').click();
	await page.getByRole('heading', { name: `Hand over ${email}`, exact: true, level: 1 })
		.waitFor();
	return { email, password };
}

/** A user as the API has them. */
async function read(email) {
	return (await (await bare.signedIn()).get(`users?email=${email}`)).body.items[0];
}

/** All that the page, its address, its history and its storages hold. */
function traces() {
	return page.evaluate(() => JSON.stringify([document.documentElement.outerHTML,
		[...document.querySelectorAll('input')].map(({ value }) => value), location.href,
		window.history.state, localStorage, sessionStorage,
		window.navigation.entries().map((entry) => [entry.url, entry.getState()])]));
}

test('whoever creates a user by hand is shown address, email and password, each to copy',
	async () => {
		const { email, password } = await create();

		assert.equal(await given('address'), bare.url);
		assert.equal(await given('email'), email);
		assert.equal(await given('password'), password);
		for (const [name, text] of [['Page address', bare.url], ['Email', email],
			['Password', password]]) {
			await button(`Copy ${name}`).click();
			assert.equal(await clipboard(), text);
		}
		await button('Copy all').click();
		assert.equal(await clipboard(),
			`Page address: ${bare.url}\nEmail: ${email}\nPassword: ${password}`);
		assert.equal(await page.title(), `Hand over ${email} – Backoffice`);
		assert.ok(!(await page.evaluate(() => location.href + JSON.stringify(window.history.state)
			+ JSON.stringify([localStorage, sessionStorage]))).includes(password));
	});

test('the hand-over takes the focus, and is gone whichever way it is left', async () => {
	for (const leave of [
		() => page.getByRole('link', { name: 'Done' }).click(),
		() => page.getByRole('link', { name: 'Groups' }).first().click(),
		() => page.goBack(),
		() => page.reload(),
	]) {
		const { email, password } = await create();

		assert.ok(await page.evaluate(() => document.activeElement.matches('#main h1')));
		await leave();
		await page.getByRole('heading', { name: `Hand over ${email}` })
			.waitFor({ state: 'detached' });
		assert.ok(!(await traces()).includes(password), String(leave));
		await page.goBack().catch(() => {});
		await page.locator('#main h1').waitFor();
		assert.ok(!(await traces()).includes(password), `Back after ${leave}`);
	}
});

test('a page that the browser keeps for its Back button keeps no password', async () => {
	const { password } = await create();

	await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide',
		{ persisted: true })));
	assert.ok(!(await traces()).includes(password));
});

test('without a mail server the code that cannot arrive is in the way, until Disable 2FA now',
	async () => {
		const { email, password } = await create();
		const user = await openPage(browser);

		await page.getByRole('alert').getByText('no sign-in code can reach').waitFor();
		await button('Disable 2FA now').click();
		await page.getByRole('alert').waitFor({ state: 'detached' });
		assert.ok(await page.evaluate(() => document.activeElement.matches('#main h1')));
		assert.equal(await given('password'), password);
		assert.equal((await read(email)).two_factor, 'disabled');
		await enterPassword(user, bare.url, email, password);
		await user.getByRole('heading', { name: 'Choose a new password' }).waitFor();
		await user.context().close();
	});

test('a link is handed over in the same way, and lets its user choose a password', async () => {
	const { password } = await create({ link: true });
	const link = await given('link');
	const user = await openPage(browser);

	assert.ok(!(await traces()).includes(password), 'the password that nobody uses stays');
	await button('Copy Link').click();
	assert.equal(await clipboard(), link);
	await user.goto(link);
	await user.getByRole('heading', { name: 'Choose your password' }).waitFor();
	await user.context().close();
});

test('the hand-over says what else would keep the user out', async () => {
	await create({ status: 'Disabled', group: '' });
	await page.getByText('The status is Disabled').waitFor();
	await page.getByText('is in no group').waitFor();
	await create();
	assert.equal(await page.getByText('The status is Disabled').count(), 0);
	assert.equal(await page.getByText('is in no group').count(), 0);
});

test('a new password for somebody is handed over in the same way', async () => {
	bare.addUser('again@example.com');
	const { id } = await read('again@example.com');

	await signInAt(page, bare.url, `?p=user-credentials&id=${id}`);
	await button('Generate').click();
	const password = await field('Password').inputValue();

	await button('Save').click();
	await page.getByRole('heading', { name: 'Hand over again@example.com', exact: true }).waitFor();
	assert.equal(await given('password'), password);
	await page.getByRole('link', { name: 'Done' }).click();
	await page.getByRole('heading', { name: 'Edit user again@example.com' }).waitFor();
	assert.ok(!(await traces()).includes(password));
});

test('where the browser does not let the page copy, the text is selected', async () => {
	await page.addInitScript(() => {
		navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
	});
	const { password } = await create();

	await button('Copy Password').click();
	await page.getByText('It is selected').first().waitFor();
	assert.equal(await page.evaluate(() => getSelection().toString()), password);
});

test('on paper there is what is handed over, and no control', async () => {
	const { email, password } = await create();

	await page.emulateMedia({ media: 'print' });
	for (const text of [email, password, bare.url]) {
		assert.ok(await page.locator('#given').getByText(text, { exact: true }).isVisible(), text);
	}
	assert.equal(await page.locator('button:visible, input:visible, nav:visible').count(), 0);
});

test('the list marks whoever cannot sign in because there is no mail', async () => {
	await (await bare.signedIn()).post('users', { email: 'codeless@example.com',
		password: PASSWORD });
	bare.addUser('plain@example.com');
	await signIn(page, bare.url);
	await page.getByRole('row', { name: 'codeless@example.com' })
		.getByText('Cannot sign in: no mail').waitFor();
	assert.equal(await page.getByRole('row', { name: 'plain@example.com' })
		.getByText('Cannot sign in').count(), 0);
});

test('a generated password stays hidden until somebody asks to see it', async () => {
	await signInAt(page, bare.url, '?p=user-create');
	await button('Generate').click();
	assert.equal(await field('Show password').isChecked(), false);
	assert.equal(await field('Password').getAttribute('type'), 'password');
	assert.ok((await field('Password').inputValue()).length >= 20);
	await field('Show password').check();
	assert.equal(await field('Password').getAttribute('type'), 'text');
});

test('a user is created in a language, which the API and the form know', async () => {
	await signInAt(page, bare.url, '?p=user-create');
	await field('Email').fill('hable@example.com');
	await button('Generate').click();
	await field('Language').selectOption('es');
	await button('Save').click();
	await page.locator('#given').waitFor();
	assert.equal((await read('hable@example.com')).language, 'es');
	const admin = await bare.signedIn();
	const body = { email: 'nolang@example.com', password: PASSWORD, language: 'not a tag' };

	assert.deepEqual((await admin.post('users', body)).body.errors,
		{ language: 'language.format' });
});

test('Generate stands wherever a text offers it, and its password needs no second typing',
	async () => {
		await signInAt(page, bare.url, '?p=profile-password');
		await button('Generate').click();
		const made = await field('New password').inputValue();

		assert.match(made, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
		assert.equal(await field('New password again').inputValue(), made);
		assert.equal(await field('New password').getAttribute('type'), 'password');
		await button('Copy').click();
		assert.equal(await clipboard(), made);
	});
