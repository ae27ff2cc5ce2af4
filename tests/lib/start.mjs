/* Why an installation did not start, in a few lines: the cause first, then where the rest is. */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const LINES = 8;
const FAULT = /level=error|\[(ERROR|emerg|alert)\]|Sanitizer|runtime error:|Error: /;

const PROGRESS = /^backoffice: creating /;

const linesOf = (text) => text.split('\n').filter((line) => line.trim() && !PROGRESS.test(line));

/** The log that the runner named last: of the program that ended the start. */
function logNamed(output) {
	const path = output.match(/see (\S+\.log)/)?.[1];

	return path && existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : [];
}

/** What the runner has said, after the faults that the program's log ends with. */
export function whyNotStarted(output) {
	const log = logNamed(output);
	const faults = log.filter((line) => FAULT.test(line));

	return [...(faults.length > 0 ? faults : log).slice(-LINES),
		...linesOf(output).slice(log.length > 0 ? -1 : -LINES)];
}

/** Somebody else took the port between its choice and its use: another one will do. */
export const portWasTaken = (lines) =>
	lines.some((line) => /port \d+ is taken|address already in use/i.test(line));

/** Keeps the logs of the folder below logs, and removes it; gives a line that says so. */
function clear(folder, logs) {
	const kept = join(logs, basename(folder));

	try {
		cpSync(join(folder, 'log'), kept, { recursive: true });
		rmSync(folder, { recursive: true, force: true });
		return `logs: ${kept}`;
	} catch (error) {
		return `left as it is, for ${error.code}: ${folder}`;
	}
}

/** The error of a start that ended with these lines, without a trace, which has no part in it. */
export function startError(lines, folder, logs) {
	const error = new Error([...lines, clear(folder, logs)].join('\n'));

	error.stack = error.message;
	return error;
}
