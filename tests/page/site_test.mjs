/* How an installation makes the page its own: its colour and its picture. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contrast, hexOf } from '../lib/contrast.mjs';
import { openPage, openSession, signIn, visit } from '../lib/browser.mjs';
import { assertAccessible } from '../lib/axe.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

const NAME = 'Kontor & Söhne';
const ACCENT = '#8a0f4e';
const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">'
	+ '<rect width="90" height="30" fill="#8a0f4e"/></svg>';
const SCHEMES = ['light', 'dark'];

let browser;
let stack;
let page;

withPage((world) => ({ browser, stack, page } = world), { start: () => startStack({
	settings: `[site]\nname = ${NAME}\nlogo = /brand/logo.svg\naccent = ${ACCENT}\n` }) });

/** The picture is on the host, beside the back office. */
const offerLogo = (on) => on.route('**/brand/logo.svg', (route) =>
	route.fulfill({ contentType: 'image/svg+xml', body: LOGO }));

const logo = (on = page) => on.getByRole('img', { name: NAME, exact: true });

/** Colours of an element, as [text, ground]. */
const coloursOf = (locator) => locator.evaluate((element) => {
	const { color, backgroundColor } = getComputedStyle(element);

	return [color, backgroundColor];
}).then((colours) => colours.map(hexOf));

async function assertWears(primary, accent) {
	const [text, ground] = await coloursOf(primary);

	assert.equal(ground, accent);
	assert.ok(contrast(text, ground) >= 4.5, `${text} on ${ground}`);
}

async function told() {
	return (await stack.client().get('site')).body;
}

test('anybody is told the name, the picture and the colour in both tones', async () => {
	const { accent_dark: dark, ...rest } = await told();

	assert.deepEqual(rest, { name: NAME, support: '', logo: '/brand/logo.svg', accent: ACCENT,
		address: '127.0.0.1', prefix: stack.prefix.slice(0, -1), https: false });
	assert.match(dark, /^#[0-9a-f]{6}$/);
	assert.notEqual(dark, ACCENT);
});

for (const colorScheme of SCHEMES) {
	test(`what leads has the installation's colour and is readable, ${colorScheme}`, async () => {
		const { accent, accent_dark: dark } = await told();
		const colour = colorScheme === 'dark' ? dark : accent;

		await offerLogo(page);
		await page.emulateMedia({ colorScheme });
		await page.goto(`${stack.url}sign-in.html`);
		await assertWears(page.getByRole('button', { name: 'Sign in', exact: true }), colour);
		await signIn(page, stack.url);
		await assertWears(page.getByRole('link', { name: '+Create' }), colour);

		assert.equal((await coloursOf(page.locator('.menu [aria-current=page]')))[0], colour);
	});

	test(`axe finds nothing in an installation's own colour, ${colorScheme}`, async () => {
		const other = await openPage(browser, { colorScheme, bypassCSP: true });

		await offerLogo(other);
		await other.goto(`${stack.url}sign-in.html`);
		await logo(other).waitFor();
		await assertAccessible(other, 'the sign-in');
		await signIn(other, stack.url);
		await other.getByRole('row').nth(1).waitFor();
		await assertAccessible(other, 'the list of users');
		await visit(other, '?p=user-create');
		await other.getByRole('button', { name: 'Save' }).waitFor();
		await assertAccessible(other, 'a form');
		await other.context().close();
	});
}

test('the picture stands in the bar and on the card in place of the name it says', async () => {
	await offerLogo(page);
	await page.goto(`${stack.url}sign-in.html`);
	await page.locator('.card').getByRole('img', { name: NAME, exact: true }).waitFor();
	assert.equal(await page.getByText(NAME).count(), 0);
	await signIn(page, stack.url);
	await page.getByRole('banner').getByRole('link', { name: NAME, exact: true }).waitFor();
	assert.ok(await logo().evaluate(({ complete, naturalWidth }) => complete && naturalWidth > 0));
	assert.deepEqual(await logo().evaluate((element) => {
		const { width, height } = element.getBoundingClientRect();

		return [width, height];
	}), [72, 24]);
});

/** Watches what leads and what moves around the picture, from the first frame on. */
function watch() {
	const look = () => {
		for (const element of document.querySelectorAll('.primary')) {
			window.seen.add(getComputedStyle(element).backgroundColor);
		}
		requestAnimationFrame(look);
	};
	const isNear = ({ node }) => node?.parentElement?.closest('#bar, .alone') ?? false;

	window.seen = new Set();
	window.moved = 0;
	new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) =>
		(window.moved += sources.some(isNear) ? value : 0)))
		.observe({ type: 'layout-shift', buffered: true });
	look();
}

/** Lets the picture come only when the returned function is called. */
async function holdLogo() {
	let come;
	const late = new Promise((resolve) => (come = resolve));

	await page.route('**/brand/logo.svg', async (route) => {
		await late;
		await route.fulfill({ contentType: 'image/svg+xml', body: LOGO });
	});
	return come;
}

for (const address of ['sign-in.html', '']) {
	const where = address || 'the first screen';

	test(`nothing moves when the picture comes late, nor is there another colour before, ${where}`,
		async () => {
			const come = await holdLogo();

			await page.addInitScript(watch);
			await openSession(page, stack.url);
			await page.goto(stack.url + address, { waitUntil: 'commit' });
			await page.locator('.primary').first().waitFor();
			await page.evaluate(() => new Promise(requestAnimationFrame));
			come();
			await until(() => page.locator('.logo').evaluate(({ naturalWidth }) =>
				naturalWidth > 0));

			const { seen, moved } = await page.evaluate(() => new Promise((resolve) =>
				setTimeout(() => resolve({ seen: [...window.seen], moved: window.moved }), 100)));

			assert.deepEqual(seen.map(hexOf), [ACCENT]);
			assert.equal(moved, 0);
		});
}
