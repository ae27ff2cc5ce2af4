/* System > Sessions, by a person in a browser. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { signIn, signInAt } from '../lib/browser.mjs';
import { withPage } from '../lib/page.mjs';

let stack;
let page;

async function prepare() {
	stack.addUser('mia@example.com', { groups: ['Support'], name: 'Mia' });
	stack.addUser('manager@example.com', { groups: ['Managers'], name: 'Max' });
}

withPage((world) => ({ stack, page } = world), { prepare });
beforeEach(async () => {
	stack.sql('DELETE FROM session');
});

const row = (name) => page.getByRole('row', { name });
const end = (name) => row(name).getByRole('button', { name: /^End/ });
const answer = (name) => page.getByRole('dialog').getByRole('button', { name });

async function openSessions(email) {
	await signIn(page, stack.url, email, email && stack.known.get(email));
	await page.getByRole('link', { name: 'Sessions' }).click();
	await page.getByRole('heading', { name: 'Sessions' }).waitFor();
}

test('a session shows its device in words and what was really said in a title', async () => {
	const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/129.0.0.0 Safari/537.36 Edg/129.0';

	await stack.client().send('POST', 'session', { headers: { 'User-Agent': agent },
		body: { email: 'mia@example.com', password: stack.known.get('mia@example.com') } });
	await openSessions();
	assert.equal(await row('Mia').getByText('Edge on Windows').getAttribute('title'), agent);
	await row('Administrator This session').getByText('Chrome on Linux').waitFor();
});

test('a session is ended after a question, and the list is up to date', async () => {
	const mia = await stack.signedIn('mia@example.com');

	await openSessions();
	await end('Mia').click();
	await answer('Cancel').click();
	assert.equal((await mia.get('session')).status, 200);
	await end('Mia').click();
	await page.getByRole('dialog').getByText('Mia will be signed out').waitFor();
	await answer('End').click();
	await page.getByText('The session of Mia has ended.').waitFor();
	await row('Mia').waitFor({ state: 'detached' });
	assert.equal((await mia.get('session')).status, 401);
});

test('ending one\'s own session leads to the sign-in', async () => {
	await openSessions();
	await end('This session').click();
	await page.getByRole('dialog').getByText('you will be signed out').waitFor();
	await answer('End').click();
	await page.waitForURL(/sign-in\.html/);
	assert.equal(stack.sql('SELECT COUNT(*) FROM session')[0][0], '0');
});

test('what may not be ended stays, and the reason is said', async () => {
	const admin = await stack.signedIn();

	stack.addUser('rising@example.com', { groups: ['Support'], name: 'Rising' });
	await stack.signedIn('rising@example.com');
	await openSessions('manager@example.com');
	assert.ok(await end('Administrator').isDisabled());
	await end('Rising').click();
	const { body } = await admin.get('users?email=rising');

	await admin.patch(`users/${body.items[0].id}`, { groups: [1] });
	await answer('End').click();
	await page.getByRole('alert').getByText('This user holds rights that you lack').waitFor();
	await row('Rising').waitFor();
});

test('the edit page of a user leads to that user\'s sessions, which end all at once', async () => {
	const mia = () => stack.signedIn('mia@example.com');
	const clients = [await mia(), await mia()];
	const [[id]] = stack.sql("SELECT id FROM user WHERE email = 'mia@example.com'");

	await signInAt(page, stack.url, `?p=user&id=${id}`);
	await page.locator('#main').getByRole('link', { name: 'Sessions' }).click();
	await row('Mia').nth(1).waitFor();
	assert.equal(await row('Administrator').count(), 0);
	await page.getByRole('button', { name: 'End all sessions' }).click();
	await answer('End all sessions').click();
	await page.getByText('All sessions of Mia have ended.').waitFor();
	await page.getByText('Nothing matches these filters.').waitFor();
	for (const client of clients) {
		assert.equal((await client.get('session')).status, 401);
	}
});

test('a list that cannot be had says so and can be asked for again', async () => {
	await signIn(page, stack.url);
	await page.route(/api\/v1\/sessions/, (route) => route.fulfill({ status: 503 }));
	await page.getByRole('link', { name: 'Sessions' }).click();
	await page.getByRole('button', { name: 'Try again' }).waitFor();
	await page.unroute(/api\/v1\/sessions/);
	await page.getByRole('button', { name: 'Try again' }).click();
	await row('This session').waitFor();
	page.complaints = page.complaints.filter((text) => !/503/.test(text));
});
