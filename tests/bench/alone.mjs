/*
 * What the product does alone: lists while others sign in or search, letters, files in and out, how
 * fast it starts and ends, and how much memory that takes.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Asker, costOf, costOfStatements, flood, median, medians, memoryOf, timed,
	writeRequests } from './measure.mjs';
import { signInWork } from './works.mjs';

const PROGRAM = join(TOP, 'build/release/backoffice-fcgi');
const READERS = 4; // who read lists while others do what takes long

function fileFor(bench, name, requests) {
	const { pathname } = new URL(bench.installation.api);

	return writeRequests(join(bench.folder, name), requests.map(([method, path, ...rest]) =>
		[method, `${pathname}/${path}`, ...rest]));
}

/* Lists by some, quiet and while others do something else. */
async function listsBeside(bench, others, connections) {
	const { api } = bench.installation;
	const file = fileFor(bench, 'lists.txt', bench.installation.viewers().map(({ cookie }) =>
		['GET', 'users?size=50', cookie]));
	const lists = () => flood({ url: api, file, connections: READERS, seconds: bench.seconds });
	const rounds = [];

	for (let i = 0; i < bench.rounds; i++) {
		const quiet = await lists();
		const beside = flood({ url: api, file: others, connections,
			seconds: bench.seconds + 1 });

		await sleep(500);
		rounds.push({ quiet, busy: await lists(), others: await beside });
	}
	return medians(rounds);
}

export function whileSigningIn(bench) {
	const requests = signInWork(bench.installation.staff).requests();

	return listsBeside(bench, fileFor(bench, 'storm.txt', requests), 16);
}

/* What stands inside of names, in no order of an index. */
export function whileSearching(bench) {
	const viewers = bench.installation.viewers();
	const searched = ['zębyszczy', 'ñuñ', 'üdensch', 'ttwistl', 'qui', 'yılm', 'öztü', 'xóa'];

	return listsBeside(bench, fileFor(bench, 'search.txt', searched.map((text, at) => ['GET',
		`users?name=${encodeURIComponent(text)}`,
		viewers[at].cookie])), 8);
}

/** Lets the mailer wait while work is done that puts letters. */
export async function withoutMailer({ stack }, work) {
	const mailer = stack.pid('mailer');
	const resume = () => process.kill(mailer, 'SIGCONT');

	process.once('exit', resume);
	process.kill(mailer, 'SIGSTOP');
	try {
		return await work();
	} finally {
		resume();
		process.off('exit', resume);
	}
}

const WAITING = 'state IN (0, 1) AND next_at < UTC_TIMESTAMP() + INTERVAL 1 DAY';
const CODES = 16;
const CODE_MOST = 10_000; // ms
const SENDING_MOST = 60; // seconds: what is not sent by then is cancelled

/* How long the codes of some who sign in are under way while other letters wait: ms from the answer
 * until the mail server has taken it. */
async function sendCodes({ stack, sink, staff }) {
	const some = staff.slice(0, CODES);
	const factor = (number) => stack.sql(`UPDATE user SET two_factor = ${number} WHERE email IN (
		'${some.map(({ email }) => email).join("', '")}')`);
	const took = [];

	factor(1);
	for (const [, , cookie, body, from] of signInWork(some).requests()) {
		const arrived = sink.arrival(JSON.parse(body).email);
		const { status } = await fetch(`${stack.url}api/v1/session`, { method: 'POST', body,
			headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin',
				'Content-Type': 'application/json', 'X-Forwarded-For': from } });

		if (status === 200) {
			took.push((await timed(() => Promise.race([arrived, sleep(CODE_MOST)]))).ms);
		}
	}
	factor(0);
	return { count: took.length, p50: median(took), most: Math.max(...took) };
}

/** The letters that wait are sent: how many there were, how many a second, what each costs. */
export async function sendLetters(installation) {
	const { sink, stack } = installation;
	const waiting = Number(stack.sql(`SELECT COUNT(*) FROM outbox WHERE ${WAITING}`)[0][0]);
	const before = sink.count;
	const sent = () => sink.count - before;
	let codes;
	const { result: ms, cpu } = await costOf(installation.pids('mailer', 'database'), async () => {
		await until(() => sent() > 0); // it looks now and then, unless it is called
		const begun = performance.now();

		codes = await sendCodes(installation);
		await until(() => sent() >= waiting + codes.count, SENDING_MOST).catch(() =>
			stack.sql(`UPDATE outbox SET state = 5 WHERE ${WAITING}`));
		return performance.now() - begun;
	});

	return { waiting, sent: sent(), codes, perSecond: sent() / ms * 1000,
		cpu: Object.fromEntries(Object.entries(cpu).map(([name, one]) => [name, one / sent()])),
		memory: installation.memory('mailer').mailer };
}

async function ask(installation, method, path, { body, type = 'application/json', prefer } = {}) {
	const [{ cookie }] = installation.viewers({ administrator: true });
	const answer = await fetch(`${installation.api}/${path}`, { method, body, headers: {
		Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', ...(body && { 'Content-Type': type }),
		...(prefer && { Prefer: prefer }) } });
	const text = await answer.text();

	if (!answer.ok) {
		throw new Error(`${method} ${path}: ${answer.status} ${text}`);
	}
	return JSON.parse(text);
}

/** A file as the page brings it in: a job, and steps of it until it is done. */
export async function importFile(installation, noun, lines) {
	const { result, ms } = await timed(async () => {
		let job = await ask(installation, 'POST', `${noun}/import`, { body: lines.join('\n'),
			type: 'text/csv', prefer: 'respond-async' });

		while (job.state === 'running') {
			({ job } = await ask(installation, 'POST', `jobs/${job.id}/step`, { body: '{}' }));
		}
		return job;
	});

	return { rows: result.done, refused: result.failed, perSecond: result.done / ms * 1000 };
}

/* The same with ms of CPU a row, and beside it the floor: the same rows by a client that does
 * nothing but put them. */
async function importClients({ installation, quick }) {
	const rows = quick ? 1000 : 20_000;
	const lines = ['name,email,phone,country', ...numbered(rows, (at) =>
		`Nora Neu ${at},neu${at}@example.com,+49301${100000 + at},DE`)];
	const { result, cpu } = await costOf(installation.pids('program', 'nginx', 'database'), () =>
		importFile(installation, 'clients', lines));
	const [[last]] = installation.stack.sql('SELECT MAX(id) FROM client');
	const floor = await costOfStatements(installation, (around) =>
		installation.peers.brought({ first: Number(last) - rows + 1, rows, around }));

	return { ...result, cpu: Object.fromEntries(Object.entries(cpu).map(([name, ms]) =>
		[name, ms / rows])), floor };
}

const numbered = (count, line) => Array.from({ length: count }, (_, at) => line(at));

/** Files of clients, and of users who are mailed a link each. */
export async function importFiles({ installation, quick }) {
	const clients = await importClients({ installation, quick });
	const users = await withoutMailer(installation, () => importFile(installation, 'users',
		['email,name,groups,send_link', ...numbered(quick ? 200 : 10_000, (at) =>
			`brought${at}@example.com,Nora Neu ${at},Support,true`)]));

	return { clients, users, letters: await sendLetters(installation) };
}

async function exportFile(installation, noun) {
	const [{ cookie }] = installation.viewers({ administrator: true });
	const { program } = installation.pids('program');
	let peak = 0;
	let rows = -1; // the line of names
	let firstMs;
	const { ms } = await timed(async () => {
		const begun = performance.now();
		const answer = await fetch(`${installation.api}/${noun}/export.csv`,
			{ headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' } });

		for await (const part of answer.body) {
			firstMs ??= performance.now() - begun;
			rows += Buffer.from(part).toString('latin1').split('\n').length - 1;
			peak = rows % 16 === 0 ? Math.max(peak, memoryOf(program)) : peak;
		}
	});

	return { rows, perSecond: rows / ms * 1000, firstMs,
		memory: Math.max(peak, memoryOf(program)) };
}

export const exportFiles = async ({ installation }) => ({
	clients: await exportFile(installation, 'clients'),
	users: await exportFile(installation, 'users'),
});

/* How long it takes from its start to its first list, and from SIGTERM to its end. */
async function startOnce(conf, asker) {
	const begun = performance.now();
	const child = spawn(PROGRAM, ['-c', conf], { stdio: 'ignore' });
	const exited = new Promise((resolve) => child.once('exit', resolve));

	while ((await asker.get('users?size=50')).status !== 200) {
		await sleep(1);
	}
	const startMs = performance.now() - begun;
	const fresh = memoryOf([child.pid]);
	const told = performance.now();

	child.kill('SIGTERM');
	await exited;
	return { startMs, fresh, stopMs: performance.now() - told };
}

/** A second program is started and ended beside the first, at a socket of its own to which nginx
 * turns meanwhile. */
export async function starts({ installation, rounds }) {
	const { stack } = installation;
	const [{ cookie }] = installation.viewers();
	const own = readFileSync(stack.settings(), 'utf8').match(/^listen = (.*)$/m)[1];
	const conf = stack.settings((text) => text.replaceAll(own, `${own}.second`));
	const turn = (from, to) =>
		stack.nginx((text) => text.replaceAll(`unix:${from}"`, `unix:${to}"`));
	const noted = [];

	await turn(own, `${own}.second`);
	for (let i = 0; i < rounds; i++) {
		noted.push(await startOnce(conf, new Asker(installation.api, cookie)));
	}
	await turn(`${own}.second`, own);
	return medians(noted);
}
