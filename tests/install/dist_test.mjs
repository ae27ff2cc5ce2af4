/* The tarball of a release: the same bytes each time, and a product out of it without a network. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
	statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { makeClone } from '../lib/clone.mjs';

const TOP = join(import.meta.dirname, '../..');
const VERSION = readFileSync(join(TOP, 'CHANGELOG.md'), 'utf8').match(/^## (\d\S*)/m)[1];
const PROGRAMS = join(TOP, 'build/release');

const skip = !existsSync(join(TOP, '.git')) && 'this is no checkout';
const folder = mkdtempSync(join(tmpdir(), 'backoffice-dist.'));
const clone = join(folder, 'clone');
const tree = join(folder, `backoffice-${VERSION}`);
const nothing = join(folder, 'nothing'); // instead of what would ask the network

function run(program, args, { cwd = tree, env = {} } = {}) {
	return spawnSync(program, args, { cwd, encoding: 'utf8',
		env: { ...process.env, MAKEFLAGS: undefined, ...env } });
}

function makeTarball() {
	const { status, stdout, stderr } = run(join(clone, 'fcgi/dist/dist'), [VERSION],
		{ cwd: clone });

	assert.equal(status, 0, stderr);
	return readFileSync(stdout.trim());
}

before(() => {
	if (skip) {
		return;
	}
	makeClone(clone);
	mkdirSync(nothing);
	for (const name of ['node', 'npm', 'npx', 'git']) {
		writeFileSync(join(nothing, name), '#!/bin/sh\necho "$0 was asked" >&2\nexit 1\n');
		chmodSync(join(nothing, name), 0o755);
	}
});
after(() => rmSync(folder, { recursive: true }));

test('the same commit makes the same tarball', { skip }, () => {
	const first = makeTarball();

	assert.ok(first.equals(makeTarball()));
	writeFileSync(join(folder, 'release.tar.gz'), first);
	assert.equal(run('tar', ['-xf', 'release.tar.gz'], { cwd: folder }).status, 0);
	assert.ok(existsSync(join(tree, 'htdocs/vendor/lit-html/LICENSE')));
	assert.match(readFileSync(join(tree, 'build/man/man1/backoffice-admin.1'), 'utf8'),
		/user disable\\-2fa/);
});

test('out of the tarball comes what is installed, without npm, node or git', { skip }, () => {
	cpSync(PROGRAMS, join(tree, 'build/release'), { recursive: true, preserveTimestamps: true });
	for (const made of ['base/version.c.o', 'rooms.a', ...readdirSync(PROGRAMS)
		.filter((name) => name.startsWith('backoffice-'))]) {
		rmSync(join(tree, 'build/release', made));
	}
	const root = join(folder, 'root');
	const { status, stdout, stderr } = run('make', ['-s', 'all', 'page', 'install',
		`DESTDIR=${root}`], { env: { PATH: `${nothing}:${process.env.PATH}` } });

	assert.equal(status, 0, stderr);
	assert.equal(stderr, '');
	assert.match(stdout, /CC {4}build\/release\/base\/version\.c\.o/);
	assert.doesNotMatch(stdout, /NPM|PAGE/);
	assert.ok(statSync(join(root, 'usr/local/share/backoffice/htdocs/index.html')).size > 0);
});

test('the page of the tarball outlives a cleaning', { skip }, () => {
	assert.equal(run('make', ['clean']).status, 0);
	assert.ok(existsSync(join(tree, 'build/page/index.html')));
	assert.deepEqual(readdirSync(join(tree, 'build')).sort(), ['man', 'page', 'released']);
});

test('a tree with changes that no commit has makes no tarball', { skip }, () => {
	writeFileSync(join(clone, 'new'), '');
	const { status, stderr } = run(join(clone, 'fcgi/dist/dist'), [VERSION], { cwd: clone });

	assert.equal(status, 1);
	assert.match(stderr, /changes that no commit has/);
});

for (const name of ['backoffice-fcgi', 'backoffice-mailer', 'backoffice-admin']) {
	test(`${name} says its release, the libraries that it runs with, and how it is called`, () => {
		const said = (option) => run(join(PROGRAMS, name), [option], { cwd: TOP });
		const { status, stdout } = said('--version');

		assert.equal(status, 0);
		assert.ok(stdout.startsWith(`${name} ${VERSION}, schema `), stdout);
		assert.match(stdout, /^ {2}with libsodium \d/m);
		assert.match(stdout, /^ {2}with (MariaDB Connector\/C|libmysqlclient) \d/m);
		assert.equal(said('--help').status, 0);
		assert.ok(said('--help').stdout.startsWith(`usage: ${name}`));
	});
}
