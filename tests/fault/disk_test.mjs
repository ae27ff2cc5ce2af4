/* Disks that are full: that of the database, and those of the log, the mail and nginx. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { CHECK, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Disk, KIBIBYTE, MEBIBYTE, whyNoDisk } from './disk.mjs';
import { startFragileStack } from './parts.mjs';
import { assertUnavailable, assertWhole, createSurely, createUnder, newUser } from './work.mjs';

const skip = whyNoDisk();
const SIZES = { db: 192, log: 16, mail: 16, nginx: 16 }; // MiB

let stack;
let client;
const disks = {};
const made = []; // names of all users that were made and must not get lost

before(async () => {
	if (!skip) {
		const { data, port } = stack = await startStack();

		await stack.halt();
		for (const [name, size] of Object.entries(SIZES)) {
			disks[name] = new Disk(join(data, name), size * MEBIBYTE);
		}
		stack = await startFragileStack({ data, port });
		client = await stack.signedIn();
	}
});
after(async () => {
	await stack?.halt();
	Object.values(disks).forEach((disk) => disk.release());
	await stack?.stop();
});

test('check names a disk that is full, and of a backup that it has no room for nothing is left',
	{ skip }, () => {
		const path = join(stack.data, 'db/backup');

		disks.db.fill(16 * KIBIBYTE);
		assert.match(stack.admin(CHECK, { code: 5 }).stdout,
			/^space: failed: only 0 MiB are left in \/.*: make room$/m);
		assert.match(stack.admin(['backup', path], { code: 5, input: 'words that nobody says\n' })
			.stderr, /: cannot write \/.*\/db\/backup: No space left on device$/m);
		assert.deepEqual([path, `${path}.part`].filter((file) => existsSync(file)), []);
		disks.db.free();
	});

/* Changes that were not made. */
const refusals = () => stack.log('fcgi')
	.match(/ path=\/api\/v1\/users status=503 /g)?.length ?? 0;

/** Pages load, and nothing is worse than unavailable. The server itself may have died of its disk:
 * it has rolled back what it could not write, for which there was no room either. */
async function assertHoldsOut() {
	const anybody = stack.client();

	assert.equal((await fetch(stack.url)).status, 200);
	for (const answer of [await client.get('users'), await anybody.post('session',
		{ email: 'nobody@fault.example', password: 'no word of mine' })]) {
		if (![200, 401].includes(answer.status)) {
			assertUnavailable(answer);
		}
	}
	await until(async () => (await anybody.get('health')).status === 503);
}

test('users that are created while the disk of the database is full are there once and whole when '
	+ 'there is room again', { skip }, async (t) => {
	const { names, statuses } = await createUnder(client, 'full', async (done) => {
		disks.db.fill(512 * KIBIBYTE);
		await until(() => refusals() >= 10);
		await assertHoldsOut();
		const enough = done.length + 10;

		disks.db.free();
		await until(() => done.length >= enough);
	});

	made.push(...names);
	t.diagnostic(`${names.length} users, ${refusals()} refusals`);
	assert.deepEqual([...statuses].sort(), [201, 503]);
	assertWhole(stack, made);
	stack.admin(['audit', 'verify']);
	await until(async () => (await stack.client().get('health')).status === 200);
});

const put = (email) => stack.sql(`SELECT state, reason FROM outbox JOIN user u ON u.id = user_id
	WHERE u.email = '${email}'`);

/* Of the line that the full disk took a part of there is that part, by itself. */
function assertLogIsWhole() {
	const lines = stack.log('fcgi').split('\n').slice(0, -1);

	for (const [at, line] of lines.entries()) {
		if (!lines[at + 1]?.includes('event=log dropped=')) {
			assert.match(line, /^\d{4}-\d\d-\d\dT\S+ level=/);
		}
		assert.ok(line.split(' level=').length <= 2, line);
	}
}

test('while the disks of log, mail and nginx are full people work, a body that nginx cannot put '
	+ 'aside is refused, and letters wait', { skip }, async () => {
	const { email } = newUser('waits');
	const table = `name\n${'Somebody\n'.repeat(20_000)}`;

	await until(() => stack.sql('SELECT COUNT(*) FROM outbox WHERE state = 0')[0][0] === '0');
	for (const name of ['log', 'mail', 'nginx']) {
		disks[name].fill(0);
	}
	assert.equal((await createSurely(client, 'waits')).at(-1).status, 201);
	await until(() => put(email).join() === '0,deferred');
	const { status, body } = await client.post('clients/import?dry_run=true', table,
		{ 'Content-Type': 'text/csv' });

	for (let i = 0; i < 100; i++) { // more lines than the last page of the log has room for
		assert.equal((await client.get('session')).status, 200);
	}
	assert.deepEqual([status, body.code], [500, 'internal'], 'our fault, not the client\'s');
	for (const name of ['log', 'mail', 'nginx']) {
		disks[name].free();
	}
	stack.sql('UPDATE outbox SET next_at = UTC_TIMESTAMP(6) WHERE state = 0');
	await createSurely(client, 'rings'); // the mailer's bell
	await stack.mailTo(email);
	assertWhole(stack, [...made, 'waits', 'rings']);
	await until(() => stack.log('fcgi').includes('event=log dropped='));
	assertLogIsWhole();
});
