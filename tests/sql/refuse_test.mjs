/* Programs that do not know the schema, or may not do what they must, do not start and say why. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { SCHEMA, startStack, TOP } from '../lib/stack.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const SERVERS = ['fcgi', 'mailer'];

let stack;

before(async () => {
	stack = await startStack();
	stack.sql('CREATE TABLE aside AS SELECT * FROM schema_version');
});
after(() => stack.stop());
beforeEach(() => stack.sql(`DELETE FROM schema_version;
	INSERT INTO schema_version SELECT * FROM aside`));

/** Starts a second one beside that of the stack, and gives what it logged when it has ended. It is
 * ended after a while in any case, so that one that serves fails the test instead of holding it. */
function refusal(program, listen = '/nowhere/fcgi') {
	const settings = stack.settings((text) => text
		.replace(/^listen = .*$/m, `listen = ${listen}`)
		.replace(/^wake = .*$/m, 'wake ='));
	const { status, stderr } = spawnSync(join(PROGRAMS, `backoffice-${program}`), ['-c', settings],
		{ encoding: 'utf8', timeout: 20000 });

	assert.equal(status, 1, `${program} did not refuse: ${stderr}`);
	return stderr;
}

/** The line of the log. */
const foundInstead = (schema) => new RegExp(
	`level=error event=start .*database=conflict schema=${schema} oldest=\\d+ newest=${SCHEMA} `
	+ 'words=the database has .*: (run backoffice-admin migrate|install the release)');

for (const program of SERVERS) {
	test(`${program} refuses a schema that is newer than it knows`, () => {
		stack.sql(`INSERT INTO schema_version (version, name, checksum, applied_at)
			VALUES (${SCHEMA + 1}, 'later.sql', '', NOW())`);
		assert.match(refusal(program),
			foundInstead(SCHEMA + 1));
	});

	test(`${program} refuses a schema that is older than it needs`, () => {
		stack.sql(`DELETE FROM schema_version WHERE version = ${SCHEMA}`);
		assert.match(refusal(program),
			foundInstead(SCHEMA - 1));
	});

	test(`${program} refuses a database where no migration ever ran`, () => {
		stack.sql('DELETE FROM schema_version');
		assert.match(refusal(program),
			foundInstead(0));
	});
}

/* Some of what grants.sql gives: each kind of privilege, each kind of table. */
const GRANTS = {
	fcgi: [['SELECT', 'client'], ['INSERT', 'audit'], ['DELETE', 'session'], ['UPDATE', 'attempt'],
		['UPDATE', 'authz_epoch'], ['INSERT', 'outbox'], ['DELETE', 'outbox_payload']],
	mailer: [['SELECT', 'outbox'], ['UPDATE (payload)', 'outbox_payload']],
};

for (const program of SERVERS) {
	const account = `backoffice_${program === 'fcgi' ? 'web' : 'mailer'}@localhost`;

	for (const [privilege, table] of GRANTS[program]) {
		test(`${program} names the statement that lacks ${privilege} on ${table}`, () => {
			stack.sql(`REVOKE ${privilege} ON ${table} FROM ${account}`);
			try {
				const log = refusal(program, join(stack.data, 'refused'));

				assert.match(log, new RegExp('event=database .*statement=\\w+ '
					+ `error=114[23] reason=grants words=.* denied .*\\b${table}\\b`));
			} finally {
				stack.sql(`GRANT ${privilege} ON ${table} TO ${account}`);
			}
		});
	}
}

/* What the program says once it answers. */
const SERVES = /event=start threads=/;

test('a program that may not do what it must leaves the socket to whoever has it', async () => {
	const [, own] = readFileSync(join(stack.data, 'backoffice.conf'), 'utf8')
		.match(/^listen = (.*)$/m);

	stack.sql('REVOKE DELETE ON saved_view FROM backoffice_web@localhost');
	assert.doesNotMatch(refusal('fcgi', own), SERVES);
	assert.equal((await stack.client().get('session')).status, 401);
	stack.sql('GRANT DELETE ON saved_view TO backoffice_web@localhost');
});

test('where there is no other, nobody waits until all statements are checked', () => {
	stack.sql('REVOKE DELETE ON saved_view FROM backoffice_web@localhost');
	const log = refusal('fcgi', join(stack.data, 'refused'));

	assert.match(log, /reason=grants/);
	assert.match(log, SERVES);
	stack.sql('GRANT DELETE ON saved_view TO backoffice_web@localhost');
});
