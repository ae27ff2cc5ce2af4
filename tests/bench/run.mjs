/*
 * Measures the product and its peers on one loaded installation, and writes what it found to
 * tests/bench/RESULTS.md.
 *
 *   ROWS=1000000   users, and clients
 *   ONLY=a,b       some of the parts below; what is known of the others stays in the report, with
 *                  its day where another machine has measured it. Those that take long are run by
 *                  their names alone: growth1m, rows
 *   QUICK=1        20,000 rows and one short round, to see that all of it works; no report
 *   GROWTH=1       5,000,000 users and nothing else: lists, finding and creating
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { TOP } from '../lib/stack.mjs';
import { exportFiles, importFiles, sendLetters, starts, whileSearching, whileSigningIn,
	withoutMailer } from './alone.mjs';
import { compare } from './compare.mjs';
import { USERS_ONLY } from './data.mjs';
import { walkLists } from './every.mjs';
import { measureFloors } from './floors.mjs';
import { Installation } from './installation.mjs';
import { folderOf, load } from './load.mjs';
import { costsByRows, growsNot } from './longer.mjs';
import { machine } from './machine.mjs';
import { LETTERS_OF_MADE_END } from './made.mjs';
import { report, withEarlier } from './report.mjs';
import { comparedWorks } from './works.mjs';

const { QUICK, GROWTH, ONLY } = process.env;
const ROWS = Number(process.env.ROWS ?? (QUICK ? 20_000 : GROWTH ? 5_000_000 : 1_000_000));
const FOLDER = join(TOP, 'build/bench');
const KNOWN = join(FOLDER, `${QUICK ? 'quick' : 'results'}.json`);
const REPORT = QUICK ? join(FOLDER, 'quick.md') : join(import.meta.dirname, 'RESULTS.md');

const POOL_DEFAULT = 128; // MiB, as the database has it unless somebody says otherwise
const POOL_ALL = GROWTH ? 8192 : 3072;

const SHORT = { rounds: 1, seconds: 1, connections: [16] };
const LONG = { rounds: 5, seconds: 2, connections: [1, 16, 64] };

const begun = Date.now();

function say(text) {
	console.log(`${String(Math.round((Date.now() - begun) / 1000)).padStart(5)} s  ${text}`);
}

async function walk(bench, options) {
	const [{ cookie }] = bench.installation.viewers({ administrator: true });

	return { pages: await walkLists({ api: bench.installation.api, cookie,
		step: bench.quick ? 20 : 200, ...options }) };
}

async function compareCreating(bench) {
	const made = await compare(bench, bench.works.create);

	bench.installation.stack.sql(LETTERS_OF_MADE_END);
	return made;
}

/* In the order in which they are done: those that put rows come last. */
const PARTS = {
	start: starts,
	every_small: (bench) => {
		bench.installation.setPool(POOL_DEFAULT);
		return walk(bench, { times: bench.quick ? 1 : 3 });
	},
	every: (bench) => walk(bench, { times: bench.quick ? 1 : 7, pairs: true }),
	users: (bench) => compare(bench, bench.works.users),
	clients: (bench) => compare(bench, bench.works.clients),
	find: (bench) => compare(bench, bench.works.find),
	words: (bench) => compare(bench, bench.works.words),
	floors: measureFloors,
	signing_in: whileSigningIn,
	searching: whileSearching,
	sign_in: (bench) => compare(bench, bench.works.sign_in),
	export: exportFiles,
	create: async (bench) => {
		const made = await withoutMailer(bench.installation, () => compareCreating(bench));

		return { ...made, letters: await sendLetters(bench.installation) };
	},
	import: importFiles,
};

/* By name alone. REQUESTS=1000000 and REST=70, seconds, are of growth1m. */
const LONGER = { rows: costsByRows, growth1m: growsNot };
const ALL = { ...PARTS, ...LONGER };

const PROGRAMS = ['program', 'nginx', 'database', 'mailer'];
const GROUPS = { lists: ['users', 'clients'], finding: ['find', 'words', 'floors'],
	storms: ['signing_in', 'searching'], files: ['import', 'export'] };
const GROWN = ['users', 'find', 'words', 'create'];
const WITH_SMALL_POOL = ['start', 'every_small'];

function readKnown() {
	try {
		return JSON.parse(readFileSync(KNOWN, 'utf8'));
	} catch {
		return {};
	}
}

const readEarlier = () => existsSync(REPORT) ? readFileSync(REPORT, 'utf8') : '';

function namesOfParts() {
	const names = ONLY ? ONLY.split(',').flatMap((name) => GROUPS[name] ?? name)
		: GROWTH ? GROWN : Object.keys(PARTS);
	const unknown = names.filter((name) => !ALL[name]);

	if (unknown.length > 0) {
		throw new Error(`unknown: ${unknown}; there are `
			+ [...Object.keys(ALL), ...Object.keys(GROUPS)].join());
	}
	return Object.keys(ALL).filter((name) => names.includes(name));
}

async function begin() {
	const kinds = GROWTH ? USERS_ONLY : undefined;

	say(`data of ${ROWS} users: ${folderOf(ROWS, kinds)}`);
	const installation = await Installation.start(await load(ROWS, { kinds, say }),
		join(FOLDER, QUICK ? 'quick' : 'run'));

	await installation.startPeers();
	say('the product and its peers are up');
	return { installation, sizes: installation.sizes(), works: comparedWorks(installation),
		folder: FOLDER, quick: Boolean(QUICK),
		serial: 0, ...(QUICK ? SHORT : LONG), ...(GROWTH && { rounds: 3 }) };
}

/* All of the data is in memory from the first part on that is not about little memory. */
async function measure(bench, names, keep) {
	const { installation } = bench;
	let small = true;

	for (const name of names) {
		if (small && !WITH_SMALL_POOL.includes(name)) {
			installation.setPool(POOL_ALL);
			installation.warm();
			small = false;
		}
		const found = await ALL[name](bench);

		if (found) {
			keep(name, { ...found, memory: installation.memory(...PROGRAMS) });
		}
		say(name);
	}
}

/** What is known, to which part by part is added: what breaks off has lost the part alone. */
function beginRecord(bench) {
	const known = QUICK ? {} : readKnown();
	const found = { parts: {}, ...known, machine: machine(bench.installation), ...(GROWTH
		? { growth: { rows: ROWS, parts: {} } }
		: { rows: ROWS, sizes: bench.sizes, parts: known.rows === ROWS ? known.parts : {} }) };

	return { found, keep(name, part) {
		(GROWTH ? found.growth : found).parts[name] = part;
		writeFileSync(KNOWN, JSON.stringify(found, null, '\t'));
	} };
}

mkdirSync(FOLDER, { recursive: true });
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, () => process.exit(1)); // what was started ends at the exit
}
const names = namesOfParts();
const bench = await begin();
const { found, keep } = beginRecord(bench);

try {
	await measure(bench, names, keep);
	if (found.rows) {
		writeFileSync(REPORT, QUICK ? report(found) : withEarlier(report(found), readEarlier()));
		say(`written: ${REPORT}`);
	}
} finally {
	await bench.installation.stop();
}
