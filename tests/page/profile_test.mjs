/* One's own account in a browser: the password, the authenticator app, the sessions. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { enterPassword, signIn, signInAt, visit } from '../lib/browser.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

const NEW = 'nine lanterns under a bridge';

let stack;
let page;
let people = 0;
let email;

withPage((world) => ({ stack, page } = world));
beforeEach(async () => {
	people += 1;
	email = `person${people}@example.com`;
	stack.addUser(email, { groups: ['Support'], name: `Person ${people}` });
});

const press = (name) => page.getByRole('button', { name, exact: true }).click();
const heading = (name) => page.getByRole('heading', { name }).waitFor();
const secretOf = async () => (await page.locator('.key').innerText()).replaceAll(' ', '');

/** What a camera would read. */
const scan = (file) => execFileSync('zbarimg', ['--quiet', '--nodbus', '--raw', file],
	{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

async function chooseAccount(name) {
	await page.getByRole('button', { name: /^Account/ }).click();
	await press(name);
}

/** From the first form to the recovery codes; gives them and the secret. */
async function enrol() {
	await page.getByLabel('Current password').fill(PASSWORD);
	await press('Continue');
	await heading('Set up your authenticator app');
	const secret = await secretOf();

	await page.getByLabel('Code', { exact: true }).fill(appCode(secret));
	await press('Confirm');
	await heading('Keep your recovery codes');
	forgetLastCode(stack);
	return { secret, codes: await page.locator('.codes code').allInnerTexts() };
}

async function signOut() {
	await chooseAccount('Sign out');
	await heading('Sign in');
}

test('an app is enrolled, then its code and a recovery code sign in', async () => {
	await signIn(page, stack.url, email);
	await chooseAccount('Enable 2FA');
	const { secret, codes } = await enrol();

	assert.equal(codes.length, 10);
	await page.getByRole('link', { name: 'I have kept them' }).click();
	await page.getByText('10 recovery codes left').waitFor();
	for (const code of [appCode(secret), codes[0]]) {
		await signOut();
		await enterPassword(page, stack.url, email);
		await page.getByText('authenticator app shows').waitFor();
		assert.equal(await page.getByRole('button', { name: 'Send another code' }).count(), 0);
		await page.getByLabel('Code', { exact: true }).fill(code);
		await press('Continue');
		await page.getByRole('button', { name: /^Account/ }).waitFor();
	}
	await chooseAccount('Profile');
	await page.getByText('9 recovery codes left').waitFor();
});

test('the picture holds what the key says', async () => {
	await signIn(page, stack.url, email);
	const modules = [];

	page.on('request', (request) => modules.push(request.url()));
	await visit(page, '?p=profile');
	await heading('Profile');
	assert.ok(!modules.some((url) => url.includes('qrcode')), 'the library is loaded too early');
	await visit(page, '?p=profile-totp');
	await page.getByLabel('Current password').fill(PASSWORD);
	await press('Continue');
	const picture = join(stack.data, 'qr.png');

	await page.getByRole('img', { name: /QR code/ }).screenshot({ path: picture });
	assert.equal(scan(picture), `otpauth://totp/Backoffice:${encodeURIComponent(email)}?secret=${
		await secretOf()}&issuer=Backoffice`);
});

test('wrong entries are told, and nothing is enabled', async () => {
	await signInAt(page, stack.url, '?p=profile-totp', email);
	await press('Continue');
	await page.locator('#summary').getByText('Enter the password.').waitFor();
	await page.getByLabel('Current password').fill('wrong');
	await press('Continue');
	await page.locator('#summary').getByText('not your current password').waitFor();
	await page.getByLabel('Current password').fill(PASSWORD);
	await press('Continue');
	await heading('Set up your authenticator app');
	await page.getByLabel('Code', { exact: true }).fill('000 00');
	await press('Confirm');
	await page.locator('#error-code').getByText('wrong or no longer valid').waitFor();
	assert.equal(stack.sql(`SELECT two_factor FROM user WHERE email = '${email}'`)[0][0], '0');
	await page.getByLabel('Code', { exact: true }).fill('');
});

test('recovery codes are renewed, and the app is disabled after a question', async () => {
	await signIn(page, stack.url, email);
	await page.goto(`${stack.url}?p=profile-totp`);
	const { secret, codes } = await enrol();

	await page.goto(`${stack.url}?p=profile-totp`);
	await page.getByLabel('Code from your app').fill(appCode(secret));
	await press('New recovery codes');
	await heading('Keep your recovery codes');
	const next = await page.locator('.codes code').allInnerTexts();

	assert.ok(!next.some((code) => codes.includes(code)));
	await page.goto(`${stack.url}?p=profile-totp`);
	await page.getByLabel('Code from your app').fill(next[0]);
	await press('Disable the app');
	await page.getByRole('dialog').getByRole('button', { name: 'Disable the app' }).click();
	await heading('Profile');
	await page.getByRole('definition').getByText('Email', { exact: true }).waitFor();
});

test('the password is changed, and only a good one', async () => {
	const other = await stack.signedIn(email);

	await signInAt(page, stack.url, '?p=profile', email);
	await page.getByRole('link', { name: 'Change password' }).click();
	await heading('Change password');
	await page.getByLabel('Current password').fill(PASSWORD);
	await page.getByLabel('New password', { exact: true }).fill('short');
	await page.getByLabel('New password again').fill('short');
	await press('Save');
	await page.locator('#error-password').getByText('too short').waitFor();
	await page.getByLabel('New password', { exact: true }).fill(NEW);
	await page.getByLabel('New password again').fill(NEW);
	await press('Save');
	await page.getByText('Your password has been changed.').waitFor();
	await heading('Profile');
	assert.ok(!(await page.content()).includes(NEW));
	assert.equal((await other.get('session')).status, 401);
	await signOut();
	await signIn(page, stack.url, email, NEW);
});

test('a typed password asks before it is lost', async () => {
	await signInAt(page, stack.url, '?p=profile-password', email);
	await page.getByLabel('Current password').fill(PASSWORD);
	await page.getByRole('link', { name: 'Clients' }).first().click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
	assert.equal(await page.getByLabel('Current password').inputValue(), PASSWORD);
});

test('one sees where one is signed in, and signs out there', async () => {
	const others = [await stack.signedIn(email), await stack.signedIn(email),
		await stack.signedIn(email)];
	const live = async () => (await Promise.all(others.map((other) => other.get('session'))))
		.filter(({ status }) => status === 200).length;

	await signInAt(page, stack.url, '?p=profile', email);
	await page.getByRole('row', { name: /Chrom.*This session/ }).waitFor();
	assert.equal(await page.getByRole('row').count(), 5);
	await page.getByRole('button', { name: /^Sign out 127/ }).first().click();
	await page.getByText('That session has ended.').waitFor();
	assert.equal(await page.getByRole('row').count(), 4);
	assert.equal(await live(), 2);
	await press('Sign out everywhere else');
	await page.getByRole('row').nth(2).waitFor({ state: 'detached' });
	assert.equal(await live(), 0);
	assert.ok(await page.getByRole('button', { name: 'Sign out everywhere else' }).isDisabled());
});

test('when the server cannot answer, the page says so and offers to try again', async () => {
	await signIn(page, stack.url, email);
	await page.route(/api\/v1\/profile/, (route) => route.fulfill({ status: 502, body: '' }));
	await visit(page, '?p=profile');
	await page.getByRole('alert').getByText('cannot answer').waitFor();
	await page.unroute(/api\/v1\/profile/);
	await press('Try again');
	await page.getByText('Where you are signed in').first().waitFor();
	page.complaints = []; // the browser's own word about the 502
});

test('where the settings demand an app, signing in leads through its enrolment', async () => {
	const strict = await startStack({ settings: '[session]\nrequire_totp = everyone\n' });

	try {
		await enterPassword(page, strict.url);
		await page.getByText('demands an authenticator app').waitFor();
		await page.getByRole('img', { name: /QR code/ }).waitFor();
		await page.getByLabel('Code', { exact: true }).fill(appCode(await secretOf()));
		await press('Confirm');
		await heading('Keep your recovery codes');
		assert.equal(await page.locator('.codes code').count(), 10);
		await press('I have kept them');
		await page.getByRole('button', { name: /^Account/ }).waitFor();
		await page.goto(`${strict.url}?p=profile-totp`);
		await page.getByLabel('Code from your app').waitFor();
		assert.equal(await page.getByRole('button', { name: 'Disable the app' }).count(), 0);
	} finally {
		await strict.stop();
	}
});
