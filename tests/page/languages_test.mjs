/* The page in each of its languages, as a reader sees it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { join } from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';

import { openPage, signIn, signInAt, startBrowser, visit } from '../lib/browser.mjs';
import { SOURCES, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const I18N = join(TOP, 'htdocs/i18n');
const TAGS = readdirSync(I18N).map((file) => file.replace('.json', ''));
const WORDS = Object.fromEntries(TAGS.map((tag) =>
	[tag, JSON.parse(readFileSync(join(I18N, `${tag}.json`), 'utf8'))]));
const SCREENS = ['user&id=1', 'user-create', 'groups', 'group&id=2', 'clients', 'client&id=3',
	'client-import', 'sessions', 'audit', 'mail', 'mail-preview', 'profile', 'profile-totp',
	'nothing', 'users'];

/** What a catalogue would say if it were asked for a key that it does not have. */
const RAW_KEY = /\b[a-z]+(?:_[a-z]+)*\.[a-z]+(?:[._][a-z]+)*\b/;
const RAW_KEYS = new Set(Object.values(WORDS).flatMap(Object.keys)
	.map((key) => key.split('.')[0]));

let browser;
let stack;
let pages;

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(),
		startStack({ env: { DEMO: '1', ...SOURCES }, prefix: '/' })]);
});
after(async () => {
	await browser.close();
	await stack.stop();
});
beforeEach(() => (pages = []));
afterEach(async () => {
	for (const page of pages) {
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	}
});

async function open(options) {
	const page = await openPage(browser, options);

	pages.push(page);
	return page;
}

const fieldOf = (page, name) => page.locator(`#field-${name}`);

/** Before signing in in a menu of their own, then in that of the account. */
async function choose(page, name) {
	const account = page.locator('[popovertarget=account]');

	if (await account.isVisible()) {
		await account.click();
		await page.locator('#account-language').selectOption(name);
		return;
	}
	await page.locator('[popovertarget=languages]').click();
	await page.getByRole('button', { name, exact: true }).click();
}

const root = (page) => page.evaluate(() => {
	const { lang, dir } = document.documentElement;

	return { lang, dir };
});

test('a German browser is asked to sign in in German, and fetches one catalogue', async () => {
	const page = await open({ locale: 'de-AT' });
	const fetched = [];

	page.on('request', (request) => request.url().includes('i18n/')
		&& fetched.push(request.url().split('/').pop()));
	await page.goto(stack.url);
	await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
	assert.ok(await page.getByLabel('Passwort', { exact: true }).isVisible());
	assert.deepEqual(await root(page), { lang: 'de', dir: 'ltr' });
	assert.deepEqual(new Set(fetched), new Set(['de.json']));
	await page.getByRole('button', { name: 'Anmelden' }).click();
	await page.locator('#summary').getByText('Geben Sie eine E-Mail-Adresse ein.').waitFor();
});

test('a language without a file reads English', async () => {
	const page = await open({ locale: 'fr-FR' });

	await page.goto(stack.url);
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	assert.deepEqual(await root(page), { lang: 'en', dir: 'ltr' });
});

test('a language that is chosen before signing in stays, and nothing typed is lost', async () => {
	const page = await open();

	await page.goto(stack.url);
	await fieldOf(page, 'email').fill('somebody@example.com');
	await choose(page, 'Español');
	await page.getByRole('heading', { name: 'Iniciar sesión' }).waitFor();
	assert.equal(await fieldOf(page, 'email').inputValue(), 'somebody@example.com');
	await page.reload();
	await page.getByRole('heading', { name: 'Iniciar sesión' }).waitFor();
});

test('Arabic turns the page round, and is kept for the user on every browser', async () => {
	stack.addUser('reader@example.com', { groups: ['Administrators'], name: 'Reader (1)' });
	const page = await open();

	await signIn(page, stack.url, 'reader@example.com');
	await choose(page, 'العربية');
	await page.getByRole('heading', { name: 'المستخدمون' }).waitFor();
	assert.deepEqual(await root(page), { lang: 'ar', dir: 'rtl' });
	const menu = await page.locator('#menu').boundingBox();
	const main = await page.locator('h1').boundingBox();

	assert.ok(menu.x > 1000, `the menu is at ${menu.x}`);
	assert.ok(main.x + main.width < menu.x, 'the screen is not beside the menu');
	const other = await open({ locale: 'de-DE' });

	await signIn(other, stack.url, 'reader@example.com');
	await other.getByRole('heading', { name: 'المستخدمون' }).waitFor();
	assert.deepEqual(await root(other), { lang: 'ar', dir: 'rtl' });
	assert.equal((await (await stack.signedIn('reader@example.com')).get('session'))
		.body.user.language, 'ar');
});

test('before the first paint of a later visit the direction is right already', async () => {
	const page = await open();

	await page.goto(stack.url);
	await choose(page, 'العربية');
	await page.getByRole('heading', { name: 'تسجيل الدخول' }).waitFor();
	await page.route(/\/js\/sign-in\.js/, (route) => route.abort());
	await page.reload({ waitUntil: 'domcontentloaded' });
	assert.deepEqual(await root(page), { lang: 'ar', dir: 'rtl' });
	page.complaints = []; // of the script that was kept away
});

test('in Arabic a telephone number keeps its sign in front', async () => {
	const page = await open({ locale: 'ar' });

	await signInAt(page, stack.url, '?p=clients');
	await page.locator('.cell-phone bdi').first().waitFor();
	const [plus, last] = await page.evaluate(() => {
		const text = [...document.querySelectorAll('.cell-phone bdi')]
			.flatMap((element) => [...element.childNodes])
			.find(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.startsWith('+'));
		const place = (at) => {
			const range = document.createRange();

			range.setStart(text, at);
			range.setEnd(text, at + 1);
			return range.getBoundingClientRect().x;
		};

		return [place(0), place(text.length - 1)];
	});

	assert.ok(plus < last, 'the sign of a phone number stands at its end');
});

test('an administrator sets the language of somebody else', async () => {
	stack.addUser('other@example.com', { groups: ['Support'] });
	const admin = await stack.signedIn();
	const { id } = (await admin.get('users?email=other@example.com')).body.items[0];
	const page = await open();

	await signInAt(page, stack.url, `?p=user&id=${id}`);
	await page.getByLabel('Language', { exact: true }).selectOption('Русский');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('Saved.').waitFor();
	assert.equal((await admin.get(`users/${id}`)).body.language, 'ru');
});

test('a letter is looked at in another language, as a document without scripts', async () => {
	const page = await open();

	await signInAt(page, stack.url, '?p=mail');
	await page.getByRole('link', { name: 'Preview' }).click();
	await page.getByLabel('Email', { exact: true }).selectOption('Credentials');
	await page.getByLabel('Language', { exact: true }).selectOption('العربية');
	await page.getByText('حسابك في Backoffice').waitFor();
	const frame = page.frameLocator('iframe');

	await frame.getByRole('heading', { name: 'حسابك جاهز' }).waitFor();
	assert.equal(await frame.locator('html').getAttribute('dir'), 'rtl');
	assert.equal(await page.locator('iframe').getAttribute('sandbox'), '');
	assert.equal(await frame.locator('.card').evaluate((element) =>
		getComputedStyle(element).backgroundColor), 'rgb(255, 255, 255)');
});

for (const tag of TAGS) {
	test(`every screen is in the words of ${tag}`, async () => {
		const page = await open({ locale: tag });

		await signIn(page, stack.url);
		for (const screen of SCREENS) {
			await visit(page, `./?p=${screen}`);
			await until(async () => await page.locator('[aria-busy=true]').count() === 0);
			const text = await page.evaluate(() => document.body.innerText);
			const raw = text.split(/\s+/).filter((word) => RAW_KEY.test(word)
				&& RAW_KEYS.has(word.match(RAW_KEY)[0].split('.')[0]));

			assert.deepEqual(raw, [], screen);
			assert.ok(text.includes(WORDS[tag]['menu.audit']), screen);
		}
	});
}

test('in Arabic a phone of 320 px scrolls in one direction only', async () => {
	const page = await open({ locale: 'ar', viewport: { width: 320, height: 640 } });

	await signIn(page, stack.url);
	for (const screen of ['users', 'user-create', 'user&id=1', 'clients', 'mail-preview']) {
		await visit(page, `./?p=${screen}`);
		await page.locator('h1').waitFor();
		const wide = await page.evaluate(() => document.documentElement.scrollWidth);

		assert.ok(wide <= 320, `${screen} is ${wide} px wide`);
	}
});

/** Words on the buttons of the strip that are not wholly in sight. */
function hiddenButtons(page) {
	return page.locator('#job').evaluate((strip) => {
		const { left, right, top, bottom } = strip.getBoundingClientRect();

		return [...strip.querySelectorAll('button')].filter((button) => {
			const box = button.getBoundingClientRect();

			return box.left < left || box.right > right || box.top < top || box.bottom > bottom;
		}).map((button) => button.innerText);
	});
}

for (const tag of TAGS) {
	test(`what the strip of jobs says in ${tag} does not run together, nor push its buttons out`,
		async () => {
			const admin = await stack.signedIn();
			const page = await open({ locale: tag });

			stack.sql('DELETE FROM work; UPDATE user SET status = 1'); // as if nothing was done
			await admin.post('users/bulk', { ids: [1, 1002, 1003, 1004],
				set: { status: 'disabled' } }, { Prefer: 'respond-async' });
			await signIn(page, stack.url);
			await page.locator('#job button').nth(1).waitFor();
			for (const width of [1024, 390]) {
				await page.setViewportSize({ width, height: 900 });
				assert.deepEqual(await hiddenButtons(page), [], `${width} px`);
			}
			assert.match(await page.evaluate(async () =>
				(await import('./js/core/i18n.js')).listed(['A', 'B'])),
			/^\u2068?A\u2069?(, | \p{L}+ ?)\u2068?B\u2069?$/u);
		});
}
