/* System > Rooms, and the way into a room, by a person in a browser. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { openPage, signIn } from '../lib/browser.mjs';
import { openRooms } from '../lib/rooms.mjs';
import { withPage } from '../lib/page.mjs';

let browser;
let stack;
let page;
let rooms;

async function prepare() {
	stack.addUser('zoe@example.com', { groups: ['Support'], name: 'Zoe' });
	stack.addUser('max@example.com', { groups: ['Auditors'], name: 'Max' });
	rooms = await openRooms(stack, { php: { '/prices/': '' } });
}

withPage((world) => ({ browser, stack, page } = world), { prepare });
after(() => rooms?.close());

const origin = () => new URL(stack.url).origin;
const save = () => page.getByRole('button', { name: 'Save' }).click();
const field = (name) => page.getByLabel(name, { exact: true });

async function fillSignIn(email) {
	await field('Email').fill(email);
	await field('Password').fill(stack.known.get(email));
	await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a room is named in the menu, with its address and who may enter it', async () => {
	await signIn(page, stack.url);
	await page.getByRole('link', { name: 'Rooms', exact: true }).click();
	await page.getByText('No rooms have been named yet.').waitFor();
	await page.getByRole('link', { name: '+Create' }).click();
	await page.getByRole('heading', { name: 'Create room', level: 1 }).waitFor();
	await save();
	await page.getByText('Enter an address.').first().waitFor();
	await field('Name').fill('Price list');
	await field('Address').fill('prices');
	await page.getByRole('button', { name: /Who may enter/ }).click();
	await page.getByLabel('Support').check();
	await page.keyboard.press('Escape');
	await save();
	await page.getByText('Enter a path of this host like /prices/').first().waitFor();
	await field('Address').fill('/prices');
	await save();
	await page.getByText('Price list has been created.').waitFor();
	const row = page.getByRole('row', { name: /Price list/ });

	assert.match(await row.innerText(), /Price list\s+\/prices\/\s+Support\s+Edit/);
	assert.equal(await row.getByRole('link', { name: '/prices/' }).getAttribute('href'),
		'/prices/');
});

test('Edit user tells which rooms a user enters, and by which group', async () => {
	const rowsOf = async (email) => {
		const [[id]] = stack.sql(`SELECT id FROM user WHERE email = '${email}'`);

		await page.goto(`${stack.url}?p=user&id=${id}`);
		await page.getByText('Rights', { exact: true }).click();
		await page.getByRole('row', { name: 'Users: View' }).waitFor();
		return page.getByRole('row', { name: /Price list/ }).allInnerTexts();
	};

	await signIn(page, stack.url);
	assert.match((await rowsOf('zoe@example.com')).join(), /^Price list\s+Support$/);
	assert.deepEqual(await rowsOf('max@example.com'), []);
	assert.match((await rowsOf('admin@example.com')).join(), /^Price list\s+Administrators$/);
});

test('whoever is signed out comes to the room they wanted after signing in', async () => {
	await page.goto(`${origin()}/prices/list.php?year=2026&sort=-name`);
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	await fillSignIn('zoe@example.com');
	await page.waitForURL(`${origin()}/prices/list.php?year=2026&sort=-name`);
	const told = JSON.parse(await page.locator('body').innerText());

	assert.equal(told.name, 'Zoe');
	assert.equal(told.path, '/prices/list.php?year=2026&sort=-name');
});

test('whoever is signed in only passes, also by a link of another site', async () => {
	await signIn(page, stack.url, 'zoe@example.com', stack.known.get('zoe@example.com'));
	await page.goto('data:text/html,<a href="' + `${origin()}/prices/a.php` + '">room</a>');
	await page.getByRole('link').click();
	await page.waitForURL(`${origin()}/prices/a.php`);
	assert.equal(JSON.parse(await page.locator('body').innerText()).name, 'Zoe');
});

test('whoever may not enter reads why, and finds the way to the back office', async () => {
	await page.goto(`${origin()}/prices/`);
	await fillSignIn('max@example.com');
	await page.getByRole('heading', { name: 'You may not enter: Price list' }).waitFor();
	await page.getByText('You are signed in as Max.').waitFor();
	await page.getByRole('link', { name: 'To the back office' }).click();
	await page.locator('[popovertarget=account]').waitFor();
});

test('a sign-in leads to no other host, whatever its address says', async () => {
	for (const wrong of ['//evil.example/', 'https://evil.example/', '/elsewhere/',
		'javascript:alert(1)', '/prices/../sign-in.html']) {
		const visitor = await openPage(browser);

		await visitor.goto(`${stack.url}sign-in.html?return=${encodeURIComponent(wrong)}`);
		await visitor.getByLabel('Email').fill('zoe@example.com');
		await visitor.getByLabel('Password', { exact: true })
			.fill(stack.known.get('zoe@example.com'));
		await visitor.getByRole('button', { name: 'Sign in' }).click();
		await visitor.locator('[popovertarget=account]').waitFor();
		assert.equal(new URL(visitor.url()).origin, origin());
		await visitor.context().close();
	}
});

test('a browser that keeps no cookie for the room is not sent to and fro', async () => {
	await signIn(page, stack.url, 'zoe@example.com', stack.known.get('zoe@example.com'));
	await page.route('**/api/v1/gate', async (route) => {
		const answer = await route.fetch();
		const { 'set-cookie': _, ...headers } = answer.headers();

		await page.context().clearCookies({ name: 'backoffice-room' }); // fetch() has kept it
		await route.fulfill({ response: answer, headers });
	});
	await page.goto(`${origin()}/prices/`);
	await page.getByText('this browser keeps no cookie for it').waitFor();
});

test('a room is changed and deleted, and over a newer version nothing is lost', async () => {
	const admin = await stack.signedIn();
	const { body } = await admin.post('rooms', { name: 'Old room', address: '/old/', groups: [3] });

	await signIn(page, stack.url);
	await page.goto(`${stack.url}?p=room&id=${body.id}`);
	await field('Name').fill('New room');
	await admin.patch(`rooms/${body.id}`, { name: 'Their room' });
	await save();
	await page.getByText('In the meantime you saved this yourself').first().waitFor();
	assert.equal(await field('Name').inputValue(), 'New room');
	await page.getByRole('button', { name: 'Load the current version' }).click();
	await page.waitForFunction(() => document.querySelector('[name=name], #name')?.value ===
		'Their room' || document.querySelector('input')?.value === 'Their room');
	await field('Name').fill('New room');
	await save();
	await page.getByText('Saved.').first().waitFor();
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Delete room' }).click();
	await page.getByRole('dialog').getByText('the gate before New room').waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Delete room' }).click();
	await page.getByText('New room has been deleted.').waitFor();
});
