/* Who saves what somebody else has saved in the meantime is told who that was, when and what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signIn, visit } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';
import { withPage } from '../lib/page.mjs';

const KEPT = 'Nothing was overwritten; your changes are still here, unsaved.';
const WHEN = String.raw`\(\d+ \w+ \d{4}, \d{2}:\d{2}\)`;

let stack;
let page;
let other;

async function prepare() {
	other = await stack.person('olga@example.com',
		{ groups: ['Administrators'], name: 'Olga Petrova' });
	stack.addUser('manager@example.com', { groups: ['Managers'] });
}

withPage((world) => ({ stack, page } = world), { start: () => startStack(), prepare });

const name = () => page.getByLabel('Name', { exact: true });
const notice = (text) => page.locator('.notice').getByText(text);

async function create(noun, body) {
	const answer = await other.post(noun, body);

	assert.equal(answer.status, 201);
	return answer.body.id;
}

const newUser = () => create('users', { email: `u${Date.now()}@example.com`,
	name: 'Before', password: 'a few unusual words 37' });

/** The form is opened, by is what is done meanwhile, and what was typed is saved. */
async function saveAfter(query, by, viewer) {
	await signIn(page, stack.url, viewer);
	await visit(page, query);
	await name().fill('Mine');
	await by();
	await page.getByRole('button', { name: 'Save' }).click();
	await notice(KEPT).waitFor();
}

const NOUNS = [
	['users', 'user', () => newUser(), 'Name: Before → Theirs'],
	['groups', 'group', () => create('groups', { name: 'Before', permissions: [] }),
		'Name: Before → Theirs'],
	['rooms', 'room', () => create('rooms', { name: 'Before', address: '/before/', groups: [] }),
		'Name: Before → Theirs'],
	['clients', 'client', () => create('clients', { name: 'Before', email: 'b@example.com' }),
		'Fields changed: Name'],
];

for (const [noun, screen, make, change] of NOUNS) {
	test(`a stale save of one of the ${noun} names who saved, when and what`, async () => {
		const id = await make();

		await saveAfter(`?p=${screen}&id=${id}`,
			() => other.patch(`${noun}/${id}`, { name: 'Theirs' }));
		await notice(new RegExp(`^In the meantime this was saved by Olga Petrova ${WHEN}. `
			+ `${change}. ${KEPT}$`)).waitFor();
		assert.equal(await name().inputValue(), 'Mine');
		await page.getByRole('button', { name: 'Load the current version' }).click();
		await page.waitForFunction(() =>
			document.getElementById('field-name').value === 'Theirs');
	});
}

test('an act that saved nothing is not taken for the save, nor is one before it', async () => {
	const id = await newUser();

	await saveAfter(`?p=user&id=${id}`, async () => {
		await other.patch(`users/${id}`, { name: 'Theirs' });
		await (await stack.signedIn()).post(`users/${id}/unlock`, {});
	});
	await notice('saved by Olga Petrova').waitFor();
});

test('whoever has saved elsewhere is not told of somebody else', async () => {
	const id = await newUser();

	await saveAfter(`?p=user&id=${id}`, async () =>
		(await stack.signedIn()).patch(`users/${id}`, { name: 'Theirs' }));
	await notice('In the meantime you saved this yourself').waitFor();
	assert.equal(await page.getByText('Somebody else').count(), 0);
});

test('who may not see the trail is told of somebody, and asks for no more', async () => {
	const asked = [];
	const id = await newUser();

	page.on('request', (request) => asked.push(request.url()));
	await saveAfter(`?p=user&id=${id}`,
		() => other.patch(`users/${id}`, { name: 'Theirs' }), 'manager@example.com');
	await notice('Somebody else has saved this user').waitFor();
	assert.deepEqual(asked.filter((url) => url.includes('api/v1/audit')), []);
});
