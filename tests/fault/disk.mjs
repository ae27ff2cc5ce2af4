/* A disk of its own for a folder of an installation: small, and as full as a test wants it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const KIBIBYTE = 1024;
export const MEBIBYTE = 1024 * KIBIBYTE;

const run = (...words) => spawnSync(words[0], words.slice(1), { encoding: 'utf8' });

function mount(place, size) {
	return run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'backoffice-test', place);
}

/** false, or why this machine gives us no disk. */
export function whyNoDisk() {
	const place = mkdtempSync(join(tmpdir(), 'backoffice-disk.'));
	const { status, stderr } = mount(place, MEBIBYTE);

	if (status === 0) {
		run('umount', place);
	}
	rmSync(place, { recursive: true });
	return status !== 0 && `nobody but root can mount: ${stderr.trim()}`;
}

export class Disk {
	/** Puts the folder, with all that is in it, on a disk of so many bytes. */
	constructor(folder, size) {
		const old = `${folder}.old`;

		this.folder = folder;
		this.ballast = join(folder, 'ballast');
		renameSync(folder, old);
		mkdirSync(folder);
		const { status, stderr } = mount(folder, size);

		assert.equal(status, 0, stderr);
		process.once('exit', () => run('umount', '-l', folder));
		assert.equal(run('cp', '-a', '--sparse=never', `${old}/.`, folder).status, 0);
		rmSync(old, { recursive: true });
	}

	/** Leaves so many bytes. */
	fill(left) {
		const { bavail, bsize } = statfsSync(this.folder);
		const { status, stderr } = run('fallocate', '-l', String(bavail * bsize - left),
			this.ballast);

		assert.equal(status, 0, stderr);
	}

	/** Takes out again what filled it. */
	free() {
		rmSync(this.ballast, { force: true });
	}

	/** After the last program that has something open there. */
	release() {
		run('umount', this.folder);
	}
}
