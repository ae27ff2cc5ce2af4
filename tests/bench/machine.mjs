/* What was measured on. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

const version = (program, args, pattern) => {
	try {
		return execFileSync('/bin/sh', ['-c', `"$@" 2>&1 || true`, 'sh', program, ...args],
			{ encoding: 'utf8' }).match(pattern)?.[1] ?? '';
	} catch {
		return '';
	}
};

export function machine({ stack }) {
	return {
		date: new Date().toISOString().slice(0, 10),
		cpu: cpus()[0].model,
		cores: cpus().length,
		memory: Math.round(totalmem() / 2 ** 30),
		kernel: release(),
		system: readFileSync('/etc/os-release', 'utf8').match(/^PRETTY_NAME="(.*)"/m)[1],
		database: stack.sql('SELECT VERSION()')[0][0],
		nginx: version('/usr/sbin/nginx', ['-v'], /nginx\/(\S+)/),
		php: version('php', ['-v'], /PHP (\S+)/),
		compiler: version('gcc', ['--version'], /^(.*)$/m),
		wrk: version('wrk', ['-v'], /wrk (\S+)/),
	};
}
