/* What the server asks in the middle of a job: to confirm that it is still the same person, and to
 * sign in again. Neither loses what was typed. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readFileSync } from 'node:fs';

import { ADMIN_EMAIL, PASSWORD, SOURCES, startStack } from '../lib/stack.mjs';
import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { assertAccessible } from '../lib/axe.mjs';
import { openPage, openSession, signIn } from '../lib/browser.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let browser;
let stack;
let page;
let count = 0;

async function prepare() {
	stack.addUser('second@example.com', { groups: ['Administrators'], name: 'Second Person' });
}

withPage((world) => ({ browser, stack, page } = world),
	{ start: () => startStack({ env: SOURCES }), prepare });
beforeEach(async () => {
	await openSession(page, stack.url);
	page.sent = [];
	page.on('request', (request) => {
		if (request.method() !== 'GET') {
			page.sent.push(request);
		}
	});
});

const goto = (query) => page.goto(`${stack.url}${query}`);
const ageProofs = () =>
	stack.sql('UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR');
const endSessions = () => stack.sql('DELETE FROM session');
const dialog = () => page.getByRole('dialog', { name: 'Confirm that it is you' });
const again = () => page.getByRole('dialog', { name: /Sign in|Enter your code/ });
const inDialog = (box, label) => box.getByLabel(label, { exact: true });
const sentTo = (path) => page.sent.filter((request) => request.url().endsWith(`api/v1/${path}`));
const usersWith = (email) => stack.sql(`SELECT name, mask_data FROM user WHERE email = '${email}'`);
const focusedText = () => page.evaluate(() => document.activeElement.textContent.trim());

async function prove(password = PASSWORD) {
	await inDialog(dialog(), 'Your password').fill(password);
	await dialog().getByRole('button', { name: 'Confirm', exact: true }).click();
}

async function signInAgain(email, password = PASSWORD) {
	await inDialog(again(), 'Email').fill(email);
	await inDialog(again(), 'Password').fill(password);
	await again().getByRole('button', { name: 'Sign in' }).click();
}

/** Create user, filled in, and what its fields hold. */
async function fillUser() {
	const email = `typed${count += 1}@example.com`;

	await goto('?p=user-create');
	await page.getByLabel('Email', { exact: true }).fill(email);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Name').fill('Ada Byron');
	await page.getByLabel('Mask data').check();
	return email;
}

const formValues = () => page.locator('#main').evaluate((main) =>
	[...main.querySelectorAll('input, select')].map((field) =>
		[field.id, field.type === 'checkbox' ? field.checked : field.value]));

const save = () => page.getByRole('button', { name: 'Save' }).click();
const isSaved = () => page.getByText('has been created').waitFor();

/** axe is put into the page by the test, not by the page: the policy of the page is put aside. */
async function openForAxe() {
	const open = await openPage(browser, { colorScheme: 'dark', bypassCSP: true,
		viewport: { width: 390, height: 800 } });

	await signIn(open, stack.url);
	return open;
}

test('Save asks for a proof, keeps the form, and repeats the same request once', async () => {
	const email = await fillUser();

	ageProofs();
	await save();
	await dialog().waitFor();
	const values = await formValues();

	assert.ok(await inDialog(dialog(), 'Your password').evaluate((field) =>
		field === document.activeElement));
	await prove('not the password');
	await dialog().getByRole('alert').getByText('This is not your current password.').waitFor();
	assert.deepEqual(await formValues(), values);
	await prove();
	await isSaved();
	assert.deepEqual(usersWith(email), [['Ada Byron', '1']]);
	const [refused, repeated, ...more] = sentTo('users');

	assert.deepEqual(more, []);
	assert.equal(repeated.postData(), refused.postData());
	assert.equal(repeated.headers()['idempotency-key'], refused.headers()['idempotency-key']);
	assert.ok(refused.headers()['idempotency-key']);
});

test('Escape and Cancel leave the form as it is and say so', async () => {
	const email = await fillUser();
	const values = await formValues();

	ageProofs();
	for (const leave of [() => page.keyboard.press('Escape'),
		() => dialog().getByRole('button', { name: 'Cancel' }).click()]) {
		await save();
		await dialog().waitFor();
		await leave();
		await page.locator('#summary').getByText('you did not confirm that it is you').waitFor();
		assert.deepEqual(await formValues(), values);
	}
	assert.deepEqual(usersWith(email), []);
	await save();
	await prove();
	await isSaved();
	assert.equal(usersWith(email).length, 1);
});

test('a change rests on the same version before and after the question', async () => {
	const admin = await stack.signedIn();
	const { body: { id } } = await admin.post('users', { email: 'moves@example.com',
		password: PASSWORD });

	await goto(`?p=user&id=${id}`);
	await page.getByLabel('Email', { exact: true }).fill('moved@example.com');
	ageProofs();
	await save();
	await prove();
	await page.getByText('Saved').first().waitFor();
	const versions = sentTo(`users/${id}`).map((request) => request.headers()['if-match']);

	assert.deepEqual(versions, ['"1"', '"1"']);
	assert.equal(usersWith('moved@example.com').length, 1);
});

test('an export asks for a proof first and then comes; without one it says why it does not',
	async () => {
		await goto('?p=users');
		ageProofs();
		const link = page.getByRole('link', { name: 'Export' });

		await link.click();
		await dialog().waitFor();
		await page.keyboard.press('Escape');
		await page.getByText('you did not confirm that it is you').waitFor();
		await link.click();
		const [file] = await Promise.all([page.waitForEvent('download'), prove()]);

		assert.match(file.suggestedFilename(), /\.csv$/);
		assert.match(readFileSync(await file.path(), 'utf8'), /admin@example\.com/);
		const [second] = await Promise.all([page.waitForEvent('download'), link.click()]);

		assert.match(second.suggestedFilename(), /\.csv$/);
		assert.equal(await dialog().count(), 0);
	});

test('a session that ends while somebody types is begun again over the form', async () => {
	const email = await fillUser();

	endSessions();
	await save();
	await again().waitFor();
	const values = await formValues();

	assert.equal(await inDialog(again(), 'Email').inputValue(), ADMIN_EMAIL);
	assert.ok(await inDialog(again(), 'Password').evaluate((field) =>
		field === document.activeElement));
	await signInAgain(ADMIN_EMAIL, 'not the password');
	await again().getByRole('alert').waitFor();
	assert.deepEqual(await formValues(), values);
	await signInAgain(ADMIN_EMAIL);
	await isSaved();
	assert.deepEqual(usersWith(email), [['Ada Byron', '1']]);
	const [refused, repeated, ...more] = sentTo('users');

	assert.deepEqual(more, []);
	assert.equal(repeated.postData(), refused.postData());
	assert.equal(repeated.headers()['idempotency-key'], refused.headers()['idempotency-key']);
});

test('whoever does not sign in again keeps the form, and may save later', async () => {
	const email = await fillUser();
	const values = await formValues();

	endSessions();
	await save();
	await again().waitFor();
	await page.keyboard.press('Escape');
	await page.locator('#summary').getByText('you are no longer signed in').waitFor();
	assert.deepEqual(await formValues(), values);
	assert.ok((await focusedText()).includes('you are no longer signed in'));
	await save();
	await signInAgain(ADMIN_EMAIL);
	await isSaved();
	assert.equal(usersWith(email).length, 1);
});

test('a session that is over again at once leaves the form, and says so', async () => {
	await fillUser();
	const values = await formValues();

	endSessions();
	await save();
	await again().waitFor();
	await page.route('**/api/v1/session', (route, request) => (request.method() === 'GET'
		? route.fulfill({ status: 401, contentType: 'application/problem+json',
			body: '{"code":"unauthenticated"}' }) : route.continue()));
	await signInAgain(ADMIN_EMAIL);
	await page.locator('#summary').getByText('you are no longer signed in').waitFor();
	assert.deepEqual(await formValues(), values);
});

test('signing in again goes through the code of an app', async () => {
	const client = await stack.person('coder@example.com', { groups: ['Administrators'] });
	const { body: { secret } } = await client.post('profile/totp', { password: PASSWORD });

	await signInAs('coder@example.com');
	const email = await fillUser();

	await client.send('PUT', 'profile/totp', { body: { code: appCode(secret) } });
	forgetLastCode(stack);
	await save();
	await signInAgain('coder@example.com');
	await again().getByLabel('Code').fill(appCode(secret));
	await again().getByRole('button', { name: 'Continue' }).click();
	await isSaved();
	assert.deepEqual(usersWith(email), [['Ada Byron', '1']]);
	await confirmsByCode(secret);
});

/** Another person in the same page's browser. A page that still asked something would lead away. */
async function signInAs(email) {
	await page.goto('about:blank');
	await page.context().clearCookies();
	await signIn(page, stack.url, email);
}

async function confirmsByCode(secret) {
	const email = await fillUser();

	ageProofs();
	forgetLastCode(stack);
	await save();
	await dialog().getByRole('button', { name: 'Use a code' }).click();
	await dialog().getByLabel('Code of your app').fill(appCode(secret));
	await dialog().getByRole('button', { name: 'Confirm', exact: true }).click();
	await until(() => usersWith(email).length === 1); // the word of the save before may still stand
}

test('when somebody else signs in, nothing is saved and the page is loaded for them', async () => {
	const email = await fillUser();

	endSessions();
	await save();
	await signInAgain('second@example.com');
	const told = page.getByRole('dialog', { name: 'somebody else' });

	await told.getByText('Second Person').waitFor();
	await told.getByRole('button', { name: 'Load the page' }).click();
	await page.getByRole('button', { name: /Account.*Second|Second/ }).first().waitFor();
	assert.equal(await page.getByLabel('Email', { exact: true }).inputValue(), '');
	assert.deepEqual(usersWith(email), []);
});

test('what is read while somebody types asks them to sign in too', async () => {
	await goto('?p=group&id=3');
	await page.getByLabel('Users: View').check();
	endSessions();
	await save();
	await signInAgain(ADMIN_EMAIL);
	await page.getByRole('dialog').getByText('Users: View').waitFor();
});

test('signing out of a session that is over asks nothing', async () => {
	await goto('?p=users');
	await page.locator('table[aria-busy=false]').waitFor();
	endSessions();
	await page.getByRole('button', { name: /^Account/ }).click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	assert.equal(await again().count(), 0);
});

test('a permission that is missing is said in words', async () => {
	stack.addUser('demoted@example.com', { groups: ['Administrators'] });
	await signInAs('demoted@example.com');
	await fillUser();
	stack.sql(`UPDATE user_group_member SET group_id = 3 WHERE user_id =
		(SELECT id FROM user WHERE email = 'demoted@example.com');
		UPDATE authz_epoch SET epoch = epoch + 1`);
	await save();
	await page.locator('#summary').getByText('The permission Users: Create is missing.').waitFor();
});

test('axe finds nothing in the questions, also when they were answered wrongly', async () => {
	await page.context().close();
	page = await openForAxe();
	await fillUser();
	ageProofs();
	await save();
	await dialog().waitFor();
	await assertAccessible(page, 'confirm');
	await prove('not the password');
	await dialog().getByRole('alert').waitFor();
	await assertAccessible(page, 'confirm, refused');
	await page.keyboard.press('Escape');
	endSessions();
	await save();
	await again().waitFor();
	await assertAccessible(page, 'sign in again');
	await signInAgain(ADMIN_EMAIL, 'not the password');
	await again().getByRole('alert').waitFor();
	await assertAccessible(page, 'sign in again, refused');
});

test('what was under way when a proof changed the token is sent once more', async () => {
	await goto('?p=users');
	await page.route('**/api/v1/permissions', (route) => route.fulfill({ status: 401,
		contentType: 'application/problem+json', body: '{"code":"unauthenticated","status":401}' }),
	{ times: 1 });
	const listed = await page.evaluate(async (password) => {
		const { call } = await import(new URL('js/core/api.js', document.baseURI).href);
		const [{ data }] = await Promise.all([call('GET', 'permissions'),
			call('POST', 'session/proof', { body: { password } })]);

		return data.items.length;
	}, PASSWORD);

	assert.ok(listed > 0);
	assert.match(page.url(), /^[^?]*\/(index\.html)?(\?.*)?$/, 'nobody was sent away');
	page.complaints = []; // the browser's own word about the 401
});
