/* What a viewer may do with a record is all that the page offers; the rest is said in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALL, assertAccessible } from '../lib/axe.mjs';
import { signIn, signInAt, visit } from '../lib/browser.mjs';
import { withPage } from '../lib/page.mjs';

const MANAGER = 'manager@example.com';
const ABOVE = 'This person holds rights that you do not hold';

let admin;
let page;
let plain;
let stack;

async function prepare() {
	admin = await stack.signedIn();
	stack.addUser(MANAGER, { groups: ['Managers'] });
	stack.addUser('auditor@example.com', { groups: ['Auditors'] });
	await admin.post('groups', { name: 'Lookers', permissions: ['clients.view'] });
	stack.addUser('looks@example.com', { groups: ['Lookers'] });
	plain = (await admin.post('users', { email: 'plain@example.com', groups: [3],
		password: 'a few unusual words 37' })).body.id;
}

withPage((world) => ({ stack, page } = world),
	{ page: { bypassCSP: true }, prepare }); // for axe, which the test puts into it

const goto = (query) => visit(page, query);
const button = (name) => page.getByRole('button', { name, exact: true });
const heading = (name) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();

/** Names of the fields that can be filled in. */
function openFields() {
	return page.locator('form.card').locator('input, select, textarea')
		.evaluateAll((fields) => fields
			.filter((field) => !field.disabled && field.checkVisibility())
			.map((field) => field.id.replace(/^field-/, '')));
}

async function made(path, body) {
	return (await admin.post(path, body)).body;
}

async function idOf(email) {
	return (await admin.get(`users?email=${encodeURIComponent(email)}`)).body.items[0].id;
}

test('a manager sees the form of an administrator closed, and why, with nothing to press',
	async () => {
		await signInAt(page, stack.url, '?p=user&id=1', MANAGER);
		await page.getByText(ABOVE).waitFor();
		await heading('User admin@example.com');
		assert.deepEqual(await openFields(), []);
		assert.equal(await button('Save').count(), 0);
		assert.equal(await button('Actions').count(), 0);
		assert.equal(await page.getByRole('link', { name: 'Back to the list' }).count(), 1);
		await assertAccessible(page, 'a form that is closed', ALL);
		await goto('?p=user-credentials&id=1');
		await page.getByText(ABOVE).waitFor();
		assert.equal(await button('Generate').count(), 0);
	});

test('a manager is offered View of administrators, and Edit and a box of others',
	async () => {
		const row = (email) => page.getByRole('row').filter({ hasText: email });
		const box = (email) => row(email).getByRole('checkbox');

		await signIn(page, stack.url, MANAGER);
		await row('admin@example.com').waitFor();
		await row('admin@example.com').getByRole('link', { name: 'View admin@example.com' })
			.waitFor();
		await row('plain@example.com').getByRole('link', { name: 'Edit plain@example.com' })
			.waitFor();
		assert.ok(await box('admin@example.com').isDisabled());
		assert.match(await box('admin@example.com').getAttribute('title'), /that you do not hold/);
		assert.ok(await box(MANAGER).isDisabled());
		assert.match(await box(MANAGER).getAttribute('title'), /for yourself/);
		await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
		await page.getByText('2 selected').first().waitFor();
		assert.ok(await box('plain@example.com').isChecked());
		assert.ok(!await box('admin@example.com').isChecked());
		await assertAccessible(page, 'a list with rows that cannot be chosen', ALL);
	});

test('a manager edits whoever holds no more than they do', async () => {
	await signInAt(page, stack.url, `?p=user&id=${plain}`, MANAGER);
	await heading('Edit user plain@example.com');
	assert.ok((await openFields()).includes('email'));
	assert.equal(await page.getByText(ABOVE).count(), 0);
	await button('Actions').click();
	await button('New password').waitFor();
	assert.equal(await button('Delete user').count(), 0);
});

test('one may change one\'s own name, and reads why not the rest', async () => {
	await signInAt(page, stack.url, `?p=user&id=${await idOf(MANAGER)}`, MANAGER);
	await heading(`Edit user ${MANAGER}`);
	const open = await openFields();

	assert.ok(open.includes('name') && open.includes('email'));
	assert.ok(!open.includes('status') && !open.includes('mask_data'));
	assert.equal(await page.getByText('You cannot change this for yourself.').count(), 3);
	assert.equal(await button('Actions').count(), 0);
	await goto(`?p=user-credentials&id=${await idOf(MANAGER)}`);
	await page.getByText('You cannot give new credentials to yourself.').waitFor();
});

test('whoever lacks the permission reads which one', async () => {
	await signInAt(page, stack.url, `?p=user&id=${plain}`, 'auditor@example.com');
	await page.getByText('you lack the permission Users: Update').waitFor();
	assert.deepEqual(await openFields(), []);
	await goto('?p=group&id=3');
	await page.getByText('you lack the permission Groups: Update').waitFor();
	assert.equal(await button('Save').count(), 0);
});

test('a group that opens a room is offered to whoever may enter it, and else says why not',
	async () => {
		const { id } = await made('groups', { name: 'Store keepers', permissions: [] });
		const named = () => page.getByRole('dialog', { name: 'Groups' });
		const keepers = () => named().getByLabel('Store keepers');

		await made('rooms', { name: 'Stock', address: '/stock/', groups: [id] });
		await signInAt(page, stack.url, `?p=user&id=${plain}`, MANAGER);
		await page.getByRole('button', { name: /^Groups/ }).click();
		await named().getByText('opens rooms, that you do not have').first().waitFor();
		assert.ok(await keepers().isDisabled());
		assert.ok(await named().getByLabel('Administrators').isDisabled());
		assert.ok(await named().getByLabel('Support').isEnabled());
		await goto('?p=users');
		await page.getByRole('row').filter({ hasText: 'plain@example.com' }).getByRole('checkbox')
			.check();
		await page.locator('.toolbar').getByRole('button', { name: 'Groups' }).click();
		await page.getByRole('button', { name: 'Add to group: Support' }).waitFor();
		assert.equal(await page.getByRole('button', { name: /Store keepers/ }).count(), 0);
		await admin.patch(`users/${await idOf(MANAGER)}`, { groups: [2, id] });
		await page.goto(`${stack.url}?p=user&id=${plain}`);
		await page.getByRole('button', { name: /^Groups/ }).click();
		assert.ok(await keepers().isEnabled());
	});

test('rights that change while the form is open close it at the next look', async () => {
	const { id } = (await admin.post('users', { email: 'rises@example.com', groups: [3],
		password: 'a few unusual words 37' })).body;

	await signInAt(page, stack.url, `?p=user&id=${id}`, MANAGER);
	await heading('Edit user rises@example.com');
	await admin.patch(`users/${id}`, { groups: [1] });
	await page.getByLabel('Name', { exact: true }).fill('Somebody');
	await button('Save').click();
	await page.locator('#summary').waitFor();
	await page.goto(`${stack.url}?p=user&id=${id}`);
	await page.getByText(ABOVE).waitFor();
	assert.deepEqual(await openFields(), []);
});

test('a session of somebody above the viewer is shown, and cannot be ended', async () => {
	await signInAt(page, stack.url, '?p=sessions&user=1', MANAGER);
	const ends = page.getByRole('row').filter({ hasText: 'Administrator' })
		.getByRole('button', { name: /^End/ });

	await ends.first().waitFor();
	assert.ok(await ends.first().isDisabled());
	assert.match(await ends.first().getAttribute('title'), /rights that you do not hold/);
	assert.equal(await button('End all sessions').count(), 0);
	await goto('?p=sessions');
	await page.getByText('This session').waitFor();
	assert.equal(await page.getByRole('row').filter({ hasText: 'This session' })
		.getByRole('button', { name: /^End/ }).isDisabled(), false);
});

test('a client is changed by whoever may, and only looked at by others', async () => {
	const { id } = (await admin.post('clients', { name: 'Ada' })).body;

	await signInAt(page, stack.url, `?p=client&id=${id}`, MANAGER);
	await heading('Edit client Ada');
	assert.ok((await openFields()).includes('name'));
	assert.equal(await button('Actions').count(), 0);
	await page.context().clearCookies();
	await signInAt(page, stack.url, `?p=client&id=${id}`, 'looks@example.com');
	await heading('Client Ada');
	assert.equal(await page.locator('form.card').count(), 0);
	assert.equal(await button('Actions').count(), 0);
});
