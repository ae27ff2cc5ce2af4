/* One address that sends all the sign-ins it can keeps nobody else from signing in; and what works
 * on no password waits for none. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const STORM = '127.0.0.66';
const CONNECTIONS = 40;
const SIGN_INS = 30;

let stack;

/* Few seats, so that forty connections would fill them many times over. */
before(async () => {
	stack = await startStack({ settings: '[web]\nhash_threads = 1\nhash_queue = 16\n'
		+ '[database]\ntimeout = 30\n' });
});
after(() => stack.stop());

/** Sends bodies to a path on all connections until work is done; the statuses, counted. */
async function storm(work, path, body) {
	const statuses = {};
	let over = false;

	async function attacker(number) {
		const client = stack.client({ from: STORM });

		for (let i = 0; !over; i++) {
			const { status, headers } = await client.post(path, body(number * 1000 + i));

			statuses[status] = (statuses[status] ?? 0) + 1;
			assert.ok(status === 401 || Number(headers['retry-after']) > 0, `${status}`);
		}
	}
	const attackers = Array.from({ length: CONNECTIONS }, (_, i) => attacker(i));

	await work().finally(() => (over = true));
	await Promise.all(attackers);
	return statuses;
}

async function signInOften() {
	const statuses = [];

	for (let i = 0; i < SIGN_INS; i++) {
		const client = stack.client({ from: '127.0.0.77' });

		statuses.push((await client.post('session',
			{ email: ADMIN_EMAIL, password: PASSWORD })).status);
	}
	assert.deepEqual(statuses, Array(SIGN_INS).fill(200));
}

const wrong = (number) => ({ email: `nobody${number}@example.com`, password: 'wrong' });

test('thirty of thirty sign in beside a storm that nginx thins out', async (t) => {
	t.diagnostic(JSON.stringify(await storm(signInOften, 'session', wrong)));
});

test('thirty of thirty sign in beside a storm that reaches the program', async (t) => {
	await stack.nginx((text) => text.replaceAll(/^\tlimit_(req|conn) .*$/gm, ''));
	t.diagnostic(JSON.stringify(await storm(signInOften, 'session', wrong)));
	stack.sql('DELETE FROM attempt'); // it has not been told yet how long to wait
	t.diagnostic(JSON.stringify(await storm(signInOften, 'session', wrong)));
});

test('void links are a storm like any other', async (t) => {
	stack.sql('DELETE FROM attempt');
	t.diagnostic(JSON.stringify(await storm(signInOften, 'session/link/password',
		(number) => ({ token: `void${number}`, password: PASSWORD }))));
});

test('who is created by a link, which hashes nothing, does not wait for those who do', async () => {
	const admin = await stack.signedIn();
	const other = stack.sqlSession();
	const answered = [];
	const note = (what) => ({ status }) => answered.push([what, status]);

	stack.addUser('mia@example.com');
	const [[id]] = stack.sql("SELECT id FROM user WHERE email = 'mia@example.com'");

	await other.run(`BEGIN; SELECT id FROM user WHERE id = ${id} FOR UPDATE;`);
	const signIn = stack.client().post('session', { email: 'mia@example.com', password: PASSWORD })
		.then(note('sign-in'));

	await until(() => stack.sql("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")
		.some(([, waits]) => waits === '1')); // the one hash thread there is
	await Promise.race([signIn, admin.post('users', { email: 'ben@example.com', link: true })
		.then(note('user'))]);
	await other.end();
	await signIn;
	assert.deepEqual(answered, [['user', 201], ['sign-in', 200]]);
});
