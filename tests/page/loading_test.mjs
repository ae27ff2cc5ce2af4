/*
 * How the page comes: few files and bytes, which the browser keeps; only what is shown; and what
 * becomes of a page that is open while a newer one is installed.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync }
	from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { openPage, openSession, signIn } from '../lib/browser.mjs';
import { ADMIN_EMAIL, PASSWORD, startStack, TOP } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';
import { until } from '../lib/until.mjs';

const BUILT = join(TOP, 'build/page');
const [RELEASE] = readdirSync(join(BUILT, 'v'));
const TAGS = readdirSync(join(TOP, 'htdocs/i18n')).map((file) => file.replace('.json', ''));
const SCREENS = [...readFileSync(join(TOP, 'htdocs/js/pages/screens.js'), 'utf8')
	.matchAll(/^\t'([\w-]+)': \{ load/gm)].map(([, name]) => name);
const NETWORK = Object.fromEntries(TAGS.map((tag) => [tag, JSON.parse(readFileSync(
	join(TOP, `htdocs/i18n/${tag}.json`), 'utf8'))['problem.network']]));
const CONSOLE = readdirSync(join(TOP, 'htdocs/js/pages'));
const LISTS = ['users', 'groups', 'sessions', 'audit', 'mail', 'clients'];

/* A copy, of which a newer release can be made. */
const PAGE = join(mkdtempSync(join(tmpdir(), 'backoffice-page.')), 'page');

let browser;
let stack;
let page;

cpSync(BUILT, PAGE, { recursive: true });
after(() => rmSync(join(PAGE, '..'), { recursive: true }));

/** A page of the list of users is full. */
function prepare() {
	stack.sql(`INSERT INTO user (email, name, password, status, two_factor, creator_id, created_at,
		last_sign_in_at) SELECT CONCAT('second.', email), REVERSE(name), password, status,
		two_factor, creator_id, created_at, last_sign_in_at FROM user WHERE id > 1000`);
}

withPage((world) => ({ browser, stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1', PAGE } }), prepare });

const heading = (name) => page.getByRole('heading', { name, exact: true, level: 1 });

/** What a page asks the server for from now on, each with all bytes that came for it. */
async function traffic(of) {
	const session = await of.context().newCDPSession(of);
	const all = new Map();
	const note = (id, more) => all.set(id, { ...all.get(id), ...more });

	session.on('Network.requestWillBeSent', ({ requestId, request: { url } }) =>
		note(requestId, { path: url.replace(stack.url, '').replace(`v/${RELEASE}/`, '') }));
	session.on('Network.requestServedFromCache', ({ requestId }) =>
		note(requestId, { kept: true }));
	session.on('Network.responseReceived', ({ requestId, response: { fromDiskCache, status } }) =>
		note(requestId, { status, kept: fromDiskCache || all.get(requestId).kept }));
	session.on('Network.loadingFinished', ({ requestId, encodedDataLength: bytes }) =>
		note(requestId, { bytes }));
	session.on('Network.loadingFailed', ({ requestId }) => note(requestId, { bytes: 0 }));
	await session.send('Network.enable');
	return {
		get sent() {
			return [...all.values()].filter(({ kept }) => !kept);
		},
		get paths() {
			return this.sent.map(({ path }) => path);
		},
		get isOver() {
			return this.sent.every(({ bytes }) => bytes !== undefined);
		},
		get bytes() {
			return this.sent.reduce((sum, { bytes }) => sum + bytes, 0);
		},
	};
}

/** Opens an address in a page of its own in the same browser, and lets all come. */
async function load(query, context = page.context()) {
	const opened = await context.newPage();
	const seen = await traffic(opened);

	await opened.goto(stack.url + query, { waitUntil: 'networkidle' });
	await until(() => seen.isOver); // a busy machine tells of it late
	await opened.close();
	return seen;
}

test('the first load of Users is small, and another one asks for the page and its data alone',
	async () => {
		await openSession(page, stack.url);
		const first = await load('?p=users');
		const next = await load('?p=users');

		assert.ok(first.paths.length <= 30, first.paths.join('\n'));
		assert.ok(first.bytes <= 60_000, `${first.bytes} bytes`);
		assert.ok(next.paths.length <= 5, next.paths.join('\n'));
		assert.ok(next.bytes <= 5_800, `${next.bytes} bytes`); // 3,600 of them are the rows
	});

for (const tag of TAGS) {
	test(`the first load of Users is small in ${tag}`, async () => {
		const other = await openPage(browser, { locale: tag });

		await openSession(other, stack.url);
		const { bytes, paths } = await load('?p=users', other.context());

		await other.context().close();
		assert.ok(paths.includes(`i18n/${tag}.json`), paths.join('\n'));
		assert.ok(bytes <= 60_000, `${bytes} bytes`);
	});
}

test('what a list is refused is said in words, though it was drawn without them', async () => {
	await openSession(page, stack.url);
	const opened = await page.context().newPage();

	await opened.goto(`${stack.url}?p=users&q=%25`, { waitUntil: 'networkidle' });
	await opened.getByText('Type a letter or a digit of a name').waitFor();
	await opened.close();
});

test('the page for signing in loads nothing of the console', async () => {
	const { bytes, paths } = await load('sign-in.html');
	const console = CONSOLE.concat('main.js', 'begin.js');

	assert.ok(paths.includes('js/sign-in.js'), paths.join('\n'));
	assert.deepEqual(console.filter((file) => paths.includes(`js/${file}`)), []);
	assert.ok(bytes <= 45_000, `${bytes} bytes`);
	assert.deepEqual((await load('sign-in.html')).paths.sort(), ['api/v1/site', 'sign-in.html']);
});

test('a visit without a session asks for nothing of the console, and comes back after signing in',
	async () => {
		const seen = await traffic(page);

		await page.goto(`${stack.url}?p=users&status=disabled`);
		await page.getByRole('button', { name: 'Sign in' }).waitFor();
		const scripts = seen.paths.filter((path) => path.startsWith('js/'));
		const own = CONSOLE.concat('main.js').map((file) => `js/${file}`);

		assert.ok(scripts.includes('js/begin.js'), scripts.join('\n'));
		assert.deepEqual(scripts.filter((path) => own.includes(path)), []);
		assert.equal(new URL(page.url()).searchParams.get('next'), '?p=users&status=disabled');
		await page.getByLabel('Email').fill(ADMIN_EMAIL);
		await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await heading('Users').waitFor();
		assert.equal(new URL(page.url()).search, '?p=users&status=disabled');
	});

/** How far what stands on the page is pushed about while a list comes. */
async function shiftOf(opened, query) {
	await opened.goto(stack.url + query);
	await opened.locator('table[aria-busy=false] tbody tr').first().waitFor();
	return opened.evaluate(() => new Promise((resolve) => requestAnimationFrame(() =>
		requestAnimationFrame(() => setTimeout(() => resolve(window.shift))))));
}

/** A page that adds up its shifts. */
async function watchedPage(options) {
	const opened = await openPage(browser, options);

	await opened.addInitScript(() => {
		window.shift = 0;
		new PerformanceObserver((list) => list.getEntries().forEach(({ value }) =>
			(window.shift += value))).observe({ type: 'layout-shift', buffered: true });
	});
	return opened;
}

const WIDTHS = [1600, 1440, 1280, 1024, 390];

/* Each list in each language and in each width; with LONG=1 in each language in each width. */
const MOVING = TAGS.flatMap((locale, i) => LISTS.flatMap((list, j) =>
	(process.env.LONG ? WIDTHS : [WIDTHS[(i + j) % WIDTHS.length]])
		.map((width) => ({ locale, list, width }))));

for (const locale of TAGS) {
	test(`what stands on a list stays in its place when the rows come, ${locale}`, async () => {
		const opened = await watchedPage({ locale });

		await openSession(opened, stack.url);
		for (const { list, width } of MOVING.filter((one) => one.locale === locale)) {
			await opened.setViewportSize({ width, height: 900 });
			const shift = await shiftOf(opened, `?p=${list}`);

			assert.ok(shift <= 0.05, `${list}, ${width} px: ${shift}`);
		}
		await opened.context().close();
	});
}

/* What a key is drawn as that has no words (yet). */
const KEYS = new Set(Object.keys(JSON.parse(readFileSync(
	join(TOP, 'htdocs/i18n/en.json'), 'utf8'))));

/** A screen that is loaded by its address has a heading and all its words. */
async function comesWhole(opened, name, tag) {
	const id = name.startsWith('user') ? 1002 : 1;

	await opened.goto(`${stack.url}?p=${name}&id=${id}`, { waitUntil: 'networkidle' });
	assert.ok(await opened.locator('main h1').innerText(), name);
	const text = await opened.evaluate(() => document.body.innerText);

	assert.deepEqual(text.split(/[^\w.]+/).filter((word) => KEYS.has(word)), [], name);
	assert.ok(!text.includes(NETWORK[tag]), name);
}

for (const [index, tag] of TAGS.entries()) {
	test(`screens that are opened by their addresses have all their words, in ${tag}`, async () => {
		const other = await openPage(browser, { locale: tag });
		const missing = [];

		other.on('response', (answer) => answer.url().includes('/v/') && answer.status() !== 200
			&& missing.push(answer.url()));
		await openSession(other, stack.url);
		for (const name of SCREENS.filter((_, i) =>
			process.env.LONG || i % TAGS.length === index)) {
			await comesWhole(other, name, tag);
		}
		assert.deepEqual([missing, other.complaints], [[], []]);
		await other.context().close();
	});
}

/** As an installation does: the pages name another release, and the files of this one are gone. */
function release(name, instead) {
	renameSync(join(PAGE, 'v', instead), join(PAGE, 'v', name));
	for (const file of readdirSync(PAGE).filter((entry) => entry.endsWith('.html'))) {
		const text = readFileSync(join(PAGE, file), 'utf8').replaceAll(instead, name);

		writeFileSync(join(PAGE, file), text);
		writeFileSync(join(PAGE, `${file}.gz`), gzipSync(text));
	}
}

test('a screen that comes after the reader has gone on is not shown', async () => {
	let letGo;
	const gate = new Promise((resolve) => (letGo = resolve));
	const link = (name) => page.getByRole('link', { name, exact: true });

	await signIn(page, stack.url);
	await page.route(/js\/clients-list/, async (route) => {
		await gate;
		await route.continue();
	});
	const [late] = await Promise.all([page.waitForRequest(/js\/clients-list/),
		link('Clients').click()]);

	await link('Groups').click();
	await heading('Groups').waitFor();
	letGo();
	await (await late.response()).finished();
	await page.evaluate(() => new Promise(requestAnimationFrame));
	await heading('Groups').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
	await link('Clients').click();
	await heading('Clients').waitFor();
});

test('a page whose screens are gone since a newer one came loads that, where it was going',
	async (t) => {
		const newer = 'f'.repeat(RELEASE.length);

		await signIn(page, stack.url);
		release(newer, RELEASE);
		t.after(() => release(RELEASE, newer));
		await page.getByRole('link', { name: 'Clients', exact: true }).click();
		await heading('Clients').waitFor();
		await page.locator('table[aria-busy=false]').waitFor();
		assert.match(await page.locator('script[type=module]').getAttribute('src'),
			new RegExp(newer));
		page.complaints = []; // the browser's own word about what is gone
	});

test('a screen that cannot be fetched says so, and is tried again when asked to', async () => {
	await openSession(page, stack.url);
	let loads = 0;

	page.on('request', (request) => (loads += Number(request.isNavigationRequest())));
	await page.route(/js\/clients-list/, (route) => route.abort());
	await page.goto(`${stack.url}?p=clients`);
	await page.getByText(NETWORK.en).waitFor();
	assert.equal(loads, 1);
	await page.unroute(/js\/clients-list/);
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.locator('table[aria-busy=false]').waitFor();
	assert.equal(loads, 2);
	page.complaints = [];
});
