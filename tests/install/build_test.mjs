/* That the product builds where people build: with what compiler, in what folder, as whom. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync,
	writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startStack, TOP } from '../lib/stack.mjs';

const FLAGS = join(TOP, 'fcgi/dist/flags');
const NEEDS = join(TOP, 'fcgi/dist/needs');
const KNOWN = join(TOP, 'tests/lint/known');
const CROSS = 'aarch64-linux-gnu-gcc';

const folder = mkdtempSync(join(tmpdir(), 'backoffice-build.'));

after(() => rmSync(folder, { recursive: true }));

function run(program, args, { cwd = TOP, env = {} } = {}) {
	return spawnSync(program, args, { cwd, encoding: 'utf8',
		env: { ...process.env, MAKEFLAGS: undefined, ...env } });
}

/** What make would do for a variant of which nothing is there yet. */
function make(args, env) {
	return run('make', ['-n', 'VARIANT=never-made', ...args, 'all'], { env });
}

function write(name, text) {
	const path = join(folder, name);

	writeFileSync(path, text);
	chmodSync(path, 0o755);
	return path;
}

/** A compiler that calls an error what this one does not know. */
const compilerWithout = (name, flag) => write(name, '#!/bin/sh\n'
	+ `for word; do case $word in ${flag}) echo "unknown: $word" >&2; exit 1;; esac; done\n`
	+ 'exec gcc "$@"\n');

test('a compiler is given the flags that it knows, and none that it does not', () => {
	const all = ['-fPIE', '-fstack-protector-strong', '-fcf-protection=full/-funroll-loops'];
	const given = (compiler) => run(FLAGS, ['compile', compiler, ...all]).stdout.trim().split(' ');

	assert.deepEqual(given('gcc'), ['-fPIE', '-fstack-protector-strong', '-fcf-protection=full']);
	assert.deepEqual(given(compilerWithout('of-arm', '-fcf-protection=*')),
		['-fPIE', '-fstack-protector-strong', '-funroll-loops']);
	assert.deepEqual(given(compilerWithout('of-old', '-fstack-protector-strong')),
		['-fPIE', '-fcf-protection=full']);
	assert.equal(run(FLAGS, ['link', 'gcc', '-pie', '-fuse-ld=nothing', '-Wl,-z,now'])
		.stdout.trim(), '-pie -Wl,-z,now');
});

test('a program for ARM is hardened in the way of that processor',
	{ skip: run(CROSS, ['--version']).error && `${CROSS} is not here` }, () => {
		const { stdout } = make([`CC=${CROSS}`], { PKG_CONFIG: '/bin/true', CPPFLAGS: '' });
		const given = run(FLAGS, ['compile', CROSS,
			'-fcf-protection=full/-mbranch-protection=standard']).stdout;

		assert.match(given, /^-mbranch-protection=standard *$/m);
		assert.doesNotMatch(stdout, /-fcf-protection/);
	});

test('warnings are errors for those who ask for that alone', () => {
	assert.doesNotMatch(make([], { WERROR: '' }).stdout, /-Werror/);
	assert.match(make(['WERROR=1']).stdout, /-Wshadow .*-Werror/);
});

test('all libraries that are missing are named at once, with their packages, before a file is '
	+ 'compiled', () => {
	const { status, stdout, stderr } = make([], { PKG_CONFIG_LIBDIR: '/nonexistent',
		CPPFLAGS: '-nostdinc' });

	assert.equal(status, 2);
	assert.doesNotMatch(stdout, /CC {4}/);
	for (const [what, brings] of Object.entries({ libmariadb: 'libmariadb-dev',
		libsodium: 'libsodium-dev', jansson: 'libjansson-dev', libcurl: 'libcurl4-openssl-dev',
		inih: 'libinih-dev', libidn2: 'libidn2-dev', liboath: 'liboath-dev',
		'fcgiapp.h': 'libfcgi-dev', 'unistr.h': 'libunistring-dev', 'zxcvbn.h': 'libzxcvbn-dev',
		'csv.h': 'libcsv-dev' })) {
		assert.ok(stderr.includes(` ${what} (${brings})`), `${what}: ${stderr}`);
		assert.match(stderr, new RegExp(`apt-get install .*\\b${brings}\\b`));
	}
});

test('a machine that has either library of the database is one that can build', () => {
	const client = write('pkg-config-mysql', '#!/bin/sh\n'
		+ 'case "$*" in *libmariadb*) exit 1;; *mysqlclient*) echo -Ifrom-mysqlclient;; esac\n');
	const { status, stdout } = make([], { PKG_CONFIG: client });

	assert.equal(status, 0);
	assert.match(stdout, /-Ifrom-mysqlclient/);
});

test('what is missing for the page is named before it is made', () => {
	const { status, stderr } = run('/bin/bash', [NEEDS, 'page'],
		{ env: { PATH: join(folder, 'nothing') } });

	assert.notEqual(status, 0);
	assert.match(stderr, /node \(nodejs\)|dirname: command not found/);
});

test('PKG_CONFIG, AR and CC are those of whoever builds', () => {
	const own = write('own-pkg-config', `#!/bin/sh\necho "$@" >>${folder}/asked\n`
		+ 'exec pkg-config "$@"\n');
	const { status, stdout } = make(['AR=own-ar', 'CC=gcc -DOWN'], { PKG_CONFIG: own });

	assert.equal(status, 0);
	assert.match(stdout, /^own-ar rcs build\/never-made\/rooms\.a/m);
	assert.match(stdout, /^gcc -DOWN .* -c -o build\/never-made\/base\/text\.c\.o/m);
	assert.match(readFileSync(join(folder, 'asked'), 'utf8'), /--cflags libsodium/);
});

test('a linter is asked only where it is of a release that the source is kept clean for', () => {
	const env = (version) => {
		const bin = join(folder, `bin-${version}`);

		mkdirSync(bin);
		writeFileSync(join(bin, 'clang'), `#!/bin/sh\necho "Debian clang version ${version}"\n`,
			{ mode: 0o755 });
		return { PATH: `${bin}:${process.env.PATH}` };
	};

	assert.equal(run(KNOWN, ['clang'], { env: env('14.0.6') }).status, 0);
	assert.equal(run(KNOWN, ['clang'], { env: env('19.1.7') }).status, 0);
	const { status, stdout } = run(KNOWN, ['clang'], { env: env('99.1.0') });

	assert.equal(status, 1);
	assert.match(stdout, /^clang is 99\.1; /);
});

/** The tree as it is, with what is built, in a folder with a space and an ampersand. */
function copyTree() {
	const copy = join(folder, 'Back office & more');

	mkdirSync(copy);
	for (const part of ['Makefile', 'CHANGELOG.md', 'fcgi', 'htdocs', 'nginx', 'sql',
		'package.json', 'package-lock.json', 'build/release', 'build/page']) {
		cpSync(join(TOP, part), join(copy, part),
			{ recursive: true, preserveTimestamps: true });
	}
	symlinkSync(join(TOP, 'node_modules'), join(copy, 'node_modules'));
	return copy;
}

test('a folder with a space in its name builds and runs, for a user without a name, a home and '
	+ 'a network', async () => {
	const copy = copyTree();
	const nobody = { USER: undefined, LOGNAME: undefined, HOME: undefined,
		npm_config_offline: 'true', http_proxy: 'http://127.0.0.1:1' };

	rmSync(join(copy, 'build/release/base/text.c.o'));
	rmSync(join(copy, 'build/page'), { recursive: true });
	const made = run('make', ['-s', 'all', 'page'], { cwd: copy, env: nobody });

	assert.equal(made.status, 0, made.stderr);
	assert.ok(existsSync(join(copy, 'build/page/index.html')));
	const data = join(folder, 'its own & data');

	mkdirSync(data);
	const stack = await startStack({ data, first: true, prefix: '/',
		env: { ...nobody, RUNNER: join(copy, 'fcgi/dist/run/run'), PAGE: '',
			PROGRAMS: join(copy, 'build/release') } });

	try {
		assert.equal((await fetch(stack.url)).status, 200);
		assert.equal((await (await stack.signedIn()).get('session')).status, 200);
	} finally {
		await stack.stop();
	}
});
