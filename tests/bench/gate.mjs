/*
 * What the gate of a room costs, beside what else the same nginx, program and database do: a small
 * file without a gate, the same file behind one, the gate asked by itself, GET session, an answer
 * of plain libfcgi, and the statement of the gate alone, without HTTP. `make bench-gate` prints it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ADMIN_EMAIL, startStack } from '../lib/stack.mjs';
import { floodCost, medians, writeRequests } from './measure.mjs';
import { openRooms } from '../lib/rooms.mjs';
import { startPeers } from './peer/peers.mjs';
import { number, table } from './markdown.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 4);
const CONNECTIONS = [1, 16];

/* As many as a company has: the statement must not owe its time to an empty table. */
const ROWS = `INSERT INTO user (id, email, name, password, language, created_at)
	SELECT 1000 + seq, CONCAT('u', seq, '@example.com'), CONCAT('Juan Perez ', seq), '', '',
		UTC_TIMESTAMP(6) FROM seq_1_to_20000;
	INSERT INTO session (token_hash, user_id, created_at, last_used_at, remote_address, user_agent)
	SELECT UNHEX(SHA2(seq, 256)), 1000 + seq, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), '', ''
		FROM seq_1_to_20000;
	ANALYZE TABLE user, session`;

async function roomCookie(stack) {
	const admin = await stack.signedIn(ADMIN_EMAIL);

	await admin.post('rooms', { name: 'Stock', address: '/stock/', groups: [] });
	await admin.post('gate', { return: '/stock/' });
	return { session: `backoffice=${admin.jar.get('backoffice')}`,
		room: `backoffice-room=${admin.jar.get('backoffice-room')}` };
}

async function main() {
	const stack = await startStack({ settings: '[session]\nidle = 600\n', prefix: '/any/' });

	stack.sql(ROWS);
	const cookies = await roomCookie(stack);
	const rooms = await openRooms(stack, { php: { '/stock/': '' }, open: '/open/' });
	const peers = await startPeers({ folder: join(stack.data, 'peers'),
		settings: join(stack.data, 'backoffice.conf'), socket: stack.socket,
		password: readFileSync(join(stack.data, 'secrets/db_web'), 'utf8').trim(),
		sessions: [cookies.session] });
	const host = new URL(stack.url).origin;
	const works = {
		'a file without a gate': [host, '/open/plain.txt', ''],
		'**the same file behind a gate**': [host, '/stock/plain.txt', cookies.room],
		'the gate, asked by itself': [host, '/any/api/v1/gate?room=Stock', cookies.session],
		'GET session': [host, '/any/api/v1/session', cookies.session],
		'libfcgi, a page of users': [peers.libfcgi.url, '/users', ''],
	};
	const parts = Object.fromEntries(['fcgi', 'nginx', 'database'].map((name) =>
		[name, [stack.pid(name)]]));
	const measured = Object.fromEntries([...Object.keys(works), 'statement']
		.map((name) => [name, CONNECTIONS.map(() => [])]));

	try {
		for (let round = 0; round < ROUNDS; round++) {
			for (const [at, connections] of CONNECTIONS.entries()) {
				for (const [name, [url, path, cookie]] of Object.entries(works)) {
					const file = writeRequests(join(stack.data, 'requests'),
						[['GET', path, cookie]]);

					measured[name][at].push(await floodCost(parts, { url, file, connections,
						seconds: SECONDS }));
				}
				measured.statement[at].push(await peers.statements({ work: 'gate?room=Stock',
					cookie: cookies.session, seconds: SECONDS, connections }));
			}
		}
	} finally {
		await peers.stop?.();
		rooms.close();
		await stack.stop();
	}
	report(measured);
}

/* Of the statement alone only that of who asks is known. */
const cpuOf = (cpu) => typeof cpu === 'number' ? ''
	: `${['fcgi', 'nginx', 'database'].map((name) => number(cpu[name])).join(' + ')} = ${
		number(cpu.fcgi + cpu.nginx + cpu.database)}`;

function report(measured) {
	const rows = Object.entries(measured).map(([name, each]) => {
		const [one, many] = each.map((rounds) => medians(rounds));

		return [name === 'statement' ? 'its statement alone, no HTTP' : name,
			...[one.perSecond, one.p50, one.p99, many.perSecond, many.p50, many.p99].map(number),
			cpuOf(many.cpu), many.failed ?? 0];
	});

	console.log(table(['', '/s, c=1', 'p50 ms', 'p99 ms', '/s, c=16', 'p50 ms', 'p99 ms',
		'CPU ms: program + nginx + database', 'refused'], rows));
}

await main();
