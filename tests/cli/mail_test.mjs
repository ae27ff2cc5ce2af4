/* backoffice-admin mail: the letters as a list, and one more try. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bare } from '../lib/client.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { SmtpServer } from '../lib/smtp-server.mjs';
import { until } from '../lib/until.mjs';

const NOT_FOUND = 3;
const CONFLICT = 4;
const INVALID = 2;

let server;
let stack;
let client;

before(async () => {
	server = await new SmtpServer().listen();
	stack = await startStack({ env: { SMTP: `smtp://127.0.0.1:${server.port}` } });
	client = await stack.signedIn();
});
after(async () => {
	await stack.stop();
	await server.close();
});

const list = () => JSON.parse(stack.admin(['--json', 'mail', 'list']).stdout);
const find = (email) => list().find(({ kind, user }) =>
	kind === 'credentials' && user.email === email);

/** A letter after its first try, which the server answered so. */
async function letterAnswered(email, answer) {
	server.plan.push({ at: 'rcpt', answer });
	await client.post('users', { email, password: PASSWORD, send_to_email: true });
	return until(() => {
		const letter = find(email);

		return letter.attempts === 1 && letter.state !== 'sending' && letter;
	});
}

const refusal = (id, code) => stack.admin(['mail', 'retry', String(id)], { code }).stderr;

test('the list says what the API says', async () => {
	const letter = await letterAnswered('anna@example.com', '451 4.3.0 later');

	assert.deepEqual(bare((await client.get(`mail/${letter.id}`)).body), letter);
	const { stdout } = stack.admin(['mail', 'list', '--limit', '1']);

	assert.match(stdout, new RegExp('^ +\\d+ {2}\\S+Z +credentials +queued +1 +451 +deferred +' +
		'anna@example\\.com {2}4\\.3\\.0 later\\n$'));
});

test('a letter that was put off is sent at once when it is tried again', async () => {
	const letter = await letterAnswered('bert@example.com', '451 4.3.0 later');

	stack.admin(['mail', 'retry', String(letter.id)]);
	await until(() => find('bert@example.com').state === 'sent');
	assert.equal(server.mailsTo('bert@example.com').length, 1);
	assert.deepEqual(stack.sql(`SELECT actor_id, result FROM audit WHERE action = 'mail.retry'
		AND target_id = ${letter.id}`), [['NULL', 'ok']]);
	assert.match(refusal(letter.id, CONFLICT), /it has been sent/);
});

test('a letter that cannot be sent again says why', async () => {
	const refused = await letterAnswered('cleo@example.com', '550 5.1.1 nobody');
	const late = await letterAnswered('dora@example.com', '451 4.3.0 later');

	stack.sql(`UPDATE outbox SET expires_at = UTC_TIMESTAMP(6) WHERE id = ${late.id}`);
	assert.match(refusal(refused.id, CONFLICT), /was wiped when it was given up/);
	assert.match(refusal(late.id, CONFLICT), /too late/);
	assert.match(refusal(999999, NOT_FOUND), /there is no letter 999999/);
	assert.match(refusal('x1', INVALID), /x1 is not the number of a letter/);
});

test('a new password from the command line cancels the letter with the old one', async () => {
	await letterAnswered('emil@example.com', '451 4.3.0 later');
	stack.admin(['user', 'reset-password', 'emil@example.com']);
	const { state, reason } = find('emil@example.com');

	assert.deepEqual([state, reason], ['cancelled', 'replaced']);
});
