/* What else the screens of users can do: rights, bulk actions, export, columns, locks, networks. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { openPage, signIn, visit } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

let browser;
let stack;
let admin;
let page;

async function prepare() {
	admin = await stack.signedIn();
}

withPage((world) => ({ browser, stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }), prepare });
beforeEach(async () => {
	await signIn(page, stack.url);
	await page.getByRole('row').nth(5).waitFor();
});

const goto = (query) => visit(page, query);
const settled = () => page.locator('table[aria-busy=false]').waitFor();

test('Edit user tells which groups grant each permission', async () => {
	await admin.patch('users/1002', { groups: [2, 4] });
	await goto('?p=user&id=1002');
	await page.getByText('Rights', { exact: true }).click();
	const row = (name) => page.getByRole('row', { name });

	assert.match(await row('Users: View').innerText(), /Managers, Auditors/);
	assert.match(await row('Audit: View').innerText(), /Auditors/);
	assert.match(await row('Users: Delete').innerText(), /Not granted/);
});

const bar = () => page.getByRole('group', { name: 'Selected users' });
const choose = (email) => page.getByRole('checkbox', { name: `Select ${email}` }).check();
const act = (name) => bar().getByRole('button', { name, exact: true });

const question = (name) => page.getByRole('dialog', { name });
const answer = (name) =>
	page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

/** Addresses of new users that no other test knows. */
async function madeUsers(beginning, count, groups = [3]) {
	const emails = Array.from({ length: count }, (_, i) => `${beginning}${i}@example.com`);

	for (const email of emails) {
		const { status } = await admin.post('users', { email, groups,
			password: 'a few unusual words 37' });

		assert.equal(status, 201);
	}
	return emails;
}

async function found(beginning) {
	return (await admin.get(`users?email=${beginning}&size=200&sort=id`)).body.items;
}

test('chosen users are disabled, and Undo enables exactly those that were changed', async () => {
	const emails = await madeUsers('undo', 3);
	const { id } = (await found('undo2'))[0];

	await admin.patch(`users/${id}`, { status: 'disabled' });
	await goto('?p=users&email=undo');
	for (const email of emails) {
		await choose(email);
	}
	await bar().getByText('3 selected').waitFor();
	await act('Disable').click();
	await bar().getByText('Disable: 2 users changed, 1 already was').waitFor();
	assert.ok((await found('undo')).every(({ status }) => status === 'disabled'));
	await act('Undo').click();
	await bar().getByText('Undo: 2 users changed').waitFor();
	assert.deepEqual((await admin.get('jobs')).body.items.filter(({ undoable }) => undoable), []);
	assert.deepEqual((await found('undo')).map(({ status }) => status),
		['enabled', 'enabled', 'disabled']);
});

test('users are put into a group, taken out of it, masked and unmasked', async () => {
	await madeUsers('member', 2);
	await goto('?p=users&email=member');
	const run = async (...names) => {
		await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
		for (const name of names) {
			await act(name).click();
		}
		await bar().getByText('2 users changed').waitFor();
	};
	const state = async () => (await found('member')).map(({ groups, mask_data: masked }) =>
		[groups.map(({ name }) => name).join(), masked]);

	await run('Groups', 'Add to group: Managers');
	assert.deepEqual(await state(), Array(2).fill(['Managers,Support', false]));
	await run('Groups', 'Remove from group: Support');
	await run('Mask');
	assert.deepEqual(await state(), Array(2).fill(['Managers', true]));
	await run('Unmask');
	assert.deepEqual(await state(), Array(2).fill(['Managers', false]));
});

test('nothing moves when rows are chosen, and a choice lasts through pages and sorts', async () => {
	const top = async () => (await page.locator('table').boundingBox()).y;
	const height = await top();

	await page.locator('tbody').getByRole('checkbox').first().check();
	await bar().getByText('1 selected').waitFor();
	assert.equal(await top(), height);
	await page.getByRole('link', { name: 'Email', exact: true }).click();
	await settled();
	await bar().getByText('1 selected').waitFor();
	await page.getByLabel('Filter by Status').selectOption('Enabled');
	await bar().waitFor({ state: 'detached' });
});

test('who was refused is named with the reason, and holds nobody else up', async () => {
	const [email, gone] = await madeUsers('why', 2);
	const { id } = (await found(gone))[0];

	await goto('?p=users');
	await choose(email);
	await choose(gone);
	await admin.delete(`users/${id}`);
	await act('Disable').click();
	await bar().getByText('Disable: 1 user changed, 1 refused').waitFor();
	await act('Why?').click();
	const dialog = page.getByRole('dialog');

	assert.match(await dialog.innerText(),
		new RegExp(`${id}\\s+This record does not exist, or you may not see it`));
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
});

test('all that match is a second step with a question, shows how far it is and can be cancelled',
	async () => {
		stack.sql(`INSERT INTO user (email, name, password, created_at) VALUES ${Array.from(
			{ length: 120 }, (_, i) => `('all${i}@example.org', '', '', NOW())`)}`);
		let release;
		const gate = new Promise((resolve) => (release = resolve));
		let asked = 0;

		await page.route(/jobs\/\d+\/step/, async (route) => {
			asked += 1;
			if (asked === 2) {
				await gate;
			}
			await route.continue();
		});
		await goto('?p=users&email=all&size=25');
		await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
		await bar().getByText('25 selected').waitFor();
		await bar().getByRole('button', { name: 'Select all that match (120)' }).click();
		await bar().getByText('All that match are selected (120)').waitFor();
		await act('Disable').click();
		await question('Disable 120 people?').waitFor();
		await answer('Disable');
		await bar().getByText('50 of 120 (41 %)').waitFor();
		await act('Cancel').click();
		await bar().getByText('Disable: 50 users changed, 70 left out').waitFor();
		release();
		const disabled = (await found('all')).filter(({ status }) => status === 'disabled');

		assert.equal(disabled.length, 50);
	});

/* Whom an act takes, what is said before it, and what of them is to be chosen. */
const QUESTIONS = [
	{ who: 'sixes', count: 6, press: ['Disable'], title: 'Disable 6 people?',
		says: ['They cannot sign in until somebody enables them again.'] },
	{ who: 'insiders', count: 2, signedIn: 1, press: ['Disable'], title: 'Disable 2 people?',
		says: ['1 session ends at once', 'Chosen: insiders0@example.com, insiders1@example.com',
			'ended sessions stay ended'] },
	{ who: 'bosses', count: 2, groups: [1], press: ['Disable'], title: 'Disable 2 people?',
		says: ['2 of them are administrators.'] },
	{ who: 'chosen', count: 1, press: ['Groups', 'Add to group: Administrators'],
		title: 'Add 1 person to Administrators?',
		says: ['They get all permissions of Administrators, at once.',
			'1 of them becomes an administrator, who may do everything here.'] },
	{ who: 'leaving', count: 1, groups: [1, 3],
		press: ['Groups', 'Remove from group: Administrators'],
		title: 'Remove 1 person from Administrators?',
		says: ['1 of them is no longer an administrator.'] },
	{ who: 'blinds', count: 7, press: ['Mask'], title: 'Mask data for 7 people?',
		says: ['They see asterisks', 'You can undo this afterwards.'] },
];

for (const { who, count, groups, signedIn = 0, press, title, says } of QUESTIONS) {
	test(`${press.join(' ')}, ${count} of ${who}: "${title}"; Escape changes nothing`, async () => {
		const emails = await madeUsers(who, count, groups);

		for (const email of emails.slice(0, signedIn)) {
			stack.sql(`UPDATE user SET password_must_change = 0, two_factor = 0
				WHERE email = '${email}'`);
			await stack.client().post('session', { email, password: 'a few unusual words 37' });
		}
		const untouched = await found(who);
		const jobs = (await admin.get('jobs')).body.items;

		await goto(`?p=users&email=${who}`);
		await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
		for (const name of press) {
			await act(name).click();
		}
		const text = (await question(title).innerText()).replace(/[\u2068\u2069]/g, '');

		for (const sentence of says) {
			assert.ok(text.includes(sentence), `${sentence}: ${text}`);
		}
		assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel');
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		assert.equal(await page.evaluate(() => document.activeElement.innerText.trim()), press[0]);
		await bar().getByText(`${count} selected`).waitFor();
		assert.deepEqual((await found(who)).map(({ version }) => version),
			untouched.map(({ version }) => version));
		assert.deepEqual((await admin.get('jobs')).body.items, jobs);
	});
}

test('five plain rows are changed without a question, by keyboard alone', async () => {
	await madeUsers('plain', 5);
	await goto('?p=users&email=plain');
	await page.getByRole('checkbox', { name: 'Select all rows on this page' }).focus();
	await page.keyboard.press('Space');
	await act('Disable').focus();
	await page.keyboard.press('Enter');
	await bar().getByText('Disable: 5 users changed').waitFor();
});

test('when nobody can tell what it would come to, nothing is done', async () => {
	await madeUsers('blurred', 1);
	await goto('?p=users&email=blurred');
	await page.route(/users\/bulk$/, (route) => route.fulfill({ status: 503, body: '' }));
	await choose('blurred0@example.com');
	await act('Disable').click();
	await bar().getByText('The server cannot answer now').waitFor();
	assert.equal((await found('blurred'))[0].status, 'enabled');
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});

test('an act whose answer was lost keeps the choice, and is done once when it is tried again',
	async () => {
		let sent = 0;

		await madeUsers('unheard', 2);
		await goto('?p=users&email=unheard');
		await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
		await page.route(/users\/bulk$/, async (route) => {
			sent += 1;
			if (sent === 2) { // after the question: the server has it, the answer is lost
				await route.fetch();
				await route.abort();
			} else {
				await route.continue();
			}
		});
		await act('Disable').click();
		await bar().getByText('The server cannot be reached').waitFor();
		assert.equal(await page.evaluate(() => document.activeElement.id), 'toolbar');
		await act('Disable').click();
		await bar().getByText('Disable: 2 users changed').waitFor();
		assert.ok((await admin.get('jobs')).body.items.every(({ state }) => state !== 'running'));
		page.complaints = page.complaints.filter((text) => !text.includes('ERR_FAILED'));
	});

test('a failure in the middle waits to be tried again, and the job goes on', async () => {
	let away = true;

	await madeUsers('fails', 2);
	await page.route(/jobs\/\d+\/step/, (route) => away
		? route.fulfill({ status: 503, body: '' }) : route.continue());
	await goto('?p=users&email=fails');
	await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
	await act('Disable').click();
	await bar().getByText('The server cannot answer now').waitFor();
	away = false;
	await act('Try again').click();
	await bar().getByText('Disable: 2 users changed').waitFor();
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});

test('who may not change users finds no boxes and no toolbar', async () => {
	stack.addUser('reads@example.com', { groups: ['Auditors'] });
	const auditor = await openPage(browser);

	await signIn(auditor, stack.url, 'reads@example.com');
	await auditor.getByRole('row').nth(5).waitFor();
	assert.equal(await auditor.getByRole('checkbox').count(), 0);
	assert.equal(await auditor.getByRole('group', { name: 'Selected users' }).count(), 0);
	await auditor.context().close();
});

test('Export takes the filters along', async () => {
	await goto('?p=users&status=disabled&sort=email');
	await settled();
	const [download] = await Promise.all([page.waitForEvent('download'),
		page.getByRole('link', { name: 'Export' }).click()]);
	const text = (await download.createReadStream().then((stream) => stream.toArray())).join('');
	const lines = text.trim().split('\r\n').slice(1);

	assert.match(download.suggestedFilename(), /^users-.*\.csv$/);
	assert.ok(lines.length > 3);
	assert.ok(lines.every((line) => line.includes(',disabled,')));
});

test('networks are typed one a line, told wrong at their field, and shown as they were understood',
	async () => {
		const [email] = await madeUsers('networks', 1);
		const { body } = await admin.get(`users?email=${email}`);
		const lines = page.getByLabel('IP whitelist');
		const save = page.getByRole('button', { name: 'Save' });

		await goto(`?p=user&id=${body.items[0].id}`);
		await lines.fill('198.51.100.7/24\nnowhere');
		await save.click();
		await page.getByText('Each line must be an address').first().waitFor();
		await lines.fill('198.51.100.7/24\n2001:DB8::/32');
		await save.click();
		await page.getByText('Saved.').waitFor();
		assert.equal(await lines.inputValue(), '198.51.100.0/24\n2001:db8::/32');
	});

/** What Actions offers about the second factor. */
async function twoFactorActions() {
	await page.getByRole('button', { name: 'Actions' }).click();
	const names = await page.locator('#actions').getByRole('button', { name: '2FA' })
		.allInnerTexts();

	await page.keyboard.press('Escape');
	return names;
}

async function chooseAction(name) {
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.locator('#actions').getByRole('button', { name, exact: true }).click();
}

async function saveAndRead(id) {
	await Promise.all([page.waitForResponse((got) => got.request().method() === 'PATCH'),
		page.getByRole('button', { name: 'Save' }).click()]);
	await page.getByText('Saved.').first().waitFor();
	return (await admin.get(`users/${id}`)).body.two_factor;
}

test('2FA is disabled and enabled again, each after a question and by Save', async () => {
	const [email] = await madeUsers('factor', 1);
	const { id } = (await found('factor'))[0];

	await goto(`?p=user&id=${id}`);
	assert.deepEqual(await twoFactorActions(), ['Disable 2FA']);
	await chooseAction('Disable 2FA');
	await question('Disable two-factor authentication?').getByText('password alone').waitFor();
	await answer('Disable 2FA');
	assert.equal(await saveAndRead(id), 'disabled');

	assert.deepEqual(await twoFactorActions(), ['Enable 2FA']);
	await chooseAction('Enable 2FA');
	const text = await question('Enable two-factor authentication?').innerText();

	assert.ok(text.includes(`It comes by email to ${email}`), text);
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel');
	await page.keyboard.press('Escape');
	assert.equal(await page.getByText('when you choose Save').count(), 0);
	assert.equal(await page.evaluate(() => document.activeElement.innerText.trim()), 'Actions');
	await chooseAction('Enable 2FA');
	await answer('Enable 2FA');
	await page.getByText('Codes will come by email when you choose Save.').waitFor();
	assert.equal((await admin.get(`users/${id}`)).body.two_factor, 'disabled');
	await page.getByRole('button', { name: 'Leave it as it is' }).click();
	assert.equal(await page.getByText('when you choose Save').count(), 0);
	await chooseAction('Enable 2FA');
	await answer('Enable 2FA');
	assert.equal(await saveAndRead(id), 'email');
	assert.deepEqual(await twoFactorActions(), ['Disable 2FA']);
});

test('a lost app gives way to codes by mail', async () => {
	await madeUsers('phone', 1);
	const { id } = (await found('phone'))[0];

	stack.sql(`UPDATE user SET two_factor = 2 WHERE id = ${id}`);
	await goto(`?p=user&id=${id}`);
	assert.deepEqual(await twoFactorActions(), ['Reset 2FA', 'Disable 2FA']);
	await chooseAction('Reset 2FA');
	await page.getByRole('dialog').getByText('the app and the recovery codes').waitFor();
	await answer('Reset 2FA');
	assert.equal(await saveAndRead(id), 'email');
});

test('whose credentials a change has voided is said, with the way to new ones', async () => {
	const { body } = await admin.post('users', { email: 'moved@example.com', groups: [3],
		link: true });

	await goto(`?p=user&id=${body.id}`);
	await page.getByLabel('Email', { exact: true }).fill('moved.away@example.com');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('link that moved.away@example.com was given no longer works').waitFor();
	await page.getByRole('button', { name: 'New password' }).click();
	await page.getByRole('heading', { name: 'New password' }).waitFor();
});

test('a delay is shown, and ended without losing what was typed', async () => {
	const [email] = await madeUsers('delayed', 1);
	const { body } = await admin.get(`users?email=${email}`);
	const { id } = body.items[0];

	for (let i = 0; i < 8; i += 1) {
		await stack.client().post('session', { email, password: 'not the right one 12' });
	}
	await goto(`?p=user&id=${id}`);
	await page.getByText('Locked until').waitFor();
	await page.getByLabel('Name', { exact: true }).fill('Typed Before');
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Unlock' }).click();
	await page.getByText('Unlocked: the user').waitFor();
	assert.equal(await page.getByText('Locked until').count(), 0);
	assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Typed Before');
	assert.equal((await admin.get(`users/${id}`)).body.locked_until, null);
});

test('a second factor that wrong codes have shut is opened again', async () => {
	const [email] = await madeUsers('shut', 1);
	const { body: { items: [{ id }] } } = await admin.get(`users?email=${email}`);
	const spent = `SELECT COUNT(*) FROM attempt WHERE user_id = ${id} AND failures = 100`;

	stack.sql(`INSERT INTO attempt (key_hash, failures, last_at, blocked_until, user_id)
		VALUES (REPEAT('s', 32), 100, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ${id})`);
	assert.deepEqual(stack.sql(spent), [['1']]);
	await goto(`?p=user&id=${id}`);
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Unlock' }).click();
	await page.getByText('Unlocked: the user').waitFor();
	assert.deepEqual(stack.sql(spent), [['0']]);
});
