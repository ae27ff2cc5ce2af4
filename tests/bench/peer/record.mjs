/*
 * Which statements the product runs for a request: those that the server's general log has of its
 * account. So they are always those of the product as it is, with the values that it bound.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

import { sqlAt, TOP } from '../../lib/stack.mjs';

/* Each thread of the program prepares what it has not met, and sweeps now and then. */
const WARM = 64;
const TRIES = 5;

const ENTRY = /^(?:\d{6} +[\d:]+\t|\t\t) *(\d+) (Execute|Query)\t(.*)$/;

const ESCAPES = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' };

/** GET with a cookie; resolves when the answer is whole. */
export function get(url, cookie) {
	return new Promise((resolve, reject) => {
		request(url, { headers: { Cookie: cookie }, agent: false }, (answer) => {
			const parts = [];

			answer.on('data', (part) => parts.push(part));
			answer.on('error', reject);
			answer.on('end', () =>
				resolve({ status: answer.statusCode, bytes: Buffer.concat(parts) }));
		}).on('error', reject).end();
	});
}

function isText(latin) {
	const bytes = Buffer.from(latin, 'latin1');

	return Buffer.from(bytes.toString('utf8')).equals(bytes);
}

/* Bytes that are no text, in hex: as text the server would take them for broken letters. */
function withoutBytes(statement) {
	return statement.replace(/'((?:[^'\\]|\\.|'')*)'/gs, (literal, inner) => {
		const raw = inner.replace(/\\(.)|''/gs, (_, letter) => letter === undefined ? "'"
			: ESCAPES[letter] ?? letter);

		return isText(raw) ? literal : `X'${Buffer.from(raw, 'latin1').toString('hex')}'`;
	});
}

/** What makes a connection to MariaDB ready: the statements that the program knows by name, and
 * that take no value. */
export function connectionSettings() {
	const { stdout } = spawnSync(join(TOP, 'build/release/backoffice-fcgi'), ['--statements'],
		{ encoding: 'utf8' });

	return [...stdout.matchAll(/^-- connection_(?!caught_up)\w+: .*\n(SET [^?]*?);$/gm)]
		.map(([, sql]) => sql);
}

/**
 * The statements of requests, as statements.c takes them.
 * @param {{socket: string, account: string, folder: string}} database
 * @param {{url: string, cookie: string}[]} requests
 */
export async function recordStatements({ socket, account, folder }, requests) {
	const log = join(folder, 'general.log');
	const threads = () => sqlAt(socket,
		`SELECT id FROM information_schema.processlist WHERE user = '${account}'`).flat();
	const ask = async ({ url, cookie }) => {
		const before = statSync(log).size;
		const { status } = await get(url, cookie);

		if (status !== 200 && status !== 204) {
			throw new Error(`${url}: ${status}`);
		}
		return readFileSync(log).subarray(before).toString('latin1').split('\n')
			.map((line) => line.match(ENTRY)).filter(Boolean);
	};
	const recorded = [];

	sqlAt(socket, `SET GLOBAL general_log_file = '${log}', GLOBAL log_output = 'FILE',
		GLOBAL general_log = ON`);
	try {
		// The log has values of what was prepared while it is on: so in new connections alone.
		sqlAt(socket, threads().map((id) => `KILL ${id};`).join(''));
		for (let i = 0; i < WARM; i++) {
			await get(requests[0].url, requests[0].cookie);
		}
		const own = new Set(threads());

		for (const one of requests) {
			const tries = [];

			for (let i = 0; i < TRIES; i++) {
				tries.push((await ask(one)).filter(([, id]) => own.has(id)));
			}
			recorded.push(tries.reduce((least, next) => next.length < least.length ? next : least)
				.map(([, , , statement]) => withoutBytes(statement)));
		}
	} finally {
		sqlAt(socket, 'SET GLOBAL general_log = OFF');
		rmSync(log, { force: true });
	}
	return Buffer.from(['', ...recorded.map((lines) => `${lines.join('\n')}\n`)]
		.join('\n').replace(/^/, connectionSettings().join('\n') + '\n'), 'latin1');
}
