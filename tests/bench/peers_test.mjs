/*
 * The page in PHP that the product is measured beside does the same work: its answers are the same
 * JSON, and what it writes the product's own programs accept.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { PASSWORD, startStack } from '../lib/stack.mjs';
import { startPeers } from './peer/peers.mjs';

let stack;
let peers;
let admin;
let masked;

const cookieOf = (client) => `backoffice=${client.jar.get('backoffice')}`;

/** What the page in PHP answers. */
function ask(cookie, method, path, body, headers = {}) {
	const sent = body === undefined ? undefined : JSON.stringify(body);

	return new Promise((resolve, reject) => {
		request(`${peers.php.url}/${path}`, { method, agent: false,
			headers: { 'Cookie': cookie, 'Content-Type': 'application/json',
				'Sec-Fetch-Site': 'same-origin', ...headers } }, (answer) => {
			const parts = [];

			answer.on('data', (part) => parts.push(part));
			answer.on('end', () => resolve({ status: answer.statusCode,
				headers: answer.headers, body: JSON.parse(Buffer.concat(parts)) }));
		}).on('error', reject).end(sent);
	});
}

/* Cursors lead to the same page by other words; where there is one, there is one. */
const withoutCursors = ({ page, ...list }) => ({ ...list,
	page: { ...page, next: page.next !== null, prev: page.prev !== null } });

/** Asks both for a list and for the pages that follow, as far as there are any, and back. */
async function compare(client, path, follow = 2) {
	const both = async (ours, theirs) => {
		const product = await client.get(ours);
		const peer = await ask(cookieOf(client), 'GET', theirs);

		assert.equal(peer.status, product.status, `${ours}: ${JSON.stringify(peer.body)}`);
		if (product.status === 200) {
			assert.deepEqual(withoutCursors(peer.body), withoutCursors(product.body), ours);
		}
		return [product.body.page, peer.body.page];
	};
	const from = (name, cursor) => `${path}${path.includes('?') ? '&' : '?'}${name}=${cursor}`;
	let [own, other] = await both(path, path);

	for (let i = 0; i < follow && own?.next; i++) {
		[own, other] = await both(from('after', own.next), from('after', other.next));
	}
	if (own?.prev) {
		await both(from('before', own.prev), from('before', other.prev));
	}
	return own;
}

/* Somebody under a delay, letters of every state, networks, more people than are counted. */
const ROWS = `
	INSERT INTO user (email, name, password, creator_id, created_at, last_sign_in_at, mask_data)
	SELECT CONCAT('many', seq, '@example.org'), CONCAT('Many ', seq MOD 97), '!', 1,
		'2026-01-01 00:00:00.123456' + INTERVAL seq MOD 50 MINUTE,
		IF(seq MOD 3, '2026-02-01' + INTERVAL seq MOD 7 DAY, NULL), seq MOD 2
	FROM seq_1_to_10100;
	INSERT INTO user_group_member (user_id, group_id)
	SELECT id, 2 + id MOD 3 FROM user WHERE email LIKE 'many%';
	UPDATE user SET ip_allow_list = '127.0.0.0/8 2001:db8::/32' WHERE email LIKE 'many1%';
	INSERT INTO attempt (key_hash, failures, last_at, blocked_until, user_id)
	SELECT UNHEX(SHA2(email, 256)), 9, UTC_TIMESTAMP(6),
		UTC_TIMESTAMP(6) + INTERVAL id MOD 2 DAY, id FROM user WHERE email LIKE 'many9%';
	INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at, expires_at, next_at,
		settled_at, smtp_code, recipient, may_have_arrived)
	SELECT UNHEX(MD5(CONCAT(id, kind))), kind, id, 5, 2 + id MOD 4, '2026-02-03', '2026-03-01',
		'2026-02-03', IF(id MOD 5, '2026-02-03 10:00:00', NULL), IF(id MOD 4, 550, 0),
		IF(id MOD 3, email, 'other@example.org'), id MOD 2
	FROM user JOIN (SELECT 1 AS kind UNION SELECT 2 UNION SELECT 4) kinds
	WHERE email LIKE 'many8%';`;

before(async () => {
	stack = await startStack({ env: { DEMO: '1' } });
	stack.sql(ROWS);
	admin = await stack.signedIn();
	masked = await stack.person('masked@example.org', { groups: ['Support', 'Managers'],
		masked: true });
	peers = await startPeers({ folder: join(stack.data, 'peers'), socket: stack.socket,
		settings: join(stack.data, 'backoffice.conf'), sessions: [cookieOf(admin)],
		password: readFileSync(join(stack.data, 'secrets/db_web'), 'utf8').trim() });
});
after(async () => {
	await peers?.stop();
	await stack.stop();
});

test('users are the same, page after page, in every order', async () => {
	const orders = ['id', 'email', 'name', 'status', 'two_factor', 'created_at', 'last_sign_in_at'];

	assert.equal((await compare(admin, 'users')).total_exact, false);
	for (const order of orders.flatMap((name) => [name, `-${name}`])) {
		await compare(admin, `users?size=40&sort=${order}`);
	}
});

test('users are the same as filtered', async () => {
	for (const filter of ['status=disabled', 'two_factor=totp', 'group=2', 'mask_data=true',
		'never_signed_in=true', 'never_signed_in=false&group=3', 'name=many 1', 'email=many98',
		'email=many8&sort=last_sign_in_at', 'email=nobody@', 'id=1']) {
		await compare(admin, `users?size=20&${filter}`);
	}
});

test('a viewer of fewer rights may do the same on both', async () => {
	await compare(masked, 'users?size=200');
});

test('clients are the same, whole and masked', async () => {
	for (const client of [admin, masked]) {
		for (const query of ['', '?size=5&sort=country', '?size=5&sort=-created_at&status=enabled',
			'?country=DE', '?manager=1', '?size=4&sort=-name', '?name=an', '?sort=phone&size=3']) {
			await compare(client, `clients${query}`);
		}
	}
});

test('who is nobody, or may not, is refused by both', async () => {
	const auditor = await stack.person('auditor@example.org', { groups: ['Auditors'] });
	const nobody = stack.client();

	await compare(nobody, 'users');
	await compare(auditor, 'clients');
});

/* What is of the moment, or by chance. */
const settled = ({ id, email, created_at, link, ...user }) => ({ ...user, id: typeof id,
	email: email.replace(/\d/, ''), created_at: typeof created_at, link: typeof link });

test('a user is created alike, with a link that the product knows', async () => {
	const body = (n) => ({ email: `new${n}@example.org`, name: 'Ana Núñez', groups: [3, 2],
		link: true });
	const product = await admin.post('users', body(1));
	const peer = await ask(cookieOf(admin), 'POST', 'users', body(2));

	assert.equal(product.status, 201);
	assert.equal(peer.status, 201, JSON.stringify(peer.body));
	assert.deepEqual(settled(peer.body), settled(product.body));
	const token = peer.body.link.split('#set=')[1];
	const chosen = await stack.client().post('session/link/password',
		{ token, password: PASSWORD });

	assert.equal(chosen.status, 204, chosen.text);
	assert.equal((await ask(cookieOf(admin), 'POST', 'users', body(2))).status, 409);
});

test('a letter that PHP has sealed is sent', async () => {
	const { status } = await ask(cookieOf(admin), 'POST', 'users',
		{ email: 'letter@example.org', name: 'Letter', link: true, send_to_email: true });

	assert.equal(status, 201);
	assert.match((await stack.mailTo('letter@example.org')).text, /sign-in\.html#set=/);
});

test('nobody is created from another site, or above whoever creates', async () => {
	const create = (body, headers) => ask(cookieOf(masked), 'POST', 'users',
		{ email: 'above@example.org', link: true, mask_data: true, ...body }, headers);

	assert.equal((await create({}, { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
	assert.equal((await create({ groups: [1] })).status, 403);
	assert.equal((await create({ mask_data: false })).status, 403);
	assert.equal((await create({ groups: [2] })).status, 201);
});

test('who signs in at one is signed in at the other', async () => {
	stack.addUser('enters@example.org', { groups: ['Managers'] });
	const enter = (password) => ask('', 'POST', 'session',
		{ email: 'enters@example.org', password });
	const { status, headers, body } = await enter(PASSWORD);

	assert.equal(status, 200);
	assert.deepEqual(body, { state: 'signed_in' });
	const client = stack.client();

	client.jar.set('backoffice', headers['set-cookie'][0].match(/^backoffice=([^;]+)/)[1]);
	assert.equal((await client.get('users')).status, 200);
	assert.equal((await enter('wrong horse battery staple')).status, 401);
});

test('the chain of the trail is whole, whoever wrote it', () => {
	const written = stack.sql("SELECT COUNT(*) FROM audit WHERE action = 'user.create'");

	assert.ok(Number(written[0][0]) >= 3);
	stack.admin(['audit', 'verify']);
});

test('the floors answer the same bytes, and statements run by themselves', async () => {
	const text = await (await fetch(`${peers.nginx.url}/users?size=50`)).text();

	assert.equal(await (await fetch(`${peers.libfcgi.url}/users?size=50`)).text(), text);
	assert.equal(JSON.parse(text).items.length, 50);
	const run = await peers.statements({ work: ['users?size=50', 'clients'], seconds: 0.2,
		connections: 2 });

	assert.ok(run.perSecond > 0 && run.p99 >= run.p50 && run.cpu > 0);
});
