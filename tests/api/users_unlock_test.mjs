/* Ending the delay that failed sign-ins have brought, for whoever is kept waiting by it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';
import { appCode, forgetLastCode } from '../lib/totp.mjs';

let stack;
let admin;
let count = 0;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

const outcome = ({ status, body }) => [status, body?.code, body?.errors];
const signIn = (client, email, password = PASSWORD) => client.post('session', { email, password });

/** Fails until tries at this address are refused, and a while longer. */
async function fail(email, client = stack.client({ from: `127.0.1.${count % 250}` })) {
	for (let i = 0; i < 6; i++) {
		await signIn(client, email, `wrong words ${i}`);
	}
	stack.sql(`UPDATE attempt SET blocked_until = NOW() + INTERVAL 10 MINUTE
		WHERE blocked_until > last_at`);
}

async function madeUser(groups = ['Support']) {
	const email = `lock${count += 1}@example.com`;

	stack.addUser(email, { groups });
	const { items } = (await admin.get(`users?email=${email}`)).body;

	return { email, id: items[0].id, path: `users/${items[0].id}` };
}

test('the record says until when, and unlocking ends it at once', async () => {
	const { email, id, path } = await madeUser();

	assert.equal((await admin.get(path)).body.locked_until, null);
	await fail(email);
	assert.ok(Date.parse((await admin.get(path)).body.locked_until) > Date.now());
	assert.equal((await signIn(stack.client(), email)).status, 401);
	const { status, body, headers } = await admin.post(`${path}/unlock`);

	assert.deepEqual([status, body.id, body.locked_until], [200, id, null]);
	assert.equal(headers.etag, `"${body.version}"`);
	assert.equal((await signIn(stack.client(), email)).status, 200);
	assert.deepEqual(stack.sql(`SELECT actor_id, result FROM audit WHERE action = 'user.unlock'
		AND target_id = ${id}`), [['1', 'ok']]);
});

test('the owner\'s own browser, which has a count of its own, is let in too', async () => {
	const { email, path } = await madeUser();
	const browser = stack.client();

	assert.equal((await signIn(browser, email)).status, 200);
	await browser.delete('session');
	await fail(email, browser);
	assert.equal((await signIn(browser, email)).status, 401);
	assert.ok((await admin.get(path)).body.locked_until);
	await admin.post(`${path}/unlock`);
	assert.equal((await signIn(browser, email)).status, 200);
});

/* Both doors, by the path and the address of a user. */
const UNLOCK = {
	page: ({ path }) => admin.post(`${path}/unlock`),
	'command line': ({ email }) => stack.admin(['user', 'unlock', email]),
};

for (const [door, unlock] of Object.entries(UNLOCK)) {
	test(`a delay from before somebody had the address is ended as well: ${door}`, async () => {
		const email = `later${count += 1}@example.com`;

		await fail(email);
		stack.addUser(email);
		assert.equal((await signIn(stack.client(), email)).status, 401);
		const { items } = (await admin.get(`users?email=${email}`)).body;

		await unlock({ email, path: `users/${items[0].id}` });
		assert.equal((await signIn(stack.client(), email)).status, 200);
	});

	test(`a second factor that was tried out stays shut at another address until: ${door}`,
		async () => {
			const { email, id, path } = await madeUser();
			const moved = `moved-${email}`;
			const owner = stack.client();

			await signIn(owner, email);
			const { body: { secret } } = await owner.post('profile/totp', { password: PASSWORD });

			await owner.send('PUT', 'profile/totp', { body: { code: appCode(secret) } });
			forgetLastCode(stack);
			await signIn(owner, email);
			assert.equal((await owner.post('session/code', { code: '000000' })).status, 401);
			stack.sql(`UPDATE attempt SET failures = 100 WHERE user_id = ${id}`);
			await admin.patch(path, { email: moved });
			await signIn(owner, moved);
			assert.deepEqual(outcome(await owner.post('session/code', { code: appCode(secret) })),
				[403, 'second_factor_spent', undefined]);
			await unlock({ email: moved, path });
			assert.equal((await owner.post('session/code', { code: appCode(secret) })).status, 200);
		});
}

test('another address leaves the delay behind', async () => {
	const { email, path } = await madeUser();

	await fail(email);
	const { body } = await admin.patch(path, { email: 'moved@example.com' });

	assert.equal(body.locked_until, null);
	assert.equal((await signIn(stack.client(), 'moved@example.com')).status, 200);
	stack.addUser(email);
	assert.equal((await signIn(stack.client(), email)).status, 200, 'whoever has it next');
});

test('nobody unlocks who holds more than they do, or nobody', async () => {
	const manager = await stack.person('manager@example.com', { groups: ['Managers'] });
	const auditor = await madeUser(['Auditors']);
	const support = await madeUser();

	await fail(auditor.email);
	assert.deepEqual(outcome(await manager.post(`${auditor.path}/unlock`)),
		[403, 'forbidden', { user: 'user.above_yours' }]);
	assert.ok((await admin.get(auditor.path)).body.locked_until);
	assert.equal((await manager.post(`${support.path}/unlock`)).status, 200);
	assert.equal((await admin.post('users/999999/unlock')).status, 404);
});

test('the command line unlocks too', async () => {
	const { email, id } = await madeUser();

	await fail(email);
	stack.admin(['user', 'unlock', email]);
	assert.equal((await signIn(stack.client(), email)).status, 200);
	assert.deepEqual(stack.sql(`SELECT actor_id, result FROM audit WHERE action = 'user.unlock'
		AND target_id = ${id}`), [['NULL', 'ok']]);
});

test('the network that fails keeps its own count', async () => {
	const { email, path } = await madeUser();

	await fail(email);
	const kept = `SELECT COUNT(*) FROM attempt WHERE user_id IS NULL`;
	const [[networks]] = stack.sql(kept);

	await admin.post(`${path}/unlock`);
	assert.deepEqual(stack.sql(kept), [[networks]]);
	assert.ok(Number(networks) > 0);
});
