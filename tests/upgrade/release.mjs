/*
 * Releases after this one: a copy of the tree with a migration more, whose programs are linked from
 * the objects of these and know one schema more.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { TOP } from '../lib/stack.mjs';

const BUILT = process.env.PROGRAMS ?? join(TOP, 'build/release');
const VARIANT = basename(BUILT);

function run(folder, command, ...args) {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8',
		env: { ...process.env, MAKEFLAGS: '' } });

	assert.equal(status, 0, `${command} ${args.join(' ')}:\n${stderr || stdout}`);
}

/** The tree that later releases come from. */
export class Successors {
	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), 'backoffice-upgrade.'));
		run(TOP, 'sh', '-c', 'tar -c --exclude=unit --exclude=bench Makefile CHANGELOG.md fcgi sql '
			+ `htdocs/i18n build/${VARIANT} | tar -x -C '${this.folder}'`);
	}

	get migrations() {
		return join(this.folder, 'sql/migrate');
	}

	/** Builds the release that brings this migration; its programs are in the folder returned. */
	release(file, sql) {
		const programs = join(this.folder, `release-${file}`);

		writeFileSync(join(this.migrations, file), sql);
		run(this.folder, 'make', '-s', `-j${availableParallelism()}`, `VARIANT=${VARIANT}`, 'all');
		for (const name of ['fcgi', 'mailer', 'admin']) {
			const program = `backoffice-${name}`;

			cpSync(join(this.folder, 'build', VARIANT, program), join(programs, program));
		}
		return programs;
	}

	remove() {
		rmSync(this.folder, { recursive: true });
	}
}
