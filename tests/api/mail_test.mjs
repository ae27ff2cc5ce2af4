/* System > Mail over the API: what became of letters, sending again, cancelling, testing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, PREFIX, startStack } from '../lib/stack.mjs';
import { parseMail, passwordIn } from '../lib/mail.mjs';
import { SmtpServer } from '../lib/smtp-server.mjs';
import { until } from '../lib/until.mjs';

const SUPPORT = 3;
const LETTER = ['id', 'kind', 'user', 'to', 'state', 'attempts', 'next_attempt_at', 'created_at',
	'sent_at', 'settled_at', 'smtp_code', 'reason', 'reply', 'may_have_arrived', 'may'];

let server;
let stack;
let admin;

before(async () => {
	server = await new SmtpServer().listen();
	stack = await startStack({ env: { SMTP: `smtp://127.0.0.1:${server.port}` },
		settings: '[site]\nsupport = Questions? Ask Wanda.\ncompany = Wanda & Co., Am Fluß 7\n' });
	admin = await stack.signedIn();
});
after(async () => {
	await stack.stop();
	await server.close();
});

const outcome = ({ status, body }) => [status, body?.code, body?.errors];

/** What the mail server says to the next letter; those of earlier tests are through. */
async function answerNext(at, answer) {
	await until(() => stack.sql(`SELECT COUNT(*) FROM outbox
		WHERE state = 1 OR (state = 0 AND attempts = 0)`)[0][0] === '0');
	server.plan.push({ at, answer });
}

async function createUser(name, fields = {}) {
	const { status, body } = await admin.post('users', { email: `${name}@example.com`,
		password: PASSWORD, groups: [SUPPORT], send_to_email: true, ...fields });

	assert.equal(status, 201);
	return body;
}

/** The newest letter about a user, as the API shows it. */
async function letterOf({ id }) {
	return (await admin.get(`mail?user=${id}&size=1`)).body.items[0];
}

/** The letter as soon as it is in one of these states. */
function become(id, ...states) {
	return until(async () => {
		const { body } = await admin.get(`mail/${id}`);

		return states.includes(body.state) && body;
	});
}

/** A user whose letter was put off: it is queued, after one try. */
async function userWithDeferred(name) {
	await answerNext('rcpt', '451 4.3.0 later');
	const user = await createUser(name);
	const letter = await until(async () => {
		const found = await letterOf(user);

		return found.attempts === 1 && found.state === 'queued' && found;
	});

	return { user, letter };
}

/** The payload and state of a letter as the database has them. */
function stored(id) {
	const [[state, payload]] = stack.sql(
		`SELECT state, COALESCE(LENGTH(payload), 0) FROM outbox
			JOIN outbox_payload ON letter_id = id WHERE id = ${id}`);

	return { state: Number(state), wiped: payload === '0' };
}

test('a letter that was accepted shows when, and what the server said', async () => {
	const user = await createUser('anna');
	const letter = await become((await letterOf(user)).id, 'sent');

	assert.deepEqual(Object.keys(letter), LETTER);
	assert.deepEqual(letter.user, { id: user.id, name: '', email: 'anna@example.com' });
	assert.deepEqual([letter.kind, letter.attempts, letter.smtp_code, letter.reason],
		['credentials', 1, 250, 'accepted']);
	assert.equal(letter.next_attempt_at, null);
	assert.equal(letter.sent_at, letter.settled_at);
	assert.ok(Date.parse(letter.sent_at) >= Date.parse(letter.created_at));
});

test('a letter that was put off is queued, and shows when it is tried again', async () => {
	const { letter } = await userWithDeferred('bert');

	assert.deepEqual([letter.state, letter.smtp_code, letter.reason], ['queued', 451, 'deferred']);
	assert.ok(Date.parse(letter.next_attempt_at) > Date.now());
	assert.deepEqual([letter.sent_at, letter.settled_at], [null, null]);
});

test('no answer about mail holds a password, an envelope or a payload', async () => {
	const user = await createUser('cleo');
	const { id } = await letterOf(user);

	for (const { text } of [await admin.get('mail?size=200'), await admin.get(`mail/${id}`)]) {
		assert.ok(!text.includes(PASSWORD) && !/payload|message_id|lease/.test(text));
	}
});

test('the list is newest first, and walks back and forth by every sort', async () => {
	const all = (await admin.get('mail?size=200')).body.items;

	assert.ok(all.length >= 3);
	assert.deepEqual(all.map(({ id }) => id), all.map(({ id }) => id).toSorted((a, b) => b - a));
	for (const sort of ['id', '-id', 'created_at', '-created_at', 'state', '-state']) {
		const whole = (await admin.get(`mail?size=200&sort=${sort}`)).body.items;
		const first = (await admin.get(`mail?size=2&sort=${sort}`)).body;
		const next = (await admin.get(`mail?size=2&sort=${sort}&after=${first.page.next}`)).body;
		const back = (await admin.get(`mail?size=2&sort=${sort}&before=${next.page.prev}`)).body;

		assert.deepEqual([...first.items, ...next.items].map(({ id }) => id),
			whole.slice(0, first.items.length + next.items.length).map(({ id }) => id), sort);
		assert.deepEqual(back.items, first.items, sort);
	}
});

test('filters choose by state, kind and user, and count', async () => {
	const { user } = await userWithDeferred('dora');
	const queued = (await admin.get('mail?state=queued&kind=credentials')).body;
	const hers = (await admin.get(`mail?user=${user.id}`)).body;

	assert.ok(queued.items.length > 0);
	assert.ok(queued.items.every(({ state }) => state === 'queued'));
	assert.equal(queued.page.total, queued.items.length);
	assert.deepEqual(hers.items.map(({ user: { id } }) => id), [user.id]);
	assert.deepEqual((await admin.get('mail?kind=code')).body.items, []);
	assert.equal((await admin.get('mail?state=lost')).status, 400);
	assert.equal((await admin.get('mail?sort=reason')).status, 400);
});

test('sending credentials again makes fresh ones, voids and wipes the old', async () => {
	const { user, letter } = await userWithDeferred('emil');
	const { status, headers, body } = await admin.post(`mail/${letter.id}/resend`);

	assert.equal(status, 202);
	assert.equal(headers.location, `${PREFIX}api/v1/mail/${body.id}`);
	assert.ok(body.id > letter.id);
	await become(body.id, 'sent');
	const [{ raw }, ...more] = server.mailsTo('emil@example.com');
	const password = passwordIn(parseMail(raw));
	const old = (await admin.get(`mail/${letter.id}`)).body;
	const signIn = (secret) => stack.client().post('session', { email: 'emil@example.com',
		password: secret });

	assert.deepEqual(more, []);
	assert.deepEqual([old.state, old.reason], ['cancelled', 'replaced']);
	assert.ok(stored(letter.id).wiped);
	assert.notEqual(password, PASSWORD);
	assert.equal((await signIn(PASSWORD)).status, 401);
	assert.equal((await signIn(password)).body.state, 'code_required');
	assert.deepEqual(stack.sql(`SELECT password_must_change,
		ROUND(TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(6), password_expires_at) / 60)
		FROM user WHERE id = ${user.id}`), [['1', '72']]);
});

test('sending credentials again ends the sessions and stands in the trail', async () => {
	const user = await createUser('fritz', { send_to_email: true });
	const { id } = await letterOf(user);

	await become(id, 'sent');
	stack.sql(`UPDATE user SET two_factor = 0, password_must_change = 0 WHERE id = ${user.id}`);
	stack.known.set('fritz@example.com', PASSWORD);
	const fritz = await stack.signedIn('fritz@example.com');
	const { body } = await admin.post(`mail/${id}/resend`);

	assert.equal((await fritz.get('session')).status, 401);
	assert.deepEqual(stack.sql(`SELECT action, target_type, target_id, after_json FROM audit
		WHERE action = 'mail.resend' AND target_id = ${user.id}`),
	[['mail.resend', 'user', String(user.id), `{"mail":${body.id}}`]]);
	assert.equal((await admin.get(`mail/${id}`)).body.state, 'sent');
});

test('a repeated request sends nothing twice', async () => {
	const user = await createUser('gerd');
	const { id } = await letterOf(user);
	const again = () => admin.post(`mail/${id}/resend`, {}, { 'Idempotency-Key': 'gerd' });
	const [first, second] = [await again(), await again()];

	assert.deepEqual([first.status, second.status], [202, 202]);
	assert.equal(second.body.id, first.body.id);
	assert.equal((await admin.get(`mail?user=${user.id}`)).body.items.length, 2);
});

test('a code is not sent again by somebody else, nor is a test', async () => {
	stack.admin(['user', 'add', 'hans@example.com', '--password-stdin', '--keep-password'],
		{ input: `${PASSWORD}\n` });
	await stack.client().post('session', { email: 'hans@example.com', password: PASSWORD });
	const [code] = (await admin.get('mail?kind=code')).body.items;
	const sent = (await admin.post('mail/test', { to: 'x@example.com' })).body;

	for (const { id } of [code, sent]) {
		assert.deepEqual(outcome(await admin.post(`mail/${id}/resend`)),
			[409, 'not_resendable', undefined]);
	}
	assert.equal((await admin.post('mail/999999/resend')).status, 404);
});

test('nobody sends credentials to themselves, nor to somebody who holds more', async () => {
	stack.sql(`INSERT INTO user_group (id, name) VALUES (60, 'Postmasters');
		INSERT INTO user_group_permission VALUES (60, 'mail.view'), (60, 'mail.update'),
			(60, 'users.view'), (60, 'users.update');
		UPDATE authz_epoch SET epoch = epoch + 1;`);
	const postmaster = await stack.person('post@example.com', { groups: ['Postmasters'] });
	const above = await createUser('iris', { groups: [1] });
	const equal = await createUser('jana', { groups: [60] });
	const { id: above_letter } = await letterOf(above);
	const { id: equal_letter } = await letterOf(equal);
	const self = (await postmaster.get('session')).body.user.id;

	assert.deepEqual(outcome(await postmaster.post(`mail/${above_letter}/resend`)),
		[403, 'forbidden', { user: 'user.above_yours' }]);
	assert.deepEqual(outcome(await postmaster.post(`users/${above.id}/credentials`,
		{ password: PASSWORD })), [403, 'forbidden', { user: 'user.above_yours' }]);
	assert.deepEqual(outcome(await postmaster.post(`users/${self}/credentials`,
		{ password: PASSWORD })), [403, 'forbidden', { user: 'user.own_credentials' }]);
	assert.equal((await postmaster.post(`mail/${equal_letter}/resend`)).status, 202);
	assert.equal((await admin.get(`mail?user=${above.id}`)).body.items.length, 1);
});

test('an unsent letter can be cancelled, which wipes it; it is never sent', async () => {
	const { letter } = await userWithDeferred('karl');
	const { status } = await admin.delete(`mail/${letter.id}`);
	const { body } = await admin.get(`mail/${letter.id}`);

	assert.equal(status, 204);
	assert.deepEqual([body.state, body.reason, body.next_attempt_at],
		['cancelled', 'deleted', null]);
	assert.ok(stored(letter.id).wiped);
	assert.equal((await admin.delete(`mail/${letter.id}`)).status, 204);
	assert.deepEqual(stack.sql(`SELECT COUNT(*) FROM audit WHERE action = 'mail.delete'
		AND target_type = 'mail' AND target_id = ${letter.id}`), [['1']]);
	assert.deepEqual(server.mailsTo('karl@example.com'), []);
});

test('a letter is cancelled by who may act on its reader, a personal one by them', async (t) => {
	t.after(() => stack.sql('DELETE FROM outbox WHERE state = 0'));
	stack.sql(`INSERT INTO user_group (id, name) VALUES (62, 'Clerks');
		INSERT INTO user_group_permission VALUES (62, 'mail.view'), (62, 'mail.delete');
		UPDATE authz_epoch SET epoch = epoch + 1;`);
	const clerk = await stack.person('clerk@example.com', { groups: ['Clerks'], masked: true });
	const self = (await clerk.get('session')).body.user.id;
	const peer = await createUser('peer', { groups: [62], mask_data: true, send_to_email: false });
	const above = await createUser('above', { groups: [1], send_to_email: false });
	const kinds = ['credentials', 'code', 'test', 'link', 'forgotten', 'changed'];
	const shared = ['credentials', 'test', 'link'];
	const nobody = { id: 'NULL' };
	const personal = [403, 'forbidden', { kind: 'kind.personal' }];
	const above_yours = [403, 'forbidden', { user: 'user.above_yours' }];

	/* A letter of each kind, which nobody sends yet. */
	const put = (user, kind) => stack.sql(`INSERT INTO outbox (message_id, kind, user_id, priority,
		created_at, expires_at, next_at) VALUES (RANDOM_BYTES(16), ${kinds.indexOf(kind) + 1},
		${user.id}, 5, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY,
		UTC_TIMESTAMP(6) + INTERVAL 1 HOUR); SELECT LAST_INSERT_ID()`)[0][0];
	const expected = (actor, reader, kind) => {
		if (reader === nobody || reader.id === actor.id) {
			return [204, undefined, undefined];
		}
		if (actor.id === self && [above.id, administrator.id].includes(reader.id)) {
			return above_yours;
		}
		return shared.includes(kind) ? [204, undefined, undefined] : personal;
	};
	const administrator = { id: (await admin.get('session')).body.user.id };

	for (const [actor, client] of [[{ id: self }, clerk], [administrator, admin]]) {
		for (const reader of [{ id: self }, peer, above, nobody, administrator]) {
			for (const kind of kinds) {
				const id = put(reader, kind);
				const should = expected(actor, reader, kind);
				const { may } = (await client.get(`mail/${id}`)).body;
				const got = outcome(await client.delete(`mail/${id}`));

				assert.deepEqual(got, should, `${actor.id} ${reader.id} ${kind}`);
				assert.equal(may.includes('delete'), should[0] === 204, `may ${reader.id} ${kind}`);
				assert.equal((await client.get(`mail/${id}`)).body.state,
					should[0] === 204 ? 'cancelled' : 'queued');
			}
		}
	}
});

test('a letter that was sent or is being sent cannot be cancelled', async () => {
	let release;

	await answerNext('end', new Promise((resolve) => (release = resolve)));
	const { id } = await letterOf(await createUser('lena'));

	await become(id, 'sending');
	assert.deepEqual(outcome(await admin.delete(`mail/${id}`)), [409, 'letter_sent', undefined]);
	release('250 2.0.0 queued');
	await become(id, 'sent');
	assert.deepEqual(outcome(await admin.delete(`mail/${id}`)), [409, 'letter_sent', undefined]);
	assert.equal((await admin.delete('mail/999999', {})).status, 404);
});

test('a test letter goes the way of all letters and shows the real answer', async () => {
	const { status, headers, body } = await admin.post('mail/test', { to: 'Max@Example.com' });

	assert.equal(status, 202);
	assert.equal(headers.location, `${PREFIX}api/v1/mail/${body.id}`);
	assert.deepEqual([body.kind, body.user.email], ['test', ADMIN_EMAIL]);
	const sent = await become(body.id, 'sent');
	const [mail] = server.mailsTo('max@example.com').map(({ raw }) => parseMail(raw));

	assert.equal(sent.smtp_code, 250);
	assert.match(mail.headers.subject, /^The mail of Backoffice works$/);
	assert.match(mail.text, /\n\nQuestions\? Ask Wanda\.\n\nWanda & Co\., Am Fluß 7\n$/);
	assert.match(mail.html, /Ask Wanda\.<\/bdi><br><bdi>Wanda &amp; Co\., Am Fluß 7<\/bdi><\/p>/);
	await answerNext('rcpt', '550 5.1.1 nobody');
	const refused = await become((await admin.post('mail/test', { to: 'nobody@example.com' }))
		.body.id, 'failed');

	assert.deepEqual([refused.to, refused.smtp_code, refused.reason, refused.reply],
		['nobody@example.com', 550, 'refused', '5.1.1 nobody']);
});

test('where a test goes to is looked at', async () => {
	for (const [body, key] of [[{}, 'to.required'], [{ to: 'nope' }, 'to.format'],
		[{ to: 'a@example.com\r\nRCPT TO:<b@example.com>' }, 'to.characters']]) {
		assert.deepEqual(outcome(await admin.post('mail/test', body)),
			[422, 'invalid', { to: key }]);
	}
});

test('somebody sends ten tests an hour, also when they come at once', async () => {
	stack.sql(`INSERT INTO user_group (id, name) VALUES (61, 'Testers');
		INSERT INTO user_group_permission VALUES (61, 'mail.create');
		UPDATE authz_epoch SET epoch = epoch + 1;`);
	const tester = await stack.person('tester@example.com', { groups: ['Testers'] });
	const answers = await Promise.all(Array.from({ length: 14 }, () =>
		tester.post('mail/test', { to: 'many@example.com' })));
	const refused = answers.filter(({ status }) => status !== 202);

	assert.equal(refused.length, 4);
	assert.deepEqual(outcome(refused[0]), [429, 'too_many_requests', undefined]);
	assert.ok(Number(refused[0].headers['retry-after']) > 0);
});

test('new credentials void the old ones, end the sessions and must be changed', async () => {
	const NEW = 'new words for nine herons';
	const nina = await stack.person('nina@example.com', { groups: ['Support'] });
	const { user } = (await nina.get('session')).body;
	const { status, headers, body } = await admin.post(`users/${user.id}/credentials`,
		{ password: NEW });
	const signIn = (password) => stack.client().post('session', { email: user.email, password });

	assert.equal(status, 200);
	assert.equal(body.version, user.version + 1);
	assert.equal(headers.etag, `"${body.version}"`);
	assert.equal((await nina.get('session')).status, 401);
	assert.equal((await signIn(PASSWORD)).status, 401);
	assert.equal((await signIn(NEW)).body.state, 'password_change_required');
	assert.deepEqual((await admin.get(`mail?user=${user.id}`)).body.items.map(({ kind }) => kind),
		['changed']);
	assert.deepEqual(stack.sql(`SELECT after_json FROM audit WHERE action = 'user.credentials'
		AND target_id = ${user.id}`), [['{"mail":null}']]);
});

test('new credentials are mailed if asked for, once for one key', async () => {
	const { user, letter } = await userWithDeferred('olga');
	const give = (password) => admin.post(`users/${user.id}/credentials`,
		{ password, send_to_email: true }, { 'Idempotency-Key': 'olga' });
	const first = await give('once upon nine rivers');
	const second = await give('once upon nine rivers');

	assert.deepEqual([first.status, second.status], [200, 200]);
	assert.equal(second.body.version, first.body.version);
	assert.deepEqual(outcome(await give('another one of nine rivers')),
		[422, 'idempotency_key_reused', undefined]);
	const letters = (await admin.get(`mail?user=${user.id}`)).body.items;

	assert.deepEqual(letters.map(({ id }) => id === letter.id), [false, true]);
	assert.equal(letters[1].state, 'cancelled');
	await become(letters[0].id, 'sent');
	const [{ raw }] = server.mailsTo(user.email);

	assert.match(parseMail(raw).text, /once upon nine rivers/);
});

test('new credentials are held to the policy', async () => {
	const { id } = await createUser('paul', { name: 'Paul Petersen' });

	for (const [body, errors] of [[{}, { password: 'password.required' }],
		[{ password: 'short' }, { password: 'password.too_short' }],
		[{ password: 'abcabcabcabcabcabc' }, { password: 'password.repeated' }]]) {
		assert.deepEqual(outcome(await admin.post(`users/${id}/credentials`, body)),
			[422, 'invalid', errors]);
	}
	assert.equal((await admin.post('users/999999/credentials', { password: PASSWORD })).status,
		404);
});

test('a user shows how the last letter with credentials fared', async () => {
	const without = await createUser('quinn', { send_to_email: false });
	const { user, letter } = await userWithDeferred('rosa');
	const deliveryOf = async ({ id }) => (await admin.get(`users/${id}`)).body.delivery;

	assert.equal(await deliveryOf(without), null);
	assert.deepEqual(await deliveryOf(user), { kind: 'credentials', state: 'queued',
		smtp_code: 451, may_have_arrived: false, former_address: false, at: letter.created_at,
		signed_in_since: false });
	const again = await become((await admin.post(`mail/${letter.id}/resend`)).body.id, 'sent');

	assert.deepEqual(await deliveryOf(user), { kind: 'credentials', state: 'sent',
		smtp_code: 250, may_have_arrived: false, former_address: false, at: again.settled_at,
		signed_in_since: false });
});

test('a delivery says that the letter went to a former address', async () => {
	const user = await createUser('tilda');
	const { id } = await letterOf(user);
	const former = async () => (await admin.get(`users/${user.id}`)).body.delivery?.former_address;
	const listed = async () => (await admin.get('users?email=tilda')).body.items[0].delivery;
	const moveTo = (email) => stack.sql(`UPDATE user SET email = '${email}' WHERE id = ${user.id}`);

	await become(id, 'sent');
	assert.equal(await former(), false);
	moveTo('tilda.moved@example.com');
	assert.equal(await former(), true);
	assert.equal((await listed()).former_address, true);
	assert.equal((await admin.get(`mail/${id}`)).body.to, 'tilda@example.com');
	assert.equal((await admin.get(`mail/${id}`)).body.user.email, 'tilda.moved@example.com');
	stack.sql(`UPDATE outbox SET recipient = NULL WHERE id = ${id}`); // of before the column
	assert.equal(await former(), false);
	assert.equal((await admin.get(`mail/${id}`)).body.to, '');
});

test('mail is failing when nothing goes out, for those who look after it', async () => {
	const failing = async (client) => (await client.get('session')).body.features.mail_failing;
	const other = await stack.person('sven@example.com', { groups: ['Support'] });
	const settle = (...states) => {
		stack.sql('UPDATE outbox SET state = 5, settled_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY');
		states.forEach((state, age) => stack.sql(`INSERT INTO outbox (message_id, kind, priority,
			state, created_at, expires_at, next_at, settled_at) VALUES (RANDOM_BYTES(16), 3, 5,
			${state}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
			UTC_TIMESTAMP(6) - INTERVAL ${age} MINUTE)`));
	};
	const [SENT, FAILED, EXPIRED, CANCELLED] = [2, 3, 4, 5];

	for (const [states, expected] of [[[], false], [[SENT], false], [[FAILED], true],
		[[FAILED, EXPIRED, FAILED, SENT], true], [[FAILED, FAILED, SENT], false],
		[[CANCELLED, SENT], false], [[SENT, FAILED, FAILED, FAILED], false]]) {
		settle(...states);
		assert.equal(await failing(admin), expected, String(states));
		assert.equal(await failing(other), false);
	}
	settle(SENT);
	stack.sql(`INSERT INTO outbox (message_id, kind, priority, state, created_at, expires_at,
		next_at) VALUES (RANDOM_BYTES(16), 3, 5, 0, UTC_TIMESTAMP(6) - INTERVAL 9 MINUTE,
		UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`);
	assert.equal(await failing(admin), false);
	stack.sql("UPDATE outbox SET reason = 'settings' WHERE state = 0");
	assert.equal(await failing(admin), true);
	stack.sql("UPDATE outbox SET reason = '' WHERE state = 0");
	assert.equal(await failing(admin), false);
	stack.sql('UPDATE outbox SET created_at = created_at - INTERVAL 2 MINUTE WHERE state = 0');
	assert.equal(await failing(admin), true);
});

test('the account of the page reads no payload and wipes nothing but payloads', () => {
	const grants = stack.sql('SHOW GRANTS FOR backoffice_web@localhost').map(([line]) => line)
		.filter((line) => line.includes('outbox')).join('\n').replaceAll('`', '');

	assert.match(grants, /GRANT INSERT, DELETE ON backoffice\.outbox_payload/);
	assert.doesNotMatch(grants, /DELETE.*outbox TO/);
	assert.doesNotMatch(grants, /UPDATE \([^)]*(next_at|smtp_code|attempts|user_id)/);
});

test('without a mail server a test and a resend say so', async () => {
	const bare = await startStack({ env: { SMTP: 'none' } });

	try {
		const client = await bare.signedIn();

		assert.deepEqual(outcome(await client.post('mail/test', { to: 'a@example.com' })),
			[422, 'invalid', { to: 'send_to_email.no_mail' }]);
		assert.equal((await client.get('session')).body.features.mail_failing, false);
		assert.deepEqual((await client.get('mail')).body.items, []);
		const { body } = await client.post('users', { email: 'u@example.com', password: PASSWORD });

		assert.deepEqual(outcome(await client.post(`users/${body.id}/credentials`,
			{ password: 'nine other herons here', send_to_email: true })),
		[422, 'invalid', { send_to_email: 'send_to_email.no_mail' }]);
		assert.equal((await client.post(`users/${body.id}/credentials`,
			{ password: 'nine other herons here' })).status, 200);
	} finally {
		await bare.stop();
	}
});
