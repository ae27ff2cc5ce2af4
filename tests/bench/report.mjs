/* What was measured, as Markdown. */
import { growth } from './growth.mjs';
import { cell, number, prose, table } from './markdown.mjs';

const NAMES = { product: '**product**', php: 'PHP-FPM', libfcgi: 'libfcgi, same bytes',
	nginx: 'nginx, same bytes', statements: 'same statements, no HTTP' };

const LISTS_OF = { users: 'Users', clients: 'Clients', sessions: 'Sessions', mail: 'Mail',
	audit: 'Audit log' };

const sum = (cpu) => Object.values(cpu).reduce((all, one) => all + one, 0);

const columnOf = (by) => by[16] ?? Object.values(by).at(-1);

/* How many times as fast as the peer. */
const ratio = (own, other) => other === own || !(other > 0) ? '' : cell(`${number(own / other)}x`);

function workTable({ targets }) {
	const connections = Object.keys(targets.product);
	const own = columnOf(targets.product);
	const rows = Object.entries(targets).map(([name, by]) => {
		const one = columnOf(by);

		return [NAMES[name], ...connections.map((count) => by[count]
			? number(by[count].perSecond) : ''), ratio(own.perSecond, one.perSecond),
		`${number(one.p50)} / ${number(one.p99)}`,
		`${['program', 'nginx', 'database'].map((part) => number(one.cpu[part])).join(' + ')} = `
			+ number(sum(one.cpu)), name === 'product' ? '' : ratio(sum(own.cpu), sum(one.cpu)),
		one.failed || ''];
	});

	return table(['', ...connections.map((count) => `/s, c=${count}`), 'product is', 'p50 / p99 ms',
		'CPU ms: program + nginx + database', 'of its CPU', 'refused'], rows);
}

const workSection = (work) => [`### ${work.title}`, workTable(work), ...work.skipped];

const COMPARED = ['users', 'clients', 'find', 'words', 'create', 'sign_in'];

const BESIDE = { signing_in: '16 sign in', searching: '8 search for a text inside of names' };

function besideSection(parts) {
	const rows = Object.keys(BESIDE).filter((name) => parts[name]).map((name) => {
		const { quiet, busy, others } = parts[name];

		return [BESIDE[name], number(quiet.perSecond), number(busy.perSecond),
			`${number(busy.perSecond / quiet.perSecond)}x`,
			`${number(busy.p50)} / ${number(busy.p99)}`, `${number(others.perSecond)}/s`,
			others.failed || ''];
	});

	return rows.length === 0 ? [] : ['## Lists while others do what takes long',
		'Four read the list of users.', table(['While', 'lists/s, quiet', 'lists/s', '',
			'p50 / p99 ms', 'the others', 'refused'], rows)];
}

const LETTERS = { create: 'Letters of those who were created', import: 'Letters of an import' };

function lettersRows(parts) {
	return Object.keys(LETTERS).filter((name) => parts[name]?.letters).map((name) => {
		const { waiting, codes, perSecond, cpu, memory } = parts[name].letters;

		return [LETTERS[name], number(waiting), number(perSecond),
			prose`CPU ms a letter: mailer ${number(cpu.mailer)}, database ${number(cpu.database)};
				mailer ${number(memory)} MiB; ${codes.count} codes past them, p50
				${number(codes.p50)} ms, the slowest ${number(codes.most)}`];
	});
}

const micro = (ms) => number(ms * 1000);

/* An import of clients, and its floor, which what was measured before has none of. */
function broughtRows({ rows, perSecond, cpu, floor }) {
	const brought = ['Import of clients', number(rows), number(perSecond)];

	return floor === undefined ? [[...brought, '']] : [[...brought,
		prose`CPU us a row: program ${micro(cpu.program)}, nginx ${micro(cpu.nginx)}, database
			${micro(cpu.database)}`],
	['the same rows, no HTTP', number(floor.requests), number(floor.perSecond),
		prose`CPU us a row: client ${micro(floor.cpu)}, database ${micro(floor.database)}; the
			import has ${number(perSecond / floor.perSecond)}x of its rows a second`]];
}

function filesRows({ import: brought, export: written }) {
	const rows = [];

	if (brought) {
		const { clients, users } = brought;

		rows.push(...broughtRows(clients), ['Import of users, a link for each',
			number(users.rows), number(users.perSecond), '']);
	}
	for (const noun of written ? ['clients', 'users'] : []) {
		const { rows: count, perSecond, firstMs, memory } = written[noun];

		rows.push([`Export of ${noun}`, number(count), number(perSecond),
			`first byte after ${number(firstMs)} ms, program ${number(memory)} MiB`]);
	}
	return rows;
}

function alongSection(parts) {
	const rows = [...lettersRows(parts), ...filesRows(parts)];

	return rows.length === 0 ? [] : ['## Letters and files',
		table(['', 'how many', 'a second', ''], rows)];
}

const startSection = ({ start }) => start === undefined ? [] : ['## Start and end',
	prose`From the start to the first list: ${number(start.startMs)} ms; from SIGTERM to the end:
		${number(start.stopMs)} ms; memory after the first answer: ${number(start.fresh)} MiB.`];

const PROGRAMS = { program: 'backoffice-fcgi', nginx: 'nginx', mailer: 'backoffice-mailer',
	database: 'database' };

const MEMORY = '## Memory';

const AFTER = { start: 'a start', every_small: 'every order and filter, 128 MiB',
	every: 'every order and filter', users: 'users', clients: 'clients', find: 'finding by address',
	words: 'finding by words', floors: 'parts of a list',
	signing_in: 'lists while 16 sign in', searching: 'lists while 8 search',
	sign_in: 'signing in', export: 'export', create: 'new users', import: 'import',
	rows: 'the costs by rows', growth1m: 'many requests' };

function memorySection(parts) {
	const rows = Object.entries(parts).filter(([, part]) => part).map(([name, { memory }]) =>
		[AFTER[name], ...Object.keys(PROGRAMS).map((program) => number(memory[program]))]);

	return [MEMORY, 'Proportional set size in MiB after each part.',
		table(['after', ...Object.values(PROGRAMS)], rows)];
}

function rowsSection({ rows: measured }) {
	return measured === undefined ? [] : ['## Ten thousand rows and all of them', prose`CPU of all
			programs together for a request, at 16 connections, beside an installation of 10,000
			users and clients.`,
		table(['', 'ms, 10,000', 'ms, all', ''], measured.costs.map(({ name, few, many }) =>
			[name, number(few), number(many), `${number(many / few)}x`]))];
}

function manySection({ growth1m: measured }) {
	return measured === undefined ? [] : ['## Memory over many requests', prose`Of
			backoffice-fcgi when it has rested for a minute, MiB: lists, finding, new users,
			sign-ins and imports, mixed.`,
		table(['requests', 'MiB'], measured.marks.map(({ requests, mib }) =>
			[number(requests), number(mib)]))];
}

function floorsSection({ floors: measured }) {
	const [plain] = measured?.floors ?? [];

	return plain === undefined ? [] : ['## Floors', prose`What the database takes for parts of a
			list by themselves, asked by a client without HTTP, one at a time: filters and words
			cannot be had for less than the parts that they are made of. Totals are exact up to
			10,000.`,
		table(['', 'CPU ms of the database', 'of the plain page', 'p50 ms'],
			measured.floors.map(({ name, cpu, p50 }) => [name, number(cpu),
				`${number(cpu / plain.cpu)}x`, number(p50)]))];
}

/* Than the plain first page, asked in turns with it. */
const slower = ({ p50, plain }) => p50 / plain;

/* What stands behind each order or filter, by list. */
function everyRows(list, all, small) {
	const of = (pages, what, place) => pages?.find((one) =>
		one.list === list && one.what === what && one.place === place);
	const whats = [...new Set(all.filter((one) => one.list === list && one.place !== 'pair')
		.map(({ what }) => what))];

	return whats.map((what) => {
		const places = ['first', 'middle', 'last'].map((place) => of(all, what, place));
		const most = Math.max(...['first', 'middle', 'last'].map((place) =>
			of(small, what, place)?.most ?? 0));
		const asked = places.filter(Boolean);
		const refused = asked.find(({ status }) => status !== 200);

		return [LISTS_OF[list], cell(decodeURIComponent(what)),
			...places.map((one) => one ? number(one.p50) : ''),
			refused ? refused.status : `${number(Math.max(...asked.map(slower)))}x`,
			most ? number(most) : ''];
	});
}

function slowestPairs(all) {
	return Object.keys(LISTS_OF).flatMap((list) => all
		.filter((one) => one.list === list && one.place === 'pair')
		.sort((a, b) => slower(b) - slower(a)).slice(0, 5)
		.map((one) => [LISTS_OF[list], cell(decodeURIComponent(one.what)), number(one.p50),
			`${number(slower(one))}x`, one.status === 200 ? '' : one.status]));
}

function everySection({ every, every_small: small }) {
	return every === undefined ? [] : ['## Every order and every filter',
		prose`One request at a time: p50 in ms of the first page, of one in the middle and of the
			last, and how many times that of the plain first page the slowest of these takes, asked
			in turns with it. The last column is the worst request where the database keeps 128 MiB
			in memory; elsewhere it keeps all.`,
		table(['List', '', 'first', 'middle', 'last', 'of plain', 'worst, 128 MiB'],
			Object.keys(LISTS_OF).flatMap((list) => everyRows(list, every.pages, small?.pages))),
		'The five slowest pairs of filters of each list:',
		table(['List', '', 'p50 ms', 'of plain', 'status'], slowestPairs(every.pages))];
}

const head = ({ machine, rows }) => ['# How fast it is',
	prose`Written by \`make bench\` on ${machine.date}: ${machine.cpu}, ${machine.cores} cores,
		${machine.memory} GiB, Linux ${machine.kernel}, ${machine.system}; ${machine.database},
		nginx ${machine.nginx}, PHP ${machine.php}, ${machine.compiler}, wrk ${machine.wrk}.`,
	prose`${number(rows)} users in 50 groups and as many clients, ${number(5 * rows)} rows of the
		trail, ${number(rows)} letters, ${number(rows / 10)} sessions. All is on one host, also wrk,
		which takes its part of the cores: what counts are ratios, and CPU, which is the time of all
		threads of each process. Each number is the middle one of several rounds; in a round each of
		the compared is asked once, one after the other. *PHP-FPM* is a page in plain PHP that
		answers the same JSON (PDO, prepared, persistent connections, opcache). c is the number of
		connections; columns without it are of 16.`];

const sectionsOf = (text) => text.trimEnd().split(/^(?=## )/m);

const titleOf = (section) => section.split('\n', 1)[0];

const dateOf = (text) => text.match(/on (\d{4}-\d\d-\d\d)/)[1];

/* A row of a table that was not measured now, with its day: of each part there is one in Memory. */
function withEarlierRows(section, earlier, day) {
	const rowsOf = (text) => text.split('\n').filter((line) => line.startsWith('| ')).slice(2);
	const cellsOf = (row) => row.split(' | ');
	const partOf = (row) => cellsOf(row)[0].replace(/, measured on .*/, '');
	const parts = new Set(rowsOf(section).map(partOf));
	const kept = rowsOf(earlier).filter((row) => !parts.has(partOf(row)));

	return [section, ...kept.map((row) => row.includes(', measured on ') ? row
		: [`${partOf(row)}, measured on ${day}`, ...cellsOf(row).slice(1)].join(' | '))]
		.join('\n');
}

/**
 * The report, and after it what an earlier one has that was not measured now, with its day: on a
 * machine that did not make the earlier one nothing else is known of it.
 */
export function withEarlier(text, earlier) {
	const before = new Map(sectionsOf(earlier).map((one) => [titleOf(one), one.trimEnd()]));
	const now = sectionsOf(text).map((one) => one.trimEnd());
	const titles = new Set(now.map(titleOf));
	const day = earlier && dateOf(earlier);
	const kept = [...before.values()].slice(1).filter((section) => !titles.has(titleOf(section)));

	return [...now.map((section) => titleOf(section) === MEMORY && before.has(MEMORY)
		? withEarlierRows(section, before.get(MEMORY), day) : section),
	...kept.map((section) => {
		const [title, ...rest] = section.split('\n\n');

		return [title, ...(rest[0].startsWith('*Measured on ') ? [] : [`*Measured on ${day}.*`]),
			...rest].join('\n\n');
	})].join('\n\n').concat('\n');
}

/** @param {object} found what run.mjs has kept: machine, rows, sizes, parts, growth */
export function report(found) {
	const { parts } = found;
	const compared = COMPARED.filter((name) => parts[name]).map((name) => parts[name]);

	return `${[...head(found), '## Beside its peers', ...compared.flatMap(workSection),
		...besideSection(parts), ...alongSection(parts), ...startSection(parts),
		...memorySection(parts), ...manySection(parts), ...rowsSection(parts), ...growth(found),
		...floorsSection(parts),
		...everySection(parts)].join('\n\n')}\n`;
}
