/*
 * The story that the product must tell, by a person in a browser, with mail and without; whichever
 * browser that is, and whatever drives it (tests/lib/person.mjs).
 */
import assert from 'node:assert/strict';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { codeIn, passwordIn } from '../lib/mail.mjs';
import { until } from '../lib/until.mjs';

const EMAIL = 'nora.lindqvist@example.com';
const CHOSEN = 'seven quiet herons over ice';

async function startStory(t, env, start) {
	const stack = await start({ env });

	t.after(() => stack.stop());
	stack.sql(`INSERT INTO client (name, email, phone, country, created_at)
		VALUES ('Ada Byron', 'ada@example.org', '+441234567', 'GB', '2026-01-02')`);
	return stack;
}

async function enterPassword(person, url, email, password) {
	await person.go(url);
	await person.fill('Email', email);
	await person.fill('Password', password);
	await person.press('Sign in');
}

async function signIn(person, url, email = ADMIN_EMAIL, password = PASSWORD) {
	await enterPassword(person, url, email, password);
	await person.offers(/^Account/);
}

/** Opens Create user from the menu and fills it, up to Save; gives the password. */
async function fillCreateUser(person, { mail }) {
	await person.follow('Users');
	await person.follow('+Create');
	await person.seesHeading('Create user');
	await person.fill('Email', EMAIL);
	await person.press('Generate');
	await person.press(/^Groups/);
	await person.check('Support');
	await person.key('Escape');
	await person.fill('Name', 'Nora Lindqvist');
	if (mail) {
		await person.check('Send to email');
	}
	await person.check('Mask data');
	return person.valueOf('Password');
}

async function saveNewUser(person, password, { mail }) {
	await person.press('Save');
	if (!mail) {
		await person.seesHeading(`Hand over ${EMAIL}`);
		assert.equal(await person.textOf('given-password'), password);
		await person.follow('Done');
	}
	await person.row(EMAIL);
	assert.ok(!(await person.traces()).includes(password), 'the page keeps the password');
}

async function openEdit(person) {
	await person.follow('Users');
	await person.row(EMAIL);
	await person.follow(`Edit ${EMAIL}`);
	await person.seesHeading('Edit user');
}

async function save(person) {
	await person.press('Save');
	await person.sees('Saved.');
}

async function disableTwoFactor(person) {
	await openEdit(person);
	await person.press('Actions');
	await person.press('Disable 2FA');
	await person.press('Disable 2FA', 'dialog');
	await save(person);
	await person.follow('Users');
	await until(async () => (await person.row(EMAIL)).includes('Disabled'));
}

/** Where no code could be sent, the way back stands there with the reason, and does nothing. */
async function cannotEnableTwoFactor(person) {
	const enable = /^Enable 2FA/;

	await openEdit(person);
	await person.press('Actions');
	await person.sees('this installation has no mail server');
	assert.ok(await person.isButtonOff(enable));
	await person.pressByKey(enable);
	assert.ok(!await person.isAsked());
	await person.key('Escape');
}

async function choosePassword(person) {
	await person.fill('New password', CHOSEN);
	await person.fill('New password again', CHOSEN);
	await person.press('Save');
	await person.offers(/^Account/);
}

async function seesMaskedClients(person) {
	assert.deepEqual(await person.menu(), ['Clients']);
	await person.follow('Clients');
	assert.match(await person.row('GB'), /\*{5}\s+\*{5}@\*{5}\s+\*{5}/);
	assert.ok(!(await person.traces()).includes('Ada'));
}

async function seesClearClients(person) {
	await person.follow('Clients');
	assert.match(await person.row('Ada Byron'), /ada@example\.org/);
}

async function disableUser(person) {
	await openEdit(person);
	await person.choose('Status', 'Disabled');
	await save(person);
}

async function isRefusedAtNextClick(person) {
	await person.follow('Clients');
	await person.sees('Your session has ended');
}

async function signOut(person) {
	await person.press(/^Account/);
	await person.press('Sign out');
	await person.seesHeading('Sign in');
}

/**
 * @param {() => Promise<Person>} arrive a person more, with a browser of their own
 * @param {(options: object) => Promise<object>} [start] the installation
 */
export async function tellWithMail(t, arrive, start = startStack) {
	const stack = await startStory(t, {}, start);
	const [admin, user] = [await arrive(), await arrive()];

	await signIn(admin, stack.url);
	const password = await fillCreateUser(admin, { mail: true });

	await saveNewUser(admin, password, { mail: true });
	assert.equal(passwordIn(await stack.mailTo(EMAIL)), password);

	await enterPassword(user, stack.url, EMAIL, password);
	await user.sees('Code');
	await user.fill('Code', codeIn(await stack.mailTo(EMAIL)));
	await user.press('Continue');
	await choosePassword(user);
	await seesMaskedClients(user);
	await seesClearClients(admin);

	await disableTwoFactor(admin);
	await signOut(user);
	await signIn(user, stack.url, EMAIL, CHOSEN);

	await disableUser(admin);
	await isRefusedAtNextClick(user);
	assert.deepEqual([...admin.complaints, ...user.complaints], []);
}

async function tellWithoutMail(t, arrive) {
	const stack = await startStory(t, { SMTP: 'none' }, startStack);
	const [admin, user] = [await arrive(), await arrive()];

	await signIn(admin, stack.url);
	const password = await fillCreateUser(admin, { mail: false });

	assert.ok(await admin.isDisabled('Send to email'));
	await admin.sees('this installation has no mail server');
	await admin.sees(/hand it over in another way.*Disable 2FA/);
	await saveNewUser(admin, password, { mail: false });

	await enterPassword(user, stack.url, EMAIL, password);
	await user.sees(/Ask an administrator to disable two-factor/);
	await disableTwoFactor(admin);
	await enterPassword(user, stack.url, EMAIL, password);
	await choosePassword(user);
	await seesMaskedClients(user);
	await seesClearClients(admin);

	await cannotEnableTwoFactor(admin);
	await disableUser(admin);
	await isRefusedAtNextClick(user);
	assert.deepEqual([...admin.complaints, ...user.complaints], []);
}

/** What is told, by the sentence that it proves. */
export const STORY = {
	'a new user is registered, mailed, signs in by code, is masked, and is shut out again':
		tellWithMail,
	'without a mail server the same story is told by hand': tellWithoutMail,
};
