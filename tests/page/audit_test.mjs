/* System > Audit log, by a person in a browser. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openPage, openSession, signIn, visit } from '../lib/browser.mjs';
import { TOP } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

/* Where a program says what it did. */
const ACT = /(?:\.action = [^"]*|fail\(.*\n?.*|(?:event|record)\(.*)"([a-z_]+\.[a-z_]+)"/g;

let browser;
let stack;
let admin;
let page;
let id; // of the user who was edited

async function prepare() {
	admin = await stack.signedIn();

	stack.addUser('mia@example.com', { groups: ['Support'], name: 'Mia' });
	[[id]] = stack.sql("SELECT id FROM user WHERE email = 'mia@example.com'");
	await admin.patch(`users/${id}`, { name: 'Mia Meyer', status: 'disabled', groups: [3, 4] });
	await stack.client().post('session', { email: 'nobody@example.com', password: 'wrong' });
	stack.sql(`INSERT INTO audit (at, action, result, target_type, target_id)
		VALUES ('2024-02-29 12:00:00', 'user.delete', 'ok', 'user', 4711)`);
}

withPage((world) => ({ browser, stack, page } = world), { prepare });
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

	assert.match(first,
		/Administrator\s+Sign in\s+Done\s+User:\s+Administrator\s+–\s+127\.0\.0\.1/);
	assert.match(third, /Administrator\s+Edit user\s+Done\s+User:\s+Mia Meyer/);
	assert.ok(third.replace(/[\u2068\u2069]/g, '').includes('Name: Mia → Mia Meyer; '
		+ 'Status: Enabled → Disabled; Groups: Support → Support, Auditors'), third);
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

test('the edit page of a user leads to what happened to that user, and that to what they did',
	async () => {
		await visit(page, `?p=user&id=${id}`);
		await page.locator('#main').getByRole('link', { name: 'Audit log' }).click();
		await only(2);
		await page.getByRole('button', { name: 'Filter by Target: Mia Meyer' }).waitFor();
		await page.getByRole('link', { name: 'What they did' }).click();
		await page.waitForURL(/p=audit&actor=\d+$/);
		await only(0);
	});

test('whose acts are shown is picked by name, with the keyboard alone', async () => {
	await page.getByRole('button', { name: 'Filter by User: Any' }).focus();
	await page.keyboard.press('Enter');
	await page.keyboard.type('meyer');
	await page.getByRole('option', { name: /Mia Meyer · mia@example\.com/ }).waitFor();
	await page.keyboard.press('Enter');
	await page.waitForURL(new RegExp(`actor=${id}`));
	await only(0);
	assert.equal(await page.evaluate(() => document.activeElement.ariaLabel),
		'Filter by User: Mia Meyer');
	await page.reload(); // the name is asked for again
	await page.getByRole('button', { name: 'Filter by User: Mia Meyer' }).click();
	await page.locator('#palette-list').getByRole('option', { name: 'Any' }).click();
	await rows().nth(5).waitFor();
});

test('a target that is picked says of which kind it is', async () => {
	await page.getByRole('button', { name: 'Filter by Target: Any' }).click();
	await page.keyboard.type('auditors');
	await page.getByRole('option', { name: /Auditors Group/ }).click();
	await page.waitForURL(/target_type=group&target_id=4|target_id=4&target_type=group/);
	await page.getByRole('button', { name: 'Filter by Target: Auditors' }).waitFor();
});

test('one act on many is one row, which unfolds', async () => {
	const values = [1, 2, 3].map((one) => `('2024-02-28 12:00:0${one}', 'client.update', 'ok',
		'client', 9${one}, 'cafe0123cafe0123')`);

	stack.sql(`INSERT INTO audit (at, action, result, target_type, target_id, request_id)
		VALUES ${values}`);
	await page.reload();
	const act = page.getByRole('button', { name: '3 entries of one act' });
	const edits = rows().filter({ hasText: /Client 9\d/ });

	await act.waitFor();
	assert.equal(await edits.count(), 1);
	assert.equal(await act.getAttribute('aria-expanded'), 'false');
	await act.click();
	assert.equal(await edits.count(), 3);
	await act.click();
	assert.equal(await edits.count(), 1);
	stack.sql("DELETE FROM audit WHERE request_id = 'cafe0123cafe0123'");
});

test('from an entry lead ways to the one before and the one after, and to no other', async () => {
	const hrefs = await rows().locator('.cell-action a').evaluateAll((links) =>
		links.map((link) => link.getAttribute('href')));
	const way = (name) => page.locator('#main').getByRole('link', { name });

	await page.goto(`${stack.url}${hrefs[0]}`);
	await way('Previous entry').and(page.locator('[href]')).waitFor();
	assert.equal(await way('Next entry').getAttribute('href'), null);
	for (const href of hrefs.slice(1, 4)) {
		await way('Previous entry').and(page.locator(`[href="${href}"]`)).click();
		await page.waitForURL(new RegExp(`${href.slice(2).replace('?', '.')}$`));
		await page.locator('.details').waitFor();
	}
	await way('Next entry').and(page.locator(`[href="${hrefs[2]}"]`)).click();
	await page.waitForURL(new RegExp(`${hrefs[2].slice(2).replace('?', '.')}$`));
});

test('of a client it is told in words which fields were changed, and once', async () => {
	const { body: { id: client } } = await admin.post('clients', { name: 'Ada' });

	await admin.patch(`clients/${client}`, { name: 'Ada King', phone: '+44 20 7946 0018',
		status: 'disabled' });
	await page.reload();
	const text = await rows().filter({ hasText: 'Edit client' }).first().innerText();

	assert.ok(text.replace(/[\u2068\u2069]/g, '')
		.includes('Status: Enabled → Disabled; Fields changed: Name, Phone'), text);
});

test('what was empty and is empty is no change', async () => {
	await rows().filter({ hasText: 'Create user' }).first().getByRole('link', { name: 'Details' })
		.click();
	await page.locator('.diff tbody tr').first().waitFor();
	assert.deepEqual((await page.locator('.diff tbody tr').allInnerTexts())
		.filter((line) => /[−+]\s*–/.test(line)), []);
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

test('what a request did is found by its number', async () => {
	const [[number]] = stack.sql(`SELECT request_id FROM audit
		WHERE action = 'user.update' AND request_id IS NOT NULL ORDER BY id DESC LIMIT 1`);

	await page.getByLabel('Filter by Request').fill(number);
	await only(1);
	assert.match(page.url(), new RegExp(`request_id=${number}`));
});

const NUMBER = '0123456789abcdef0123456789abcdef';

/** From now on what the page asks for fails, with a number of the request. */
function failAt(other, path) {
	return other.route(path, (route) => route.fulfill({ status: 500,
		contentType: 'application/problem+json', body: JSON.stringify({ status: 500,
			code: 'internal', request_id: NUMBER }) }));
}

test('whoever sees the number of a request, and may, goes from there to what it did', async () => {
	const link = page.getByRole('link', { name: 'See in the audit log what this request did' });

	await failAt(page, /api\/v1\/clients\?/);
	await page.goto(`${stack.url}?p=clients`);
	await page.getByText(NUMBER).waitFor();
	await link.click();
	await only(0);
	assert.match(page.url(), new RegExp(`p=audit&request_id=${NUMBER}`));
	assert.equal(await page.getByLabel('Filter by Request').inputValue(), NUMBER);
	await failAt(page, /api\/v1\/clients$/);
	await page.goto(`${stack.url}?p=client-create`);
	await page.getByLabel('Name', { exact: true }).fill('Nora');
	await page.getByRole('button', { name: 'Save' }).first().click();
	await page.locator('#summary').getByRole('link', { name: 'See in the audit log' }).waitFor();
	page.complaints.length = 0; // of the answers above
});

test('whoever may not see the trail is told the number alone', async () => {
	const other = await openPage(browser);

	stack.addUser('supports@example.com', { groups: ['Support'] });
	await openSession(other, stack.url, 'supports@example.com');
	await failAt(other, /api\/v1\/clients\?/);
	await other.goto(`${stack.url}?p=clients`);
	await other.getByText(NUMBER).waitFor();
	assert.equal(await other.getByRole('link', { name: 'See in the audit log' }).count(), 0);
	await other.context().close();
});
