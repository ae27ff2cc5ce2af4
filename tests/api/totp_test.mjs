/* The second factor by an app: enrolment, signing in, recovery codes, and whom the settings make
 * have one. The codes come from oathtool. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { PASTED } from '../lib/pasted.mjs';
import { appCode, bytesOf, forgetLastCode } from '../lib/totp.mjs';
import { codeIn } from '../lib/mail.mjs';

let stack;

before(async () => {
	stack = await startStack();
});
after(() => stack.stop());

const begin = (client, body = {}) =>
	client.post('profile/totp', { password: PASSWORD, ...body });
const confirm = (client, code) => client.send('PUT', 'profile/totp', { body: { code } });
const end = (client, code) => client.send('DELETE', 'profile/totp', { body: { code } });
const newCodes = (client, code) => client.post('profile/recovery-codes', { code });
const sendCode = (client, code) => client.post('session/code', { code });
const wrong = (code) => String((Number(code) + 1) % 1e6).padStart(6, '0');
const methodOf = async (client) => (await client.get('session')).body.user.two_factor;
const actionsOf = (email) => stack.sql(`SELECT action FROM audit WHERE target_id =
	(SELECT id FROM user WHERE email = '${email}') ORDER BY id`).map(([action]) => action);

/** Somebody who has enrolled an app; gives the client, the app's secret and the recovery codes. */
async function withApp(email, options) {
	const client = await stack.person(email, options);
	const { body: { secret } } = await begin(client);
	const { status, body } = await confirm(client, appCode(secret));

	assert.equal(status, 200);
	forgetLastCode(stack);
	return { client, secret, codes: body.recovery_codes };
}

/** Signed in up to the code. */
async function atCode(email) {
	const client = stack.client();
	const { status, body } = await client.post('session', { email, password: PASSWORD });

	assert.deepEqual([status, body], [200, { state: 'code_required', method: 'totp' }]);
	return client;
}

test('an enrolment begins with the password and ends with a code of the app', async () => {
	const email = 'enrol+one@example.com';
	const client = await stack.person(email);
	const other = await stack.signedIn(email);
	const { status, body } = await begin(client);

	assert.equal(status, 200);
	assert.match(body.secret, /^[A-Z2-7]{32}$/);
	assert.equal(body.uri, `otpauth://totp/Backoffice:enrol%2Bone%40example.com?secret=${
		body.secret}&issuer=Backoffice`);
	assert.equal(await methodOf(client), 'disabled', 'nothing counts before the first code');
	const bad = await confirm(client, wrong(appCode(body.secret)));

	assert.deepEqual([bad.status, bad.body.errors], [422, { code: 'code.wrong' }]);
	const good = await confirm(client, appCode(body.secret));

	assert.equal(good.status, 200);
	assert.equal(new Set(good.body.recovery_codes).size, 10);
	for (const code of good.body.recovery_codes) {
		assert.match(code, /^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){3}$/);
	}
	assert.equal(await methodOf(client), 'totp');
	assert.equal((await other.get('session')).status, 401, 'other sessions go on');
	assert.deepEqual((await client.get('profile/totp')).body,
		{ method: 'totp', recovery_codes: 10, required: false });
});

test('an enrolment needs the right password', async () => {
	const client = await stack.person('password@example.com');
	const { status, body } = await begin(client, { password: 'wrong' });

	assert.deepEqual([status, body.errors], [422, { password: 'password.wrong' }]);
});

test('a code without an enrolment, or long after it began, enrols nothing', async () => {
	const client = await stack.person('late@example.com');

	assert.equal((await confirm(client, '123456')).status, 422);
	const { body: { secret } } = await begin(client);

	stack.sql("UPDATE user_totp SET next_at = '2020-01-01'");
	assert.equal((await confirm(client, appCode(secret))).status, 422);
	assert.equal(await methodOf(client), 'disabled');
});

test('whoever has an app signs in by its code, with spaces or without', async () => {
	const email = 'signs@example.com';
	const { secret } = await withApp(email);
	const client = await atCode(email);
	const code = appCode(secret);
	const { status, body } = await sendCode(client, `${code.slice(0, 3)} ${code.slice(3)}`);

	assert.deepEqual([status, body], [200, { state: 'signed_in' }]);
	assert.equal((await client.get('session')).body.user.email, email);
	assert.equal(codesMailed(), 0);
});

const failures = () => Number(stack.sql(`SELECT COALESCE(SUM(failures), 0) FROM attempt
	WHERE user_id IS NOT NULL`)[0][0]);
const codesMailed = () => Number(stack.sql('SELECT COUNT(*) FROM outbox WHERE kind = 2')[0][0]);

for (const [i, pasted] of PASTED.entries()) {
	test(`every field that takes a code takes it as people paste it, form ${i + 1}`, async () => {
		const email = `pasted${i}@example.com`;
		const client = await stack.person(email);
		const { body: { secret } } = await begin(client);
		const failed = failures();
		const used = async (ask) => {
			forgetLastCode(stack);
			return (await ask(pasted(appCode(secret)))).status;
		};
		const { status, body } = await confirm(client, pasted(appCode(secret)));

		assert.equal(status, 200, 'the first code of an app');
		assert.equal((await sendCode(await atCode(email), pasted(body.recovery_codes[0]))).status,
			200, 'a recovery code');
		const signingIn = await atCode(email);

		assert.equal(await used((code) => sendCode(signingIn, code)), 200);
		assert.equal(await used((code) => client.post('session/proof', { code })), 204);
		assert.equal(await used((code) => newCodes(client, code)), 200);
		assert.equal(await used((code) => begin(client, { code })), 200);
		assert.equal(await used((code) => end(client, code)), 204);
		assert.equal(failures(), failed, 'none of them was counted as a failure');
	});
}

test('a code is good for one sign-in, however many ask at once', async () => {
	const email = 'replay@example.com';
	const { client, secret } = await withApp(email);
	const code = appCode(secret);
	const first = await atCode(email);
	const answers = await Promise.all([sendCode(first, code), sendCode(first, code),
		newCodes(client, code), newCodes(client, code)]);

	assert.equal(answers.filter(({ status }) => status === 200).length, 1);
	assert.equal((await sendCode(await atCode(email), code)).body.code, 'code_wrong');
});

test('an earlier code is not good after a later one', async () => {
	const email = 'order@example.com';
	const { client, secret } = await withApp(email);
	const [earlier, present] = [appCode(secret, -1), appCode(secret)];

	assert.equal((await newCodes(client, present)).status, 200);
	assert.equal((await newCodes(client, earlier)).status, 422);
});

test('what an app knows is kept for its user alone, and anew after each use', async () => {
	const seedOf = (email) => stack.sql(`SELECT secret FROM user_totp
		WHERE user_id = (SELECT id FROM user WHERE email = '${email}')`)[0][0];
	const thief = await withApp('thief@example.com');
	const { client, secret } = await withApp('bound@example.com');
	const kept = seedOf('bound@example.com');

	assert.equal((await newCodes(client, appCode(secret))).status, 200);
	assert.notEqual(seedOf('bound@example.com'), kept);
	forgetLastCode(stack);
	stack.sql(`UPDATE user_totp SET secret = '${seedOf('thief@example.com')}'
		WHERE user_id = (SELECT id FROM user WHERE email = 'bound@example.com')`);
	assert.equal((await newCodes(client, appCode(thief.secret))).status, 500);
	assert.match(stack.log('fcgi'), /level=error event=totp .*not of this user or server key/);
});

/* Before seeds were bound to their users: crypto_secretbox of '12345678901234567890' with the key
 * that the stack of this test gets. */
test('an app that was enrolled by an earlier version goes on, and its seed is bound', async (t) => {
	const data = mkdtempSync(join(tmpdir(), 'backoffice-test.'));
	const key = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex');

	mkdirSync(join(data, 'keys'));
	writeFileSync(join(data, 'keys/server.key'), `${key}\n`, { mode: 0o600 });
	const earlier = await startStack({ data });

	t.after(() => earlier.stop());
	const client = await earlier.person('enrolled@example.com');
	const old = 'ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7Ya5qGc9MyWxqJF82py9U4DOLqv0PgPnRic0' +
		'SpgSwli4JkgGX';
	const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

	earlier.sql(`INSERT INTO user_totp (user_id, secret, last_step)
		SELECT id, '${old}', 0 FROM user WHERE email = 'enrolled@example.com';
		UPDATE user SET two_factor = 2 WHERE email = 'enrolled@example.com'`);
	for (let use = 0; use < 2; use++) {
		assert.equal((await newCodes(client, appCode(secret))).status, 200);
		assert.notEqual(earlier.sql('SELECT secret FROM user_totp')[0][0], old);
		forgetLastCode(earlier);
	}
});

test('five wrong codes end the sign-in and count as tries', async () => {
	const email = 'guess@example.com';
	const { secret } = await withApp(email);
	const client = await atCode(email);

	for (let i = 0; i < 5; i += 1) {
		assert.equal((await sendCode(client, wrong(appCode(secret)))).body.code, 'code_wrong');
	}
	assert.equal((await sendCode(client, appCode(secret))).body.code, 'sign_in_expired');
	const again = await stack.client().post('session', { email, password: PASSWORD });

	assert.equal(again.body.code, 'sign_in_failed', 'the account is not under a delay');
	stack.sql('DELETE FROM attempt');
});

/* As if so many codes in a row had been wrong; the delays between them are over. */
const failed = (email, times) => stack.sql(`UPDATE attempt SET failures = ${times},
	blocked_until = last_at WHERE user_id = (SELECT id FROM user WHERE email = '${email}')`);

/** A wrong code at the sign-in, and as many more as make so many in a row. */
async function tryOut(email, times, bad = '000000') {
	assert.equal((await sendCode(await atCodeOf(email), bad)).body.code, 'code_wrong');
	failed(email, times);
}

/** Signed in up to the code, whatever kind it is. */
async function atCodeOf(email) {
	const client = stack.client();

	assert.equal((await client.post('session', { email, password: PASSWORD })).body.state,
		'code_required');
	return client;
}

test('after a hundred wrong codes in a row no code counts, but a recovery code does', async () => {
	const email = 'tried.out@example.com';
	const { secret, codes: [recovery] } = await withApp(email);

	await tryOut(email, 99);
	assert.equal((await sendCode(await atCode(email), appCode(secret))).status, 200);
	forgetLastCode(stack);
	await tryOut(email, 100);
	for (const code of [appCode(secret), '000000']) {
		const { status, body } = await sendCode(await atCode(email), code);

		assert.deepEqual([status, body.code], [403, 'second_factor_spent']);
	}
	assert.equal((await sendCode(await atCode(email), recovery)).status, 200);
	assert.equal((await sendCode(await atCode(email), appCode(secret))).status, 200);
});

test('a right code in between begins the count anew, and time does not', async () => {
	const email = 'long.ago@example.com';
	const { secret } = await withApp(email);

	await tryOut(email, 60);
	assert.equal((await sendCode(await atCode(email), appCode(secret))).status, 200);
	forgetLastCode(stack);
	await tryOut(email, 60);
	assert.equal((await sendCode(await atCode(email), appCode(secret))).status, 200);
	forgetLastCode(stack);
	await tryOut(email, 100);
	stack.sql('UPDATE attempt SET last_at = last_at - INTERVAL 30 DAY');
	assert.equal((await sendCode(await atCode(email), appCode(secret))).body.code,
		'second_factor_spent');
});

test('an administrator who ends the delay opens the second factor again', async () => {
	const admin = await stack.signedIn();

	for (const [way, open] of Object.entries({
		'by the page': (id) => admin.post(`users/${id}/unlock`),
		'by the command line': (id, email) => stack.admin(['user', 'unlock', email]),
	})) {
		const email = `${way.replaceAll(' ', '.')}@example.com`;
		const { client, secret } = await withApp(email);
		const { id } = (await client.get('session')).body.user;

		await tryOut(email, 100);
		assert.equal((await newCodes(client, appCode(secret))).status, 422, 'a proof neither');
		await open(id, email);
		assert.equal((await sendCode(await atCode(email), appCode(secret))).status, 200);
	}
});

test('no letter can be asked for in the place of the app', async () => {
	const email = 'resend@example.com';

	await withApp(email);
	const client = await atCode(email);
	const { status, body } = await client.post('session/code/resend');

	assert.deepEqual([status, body.code], [401, 'sign_in_expired']);
	assert.equal(codesMailed(), 0);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM sign_in_challenge
		WHERE code_hash IS NOT NULL`), [['0']]);
});

test('a recovery code is good once, in any case, without its dashes too', async () => {
	const email = 'recovery@example.com';
	const { codes: [first, second] } = await withApp(email);
	const spelled = first.toUpperCase().replaceAll('-', ' ');

	assert.equal((await sendCode(await atCode(email), spelled)).status, 200);
	assert.equal((await sendCode(await atCode(email), first)).body.code, 'code_wrong');
	const client = await atCode(email);

	assert.equal((await sendCode(client, second.replaceAll('-', ''))).status, 200);
	assert.equal((await client.get('profile/totp')).body.recovery_codes, 8);
	assert.ok(actionsOf(email).includes('user.recovery_code'));
});

test('a recovery code belongs to one user', async () => {
	const { codes: [code] } = await withApp('owner@example.com');

	await withApp('other@example.com');
	assert.equal((await sendCode(await atCode('other@example.com'), code)).body.code, 'code_wrong');
	assert.equal((await sendCode(await atCode('owner@example.com'), code)).status, 200);
});

test('new recovery codes void the old ones, and need a code', async () => {
	const email = 'renew@example.com';
	const { client, secret, codes: [old] } = await withApp(email);

	assert.deepEqual((await newCodes(client, '000 00')).body.errors, { code: 'code.wrong' });
	const { status, body } = await newCodes(client, appCode(secret));

	assert.equal(status, 200);
	assert.equal(body.recovery_codes.length, 10);
	assert.equal((await sendCode(await atCode(email), old)).body.code, 'code_wrong');
	assert.equal((await sendCode(await atCode(email), body.recovery_codes[0])).status, 200);
});

test('going back to mail needs a code of the app', async () => {
	const email = 'back@example.com';
	const { client, secret, codes } = await withApp(email);

	assert.equal((await end(client, wrong(appCode(secret)))).status, 422);
	assert.equal(await methodOf(client), 'totp');
	assert.equal((await end(client, appCode(secret))).status, 204);
	assert.equal(await methodOf(client), 'email');
	assert.deepEqual((await client.get('profile/totp')).body,
		{ method: 'email', recovery_codes: 0, required: false });
	assert.equal((await end(client, codes[0])).status, 422, 'a recovery code outlives the app');
	const again = stack.client();

	assert.equal((await again.post('session', { email, password: PASSWORD })).body.method, 'email');
	assert.equal((await sendCode(again, codeIn(await stack.mailTo(email)))).status, 200);
	assert.deepEqual(actionsOf(email).filter((action) => action.startsWith('user.totp')),
		['user.totp_on', 'user.totp_off']);
});

test('a session left open is no place to guess codes', async () => {
	const { client, secret } = await withApp('open@example.com');

	for (let i = 0; i < 5; i += 1) {
		assert.equal((await newCodes(client, wrong(appCode(secret)))).status, 422);
	}
	assert.equal((await end(client, appCode(secret))).status, 429);
	stack.sql('DELETE FROM attempt');
});

test('moving to another app needs a code of the present one, good until then', async () => {
	const email = 'moves@example.com';
	const { client, secret } = await withApp(email);

	assert.deepEqual((await begin(client)).body.errors, { code: 'code.wrong' });
	const { status, body } = await begin(client, { code: appCode(secret) });

	assert.equal(status, 200);
	forgetLastCode(stack);
	assert.equal((await sendCode(await atCode(email), appCode(secret))).status, 200);
	assert.equal((await confirm(client, appCode(body.secret))).status, 200);
	forgetLastCode(stack);
	assert.equal((await sendCode(await atCode(email), appCode(secret))).body.code, 'code_wrong');
	assert.equal((await sendCode(await atCode(email), appCode(body.secret))).status, 200);
});

test('an administrator and the command line switch the app off, with all that belongs to it',
	async () => {
		const admin = await stack.signedIn();
		const left = () => stack.sql(`SELECT (SELECT COUNT(*) FROM user_totp t JOIN user u ON
			u.id = t.user_id WHERE u.email LIKE 'lost%'), (SELECT COUNT(*) FROM recovery_code r
			JOIN user u ON u.id = r.user_id WHERE u.email LIKE 'lost%')`)[0];

		await withApp('lost1@example.com');
		await withApp('lost2@example.com');
		assert.deepEqual(left(), ['2', '20']);
		const { body: { items: [{ id }] } } = await admin.get('users?email=lost1');

		assert.equal((await admin.patch(`users/${id}`, { two_factor: 'disabled' })).status, 200);
		stack.admin(['user', 'disable-2fa', 'lost2@example.com']);
		assert.deepEqual(left(), ['0', '0']);
		for (const email of ['lost1@example.com', 'lost2@example.com']) {
			const { body } = await stack.client().post('session', { email, password: PASSWORD });

			assert.deepEqual(body, { state: 'signed_in' });
		}
	});

test('whoever lost the phone gets codes by mail in the place of the app', async () => {
	const admin = await stack.signedIn();

	for (const [email, reset] of [
		['phone@example.com', (id) => admin.patch(`users/${id}`, { two_factor: 'email' })],
		['phone2@example.com', () => stack.admin(['user', 'enable-2fa', 'phone2@example.com'])],
	]) {
		await withApp(email);
		const [[id]] = stack.sql(`SELECT id FROM user WHERE email = '${email}'`);

		await reset(id);
		assert.deepEqual((await stack.client().post('session', { email, password: PASSWORD })).body,
			{ state: 'code_required', method: 'email' });
		assert.deepEqual(stack.sql(`SELECT (SELECT COUNT(*) FROM user_totp WHERE user_id = ${id}),
			(SELECT COUNT(*) FROM recovery_code WHERE user_id = ${id})`), [['0', '0']]);
	}
});

test('a new password does not get around the app', async () => {
	const email = 'reset@example.com';

	await withApp(email);
	stack.admin(['user', 'reset-password', email, '--password-stdin'], { input: `${PASSWORD}\n` });
	await atCode(email);
});

test('neither secrets nor recovery codes stand in the database or the logs', async () => {
	const { secret, codes } = await withApp('hidden@example.com');
	const bytes = bytesOf(secret);
	const kept = JSON.stringify([stack.sql('SELECT secret, next_secret FROM user_totp'),
		stack.sql('SELECT HEX(code_hash) FROM recovery_code'),
		stack.sql('SELECT before_json, after_json FROM audit')]) + stack.logs();

	for (const text of [secret, bytes.toString('hex'), bytes.toString('base64url'), ...codes]) {
		assert.ok(!kept.includes(text));
	}
});

test('the settings can demand an app of everyone, who gets one before a session', async () => {
	const strict = await startStack({ settings: '[session]\nrequire_totp = everyone\n' });

	try {
		const client = strict.client();
		const first = await client.post('session', { email: ADMIN_EMAIL, password: PASSWORD });

		assert.deepEqual(first.body, { state: 'totp_enrolment_required' });
		const early = await client.get('session');

		assert.deepEqual([early.status, early.body.code], [403, 'totp_enrolment_required']);
		assert.equal((await begin(client)).body.code, 'totp_enrolment_required');
		const { body: { secret } } = await client.post('session/totp');
		const put = (code) => client.send('PUT', 'session/totp', { body: { code } });

		assert.equal((await put(wrong(appCode(secret)))).body.code, 'code_wrong');
		const { status, body } = await put(appCode(secret));

		assert.equal(status, 200);
		assert.equal(body.state, 'signed_in');
		assert.equal(body.recovery_codes.length, 10);
		assert.equal((await client.get('profile/totp')).body.required, true);
		assert.equal((await end(client, body.recovery_codes[0])).body.code, 'totp_required');
		assert.equal((await put(appCode(secret))).body.code, 'sign_in_expired');
		const next = strict.client();

		assert.equal((await next.post('session', { email: ADMIN_EMAIL, password: PASSWORD }))
			.body.method, 'totp');
		assert.equal((await sendCode(next, body.recovery_codes[0])).status, 200);
	} finally {
		await strict.stop();
	}
});

test('or of administrators alone, after code and new password', async () => {
	const strict = await startStack({ settings: '[session]\nrequire_totp = administrators\n' });

	try {
		const email = 'admin2@example.com';
		const client = strict.client();

		strict.addUser('support@example.com', { groups: ['Support'] });
		await strict.signedIn('support@example.com');
		strict.admin(['user', 'add', email, '--group', 'Administrators', '--password-stdin'],
			{ input: `${PASSWORD}\n` });
		assert.equal((await client.post('session', { email, password: PASSWORD })).body.method,
			'email');
		assert.deepEqual((await sendCode(client, codeIn(await strict.mailTo(email)))).body,
			{ state: 'password_change_required' });
		assert.deepEqual((await client.post('session/password',
			{ password: 'nine lanterns under a bridge' })).body,
		{ state: 'totp_enrolment_required' });
		const { body: { secret } } = await client.post('session/totp');
		const { body } = await client.send('PUT', 'session/totp',
			{ body: { code: appCode(secret) } });

		assert.equal(body.state, 'signed_in');
		assert.equal((await client.get('users')).status, 200);
	} finally {
		await strict.stop();
	}
});

test('without a mail server the way back leads to no second factor', async () => {
	const bare = await startStack({ env: { SMTP: 'none' } });

	try {
		const client = await bare.signedIn();
		const { body: { secret } } = await begin(client);

		await confirm(client, appCode(secret));
		forgetLastCode(bare);
		assert.equal((await end(client, appCode(secret))).status, 204);
		assert.equal(await methodOf(client), 'disabled');
	} finally {
		await bare.stop();
	}
});

test('a code by mail counts no more after a hundred wrong ones either', async () => {
	const email = 'mailed.out@example.com';

	stack.admin(['user', 'add', email, '--password-stdin', '--keep-password'],
		{ input: `${PASSWORD}\n` });
	await tryOut(email, 100, '00000000');
	const client = await atCodeOf(email);

	await stack.mailTo(email);
	const code = codeIn(await stack.mailTo(email));

	assert.equal((await sendCode(client, code)).body.code, 'second_factor_spent');
});
