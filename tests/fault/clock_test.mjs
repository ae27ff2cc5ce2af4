/* Hosts whose clocks are wrong, and what a wrong clock has left in the database. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { codeIn, linkIn } from '../lib/mail.mjs';
import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Fcgi } from './parts.mjs';

const LIBRARY = spawnSync('faketime', ['-m', '-f', '+0s', 'printenv', 'LD_PRELOAD'],
	{ encoding: 'utf8' }).stdout.trim();

let stack;
let host;

before(async () => {
	stack = await startStack();
	stack.addUser('coded@example.com', { groups: ['Support'] });
	stack.sql("UPDATE user SET two_factor = 1 WHERE email = 'coded@example.com'");
});
after(async () => {
	await host?.end();
	await stack.stop();
});

/** Another host of the installation takes the requests, whose clock is off by so much. */
async function switchTo(offset) {
	const next = await Fcgi.start(stack, undefined, offset === '' ? {}
		: { LD_PRELOAD: LIBRARY, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1',
			ASAN_OPTIONS: 'verify_asan_link_order=0:detect_leaks=0' });

	await host?.end();
	host = next;
}

const signIn = (client, email = ADMIN_EMAIL, password = PASSWORD) =>
	client.post('session', { email, password });

test('a wrong try at a host that is a day ahead delays nobody at the next', async () => {
	for (const offset of ['+1d', '-1d', '+365d']) {
		await switchTo(offset);
		assert.equal((await signIn(stack.client(), 'nobody@example.com')).status, 401);
		assert.equal((await signIn(stack.client(), ADMIN_EMAIL, 'wrong')).status, 401);
		await switchTo('');
		assert.equal((await signIn(stack.client())).status, 200, offset);
	}
	assert.deepEqual(stack.sql('SELECT COUNT(*) FROM attempt WHERE ABS(TIMESTAMPDIFF(MINUTE, '
		+ 'last_at, UTC_TIMESTAMP(6))) > 5'), [['0']]);
});

test('what begins at one host goes on at another whose clock differs', async () => {
	for (const [here, there] of [['+15m', ''], ['', '+15m'], ['-2d', '+2d']]) {
		const client = stack.client();

		await switchTo(here);
		assert.equal((await signIn(client, 'coded@example.com')).body.state, 'code_required');
		const code = codeIn(await stack.mailTo('coded@example.com'));
		const admin = await stack.signedIn();
		const { body } = await admin.post('users', { link: true, groups: [2], send_to_email: true,
			email: `linked${stack.mailCount()}@example.com` });
		const [, token] = linkIn(await stack.mailTo(body.email)).match(/([\w-]{43})$/);

		await switchTo(there);
		assert.equal((await admin.get('users')).status, 200, 'the session');
		assert.equal((await client.post('session/code', { code })).status, 200, 'the code');
		assert.equal((await stack.client().post('session/link', { token })).status, 200,
			'the link');
	}
});

test('the log tells the time of the host, and metrics how far it is off', async () => {
	await switchTo('+1d');
	const { text } = await stack.client().get('metrics');
	const skew = Number(text.match(/^backoffice_clock_skew_seconds (.*)$/m)[1]);

	assert.ok(Math.abs(skew - 86_400) < 60, `${skew}`);
	const at = Date.parse(host.log.match(/^\S+/)[0]);
	assert.ok(Math.abs(at - Date.now() - 86_400_000) < 600_000);
	await switchTo('');
});

/* Rows as a database whose own clock was a day ahead has left them. */
const DAY = 'UTC_TIMESTAMP(6) + INTERVAL 1 DAY';

test('a block, a session, a proof, a sign-in, a link and a password of the future have no power',
	async () => {
		const client = await stack.signedIn();
		const begun = stack.client();
		const { body } = await client.post('users', { email: 'future@example.com', link: true,
			groups: [2], send_to_email: false });
		const token = body.link.match(/([\w-]{43})$/)[1];

		await signIn(begun, 'coded@example.com');
		const code = codeIn(await stack.mailTo('coded@example.com'));

		for (let i = 0; i < 6; i++) {
			await signIn(stack.client(), ADMIN_EMAIL, 'wrong');
		}
		stack.sql(`UPDATE attempt SET last_at = ${DAY},
			blocked_until = ${DAY} + INTERVAL 1 MINUTE`);
		assert.equal((await signIn(stack.client(), ADMIN_EMAIL, 'wrong')).status, 401, 'no 429');
		const again = await stack.signedIn();

		stack.sql(`UPDATE session SET proved_at = ${DAY}`);
		assert.equal((await again.get('users')).status, 200);
		const { body: { proof_until: proof } } = await again.get('session');
		assert.ok(Date.parse(proof) < Date.now() + 86_400_000, proof);
		stack.sql(`UPDATE session SET last_used_at = ${DAY}, created_at = ${DAY}`);
		assert.equal((await again.get('users')).status, 401);
		stack.sql(`UPDATE sign_in_challenge SET created_at = ${DAY}, expires_at = ${DAY}`);
		assert.equal((await begun.post('session/code', { code })).status, 401);
		stack.sql(`UPDATE password_link SET created_at = ${DAY},
			expires_at = ${DAY} + INTERVAL 1 DAY`);
		assert.equal((await stack.client().post('session/link', { token })).status, 401);
		stack.sql(`UPDATE user SET password_expires_at = UTC_TIMESTAMP(6) + INTERVAL 1 YEAR
			WHERE email = 'coded@example.com'`);
		assert.equal((await signIn(stack.client(), 'coded@example.com')).status, 401);
		stack.sql("UPDATE user SET password_expires_at = NULL WHERE email = 'coded@example.com'");
	});

test('letters of the future use up nobody\'s codes', async () => {
	stack.sql(`INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at,
		expires_at, next_at, settled_at) SELECT LPAD(seq, 16, 'f'), o.kind, o.user_id, 1, 2, ${DAY},
		${DAY}, ${DAY}, ${DAY} FROM seq_1_to_40, (SELECT kind, user_id FROM outbox JOIN user u
		ON u.id = user_id WHERE u.email = 'coded@example.com' ORDER BY outbox.id LIMIT 1) o`);
	const { status, body } = await signIn(stack.client(), 'coded@example.com');

	assert.deepEqual([status, body.state], [200, 'code_required']);
});

test('rows of the future are swept out soon after a program starts', async () => {
	stack.sql(`INSERT INTO attempt (key_hash, failures, last_at, blocked_until)
		VALUES (REPEAT('a', 32), 9, ${DAY}, ${DAY})`);
	stack.sql(`INSERT INTO idempotency (user_id, key_hash, request_hash, record_id, created_at)
		VALUES (1, REPEAT('b', 32), REPEAT('c', 32), 1, ${DAY} + INTERVAL 1 HOUR)`);
	await switchTo('');
	await stack.signedIn();
	for (const [table, time] of [['attempt', 'last_at'], ['session', 'created_at'],
		['sign_in_challenge', 'created_at'], ['password_link', 'created_at'],
		['idempotency', 'created_at']]) {
		await until(() => stack.sql(`SELECT COUNT(*) FROM ${table}
			WHERE ${time} > UTC_TIMESTAMP(6) + INTERVAL 1 HOUR`)[0][0] === '0');
	}
});

test('the command line ends the delay of one network, or of all, and notes it', async () => {
	const other = "INSERT INTO attempt (key_hash, failures, last_at, blocked_until) VALUES "
		+ "(REPEAT('o', 32), 60, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE)";

	assert.equal((await signIn(stack.client(), 'nobody@example.com')).status, 401);
	stack.sql(`UPDATE attempt SET failures = 60,
		blocked_until = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE`);
	stack.sql(other);
	assert.equal((await signIn(stack.client())).status, 429);
	stack.admin(['unlock', '--network', '198.51.100.1']);
	assert.equal((await signIn(stack.client())).status, 429, 'another network');
	stack.admin(['unlock', '--network', '127.0.0.1']);
	assert.equal((await signIn(stack.client())).status, 200);
	assert.deepEqual(stack.sql("SELECT COUNT(*) FROM attempt WHERE key_hash = REPEAT('o', 32)"),
		[['1']]);
	stack.admin(['unlock', '--network', '::1']);
	stack.admin(['unlock', '--all']);
	assert.deepEqual(stack.sql('SELECT COUNT(*) FROM attempt'), [['0']]);
	assert.deepEqual(stack.sql("SELECT after_json FROM audit WHERE action = 'delay.end' "
		+ 'ORDER BY id'), [['{"network":"198.51.100.1"}'], ['{"network":"127.0.0.1"}'],
		['{"network":"::1"}'], ['{"all":true}']]);
	for (const wrong of [[], ['--all', '--network', '127.0.0.1'], ['--network', 'office'],
		['--network', '192.0.2.0/24']]) {
		stack.admin(['unlock', ...wrong], { code: 2 });
	}
	stack.admin(['audit', 'verify']);
});
