/*
 * Hosts are upgraded one after the other, and back, while people work: programs of this release
 * and of the next ones serve one database, whose schema is expanded meanwhile and contracted
 * afterwards.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Fcgi } from '../fault/parts.mjs';
import { assertWhole, createUnder } from '../fault/work.mjs';
import { MIGRATIONS, NEWEST } from '../lib/migrations.mjs';
import { startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Successors } from './release.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const NEXT = NEWEST + 1;
const LATER = NEWEST + 2;
const fileOf = (version, name) => `${String(version).padStart(4, '0')}_${name}.sql`;
const ROUNDS = process.env.LONG ? 20 : 1;

let stack;
let client;
let successors;
let next;  // programs of the release that expands
let later; // of the one after it, which contracts
let fcgi;  // the process that has the socket

before(async () => {
	successors = new Successors();
	stack = await startStack();
	client = await stack.signedIn();
	fcgi = await Fcgi.start(stack);
	next = successors.release(fileOf(NEXT, 'expand'), `-- Users have a desk.
-- expand
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = 'user' AND column_name = 'desk') > 0, 'DO 0',
	'ALTER TABLE user ADD COLUMN desk INT NOT NULL DEFAULT 0');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
CREATE TABLE IF NOT EXISTS desk (id INT NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;
`);
});
after(async () => {
	await fcgi?.end();
	await stack?.stop();
	successors?.remove();
});

/** Runs the command line of a release. */
function admin(programs, args, code = 0) {
	const { status, stdout, stderr } = spawnSync(join(programs, 'backoffice-admin'),
		['-c', stack.settings(), ...args], { encoding: 'utf8' });

	assert.equal(status, code, stderr);
	return stdout + stderr;
}

const migrate = (programs, code) =>
	admin(programs, ['migrate', '--dir', successors.migrations], code);

/** A host goes from one release to another: programs undefined are those of this one. */
async function replace(programs) {
	const old = fcgi;

	fcgi = await Fcgi.start(stack, undefined, {}, programs && join(programs, 'backoffice-fcgi'));
	await until(() => fcgi.over || fcgi.log.includes('statements=ok'));
	assert.equal(await old.end(), 0);
	assert.ok(!fcgi.over, fcgi.log);
}

/** What a program of this release says when it does not start; its settings are those of all. */
function refusal(name) {
	const settings = stack.settings((text) => text.replace(/^listen = .*$/m, 'listen = /nowhere/x')
		.replace(/^wake = .*$/m, 'wake ='));
	const { status, stderr } = spawnSync(join(PROGRAMS, `backoffice-${name}`),
		['-c', settings], { encoding: 'utf8', timeout: 20000 });

	assert.equal(status, 1, stderr);
	return stderr;
}

test('this release and the next one serve people on the schema of the next, and back, and nothing '
	+ 'is lost', async (t) => {
	const { names, statuses } = await createUnder(client, 'roll', async (done) => {
		const more = async () => {
			const enough = done.length + 10;

			await until(() => done.length >= enough);
		};

		await more();
		assert.match(migrate(next), new RegExp(`schema: ${NEXT}`));
		await more(); // those that have run since before
		for (let i = 0; i < ROUNDS; i++) {
			await replace(undefined); // one that starts on the newer schema
			await more();
			await replace(next);
			await more();
		}
		await replace(undefined);
		await more();
	});

	t.diagnostic(`${names.length} users were created meanwhile`);
	assert.deepEqual([...statuses], [201]);
	assertWhole(stack, names);
	assert.equal((await client.get('users')).status, 200);
	await stack.mailTo(`${names.at(-1)}@fault.example`); // the mailer has run all the time
});

test('the command line of this release goes on too on what was expanded', () => {
	assert.equal(stack.admin(['migrate', '--dir', MIGRATIONS]).stdout, `schema: ${NEXT}\n`);
	stack.admin(['audit', 'verify']);
	stack.addUser('afterwards@example.com');
});

test('programs that come with what contracts run before it', async () => {
	later = successors.release(fileOf(LATER, 'contract'), `-- The desk of a user is a table by now.
-- contract from ${String(NEXT).padStart(4, '0')}
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = 'user' AND column_name = 'desk') = 0, 'DO 0',
	'ALTER TABLE user DROP COLUMN desk');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
`);
	await replace(later);
	assert.equal((await client.get('users')).status, 200);
});

test('what contracts is refused by those before, in words, not by those who know', async () => {
	await replace(next);
	assert.match(migrate(later), new RegExp(`schema: ${LATER}`));
	await replace(later);
	await replace(next);
	assert.equal((await client.get('users')).status, 200);
	const words = new RegExp(`has schema ${LATER}, on which programs of schema ${NEXT} or newer `
		+ `run, and these are of ${NEWEST}: install the release that the database was migrated by`);

	assert.match(refusal('fcgi'), words);
	assert.match(refusal('mailer'), words);
	assert.match(stack.admin(['migrate', '--dir', MIGRATIONS], { code: 4 }).stderr, words);
	assert.match(stack.admin(['check'], { code: 5 }).stdout, words);
});
