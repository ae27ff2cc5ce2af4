/*
 * Two installations in one browser: one at / beside one at /staging/, as somebody has who tries the
 * next version. The browser sends the cookies of / to both. And one that has moved.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { Client } from '../lib/client.mjs';
import { codeIn } from '../lib/mail.mjs';

let site;
let staging;

before(async () => {
	[site, staging] = await Promise.all([startStack({ prefix: '/' }),
		startStack({ prefix: '/staging/' })]);
});
after(() => Promise.all([site.stop(), staging.stop()]));

/** The cookies of a browser, which know no port (RFC 6265 8.5): by name and path. */
class Jar {
	constructor() {
		this.all = [];
	}

	keep(lines) {
		for (const line of lines) {
			const [pair, ...attributes] = line.split('; ');
			const [name, value] = pair.split('=');
			const [, path] = attributes.find((text) => text.startsWith('Path=')).split('=');

			this.all = this.all.filter((one) => one.name !== name || one.path !== path);
			if (!attributes.includes('Max-Age=0')) {
				this.all.push({ name, value, path });
			}
		}
	}

	/** Those for a path, in the order of RFC 6265 5.4. */
	header(path) {
		return this.all.filter((one) => path.startsWith(one.path))
			.toSorted((a, b) => b.path.length - a.path.length)
			.map(({ name, value }) => `${name}=${value}`).join('; ');
	}
}

/** A tab of the browser at one of the two. */
class Tab {
	constructor(stack, jar) {
		this.client = new Client(stack.url);
		this.path = stack.prefix;
		this.jar = jar;
	}

	async send(method, path, body, headers = {}) {
		this.client.jar.clear();
		const answer = await this.client.send(method, path,
			{ body, headers: { ...headers, Cookie: this.jar.header(this.path) || null } });

		this.jar.keep(answer.headers['set-cookie'] ?? []);
		return answer;
	}

	async signIn(email = ADMIN_EMAIL) {
		return (await this.send('POST', 'session', { email, password: PASSWORD })).body?.state;
	}

	async who() {
		const { status, body } = await this.send('GET', 'session');

		return status === 200 ? body.user.email : status;
	}
}

function browser() {
	const jar = new Jar();

	return { jar, at: new Tab(site, jar), below: new Tab(staging, jar) };
}

test('whoever is signed in at / signs in at /staging/ too, and both go on', async () => {
	const { jar, at, below } = browser();

	staging.addUser('tester@example.com');
	assert.equal(await at.signIn(), 'signed_in');
	assert.equal(await below.signIn('tester@example.com'), 'signed_in');
	assert.equal(jar.header('/staging/').match(/\bbackoffice=/g).length, 2);
	assert.deepEqual([await at.who(), await below.who()], [ADMIN_EMAIL, 'tester@example.com']);
	assert.equal((await below.send('DELETE', 'session')).status, 204);
	assert.deepEqual([await at.who(), await below.who()], [ADMIN_EMAIL, 401]);
	assert.equal(await below.signIn(), 'signed_in');
	assert.equal((await at.send('DELETE', 'session')).status, 204);
	assert.deepEqual([await at.who(), await below.who()], [401, ADMIN_EMAIL]);
});

test('a sign-in of several steps goes on beside another one', async () => {
	const { at, below } = browser();
	const email = 'steps@example.com';

	for (const stack of [site, staging]) {
		const admin = await stack.signedIn();

		assert.equal((await admin.post('users', { email, password: PASSWORD })).status, 201);
	}
	assert.equal(await at.signIn(email), 'code_required');
	assert.equal(await below.signIn(email), 'code_required');
	for (const [tab, stack] of [[below, staging], [at, site]]) {
		const code = codeIn(await stack.mailTo(email));

		assert.equal((await tab.send('POST', 'session/code', { code })).body.state,
			'password_change_required');
		assert.equal((await tab.send('GET', 'users')).body.code, 'password_change_required');
	}
});

test('a browser that is known at both is known at each', async () => {
	const { at, below } = browser();

	for (const [tab, stack] of [[at, site], [below, staging]]) {
		stack.addUser('known@example.com');
		assert.equal(await tab.signIn('known@example.com'), 'signed_in');
	}
	for (let i = 0; i < 8; i++) { // by a stranger, which delays all browsers that are not known
		await staging.client({ from: '127.0.0.77' }).post('session',
			{ email: 'known@example.com', password: 'wrong' });
	}
	assert.equal(await browser().below.signIn('known@example.com'), undefined);
	assert.equal(await below.signIn('known@example.com'), 'signed_in');
});

test('where an installation has moved, the cookie of the old place signs nobody out or in',
	async () => {
		const { jar, below } = browser();
		const planted = { name: 'backoffice', path: '/' };

		staging.addUser('moved@example.com');
		await below.signIn('moved@example.com');
		const [{ value: old }] = jar.all.filter(({ name }) => name === 'backoffice');

		jar.all = [{ ...planted, value: old }];
		assert.equal(await below.who(), 'moved@example.com'); // the same one, sent from above
		assert.equal(await below.signIn(), 'signed_in');
		assert.equal(await below.who(), ADMIN_EMAIL);
		jar.all.push({ ...planted, path: '/staging/api/v1/x/', value: 'A'.repeat(43) });
		assert.equal(await below.who(), ADMIN_EMAIL);
		assert.equal((await below.send('DELETE', 'session')).status, 204);
		assert.equal(await below.who(), 401); // the one of the old place was ended by the sign-in
	});

test('sign-out ends every session that the browser has here', async () => {
	const { jar, below } = browser();
	const count = () => staging.sql('SELECT COUNT(*) FROM session')[0][0];
	const earlier = count();

	await below.signIn();
	const [{ value }] = jar.all.filter(({ name }) => name === 'backoffice');

	jar.all = [];
	await below.signIn();
	jar.all.push({ name: 'backoffice', path: '/', value });
	assert.equal(await below.who(), ADMIN_EMAIL);
	assert.equal((await below.send('DELETE', 'session')).status, 204);
	assert.equal(await below.who(), 401);
	assert.equal(count(), earlier);
});

test('values beyond what a browser of many places has are passed over', async () => {
	const client = await site.signedIn();
	const token = client.jar.get('backoffice');
	const many = (count) => 'backoffice=x; '.repeat(count) + `backoffice=${token}`;
	const status = async (Cookie) => (await new Client(site.url).send('GET', 'session',
		{ headers: { Cookie } })).status;

	assert.deepEqual([await status(many(7)), await status(many(8))], [200, 401]);
});
