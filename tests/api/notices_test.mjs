/* The owner of an account is told what was done to it, by whom and from where, and what looks as if
 * somebody else tried: in the transaction of the act, once, and in their language. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';
import { codeIn, isNotice, parseMail } from '../lib/mail.mjs';
import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { until } from '../lib/until.mjs';

const NEW = 'nine lanterns under a bridge';
const FIREFOX = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' };

let stack;
let admin;
let networks = 1;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

/** A client from a network of its own. */
function stranger() {
	networks += 1;
	return stack.client({ from: `127.0.2.${networks}` });
}

const signIn = (email, client = stranger()) =>
	client.post('session', { email, password: PASSWORD }, FIREFOX);

/** Somebody who is signed in for the first time. */
async function person(name) {
	const email = `${name}@example.com`;

	stack.addUser(email, { name });
	const client = stranger();

	assert.equal((await signIn(email, client)).status, 200);
	return { email, client, id: Number(stack.sql(`SELECT id FROM user WHERE email = '${email}'`)) };
}

/** The notices that came to an address so far. */
async function noticesTo(email) {
	await until(() =>
		stack.sql('SELECT COUNT(*) FROM outbox WHERE state IN (0, 1)')[0][0] === '0', 30);
	const folder = join(stack.data, 'mail/new');

	return readdirSync(folder).sort().map((file) => readFileSync(join(folder, file)))
		.filter((raw) => raw.includes(`To: ${email}`)).map(parseMail).filter(isNotice);
}

const subjects = (mails) =>
	mails.map(({ headers }) => headers.subject.replace(' – Backoffice', ''));
const sourceOf = ({ text }) => text.match(/^ {4}From {7}(.*)$/m)[1];
const patch = (fields) => ({ id }) => admin.patch(`users/${id}`, fields);
const enrol = async ({ client }) => {
	const { body: { secret } } = await client.post('profile/totp', { password: PASSWORD });

	return client.send('PUT', 'profile/totp', { body: { code: appCode(secret) }, headers: FIREFOX })
		.then((answer) => ({ ...answer, secret }));
};

/* Each act on an account, the notices that its owner gets, and who did it. */
const ACTS = {
	'a new name': { act: patch({ name: 'Other' }), told: [] },
	'a group that is not Administrators': { act: patch({ groups: [3] }), told: [] },
	"the owner's new password": { act: ({ client }) => client.send('PUT', 'profile/password',
		{ body: { current: PASSWORD, password: NEW }, headers: FIREFOX }),
	told: ['Your password was changed'], from: /^127\.0\.2\.\d+, Firefox, Linux$/ },
	'a password handed over': { act: ({ id }) => admin.post(`users/${id}/credentials`,
		{ password: NEW }), told: ['Your password was changed'], from: /^an administrator$/ },
	'a password by mail, which tells by itself': { act: ({ id }) => admin.post(
		`users/${id}/credentials`, { password: NEW, send_to_email: true }), told: [] },
	'a link that was used': { act: async ({ id }) => {
		const { body } = await admin.post(`users/${id}/credentials`, { link: true });

		return stranger().post('session/link/password',
			{ token: body.link.split('#set=')[1], password: NEW }, FIREFOX);
	}, told: ['Your password was changed', 'Your password was changed'],
	from: /^127\.0\.2\.\d+, Firefox, Linux$/ },
	'a second factor switched off': { before: 'UPDATE user SET two_factor = 1',
		act: patch({ two_factor: 'disabled' }),
		told: ['Two-factor authentication was switched off'], from: /^an administrator$/ },
	'codes by mail switched on': { act: patch({ two_factor: 'email' }),
		told: ['Codes by mail were switched on'], from: /^an administrator$/ },
	'an app of the owner': { act: enrol, told: ['An authenticator app was set up'],
		from: /^127\.0\.2\.\d+, Firefox, Linux$/ },
	'new recovery codes, and the way back to mail': { act: async (user) => {
		const { secret } = await enrol(user);

		forgetLastCode(stack);
		assert.equal((await user.client.post('profile/recovery-codes',
			{ code: appCode(secret) })).status, 200);
		forgetLastCode(stack);
		return user.client.send('DELETE', 'profile/totp', { body: { code: appCode(secret) } });
	}, told: ['An authenticator app was set up', 'New recovery codes were made',
		'Codes by mail were switched on'] },
	'put into Administrators': { act: patch({ groups: [1, 3] }),
		told: ['You are an administrator now'], from: /^an administrator$/ },
	'put into Administrators with others': { act: ({ id }) => admin.post('users/bulk',
		{ ids: [id], set: { add_group: 1 } }), told: ['You are an administrator now'],
	from: /^an administrator$/ },
	'the command line': { before: 'UPDATE user SET two_factor = 1', act: ({ email }) => {
		stack.admin(['user', 'disable-2fa', email]);
		stack.admin(['user', 'reset-password', email]);
		return { status: 200 };
	}, told: ['Two-factor authentication was switched off', 'Your password was changed'],
	from: /^the command line of the server$/ },
};

for (const [i, [name, { before: sql, act, told, from }]] of Object.entries(ACTS).entries()) {
	test(`the owner is told of ${name}: ${told.length === 0 ? 'nothing' : told.join(', ')}`,
		async () => {
			const user = await person(`act${i}`);

			if (sql) {
				stack.sql(`${sql} WHERE id = ${user.id}`);
			}
			const { status, text } = await act(user);

			assert.ok(status < 300, text);
			const mails = await noticesTo(user.email);

			assert.deepEqual(subjects(mails).sort(), told.toSorted()); // they go side by side
			if (from) {
				assert.match(sourceOf(mails.at(-1)), from);
			}
		});
}

test('a new address is told at both, each with its own and neither with the other', async () => {
	const { email, id } = await person('moves');

	assert.equal((await admin.patch(`users/${id}`, { email: 'moved@example.com' })).status, 200);
	const [old] = await noticesTo(email);
	const [now] = await noticesTo('moved@example.com');

	assert.deepEqual(subjects([old, now]), Array(2).fill('Your email address was changed'));
	assert.match(old.text, /moves@example\.com/);
	assert.doesNotMatch(old.text + old.html, /moved@example\.com/);
	assert.doesNotMatch(now.text + now.html, /moves@example\.com/);
});

test('what was refused is told to nobody', async () => {
	const { email, id } = await person('refused');

	assert.equal((await admin.patch(`users/${id}`,
		{ two_factor: 'email', groups: [1, 999] })).status, 422);
	assert.deepEqual(await noticesTo(email), []);
});

test('a notice is in the language of its reader', async () => {
	const { email, id } = await person('leser');

	await admin.patch(`users/${id}`, { language: 'de', two_factor: 'email' });
	const [{ headers, text }] = await noticesTo(email);

	assert.equal(headers.subject, 'Codes per E-Mail wurden eingeschaltet – Backoffice');
	assert.match(text, /^ {4}Herkunft {3}Administration$/m);
});

test('a sign-in from an unknown browser is told, at most three times an hour', async () => {
	const { email, client } = await person('browsers');

	assert.deepEqual(await noticesTo(email), [], 'the first sign-in ever');
	await client.send('DELETE', 'session');
	assert.equal((await signIn(email, client)).status, 200);
	assert.deepEqual(await noticesTo(email), [], 'the same browser');
	assert.equal((await signIn(email)).status, 200);
	const [told] = await noticesTo(email);

	assert.equal(subjects([told])[0], 'New sign-in to your account');
	assert.match(sourceOf(told), /^127\.0\.2\.\d+, Firefox, Linux$/);
	for (let i = 0; i < 4; i++) {
		assert.equal((await signIn(email)).status, 200);
	}
	assert.equal((await noticesTo(email)).length, 3);
});

test('whoever used a link signs in from a browser that is known', async () => {
	const { email, id } = await person('linked');
	const { body } = await admin.post(`users/${id}/credentials`, { link: true });
	const client = stranger();

	await client.post('session/link/password',
		{ token: body.link.split('#set=')[1], password: PASSWORD });
	assert.equal((await signIn(email, client)).status, 200);
	assert.ok(!subjects(await noticesTo(email)).includes('New sign-in to your account'));
});

test('five wrong codes after the right password are told once, until a right one', async () => {
	const { email, id } = await person('guessed');

	stack.sql(`UPDATE user SET two_factor = 1 WHERE id = ${id}`);
	const client = stranger();
	const told = async () => subjects(await noticesTo(email))
		.filter((subject) => subject === 'Wrong codes after the right password').length;
	const guess = async (times) => {
		assert.equal((await signIn(email, client)).status, 200);
		for (let i = 0; i < times; i++) {
			await client.post('session/code', { code: '00000000' });
		}
		stack.sql("UPDATE attempt SET blocked_until = '2020-01-01' WHERE user_id IS NOT NULL");
	};

	await guess(4);
	assert.equal(await told(), 0);
	await guess(3);
	assert.equal(await told(), 1);
	await guess(4);
	assert.equal(await told(), 1);
	await stack.mailTo(email);
	await stack.mailTo(email);
	await stack.mailTo(email);
	assert.equal((await signIn(email, client)).status, 200);
	assert.equal((await client.post('session/code',
		{ code: codeIn(await stack.mailTo(email)) })).status, 200);
	await guess(5);
	assert.equal(await told(), 2);
});

test('a notice gives way to a code', () => {
	const priority = (kind) => stack.sql(`SELECT DISTINCT priority FROM outbox
		WHERE kind = ${kind}`).flat().map(Number);
	const [notice] = priority(6);

	assert.ok(priority(2).every((other) => other < notice));
});
