/*
 * A reporter of node:test that says what failed and nothing else, each cause once: a hook that
 * fails takes all tests of its file with it, and node reports it with each of them. It ends with
 * one line, "N passed, N failed", with ", N skipped" where some could not be tried.
 */
import { relative } from 'node:path';

const LINES = 40; // of one cause; a page may be in a message
const OTHERS = 'test name does not match pattern'; // node's reason to skip what was not asked for
const KEPT = 'kept: '; // what KEEP=1 has kept, as tests/lib/stack.mjs says it

/** The last lines that a file wrote to stderr, for a file that broke off without a failed test. */
const tail = (text) => text.trimEnd().split('\n').slice(-15).join('\n');

function place({ stack = '' }) {
	const frame = stack.split('\n').find((line) => line.includes('_test.mjs:'));

	return frame ? `\n${frame.replace(/^\s+at .*?([^/(]+_test\.mjs:\d+).*$/, 'at $1')}` : '';
}

function cause({ failureType, cause: inner, message, stack }, errors) {
	const error = inner?.message ? inner : { message: inner ?? message, stack };
	const lines = `${String(error.message).trimEnd()}`.split('\n');
	const more = lines.length > LINES ? `\n... ${lines.length - LINES} lines more` : '';
	const where = failureType === 'hookFailed' ? '' : place(error);
	const said = lines.slice(0, LINES).join('\n') + more + where;

	return errors ? `${said}\n${tail(errors)}` : said;
}

const indent = (text) => text.replaceAll(/^(?=.)/gm, '    ');

class Failures {
	constructor() {
		this.passed = 0;
		this.skipped = 0;
		this.failed = 0;
		this.errors = new Map(); // what was written to stderr, by file
		this.broken = new Set(); // files that lack a hook: what they say at their end comes of it
		this.told = new Map(); // how many tests a cause took, by file and cause
	}

	passes({ details, skip, todo }) {
		if (skip !== undefined || todo !== undefined) {
			this.skipped += skip !== OTHERS;
		} else if (details.type !== 'suite') {
			this.passed += 1;
		}
	}

	/** What is to be said of it, '' for nothing new. */
	fails({ name, file = name, details: { error } }) {
		const short = relative(process.cwd(), file);

		if (error.failureType === 'subtestsFailed' || (name === file && this.broken.has(file))) {
			return '';
		}
		if (error.failureType === 'hookFailed') {
			this.broken.add(file);
		}
		this.failed += 1;
		const said = cause(error, name === file ? this.errors.get(file) : '');
		const key = `${short}\n${said}`;
		const times = this.told.get(key) ?? 0;

		this.told.set(key, times + 1);
		return times ? '' : `${short}: ${name === file ? 'broke off' : name}\n${indent(said)}\n`;
	}

	ending() {
		const again = [...this.told].filter(([, times]) => times > 1).map(([key, times]) =>
			`${key.split('\n')[0]}: ${times - 1} more for the same cause\n`).join('');

		return `${again}${this.passed} passed, ${this.failed} failed`
			+ `${this.skipped ? `, ${this.skipped} skipped` : ''}\n`;
	}
}

export default async function* failures(events) {
	const told = new Failures();

	for await (const { type, data } of events) {
		if (type === 'test:pass') {
			told.passes(data);
		} else if (type === 'test:fail') {
			yield told.fails(data);
		} else if (type === 'test:stderr') {
			told.errors.set(data.file, (told.errors.get(data.file) ?? '') + data.message);
			yield data.message.startsWith(KEPT) ? data.message : '';
		}
	}
	yield told.ending();
}
