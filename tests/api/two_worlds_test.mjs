/*
 * Two installations that differ in nothing but clients' names, addresses and numbers, those that
 * somebody unmasked writes in between included. A masked administrator asks both the same, on every
 * route with every sort and filter, and must not find one byte by which to tell them apart.
 *
 *   SEED   another choice of requests (default 1)     LONG=1   five times as many
 */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';

import { Random, seedOfRun } from '../lib/random.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Walk } from '../lib/walk.mjs';

const SEED = seedOfRun();
const REQUESTS = process.env.LONG ? 5000 : 1000;
const CLIENTS = 24; // of which both worlds know something before the first request
const COLLEAGUES = 8;
const BEGUN = Date.now();

/* Where nobody is but by an edit of this test. It moves its client, so that it changes something in
 * both worlds: where nothing changes nothing is written, and that may be told. */
const ELSEWHERE = ['IT', 'PT', 'PL'];

/* What ends the session of the one who asks: asked when all else has been. */
const LAST = ['DELETE /session', 'DELETE /profile/sessions/{id}'];

/* Names of any length and script; one in each world may be missing. */
const NAMES = ['Bo', 'Zoé Lefebvre-D\'Arcy', 'مريم الحسيني', '王', '高橋 美咲', 'Ó', '=1+1',
	'Maximiliane Katharina Freifrau von und zu Hohenstein-Oberndorf', '<b>Jo</b>', 'O', '😀 Ana'];

/* What two answers may differ in, and why. All else is compared byte by byte. */
const MAY_DIFFER = [
	[/"(request_id)":"\w*"/g, '"$1":""'], // drawn for each request
	[/([;,])[0-9a-f]{32}(?=[;,])/g, '$1REQUEST'], // the same, as a cell of the trail
	[/"(next|prev)":"([^"]+)"/g, (_, name, cursor) => `"${name}":${cursor.length}`], // sealed
	[/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, timeOfRun], // the worlds do not run in step
	[/(127\.0\.0\.1:)\d+/g, '$1PORT'], // two stacks cannot listen at one
	[/#set=([\w-]+)/g, (_, token) => `#set=${token.length}`], // of a link: drawn for each
	[/"(recovery_codes|secret|uri)":("[^"]+"|\[[^\]]+\])/g, '"$1":""'], // drawn for each
	[/(_(?:seconds_(?:bucket|sum)|connections|busy)(?:{.*})?) -?\d\S*/g, '$1'], // metrics of time,
	[/(_(?:unsent|skew|age)_seconds(?:{.*})?) -?\d\S*/g, '$1'], // and of who is at work just then
	[/(process_\w+) \d\S*/g, '$1'], // what each of two processes takes
];

/* The same of headers: what is drawn or measured for each answer keeps its length. */
const DRAWN = ['x-request-id', 'set-cookie'];
const MEASURED = ['date', 'retry-after'];

let worlds;

/** Times that are of both worlds from the start are compared, those of this run are not. */
function timeOfRun(time) {
	return Date.parse(time) < BEGUN - 60_000 ? time : 'TIME';
}

/** What a client has in one of the worlds, and no masked viewer may know anything of. */
function personal(random) {
	const number = random.below(10 ** (1 + random.below(9)));
	const have = (value) => random.percent(70) ? value : '';

	return { name: random.pick(NAMES) + have(` ${number}`),
		email: have(`u${number}@${random.pick(['example.org', 'a.example', 'büro.example'])}`),
		phone: have(`+4930${1000 + number}`) };
}

const quoted = (text) => `'${text.replaceAll('\'', '\'\'')}'`;

/** Rows that the worlds have from the start: everything but the three fields is the same. */
function fill({ stack, random }) {
	const rows = Array.from({ length: CLIENTS }, (_, at) => {
		const { name, email, phone } = personal(random);

		return `(${at + 1}, ${[name, email, phone].map(quoted).join(', ')},
			'${['DE', 'FR', ''][at % 3]}', ${at % 4 ? 1 : 0}, ${at % 5 ? 1 : 'NULL'},
			'2026-01-01 00:00:0${at % 4}')`;
	});

	stack.sql(`SET NAMES utf8mb4;
		INSERT INTO client (id, name, email, phone, country, status, manager_id, created_at)
		VALUES ${rows.join(', ')}`);
}

async function startWorld(number) {
	const stack = await startStack();
	const agent = new Agent({ keepAlive: true });
	const world = { stack, agent, random: new Random(SEED * 1000 + number) };

	for (let at = 0; at < COLLEAGUES; at++) {
		stack.addUser(`colleague${at}@example.com`, { name: `Colleague ${at}`, masked: at % 3 > 0,
			groups: [['Support'], ['Managers'], ['Auditors'], []][at % 4] });
	}
	stack.addUser('masked@example.com', { groups: ['Administrators'], masked: true });
	world.masked = await stack.signedIn('masked@example.com', { agent });
	world.author = await stack.signedIn(undefined, { agent });
	fill(world);
	await holdMail(stack);
	return world;
}

/** The mailer sends in a time of its own: it is stopped while nothing waits for it. */
async function holdMail(stack) {
	await until(() => stack.sql('SELECT id FROM outbox WHERE state < 2').length === 0);
	process.kill(stack.pid('mailer'), 'SIGSTOP');
}

before(async () => {
	worlds = await Promise.all([startWorld(1), startWorld(2)]);
});
after(() => Promise.all(worlds.map(({ stack, agent }) => {
	process.kill(stack.pid('mailer'), 'SIGCONT');
	agent.destroy();
	return stack.stop();
})));

function comparable({ status, headers, text }, path) {
	const measured = path === 'metrics' ? [...MEASURED, 'content-length'] : MEASURED;
	const told = Object.entries(headers).map(([name, value]) => [name,
		measured.includes(name) ? '' : DRAWN.includes(name) ? String(value).length : value]);

	return JSON.stringify([status, Object.fromEntries(told),
		MAY_DIFFER.reduce((known, [pattern, as]) => known.replaceAll(pattern, as), text)],
	null, '\t');
}

/** Where two texts part, with what stands around it. */
function difference(one, other) {
	let at = 0;

	while (one[at] === other[at]) {
		at++;
	}
	const around = (text) => text.slice(Math.max(0, at - 200), at + 100);

	return `${around(one)}\n--- and in the other:\n${around(other)}`;
}

/** Whoever may see clients' data writes the same, about others, into both worlds. */
const WRITES = {
	create: async ({ author, random }, country) => author.post('clients',
		{ ...personal(random), country }),
	edit: async ({ author, random }, country, id, fields) => {
		const whole = personal(random);
		const news = Object.fromEntries(fields.map((field) => [field, whole[field]]));

		return author.patch(`clients/${id}`, { country, ...news }, { 'If-Match': '*' });
	},
	import: async ({ author, random }, country) => author.send('POST', 'clients/import', {
		headers: { 'Content-Type': 'text/csv' },
		body: ['name,email,phone,country', ...[1, 2].map(() =>
			[...Object.values(personal(random)), country].map((cell) => `"${cell}"`).join())]
			.join('\r\n') }),
	delete: async ({ author }, _, id) => author.delete(`clients/${id}`, { 'If-Match': '*' }),
	export: async ({ author }) => author.get('clients/export.csv?sort=name'),
};

class Explorer {
	constructor() {
		this.random = new Random(SEED);
		this.walk = new Walk(this.random, { ids: (noun) => this.ids(noun) });
		this.asked = new Map(); // how often, by route
		this.moved = new Map(); // to where an edit put a client last
		this.count = 0;
		this.good = 0;
	}

	/** Ids that are in both worlds, but those of who asks: nobody saws at the own branch. */
	ids(noun) {
		const most = { users: 10 + COLLEAGUES, clients: CLIENTS + 20, groups: 6 }[noun] ?? 9;
		const self = { users: COLLEAGUES + 2, sessions: 1 }[noun];

		return Array.from({ length: most }, (_, at) => at + 1).filter((id) => id !== self);
	}

	/** The same request in both worlds, each with its own cursor; gives both answers. Wrong
	 * passwords and codes bring delays, which end at a time of their own in each: none are left.
	 * When a session was last used is noted once a minute, at each world's own time. */
	async ask({ route, method, path, headers, body }, cursors = ['', '']) {
		if (/password|code/.test(body ?? '')) {
			worlds.forEach(({ stack }) => stack.sql('DELETE FROM attempt'));
		}
		if (/sessions/.test(path)) {
			worlds.forEach(({ stack }) => stack.sql(`UPDATE session JOIN
				(SELECT MAX(last_used_at) AS at FROM session) newest
				SET last_used_at = newest.at`));
		}
		const answers = await Promise.all(worlds.map(({ masked }, at) =>
			masked.send(method, path + cursors[at], { headers, body })));
		const [one, other] = answers.map((answer) => comparable(answer, path));

		this.count++;
		this.good += answers[0].status < 300;
		this.asked.set(route, (this.asked.get(route) ?? 0) + 1);
		if (one !== other) {
			assert.fail(`a masked viewer tells two worlds apart by request ${this.count} of seed ${
				SEED}: ${method} ${path} ${body ?? ''}\n${difference(one, other)}`);
		}
		return answers;
	}

	/** With the pages that follow, or come before, by chance. */
	async askOn(request) {
		const most = 4;

		for (let answers = await this.ask(request), pages = 0; pages < most; pages++) {
			const way = this.random.pick([['next', 'after'], ['prev', 'before']]);
			const sign = request.path.includes('?') ? '&' : '?';
			const cursors = answers.map(({ body }) => body?.page?.[way[0]]);

			if (!cursors[0] || this.random.percent(50)) {
				return;
			}
			answers = await this.ask(request, cursors.map((cursor) =>
				`${sign}${way[1]}=${encodeURIComponent(cursor)}`));
		}
	}

	async write() {
		const name = this.random.pick([...Object.keys(WRITES), 'edit', 'edit']);
		const id = this.random.pick(this.ids('clients'));
		const fields = this.random.some(['name', 'email', 'phone']);
		const country = name === 'edit'
			? this.random.pick(ELSEWHERE.filter((one) => one !== this.moved.get(id))) : 'ES';
		const statuses = (await Promise.all(worlds.map((world) =>
			WRITES[name](world, country, id, fields)))).map(({ status }) => status);

		if (name === 'edit') {
			this.moved.set(id, country);
		}
		assert.equal(statuses[0], statuses[1], `${name} goes another way in the other world`);
	}
}

test('a masked viewer finds no byte by which two worlds differ', async (t) => {
	const explorer = new Explorer();
	const { walk, random } = explorer;
	const operations = walk.operations.filter(({ route }) => !LAST.includes(route));
	const everything = [...walk.everyParameter()];
	const [known, other] = await Promise.all(worlds.map(({ author }) => author.get('clients')));

	assert.notEqual(known.text, other.text);
	for (const operation of operations) {
		await explorer.askOn(walk.one(operation));
	}
	for (let round = 0; explorer.count < REQUESTS - everything.length; round++) {
		if (round % 5 === 0) {
			await explorer.write();
		}
		await explorer.askOn(walk.one(random.pick(operations)));
	}
	for (const request of everything) {
		await explorer.askOn(request);
	}
	for (const route of LAST) {
		await explorer.ask(walk.one(walk.operations.find((one) => one.route === route)));
	}
	t.diagnostic(`seed ${SEED}: ${explorer.count} requests, ${explorer.good} of them were done`);
	assert.deepEqual(walk.operations.map(({ route }) => route)
		.filter((route) => !explorer.asked.has(route)), []);
	assert.ok(explorer.count >= REQUESTS, `only ${explorer.count} requests`);
	assert.ok(explorer.good > explorer.count / 3, `only ${explorer.good} were done`);
});
