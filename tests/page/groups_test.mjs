/* The screens of groups in a real browser. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openPage, openSession, signIn } from '../lib/browser.mjs';
import { TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let admin;
let browser;
let page;
let stack;
let made = 0;

async function prepare() {
	admin = await stack.signedIn();
	stack.sql(`INSERT INTO user_group (id, name) VALUES (90, 'Group keepers');
		INSERT INTO user_group_permission VALUES (90, 'groups.view'), (90, 'groups.create'),
			(90, 'groups.update'), (90, 'users.view'), (90, 'users.update');
		UPDATE authz_epoch SET epoch = epoch + 1`);
	stack.addUser('keeper@example.com', { groups: ['Group keepers'] });
}

/* All rights that there are, by category and action. */
const RIGHTS = readFileSync(join(TOP, 'tests/golden/permissions.txt'), 'utf8').trim().split('\n');
const rightsTo = (action) => RIGHTS.filter((right) => right.endsWith(`.${action}`));
/* Whoever is to change something is to see it. */
const withView = (action) => 2 * rightsTo(action).length;

withPage((world) => ({ browser, stack, page } = world), { prepare });
beforeEach(() => openSession(page, stack.url));

const goto = (query) => page.goto(`${stack.url}${query}`);
const box = (name) => page.getByLabel(name, { exact: true });
const save = () => page.getByRole('button', { name: 'Save' }).first().click();
const dialog = () => page.getByRole('dialog');

async function newGroup(permissions = [], name = `Group ${++made}`) {
	return (await admin.post('groups', { name, permissions })).body;
}

async function openGroup(id) {
	await goto(`?p=group&id=${id}`);
	await box('Users: View').waitFor();
}

async function ticked() {
	return page.locator('tbody td:not(.rights-all) input:checked').evaluateAll((boxes) =>
		boxes.map((one) => one.getAttribute('aria-label')));
}

async function stored(id) {
	return (await admin.get(`groups/${id}`)).body.permissions;
}

test('Groups stands in the menu under System > Users and lists the groups', async () => {
	await goto('');
	await page.getByRole('link', { name: 'Groups', exact: true }).click();
	const row = page.getByRole('row', { name: /^1 Administrators/ });

	await row.waitFor();
	assert.deepEqual((await page.locator('thead th').allInnerTexts()).map((text) => text.trim()),
		['ID', 'Group', 'Rights', 'Members', 'Actions']);
	assert.match(await row.innerText(), /Administrators\s+All rights\s+1\s+View/);
});

test('the rights are a table whose every box has a name', async () => {
	await openGroup(2);
	const rows = page.getByRole('rowheader');
	const columns = page.getByRole('columnheader');

	assert.deepEqual(await rows.allInnerTexts(),
		['All', 'Users', 'Groups', 'Clients', 'Mail', 'Audit', 'Sessions', 'Rooms']);
	assert.deepEqual(await columns.allInnerTexts(),
		['Category', 'View', 'Create', 'Update', 'Delete', 'All']);
	assert.equal(await page.locator('tbody th:not([scope=row]), [scope=row]:not(th)').count(), 0);
	const all = ['View', 'Create', 'Update', 'Delete'];

	for (const [category, actions] of Object.entries({ Users: all, Groups: all, Clients: all,
		Mail: all, Audit: ['View'], Sessions: ['View', 'Delete'] })) {
		for (const action of all) {
			const name = `${category}: ${action}`;

			assert.equal(await page.getByRole('checkbox', { name, exact: true }).count(),
				actions.includes(action) ? 1 : 0, name);
		}
	}
});

test('what each right allows is told beneath the boxes', async () => {
	await openGroup(2);
	await page.getByText('What each right allows').click();
	const { body } = await admin.get('permissions');

	assert.equal(await page.locator('.rights-meanings dd').count(), body.items.length);
	await page.getByText('Delete groups that have no members.').waitFor();
});

test('ticking a change ticks View at once, and View takes the changes along', async () => {
	const { id } = await newGroup();

	await openGroup(id);
	await box('Users: Update').check();
	assert.deepEqual(await ticked(), ['Users: View', 'Users: Update']);
	await box('Users: View').uncheck();
	assert.deepEqual(await ticked(), []);
});

test('Check and Uncheck all tick columns, everything and nothing', async () => {
	const { id } = await newGroup();
	const check = async (name) => {
		await page.getByRole('button', { name: 'Check', exact: true }).click();
		await page.getByRole('button', { name, exact: true }).click();
	};

	await openGroup(id);
	await check('View');
	assert.equal((await ticked()).length, rightsTo('view').length);
	await check('Delete');
	assert.equal((await ticked()).length, rightsTo('view').length + rightsTo('delete').length);
	await check('All');
	assert.equal((await ticked()).length, RIGHTS.length);
	await page.getByRole('button', { name: 'Uncheck all' }).click();
	assert.deepEqual(await ticked(), []);
	await check('Create');
	assert.equal((await ticked()).length, withView('create'));
});

test('a row and a column have a box of their own, which can stand between', async () => {
	const { id } = await newGroup(['mail.view']);
	const between = (name) => box(name).evaluate((element) => element.indeterminate);

	await openGroup(id);
	assert.ok(await between('Mail: All'));
	assert.ok(await between('All: View'));
	assert.ok(!await between('Users: All'));
	await box('Mail: All').click();
	assert.equal((await ticked()).length, 4);
	assert.ok(await box('Mail: All').isChecked());
	assert.ok(!await between('Mail: All'));
	await box('Mail: All').click();
	assert.deepEqual(await ticked(), []);
	await box('All: Update').click();
	assert.equal((await ticked()).length, withView('update'));
	await box('All rights').click();
	assert.equal((await ticked()).length, RIGHTS.length);
});

test('before Save a dialog says what is added, what is taken away, and for whom', async () => {
	const group = await newGroup(['clients.view'], 'Asked about');

	await newGroup(['mail.view'], 'Mail as well');
	stack.addUser('gains@example.com', { groups: ['Asked about'], name: 'Gina Gains' });
	stack.addUser('has@example.com', { groups: ['Asked about', 'Mail as well'], name: 'Hal Has' });
	await openGroup(group.id);
	await box('Mail: View').check();
	await box('Clients: View').uncheck();
	await page.getByText('1 added, 1 taken away').waitFor();
	await save();
	await dialog().waitFor();
	const text = (await dialog().innerText()).replace(/[\u2068\u2069]/g, '');

	assert.match(text, /Change the rights of Asked about\?/);
	assert.match(text, /Added: Mail: View\s+1 member gains it: Gina Gains/);
	assert.match(text, /Taken away: Clients: View\s+2 members lose it: Gina Gains, Hal Has/);
	assert.deepEqual(await stored(group.id), ['clients.view']);
	await dialog().getByRole('button', { name: 'Cancel' }).click();
	await dialog().waitFor({ state: 'detached' });
	assert.deepEqual(await stored(group.id), ['clients.view']);
	assert.deepEqual(await ticked(), ['Mail: View']);
	await save();
	await dialog().getByRole('button', { name: 'Save' }).click();
	await page.getByRole('status').getByText('Saved.').waitFor();
	assert.deepEqual(await stored(group.id), ['mail.view']);
});

test('of more members than one request tells of, the dialog names the first ones', async () => {
	const group = await newGroup(['clients.view'], 'Very many');

	stack.sql(`INSERT INTO user (email, name, password, created_at)
		SELECT CONCAT('many', seq, '@example.com'), CONCAT('Many ', 1000 + seq), '!', NOW()
		FROM seq_1_to_203;
		INSERT INTO user_group_member SELECT id, ${group.id} FROM user WHERE name LIKE 'Many 1%'`);
	await openGroup(group.id);
	await box('Mail: View').check();
	await save();
	await dialog().waitFor();
	const text = (await dialog().innerText()).replace(/[\u2068\u2069]/g, '');

	assert.match(text, /Mail: View\s+203 members gain it, unless other groups grant it too\./);
	assert.match(text, /too\.\s+Many 1001, Many 1002, .* and 193 more/);
	await dialog().getByRole('button', { name: 'Cancel' }).click();
});

test('a group is created, and can be given to users at once', async () => {
	await goto('?p=groups');
	await page.getByRole('link', { name: '+Create' }).click();
	await page.getByLabel('Name').fill('Fresh group');
	await box('Clients: Update').check();
	await save();
	await page.getByText('Fresh group has been created').waitFor();
	await page.getByRole('link', { name: 'Users', exact: true }).click();
	await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
	await page.getByRole('link', { name: '+Create' }).click();
	await page.getByRole('button', { name: /Groups/ }).click();
	await page.getByLabel('Fresh group').check();
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: /Groups Fresh group/ }).waitFor();
});

test('a name that is missing or taken is said at its field', async () => {
	await goto('?p=group-create');
	await save();
	await page.locator('#error-name').getByText('Enter a name').waitFor();
	await page.getByLabel('Name').fill('managers');
	await save();
	await page.locator('#error-name').getByText('exists already').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'summary');
});

test('two administrators: the later save overwrites nothing and says so', async () => {
	const { id } = await newGroup(['users.view']);

	await openGroup(id);
	await box('Mail: View').check();
	await admin.patch(`groups/${id}`, { permissions: ['audit.view'] });
	await save();
	await dialog().getByRole('button', { name: 'Save' }).click();
	await page.locator('#main').getByText('Nothing was overwritten').waitFor();
	assert.deepEqual(await ticked(), ['Users: View', 'Mail: View']);
	assert.deepEqual(await stored(id), ['audit.view']);
	await page.getByRole('button', { name: 'Load the current version' }).click();
	await until(async () => String(await ticked()) === 'Audit: View');
});

test('the tab Users shows the members, each a link; what was ticked stays meanwhile', async () => {
	const { id } = await newGroup([], 'Tabbed');

	stack.addUser('tabbed@example.com', { groups: ['Tabbed'], name: 'Tab Bed' });
	await openGroup(id);
	await box('Mail: View').check();
	await page.getByRole('tab', { name: 'Group' }).focus();
	await page.keyboard.press('ArrowRight');
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Users');
	await page.getByRole('link', { name: 'tabbed@example.com' }).waitFor();
	assert.match(page.url(), /tab=users/);
	await page.getByRole('tab', { name: 'Group' }).click();
	assert.deepEqual(await ticked(), ['Mail: View']);
	await goto(`?p=group&id=${id}&tab=users`);
	await page.getByRole('link', { name: 'tabbed@example.com' }).click();
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
});

test('unsaved rights are asked about on leaving', async () => {
	const { id } = await newGroup();

	await openGroup(id);
	await box('Mail: View').check();
	await page.getByRole('link', { name: 'Clients' }).click();
	await dialog().getByRole('button', { name: 'Stay' }).click();
	assert.deepEqual(await ticked(), ['Mail: View']);
	await page.getByRole('link', { name: 'Clients' }).click();
	await dialog().getByRole('button', { name: 'Leave' }).click();
	await page.getByRole('heading', { name: 'Clients' }).waitFor();
});

test('Administrators is shown, not changed', async () => {
	await openGroup(1);
	await page.getByText('It cannot be changed').waitFor();
	assert.equal((await ticked()).length, RIGHTS.length);
	assert.ok(await box('Users: View').isDisabled());
	assert.ok(await page.getByLabel('Name').isDisabled());
	assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
	assert.equal(await page.getByRole('button', { name: 'Actions' }).count(), 0);
});

test('a group with members stays, and the page says how many there are', async () => {
	const { id } = await newGroup([], 'Inhabited');

	stack.addUser('inhabitant@example.com', { groups: ['Inhabited'] });
	stack.addUser('inhabitant2@example.com', { groups: ['Inhabited'] });
	await openGroup(id);
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Delete group' }).click();
	await dialog().getByText('Inhabited').waitFor();
	await dialog().getByRole('button', { name: 'Delete group' }).click();
	await page.locator('#summary').getByText('There are 2 of them').waitFor();
	assert.equal((await admin.get(`groups/${id}`)).status, 200);
});

test('a group without members is deleted', async () => {
	const { id } = await newGroup([], 'Short-lived');

	await openGroup(id);
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Delete group' }).click();
	await dialog().getByRole('button', { name: 'Delete group' }).click();
	await page.getByText('Short-lived has been deleted').waitFor();
	assert.equal((await admin.get(`groups/${id}`)).status, 404);
});

test('Export gives a file that Import takes, with a result for each group', async () => {
	await goto('?p=groups');
	const download = page.waitForEvent('download');

	await page.getByRole('link', { name: 'Export' }).click();
	const file = await (await download).path();
	const { groups } = JSON.parse(readFileSync(file, 'utf8'));

	await page.getByRole('link', { name: 'Import' }).click();
	await page.getByLabel('File').setInputFiles({ name: 'groups.json', mimeType: 'application/json',
		buffer: readFileSync(file) });
	await page.getByText('Will be added with a suffix').first().waitFor();
	assert.equal(await page.getByText('Will be added with a suffix').count(), groups.length);
	await page.getByLabel('Replace').selectOption('Enabled');
	assert.equal(await page.getByText('Is the same already').count(), groups.length);
	await page.getByLabel('Replace').selectOption('Disabled');
	await page.getByRole('button', { name: 'Import' }).click();
	await page.getByText(`${groups.length} groups have been imported`).waitFor();
	await page.getByRole('link', { name: 'Support (1)' }).click();
	await page.getByRole('heading', { name: 'Edit group' }).waitFor();
	assert.equal(await page.getByLabel('Name').inputValue(), 'Support (1)');
});

test('a file that is none is refused at once, and a missing one on Import', async () => {
	await goto('?p=groups-import');
	await page.getByRole('button', { name: 'Import' }).click();
	await page.locator('#error-file').getByText('Choose a file').waitFor();
	await page.getByLabel('File').setInputFiles({ name: 'x.json', mimeType: 'application/json',
		buffer: Buffer.from('{"users": []}') });
	await page.locator('#error-file').getByText('not a file of groups').waitFor();
});

test('what the viewer does not hold is greyed, and a refused import says which group it was',
	async () => {
		const keeper = await openPage(browser);

		await signIn(keeper, stack.url, 'keeper@example.com');
		await keeper.goto(`${stack.url}?p=group-create`);
		await keeper.getByLabel('Users: Delete').waitFor();
		assert.ok(await keeper.getByLabel('Users: Delete').isDisabled());
		assert.ok(await keeper.getByLabel('Mail: All').isDisabled());
		await keeper.getByLabel('Users: All').click();
		assert.ok(await keeper.getByLabel('Users: Update').isChecked());
		assert.ok(!await keeper.getByLabel('Users: Delete').isChecked());
		await keeper.goto(`${stack.url}?p=group&id=4`);
		await keeper.getByText('so you cannot change it').waitFor();
		await keeper.goto(`${stack.url}?p=groups-import`);
		await keeper.getByLabel('File').setInputFiles({ name: 'g.json',
			mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ groups: [
				{ name: 'Good', permissions: ['users.view'] },
				{ name: 'Greedy', permissions: ['mail.view'] }] })) });
		await keeper.getByRole('button', { name: 'Import' }).click();
		await keeper.getByRole('row', { name: 'Greedy' }).getByText('You can only give').waitFor();
		assert.equal(await keeper.getByRole('row', { name: 'Good' }).locator('.error').count(), 0);
		await keeper.locator('#summary').getByRole('link').click();
		assert.match(await keeper.evaluate(() => document.activeElement.textContent), /only give/);
		assert.deepEqual(keeper.complaints, []);
		await keeper.context().close();
	});

/** How every box is: "all", "some" or "none", row by row, the row of all first. */
function states(viewer) {
	return viewer.locator('.rights-table tr').evaluateAll((rows) => rows.map((row) =>
		[...row.querySelectorAll('td')].map((cell) => {
			const { checked, indeterminate } = cell.querySelector('input') ?? {};

			if (checked === undefined) {
				return 'no box';
			}
			return indeterminate ? 'some' : checked ? 'all' : 'none';
		})).filter((cells) => cells.length > 0));
}

/** What a box over others has to say. */
function over(cells) {
	const boxes = cells.filter((cell) => cell !== 'no box');
	const full = boxes.filter((cell) => cell === 'all').length;

	if (full === boxes.length) {
		return 'all';
	}
	return full === 0 ? 'none' : 'some';
}

test('a box over others tells the truth of all of them, whatever the viewer may give', async () => {
	const mixed = await newGroup(['users.view', 'users.update', 'mail.view', 'sessions.view',
		'sessions.delete']);
	const full = await newGroup((await admin.get('permissions')).body.items
		.map(({ name }) => name).filter((name) => name !== 'audit.view'));

	stack.addUser('looks@example.com', { groups: ['Auditors'] });
	for (const email of ['keeper@example.com', 'looks@example.com', 'admin@example.com']) {
		const viewer = await openPage(browser);

		await signIn(viewer, stack.url, email);
		for (const id of [1, 2, 4, mixed.id, full.id]) {
			await viewer.goto(`${stack.url}?p=group&id=${id}`);
			await viewer.getByLabel('Users: View', { exact: true }).waitFor();
			const [top, ...rows] = await states(viewer);
			const columns = top.slice(0, -1).map((_, at) => rows.map((row) => row[at]));

			assert.deepEqual(rows.map((row) => row.at(-1)), rows.map((row) =>
				over(row.slice(0, -1))), `${email}, group ${id}`);
			assert.deepEqual(top, [...columns.map(over),
				over(rows.flatMap((row) => row.slice(0, -1)))], `${email}, group ${id}`);
		}
		await viewer.context().close();
	}
});

test('a box over others gives and takes only what the viewer holds', async () => {
	const { id } = await newGroup(['users.view']);
	const keeper = await openPage(browser);
	const all = keeper.getByLabel('Users: All', { exact: true });

	await signIn(keeper, stack.url, 'keeper@example.com');
	await keeper.goto(`${stack.url}?p=group&id=${id}`);
	await all.click();
	assert.ok(await keeper.getByLabel('Users: Update').isChecked());
	assert.ok(await all.evaluate((one) => one.indeterminate && !one.checked));
	await all.click();
	assert.equal(await keeper.locator('tbody input:checked').count(), 0);
	await keeper.context().close();
});

test('a failure says so and offers to try again', async () => {
	let broken = true;

	await page.route(/api\/v1\/permissions/, (route) => broken
		? route.fulfill({ status: 503, body: '' }) : route.continue());
	await goto('?p=group&id=2');
	await page.getByText('cannot answer now').waitFor();
	broken = false;
	await page.getByRole('button', { name: 'Try again' }).click();
	await box('Users: View').waitFor();
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});

test('rights are given by keyboard alone', async () => {
	const { id } = await newGroup();
	const press = async (...keys) => {
		for (const key of keys) {
			await page.keyboard.press(key);
		}
	};

	await openGroup(id);
	await page.getByLabel('Name').focus();
	await press('Tab', 'Enter', 'Tab', 'Tab', 'Tab', 'Enter'); // Check: All, View, Create
	await until(async () => (await ticked()).length === withView('create'));
	await page.getByLabel('Name').focus();
	await press('Enter');
	await dialog().waitFor();
	await press('Tab', 'Enter');
	await page.getByRole('status').getByText('Saved.').waitFor();
	assert.equal((await stored(id)).length, withView('create'));
});

test('a phone of 320 px shows the rights without scrolling sideways', async () => {
	await page.setViewportSize({ width: 320, height: 640 });
	for (const query of ['?p=groups', '?p=group&id=2', '?p=group&id=2&tab=users', '?p=group-create',
		'?p=groups-import']) {
		await goto(query);
		await page.locator('form:visible, tbody tr:visible, .empty:visible').first().waitFor();
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, query);
	}
});
