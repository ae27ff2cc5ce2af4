/* What makes a page good to work with all day, each as a browser sees it. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { openPage, signIn, visit } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let browser;
let stack;
let page;

function prepare() {
	stack.addUser('auditor@example.com', { groups: ['Auditors'] });
	stack.addUser('manager@example.com', { groups: ['Managers'], masked: true });
}

withPage((world) => ({ browser, stack, page } = world),
	{ start: () => startStack({ env: { DEMO: '1' } }), prepare });
beforeEach(async () => {
	await signIn(page, stack.url);
	await page.getByRole('row').nth(5).waitFor();
});

const firstCell = (name) => page.locator(`tbody tr:first-child .cell-${name}`).innerText();
const focused = (read) => page.evaluate(read);
const goto = (query) => visit(page, query);
const settled = () => page.locator('table[aria-busy=false]').waitFor();

/** Holds the answers to matching requests back until the returned function is called. */
async function hold(pattern) {
	let release;
	const gate = new Promise((resolve) => (release = resolve));

	await page.route(pattern, async (route) => {
		await gate;
		await route.continue().catch(() => {}); // the page may have given the request up
	});
	return release;
}

async function fillNewUser(email) {
	await page.getByLabel('Email', { exact: true }).fill(email);
	await page.getByRole('button', { name: 'Generate' }).click();
}

async function newUser() {
	const email = `u${Date.now()}@example.com`;
	const admin = await stack.signedIn();
	const { body } = await admin.post('users', { email, password: 'a few unusual words 37' });

	return { admin, email, id: body.id };
}

test('the address holds filter, sort and size through reload, a visit to a record and Back',
	async () => {
		await page.getByLabel('Filter by Email').fill('example.com');
		await page.getByLabel('Filter by Status').selectOption('Enabled');
		await page.getByRole('link', { name: 'Name', exact: true }).click();
		await page.getByLabel('View', { exact: true }).selectOption('25');
		await settled();
		const address = page.url();
		const first = await firstCell('email');

		assert.match(address, /email=example\.com&status=enabled&sort=name&size=25/);
		await page.reload();
		await page.getByRole('link', { name: first }).first().click();
		await page.getByRole('heading', { name: 'Edit user' }).waitFor();
		await page.goBack();
		await settled();
		assert.equal(page.url(), address);
		assert.equal(await firstCell('email'), first);
		assert.equal(await page.getByLabel('Filter by Email').inputValue(), 'example.com');
	});

test('what navigates is a link that opens in a page of its own', async () => {
	const href = await page.locator('tbody tr:first-child a').first()
		.evaluate((link) => link.href);
	const other = await page.context().newPage();

	await other.goto(href);
	await other.getByRole('heading', { name: 'Edit user' }).waitFor();
	await other.close();
});

test('Next and Prev walk through the list and come back to the same rows', async () => {
	await goto('?p=clients&size=25&sort=id');
	await settled();
	const first = await firstCell('id');

	assert.equal(await page.getByRole('link', { name: 'Prev' }).getAttribute('aria-disabled'),
		'true');
	await page.getByRole('link', { name: 'Next' }).click();
	await until(async () => await firstCell('id') !== first);
	await page.getByRole('link', { name: 'Prev' }).click();
	await until(async () => await firstCell('id') === first);
});

test('typing in a filter keeps the focus, and a late answer does not win', async () => {
	const filter = page.getByLabel('Filter by Email');
	const release = await hold(/users\?email=e&/);

	await filter.pressSequentially('e');
	await page.waitForRequest(/users\?email=e&/);
	await filter.pressSequentially('xample.com', { delay: 20 });
	await page.waitForResponse(/users\?email=example\.com&/);
	release();
	await settled();
	assert.equal(await filter.inputValue(), 'example.com');
	assert.ok(await filter.evaluate((element) => element === document.activeElement));
	assert.match(await firstCell('email'), /example\.com$/);
});

test('after moving, the focus is on the heading and the title has changed', async () => {
	await page.getByRole('link', { name: '+Create' }).click();
	await page.getByRole('heading', { name: 'Create user' }).waitFor();
	await until(() => focused(() => document.activeElement.tagName === 'H1'));
	assert.equal(await page.title(), 'Create user – Backoffice');
});

test('a refused form has a focused summary that links to the fields', async () => {
	await goto('?p=user-create');
	await page.getByRole('button', { name: 'Save' }).click();
	const summary = page.locator('#summary');

	await until(() => focused(() => document.activeElement.id === 'summary'));
	assert.match(await page.title(), /^Error: /);
	assert.equal(await summary.getByRole('link').count(), 2);
	await summary.getByRole('link').first().click();
	assert.equal(await focused(() => document.activeElement.id), 'field-email');
	const described = await page.getByLabel('Email', { exact: true })
		.getAttribute('aria-describedby');

	assert.match(await page.locator(`#${described}`).innerText(), /Enter an email address/);
});

test('a click on Save is not lost when an error appears above it', async () => {
	await goto('?p=user-create');
	await page.getByLabel('Email', { exact: true }).fill('nope');
	const save = page.getByRole('button', { name: 'Save' });

	await save.scrollIntoViewIfNeeded();
	const box = await save.boundingBox();

	await page.mouse.move(box.x + 5, box.y + 5);
	await page.mouse.down();
	await page.mouse.up();
	await page.locator('#summary').getByText('name@example.com').waitFor();
});

test('an error of the server lands on its field', async () => {
	await goto('?p=user-create');
	await fillNewUser('ADMIN@example.com');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.locator('#error-email').getByText('exists already').waitFor();
	assert.equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'ADMIN@example.com');
});

test('unsaved text is asked about on a link and on Back, and Stay loses nothing', async () => {
	await page.getByRole('link', { name: '+Create' }).click();
	await page.getByLabel('Name', { exact: true }).fill('Half a name');
	const address = page.url();

	await page.getByRole('link', { name: 'Clients' }).first().click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
	assert.equal(page.url(), address);
	assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Half a name');
	await page.evaluate(() => history.back());
	await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
	await page.getByRole('heading', { name: 'Users' }).waitFor();
});

test('closing asks when something was typed, and never when nothing was', async () => {
	let asked = 0;

	page.on('dialog', (dialog) => {
		asked += 1;
		dialog.accept();
	});
	await goto('?p=user-create');
	await page.getByLabel('Email', { exact: true }).waitFor();
	await page.reload();
	assert.equal(asked, 0);
	await page.getByLabel('Email', { exact: true }).fill('x');
	await page.reload();
	assert.equal(asked, 1);
});

test('Generate makes passwords that the server accepts, Show password shows and Copy copies them',
	async () => {
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await goto('?p=user-create');
		const password = page.getByLabel('Password', { exact: true });

		await password.fill('x');
		assert.equal(await password.getAttribute('type'), 'password');
		await page.getByLabel('Show password').check();
		assert.equal(await password.getAttribute('type'), 'text');
		await page.getByRole('button', { name: 'Generate' }).click();
		const value = await password.inputValue();

		assert.match(value, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
		await page.getByRole('button', { name: 'Copy' }).click();
		await page.getByText('has been copied').waitFor();
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), value);
	});

test('two administrators: the later save overwrites nothing and says so', async () => {
	const { admin, id } = await newUser();

	await goto(`?p=user&id=${id}`);
	await page.getByLabel('Name', { exact: true }).fill('Mine');
	await admin.patch(`users/${id}`, { name: 'Theirs' });
	await page.getByRole('button', { name: 'Save' }).click();
	await page.locator('#main').getByText('Nothing was overwritten').waitFor();
	assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Mine');
	assert.equal((await admin.get(`users/${id}`)).body.name, 'Theirs');
	await page.getByRole('button', { name: 'Load the current version' }).click();
	await until(async () =>
		await page.getByLabel('Name', { exact: true }).inputValue() === 'Theirs');
});

test('a dangerous act names the person, Cancel has the focus and Escape means no', async () => {
	const { admin, email, id } = await newUser();

	await goto(`?p=user&id=${id}`);
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Delete user' }).click();
	const dialog = page.getByRole('dialog');

	assert.match(await dialog.innerText(), new RegExp(email));
	assert.equal(await focused(() => document.activeElement.textContent), 'Cancel');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	assert.match(await focused(() => document.activeElement.textContent), /Actions/);
	assert.equal((await admin.get(`users/${id}`)).status, 200);
	await page.getByRole('button', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Delete user' }).click();
	await dialog.getByRole('button', { name: 'Delete user' }).click();
	await page.getByText(`${email} has been deleted`).waitFor();
	assert.equal((await admin.get(`users/${id}`)).status, 404);
});

test('a list without hits offers to clear the filters', async () => {
	await page.getByLabel('Filter by Name').fill('nobody is called this');
	await page.getByText('Nothing matches these filters').waitFor();
	await page.getByRole('button', { name: 'Clear filters' }).click();
	await until(async () => await page.locator('tbody tr').count() > 5);
	assert.equal(await page.getByLabel('Filter by Name').inputValue(), '');
	assert.equal(await focused(() => document.activeElement.tagName), 'H1');
});

test('a skeleton stands for the first rows alone', async () => {
	const release = await hold(/api\/v1\/clients\?/);

	await page.getByRole('link', { name: 'Clients' }).first().click();
	await page.locator('.skeleton').first().waitFor();
	assert.equal(await page.locator('table').getAttribute('aria-busy'), 'true');
	release();
	await settled();
	assert.equal(await page.locator('.skeleton').count(), 0);
});

test('while newer rows are on the way the old ones stay', async () => {
	const rows = await page.locator('tbody tr').count();
	const release = await hold(/users\?.*sort=email/);

	await page.getByRole('link', { name: 'Email', exact: true }).click();
	await page.locator('table[aria-busy=true]').waitFor();
	assert.equal(await page.locator('tbody tr').count(), rows);
	assert.equal(await page.locator('.skeleton').count(), 0);
	release();
	await settled();
});

test('a failure says so and offers to try again', async () => {
	let broken = true;

	await page.route(/api\/v1\/clients/, (route) => broken
		? route.fulfill({ status: 503, body: '' }) : route.continue());
	await page.getByRole('link', { name: 'Clients' }).first().click();
	await page.getByText('cannot answer now').waitFor();
	broken = false;
	await page.getByRole('button', { name: 'Try again' }).click();
	await until(async () => await page.locator('tbody tr').count() > 5);
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});

test('results and saves are announced politely', async () => {
	await page.getByLabel('Filter by Name').fill('nobody is called this');
	await page.getByRole('status').getByText('0 rows found').waitFor({ state: 'attached' });
	const { id } = await newUser();

	await goto(`?p=user&id=${id}`);
	await page.getByLabel('Name', { exact: true }).fill('Renamed');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('status').getByText('Saved.').waitFor();
});

test('a message leaves by itself, but not while the pointer rests on it', async () => {
	const { id } = await newUser();
	const toast = page.locator('.toast');

	await page.clock.install();
	await goto(`?p=user&id=${id}`);
	await page.getByLabel('Name', { exact: true }).fill('Renamed');
	await page.getByRole('button', { name: 'Save' }).click();
	await toast.hover();
	await page.clock.fastForward(13_000);
	assert.equal(await toast.count(), 1);
	await page.mouse.move(5, 5);
	await page.clock.fastForward(7_000);
	assert.equal(await toast.count(), 1);
	await page.clock.fastForward(2_000);
	assert.equal(await toast.count(), 0);
});

test('a message can be closed, and is said again after a load of the whole page', async () => {
	const { id } = await newUser();
	const toast = page.locator('.toast');

	await goto(`?p=user&id=${id}`);
	await page.getByLabel('Name', { exact: true }).fill('Renamed');
	await page.getByRole('button', { name: 'Save' }).click();
	await toast.waitFor();
	await page.reload();
	await page.getByRole('status').getByText('Saved.').waitFor();
	await toast.getByRole('button', { name: 'Close' }).click();
	assert.equal(await toast.count(), 0);
	await page.reload();
	await page.getByRole('button', { name: 'Actions' }).waitFor();
	assert.equal(await toast.count(), 0);
});

test('a message that is said again after a load stays for what it had left alone', async () => {
	const { id } = await newUser();
	const toast = page.locator('.toast');

	await page.clock.install();
	await goto(`?p=user&id=${id}`);
	await page.getByLabel('Name', { exact: true }).fill('Renamed');
	await page.getByRole('button', { name: 'Save' }).click();
	await toast.waitFor();
	await page.clock.fastForward(4_000);
	await page.reload();
	await page.getByRole('button', { name: 'Actions' }).waitFor();
	await page.clock.fastForward(5_000);
	assert.equal(await toast.count(), 0);
});

test('a message covers no control, however wide the window', async () => {
	const { id } = await newUser();

	for (const width of [1440, 1024, 800, 390]) {
		await page.setViewportSize({ width, height: 900 });
		await goto(`?p=user&id=${id}`);
		await page.getByLabel('Name', { exact: true }).fill(`Renamed ${width}`);
		await page.getByRole('button', { name: 'Save' }).click();
		await page.locator('form .primary[aria-busy=false]').waitFor();
		await page.locator('.toast').waitFor();
		await page.evaluate(() => scrollTo(0, 0));
		const hidden = await page.evaluate(() => {
			const { left, right, top, bottom } =
				document.querySelector('.toast').getBoundingClientRect();

			return [...document.querySelectorAll('a, button, input, select, textarea')]
				.filter((control) => !control.closest('.toast') && control.checkVisibility())
				.filter((control) => {
					const box = control.getBoundingClientRect();

					return box.left < right && box.right > left && box.top < bottom
						&& box.bottom > top && box.width > 1;
				}).map(({ outerHTML }) => outerHTML.slice(0, 80));
		});

		assert.deepEqual(hidden, [], `${width}`);
	}
	await page.setViewportSize({ width: 1440, height: 900 });
});

test('a user is created by keyboard alone', async () => {
	const email = `keys${Date.now()}@example.com`;
	const press = async (...keys) => {
		for (const key of keys) {
			await page.keyboard.press(key);
		}
	};

	await page.getByRole('link', { name: '+Create' }).focus();
	await press('Enter');
	await until(() => focused(() => document.activeElement.textContent === 'Create user'));
	await press('Tab');
	await page.keyboard.type(email);
	await press('Tab', 'Tab', 'Enter'); // the password, Generate
	// Copy, Show password, what the user gets, Status, Groups
	await press('Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Enter');
	await press('Tab', 'Tab', 'Tab', 'Space', 'Escape'); // the third group
	await press('Tab');
	await page.keyboard.type('Key Board');
	await press('Enter');
	await until(() => focused(() => /^Hand over/.test(document.activeElement.textContent)));
	await press('Tab', 'Tab', 'Tab', 'Tab', 'Enter'); // each to copy, then Done
	const row = page.getByRole('row', { name: email });

	await row.waitFor();
	assert.match(await row.innerText(), /Key Board[\s\S]*Support/);
});

test('times are written for people and for machines', async () => {
	const time = page.locator('tbody time').first();

	assert.ok(!Number.isNaN(Date.parse(await time.getAttribute('datetime'))));
	assert.match(await time.innerText(), /\d{4}, \d{2}:\d{2}\s+· \S+/);
});

test('saving twice is one request', async () => {
	let posts = 0;
	const release = await hold(/api\/v1\/users$/);

	page.on('request', (request) => (posts += request.method() === 'POST' ? 1 : 0));
	await goto('?p=user-create');
	await fillNewUser(`twice${Date.now()}@example.com`);
	await page.getByRole('button', { name: 'Save' }).dblclick();
	release();
	await page.getByText('has been created').waitFor();
	assert.equal(posts, 1);
});

test('a phone of 320 px scrolls in one direction only and has targets of 24 px', async () => {
	await page.setViewportSize({ width: 320, height: 640 });
	for (const query of ['?p=users', '?p=user-create', '?p=user&id=1', '?p=clients']) {
		await goto(query);
		await page.locator('h1').waitFor();
		const { wide, small } = await page.evaluate(() => ({
			wide: document.documentElement.scrollWidth,
			small: [...document.querySelectorAll('main button, main input, main select')]
				.map((element) => [element.outerHTML, element.getBoundingClientRect()])
				.filter(([, box]) => box.width > 0 && (box.height < 24 || box.width < 24))
				.map(([html]) => html),
		}));

		assert.ok(wide <= 320, `${query} is ${wide} px wide`);
		assert.deepEqual(small, [], query);
	}
});

test('with forced colours what is a control, what is chosen and where the focus is can be seen',
	async () => {
		await page.emulateMedia({ forcedColors: 'active' });
		for (const query of ['?p=profile', '?p=group&id=2', '?p=user-create', '?p=users']) {
			await goto(query);
			await page.locator('main .button').first().waitFor();
			const bare = await page.evaluate(() => [...document.querySelectorAll(
				'main .button, main .input')].filter((element) => {
				const style = getComputedStyle(element);

				return element.checkVisibility() && (parseFloat(style.borderTopWidth) < 1 ||
					style.borderTopStyle === 'none' || /^rgba.*, 0\)$/.test(style.borderTopColor));
			}).map((element) => element.outerHTML));

			assert.deepEqual(bare, [], query);
		}
		const plain = page.getByRole('link', { name: 'Clients' }).first();
		const border = (link) => link.evaluate((element) =>
			getComputedStyle(element).borderTopWidth);

		assert.notEqual(await border(page.locator('.menu [aria-current=page]').first()),
			await border(plain));
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		assert.notEqual(await focused(() => getComputedStyle(document.activeElement).outlineStyle),
			'none');
	});

test('a viewer sees only what their permissions allow', async () => {
	const auditor = await openPage(browser);

	await signIn(auditor, stack.url, 'auditor@example.com');
	await auditor.getByRole('row').nth(3).waitFor();
	assert.equal(await auditor.getByRole('link', { name: '+Create' }).count(), 0);
	assert.equal(await auditor.getByRole('link', { name: 'Clients' }).count(), 0);
	await auditor.goto(`${stack.url}?p=user&id=1`);
	await auditor.getByRole('heading', { name: 'User admin@example.com', exact: true }).waitFor();
	assert.ok(await auditor.getByLabel('Email', { exact: true }).isDisabled());
	assert.equal(await auditor.getByRole('button', { name: 'Save' }).count(), 0);
	assert.equal(await auditor.getByRole('button', { name: 'Actions' }).count(), 0);
	await auditor.goto(`${stack.url}?p=clients`);
	await auditor.getByText('There is no such page').waitFor();
	assert.deepEqual(auditor.complaints, []);
});

test('a masked manager cannot sort or search by what is masked, nor unmask others', async () => {
	const manager = await openPage(browser);

	await signIn(manager, stack.url, 'manager@example.com');
	await manager.goto(`${stack.url}?p=clients`);
	await manager.getByRole('row', { name: '*****@*****' }).first().waitFor();
	assert.equal(await manager.getByRole('link', { name: 'Name', exact: true }).count(), 0);
	assert.equal(await manager.getByLabel('Filter by Name').count(), 0);
	await manager.goto(`${stack.url}?p=user-create`);
	assert.ok(await manager.getByLabel('Mask data').isDisabled());
	assert.ok(await manager.getByLabel('Mask data').isChecked());
	await manager.getByRole('button', { name: /Groups/ }).click();
	assert.ok(await manager.getByLabel('Administrators').isDisabled());
	assert.ok(await manager.getByLabel('Support').isEnabled());
});

test('an address from outside cannot lead a fresh session away', async () => {
	await page.context().clearCookies();
	await page.goto(`${stack.url}sign-in.html?next=https://example.com/`);
	await page.getByLabel('Email').fill('admin@example.com');
	await page.getByLabel('Password', { exact: true }).fill('brisk copper lantern 47 meadow');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('heading', { name: 'Users' }).waitFor();
	assert.ok(page.url().startsWith(stack.url));
});

test('a chosen theme is kept', async () => {
	await page.locator('[popovertarget=account]').click();
	await page.getByRole('button', { name: 'Dark', exact: true }).click();
	await page.reload();
	assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
});

test('no script can be put into the page, not even by its own code', async () => {
	const refused = await page.evaluate(() => {
		try {
			document.createElement('div').innerHTML = '<b>x</b>';
			return false;
		} catch (error) {
			return error instanceof TypeError;
		}
	});

	assert.ok(refused, 'Trusted Types are not enforced');
	page.complaints = [];
});

test('a list that has nothing yet says so and offers the first step', async () => {
	stack.sql('DELETE FROM client');
	await goto('?p=clients');
	await page.getByText('No clients yet').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Clear filters' }).count(), 0);
	await page.locator('.head').getByRole('link', { name: /Create/ }).click();
	await page.getByRole('heading', { name: 'Create client' }).waitFor();
});
