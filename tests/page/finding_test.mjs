/* People are found as one types; where no word fits, the page offers to look inside of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible } from '../lib/axe.mjs';
import { signIn } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let page;
let stack;

withPage((world) => ({ page, stack } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }) });

const find = () => page.getByRole('searchbox', { name: 'Find', exact: true });
const names = () => page.locator('td.cell-name').allInnerTexts();
const heads = () => page.locator('th[aria-sort=ascending], th[aria-sort=descending]').count();

async function goto(query) {
	await signIn(page, stack.url);
	await page.goto(`${stack.url}${query}`);
	await page.locator('table[aria-busy=false]').waitFor();
}

test('typing finds users and clients by words in any order, without accents', async () => {
	await goto('?p=users');
	assert.equal(await heads(), 1);
	await find().fill('bergstrom ann');
	await until(async () => (await names()).join() === 'Anna Bergström');
	assert.equal(await heads(), 0); // in the order of the words
	assert.match(page.url(), /q=bergstrom\+ann&size/);
	await page.reload();
	await until(async () => (await names()).join() === 'Anna Bergström');
	assert.equal(await find().inputValue(), 'bergstrom ann');
	await page.getByRole('link', { name: 'Email' }).click();
	await until(async () => await heads() === 1);
	await find().fill('');
	await until(async () => (await names()).length > 5);
	await page.goto(`${stack.url}?p=clients`);
	await find().fill('zzzz');
	await page.getByText('Nobody has these words.').waitFor();
	await assertAccessible(page, 'nobody found');
});

test('where no word fits, what stands inside of words is offered', async () => {
	await goto('?p=users');
	await find().fill('ergst');
	await page.getByRole('button', { name: 'Search inside words' }).click();
	await until(async () => (await names()).join() === 'Anna Bergström');
	assert.match(page.url(), /name=ergst&sort=-id/);
	assert.equal(await find().inputValue(), '');
	await find().fill('ergstrom@ex');
	await page.getByRole('button', { name: 'Search inside words' }).waitFor();
});

test('a viewer who sees masks is not offered to find clients by what they hide', async () => {
	stack.addUser('hidden@example.com', { groups: ['Managers'], masked: true });
	await signIn(page, stack.url, 'hidden@example.com');
	await page.goto(`${stack.url}?p=clients`);
	await page.locator('table[aria-busy=false]').waitFor();
	assert.equal(await find().count(), 0);
});

test('the palette finds by words too', async () => {
	await goto('?p=users');
	await page.keyboard.press('Control+k');
	await page.keyboard.type('bergstrom anna');
	await page.getByRole('option', { name: 'Anna Bergström' }).waitFor();
});
