/* One-time links with which people choose a password: given, used up, voided, and forgotten
 * passwords. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { codeIn, linkIn } from '../lib/mail.mjs';
import { surely } from '../lib/surely.mjs';
import { until } from '../lib/until.mjs';

const SUPPORT = 3;
const NEW = 'nine lanterns under a bridge';
const OTHER = 'four kettles beside an orchard';

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
	return stack.client({ from: `127.0.${networks >> 8}.${networks & 255}` });
}

const outcome = ({ status, body }) => [status, body?.code, body?.errors];
const VOID = [401, 'link_void', undefined];
const LINK = /^http:\/\/127\.0\.0\.1:\d+\/any\/where\/sign-in\.html#set=([\w-]{43})$/;
const tokenOf = (link) => link.match(LINK)[1];

const look = (token, client = stranger()) => client.post('session/link', { token });
const choose = (token, password = NEW, client = stranger()) =>
	client.post('session/link/password', { token, password });
const signIn = (email, password = NEW, client = stranger()) =>
	client.post('session', { email, password });
const forgot = (email, client = stranger()) => client.post('session/forgotten', { email });
const count = (what) => Number(stack.sql(`SELECT COUNT(*) FROM ${what}`)[0][0]);

/** A user who was created with a link; gives the record with the link. */
async function invited(name, fields = {}) {
	const { status, body } = await admin.post('users', { email: `${name}@example.com`,
		link: true, groups: [SUPPORT], ...fields });

	assert.equal(status, 201);
	return body;
}

const give = (id, body = { link: true }) => admin.post(`users/${id}/credentials`, body);

/** The token of a letter that somebody who forgot the password got. */
async function forgottenToken(email) {
	assert.equal((await forgot(email)).status, 204);
	const mail = await stack.mailTo(email.toLowerCase());

	assert.match(mail.headers.subject, /^Choose a new password/);
	return tokenOf(linkIn(mail));
}

/** What the database has of a user's links. */
const stored = (id) => stack.sql(`SELECT kind, ROUND(TIMESTAMPDIFF(SECOND, created_at,
	expires_at) / 60) FROM password_link WHERE user_id = ${id}`);

const lastAction = (id) => stack.sql(`SELECT action, result, actor_id, after_json FROM audit
	WHERE target_type = 'user' AND target_id = ${id} ORDER BY id DESC LIMIT 1`)[0];

test('a new user gets a link that is shown once, chooses a password with it, is asked for a code',
	async () => {
		const user = await invited('anna');
		const token = tokenOf(user.link);

		assert.equal(user.last_sign_in_at, null);
		assert.deepEqual((await admin.get(`users/${user.id}`)).body.delivery, null);
		assert.ok(!(await admin.get(`users/${user.id}`)).text.includes(token));
		assert.deepEqual((await look(token)).body, { email: user.email, password_min: 15 });
		const answer = await choose(token);

		assert.equal(answer.status, 204);
		assert.equal(answer.headers['set-cookie'].length, 1);
		assert.match(answer.headers['set-cookie'][0], /^backoffice-device=/, 'it signs nobody in');
		const client = stranger();

		assert.deepEqual((await signIn(user.email, NEW, client)).body,
			{ state: 'code_required', method: 'email' });
		assert.match((await stack.mailTo(user.email, { notice: true })).headers.subject,
			/was changed/);
		const code = codeIn(await stack.mailTo(user.email));

		assert.deepEqual((await client.post('session/code', { code })).body,
			{ state: 'signed_in' });
	});

test('no password fits a user who has not chosen one', async () => {
	const { email } = await invited('nopass');

	assert.equal((await signIn(email, '!')).status, 401);
	assert.equal((await signIn(email, '')).status, 422);
});

test('looking at a link, however often, does not use it up, and a policy refusal neither',
	async () => {
		const { link } = await invited('looks');
		const token = tokenOf(link);
		const weak = await choose(token, 'looks@example.com');

		for (let i = 0; i < 3; i += 1) {
			assert.equal((await look(token)).status, 200);
		}
		assert.deepEqual(outcome(weak), [422, 'invalid', { password: 'password.personal' }]);
		assert.deepEqual(outcome(await choose(token, 'short')),
			[422, 'invalid', { password: 'password.too_short' }]);
		assert.equal((await choose(token)).status, 204);
	});

/** The crowd guesses at the account until nobody of it may try for a while. */
async function shutByCrowd(email) {
	for (let i = 0; i < 6; i++) {
		await signIn(email, 'a wrong guess of the crowd');
	}
	stack.sql(`UPDATE attempt SET failures = 20, blocked_until = NOW() + INTERVAL 15 MINUTE
		WHERE blocked_until > last_at`);
	assert.equal((await signIn(email, PASSWORD)).status, 401);
}

test('an owner whom the crowd has shut out comes in by a link, in the browser that used it',
	async () => {
		for (const way of ['given', 'forgotten']) {
			const email = `shut-${way}@example.com`;

			stack.addUser(email);
			const [[id]] = stack.sql(`SELECT id FROM user WHERE email = '${email}'`);

			await shutByCrowd(email);
			const token = way === 'given' ? tokenOf((await give(id)).body.link)
				: await forgottenToken(email);
			const browser = stranger();

			assert.equal((await choose(token, NEW, browser)).status, 204);
			assert.deepEqual((await signIn(email, NEW, browser)).body, { state: 'signed_in' }, way);
			assert.equal((await signIn(email, NEW)).status, 401, 'the crowd is still kept waiting');
		}
	});

test('a browser that is known by a link is known to one account, and guesses there are counted',
	async () => {
		const { link, email } = await invited('known');
		const browser = stranger();

		stack.addUser('unknown@example.com');
		await choose(tokenOf(link), NEW, browser);
		await shutByCrowd('unknown@example.com');
		assert.equal((await signIn('unknown@example.com', PASSWORD, browser)).status, 401);
		for (let i = 0; i < 6; i++) {
			await signIn(email, 'a wrong guess', browser);
		}
		assert.equal((await signIn(email, NEW, browser)).status, 401, 'it is delayed by its own');
		assert.equal((await signIn(email, NEW)).status, 200, 'and delays nobody else');
	});

test('a link is taken by POST alone', async () => {
	const { link } = await invited('gets');

	for (const path of ['session/link', 'session/link/password', 'session/forgotten']) {
		assert.equal((await stranger().get(`${path}?token=${tokenOf(link)}`)).status, 405);
	}
	assert.equal((await choose(tokenOf(link))).status, 204);
});

test('a link is good for one use', async () => {
	const { link, email } = await invited('twice');
	const token = tokenOf(link);

	assert.equal((await choose(token)).status, 204);
	assert.deepEqual(outcome(await look(token)), VOID);
	assert.deepEqual(outcome(await choose(token, OTHER)), VOID);
	assert.equal((await signIn(email, NEW)).status, 200);
});

test('of twenty who use a link at once one wins, and only that password counts', async () => {
	const { link, email, id } = await invited('race');
	const token = tokenOf(link);
	const passwords = Array.from({ length: 20 }, (_, i) => `${NEW} number ${i}`);
	const answers = await Promise.all(passwords.map((password) =>
		surely(() => choose(token, password))));
	const won = answers.findIndex(({ status }) => status === 204);

	for (const [i, answer] of answers.entries()) {
		assert.deepEqual(outcome(answer), i === won ? [204, undefined, undefined] : VOID);
	}
	assert.equal(count(`audit WHERE action = 'user.password_change' AND target_id = ${id}`), 1);
	assert.equal((await signIn(email, passwords[won])).status, 200);
	assert.equal((await signIn(email, passwords[(won + 1) % 20])).status, 401);
});

test('a link is good for 72 hours and not longer', async () => {
	const { link, id } = await invited('late');

	assert.deepEqual(stored(id), [['1', '4320']]);
	stack.sql(`UPDATE password_link SET created_at = created_at - INTERVAL 72 HOUR,
		expires_at = expires_at - INTERVAL 72 HOUR WHERE user_id = ${id}`);
	assert.deepEqual(outcome(await look(tokenOf(link))), VOID);
	assert.deepEqual(outcome(await choose(tokenOf(link))), VOID);
});

test('the database keeps no token, and neither do the trail and the logs', async () => {
	const { link, id } = await invited('dump', { send_to_email: false });
	const token = tokenOf(link);
	const columns = stack.sql(`SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = 'backoffice' AND data_type REGEXP 'char|binary|text|blob'`);
	const dump = stack.sql(columns.map(([table, column]) =>
		`SELECT HEX(${column}) FROM ${table}`).join(';\n')).flat();

	assert.equal(stored(id).length, 1);
	assert.ok(dump.includes(Buffer.from('dump@example.com').toString('hex').toUpperCase()));
	for (const secret of [token, Buffer.from(token, 'base64url')]) {
		const hex = Buffer.from(secret).toString('hex').toUpperCase();

		assert.ok(dump.every((value) => !value.includes(hex)));
	}
	await choose(token);
	assert.ok(!stack.logs().includes(token));
});

test('newer credentials, of either sort, void a link', async () => {
	const user = await invited('newer');
	const second = await give(user.id);

	assert.equal(second.status, 200);
	assert.deepEqual(outcome(await choose(tokenOf(user.link))), VOID);
	assert.equal((await give(user.id, { password: OTHER })).body.link, undefined);
	assert.deepEqual(outcome(await choose(tokenOf(second.body.link))), VOID);
});

test('a link in place of a password voids the password and ends the sessions', async () => {
	const client = await stack.person('replaced@example.com');
	const { id } = (await client.get('session')).body.user;
	const { status, body, headers } = await give(id);

	assert.equal(status, 200);
	assert.equal(headers.etag, `"${body.version}"`);
	assert.deepEqual(lastAction(id), ['user.credentials', 'ok', '1',
		'{"by":"link","mail":null}']);
	assert.equal((await client.get('session')).status, 401);
	assert.equal((await signIn('replaced@example.com', PASSWORD)).status, 401);
	assert.match((await stack.mailTo('replaced@example.com', { notice: true })).headers.subject,
		/was changed/);
	assert.equal((await choose(tokenOf(body.link))).status, 204);
	assert.deepEqual(lastAction(id), ['user.password_change', 'ok', String(id),
		'{"by":"link"}']);
	assert.equal((await signIn('replaced@example.com', NEW)).body.state, 'signed_in');
});

test('a link is void once its user is disabled, moved to another address or deleted', async () => {
	const changes = {
		disabled: async (id) => {
			assert.equal((await admin.patch(`users/${id}`, { status: 'disabled' })).status, 200);
			await admin.patch(`users/${id}`, { status: 'enabled' });
		},
		moved: (id) => admin.patch(`users/${id}`, { email: 'moved-away@example.com' }),
		renamed: (id) => admin.patch(`users/${id}`, { name: 'Somebody Else' }),
		bulk: (id) => admin.post('users/bulk', { ids: [id], set: { status: 'disabled' } }),
		deleted: (id) => admin.delete(`users/${id}`),
	};

	for (const [name, change] of Object.entries(changes)) {
		const { id, link } = await invited(`${name}-user`);

		await change(id);
		assert.deepEqual(outcome(await look(tokenOf(link))),
			name === 'renamed' ? [200, undefined, undefined] : VOID, name);
		assert.equal(count(`password_link WHERE user_id = ${id}`), name === 'renamed' ? 1 : 0);
	}
});

test('a link does nothing for somebody who was disabled past the product, or from elsewhere',
	async () => {
		const { id, link } = await invited('aside');

		stack.sql(`UPDATE user SET status = 0 WHERE id = ${id}`);
		assert.deepEqual(outcome(await choose(tokenOf(link))), VOID);
		stack.sql(`UPDATE user SET status = 1, ip_allow_list = '10.0.0.0/8' WHERE id = ${id}`);
		assert.deepEqual(outcome(await choose(tokenOf(link))), VOID);
		stack.sql(`UPDATE user SET ip_allow_list = '' WHERE id = ${id}`);
		assert.equal((await choose(tokenOf(link))).status, 204);
	});

test('a mailed link comes by letter, and the answer has none', async () => {
	const user = await invited('mailed', { send_to_email: true, name: 'Mia & Co' });
	const mail = await stack.mailTo('mailed@example.com');
	const link = linkIn(mail);

	assert.equal('link' in user, false);
	assert.match(mail.headers.subject, /^Your account at/);
	assert.match(mail.text, /^Hello Mia & Co,$/m);
	assert.match(mail.text, /good for 72 hours and for one use/);
	assert.ok(mail.html.includes(`href="${link}"`) && mail.html.includes('Hello Mia &amp; Co,'));
	assert.deepEqual(mail.defects, []);
	const letter = (await admin.get(`mail?user=${user.id}`)).body.items[0];

	assert.equal(letter.kind, 'link');
	assert.equal((await choose(tokenOf(link))).status, 204);
});

test('sending a mailed link again makes a fresh one and voids the first', async () => {
	const { id } = await invited('again', { send_to_email: true });
	const first = linkIn(await stack.mailTo('again@example.com'));
	const letter = (await admin.get(`mail?user=${id}`)).body.items[0];
	const { status, text, body } = await admin.post(`mail/${letter.id}/resend`);

	assert.equal(status, 202);
	assert.equal(body.kind, 'link');
	assert.ok(!text.includes('#set='));
	const second = linkIn(await stack.mailTo('again@example.com'));

	assert.deepEqual(outcome(await choose(tokenOf(first))), VOID);
	assert.equal((await choose(tokenOf(second))).status, 204);
});

test('a repetition with the same key makes no other link and does not show the first again',
	async () => {
		const key = { 'Idempotency-Key': randomBytes(8).toString('hex') };
		const body = { email: 'once@example.com', link: true };
		const first = await admin.post('users', body, key);
		const second = await admin.post('users', body, key);

		assert.equal(second.status, 201);
		assert.equal(second.body.id, first.body.id);
		assert.equal(second.body.link, undefined);
		const third = await admin.post(`users/${first.body.id}/credentials`, { link: true }, key);

		assert.deepEqual(outcome(third), [422, 'idempotency_key_reused', undefined]);
		assert.equal((await choose(tokenOf(first.body.link))).status, 204);
	});

test('exactly one of password and link is taken, and the refusal names the field', async () => {
	const { id } = await invited('either');
	const cases = [
		[{}, { password: 'password.required' }],
		[{ link: false }, { password: 'password.required' }],
		[{ link: true, password: NEW }, { password: 'password.surplus' }],
		[{ link: true, password: '' }, { password: 'password.surplus' }],
	];

	for (const [body, errors] of cases) {
		assert.deepEqual(outcome(await give(id, body)), [422, 'invalid', errors]);
		assert.deepEqual(outcome(await admin.post('users', { email: 'x@example.com', ...body })),
			[422, 'invalid', errors]);
	}
	assert.deepEqual(outcome(await give(id, { link: 'yes' })),
		[400, 'malformed', { link: 'type', password: 'password.required' }]);
});

test('nobody gives a link to themselves or to somebody who holds more', async () => {
	const manager = await stack.person('manager@example.com', { groups: ['Managers'] });

	assert.deepEqual(outcome(await give(1)),
		[403, 'forbidden', { user: 'user.own_credentials' }]);
	assert.deepEqual(outcome(await manager.post('users/1/credentials', { link: true })),
		[403, 'forbidden', { user: 'user.above_yours' }]);
	assert.equal(count('password_link WHERE user_id = 1'), 0);
	assert.equal((await signIn(ADMIN_EMAIL, PASSWORD)).status, 200);
});

test('tokens that are no link are refused alike, and cost the network its tries', async () => {
	const client = stranger();

	for (const token of ['x', 'ä', 'A'.repeat(43), 'A'.repeat(256)]) {
		assert.deepEqual(outcome(await look(token, client)), VOID);
		assert.deepEqual(outcome(await choose(token, NEW, client)), VOID);
	}
	stack.sql('UPDATE attempt SET failures = 60 WHERE failures = 8');
	await look('x', client);
	const { status, headers } = await look('x', client);

	assert.equal(status, 429);
	assert.ok(Number(headers['retry-after']) > 0);
	stack.sql('DELETE FROM attempt');
});

test('a forgotten password is replaced by the link of the letter, and sessions end only then',
	async () => {
		const client = await stack.person('forgetful@example.com', { name: 'Finn' });
		const { id } = (await client.get('session')).body.user;
		const token = await forgottenToken('Forgetful@Example.COM');

		assert.deepEqual(lastAction(id), ['session.forgotten', 'ok', 'NULL', 'NULL']);
		assert.deepEqual(stored(id), [['2', '60']]);
		assert.equal((await client.get('session')).status, 200);
		assert.equal((await signIn('forgetful@example.com', PASSWORD)).status, 200);
		assert.equal((await choose(token)).status, 204);
		assert.equal((await client.get('session')).status, 401);
		assert.equal((await signIn('forgetful@example.com', PASSWORD)).status, 401);
		assert.equal((await signIn('forgetful@example.com', NEW)).body.state, 'signed_in');
		assert.deepEqual(lastAction(id)[0], 'session.sign_in');
		const changed = await stack.mailTo('forgetful@example.com', { notice: true });

		assert.match(changed.text, /^Hello Finn,$/m);
		assert.match(changed.text, /Time {7}\d\d? [A-Z][a-z]{2} \d{4}, \d\d:\d\d \(UTC\)/);
	});

test('a link for a forgotten password is good for an hour', async () => {
	stack.addUser('slow@example.com');
	const token = await forgottenToken('slow@example.com');

	stack.sql('UPDATE password_link SET expires_at = expires_at - INTERVAL 60 MINUTE');
	assert.deepEqual(outcome(await choose(token)), VOID);
});

test('changing the password voids a link for a forgotten one', async () => {
	const client = await stack.person('found@example.com');
	const token = await forgottenToken('found@example.com');

	assert.equal((await client.send('PUT', 'profile/password',
		{ body: { current: PASSWORD, password: NEW } })).status, 204);
	assert.deepEqual(outcome(await look(token)), VOID);
});

test('a forgotten password that is asked for leaves the link of an administrator alone',
	async () => {
		const { id, link, email } = await invited('both');

		assert.equal((await forgot(email)).status, 204);
		assert.deepEqual(stored(id).map(([kind]) => kind), ['1'], 'nothing to have forgotten');
		assert.equal((await look(tokenOf(link))).status, 200);
	});

test('a reset does not get around an authenticator app', async () => {
	stack.addUser('app@example.com');
	const token = await forgottenToken('app@example.com');

	stack.sql("UPDATE user SET two_factor = 2 WHERE email = 'app@example.com'");
	assert.equal((await choose(token)).status, 204);
	assert.deepEqual((await signIn('app@example.com', NEW)).body,
		{ state: 'code_required', method: 'totp' });
});

test('known, unknown, disabled and limited addresses are answered by one and the same answer',
	async () => {
		for (const name of ['known', 'off', 'limited', 'expired']) {
			stack.addUser(`${name}@example.org`);
		}
		stack.sql(`UPDATE user SET status = 0 WHERE email = 'off@example.org';
			UPDATE user SET ip_allow_list = '10.0.0.0/8' WHERE email = 'limited@example.org';
			UPDATE user SET password_expires_at = '2020-01-01'
				WHERE email = 'expired@example.org'`);
		const letters = count('outbox');
		const answers = await Promise.all(['known@example.org', 'nobody@example.org',
			'off@example.org', 'limited@example.org', 'expired@example.org', 'not an address',
			'kn\u00f6wn@example.org', 'known@ex\u0430mple.org',
			`known@${'example'.repeat(36)}.org`, '\u03a9'.repeat(512)]
			.map((email) => forgot(email)));
		const fixed = ({ headers: { date: _, 'x-request-id': __, ...headers } }) => headers;

		for (const answer of answers) {
			assert.equal(answer.status, 204);
			assert.equal(answer.text, '');
			assert.deepEqual(fixed(answer), fixed(answers[0]));
		}
		assert.equal(count('outbox'), letters + 1);
		assert.match(linkIn(await stack.mailTo('known@example.org')), LINK);
		assert.equal(count("audit WHERE action = 'session.forgotten' AND result = 'not_found'"), 6);
	});

/** What the page's program asked of the database during work, a word or two of each statement. */
async function statementsOf(job) {
	stack.sql(`SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log;
		SET GLOBAL general_log = 1`);
	await job();
	stack.sql('SET GLOBAL general_log = 0');
	const said = stack.sql(`SELECT thread_id, LEFT(CONVERT(argument USING latin1), 60)
		FROM mysql.general_log WHERE user_host LIKE 'backoffice_web%'
		AND command_type IN ('Execute', 'Query')`);
	const [thread] = said.find(([, text]) => text.startsWith('SAVEPOINT')) ?? said[0];

	return said.filter(([by]) => by === thread).map(([, text]) =>
		text.replace(/^(RELEASE|ROLLBACK TO) SAVEPOINT/, 'SETTLE').match(/^\w+( \w+){0,2}/)[0]);
}

test('an address that nobody has is answered by the same statements as somebody\'s', async () => {
	stack.addUser('counted@example.org');
	for (let i = 0; i < 40; i++) {
		await stranger().get('session'); // each thread has its connection
	}
	const known = await statementsOf(() => forgot('counted@example.org'));
	const unknown = await statementsOf(() => forgot('uncounted@example.org'));

	for (const part of ['INSERT INTO outbox', 'INSERT INTO password_link', 'SETTLE saved']) {
		assert.ok(known.includes(part), known.join('\n'));
	}
	assert.equal(known.filter((text) => text === 'COMMIT').length, 1);
	assert.deepEqual(unknown, known);
});

test('an address that nobody has costs what one costs that somebody has', async () => {
	const times = { known: [], unknown: [] };
	const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
	const people = Array.from({ length: 15 }, (_, i) => `t${i}@example.net`);

	stack.sql(`INSERT INTO user (email, password, created_at) SELECT e.email, u.password, NOW()
		FROM user u JOIN (${people.map((email) => `SELECT '${email}' AS email`)
		.join(' UNION ALL ')}) e WHERE u.email = '${ADMIN_EMAIL}'`);
	for (const [i, email] of people.entries()) {
		for (const [kind, address] of [['known', email], ['unknown', `n${i}@example.net`]]) {
			await until(() => count('outbox WHERE state IN (0, 1)') === 0); // the mailer rests
			const begun = performance.now();

			assert.equal((await forgot(address)).status, 204);
			times[kind].push(performance.now() - begun);
		}
	}
	const ratio = median(times.known) / median(times.unknown);

	assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`);
	assert.equal(count("outbox WHERE kind = 5 AND user_id IS NULL"), 0);
});

test('an account gets one letter a minute and five an hour; what is held back looks the same',
	async () => {
		const email = 'flooded@example.com';
		const minuteOver = () => stack.sql(`UPDATE attempt SET blocked_until = '2020-01-01'
			WHERE blocked_until < NOW() + INTERVAL 2 MINUTE`);
		const letters = () => count(`outbox o JOIN user u ON u.id = o.user_id
			WHERE u.email = '${email}' AND o.kind = 5`);

		stack.addUser(email);
		for (let i = 0; i < 3; i += 1) {
			assert.equal((await forgot(email)).status, 204);
		}
		assert.equal(letters(), 1);
		for (let i = 0; i < 6; i += 1) {
			minuteOver();
			const { status, text } = await forgot(email);

			assert.deepEqual([status, text], [204, '']);
		}
		assert.equal(letters(), 5);
	});

test('only the newest letter about a forgotten password is good', async () => {
	stack.addUser('newest@example.com');
	const first = await forgottenToken('newest@example.com');

	stack.sql("UPDATE attempt SET blocked_until = '2020-01-01'");
	const second = await forgottenToken('newest@example.com');

	assert.deepEqual(outcome(await look(first)), VOID);
	assert.equal((await look(second)).status, 200);
});

test('a network asks for so many letters an hour, whoever they are for', async () => {
	const client = stranger();
	let refused;

	for (let i = 0; i < 31; i += 1) {
		refused = await forgot(`many${i}@example.net`, client);
		assert.equal(refused.status, i < 30 ? 204 : 429);
	}
	assert.ok(Number(refused.headers['retry-after']) > 3000);
	assert.equal((await forgot('many0@example.net')).status, 204);
});

test('the list of users tells how the letter with credentials fares, as a user does', async () => {
	const mailed = await invited('listed', { send_to_email: true });
	const bare = await invited('listed-bare');
	const rows = async () => (await admin.get('users?email=listed')).body.items;
	const deliveries = async () => (await rows()).map(({ delivery }) => delivery);
	const linked = linkIn(await stack.mailTo('listed@example.com'));
	const [none, sent] = await until(async () => {
		const found = await deliveries();

		return found[1].state === 'sent' && found;
	});

	assert.equal(none, null);
	assert.deepEqual({ ...sent, at: '' }, { kind: 'link', state: 'sent', smtp_code: 250, at: '',
		may_have_arrived: false, former_address: false,
		signed_in_since: false });
	assert.equal((await give(bare.id, { password: OTHER, send_to_email: true })).status, 200);
	assert.equal((await deliveries())[0].kind, 'credentials');
	await choose(tokenOf(linked));
	assert.equal((await deliveries())[1].signed_in_since, false, 'a password is no sign-in');
	await admin.patch(`users/${mailed.id}`, { two_factor: 'disabled' });
	assert.equal((await signIn(mailed.email)).status, 200);
	assert.equal((await deliveries())[1].signed_in_since, true);
	for (const row of await rows()) {
		assert.deepEqual(row.delivery, (await admin.get(`users/${row.id}`)).body.delivery);
	}
	const members = (await admin.get(`groups/${SUPPORT}/users?email=listed`)).body.items;

	assert.equal(members[1].delivery.kind, 'link');
});

test('the newest letter counts on a page of any size, whatever its kind', async () => {
	const [[id]] = stack.sql("SELECT id FROM user WHERE email = 'listed@example.com'");
	const put = (kind, state, code) => stack.sql(`INSERT INTO outbox (message_id, kind, user_id,
		priority, state, created_at, expires_at, next_at, settled_at, smtp_code)
		VALUES (RANDOM_BYTES(16), ${kind}, ${id}, 5, ${state}, NOW(), NOW(), NOW(), NOW(),
		${code})`);
	const delivery = async (size) => (await admin.get(`users?size=${size}`)).body.items
		.find((user) => user.id === Number(id))?.delivery;

	put(1, 3, 550);
	for (const kind of [2, 3, 5, 6]) {
		put(kind, 2, 250);
	}
	const { kind, state, smtp_code: code } = await delivery(200);

	assert.deepEqual([kind, state, code], ['credentials', 'failed', 550]);
	put(4, 4, 0);
	assert.deepEqual((await delivery(200)).state, 'expired');
});

const importCsv = (csv, client = admin) => client.send('POST', 'users/import',
	{ body: csv, headers: { 'Content-Type': 'text/csv' } });

test('whoever is imported with send_link chooses a password with the link of the letter',
	async () => {
		const { body } = await importCsv('email,groups,send_link\n'
			+ 'linked@example.com,Support,true\nunlinked@example.com,Support,false\n');
		const [{ id }, unlinked] = body.rows;
		const token = tokenOf(linkIn(await stack.mailTo('linked@example.com')));

		assert.equal(body.good, 2);
		assert.equal(count(`outbox WHERE user_id = ${unlinked.id}`), 0);
		await until(async () =>
			(await admin.get(`users/${id}`)).body.delivery?.state === 'sent');
		assert.equal((await choose(token)).status, 204);
		assert.equal((await signIn('linked@example.com')).body.state, 'code_required');
		assert.equal(Number(stored(id).length), 0);
	});
