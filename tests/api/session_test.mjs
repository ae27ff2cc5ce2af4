/* Signing in, step by step, and what keeps others out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, PREFIX, startStack } from '../lib/stack.mjs';
import { codeIn } from '../lib/mail.mjs';
import { PASTED } from '../lib/pasted.mjs';
import { surely } from '../lib/surely.mjs';
import { until } from '../lib/until.mjs';

const NEW = 'nine lanterns under a bridge';

let stack;
let admin;
let networks = 1;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

/** A client from a network of its own, so that tests do not share their tries. */
function stranger() {
	networks += 1;
	return stack.client({ from: `127.0.0.${networks}` });
}

const signIn = (client, email, password = PASSWORD) => client.post('session', { email, password });

/** A user made by the administrator: code by mail, and a password to be changed. */
async function addMailUser(email) {
	const { status } = await admin.post('users', { email, password: PASSWORD, groups: [3] });

	assert.equal(status, 201);
}

/** Signed in up to the code; gives the client and the code. */
async function atCode(email) {
	const client = stranger();
	const { status, body } = await signIn(client, email);

	assert.deepEqual([status, body], [200, { state: 'code_required', method: 'email' }]);
	return { client, code: codeIn(await stack.mailTo(email)) };
}

/** Signed in up to the new password. */
async function atNewPassword(email) {
	await addMailUser(email);
	const { client, code } = await atCode(email);
	const { body } = await client.post('session/code', { code });

	assert.deepEqual(body, { state: 'password_change_required' });
	return client;
}

const withoutId = ({ body }) => ({ ...body, request_id: '' });
const wrongCode = (code) => String((Number(code) + 1) % 1e8).padStart(8, '0');
const past = (table, column, where = '1') =>
	stack.sql(`UPDATE ${table} SET ${column} = '2020-01-01' WHERE ${where}`);

for (const [i, pasted] of PASTED.entries()) {
	test(`a mailed code is taken as people paste it, form ${i + 1}`, async () => {
		const email = `pasted${i}@example.com`;

		await addMailUser(email);
		const { client, code } = await atCode(email);

		assert.deepEqual((await client.post('session/code', { code: pasted(code) })).body,
			{ state: 'password_change_required' });
	});
}

test('a password alone signs in where the second factor is disabled', async () => {
	const client = stranger();
	const { status, body, headers } = await signIn(client, ADMIN_EMAIL);
	const cookie = headers['set-cookie'].find((line) => line.startsWith('backoffice='));

	assert.deepEqual([status, body], [200, { state: 'signed_in' }]);
	assert.match(cookie, new RegExp(
		`^backoffice=[\\w-]{43}; Path=${PREFIX}; HttpOnly; SameSite=Strict$`));
	const session = (await client.get('session')).body;

	assert.equal(session.user.email, ADMIN_EMAIL);
	assert.equal(session.features.mail, true);
});

test('the session tells the groups to whoever may see them', async () => {
	const other = await stack.person('seesnone@example.com', { groups: ['Support'] });
	const groupsOf = async (client) => (await client.get('session')).body.groups;

	assert.deepEqual(await groupsOf(admin), (await admin.get('groups')).body.items);
	assert.deepEqual([(await other.get('groups')).status, await groupsOf(other)], [403, []]);
});

test('the address is found in any spelling', async () => {
	assert.equal((await signIn(stranger(), 'ADMIN@Example.COM')).status, 200);
});

test('unknown, wrong, disabled, expired and delayed are refused by one and the same answer',
	async () => {
		stack.addUser('disabled@example.com');
		stack.addUser('expired@example.com');
		stack.addUser('locked@example.com');
		stack.addUser('delayed@example.com');
		stack.sql(`UPDATE user SET status = 0 WHERE email = 'disabled@example.com';
			UPDATE user SET password = '!' WHERE email = 'locked@example.com';`);
		past('user', 'password_expires_at', "email = 'expired@example.com'");
		for (let i = 0; i < 5; i += 1) {
			await signIn(stranger(), 'delayed@example.com', 'wrong');
		}
		stack.sql('UPDATE attempt SET blocked_until = blocked_until + INTERVAL 1 HOUR ' +
			'WHERE blocked_until > last_at');
		const answers = await Promise.all([
			() => signIn(stranger(), 'nobody@example.com'),
			() => signIn(stranger(), ADMIN_EMAIL, 'wrong'),
			() => signIn(stranger(), 'disabled@example.com'),
			() => signIn(stranger(), 'expired@example.com'),
			() => signIn(stranger(), 'locked@example.com'),
			() => signIn(stranger(), 'delayed@example.com'),
			() => signIn(stranger(), 'not an address'),
		].map(surely));

		for (const answer of answers) {
			assert.equal(answer.status, 401);
			assert.equal(answer.body.code, 'sign_in_failed');
			assert.deepEqual(withoutId(answer), withoutId(answers[0]));
			assert.deepEqual(Object.keys(answer.headers), Object.keys(answers[0].headers));
		}
	});

test('an unknown address costs what a wrong password costs', async () => {
	const times = { known: [], unknown: [] };
	const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

	for (let i = 0; i < 15; i += 1) {
		for (const [kind, email] of [['known', ADMIN_EMAIL], ['unknown', `n${i}@example.com`]]) {
			const begun = performance.now();

			await signIn(stranger(), email, 'wrong');
			times[kind].push(performance.now() - begun);
		}
	}
	const ratio = median(times.known) / median(times.unknown);

	assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`);
	stack.sql('DELETE FROM attempt');
});

test('failures delay the account for strangers, and never the owner\'s own browser', async () => {
	const email = 'owner@example.com';

	stack.addUser(email);
	const owner = await stack.signedIn(email);

	for (let i = 0; i < 5; i += 1) {
		assert.equal((await signIn(stranger(), email, 'wrong')).status, 401);
	}
	assert.equal((await signIn(stranger(), email)).status, 401, 'the right password, too early');
	assert.equal((await signIn(owner, email)).status, 200, 'the owner is locked out');
	past('attempt', 'blocked_until');
	assert.equal((await signIn(stranger(), email)).status, 200);
});

test('delays grow with the failures', async () => {
	const delay = () => Number(stack.sql(`SELECT COALESCE(MAX(TIMESTAMPDIFF(SECOND, last_at,
		blocked_until)), 0) FROM attempt WHERE blocked_until > last_at`)[0][0]);
	const seen = [];

	stack.sql('DELETE FROM attempt');
	for (let i = 0; i < 7; i += 1) {
		await signIn(stranger(), 'grows@example.com', 'wrong');
		seen.push(delay());
		past('attempt', 'blocked_until');
	}
	assert.deepEqual(seen, [0, 0, 0, 0, 1, 2, 4]);
});

test('a network that tries many accounts is told to wait, others are not', async () => {
	const client = stranger();

	for (let i = 0; i < 51; i += 1) {
		await signIn(client, `many${i}@example.com`, 'wrong');
	}
	const { status, body, headers } = await signIn(client, ADMIN_EMAIL);

	assert.deepEqual([status, body.code], [429, 'too_many_requests']);
	assert.ok(Number(headers['retry-after']) >= 1);
	assert.equal((await signIn(stranger(), ADMIN_EMAIL)).status, 200);
});

test('an email code is the second step, and the forced change of a known password the third',
	async () => {
		const email = 'steps@example.com';
		const client = await atNewPassword(email);
		const early = await client.get('session');

		assert.deepEqual([early.status, early.body.code], [403, 'password_change_required']);
		const done = await client.post('session/password', { password: NEW });

		assert.deepEqual([done.status, done.body], [200, { state: 'signed_in' }]);
		assert.equal((await client.get('session')).status, 200);
		assert.equal((await signIn(stranger(), email)).status, 401, 'the old password still works');
		assert.equal((await signIn(stranger(), email, NEW)).body.state, 'code_required');
	});

test('a code is good for one use', async () => {
	await addMailUser('once@example.com');
	const { client, code } = await atCode('once@example.com');
	const answers = await Promise.all([1, 2, 3].map(() => client.post('session/code', { code })));

	assert.equal(answers.filter(({ status }) => status === 200).length, 1);
});

test('a code belongs to the sign-in that asked for it', async () => {
	await addMailUser('bound@example.com');
	const first = await atCode('bound@example.com');
	const second = await atCode('bound@example.com');
	const { status, body } = await second.client.post('session/code', { code: first.code });

	assert.deepEqual([status, body.code], [401, 'code_wrong']);
});

test('five wrong codes end the sign-in', async () => {
	await addMailUser('guess@example.com');
	const { client, code } = await atCode('guess@example.com');

	for (let i = 0; i < 5; i += 1) {
		const { body } = await client.post('session/code', { code: wrongCode(code) });

		assert.equal(body.code, 'code_wrong');
	}
	assert.equal((await client.post('session/code', { code })).body.code, 'sign_in_expired');
});

test('a code is void when its ten minutes are over', async () => {
	await addMailUser('late@example.com');
	const { client, code } = await atCode('late@example.com');
	const [[minutes]] = stack.sql(`SELECT ROUND(TIMESTAMPDIFF(SECOND, code_sent_at, code_expires_at)
		/ 60) FROM sign_in_challenge ORDER BY id DESC LIMIT 1`);

	assert.equal(minutes, '10');
	past('sign_in_challenge', 'code_expires_at');
	assert.equal((await client.post('session/code', { code })).body.code, 'code_wrong');
});

test('another code can be asked for after half a minute, and voids the one before', async () => {
	await addMailUser('resend@example.com');
	const { client, code } = await atCode('resend@example.com');
	const early = await client.post('session/code/resend');

	assert.equal(early.status, 429);
	assert.ok(Number(early.headers['retry-after']) >= 1);
	past('sign_in_challenge', 'code_sent_at');
	assert.equal((await client.post('session/code/resend')).body.state, 'code_required');
	const next = codeIn(await stack.mailTo('resend@example.com'));

	assert.equal((await client.post('session/code', { code })).body.code, 'code_wrong');
	assert.equal((await client.post('session/code', { code: next })).status, 200);
});

test('a sign-in under way opens nothing else', async () => {
	await addMailUser('between@example.com');
	const { client } = await atCode('between@example.com');
	const wrongStep = await client.post('session/password', { password: NEW });

	assert.equal((await client.get('clients')).status, 401);
	assert.equal(wrongStep.body.code, 'sign_in_expired');
});

test('the sign-in ends at once when the user is disabled between its steps', async () => {
	await addMailUser('stopped@example.com');
	const { client, code } = await atCode('stopped@example.com');

	stack.sql("UPDATE user SET status = 0 WHERE email = 'stopped@example.com'");
	assert.equal((await client.post('session/code', { code })).body.code, 'sign_in_expired');
});

test('a new password must be good, other than the old one, and the step survives a refusal',
	async () => {
		const client = await atNewPassword('choosy@example.com');
		const refusals = {
			'short': 'password.too_short',
			'passwordpassword': 'password.common',
			'aaaaaaaaaaaaaaaaaaaa': 'password.repeated',
			'choosy@example.com': 'password.personal',
			[PASSWORD]: 'password.same',
		};

		for (const [password, key] of Object.entries(refusals)) {
			const { status, body } = await client.post('session/password', { password });

			assert.deepEqual([status, body.errors], [422, { password: key }], password);
		}
		assert.equal((await client.post('session/password', { password: NEW })).status, 200);
	});

test('a password that the administrator knew is void 72 hours later', async () => {
	await addMailUser('slow@example.com');
	const [[hours]] = stack.sql(`SELECT ROUND(TIMESTAMPDIFF(SECOND, created_at, password_expires_at)
		/ 3600) FROM user WHERE email = 'slow@example.com'`);

	assert.equal(hours, '72');
	past('user', 'password_expires_at', "email = 'slow@example.com'");
	assert.equal((await signIn(stranger(), 'slow@example.com')).status, 401);
});

test('changing the password ends the other sessions of the user', async () => {
	const email = 'twice@example.com';
	const first = await stack.person(email);

	stack.sql(`UPDATE user SET password_must_change = 1 WHERE email = '${email}'`);
	const second = stranger();

	assert.equal((await signIn(second, email)).body.state, 'password_change_required');
	await second.post('session/password', { password: NEW });
	assert.equal((await first.get('session')).status, 401);
	assert.equal((await second.get('session')).status, 200);
});

test('a session ends after half an hour without use and twelve hours in any case', async () => {
	for (const column of ['last_used_at', 'created_at']) {
		const email = `${column.replaceAll('_', '.')}@example.com`;
		const client = await stack.person(email);

		assert.equal((await client.get('session')).status, 200);
		past('session', column, `user_id = (SELECT id FROM user WHERE email = '${email}')`);
		assert.equal((await client.get('session')).status, 401, column);
	}
});

test('signing out ends the session on the server', async () => {
	const client = await stack.person('leaves@example.com');
	const jar = new Map(client.jar);

	assert.equal((await client.delete('session')).status, 204);
	assert.ok(!client.jar.has('backoffice'));
	client.jar = jar;
	assert.equal((await client.get('session')).status, 401);
});

test('each sign-in has a new token, and the one before it in that browser is dead', async () => {
	const client = await stack.person('again@example.com');
	const earlier = new Map(client.jar);

	await signIn(client, 'again@example.com');
	assert.notEqual(client.jar.get('backoffice'), earlier.get('backoffice'));
	client.jar = earlier;
	assert.equal((await client.get('session')).status, 401);
});

test('a token that somebody else put into the browser is not taken over', async () => {
	const client = stranger();

	client.jar.set('backoffice', 'A'.repeat(43));
	await signIn(client, ADMIN_EMAIL);
	assert.notEqual(client.jar.get('backoffice'), 'A'.repeat(43));
});

test('no token and no code stands in the database as it is', async () => {
	await addMailUser('hidden@example.com');
	const { client, code } = await atCode('hidden@example.com');
	const rows = JSON.stringify([stack.sql('SELECT HEX(token_hash) FROM session'),
		stack.sql('SELECT HEX(token_hash), HEX(code_hash) FROM sign_in_challenge')]);
	const hex = (text) => Buffer.from(text).toString('hex').toUpperCase();

	assert.ok(!rows.includes(hex(code)));
	for (const value of client.jar.values()) {
		assert.ok(!rows.includes(hex(value)));
		assert.ok(!rows.includes(Buffer.from(value, 'base64url').toString('hex').toUpperCase()));
	}
});

test('a hash of other strength is made anew at the next sign-in', async () => {
	const email = 'rehash@example.com';
	const kind = () => stack.sql(`SELECT SUBSTRING_INDEX(password, '$', 4) FROM user
		WHERE email = '${email}'`)[0][0];

	stack.addUser(email, { settings: (text) => text.replace('passes = 1', 'passes = 2') });
	assert.equal(kind(), '$argon2id$v=19$m=8192,t=2,p=1');
	await stack.signedIn(email);
	assert.equal(kind(), '$argon2id$v=19$m=8192,t=1,p=1');
	await stack.signedIn(email);
});

test('nothing of a sign-in is in the logs', () => {
	const logs = stack.logs();

	for (const secret of [PASSWORD, NEW, 'steps@example.com', 'choosy@example.com']) {
		assert.ok(!logs.includes(secret), secret);
	}
});

test('without a mail server no code can come, and only the right password is told so', async () => {
	const bare = await startStack({ env: { SMTP: 'none' } });

	try {
		bare.admin(['user', 'add', 'nomail@example.com', '--password-stdin', '--keep-password'],
			{ input: `${PASSWORD}\n` });
		const right = await signIn(bare.client(), 'nomail@example.com');
		const wrong = await signIn(bare.client(), 'nomail@example.com', 'wrong');

		assert.deepEqual([right.status, right.body.code], [403, 'second_factor_unavailable']);
		assert.deepEqual([wrong.status, wrong.body.code], [401, 'sign_in_failed']);
	} finally {
		await bare.stop();
	}
});

test('the line of a request says who asked, and why it was refused', async () => {
	const anybody = stranger();
	const ids = [await admin.get('users?size=1'), await admin.get('users/999999'),
		await anybody.get('users')].map(({ headers }) => headers['x-request-id']);
	const line = (id) => new RegExp(`event=request request=${id} method=GET path=\\S+ `
		+ '(status=\\d+) ms=\\S+ (.*)$', 'm');
	const tail = (id) => stack.log('fcgi').match(line(id))?.slice(1).join(' ');

	await until(() => tail(ids.at(-1)));
	assert.deepEqual(ids.map(tail), ['status=200 user=1', 'status=404 user=1 code=not_found',
		'status=401 user=0 code=unauthenticated']);
});
