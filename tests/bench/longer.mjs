/*
 * Parts that are run by their names alone, as they take minutes: whether memory grows over a
 * million requests, and what a hundred times as many rows cost.
 */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { importFile, withoutMailer } from './alone.mjs';
import { targetsOf, writeFor } from './compare.mjs';
import { Installation } from './installation.mjs';
import { load } from './load.mjs';
import { flood, floodCost, medians, writeRequests } from './measure.mjs';
import { comparedWorks } from './works.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 1_000_000);
const STRETCH = 0.1; // of all requests, each with all kinds of them
const MARKS = [0, 0.1, 0.5, 1]; // of all, at which memory is looked at
const REST = Number(process.env.REST ?? 70); // seconds: what is idle for a minute gives memory back
const MORE_MOST = 1; // MiB that the second half of all may add

/* What is asked most: lists, and finding, of users and clients. */
async function readingFile({ folder, works }, target) {
	const of = (name) => works[name].requests(target, 1);
	const all = (await Promise.all(['users', 'clients', 'find', 'words'].map(of))).flat();

	return writeRequests(join(folder, 'growth.txt'), all.map(([method, path, cookie]) =>
		[method, `${new URL(target.url).pathname}/${path}`, cookie]));
}

/* A stretch of the requests: some of all kinds, the rest reading. Gives how many it was. */
async function stretch(bench, target, reading, serial) {
	const { installation, works } = bench;
	const ask = (options) => flood({ url: target.url, connections: 16, seconds: 2, ...options });
	const { rows } = await importFile(installation, 'clients', ['name,email',
		...Array.from({ length: 1000 }, (_, at) => `Nora Neu,soak${serial}.${at}@example.com`)]);
	const created = await ask({ once: true,
		file: await writeFor(bench, works.create, target, bench.serial += 1) });
	const signed = await ask({ seconds: 4, file: await writeFor(bench, works.sign_in, target, 1) });
	let count = created.good + signed.good;

	assert.ok(rows > 0 && created.good > 0 && signed.failed === 0,
		JSON.stringify({ rows, created, signed }));
	while (count < REQUESTS * STRETCH) {
		const read = await ask({ file: reading, seconds: 10 });

		assert.ok(read.good > 0);
		count += read.good;
	}
	return count;
}

/* The least of what the program takes once it has rested. */
async function rested({ installation }) {
	await sleep(REST * 1000);
	return installation.memory('program').program;
}

/** Memory of the program over as many requests; throws when it grows. */
export async function growsNot(bench) {
	const [target] = targetsOf(bench.installation);
	const reading = await readingFile(bench, target);
	const memory = [];
	let count = 0;

	for (let at = 0; memory.length < MARKS.length; at++) {
		if (count >= REQUESTS * MARKS[memory.length]) {
			memory.push({ requests: count, mib: await rested(bench) });
		} else {
			count += await stretch(bench, target, reading, at);
		}
	}
	const [half, whole] = memory.slice(-2);

	assert.ok(whole.mib - half.mib < MORE_MOST,
		`${whole.mib - half.mib} MiB more: ${JSON.stringify(memory)}`);
	return { marks: memory };
}

const FEW = 10_000;
const WORKS = { users: 'a page of the list of users', find: 'finding by address',
	create: 'a new user without a hash' };

/* An installation that is asked, with files of what may be asked again. */
async function sideOf(bench, installation, name) {
	const [target] = targetsOf(installation);
	const folder = join(bench.folder, name);
	const side = { ...bench, installation, folder, works: comparedWorks(installation) };

	mkdirSync(folder, { recursive: true });
	return { ...side, target, serials: bench, users: await fileOf(side, 'users', target),
		find: await fileOf(side, 'find', target) };
}

async function fileOf(bench, name, target) {
	const file = await writeFor(bench, bench.works[name], target, 1);
	const kept = `${file}.${name}`;

	renameSync(file, kept);
	return kept;
}

async function costAt(side, name) {
	const { target, works, seconds } = side;
	const file = side[name] ?? await writeFor(side, works[name], target,
		side.serials.serial += 1);
	const { cpu } = await floodCost(target.parts, { url: target.url, file,
		once: works[name].once, connections: 16, seconds });

	return Object.values(cpu).reduce((sum, ms) => sum + ms, 0);
}

async function costsOf(bench, few, many) {
	const noted = Object.fromEntries(Object.keys(WORKS).map((name) => [name, []]));

	for (let i = 0; i < bench.rounds; i++) {
		for (const name of Object.keys(WORKS)) {
			noted[name].push({ few: await costAt(few, name), many: await costAt(many, name) });
		}
	}
	return Object.entries(noted).map(([name, all]) => ({ name: WORKS[name], ...medians(all) }));
}

/** What works cost beside an installation of 10,000 rows: ms of CPU of all programs together. */
export async function costsByRows(bench) {
	const few = await Installation.start(await load(FEW), join(bench.folder, 'few'));

	try {
		few.warm();
		const sides = [await sideOf(bench, few, 'asked_few'),
			await sideOf(bench, bench.installation, 'asked_all')];

		return { costs: await withoutMailer(few, () => withoutMailer(bench.installation, () =>
			costsOf(bench, ...sides))) };
	} finally {
		await few.stop();
	}
}
