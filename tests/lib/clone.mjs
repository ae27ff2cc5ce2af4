/* This tree as a checkout of somebody else's. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const TOP = join(import.meta.dirname, '../..');

function git(cwd, ...args) {
	const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });

	assert.equal(status, 0, stderr);
	return stdout;
}

/** Makes of the tree as it is a clean checkout whose programs and page are built. */
export function makeClone(clone) {
	git(TOP, 'clone', '-q', TOP, clone);
	const changed = git(TOP, 'ls-files', '-com', '--exclude-standard').split('\n')
		.filter((name) => name && existsSync(join(TOP, name)));

	for (const name of changed) {
		cpSync(join(TOP, name), join(clone, name), { recursive: true });
	}
	git(clone, 'add', '-A');
	git(clone, '-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '-q',
		'--allow-empty', '-m', 'x');
	for (const part of ['build/release', 'build/page', 'htdocs/vendor']) {
		cpSync(join(TOP, part), join(clone, part), { recursive: true, preserveTimestamps: true });
	}
}

/** The release that this tree is. */
export const VERSION = readFileSync(join(TOP, 'CHANGELOG.md'), 'utf8').match(/^## (\d\S*)/m)[1];

/** The tarball of the tree as it is, made in this folder; gives its name. */
export function makeTarball(folder) {
	const clone = join(folder, 'clone');

	rmSync(clone, { recursive: true, force: true });
	makeClone(clone);
	const { status, stdout, stderr } = spawnSync(join(clone, 'fcgi/dist/dist'), [VERSION],
		{ cwd: clone, encoding: 'utf8' });

	assert.equal(status, 0, stderr);
	return stdout.trim();
}
