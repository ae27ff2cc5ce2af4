/* What one host carries, what gives way first, and what is done then, of what was measured. */
import { number, prose, table } from './markdown.mjs';

/* What is taken for granted; all else is measured. */
const LOAD = 0.5;        // of the cores, so that nobody waits
const EVERY = 5;         // seconds between two requests of somebody at work
const MORNING = 10 * 60; // seconds in which all sign in
const LETTERS_DAY = 2;   // that somebody causes in a day, within
const WORKDAY = 8;       // hours

const at16 = (work) => work.targets.product[16] ?? Object.values(work.targets.product).at(-1);

/** CPU ms of a list: what each web host bears, and what the database does. */
function listCost({ users, clients }) {
	const all = [users, clients].map((work) => at16(work).cpu);
	const mean = (name) => (all[0][name] + all[1][name]) / 2;

	return { web: mean('program') + mean('nginx'), database: mean('database') };
}

/* People who work, where each request costs so many ms of so many cores. */
const people = (cores, ms) => cores * 1000 * LOAD / ms * EVERY;

/** What ends first, by the number of people who work at once. */
function limits({ parts, machine: { cores } }) {
	const { web, database } = listCost(parts);
	const hashes = at16(parts.sign_in).perSecond;
	const letters = parts.create.letters.perSecond;

	return [
		{ what: `Lists: ${number(web + database)} ms of CPU each, of which the database takes `
			+ `${number(database)}`, people: people(cores, web + database),
		answer: `a second web host: ${number(people(cores, database))} when the first has the `
			+ 'database alone' },
		{ what: `Signing in: ${number(hashes)} a second, all within ${MORNING / 60} minutes`,
			people: hashes * MORNING,
			answer: `cores for hashing: each web host more carries ${number(hashes * MORNING)}` },
		{ what: `Letters: ${number(letters)} a second, ${LETTERS_DAY} a day for each`,
			people: letters * 3600 * WORKDAY / LETTERS_DAY,
			answer: 'a mailer on each web host: letters are leased' },
	].sort((a, b) => a.people - b.people);
}

function carries({ parts, machine: { cores } }) {
	const { web, database } = listCost(parts);
	const files = parts.import;

	return [
		['lists a second, at half of the cores', number(cores * 1000 * LOAD / (web + database))],
		['sign-ins an hour', number(at16(parts.sign_in).perSecond * 3600)],
		['new users a second, without a hash', number(at16(parts.create).perSecond)],
		['letters an hour', number(parts.create.letters.perSecond * 3600)],
		...(files ? [['rows of a file of clients a minute', number(files.clients.perSecond * 60)]]
			: []),
	];
}

/* Web hosts first, which is the cheapest; then the database, read by read. */
function steps({ parts, machine: { cores } }) {
	const { database } = listCost(parts);
	const alone = people(cores, database);

	return prose`After the web hosts the database's CPU is next: on ${cores} cores of its own it
		carries ${number(alone)} people. More cores there come first. The product reads where it
		writes, so a replica takes nothing off it; three nodes of Galera do (\`make test-cluster\`):
		each web host reads at its own node, and lists grow with the nodes, to some
		${number(3 * alone)} people. What is written is written at each of them: the
		${number(at16(parts.create).perSecond)} new users a second remain the limit of all.`;
}

function sizesTable(sizes) {
	return table(['Table', 'rows', 'MiB', 'bytes a row, with indexes'], sizes.map(
		({ name, rows, mib }) => [name, number(rows), number(mib), number(mib * 2 ** 20 / rows)]));
}

/* The same work at two sizes. */
function grownTable({ parts, growth: grown, rows }) {
	const names = Object.keys(grown.parts).filter((name) => parts[name]);

	return table(['Work, c=16', `/s at ${number(rows)}`, `/s at ${number(grown.rows)}`, 'ratio',
		'p50 ms', 'p50 ms', 'database ms', 'database ms'], names.map((name) => {
		const [before, after] = [parts[name], grown.parts[name]].map(at16);

		return [parts[name].title, number(before.perSecond), number(after.perSecond),
			`${number(after.perSecond / before.perSecond)}x`, number(before.p50), number(after.p50),
			number(before.cpu.database), number(after.cpu.database)];
	}));
}

const NEEDED = ['users', 'clients', 'sign_in', 'create']; // parts that all of it is computed of

/** Paragraphs of Markdown. */
export function growth(found) {
	if (!NEEDED.every((name) => found.parts?.[name])) {
		return [];
	}
	return [
		'## Growth',
		prose`What this one host carries, with all of the product on it. Somebody at work is taken
			to ask for something every ${EVERY} seconds, and a host to be well at half of its CPU.`,
		table(['', ''], carries(found)),
		'What gives way, the first one first:',
		table(['', 'people at work', 'then'], limits(found).map(({ what, people: most, answer }) =>
			[what, number(most), answer])),
		steps(found),
		prose`What lies on the disk; lists are as fast as they are here while the users and clients
			fit into the memory of the database:`,
		sizesTable(found.sizes),
		...(found.growth
			? [`## The same with ${number(found.growth.rows)} users`, grownTable(found)] : []),
	];
}
