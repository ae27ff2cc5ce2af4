/* A private CA and certificates of it, good and bad, made when they are needed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), 'backoffice-ca.'));
		this.selfSign('ca', 'Private CA');
		this.path = join(this.folder, 'ca.crt');
	}

	#openssl(...args) {
		this.#run('openssl', ...args);
	}

	#run(program, ...args) {
		execFileSync(program, args, { cwd: this.folder, stdio: 'pipe' });
	}

	#read(name) {
		return { key: readFileSync(join(this.folder, `${name}.key`)),
			cert: readFileSync(join(this.folder, `${name}.crt`)) };
	}

	selfSign(name, subject, extra = []) {
		this.#openssl('req', '-x509', ...EC, '-keyout', `${name}.key`, '-out', `${name}.crt`,
			'-subj', `/CN=${subject}`, '-days', '2', ...extra);
		return this.#read(name);
	}

	/** A certificate for a host, of so many days; one that is over is of some days before. */
	issue(host, { isOver = false, days = 2 } = {}) {
		const name = isOver ? `${host}.over` : host;
		const clock = isOver ? ['faketime', '-f', '-4d'] : ['env'];

		writeFileSync(join(this.folder, 'names'), `subjectAltName = DNS:${host}\n`);
		this.#openssl('req', ...EC, '-keyout', `${name}.key`, '-out', `${name}.csr`,
			'-subj', `/CN=${host}`);
		this.#run(...clock, 'openssl', 'x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt',
			'-CAkey', 'ca.key', '-days', String(days), '-extfile', 'names', '-out', `${name}.crt`);
		return this.#read(name);
	}

	remove() {
		rmSync(this.folder, { recursive: true });
	}
}
