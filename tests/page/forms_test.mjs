/* Forms in windows of all sizes: Save is always in view, and nothing with the focus is under it. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { signIn, visit } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

let stack;
let page;

withPage((world) => ({ stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }) });
beforeEach(() => signIn(page, stack.url));

const FORMS = ['user&id=1002', 'user-create', 'user-credentials&id=1002', 'group&id=2',
	'group-create', 'client&id=3', 'client-create', 'profile-password', 'mail-test'];
const SIZES = [[1440, 900], [1024, 768], [390, 844]];

/** What lies where a control is drawn: itself, if it can be pressed. */
const isOnTop = (element) => {
	const { left, top, width, height } = element.getBoundingClientRect();
	const hit = document.elementFromPoint(left + width / 2, top + height / 2);

	return element === hit || element.contains(hit);
};

for (const [width, height] of SIZES) {
	test(`Save is in view wherever a form is scrolled to, ${width} x ${height}`, async () => {
		await page.setViewportSize({ width, height });
		for (const form of FORMS) {
			await visit(page, `?p=${form}`);
			const save = page.locator('form .form-buttons button.primary');

			await save.waitFor();
			const length = await page.evaluate(() => document.documentElement.scrollHeight);

			for (const part of [0, 0.3, 0.6]) {
				await page.evaluate((top) => scrollTo(0, top), part * (length - height));
				const end = await page.evaluate(() =>
					document.querySelector('form').getBoundingClientRect().bottom);

				assert.ok(end < 0 || await save.evaluate(isOnTop), `${form} at ${part}`);
			}
		}
	});

	test(`what has the focus is not under Save, ${width} x ${height}`, async () => {
		await page.setViewportSize({ width, height });
		for (const form of FORMS) {
			await visit(page, `?p=${form}`);
			await page.locator('form .form-buttons button.primary').waitFor();
			await page.locator('h1').focus();
			for (let stop = 0; stop < 15; stop += 1) {
				await page.keyboard.press('Tab');
				const held = await page.evaluateHandle(() => document.activeElement);

				assert.ok(await held.evaluate(isOnTop), `${form}, ${await held.evaluate(
					(element) => element.id || element.outerHTML.slice(0, 120))}`);
			}
		}
	});
}

test('facts and rights are at the right of a form where there is room', async () => {
	for (const form of ['user&id=1002', 'client&id=3']) {
		await page.setViewportSize({ width: 1440, height: 900 });
		await visit(page, `?p=${form}`);
		await page.locator('.facts').first().waitFor();
		const boxes = () => page.evaluate(() => ['form.card', '.facts'].map((name) => {
			const { left, right, top, bottom } = document.querySelector(name)
				.getBoundingClientRect();

			return { left, right, top, bottom };
		}));
		const [wide, beside] = await boxes();

		assert.ok(beside.left > wide.right && beside.top === wide.top, form);
		await page.setViewportSize({ width: 1024, height: 768 });
		const [narrow, beneath] = await boxes();

		assert.ok(beneath.top > narrow.bottom && beneath.left === narrow.left, form);
	}
});
