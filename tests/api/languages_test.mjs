/* Which language somebody reads: chosen by themselves or for them, and followed by their mail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { PASSWORD, startStack, TOP } from '../lib/stack.mjs';

const SUPPORT = 3;
const TEXTS = readdirSync(join(TOP, 'fcgi/mail/text')).filter((name) => name.endsWith('.txt'))
	.map((name) => name.split('.'));

let stack;
let admin;

before(async () => {
	stack = await startStack({ settings: '[site]\nname = Kontor\nlanguage = es\n' });
	admin = await stack.signedIn();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.errors];

async function createUser(name, fields = {}) {
	const { status, body } = await admin.post('users', { email: `${name}@example.com`,
		password: PASSWORD, groups: [SUPPORT], ...fields });

	assert.equal(status, 201);
	return body;
}

async function setLanguage(id, language) {
	const { headers } = await admin.get(`users/${id}`);

	return admin.send('PATCH', `users/${id}`, { body: { language },
		headers: { 'If-Match': headers.etag } });
}

test('anybody chooses their own language, and the trail says so', async () => {
	const person = await stack.person('chooser@example.com', { groups: ['Support'] });
	const { id, language } = (await person.get('session')).body.user;

	assert.equal(language, '');
	assert.equal((await person.send('PUT', 'profile/language',
		{ body: { language: 'ar' } })).status, 204);
	assert.equal((await person.get('session')).body.user.language, 'ar');
	const { items } = (await admin.get(`audit?target_type=user&target_id=${id}`)).body;
	const entry = (await admin.get(`audit/${items[0].id}`)).body;

	assert.equal(entry.action, 'user.language');
	assert.deepEqual([entry.before, entry.after], [{ language: '' }, { language: 'ar' }]);
});

test('what is no language is refused, by either way', async () => {
	const { id } = await createUser('no-language');

	for (const language of ['German', 'd', '../en', 'de-', 'de-Latn-AT-1996xy']) {
		const refused = [422, { language: 'language.format' }];

		assert.deepEqual(outcome(await setLanguage(id, language)), refused, language);
		assert.deepEqual(outcome(await admin.send('PUT', 'profile/language',
			{ body: { language } })), refused, language);
	}
	assert.deepEqual(outcome(await admin.send('PUT', 'profile/language', { body: {} })),
		[422, { language: 'language.required' }]);
});

test('a language is known in any case, and with the low line that programs write', async () => {
	const { id } = await createUser('any-case');

	assert.equal((await setLanguage(id, 'DE')).body.language, 'de');
	assert.equal((await setLanguage(id, 'de_AT')).body.language, 'de-AT');
});

test('credentials go out in the language of the user', async () => {
	const { id, email } = await createUser('russian', { name: 'Анна' });

	assert.equal((await setLanguage(id, 'ru')).body.language, 'ru');
	await admin.post(`users/${id}/credentials`, { password: `${PASSWORD} 2`,
		send_to_email: true });
	const { headers, text, html } = await stack.mailTo(email);

	assert.equal(headers.subject, 'Ваша учётная запись в Kontor');
	assert.match(text, /^Здравствуйте Анна!$/m);
	assert.match(html, /^<html lang="ru" dir="ltr">$/m);
	assert.ok(text.includes(`${PASSWORD} 2`) && html.includes(`${PASSWORD} 2`));
});

test('a new user, who has chosen nothing yet, is written to in that of the settings', async () => {
	const { email } = await createUser('fresh', { send_to_email: true });

	assert.equal((await stack.mailTo(email)).headers.subject, 'Su cuenta en Kontor');
});

test('a code goes out in the language of the user, or in that of the settings', async () => {
	const { id, email } = await createUser('codes');
	const subject = async () => {
		await stack.client().post('session', { email, password: PASSWORD });
		return (await stack.mailTo(email)).headers.subject;
	};

	assert.equal(await subject(), 'Su código de inicio de sesión para Kontor');
	await setLanguage(id, 'de');
	assert.equal(await subject(), 'Ihr Anmeldecode für Kontor');
	await setLanguage(id, '');
	assert.match(await subject(), /^Su código/);
});

test('every letter can be looked at in every language, with invented values', async () => {
	assert.ok(TEXTS.length >= 15);
	for (const [kind, language] of TEXTS) {
		const query = `kind=${kind}&language=${language}`;
		const { status, body } = await admin.get(`mail/preview?${query}`);
		const page = await admin.get(`mail/preview.html?${query}`);

		assert.equal(status, 200, query);
		assert.match(body.subject, /Kontor/, query);
		assert.doesNotMatch(body.subject + body.text + page.text, /\{\{/, query);
		assert.ok(page.text.includes(`<html lang="${language}"`), query);
	}
	assert.match((await admin.get('mail/preview?kind=test')).body.subject, /^El correo/);
	const text = async (kind) =>
		(await admin.get(`mail/preview?kind=${kind}&language=en`)).body.text;

	assert.match(await text('credentials'), / anna\.berg@example\.com$/m);
	assert.match(await text('code'), /good for 10 minutes/);
	assert.match(await text('forgotten'), /good for 60 minutes/);
	assert.match(await text('link'), /good for 72 hours/);
});

test('every notice to an owner can be looked at in every language', async () => {
	for (const notice of ['password', 'address', 'second_factor_off', 'codes_by_mail', 'app',
		'recovery_codes', 'administrator', 'new_browser', 'wrong_codes']) {
		for (const language of new Set(TEXTS.map(([, tag]) => tag))) {
			const { body } = await admin.get(
				`mail/preview?kind=changed&notice=${notice}&language=${language}`);

			assert.match(body.subject, / – Kontor$/);
			assert.ok(body.text.includes('203.0.113.7, Firefox, Linux'));
			assert.ok(body.text.split('\n').every((line) => [...line].length <= 76), body.text);
		}
	}
});

test('a letter that is looked at is a document that can do nothing', async () => {
	const { headers } = await admin.get('mail/preview.html?kind=code&language=en');

	assert.equal(headers['content-type'], 'text/html; charset=utf-8');
	assert.equal(headers['content-security-policy'],
		"default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'");
	assert.equal(headers['x-content-type-options'], 'nosniff');
});

test('a letter that does not exist is not looked at, and a refusal is no document', async () => {
	for (const query of ['', 'kind=', 'kind=unknown', 'kind=letter', 'kind=code&name=x']) {
		for (const path of ['mail/preview', 'mail/preview.html']) {
			const { status, headers } = await admin.get(`${path}?${query}`);

			assert.equal(status, 400, query);
			assert.equal(headers['content-type'], 'application/problem+json');
			assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
		}
	}
});
