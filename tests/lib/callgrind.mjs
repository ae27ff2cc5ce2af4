/*
 * How many instructions the page's program takes for something, counted by callgrind: a figure
 * without a clock, the same on a busy machine.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync }
	from 'node:fs';
import { join, resolve } from 'node:path';

const PROGRAMS = process.env.PROGRAMS ?? resolve(import.meta.dirname, '../../build/release');

/** Makes folder one of PROGRAMS whose backoffice-fcgi runs under callgrind. */
export function programsUnderCallgrind(folder) {
	const program = join(folder, 'backoffice-fcgi');

	mkdirSync(folder);
	for (const name of ['backoffice-admin', 'backoffice-mailer']) {
		symlinkSync(join(PROGRAMS, name), join(folder, name));
	}
	writeFileSync(program, `#!/bin/sh\nexec valgrind --quiet --tool=callgrind \
		--callgrind-out-file='${folder}/counted.%p' '${PROGRAMS}/backoffice-fcgi' "$@"\n`);
	chmodSync(program, 0o755);
}

function control(option, pid) {
	const done = spawnSync('callgrind_control', [option, String(pid)], { encoding: 'utf8' });

	if (done.status !== 0) {
		throw new Error(`callgrind_control: ${done.stderr || done.stdout}`);
	}
}

/* Without those of a function, and of all that it calls, where that is another's and long. */
function inclusive(file, name) {
	const { stdout } = spawnSync('callgrind_annotate', ['--inclusive=yes', '--threshold=100', file],
		{ encoding: 'utf8', maxBuffer: 1 << 28 });
	const line = stdout.split('\n').find((text) => text.includes(`:${name} [`));

	return line ? Number(line.trim().split(' ')[0].replaceAll(',', '')) : 0;
}

/**
 * Counts the instructions of the process pid, which the program in folder is, while work() runs.
 * @param {{without?: string}} options a function of a library that does not count
 */
export async function instructionsOf(folder, pid, work, { without } = {}) {
	control('--zero', pid);
	await work();
	control('--dump', pid);
	const [name] = readdirSync(folder).filter((file) => file.startsWith(`counted.${pid}.`));
	const file = join(folder, name);
	const total = Number(readFileSync(file, 'utf8').match(/^(?:totals|summary): (\d+)/m)[1]);
	const others = without ? inclusive(file, without) : 0;

	rmSync(file);
	return total - others;
}
