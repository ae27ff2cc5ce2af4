/* System > Audit log, by a person in a browser. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { signIn, visit } from '../lib/browser.mjs';
import { TOP } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

/* Where a program says what it did. */
const ACT = /(?:\.action = [^"]*|fail\(.*\n?.*|(?:event|record)\(.*)"([a-z_]+\.[a-z_]+)"/g;

let stack;
let page;
let id; // of the user who was edited

async function prepare() {
	const admin = await stack.signedIn();

	stack.addUser('mia@example.com', { groups: ['Support'], name: 'Mia' });
	[[id]] = stack.sql("SELECT id FROM user WHERE email = 'mia@example.com'");
	await admin.patch(`users/${id}`, { name: 'Mia Meyer', status: 'disabled', groups: [3, 4] });
	await stack.client().post('session', { email: 'nobody@example.com', password: 'wrong' });
	stack.sql(`INSERT INTO audit (at, action, result, target_type, target_id)
		VALUES ('2024-02-29 12:00:00', 'user.delete', 'ok', 'user', 4711)`);
}

withPage((world) => ({ stack, page } = world), { prepare });
beforeEach(async () => {
	await signIn(page, stack.url);
	await page.getByRole('link', { name: 'Audit log' }).click();
	await rows().nth(5).waitFor();
});

const rows = () => page.locator('tbody tr:not(.skeleton)');
const texts = () => rows().allInnerTexts();
const only = (count) => page.getByText(`${count} of ${count}`, { exact: true }).waitFor();

async function openEdit() {
	await rows().filter({ hasText: 'Edit user' }).getByRole('link', { name: 'Details' }).click();
	await page.getByRole('heading', { name: 'Entry of the audit log' }).waitFor();
}

test('the newest row comes first, with who, what and from where in words', async () => {
	await rows().getByText('Sign-in failed').waitFor();
	const [first, , third] = await texts();

	assert.match(first, /Administrator\s+Sign in\s+Done\s+User: Administrator\s+127\.0\.0\.1/);
	assert.match(third, /Administrator\s+Edit user\s+Done\s+User: Mia Meyer/);
	assert.match((await texts()).at(-1), /Command line\s+Delete user\s+Done\s+User 4711/);
});

test('a row opens its changes: only what differs, told by signs', async () => {
	await openEdit();
	const changes = await page.locator('.diff tbody tr').allInnerTexts();

	assert.deepEqual(changes.map((line) => line.split('\t').map((cell) => cell.trim())), [
		['Name', '− Mia', '+ Mia Meyer'],
		['Status', '− Enabled', '+ Disabled'],
		['Groups', '− Support', '+ Support, Auditors'],
	]);
	await page.getByRole('link', { name: 'Mia Meyer' }).click();
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
});

test('what was made has only an after, and what changed no record says so', async () => {
	await rows().filter({ hasText: 'Create user' }).first().getByRole('link', { name: 'Details' })
		.click();
	const made = page.getByRole('row', { name: /^Email/ });

	await made.getByText('+ mia@example.com').waitFor();
	assert.equal(await made.locator('del').count(), 0);
	await page.goBack();
	await rows().filter({ hasText: 'Sign-in failed' }).getByRole('link', { name: 'Details' })
		.click();
	await page.getByText('This entry changed no record.').waitFor();
});

test('filters narrow the log, stand in the address and go with the export', async () => {
	await page.getByLabel('Filter by Action').selectOption('Sign in');
	await page.getByLabel('Filter by Result').selectOption('Sign-in failed');
	await only(1);
	assert.match(page.url(), /action=session\.sign_in&result=sign_in_failed/);
	const [download] = await Promise.all([page.waitForEvent('download'),
		page.getByRole('link', { name: 'Export' }).click()]);
	const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\n');

	assert.equal(download.suggestedFilename(), 'audit.jsonl');
	assert.deepEqual(lines.map((line) => JSON.parse(line).result), ['sign_in_failed']);
});

test('a day of the reader\'s calendar is a filter, and comes back after a reload', async () => {
	await page.getByLabel('From', { exact: true }).fill('2024-02-29');
	await page.getByLabel('To', { exact: true }).fill('2024-02-29');
	await only(1);
	assert.match(page.url(), /since=2024-02-28T23%3A00%3A00/);
	await page.reload();
	await only(1);
	assert.equal(await page.getByLabel('From', { exact: true }).inputValue(), '2024-02-29');
	assert.equal(await page.getByLabel('To', { exact: true }).inputValue(), '2024-02-29');
	await page.getByLabel('To', { exact: true }).fill('2024-02-28');
	await page.getByRole('button', { name: 'Clear filters' }).click();
	await rows().nth(5).waitFor();
});

test('the edit page of a user leads to what happened to that user', async () => {
	await visit(page, `?p=user&id=${id}`);
	await page.locator('#main').getByRole('link', { name: 'Audit log' }).click();
	await only(2);
});

test('an entry that cannot be had says so and can be asked for again', async () => {
	await page.route(/audit\/\d/, (route) => route.fulfill({ status: 503 }));
	const again = page.getByRole('button', { name: 'Try again' });

	await openEdit();
	await again.waitFor();
	await page.unroute(/audit\/\d/);
	await again.click();
	await page.getByText('Mia Meyer').first().waitFor();
	page.complaints = page.complaints.filter((text) => !/503/.test(text));
});

test('every act that the programs record has a word on the page', () => {
	const words = JSON.parse(readFileSync(join(TOP, 'htdocs/i18n/en.json'), 'utf8'));
	const sources = ['api', 'auth', 'cli'].flatMap((room) => readdirSync(join(TOP, 'fcgi', room))
		.map((name) => readFileSync(join(TOP, 'fcgi', room, name), 'utf8')));
	const acts = sources.flatMap((text) => [...text.matchAll(ACT)].map(([, act]) => act));

	assert.ok(acts.length > 5);
	assert.deepEqual(acts.filter((act) => !words[`audit.action.${act}`]), []);
});
