/*
 * One work beside its peers: the same requests to each, round after round, at several numbers of
 * connections. What counts is the middle one of the rounds, and the ratio.
 */
import { join } from 'node:path';

import { costOfStatements, floodCost, medians, rested, writeRequests } from './measure.mjs';

/** The product and its peers, as works are asked of them. fixed: gives the same bytes always. */
export function targetsOf(installation) {
	const { peers } = installation;
	const database = installation.pids('database');
	const product = { name: 'product', url: installation.api,
		parts: { ...installation.pids('program', 'nginx'), ...database } };
	const others = ['php', 'libfcgi', 'nginx'].filter((name) => peers?.[name]).map((name) =>
		({ name, url: peers[name].url, fixed: name !== 'php',
			parts: { ...peers[name].pids(), ...database } }));

	return [product, ...others];
}

/* Why the target does not do this work, asked for it once; null when it does. */
async function refusal(target, [method, path, cookie, body]) {
	const answer = await fetch(`${target.url}/${path}`, { method, body, headers: { Cookie: cookie,
		'Sec-Fetch-Site': 'same-origin', ...(body && { 'Content-Type': 'application/json' }) } });

	await answer.arrayBuffer();
	return answer.ok ? null : `${target.name} does not do this (${answer.status})`;
}

/**
 * @typedef {object} Work
 * @property {string} title
 * @property {string[]} [peers] those that are asked besides the product
 * @property {boolean} [once] no request twice
 * @property {number[]} [connections]
 * @property {(target: object, serial: number) => Promise<string[][]>} requests [method, path below
 *     the target's url, cookie, body]; others for each serial where none may come twice
 * @property {() => {work: string[], cookie: string} | {statements: string[]}} [statements] for the
 *     floor of the database
 */

/** A file of the requests of a work for a target. */
export async function writeFor(bench, work, target, serial) {
	const at = new URL(target.url).pathname.replace(/\/$/, '');
	const requests = await work.requests(target, serial);

	return writeRequests(join(bench.folder, `${target.name}.txt`), requests
		.map(([method, path, ...rest]) => [method, `${at}/${path}`, ...rest]));
}

/* Those that do the work, each with a file of requests. */
async function prepare(bench, work) {
	const wanted = targetsOf(bench.installation).filter(({ name }) =>
		name === 'product' || work.peers?.includes(name));
	const targets = [];
	const skipped = [];

	for (const target of wanted) {
		const why = await refusal(target, (await work.requests(target, 0))[0]);

		if (why) {
			skipped.push(why);
		} else {
			targets.push({ ...target, file: await writeFor(bench, work, target, 1) });
		}
	}
	return { targets, skipped };
}

async function statementsOf(bench, work, connections) {
	const { installation: { peers }, installation, seconds } = bench;
	const asked = work.statements();
	const { perSecond, p50, p99, cpu, database } = await costOfStatements(installation, (around) =>
		peers[asked.statements ? 'run' : 'statements']({ ...asked, connections, seconds, around }));

	return { perSecond, p50, p99, failed: 0, cpu: { program: cpu, nginx: 0, database } };
}

/* One after the other in each round, so that what else the machine does meets all. Those that do
 * nothing are the same in each second. */
async function round(bench, work, targets, note) {
	for (const connections of work.connections ?? bench.connections) {
		for (const target of targets) {
			const file = work.once ? await writeFor(bench, work, target, ++bench.serial)
				: target.file;

			note(target.name, connections, await floodCost(target.parts, { url: target.url, file,
				once: work.once, connections, seconds: target.fixed ? 1 : bench.seconds }));
			bench.installation.endStatements();
			await rested(target.parts);
		}
		if (work.statements && bench.installation.peers) {
			note('statements', connections, await statementsOf(bench, work, connections));
		}
	}
}

/** @returns {Promise<object>} by target and connections: requests a second, ms, ms of CPU */
export async function compare(bench, work) {
	const { targets, skipped } = await prepare(bench, work);
	const noted = {};
	const note = (name, connections, one) =>
		((noted[name] ??= {})[connections] ??= []).push(one);

	for (let i = 0; i < bench.rounds; i++) {
		await round(bench, work, targets, note);
	}
	return { title: work.title, skipped, targets: Object.fromEntries(Object.entries(noted)
		.map(([name, by]) => [name, Object.fromEntries(Object.entries(by)
			.map(([connections, all]) => [connections, medians(all)]))])) };
}
