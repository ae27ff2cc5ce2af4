/*
 * The life that all screens share: what one sees, hears and is focused on after coming to one by a
 * click, after leaving it too early, and after coming back to it.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';

import { signIn, visit } from '../lib/browser.mjs';
import { addRooms, SCREENS } from './screens.mjs';
import { startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let stack;
let page;

withPage((world) => ({ stack, page } = world), {
	start: () => startStack({ env: { DEMO: '1' } }),
	prepare: () => addRooms(stack),
});
beforeEach(() => signIn(page, stack.url));

const main = () => page.getByRole('main');
const link = (name) => main().getByRole('link', { name, exact: true });
const menu = (name) => page.getByRole('navigation', { name: 'Main menu' })
	.getByRole('link', { name, exact: true });
const rowLink = () => page.locator('tbody tr').nth(2).getByRole('link');
const nameOf = async (element) => (await element.innerText()).trim();
const idOf = async (element) => new URL(await element.evaluate(({ href }) => href)).searchParams
	.get('id');

/** A letter goes by its number, and by whom it is for as long as that is known. */
async function letterName(id) {
	const { body: { to } } = await (await stack.signedIn()).get(`mail/${id}`);

	return ['Email', id, to].filter(Boolean).join(' ');
}

/** An entry of a menu that a button opens. */
async function act(opener, name) {
	await opener.click();
	return page.getByRole('button', { name, exact: true });
}

/** What the palette leads to. */
async function found(word) {
	await page.keyboard.press('Control+k');
	await page.keyboard.type(word);
	return page.getByRole('option', { name: word }).first();
}

/**
 * How each screen is reached: from which address, by which link or button, and what it is called
 * then: a text, or one made of that link before it is followed.
 */
const WAYS = {
	'users': { from: '?p=clients', by: () => menu('Users'), called: 'Users' },
	'user-create': { from: '?p=users', by: () => link('+Create'), called: 'Create user' },
	'user-import': { from: '?p=users', by: () => link('Import'), called: 'Import users' },
	'user': { from: '?p=users', by: () => rowLink().first(),
		called: async (way) => `Edit user ${await nameOf(way)}` },
	'user-credentials': { from: '?p=user&id=1002',
		by: () => act(page.getByRole('button', { name: 'Actions' }), 'New password'),
		called: () => `New password ${stack.sql('SELECT email FROM user WHERE id = 1002')}` },
	'groups': { from: '?p=users', by: () => menu('Groups'), called: 'Groups' },
	'group-create': { from: '?p=groups', by: () => link('+Create'), called: 'Create group' },
	'group': { from: '?p=groups', by: () => rowLink().first(),
		called: async (way) => `Edit group ${await nameOf(way)}` },
	'groups-import': { from: '?p=groups', by: () => link('Import'), called: 'Import groups' },
	'clients': { from: '?p=users', by: () => menu('Clients'), called: 'Clients' },
	'client-create': { from: '?p=clients', by: () => link('+Create'), called: 'Create client' },
	'client': { from: '?p=clients', by: () => rowLink(),
		called: async (way) => `Edit client ${await nameOf(way)}` },
	'client-import': { from: '?p=clients', by: () => link('Import'), called: 'Import clients' },
	'mail': { from: '?p=users', by: () => menu('Mail'), called: 'Mail' },
	'mail-preview': { from: '?p=mail', by: () => link('Preview'), called: 'Preview of emails' },
	'mail-test': { from: '?p=mail', by: () => link('Send a test email'),
		called: 'Send a test email' },
	'letter': { from: '?p=mail', by: () => rowLink().first(),
		called: async (way) => letterName(await idOf(way)) },
	'rooms': { from: '?p=users', by: () => menu('Rooms'), called: 'Rooms' },
	'room-create': { from: '?p=rooms', by: () => link('+Create'), called: 'Create room' },
	'room': { from: '?p=rooms', by: () => rowLink().first(),
		called: async (way) => `Edit room ${await nameOf(way)}` },
	'sessions': { from: '?p=users', by: () => menu('Sessions'), called: 'Sessions' },
	'audit': { from: '?p=users', by: () => menu('Audit log'), called: 'Audit log' },
	'audit-entry': { from: '?p=audit', by: () => rowLink().last(),
		called: async (way) => `Entry of the audit log ${await idOf(way)}` },
	'profile': { from: '?p=users', by: () => found('Profile'), called: 'Profile' },
	'profile-password': { from: '?p=profile', by: () => link('Change password'),
		called: 'Change password' },
	'profile-totp': { from: '?p=profile', by: () => link('Enable 2FA'), called: 'Enable 2FA' },
};

/** A job is reached from the line above every screen, which tells of a change. */
const JOB = { from: '?p=groups',
	by: () => page.getByRole('complementary').getByRole('link').first(),
	called: nameOf };

const heading = (name) => page.getByRole('heading', { name, exact: true, level: 1 });
const title = (name) => `${name} – Backoffice`;
const settled = () => page.locator('table[aria-busy=false]').waitFor();

/** Where the reader is, and what they see. */
function state() {
	return page.evaluate(() => ({
		address: location.search,
		title: document.title,
		heading: document.querySelector('h1').textContent,
		focus: document.activeElement.outerHTML.slice(0, 200),
		main: document.querySelector('#main').textContent,
	}));
}

function focusIsOnHeading() {
	return page.evaluate(() => document.activeElement.matches('#main h1'));
}

/** Goes to a screen by what leads to it; resolves with what it is to be called. */
async function goBy({ by, called }) {
	const way = await by();

	await way.waitFor();
	const name = typeof called === 'string' ? called : await called(way);

	await way.click();
	return name;
}

/** Holds all that the page asks the API for, until it is let go. */
async function hold() {
	const held = [];
	let holds = true;
	let letGo;
	const gate = new Promise((resolve) => (letGo = resolve));

	await page.route(/\/api\/v1\//, async (route) => {
		if (holds) {
			held.push(route.request());
			await gate;
		}
		await route.continue().catch(() => {}); // the page may have given the request up
	});
	return {
		held,
		stop: () => (holds = false),
		/** Resolves when the page has all that was held, or has given it up. */
		async release() {
			letGo();
			await Promise.all(held.map((request) => request.response().catch(() => null)));
			await page.evaluate(() => fetch('api/v1/session').then((answer) => answer.json()));
			await page.evaluate(() => new Promise(requestAnimationFrame));
		},
	};
}

async function isHeard(called, name) {
	await heading(called).waitFor();
	assert.equal(await page.title(), title(called), name);
	assert.ok(await focusIsOnHeading(), `${name}: ${(await state()).focus}`);
}

async function comesAndIsHeard(way, name) {
	const called = await goBy(way);

	await isHeard(called, name);
	return called;
}

/** What a screen is called stands in its crumb too, if it has one. */
async function isInCrumb(called, name) {
	const crumb = page.locator('.crumbs [aria-current]');

	if (await crumb.count() > 0) {
		const here = (await crumb.innerText()).trim();

		assert.ok(here && called.includes(here), `${name}: ${here}`);
	}
}

/** Leaves a screen before it has an answer; what comes then changes nothing. */
async function leavesTooEarly(way, name) {
	const traffic = await hold();
	const last = await page.title();
	const [list, called] = name === 'sessions' ? ['Groups', 'Groups'] : ['Sessions', 'Sessions'];

	await goBy(way);
	await until(async () => await page.title() !== last);
	traffic.stop();
	await menu(list).click();
	await heading(called).waitFor();
	await settled();
	const before = await state();

	await traffic.release();
	assert.deepEqual(await state(), before, name);
	await page.unrouteAll({ behavior: 'ignoreErrors' });
	return traffic.held.length;
}

test('every screen is tried here', () => {
	const table = readFileSync(join(TOP, 'htdocs/js/pages/screens.js'), 'utf8');
	const screens = [...table.matchAll(/^\t'([\w-]+)': \{ load/gm)].map(([, name]) => name);

	assert.deepEqual(screens.sort(), [...Object.keys(WAYS), 'job'].sort());
});

test('whoever comes to a screen is at its heading, and the title names it and its record',
	async () => {
		for (const [name, way] of Object.entries(WAYS)) {
			await visit(page, way.from);
			await isInCrumb(await comesAndIsHeard(way, name), name);
		}
	});

test('the same by Back, and by an address that loads the page', async () => {
	for (const [name, way] of Object.entries(WAYS)) {
		await visit(page, way.from);
		const called = await comesAndIsHeard(way, name);

		await visit(page, name === 'mail-test' ? '?p=audit' : '?p=mail-test');
		await page.goBack();
		await isHeard(called, `${name}, Back`);
		await page.goto(page.url());
		await isHeard(called, `${name}, by its address`);
	}
});

/* What the palette offers, and what the screen behind it is called. */
const FOUND = { 'Users': 'Users', 'Groups': 'Groups', 'Sessions': 'Sessions',
	'Audit log': 'Audit log',
	'Mail': 'Mail', 'Clients': 'Clients', 'Profile': 'Profile', 'Create user': 'Create user',
	'Create group': 'Create group', 'Create client': 'Create client',
	'Import groups': 'Import groups', 'Import clients': 'Import clients' };

test('the same by the palette', async () => {
	for (const [word, called] of Object.entries(FOUND)) {
		await visit(page, called === 'Profile' ? '?p=users' : '?p=profile');
		await page.keyboard.press('Control+k');
		await page.keyboard.type(word);
		await page.getByRole('option', { name: word }).first().click();
		await isHeard(called, word);
	}
	await page.keyboard.press('Control+k');
	await page.keyboard.type('admin@example.com');
	await page.getByRole('option', { name: 'admin@example.com' }).first().click();
	await isHeard('Edit user admin@example.com', 'a user');
});

test('an answer that comes late draws nothing, and takes neither the title nor the focus',
	async () => {
		let held = 0;

		for (const [name, way] of Object.entries(WAYS)) {
			await visit(page, way.from);
			held += await leavesTooEarly(way, name);
		}
		assert.ok(held > Object.keys(WAYS).length / 2);
	});

test('a job is a screen as the others are', async () => {
	await SCREENS['a change that can be taken back'].act(page, stack);
	await comesAndIsHeard(JOB, 'job');
	await visit(page, JOB.from);
	assert.ok(await leavesTooEarly(JOB, 'job') > 0);
	stack.sql('DELETE FROM work');
});

test('an address that leads nowhere says so at its heading', async () => {
	await visit(page, '?p=nothing');
	assert.ok(await focusIsOnHeading());
	assert.equal(await page.title(), title(await page.locator('h1').innerText()));
});

test('a form that is saved late tells so, and leaves the reader where they went', async () => {
	const traffic = { letGo: () => {} };
	const gate = new Promise((resolve) => (traffic.letGo = resolve));

	await visit(page, '?p=mail-test');
	await page.route(/mail\/test$/, async (route) => {
		await gate;
		await route.continue();
	});
	const [sent] = await Promise.all([page.waitForRequest(/mail\/test$/),
		page.getByRole('button', { name: 'Send', exact: true }).click()]);

	await menu('Sessions').click();
	await settled();
	const before = await state();

	traffic.letGo();
	await (await sent.response()).finished();
	await page.evaluate(() => new Promise(requestAnimationFrame));
	assert.deepEqual(await state(), before);
});

test('a job that begins when its list has been left is told of above the next screen', async () => {
	await visit(page, '?p=users&sort=id');
	await settled();
	for (const row of [2, 3, 4]) {
		await page.locator('tbody').getByRole('checkbox').nth(row).check();
	}
	let letGo;
	const gate = new Promise((resolve) => (letGo = resolve));
	const begins = (request) => /users\/bulk$/.test(request.url())
		&& !request.postData().includes('dry_run');

	await page.route(/users\/bulk$/, async (route) => {
		await (begins(route.request()) && gate);
		await route.continue();
	});
	await Promise.all([page.waitForRequest(begins),
		page.getByRole('button', { name: 'Mask', exact: true }).click()]);
	await menu('Groups').click();
	await heading('Groups').waitFor();
	letGo();
	await page.getByRole('complementary').getByText(/Mask: \d users? changed/).waitFor();
	stack.sql('DELETE FROM work');
});

/* Lists with enough rows to be scrolled, and which of its links leads from a row to its record. */
const LISTS = { users: 'first', clients: 'first', mail: 'first', audit: 'last' };

/** How far the list is scrolled in its card, and the page. */
function tops() {
	return page.evaluate(() => [document.querySelector('#scroll').scrollTop,
		document.documentElement.scrollTop]);
}

/** Scrolls far down and opens a record there; resolves with the place. */
async function openFarDown(which) {
	await settled();
	const rows = page.locator('tbody tr');
	const way = rows.nth(Math.min(24, await rows.count() - 1)).getByRole('link')[which]();

	await way.evaluate((element) => element.scrollIntoView({ block: 'center' }));
	const place = { tops: await tops(), href: await way.getAttribute('href') };

	assert.ok(Math.max(...place.tops) > 100, String(place.tops));
	await way.click();
	await page.locator('.crumbs').waitFor();
	await page.locator('.details, form.card').first().waitFor();
	return place;
}

/** The list is where it was left, and the focus is on the link that was followed. */
async function isBackAt(place, name) {
	await settled();
	await until(async () => await page.evaluate(() => document.activeElement.getAttribute('href'))
		=== place.href).catch(async () => assert.fail(`${name}: ${(await state()).focus}`));
	const now = await tops();

	place.tops.forEach((top, at) => assert.ok(Math.abs(now[at] - top) <= 1,
		`${name}: ${now}, not ${place.tops}`));
}

for (const width of [1440, 390]) {
	test(`Back leads to the row that was opened, ${width} px`, async () => {
		for (const [name, which] of Object.entries(LISTS)) {
			// What has few rows is scrolled in a window that is too low for a card of them.
			await page.setViewportSize({ width, height: which === 'first' && name !== 'mail' ? 700
				: 340 });
			await visit(page, `?p=${name}`);
			const place = await openFarDown(which);

			await page.goBack();
			await isBackAt(place, name);
			await page.goForward();
			await page.locator('.crumbs').waitFor();
			await page.goBack();
			await isBackAt(place, `${name}, again`);
			await page.reload();
			await isBackAt(place, `${name}, loaded anew`);
		}
	});
}

test('Back leads to the row in a browser that loads each screen whole', async () => {
	await page.addInitScript(() =>
		Object.defineProperty(window, 'navigation', { value: undefined }));
	await page.goto(`${stack.url}?p=clients`);
	const place = await openFarDown('first');

	await page.goBack();
	await isBackAt(place, 'clients');
});

test('each visit of a list has a place of its own, and a new one begins at the top', async () => {
	await visit(page, '?p=clients');
	const first = await openFarDown('first');

	await page.locator('.crumbs').getByRole('link').first().click();
	await heading('Clients').waitFor();
	await settled();
	assert.deepEqual(await tops(), [0, 0]);
	assert.ok(await focusIsOnHeading());
	await page.goBack();
	await page.locator('form.card').waitFor();
	await page.goBack();
	await isBackAt(first, 'the first visit');
});

test('what was scrolled to is found again, whichever way the list was left', async () => {
	await visit(page, '?p=clients');
	await settled();
	await page.locator('tbody tr').nth(24).evaluate((row) => row.scrollIntoView());
	await until(() => page.evaluate(() => window.history.state?.place?.top > 0));
	const before = await tops();

	await menu('Groups').click();
	await heading('Groups').waitFor();
	await page.goBack();
	await heading('Clients').waitFor();
	await until(async () => String(await tops()) === String(before));
});

test('whoever has taken the focus elsewhere keeps it when the rows come', async () => {
	await visit(page, '?p=clients');
	await openFarDown('first');
	const traffic = await hold();

	await page.goBack();
	await page.getByLabel('Filter by ID').focus();
	traffic.stop();
	await traffic.release();
	await settled();
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')),
		'Filter by ID');
});
