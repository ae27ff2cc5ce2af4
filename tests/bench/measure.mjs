/*
 * What is measured, and how: requests a second and how long they take, by wrk; CPU time and memory
 * of processes, as the kernel counts them; and the middle one of several rounds.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LUA = join(import.meta.dirname, 'requests.lua');
const TICK = 10; // ms of CPU, as /proc counts it on Linux

export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);

	return sorted[Math.floor(sorted.length / 2)];
}

/** The same of each number in records that are alike. */
export function medians(records) {
	const middle = (name) => {
		const values = records.map((record) => record[name]);

		return typeof values[0] === 'number' ? median(values) : medians(values);
	};

	return Object.fromEntries(Object.keys(records[0]).map((name) => [name, middle(name)]));
}

function read(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return ''; // it has ended
	}
}

/** A process and those that it has started. */
export function family(pid) {
	const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);

	return [Number(pid), ...children.flatMap(family)];
}

/* Of the process, and of its children that have ended. */
function ticks(pid) {
	const [user, system, ...ended] = read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ')
		.slice(11, 15).map(Number);

	return [user, system, ...ended].reduce((sum, one) => sum + (one || 0), 0);
}

const cpuOf = (pids) => pids.flatMap(family).reduce((sum, pid) => sum + ticks(pid), 0) * TICK;

/** Resolves when the parts have nothing left to do of what was asked of them and given up, or after
 * ten seconds: who is asked next would pay for it. */
export async function rested(parts) {
	const pids = Object.values(parts).flat();
	let busy = Infinity;

	for (let i = 0; i < 50 && busy > 2 * TICK; i++) {
		const before = cpuOf(pids);

		await sleep(200);
		busy = cpuOf(pids) - before;
	}
}

/** MiB of memory that processes have for themselves, and their parts of what they share. */
export const memoryOf = (pids) => pids.flatMap(family).reduce((sum, pid) =>
	sum + Number(read(`/proc/${pid}/smaps_rollup`).match(/^Pss: +(\d+)/m)?.[1] ?? 0), 0) / 1024;

/**
 * What work costs: ms of CPU by part.
 * @param {Record<string, number[]>} parts process ids
 * @param {() => Promise<any>} work
 */
export async function costOf(parts, work) {
	const before = Object.entries(parts).map(([name, pids]) => [name, pids, cpuOf(pids)]);
	const result = await work();

	return { result, cpu: Object.fromEntries(before.map(([name, pids, cpu]) =>
		[name, cpuOf(pids) - cpu])) };
}

/** The same of statements, run by a client without HTTP: what peers.mjs gives, with the database's
 * CPU in ms a request. */
export async function costOfStatements(installation, measured) {
	let cost;
	const result = await measured(async (work) => {
		cost = (await costOf(installation.pids('database'), work)).cpu.database;
	});

	return { ...result, database: cost / result.requests };
}

/** A file of requests for wrk: [method, path, cookie, body, address of the client]. */
export function writeRequests(file, requests) {
	writeFileSync(file, requests.map(([method, path, cookie = '', body = '', from = '']) =>
		`${[method, path, cookie, body, from].join('\t')}\n`).join(''));
	return file;
}

/**
 * Sends requests of the file as fast as they are answered.
 * @param {string} url whose host they go to
 * @returns {Promise<{perSecond: number, good: number, failed: number, p50: number, p99: number,
 *     most: number}>} answers that are not refusals, a second; ms; most: the slowest
 */
export async function flood({ url, file, once = false, connections, seconds }) {
	const { stdout } = await run('wrk', ['-t', String(Math.min(connections, 2)), '-c',
		String(connections), '-d', `${seconds}s`, '--timeout', '30s', '-s', LUA, url, '--', file,
		once ? 'once' : 'any']);
	const { seconds: took, ...said } = JSON.parse(stdout.trim().split('\n').at(-1));

	return { perSecond: said.good / took, ...said };
}

/** The same with the CPU of the parts, in ms a request. */
export async function floodCost(parts, options) {
	const { result, cpu } = await costOf(parts, () => flood(options));

	return { ...result, cpu: Object.fromEntries(Object.entries(cpu).map(([name, ms]) =>
		[name, ms / Math.max(result.good, 1)])) };
}

export async function timed(work) {
	const begun = performance.now();
	const result = await work();

	return { result, ms: performance.now() - begun };
}

/** Asks one thing after the other on a connection that stays. */
export class Asker {
	constructor(url, cookie) {
		Object.assign(this, { url, cookie, agent: new Agent({ keepAlive: true, maxSockets: 1 }) });
	}

	/** @returns {Promise<{status: number, ms: number, bytes: Buffer, body: any}>} */
	async get(path) {
		const { result, ms } = await timed(() => this.#exchange(path));

		return { ...result, ms, get body() {
			return JSON.parse(result.bytes.toString());
		} };
	}

	#exchange(path) {
		return new Promise((resolve, reject) => {
			request(`${this.url}/${path}`, { agent: this.agent, headers: { Cookie: this.cookie } },
				(answer) => {
					const parts = [];

					answer.on('data', (part) => parts.push(part));
					answer.on('error', reject);
					answer.on('end', () => resolve({ status: answer.statusCode,
						bytes: Buffer.concat(parts) }));
				}).on('error', reject).end();
		});
	}
}
