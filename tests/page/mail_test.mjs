/* System > Mail, a test letter, new credentials and the banner, as a person meets them. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';

import { openPage, signIn, visit } from '../lib/browser.mjs';
import { parseMail, passwordIn } from '../lib/mail.mjs';
import { SmtpServer } from '../lib/smtp-server.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { withPage } from '../lib/page.mjs';

let browser;
let server;
let stack;
let admin;
let page;

async function startMailed() {
	server = await new SmtpServer().listen();
	return startStack({ env: { SMTP: `smtp://127.0.0.1:${server.port}` } });
}

async function prepare() {
	admin = await stack.signedIn();
}

withPage((world) => ({ browser, stack, page } = world), { start: startMailed, prepare });
after(() => server.close());
beforeEach(async () => {
	server.plan.length = 0; // what a test that broke off has left
	await signIn(page, stack.url);
});

const goto = (query) => visit(page, query);
const button = (name) => page.getByRole('button', { name, exact: true });
const fact = (name) => page.locator('dt', { hasText: name }).locator('+ dd');
const answer = (pattern) => fact('Answer').getByText(pattern).waitFor();

/** A user with a letter that the server answered so. */
async function userWithLetter(email, smtpAnswer) {
	server.plan.push({ to: email, at: 'rcpt', answer: smtpAnswer });
	const { body } = await admin.post('users', { email, password: PASSWORD, send_to_email: true });
	const letter = await until(async () => {
		const { items: [found] } = (await admin.get(`mail?user=${body.id}`)).body;

		return found.attempts === 1 && found.state !== 'sending' && found;
	});

	return { id: body.id, letter };
}

test('a test letter shows what the mail server answered, as soon as it is known', async () => {
	let accept;

	server.plan.push({ to: 'somebody@example.com', at: 'end',
		answer: new Promise((resolve) => (accept = resolve)) });
	await page.getByRole('link', { name: 'Mail', exact: true }).click();
	await page.getByRole('link', { name: 'Send a test email' }).click();
	await page.getByLabel('To', { exact: true }).fill('somebody@example.com');
	await button('Send').click();
	await fact('State').getByText('Sending').waitFor();
	accept('250 2.0.0 queued');
	await answer('250 · Accepted by the mail server');
	await page.getByRole('status').getByText('Sent. 250').waitFor({ state: 'attached' });
	assert.equal(server.mailsTo('somebody@example.com').length, 1);
});

test('a refused test letter says so in words', async () => {
	await goto('?p=mail-test');
	await page.getByLabel('To', { exact: true }).fill('nope');
	await button('Send').click();
	await page.locator('#summary').getByText('name@example.com').waitFor();
	server.plan.push({ to: 'nobody@example.com', at: 'rcpt', answer: '550 5.1.1 nobody here' });
	await page.getByLabel('To', { exact: true }).fill('nobody@example.com');
	await button('Send').click();
	await answer('550 · Refused by the mail server');
	await fact('What the mail server said').getByText('5.1.1 nobody here').waitFor();
	await fact('To').getByText('nobody@example.com').waitFor();
	await fact('State').getByText('Failed').waitFor();
});

test('the list shows letters, filters them and leads to each', async () => {
	await userWithLetter('anna@example.com', '451 4.3.0 later');

	await goto('?p=mail');
	await page.getByRole('button', { name: 'Filter by User' }).click();
	await page.keyboard.type('anna@');
	await page.getByRole('option', { name: /anna@example\.com/ }).click();
	await until(async () => await page.locator('tbody tr').count() === 1);
	const row = page.locator('tbody tr');

	assert.match(await row.innerText(),
		/Credentials(?:\s+anna@example\.com){2}\s+Queued\s+1\s+451/);
	await row.getByRole('link', { name: 'Credentials', exact: true }).click();
	await page.getByRole('heading', { name: 'Email' }).waitFor();
	await fact('Next attempt').locator('time').waitFor();
	await goto('?p=mail&state=sending');
	await page.getByText('Nothing matches these filters').waitFor();
});

test('sending credentials again asks, makes fresh ones and shows how they fare', async () => {
	const { id, letter } = await userWithLetter('bert@example.com', '550 5.1.1 nobody');

	await goto(`?p=letter&id=${letter.id}`);
	await button('Send again').click();
	const dialog = page.getByRole('dialog');

	assert.match(await dialog.innerText(), /bert@example\.com gets an email with a new password/);
	await page.keyboard.press('Escape');
	assert.equal((await admin.get(`mail?user=${id}`)).body.items.length, 1);
	await button('Send again').click();
	await dialog.getByRole('button', { name: 'Send again' }).click();
	await answer('250 · Accepted');
	assert.notEqual(page.url().match(/id=(\d+)/)[1], String(letter.id));
	assert.notEqual(passwordIn(parseMail(server.mailsTo('bert@example.com')[0].raw)), PASSWORD);
});

test('an unsent letter is cancelled after a question', async () => {
	const { letter } = await userWithLetter('cleo@example.com', '451 4.3.0 later');

	await goto(`?p=letter&id=${letter.id}`);
	await button('Cancel the email').click();
	await page.getByRole('dialog').getByRole('button', { name: 'Cancel the email' }).click();
	await fact('State').getByText('Cancelled').waitFor();
	assert.equal(await button('Cancel the email').count(), 0);
});

test('a letter that was sent meanwhile says so, and goes on being shown', async () => {
	const { letter } = await userWithLetter('dora@example.com', '451 4.3.0 later');

	await goto(`?p=letter&id=${letter.id}`);
	await page.route(/api\/v1\/mail\/\d+$/, (route) => route.request().method() === 'DELETE'
		? route.fulfill({ status: 409, contentType: 'application/problem+json',
			body: '{"code":"letter_sent"}' }) : route.continue());
	await button('Cancel the email').click();
	await page.getByRole('dialog').getByRole('button', { name: 'Cancel the email' }).click();
	await page.getByRole('alert').getByText('has been sent, or is being sent').waitFor();
	await fact('State').waitFor();
});

test('a new password is given from Edit user, and the page forgets it', async () => {
	const { id } = await userWithLetter('emil@example.com', '550 5.1.1 nobody');

	await goto(`?p=user&id=${id}`);
	await fact('Credentials by email').getByText('Not delivered (550)').waitFor();
	await button('Actions').click();
	await button('New password').click();
	await button('Generate').click();
	const password = await page.getByLabel('Password', { exact: true }).inputValue();

	await page.getByLabel('Send to email').check();
	await button('Save').click();
	await page.getByText('emil@example.com has a new password; it is on its way').waitFor();
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
	await until(() => server.mailsTo('emil@example.com').length === 1);
	assert.equal(passwordIn(parseMail(server.mailsTo('emil@example.com')[0].raw)), password);
	assert.ok(!(await page.content()).includes(password));
	await until(async () => {
		await goto(`?p=user&id=${id}`);
		return (await fact('Credentials by email').innerText()).includes('Accepted');
	});
});

test('a new password that is not saved is asked about; a weak one is refused', async () => {
	const { id } = await userWithLetter('fritz@example.com', '250 2.1.5 good');

	await goto(`?p=user-credentials&id=${id}`);
	await page.getByLabel('Password', { exact: true }).fill('abcabcabcabcabcabc');
	await button('Save').click();
	await page.locator('#summary').getByText('repeats itself').waitFor();
	await page.getByRole('link', { name: 'Cancel' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
	assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(),
		'abcabcabcabcabcabc');
});

test('nobody gives themselves a new password here', async () => {
	await goto('?p=user&id=1');
	await page.getByRole('heading', { name: 'Edit user' }).waitFor();
	assert.equal(await button('Actions').count(), 0);
});

test('a letter that cannot be loaded offers to try again', async () => {
	const { letter } = await userWithLetter('gerd@example.com', '550 5.1.1 nobody');
	let broken = true;

	await page.route(/api\/v1\/mail\/\d+$/, (route) => broken
		? route.fulfill({ status: 503, body: '' }) : route.continue());
	await goto(`?p=letter&id=${letter.id}`);
	await page.getByText('cannot answer now').waitFor();
	broken = false;
	await button('Try again').click();
	await fact('State').getByText('Failed').waitFor();
	page.complaints = page.complaints.filter((text) => !text.includes('503'));
});

test('who looks after the mail sees on every screen that it is failing', async () => {
	const banner = page.getByText('Mail is failing');

	stack.addUser('support@example.com', { groups: ['Support'] });
	stack.addUser('auditor@example.com', { groups: ['Auditors'] });
	stack.sql('UPDATE outbox SET state = 3, settled_at = UTC_TIMESTAMP(6) WHERE state <> 5');
	await page.goto(`${stack.url}?p=clients`);
	await banner.waitFor();
	await page.getByRole('link', { name: 'Look at the mail' }).click();
	await page.getByRole('heading', { name: 'Mail' }).waitFor();
	assert.ok(await banner.isVisible());

	for (const [email, seen] of [['support@example.com', false], ['auditor@example.com', true]]) {
		const other = await openPage(browser);

		await signIn(other, stack.url, email);
		assert.equal(await other.getByText('Mail is failing').isVisible(), seen, email);
		await other.context().close();
	}
	stack.sql('UPDATE outbox SET state = 2 WHERE state = 3');
	await page.reload();
	await page.getByRole('heading', { name: 'Mail' }).waitFor();
	assert.ok(await banner.isHidden());
});

test('who may only look sees no actions', async () => {
	const { letter } = await userWithLetter('hans@example.com', '451 4.3.0 later');

	await page.context().clearCookies();
	await signIn(page, stack.url, 'auditor@example.com');
	await goto('?p=mail');
	await page.locator('tbody tr').first().waitFor();
	assert.equal(await page.getByRole('link', { name: 'Send a test email' }).count(), 0);
	await goto(`?p=letter&id=${letter.id}`);
	await fact('State').waitFor();
	assert.equal(await page.getByRole('main').getByRole('button').count(), 0);
	await goto('?p=mail-test');
	await page.getByText('There is no such page').waitFor();
});

test('a phone of 320 px scrolls in one direction only', async () => {
	await page.setViewportSize({ width: 320, height: 640 });
	for (const query of ['?p=mail', '?p=letter&id=1', '?p=mail-test', '?p=user-credentials&id=2']) {
		await goto(query);
		await page.locator('.card').waitFor();
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, query);
	}
});

test('without a mail server the page says that there is none', async () => {
	const bare = await startStack({ env: { SMTP: 'none' } });

	await signIn(page, bare.url);
	for (const query of ['?p=mail', '?p=mail-test']) {
		await page.goto(`${bare.url}${query}`);
		await page.getByText('No mail server is configured').waitFor();
	}
	assert.equal(await page.getByRole('link', { name: 'Send a test email' }).count(), 0);
	await bare.stop();
});
