/*
 * How lists lie on the screen: a line a row, whole addresses, each value under its own heading,
 * nothing that moves; as cards in a narrow window.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage, openSession } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

const LISTS = ['users', 'groups', 'sessions', 'audit', 'mail', 'clients'];
const LANGUAGES = ['en', 'de', 'ar'];
const WIDTHS = [1440, 1024, 720];
const TEAMS = 40;
const TWO_LINES = 48; // px

let browser;
let stack;
let page;

/** More than a page, and what is too long for any column. */
function prepare() {
	stack.sql(`INSERT INTO user (email, name, password, status, two_factor, created_at,
			last_sign_in_at) SELECT CONCAT('x.', email), name, password, status, two_factor,
			created_at, last_sign_in_at FROM user WHERE id > 1000;
		UPDATE user SET name = REPEAT('W', 200) WHERE email = 'x.j@example.com';
		UPDATE user SET email = CONCAT(REPEAT('long.', 12), '@a-department.example.com')
			WHERE email = 'x.bo@example.com';
		INSERT INTO user_group (id, name) SELECT 100 + seq, CONCAT('Team number ', seq)
			FROM (SELECT ROW_NUMBER() OVER () seq FROM client LIMIT ${TEAMS}) numbers;
		INSERT INTO user_group_member (user_id, group_id) SELECT user.id, user_group.id
			FROM user JOIN user_group ON user_group.id > 100
			WHERE email = 'x.tomas.rehor@example.com';
		UPDATE user_group SET name = REPEAT('Wide ', 19) WHERE id = 101;
		UPDATE authz_epoch SET epoch = epoch + 1`);
}

withPage((world) => ({ browser, stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }), prepare });

/** What lies where, of the list that is shown. */
function measured() {
	const box = (part) => part.getBoundingClientRect();
	const table = document.getElementById('table');
	const card = box(document.getElementById('scroll'));
	const rows = [...table.tBodies[0].rows];
	const cells = rows.flatMap((row) => [...row.cells]);
	const isCut = (part) => part.scrollWidth > part.clientWidth + 1
		&& getComputedStyle(part).position !== 'absolute'; // what is only heard is not seen cut
	const heads = [...table.querySelectorAll('.headers th')].map(box);
	const under = (cell, head) => Math.abs(box(cell).left - head.left) < 1
		&& Math.abs(box(cell).right - head.right) < 1;

	return {
		heights: rows.map((row) => box(row).height),
		inSight: rows.map(box).filter(({ top, bottom }) =>
			top >= box(table.tHead).bottom - 1 && bottom <= card.bottom).length,
		cutAddresses: [...table.querySelectorAll('tbody .whole')]
			.filter((cell) => isCut(cell) || [...cell.children].some(isCut))
			.map((cell) => cell.innerText),
		untold: cells.filter((cell) => (isCut(cell) || [...cell.querySelectorAll('*')].some(isCut))
			&& !cell.title && !cell.querySelector('[title]')).map((cell) => cell.innerText),
		beyond: cells.filter((cell) => [...cell.querySelectorAll('.some > *')]
			.some((part) => box(part).right > box(cell).right || box(part).left < box(cell).left))
			.map((cell) => cell.innerText),
		astray: rows.flatMap((row) => [...row.cells].filter((cell, i) => !under(cell, heads[i])))
			.map((cell) => cell.innerText),
		sideways: document.documentElement.scrollWidth - window.innerWidth,
	};
}

async function show(shown, list, width) {
	await shown.setViewportSize({ width, height: 900 });
	await shown.goto(`${stack.url}?p=${list}`);
	await shown.locator('table[aria-busy=false] tbody tr').first().waitFor();
	return shown.evaluate(measured);
}

/** Pictures of the menu that are not beside their words, and words of day filters in two parts. */
function torn() {
	const middle = (part) => {
		const { bottom, top } = part.getBoundingClientRect();

		return (bottom + top) / 2;
	};
	const lines = (label) => {
		const range = document.createRange();

		range.selectNode([...label.childNodes].find(({ data }) => data?.trim()));
		return range.getClientRects().length;
	};

	return [...[...document.querySelectorAll('.menu a')]
		.filter((link) => Math.abs(middle(link) - middle(link.querySelector('svg'))) > 2),
	...[...document.querySelectorAll('.day')].filter((label) => lines(label) > 1)]
		.map((part) => part.innerText);
}

for (const locale of ['en', 'de', 'es', 'ru', 'ar']) {
	test(`a picture of the menu is beside its word, and the word of a day is whole, ${locale}`,
		async () => {
			const other = await openPage(browser, { locale });

			await openSession(other, stack.url);
			await show(other, 'audit', 1440);
			assert.deepEqual(await other.evaluate(torn), []);
			await other.context().close();
		});

	test(`no list with the columns it begins with is wider than its place at 1440 px, ${locale}`,
		async () => {
			const other = await openPage(browser, { locale });
			const wide = [];

			await openSession(other, stack.url);
			for (const list of LISTS) {
				await show(other, `${list}&size=25&sort=id`, 1440);
				const over = await other.locator('#scroll').evaluate((place) =>
					place.scrollWidth - place.clientWidth);

				wide.push(...over > 0 ? [`${list}: ${over} px`] : []);
			}
			await other.context().close();
			assert.deepEqual(wide, []);
		});
}

/** The widths in which a list is looked at in a language: of three one, with LONG=1 all. */
const widthsOf = (list, locale) => process.env.LONG ? WIDTHS
	: [WIDTHS[(LISTS.indexOf(list) + LANGUAGES.indexOf(locale)) % WIDTHS.length]];

for (const locale of LANGUAGES) {
	test(`a row is a line, its address whole and each value under its heading, ${locale}`,
		async () => {
			const other = await openPage(browser, { locale });

			await openSession(other, stack.url);
			for (const [list, width] of LISTS.flatMap((name) =>
				widthsOf(name, locale).map((one) => [name, one]))) {
				const where = `${list}, ${width} px`;
				const { heights, cutAddresses, untold, beyond, astray, sideways } =
					await show(other, list, width);

				assert.equal(new Set(heights).size, 1, `${where}: ${[...new Set(heights)]}`);
				assert.ok(heights[0] <= TWO_LINES, `${where}: ${heights[0]}`);
				assert.deepEqual([cutAddresses, untold, beyond, astray], [[], [], [], []], where);
				assert.ok(sideways <= 0, `${where}: ${sideways}`);
			}
			await other.context().close();
		});

	test(`18 users are in sight at 1440 x 900, ${locale}`, async () => {
		const other = await openPage(browser, { locale });

		await openSession(other, stack.url);
		const { inSight } = await show(other, 'users', 1440);

		assert.ok(inSight >= 18, String(inSight));
		await other.context().close();
	});

	test(`what acts on chosen rows fits in the place of the tools at 1024 px, ${locale}`,
		async () => {
			const other = await openPage(browser, { locale });

			await openSession(other, stack.url);
			await show(other, 'users', 1024);
			const places = () => other.evaluate(() => ['main h1', '.list', '#table', 'tbody tr']
				.map((name) => document.querySelector(name).getBoundingClientRect().top));
			const before = await places();

			await other.locator('tbody input[type=checkbox]').nth(2).check();
			const [bar, tools] = await other.evaluate(() => ['.toolbar', '.list-bar'].map((name) =>
				document.querySelector(name)).map((part) => ({ hidden: part.scrollWidth
				- part.clientWidth, top: part.getBoundingClientRect().top,
			seen: getComputedStyle(part).visibility })));

			assert.deepEqual(await places(), before);
			assert.equal(bar.hidden, 0);
			assert.deepEqual([bar.top, tools.seen], [tools.top, 'hidden']);
			await other.context().close();
		});
}

test('with all columns each value still stands under its heading, wherever one has scrolled to',
	async () => {
		await openSession(page, stack.url);
		await show(page, 'users', 1024);
		await page.getByRole('button', { name: 'Columns' }).click();
		for (const box of await page.locator('#view-menu input[type=checkbox]').all()) {
			await box.setChecked(true);
		}
		await page.keyboard.press('Escape');
		for (const left of [0, 300, 5000]) {
			await page.locator('#scroll').evaluate((part, to) => part.scrollTo(to, 400), left);
			assert.deepEqual((await page.evaluate(measured)).astray, []);
		}
	});

/** The list of users as if the server looked no further than a few rows; how often it was asked. */
async function lookNoFurtherThan(rows) {
	const asked = { times: 0 };

	await page.route(/api\/v1\/users\?/, async (route) => {
		const url = new URL(route.request().url());

		asked.times++;
		url.searchParams.set('size', Math.min(rows, url.searchParams.get('size')));
		const answer = await route.fetch({ url: url.href });
		const { items, page: place } = await answer.json();
		const partial = url.searchParams.has('before') ? place.prev : place.next;

		await route.fulfill({ response: answer, json: { items,
			page: { ...place, size: 25, ...(partial && { partial: true }) } } });
	});
	return asked;
}

const addresses = () => page.locator('tbody .cell-email').allInnerTexts();

/** Chooses a right in the list that is shown; ids of the rows that have it, and what they say. */
async function withRight(word) {
	const filter = page.getByLabel('Filter by Rights');

	await filter.selectOption({ label: word });
	await page.waitForURL(/permission=audit\.view/);
	await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
	assert.equal(await filter.getAttribute('title'), 'Read and export the audit log.');
	assert.deepEqual((await page.locator('td.cell-rights').allInnerTexts())
		.filter((text) => !/All rights|Audit: View/.test(text)), []);
	return page.locator('tbody tr').evaluateAll((rows) =>
		rows.map(({ dataset }) => Number(dataset.id)));
}

test('who may do something is found by a right, among users and among groups', async () => {
	const admin = await stack.signedIn();
	const idsOf = async (path) => (await admin.get(path)).body.items.map(({ id }) => id);

	await openSession(page, stack.url);
	await show(page, 'groups', 1440);
	assert.deepEqual(await withRight('Audit: View'), await idsOf('groups?permission=audit.view'));
	await show(page, 'users&permission=rooms.delete', 1440);
	assert.deepEqual(await withRight('Audit: View'),
		await idsOf('users?permission=audit.view&sort=-id'));
});

test('a page that came short is filled up by asking on, forwards and back', async () => {
	await openSession(page, stack.url);
	await page.goto(`${stack.url}?p=users&size=25`);
	await page.locator('tbody tr:not(.skeleton)').nth(24).waitFor();
	const whole = await addresses();

	await page.getByRole('link', { name: 'Next' }).click();
	await page.waitForURL(/after=/);
	await page.waitForFunction((first) => !document.querySelector('tbody').innerText
		.includes(first), whole[0]);
	const asked = await lookNoFurtherThan(4);

	await page.getByRole('link', { name: 'Prev' }).click();
	await page.getByText(whole[0], { exact: true }).first().waitFor();
	assert.deepEqual(await addresses(), whole);
	assert.equal(asked.times, 7);
	await page.goto(`${stack.url}?p=users&size=25`);
	await page.locator('tbody tr:not(.skeleton)').nth(24).waitFor();
	assert.deepEqual(await addresses(), whole);
	await page.unrouteAll();
});

test('a page that stays short though it was asked on says how to go on', async () => {
	await openSession(page, stack.url);
	const asked = await lookNoFurtherThan(2);

	await page.goto(`${stack.url}?p=users&size=25`);
	await page.locator('p.empty').waitFor();
	assert.equal((await addresses()).length, 18);
	assert.equal(asked.times, 9);
	await page.unrouteAll();
});

/** Puts a value into each filter of the list, one after the other; what each asked the API for. */
async function useEach(name) {
	const used = [];

	for (const filter of await page.locator('.filters').locator('input, select').all()) {
		const kind = await filter.evaluate(({ type }) => type);
		const answer = page.waitForResponse((one) => one.url().includes(`/api/v1/${name}?`));

		await (kind === 'select-one' ? filter.selectOption({ index: 1 })
			: filter.fill(kind === 'date' ? '2024-02-29' : '7'));
		const got = await answer;

		used.push([got.status(), new URL(got.url()).search]);
		await page.getByRole('button', { name: 'Clear filters' }).click();
		await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
	}
	return used;
}

for (const name of LISTS) {
	test(`each filter of ${name} has a name of its own, and the list is asked by it`, async () => {
		await openSession(page, stack.url);
		await show(page, name, 1440);
		await page.getByRole('button', { name: 'Columns' }).click();
		for (const box of await page.locator('#view-menu input[type=checkbox]').all()) {
			await box.setChecked(true);
		}
		await page.keyboard.press('Escape');
		if (['users', 'groups'].includes(name)) {
			await page.getByLabel('Filter by Rights').waitFor(); // comes late
		}
		const names = await page.locator('.filters').locator('input, select, button').evaluateAll(
			(all) => all.map((one) => one.ariaLabel ?? one.labels[0].innerText));

		assert.deepEqual(names, [...new Set(names)]);
		for (const [status, search] of await useEach(name)) {
			assert.equal(status, 200, search);
		}
	});
}

test('of many groups some are named, the number of the others too, and all of them in the tip',
	async () => {
		await openSession(page, stack.url);
		await page.goto(`${stack.url}?p=users&email=x.tomas.rehor`);
		const cell = page.locator('tbody .cell-groups');

		assert.match(await cell.innerText(), /^Wide .*\n?\s*\+39$/);
		assert.match(await cell.getAttribute('title'), /Team number 2.*Team number 40/);
	});

test('groups are found by typing, in a list that opens in sight', async () => {
	await openSession(page, stack.url);
	const [[id]] = stack.sql("SELECT id FROM user WHERE email = 'x.tomas.rehor@example.com'");

	await page.setViewportSize({ width: 1440, height: 620 });
	await page.goto(`${stack.url}?p=user&id=${id}`);
	const button = page.getByRole('button', { name: /^Groups/ });

	assert.ok((await button.boundingBox()).height < TWO_LINES);
	await button.scrollIntoViewIfNeeded();
	await button.click();
	const popup = page.getByRole('dialog', { name: 'Groups' });
	const { y, height } = await popup.boundingBox();

	assert.ok(y >= 0 && y + height <= 620, `${y} ${height}`);
	await page.keyboard.type('number 17');
	assert.deepEqual(await popup.locator('.choice:visible').allInnerTexts(), ['Team number 17']);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Space');
	assert.ok(!await popup.getByLabel('Team number 17').isChecked());
	await popup.getByRole('searchbox').fill('nothing like this');
	await popup.getByText('Nothing found.').waitFor();
	await page.keyboard.press('Escape'); // takes back what was typed
	assert.ok(await popup.locator('.choice:visible').count() > TEAMS);
	await popup.getByRole('searchbox').fill('number 3');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Escape');
	await popup.waitFor({ state: 'hidden' });
	await button.click();
	assert.ok(await popup.locator('.choice:visible').count() > TEAMS);
});

test('a count that nobody has finished is told as such, seen, heard and offered', async () => {
	await openSession(page, stack.url);
	await page.route(/api\/v1\/users\?/, async (route) => {
		const answer = await route.fetch();
		const body = await answer.json();

		await route.fulfill({ response: answer, json: { ...body,
			page: { ...body.page, total: 10_000, total_exact: false } } });
	});
	await page.goto(`${stack.url}?p=users`);
	await page.getByText('50 of more than 10,000').waitFor();
	await page.getByRole('status').getByText('Rows found: more than 10,000')
		.waitFor({ state: 'attached' });
	await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
	await page.getByRole('button', { name: 'Select all that match (more than 10,000)' }).click();
	await page.getByText('All that match are selected (more than 10,000)').first().waitFor();
});

for (const list of ['users', 'clients', 'groups']) {
	test(`in a narrow window a row of ${list} is a card and one target`, async () => {
		await openSession(page, stack.url);
		await show(page, list, 390);
		const card = page.locator('tbody tr').nth(1);
		const link = await card.locator('.card-title a').getAttribute('href');
		const { x, y, width, height } = await card.boundingBox();
		const hit = await page.evaluate(([left, top]) =>
			document.elementFromPoint(left, top).closest('a')?.getAttribute('href'),
		[x + width / 2, y + height - 4]);

		assert.equal(hit, link);
		assert.equal(await card.locator('a:visible').count(), 1);
		assert.ok(height < 150, String(height));
	});
}

test('the kind of a target and its name stand on one line', async () => {
	await openSession(page, stack.url);
	await show(page, 'audit', 1440);
	const lines = await page.locator('.cell-target .some').evaluateAll((targets) =>
		targets.map(({ children: [kind, name] }) => [kind, name.querySelector('bdi') ?? name]
			.map((part) => {
				const range = document.createRange();

				range.selectNodeContents(part);
				return range.getBoundingClientRect().bottom;
			})).map(([kind, name]) => Math.abs(kind - name)));

	assert.ok(lines.length > 0);
	assert.deepEqual(lines.filter((off) => off > 1), []);
});
