/*
 * The gate of a room, in a real nginx before a real PHP page: who is let in, how those who are not
 * come back, and that whatever is taken away counts for the very next request.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from 'node:http';

import { openRooms } from '../lib/rooms.mjs';
import { ADMIN_EMAIL, PASSWORD, PREFIX, startStack } from '../lib/stack.mjs';

let stack;
let rooms;
let admin;
let stock;

const NAME = 'Zoë "Ω", 100 %';

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
	await admin.post('groups', { name: 'Stock, all of it', permissions: [] });
	stack.sql("UPDATE session SET proved_at = UTC_TIMESTAMP(6)");
	const { items } = (await admin.get('groups?name=Stock')).body;

	stock = (await admin.post('rooms', { name: 'Stock', address: '/stock/',
		groups: [items[0].id] })).body;
	await admin.post('rooms', { name: 'Inner', address: '/stock/inner/', groups: [] });
	await admin.post('rooms', { name: 'Reports', address: '/reports/', groups: [] });
	stack.addUser('zoe@example.com', { groups: ['Stock, all of it', 'Support'] });
	stack.sql(`UPDATE user SET name = '${NAME}'
		WHERE email = 'zoe@example.com'`);
	rooms = await openRooms(stack, { php: { '/stock/': '', '/stock/inner/': '',
		'/reports/': 'set $backoffice_gate "permission=users.view";',
		'/support/': 'set $backoffice_gate "group=Support";',
		'/nowhere/': 'set $backoffice_gate "room=Nowhere";' }, proxied: '/stock/proxied/' });
});
after(async () => {
	rooms?.close();
	await stack.stop();
});

/** A browser: its cookies are sent to the paths that they are for, the longest path first. */
class Browser {
	constructor() {
		this.jar = new Map();
	}

	cookies(path) {
		return [...this.jar.values()].filter((cookie) => path.startsWith(cookie.path))
			.toSorted((a, b) => b.path.length - a.path.length)
			.map(({ pair }) => pair).join('; ');
	}

	keep(lines = []) {
		for (const line of lines) {
			const [pair] = line.split(';');
			const { path } = /; Path=(?<path>[^;]*)/.exec(line).groups;

			this.jar.set(`${pair.split('=')[0]} ${path}`, { pair, path });
		}
	}

	send(method, path, { headers = {}, body } = {}) {
		return new Promise((resolve, reject) => {
			const out = request({ host: '127.0.0.1', port: stack.port, method, path,
				headers: { Cookie: this.cookies(path), 'Content-Length':
					body === undefined ? 0 : Buffer.byteLength(body), ...headers } }, (answer) => {
				const parts = [];

				answer.on('data', (part) => parts.push(part));
				answer.on('end', () => {
					const text = Buffer.concat(parts).toString();

					this.keep(answer.headers['set-cookie']);
					resolve({ status: answer.statusCode, headers: answer.headers, text,
						json: () => JSON.parse(text) });
				});
			});

			out.on('error', reject);
			out.end(body);
		});
	}

	get(path, headers) {
		return this.send('GET', path, { headers });
	}

	post(path, body) {
		return this.send('POST', `${PREFIX}api/v1/${path}`, { body: JSON.stringify(body),
			headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' } });
	}

	signIn(email) {
		return this.post('session', { email, password: stack.known.get(email) ?? PASSWORD });
	}

	/** As the sign-in page does: it asks for the way back, and goes there. */
	async enter(path) {
		const asked = await this.get(path);
		const back = new URL(asked.headers.location).searchParams.get('return');
		const { status, json } = await this.post('gate', { return: back });

		assert.equal(status, 200);
		return this.get(json().location);
	}
}

async function visitor(email) {
	const browser = new Browser();

	await browser.signIn(email);
	return browser;
}

const entries = () => stack.sql(
	"SELECT actor_id, target_id FROM audit WHERE action = 'room.enter' ORDER BY id");
const idOf = (email) => Number(stack.sql(`SELECT id FROM user WHERE email = '${email}'`)[0][0]);

test('whoever is not signed in is sent to the sign-in, and from there back to where they were',
	async () => {
		const zoe = new Browser();
		const address = '/stock/page.php?a=1&b=%2F..%2F&next=//evil.example';
		const asked = await zoe.get(address);

		assert.equal(asked.status, 303);
		const { origin, pathname, searchParams } = new URL(asked.headers.location);

		assert.equal(`${origin}${pathname}`, `${stack.url}sign-in.html`);
		assert.equal(searchParams.get('return'), address);
		await zoe.signIn('zoe@example.com');
		const { status, json } = await zoe.enter(address);

		assert.equal(status, 200);
		assert.equal(json().path, address);
	});

test('the page is told who it is, and nothing of that can be said from outside', async () => {
	const zoe = await visitor('zoe@example.com');
	const forged = { 'Remote-User': '1', 'Remote-Name': 'Forged', 'Remote-Email': ADMIN_EMAIL,
		'Remote-Groups': 'Administrators', 'Remote_User': '1', 'remote_groups': 'Administrators',
		'REMOTE-EMAIL': ADMIN_EMAIL,
		'Authorization': `Basic ${Buffer.from('forged:x').toString('base64')}` };

	await zoe.enter('/stock/page.php');
	const told = (await zoe.get('/stock/page.php', forged)).json();

	assert.deepEqual({ ...told, headers: null }, { method: 'GET', path: '/stock/page.php', body: 0,
		remote_user: String(idOf('zoe@example.com')), user: String(idOf('zoe@example.com')),
		name: NAME, email: 'zoe@example.com',
		groups: 'Support,Stock, all of it', headers: null });
	assert.deepEqual(told.headers, { HTTP_REMOTE_USER: String(idOf('zoe@example.com')),
		HTTP_REMOTE_NAME: 'Zo%C3%AB "%CE%A9"%2C 100 %25', HTTP_REMOTE_EMAIL: 'zoe@example.com',
		HTTP_REMOTE_GROUPS: 'Support,Stock%2C all of it' });
});

test('behind proxy_pass it is told the same, once, by these names alone', async () => {
	const zoe = await visitor('zoe@example.com');

	await zoe.enter('/stock/page.php');
	const raw = (await zoe.get('/stock/proxied/', { 'Remote-User': '1', 'Remote_User': '1',
		'Remote_Groups': 'Administrators' })).json();
	const told = raw.filter((text, at) => at % 2 === 0 && /^remote/i.test(text));

	assert.deepEqual(told, ['Remote-User', 'Remote-Name', 'Remote-Email', 'Remote-Groups']);
	assert.equal(raw[raw.indexOf('Remote-User') + 1], String(idOf('zoe@example.com')));
});

test('what was told of somebody before is not told of nobody', async () => {
	const nobody = await new Browser().get('/stock/page.php', { 'Remote-User': '1' });

	assert.equal(nobody.status, 303);
	assert.doesNotMatch(nobody.text, /remote/i);
});

test('a request of any method goes through as it was sent', async () => {
	const zoe = await visitor('zoe@example.com');

	await zoe.enter('/stock/page.php');
	const { json } = await zoe.send('POST', '/stock/page.php', { body: 'x'.repeat(200_000) });

	assert.equal(json().method, 'POST');
	assert.equal(json().body, 200_000);
	assert.equal((await zoe.get('/stock/plain.txt')).text, 'of the room');
	assert.equal((await new Browser().send('POST', '/stock/page.php', { body: 'x' })).status, 303);
});

test('whoever may not enter reads so in their language, with 403', async () => {
	stack.addUser('ole@example.com', { groups: ['Support'], name: 'Ole & <Co>' });
	const ole = await visitor('ole@example.com');
	const refused = await ole.enter('/stock/page.php');

	assert.equal(refused.status, 403);
	assert.equal(refused.headers['content-type'], 'text/html; charset=utf-8');
	assert.match(refused.text, /<html lang="en" dir="ltr">/);
	assert.match(refused.text, /You may not enter: <bdi>Stock<\/bdi>/);
	assert.match(refused.text, /signed in as <bdi>Ole &amp; &lt;Co&gt;<\/bdi>/);
	assert.match(refused.text, new RegExp(`href="${stack.url}"`));
	stack.sql("UPDATE user SET language = '' WHERE email = 'ole@example.com'");
	assert.match((await ole.get('/stock/page.php', { 'Accept-Language': 'fr, ar-EG;q=0.8' })).text,
		/<html lang="ar" dir="rtl">/);
	stack.sql("UPDATE user SET language = 'de' WHERE email = 'ole@example.com'");
	assert.match((await ole.get('/stock/page.php')).text, /Kein Zutritt: <bdi>Stock/);
	assert.equal((await ole.send('POST', '/stock/page.php', { body: 'x' })).status, 403);
});

test('an ended session, a disabled user, a change of groups, networks or the room count at once',
	async () => {
		const zoe = await visitor('zoe@example.com');
		const asks = async () => (await zoe.get('/stock/page.php')).status;
		const id = idOf('zoe@example.com');
		const groups = (await admin.get(`users/${id}`)).body.groups.map((group) => group.id);

		assert.equal((await zoe.enter('/stock/page.php')).status, 200);
		await admin.patch(`users/${id}`, { groups: groups.slice(0, 1) });
		assert.equal(await asks(), 403);
		await admin.patch(`users/${id}`, { groups });
		assert.equal(await asks(), 200);
		await admin.patch(`rooms/${stock.id}`, { groups: [] });
		assert.equal(await asks(), 403);
		await admin.patch(`rooms/${stock.id}`, { groups: stock.groups.map((group) => group.id) });
		assert.equal(await asks(), 200);
		await admin.patch(`users/${id}`, { ip_allow_list: ['192.0.2.0/24'] });
		assert.equal(await asks(), 303);
		await admin.patch(`users/${id}`, { ip_allow_list: [] });
		assert.equal(await asks(), 200);
		stack.sql(`UPDATE session SET last_used_at = last_used_at - INTERVAL 1 HOUR
			WHERE user_id = ${id}`);
		assert.equal(await asks(), 303);
		await zoe.signIn('zoe@example.com');
		assert.equal(await asks(), 303, 'the cookie of the room was of the other session');
		assert.equal((await zoe.enter('/stock/page.php')).status, 200);
		await admin.patch(`users/${id}`, { status: 'disabled' });
		assert.equal(await asks(), 303);
		await admin.patch(`users/${id}`, { status: 'enabled' });
		assert.equal(await asks(), 303);
	});

test('a sign-in that waits for its second factor opens no room', async () => {
	stack.addUser('two@example.com', { groups: ['Stock, all of it'] });
	stack.admin(['user', 'enable-2fa', 'two@example.com']);
	const two = new Browser();

	assert.equal((await two.signIn('two@example.com')).json().state, 'code_required');
	assert.equal((await two.post('gate', { return: '/stock/' })).status, 401);
	assert.equal((await two.get('/stock/page.php')).status, 303);
});

test('the cookie of a room opens that room alone, and nothing of the back office', async () => {
	const root = await visitor(ADMIN_EMAIL);

	await root.enter('/stock/page.php');
	const [own] = root.cookies('/stock/page.php').split('; ');
	const thief = new Browser();

	thief.keep([`${own}; Path=/`]);
	assert.equal((await thief.get('/stock/page.php')).status, 200);
	assert.equal((await thief.get('/stock/inner/page.php')).status, 303);
	assert.notEqual((await thief.get('/reports/page.php')).status, 200);
	for (const path of ['session', 'users', 'gate?room=Inner']) {
		assert.ok((await thief.get(`${PREFIX}api/v1/${path}`)).status >= 400, path);
	}
	const [name, value] = own.split('=');

	for (const wrong of [value.replace(/^\d+/, (id) => Number(id) + 1), value.slice(0, -1),
		`${value}A`, ` ${value}`, `+${value}`, '', '....']) {
		thief.jar.clear();
		thief.keep([`${name}=${wrong}; Path=/`]);
		assert.equal((await thief.get('/stock/page.php')).status, 303, wrong);
	}
	assert.ok(!root.cookies('/stock/').includes('backoffice='), 'the session does not go there');
});

test('a room within another one has a gate of its own', async () => {
	const zoe = await visitor('zoe@example.com');

	await zoe.enter('/stock/page.php');
	assert.equal((await zoe.get('/stock/inner/page.php')).status, 303);
	assert.equal((await zoe.enter('/stock/inner/page.php')).status, 403);
	assert.equal((await zoe.get('/stock/inner/%2e%2e/page.php')).status, 200);
	assert.equal((await zoe.get('/stock/%2e%2e/stock/inner/page.php')).status, 303);
	assert.equal((await (await visitor(ADMIN_EMAIL)).enter('/stock/inner/page.php')).status, 200);
});

test('a gate may ask for a permission or a group instead', async () => {
	stack.addUser('mia@example.com', { groups: ['Managers'] });
	const mia = await visitor('mia@example.com');
	const zoe = await visitor('zoe@example.com');

	assert.equal((await mia.enter('/reports/page.php')).status, 200);
	assert.equal((await zoe.enter('/reports/page.php')).status, 403);
	const api = async (person, query) =>
		(await person.get(`${PREFIX}api/v1/gate?${query}`)).status;

	assert.equal(await api(mia, 'permission=users.view'), 204);
	assert.equal(await api(mia, 'permission=users.delete'), 403);
	assert.equal(await api(mia, 'permission=users.unheard'), 400);
	assert.equal(await api(mia, 'group=Managers'), 204);
	assert.equal(await api(mia, 'group=2'), 204);
	assert.equal(await api(mia, 'group=Support'), 403);
	assert.equal(await api(zoe, 'group=Stock%2C%20all%20of%20it'), 204);
	assert.equal(await api(zoe, 'room=Stock&group=Support'), 204);
	assert.equal(await api(zoe, 'room=Stock&permission=users.view'), 403);
	assert.equal(await api(zoe, `room=${stock.id}`), 204);
	assert.equal(await api(zoe, 'room=Nothing'), 403);
	assert.equal(await api(zoe, ''), 403, 'who asks for nothing gets nothing');
	assert.equal(await api(new Browser(), 'room=Stock'), 401);
});

test('a gate of a room that is not named on the page lets nobody in', async () => {
	const root = await visitor(ADMIN_EMAIL);

	assert.equal((await root.get('/nowhere/page.php')).status, 303);
	assert.equal((await root.post('gate', { return: '/nowhere/page.php' })).status, 422);
});

test('nobody is led anywhere but into a room of this host', async () => {
	const zoe = await visitor('zoe@example.com');
	const refused = ['//evil.example/', '/\\evil.example/', 'https://evil.example/stock/',
		'/stock/../reports/', '/stock/%2e%2e/', '/stock/.%2E/x', '/stock//evil', '/elsewhere/',
		'/stock', '/', '', 'stock/', '/stock/\u0000', '/stock/\nx', '/stock/"', '/stock/é',
		'\\/stock/', '/\tstock/', `${PREFIX}`, '/stock/<script>', `/stock/${'x'.repeat(2000)}`];

	for (const address of refused) {
		const { status, headers } = await zoe.post('gate', { return: address });

		assert.ok([400, 422].includes(status), address); // 400: what no text may hold
		assert.equal(headers['set-cookie'], undefined, address);
	}
	for (const address of ['/stock/', '/stock/a/b.php?x=//evil.example/../&y=%2e%2e#part']) {
		const { status, headers, json } = await zoe.post('gate', { return: address });

		assert.equal(status, 200);
		assert.deepEqual(json(), { location: address, name: 'Stock' });
		assert.match(headers['set-cookie'][0],
			/^backoffice-room=[\w.-]+; Path=\/stock\/; HttpOnly; SameSite=Strict$/);
	}
	assert.equal((await zoe.send('POST', `${PREFIX}api/v1/gate`, { headers: {
		'Content-Type': 'application/json', 'Sec-Fetch-Site': 'cross-site' },
	body: '{"return":"/stock/"}' })).status, 403);
});

test('the trail says who entered which room, once a session', async () => {
	stack.addUser('eva@example.com', { groups: ['Stock, all of it'] });
	const earlier = entries().length;
	const eva = await visitor('eva@example.com');

	await eva.enter('/stock/page.php');
	await Promise.all(Array.from({ length: 12 }, () => eva.get('/stock/page.php')));
	const own = [String(idOf('eva@example.com')), String(stock.id)];

	assert.deepEqual(entries().slice(earlier), [own]);
	const again = await visitor('eva@example.com');

	await Promise.all([again.enter('/stock/page.php')]);
	await again.get('/stock/plain.txt');
	assert.deepEqual(entries().slice(earlier), [own, own]);
	const [entry] = (await admin.get('audit?action=room.enter')).body.items;

	assert.deepEqual(entry.target, { type: 'room', id: stock.id, name: 'Stock' });
	assert.equal(stack.admin(['audit', 'verify']).status, 0);
});

test('at a gate that the program does not answer nobody comes in', async () => {
	const zoe = await visitor('zoe@example.com');

	await zoe.enter('/stock/page.php');
	process.kill(stack.pid('fcgi'), 'SIGSTOP');
	try {
		await stack.nginx((text) => text.replaceAll('fastcgi_read_timeout 30s',
			'fastcgi_read_timeout 300ms'));
		assert.equal((await zoe.get('/stock/plain.txt')).status, 500);
	} finally {
		process.kill(stack.pid('fcgi'), 'SIGCONT');
	}
	assert.equal((await zoe.get('/stock/plain.txt')).status, 200);
});
