/*
 * How many rows the database reads for a request, statement by statement, as its log of slow
 * statements tells: no clock is in that number. MariaDB says it as rows examined; MySQL's number of
 * that name leaves out what a derived table reads, so there it is the calls of the storage engine.
 * What a pushed condition sifts out inside the engine is in neither: that is switched off, which
 * changes no plan, so that each entry of an index that is looked at counts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './until.mjs';

/* What every request begins with: to find the session that its cookie names. */
const BEGINS = 'FROM session s JOIN authz_epoch';

/** One entry of the log. */
function statementOf(entry) {
	const reads = [...entry.matchAll(/ Read_\w+: (\d+)/g)].map(([, count]) => Number(count));
	const [, examined] = entry.match(/Rows_examined: (\d+)/);
	const [, connection] = entry.match(/\b(?:Thread_id|Id): +(\d+)/);

	return { text: entry.match(/^SET timestamp=\d+;\n([^]*?);$/m)?.[1] ?? '', connection,
		rows: reads.length > 0 ? reads.reduce((sum, count) => sum + count) : Number(examined) };
}

/** What an account of the database has run since the log was so long (statSync().size), in order:
 * each text, and how many rows it read. */
export function statementsOf(log, account, since = 0) {
	return readFileSync(log).subarray(since).toString().split(/^(?=# User@Host: )/m)
		.filter((entry) => entry.startsWith(`# User@Host: ${account}[`)
			&& !entry.includes('\n# administrator command: ')) // MySQL's of preparing
		.map(statementOf);
}

/** What each connection has run since it last looked for a session, by when it did. The program's
 * clock is in that statement, and tells the order of two connections; that of the log does not: an
 * entry is written when the answer is on its way. */
function partsInTime(statements) {
	const parts = [];
	const last = new Map();

	for (const { connection, ...statement } of statements) {
		if (statement.text.includes(BEGINS)) {
			const [, time] = statement.text.match(/proved_at <= \w*'([^']+)'/);
			const part = { connection, time, statements: [] };

			parts.push(part);
			last.set(connection, part);
		}
		last.get(connection)?.statements.push(statement);
	}
	return parts.sort((a, b) => a.time < b.time ? -1 : 1);
}

/** The same of the page's program, whose one thread begins every request, by request. One that it
 * hands to a slow lane, after a look at the session, begins again in the connection of that. */
export function statementsByRequest(log, since = 0) {
	const parts = partsInTime(statementsOf(log, 'backoffice_web', since));
	const requests = [];

	for (const { connection, statements } of parts) {
		if (connection === parts[0].connection) {
			requests.push(statements);
		} else {
			requests.at(-1).push(...statements);
		}
	}
	return requests;
}

/** Starts the programs again, and resolves when they are there. */
export async function restartPrograms(stack) {
	const restarts = () => stack.output.split('the programs are restarted').length;
	const before = restarts();

	process.kill(stack.child.pid, 'SIGUSR1');
	await until(() => restarts() > before);
}

/**
 * From now on the server logs what the programs run, which are started again for it: it asks new
 * connections alone whether to. Gives the path of the log. Where the page's program has one thread,
 * a request ends there before the next one begins.
 */
export async function logStatements(stack) {
	const log = join(stack.data, 'log/statements.log');

	if (process.env.DB_SERVER === 'mysql') {
		stack.sql('SET GLOBAL log_slow_extra = ON');
	}
	stack.sql(`SET GLOBAL slow_query_log_file = '${log}'; SET GLOBAL slow_query_log = ON;
		SET GLOBAL log_output = 'FILE'; SET GLOBAL long_query_time = 0;
		SET GLOBAL optimizer_switch = 'index_condition_pushdown=off'`);
	await restartPrograms(stack);
	return log;
}
