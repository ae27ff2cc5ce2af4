/*
 * Keys are exchanged while people work: nothing that was closed with the old one is lost on the
 * way. And a key that was lost is told from a trail that was forged.
 */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { codeIn } from '../lib/mail.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { until } from '../lib/until.mjs';

const APP = 'app@example.com';
const MAILED = 'mailed@example.com';

let stack;
let app;  // an authenticator app: its secret, and recovery codes
let idle; // that of somebody who does not sign in meanwhile

/** Somebody signs in by an app from now on. */
async function withApp(email) {
	const client = await stack.person(email);
	const { body: { secret } } = await client.post('profile/totp', { password: PASSWORD });
	const { body } = await client.send('PUT', 'profile/totp', { body: { code: appCode(secret) } });

	return { secret, codes: body.recovery_codes };
}

before(async () => {
	stack = await startStack();
	app = await withApp(APP);
	idle = await withApp('idle@example.com');
	stack.addUser(MAILED);
	stack.admin(['user', 'enable-2fa', MAILED]);
});
after(() => stack.stop());

const fileOf = (name) => join(stack.data, 'keys', name);
const linesOf = (name) => readFileSync(fileOf(name), 'utf8').trim().split('\n');
const wordsOf = (name) => linesOf(name).map((line) => line.split(' ').at(-2) ?? 'in use');

/** The programs take settings and keys anew. */
async function reload(names = ['mailer', 'fcgi']) {
	for (const name of names) {
		const line = name === 'mailer' ? /event=start /g : /statements=ok/g;
		const count = () => stack.log(name).match(line)?.length ?? 0;
		const earlier = count();

		process.kill(stack.pid(name), 'SIGHUP');
		await until(() => count() > earlier);
	}
	await until(async () => (await stack.client().get('session')).status === 401);
}

function verify(code = 0, settings = undefined) {
	const { stdout, stderr } = stack.admin(['audit', 'verify', '--json'], { code, settings });

	return { node: JSON.parse(stdout).nodes[0],
		message: code ? JSON.parse(stderr).message : undefined };
}

/** Who has been asked for a code by mail: gives what the code is sent to, and the code. */
async function askedForCode() {
	const client = stack.client();

	assert.equal((await client.post('session', { email: MAILED, password: PASSWORD })).body.state,
		'code_required');
	return { client, code: codeIn(await stack.mailTo(MAILED)) };
}

async function signsInByApp(code, email = APP) {
	const client = stack.client();

	forgetLastCode(stack);
	await client.post('session', { email, password: PASSWORD });
	assert.equal((await client.post('session/code', { code })).body.state, 'signed_in');
}

test('the server\'s key is exchanged in three steps, and nobody is kept out by any', async () => {
	const admin = await stack.signedIn();
	const [first] = linesOf('server.key');
	const expected = [['in use', 'next'], ['in use', 'old'], ['in use', 'retired']];

	for (const [i, words] of expected.entries()) {
		const asked = await askedForCode();
		const headers = { 'Idempotency-Key': `once ${i}` };
		const made = await admin.post('clients', { name: 'Once' }, headers);
		const { stdout } = stack.admin(['key', 'rotate', 'server']);

		assert.match(stdout, new RegExp(`^(apps: 1 closed anew, 0 .*\n)?done: ${i + 1} of 3: `));
		assert.match(stdout, /server\.key to all hosts .* reload backoffice-fcgi/);
		assert.deepEqual(wordsOf('server.key'), words);
		await reload();
		assert.equal((await asked.client.post('session/code', { code: asked.code })).body.state,
			'signed_in');
		const again = await admin.post('clients', { name: 'Once' }, headers);

		assert.equal(again.body.id, made.body.id);
		await signsInByApp(appCode(app.secret));
		await signsInByApp(app.codes[i]);
		verify();
	}
	await signsInByApp(appCode(idle.secret), 'idle@example.com');
	await signsInByApp(idle.codes[0], 'idle@example.com');
	assert.notEqual(linesOf('server.key')[0], first);
	assert.equal(linesOf('server.key')[1], `retired ${first}`);
	assert.deepEqual(stack.sql("SELECT COUNT(*) FROM client WHERE name = 'Once'"), [['3']]);
});

test('the mailer\'s key is exchanged, and letters of all the time are sent', async () => {
	const admin = await stack.signedIn();
	const put = async (email) => {
		process.kill(stack.pid('mailer'), 'SIGSTOP');
		assert.equal((await admin.post('users', { email, password: PASSWORD, groups: [3],
			send_to_email: true })).status, 201);
		stack.sql(`UPDATE outbox SET next_at = UTC_TIMESTAMP() + INTERVAL 10 MINUTE
			WHERE state = 0`);
		process.kill(stack.pid('mailer'), 'SIGCONT');
	};

	for (const [i, words] of [['in use', 'next'], ['in use', 'old'], ['in use']].entries()) {
		await put(`letter${i}@example.com`);
		assert.match(stack.admin(['key', 'rotate', 'mail']).stdout, i === 2
			? /^letters: [1-9]\d* closed anew, 0 that no key opens\ndone: 3 of 3/ : /^done: /);
		assert.deepEqual(wordsOf('mail.key'), words);
		await reload();
	}
	await put('letter3@example.com');
	stack.sql('UPDATE outbox SET next_at = UTC_TIMESTAMP() WHERE state = 0');
	for (let i = 0; i < 4; i++) {
		await stack.mailTo(`letter${i}@example.com`);
	}
	assert.match(stack.admin(['check', '--nginx-user', userInfo().username]).stdout,
		/^mail key: ok$/m);
});

test('a letter for a key that the mailer does not have yet waits for it', async () => {
	const admin = await stack.signedIn();
	const email = 'early@example.com';
	const letter = () => stack.sql(`SELECT o.state, o.reason FROM outbox o
		JOIN user u ON u.id = o.user_id WHERE u.email = '${email}' AND o.kind = 1`)[0];

	stack.admin(['key', 'rotate', 'mail']);
	stack.admin(['key', 'rotate', 'mail']);
	await reload(['fcgi']);
	await admin.post('users', { email, password: PASSWORD, groups: [3], send_to_email: true });
	await until(() => letter()[1] === 'unreadable');
	assert.equal(letter()[0], '0');
	await reload();
	stack.sql('UPDATE outbox SET next_at = UTC_TIMESTAMP() WHERE state = 0');
	await stack.mailTo(email);
	stack.admin(['key', 'rotate', 'mail']);
	await reload();
});

test('only the two keys there are are exchanged', () => {
	assert.match(stack.admin(['key', 'rotate', 'front-door'], { code: 2 }).stderr,
		/a key of the server and one of mail, none of front-door/);
});

/* Each begins with the trail and the key as they are now. */
const TABLES = ['audit', 'audit_chain', 'audit_head'];

function spoiled(name, work) {
	test(name, () => {
		const key = readFileSync(fileOf('server.key'));

		stack.sql(TABLES.map((table) => `CREATE TABLE was_${table} AS SELECT * FROM ${table};`)
			.join(''));
		try {
			work();
		} finally {
			writeFileSync(fileOf('server.key'), key);
			stack.sql(TABLES.map((table) => `DELETE FROM ${table}; INSERT INTO ${table}
				SELECT * FROM was_${table}; DROP TABLE was_${table};`).join(''));
		}
		verify();
	});
}

function loseKey() {
	renameSync(fileOf('server.key'), fileOf('lost'));
}

spoiled('what the retired key seals after its time is found to be forged', () => {
	const old = join(stack.data, 'old.key');

	writeFileSync(old, `${linesOf('server.key')[1].replace('retired ', '')}\n`);
	stack.admin(['user', 'unlock', APP], { settings: (text) =>
		text.replace(/^server_key_file = .*$/m, `server_key_file = ${old}`) });
	const { node } = verify(4);

	assert.deepEqual([node.state, node.where, node.row], ['changed', 'row', node.newest]);
});

spoiled('a key that was lost is said to be lost, and proves again what it has sealed', () => {
	loseKey();
	stack.admin(['keys']);
	stack.admin(['user', 'unlock', APP]);
	const { node, message } = verify(3);

	assert.deepEqual([node.state, node.rows, node.unproved], ['other_key', 2, node.newest - 2]);
	assert.match(message,
		/a new key began with row \d+ .* the one before it is not in .*server\.key/);
	const [, retired] = readFileSync(fileOf('lost'), 'utf8').split('\n').map((line) =>
		line.replace('retired ', ''));
	const [old] = readFileSync(fileOf('lost'), 'utf8').split('\n');

	writeFileSync(fileOf('server.key'), `${linesOf('server.key')[0]}\nretired ${old}\nretired ${
		retired}\n`);
	assert.equal(verify().node.unproved, undefined);
});

spoiled('another key than the trail\'s is said to be another, not a forged trail', () => {
	writeFileSync(fileOf('server.key'), `${'ab'.repeat(32)}\n`);
	const { node, message } = verify(3);

	assert.deepEqual([node.state, node.rows], ['other_key', 0]);
	assert.match(message, /no row was sealed with a key of .*: the key of this trail was lost/);
});

spoiled('a forged row is said to be forged, also where a key was lost', () => {
	loseKey();
	stack.admin(['keys']);
	stack.admin(['user', 'unlock', APP]);
	stack.sql("UPDATE audit SET result = 'forged' ORDER BY id DESC LIMIT 1");
	const { node } = verify(4);

	assert.deepEqual([node.state, node.row], ['changed', node.newest]);
});

spoiled('rows at the beginning that nothing proves may be either, and that is said', () => {
	stack.sql('UPDATE audit SET result = \'forged\' WHERE id <= (SELECT audit_id FROM audit_chain'
		+ ' WHERE seq = 3)');
	const { node, message } = verify(4);

	assert.deepEqual([node.state, node.row, node.unproved], ['unproved', 1, 3]);
	assert.match(message, /proves rows 1 to 3 .* an older key is missing .* or these rows were/);
});

spoiled('a trail from before the chain, of which nothing is proved, says so', () => {
	stack.sql('DELETE FROM audit_chain; DELETE FROM audit_head');
	const { stderr } = stack.admin(['audit', 'verify'], { code: 3 });

	assert.match(stderr, /no row is in a chain: .* from before the chain.* or the chain was taken/);
});
