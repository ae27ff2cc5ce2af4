/*
 * What a request costs without a clock: instructions of the page's program, statements, and rows
 * that the database reads for them. The figures that were looked at stand in golden/costs.json; one
 * that is a tenth away from its own is looked at again:
 *
 *   COSTS=write make check T=cost/cost    writes those of now
 *
 * Instructions are those of one release of Debian, whose compiler and libraries they are.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { instructionsOf, programsUnderCallgrind } from '../lib/callgrind.mjs';
import { logStatements, statementsOf } from '../lib/examined.mjs';
import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const FIGURES = join(import.meta.dirname, '../golden/costs.json');
const [, RELEASE] = readFileSync('/etc/os-release', 'utf8').match(/^VERSION_CODENAME=(.*)$/m);
const WRITES = process.env.COSTS === 'write';

const TOLERANCE = 0.1;
const TIMES = 20;

const known = JSON.parse(readFileSync(FIGURES, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'backoffice-cost.'));
const programs = join(folder, 'programs');

/* A thousand of each, as on a page that is full and has others around it. */
const ROWS = `INSERT INTO user (id, email, name, password, language, creator_id, created_at)
	SELECT 1000 + seq, CONCAT('u', seq, '@example.com'), CONCAT('Juan Pérez ', seq), '', '', 1,
		TIMESTAMP('2024-01-01') + INTERVAL seq HOUR FROM seq_1_to_1000;
	INSERT INTO user_group_member (user_id, group_id) SELECT 1000 + seq, 2 + seq MOD 3
		FROM seq_1_to_1000;
	INSERT INTO client (id, email, name, phone, country, manager_id, created_at)
	SELECT 1000 + seq, CONCAT('c', seq, '@example.com'), CONCAT('Juan Pérez ', seq),
		CONCAT('+4930', 1000000 + seq), 'DE', 1, TIMESTAMP('2024-01-01') + INTERVAL seq HOUR
		FROM seq_1_to_1000;
	ANALYZE TABLE user, user_group_member, client, session`;

let stack;
let log;
const viewers = {};

before(async () => {
	const agent = new Agent({ keepAlive: true });

	programsUnderCallgrind(programs);
	stack = await startStack({ env: { PROGRAMS: programs },
		settings: '[session]\nidle = 600\n[web]\nthreads = 1\nhash_threads = 1\n' });
	stack.sql(ROWS);
	stack.admin(['words']);
	stack.addUser('masked@example.com', { groups: ['Managers'], masked: true });
	log = await logStatements(stack);
	await until(isSettled);
	viewers.all = await stack.signedIn(ADMIN_EMAIL, { agent });
	await isAnswered(viewers.all.post('rooms', { name: 'Stock', address: '/stock/', groups: [] }),
		201);
	viewers.masked = await stack.signedIn('masked@example.com', { agent });
});
after(async () => {
	await stack.stop();
	rmSync(folder, { recursive: true });
	if (WRITES) {
		writeFileSync(FIGURES, `${JSON.stringify(known, null, '\t')}\n`);
	}
});

/* What a start does beside the first requests: statements are checked, what is over is swept. It
 * is the second one, of the programs that tell their statements. */
function isSettled() {
	const said = stack.log('fcgi').split('event=start threads=')[2] ?? '';

	return said.includes('statements=ok') && said.includes('event=audit_head');
}

async function isAnswered(request, status = 200) {
	const answer = await request;

	assert.equal(answer.status, status, answer.text);
}

let made = 0;

/* What is asked, and for sign-in what is not counted: how long a hash takes is a setting. */
const WORKS = {
	'a list of users': () => isAnswered(viewers.all.get('users')),
	'a list of clients, masked': () => isAnswered(viewers.masked.get('clients')),
	'a client who is found by words': () => isAnswered(viewers.all.get('clients?q=perez+777')),
	'a client who is looked for inside words': () => isAnswered(viewers.all.get(
		'clients?email=777@')),
	'a user who is created': () => isAnswered(viewers.all.post('users', {
		email: `made${made++}@example.com`, name: 'Anna Weber', groups: [2, 3], link: true,
		send_to_email: true }), 201),
	'a request at the gate of a room': () => isAnswered(viewers.all.get('gate?room=Stock'), 204),
	'a sign-in': () => isAnswered(viewers.all.post('session', { email: ADMIN_EMAIL,
		password: PASSWORD })),
};

async function repeat(work, times = TIMES) {
	for (let i = 0; i < times; i++) {
		await work();
	}
}

/** Of TIMES requests the mean: what is done now and then is spread over them. */
async function costsOf(work) {
	await repeat(work, 3); // what is read once, and kept
	const since = statSync(log).size;
	const instructions = await instructionsOf(programs, stack.pid('fcgi'), () => repeat(work),
		{ without: 'crypto_pwhash' });
	const asked = statementsOf(log, 'backoffice_web', since);
	const rows = asked.reduce((sum, statement) => sum + statement.rows, 0);

	return { statements: asked.length / TIMES, rows: rows / TIMES,
		instructions: Math.round(instructions / TIMES) };
}

/** Fewer is told too: from a figure that is too large the next fault would not be far enough. */
function isNear(now, then) {
	return Math.abs(now - then) <= Math.max(TOLERANCE * then, 1);
}

function assertNear(what, now, then) {
	assert.ok(isNear(now, then), `${what}: ${now}, and ${then} in ${FIGURES}: see there why, and ` +
		'write the new figure if it is meant');
}

for (const [name, work] of Object.entries(WORKS)) {
	test(`${name} costs what it did`, async (context) => {
		const now = await costsOf(work);
		const then = known[name];

		context.diagnostic(JSON.stringify(now));
		if (WRITES) {
			known[name] = { ...now, instructions: { ...then?.instructions,
				[RELEASE]: now.instructions } };
			return;
		}
		assertNear('statements', now.statements, then.statements);
		assertNear('rows read', now.rows, then.rows);
		if (then.instructions[RELEASE]) {
			assertNear('instructions', now.instructions, then.instructions[RELEASE]);
		}
	});
}
